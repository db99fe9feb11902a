"""The kinds of value that the API takes and gives: texts, whole numbers, points, days, instants. No rule lives here."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate

from criteria.answers import UnreadableNumber, parse_number
from criteria.canonical import decimal_text
from workflows.deadlines import VIETNAM, Timetable

LONGEST_LINE = 255
LONGEST_PROSE = 4000
LOWEST_POINTS = Decimal(-1_000_000)
LARGEST_ROW = 2**31 - 1
REQUIRED = {
    "required": _l("Thiếu trường này"),
    "null": _l("Trường này không được để null"),
}
INSTANT = {"type": "string", "format": "date-time"}
PLAIN = {"\n", "\t", "\r"}


class Shape(Schema):
    """What a body or an answer looks like; a field that is not named here is refused."""

    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc]  # the library reads it from the class
        "unknown": _l("Không có trường này"),
        "type": _l("Phải là một đối tượng JSON"),
    }


class Text(fields.String):
    """Text in NFC; control characters and halves of surrogate pairs are refused."""

    default_error_messages = REQUIRED | {
        "invalid": _l("Phải là một chuỗi ký tự"),
        "invalid_utf8": _l("Phải là một chuỗi ký tự"),
        "characters": _l("Bỏ ký tự điều khiển"),
    }

    def __init__(self, *, longest: int = LONGEST_PROSE, least: int = 0, **more: Any) -> None:
        words = _l("Dài từ %(least)s đến %(most)s ký tự", least=least, most=longest)
        super().__init__(validate=validate.Length(least, longest, error=words), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **more))
        if any(unicodedata.category(mark) in {"Cc", "Cs"} and mark not in PLAIN for mark in text):
            raise self.make_error("characters")
        return text


class Word(fields.String):
    """Text out of a fixed list."""

    default_error_messages = REQUIRED | {"invalid": _l("Phải là một chuỗi ký tự")}


class Whole(fields.Integer):
    """A JSON integer; 1.0 and "1" are none."""

    default_error_messages = REQUIRED | {"invalid": _l("Phải là số nguyên")}

    def __init__(self, *, least: int = 0, most: int = LARGEST_ROW, **more: Any) -> None:
        words = _l("Phải từ %(least)s đến %(most)s", least=least, most=most)
        super().__init__(strict=True, validate=validate.Range(least, most, error=words), **more)

    def _validated(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Digits(Whole):
    """A whole number in an address: ASCII digits, nothing else."""

    def _validated(self, value: Any) -> int:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 10):
            raise self.make_error("invalid", input=value)
        return int(value)


class Flag(fields.Boolean):
    """A JSON boolean; 1 and "true" are none."""

    default_error_messages = REQUIRED | {"invalid": _l("Phải là true hoặc false")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Day(fields.Date):
    """A calendar day, as 2019-10-17."""

    default_error_messages = REQUIRED | {
        "invalid": _l("Ghi ngày dạng 2019-10-17"),
        "format": _l("Ghi ngày dạng 2019-10-17"),
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> date:
        if not (isinstance(value, str) and len(value) == len("2019-10-17")):
            raise self.make_error("invalid", input=value, obj_type="date")
        return super()._deserialize(value, attr, data, **more)


class ClockTime(fields.Time):
    """A local hour of the day, as 08:30."""

    default_error_messages = REQUIRED | {
        "invalid": _l("Ghi giờ dạng 08:30"),
        "format": _l("Ghi giờ dạng 08:30"),
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(format="%H:%M", metadata={"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> time:
        if not (isinstance(value, str) and value.isascii() and len(value) == len("08:30")):
            raise self.make_error("invalid", input=value, obj_type="time")
        return super()._deserialize(value, attr, data, **more)


class Instant(fields.DateTime):
    """An instant, given with the offset of Vietnamese time: 2019-10-17T23:59:59+07:00."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else value.astimezone(VIETNAM).isoformat()


class Points(fields.Field):
    """Exact points: given as text with a decimal point, taken as such text or as a JSON number."""

    default_error_messages = REQUIRED | {"invalid": _l("Phải là một số, ví dụ 8 hoặc 8.5")}

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **more: Any) -> str | None:
        return None if value is None else decimal_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Decimal:
        text = number_text(value)
        if text is None:
            raise self.make_error("invalid", input=value)
        try:
            return parse_number(text, least=LOWEST_POINTS)
        except UnreadableNumber as error:
            raise self.make_error("invalid", input=value) from error


class OneOf(fields.Enum):
    """One word of an enumeration."""

    default_error_messages = REQUIRED | {"unknown": _l("Phải là một trong: {choices}")}

    def __init__(self, words: Any, **more: Any) -> None:
        super().__init__(words, by_value=Word(), **more)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **more: Any) -> str | None:
        # Columns keep the word itself, not the member of the enumeration.
        return None if value is None else str(value)


class Entries(fields.Field):
    """An object of one of the shapes below, by criterion code."""

    default_error_messages = REQUIRED | {
        "invalid": _l("Phải là một đối tượng JSON, mỗi khóa là mã một tiêu chí")
    }

    def __init__(self, inner: fields.Field, *, most: int = 500, **more: Any) -> None:
        super().__init__(**more)
        self.inner, self.most = inner, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping) or len(value) > self.most:
            raise self.make_error("invalid")
        faults, read = {}, {}
        for code, one in value.items():
            try:
                read[code] = self.inner.deserialize(one, code, value)
            except ValidationError as error:
                faults[code[:40]] = error.messages
        if faults:
            raise ValidationError(faults)
        return read


class Typed(fields.Field):
    """What is answered, by field name of the criterion's rule: text, boolean, number, or list of texts."""

    default_error_messages = REQUIRED | {"invalid": _l("Phải là một đối tượng JSON")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        for name, entry in value.items():
            items = entry if isinstance(entry, list) else [entry]
            if not all(isinstance(item, str | bool | int | Decimal) for item in items) or len(items) > 200:
                raise ValidationError({name[:40]: [_("Phải là chuỗi, số, true, false hoặc danh sách chuỗi")]})
        return dict(value)


def instant_text(instant: datetime, timetable: Timetable) -> str:
    """An instant of a timetable with the offset of its own zone."""
    return instant.astimezone(timetable.due.zone).isoformat()


def number_text(value: Any) -> str | None:
    """A JSON number, or a text that holds one with a decimal point, as the one number reader wants it."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**18 else "9" * 24
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",") if abs(value.adjusted()) < 18 else "9" * 24
    return value.replace(".", ",") if isinstance(value, str) else None
