"""Kinds of input that several pages ask for: a day, points, versions of rows. They read what was typed, nothing else."""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from criteria.numbers import NumberCode, UnreadableNumber, parse_number

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
LARGEST_ID = 2**31 - 1
TIME_WORDS = _l("Ghi giờ theo dạng giờ:phút, ví dụ 08:30")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3])\s*(?:(?::|h|giờ)\s*([0-5][0-9])?)?")
DAY_WORDS = _l("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 18/10/2019")
NUMBER_WORDS = _l("Điểm phải là một số viết bằng chữ số, ví dụ 12 hoặc 8,5")
AMBIGUOUS_WORDS = _l("Viết 1234 hoặc 1,234; không dùng dấu chấm")
OLD_WORDS = _l("Mở lại trang rồi gửi lần nữa")
# Lists, since marshmallow would take a lazy text for a sequence of messages.
Messages = dict[str, str | list[Any] | dict[Any, Any]]
UNFIT: Messages = {"required": [OLD_WORDS], "invalid": [OLD_WORDS], "null": [OLD_WORDS]}


def required(words: object) -> dict[str, Any]:
    """The keyword arguments of a text that must be there; blank is refused where its service says so."""
    return {"required": True, "error_messages": {"required": [words]}}


DAY_MESSAGES: Messages = {"required": [DAY_WORDS], "invalid": [DAY_WORDS], "null": [DAY_WORDS]}
IN_REACH = validate.Range(EARLIEST, LATEST, error=DAY_WORDS)


def day() -> fields.Date:
    """A day typed as dd/mm/yyyy."""
    return fields.Date(format="%d/%m/%Y", required=True, error_messages=DAY_MESSAGES, validate=IN_REACH)


class DayIfAny(fields.Field[date | None]):
    """A day typed as dd/mm/yyyy; blank is None."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        return day().deserialize(value, attr, data) if str(value).strip() else None


class ClockTime(fields.Field[time]):
    """An hour of the day typed as 8:30, 08h30 or 8 giờ 30; without minutes it is the full hour."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        found = CLOCK.fullmatch(str(value).strip().lower())
        if found is None:
            raise ValidationError(str(TIME_WORDS))
        return time(int(found[1]), int(found[2] or 0))


def version() -> fields.Integer:
    """The hidden version of the row that was shown."""
    return fields.Integer(
        required=True, error_messages=UNFIT, validate=validate.Range(0, LARGEST_ID, error=OLD_WORDS)
    )


class Points(fields.Field[Decimal | None]):
    """Points with a decimal comma or point; blank is None."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        text = str(value).strip()
        if not text:
            return None
        try:
            return parse_number(text, least=Decimal(-1_000_000))
        except UnreadableNumber as error:
            words = AMBIGUOUS_WORDS if error.code == NumberCode.AMBIGUOUS else NUMBER_WORDS
            raise ValidationError(str(words)) from error


class Versions(fields.Field[dict[int, int]]):
    """Versions of many rows, as ``12:3 15:1``."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        pairs = [part.partition(":") for part in str(value).split()]
        if not all(is_key(key) and is_key(number) for key, _colon, number in pairs):
            raise ValidationError(str(OLD_WORDS))
        return {int(key): int(number) for key, _colon, number in pairs}


def number_of(argument: str) -> int | None:
    """A key in the address, such as ``?don_vi=12``; None where it is none."""
    typed = request.args.get(argument, "")
    return int(typed) if is_key(typed) else None


def versions_text(shown: Mapping[int, int]) -> str:
    """Versions as :class:`Versions` reads them."""
    return " ".join(f"{key}:{number}" for key, number in shown.items())


def is_key(text: str) -> bool:
    """Can this be the key or the version of a row?"""
    # Length first: Python refuses to read a number of thousands of digits.
    return text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID)) and int(text) <= LARGEST_ID
