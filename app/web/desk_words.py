"""Rules and answers in words, and instants to the second: how points are counted, which boxes a rule asks for, what was answered. Scores nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from app.services.answer_faults import box_label
from app.web.presentation import date_vi, local, number
from criteria.answers import Field, FieldKind, Value
from criteria.answers import fields as fields_of
from criteria.model import NONE_OF_THESE, Highest, Rule, RuleKind, WhenZero, YesNo

Worth = tuple[str, str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a criterion's page; ``items`` are (value, words, points) where something is chosen.

    ``hint``: how to fill it in, with an example.
    """

    name: str
    kind: FieldKind
    label: str
    items: tuple[Worth, ...] = ()
    hint: str = ""


def to_the_second(instant: datetime | None) -> str:
    """An instant as a receipt states it; empty where there is none."""
    if instant is None:
        return ""
    return str(_("%(time)s ngày %(date)s", time=f"{local(instant):%H:%M:%S}", date=date_vi(instant)))


def boxes(rule: Rule) -> tuple[Box, ...]:
    """The boxes that a rule asks for, in order."""
    return tuple(_box(rule, field) for field in fields_of(rule))


def _box(rule: Rule, field: Field) -> Box:
    items = _items(_part(rule, field), field)
    return Box(field.name, field.kind, box_label(rule, field), items, field_hint(field))


def field_hint(field: Field) -> str:
    """How to fill in a field, in at most twenty words with an example."""
    of_kind = {
        FieldKind.YES_NO: _("Chọn Có khi có văn bản hoặc kết quả chứng minh, ví dụ quyết định đã ký."),
        FieldKind.OPTION: _(
            "Chọn mức cao nhất mà đơn vị có tài liệu chứng minh, ví dụ bằng cấp, quyết định."
        ),
        FieldKind.OPTIONS: _("Đánh dấu mọi nội dung đã làm, ví dụ đã ban hành quy chế."),
        FieldKind.INTEGER: _("Số đếm được trong kỳ số liệu, viết bằng chữ số, ví dụ 12."),
        FieldKind.NUMBER: _("Viết bằng chữ số, ví dụ 12 hoặc 8,5."),
    }
    of_label = {
        "numerator": _("Phần đã đạt, ví dụ 45 trong 60 hồ sơ thì ghi 45."),
        "denominator": _("Tổng số phải tính, ví dụ 45 trong 60 hồ sơ thì ghi 60."),
    }
    return of_label.get(field.label, of_kind[field.kind])


def _part(rule: Rule, field: Field) -> Rule:
    if isinstance(rule, Highest):
        return next(one.rule for one in rule.alternatives if one.code == field.alternative)
    return rule


def _items(rule: Rule, field: Field) -> tuple[Worth, ...]:
    if isinstance(rule, YesNo):
        return (("yes", _("Có"), rule.points), ("no", _("Không"), Decimal(0)))
    listed = tuple((option.code, option.label, option.points) for option in field.options)
    if field.kind == FieldKind.OPTIONS:
        return (*listed, (NONE_OF_THESE, _("Không có nội dung nào"), None))
    return listed


def value_words(rule: Rule, value: Value | None) -> tuple[tuple[str, str], ...]:
    """An answer as (label, words); empty where nothing was answered."""
    if value is None:
        return ()
    return tuple((box.label, _entry_words(box, value[box.name])) for box in boxes(rule) if box.name in value)


def typed_words(rule: Rule, typed: Callable[[str], list[str]]) -> tuple[tuple[str, str], ...]:
    """What was typed into the boxes as (label, words), read or not; ``typed`` gives the texts of a box by its name."""
    return tuple((box.label, words) for box in boxes(rule) if (words := _typed_entry(box, typed(box.name))))


def _typed_entry(box: Box, typed: list[str]) -> str:
    names = {key: words for key, words, _worth in box.items}
    return "; ".join(names.get(text, text) for text in typed if text.strip())


def _entry_words(box: Box, entry: Any) -> str:
    names = {key: words for key, words, _worth in box.items}
    if isinstance(entry, bool):
        return _("Có") if entry else _("Không")
    if isinstance(entry, Decimal):
        return number(entry)
    if isinstance(entry, tuple):
        return "; ".join(names.get(code, str(code)) for code in entry) or _("Không có nội dung nào")
    return names.get(entry, str(entry))


def rule_words(rule: Rule) -> tuple[str, ...]:
    """How points are counted, as sentences."""
    return _WORDS[rule.kind](rule)


def _yes_no(rule: Any) -> tuple[str, ...]:
    return (_("Có được %(points)s điểm, Không được 0 điểm.", points=number(rule.points)),)


def _ratio(rule: Any) -> tuple[str, ...]:
    first = _("Điểm = tử số ÷ mẫu số × %(max)s.", max=number(rule.max))
    if rule.when_zero == WhenZero.NOT_APPLICABLE:
        return first, _("Mẫu số bằng 0 thì tiêu chí không áp dụng và không tính vào điểm tối đa.")
    return first, _("Mẫu số bằng 0 thì được 0 điểm.")


def _ladder(rule: Any) -> tuple[str, ...]:
    return tuple(
        _("Từ %(count)s trở lên: %(points)s điểm.", count=number(step.at_least), points=number(step.points))
        for step in sorted(rule.steps, key=lambda step: step.at_least)
    )


def _choice(_rule: Any) -> tuple[str, ...]:
    return (_("Chọn một mức đúng với hiện trạng; được điểm của mức đó."),)


def _parts(_rule: Any) -> tuple[str, ...]:
    return (_("Mỗi nội dung đã làm được tính điểm riêng rồi cộng lại."),)


def _count(rule: Any) -> tuple[str, ...]:
    return (
        _(
            "Điểm = số lượng × %(worth)s, tối đa %(max)s.",
            worth=number(rule.unit_points),
            max=number(rule.max),
        ),
    )


def _highest(rule: Any) -> tuple[str, ...]:
    first = _("Kê khai mọi hình thức có được; hình thức nhiều điểm nhất được tính.")
    return first, *(
        f"{one.label}: {words[:1].lower()}{words[1:]}"
        for one in rule.alternatives
        for words in rule_words(one.rule)
    )


def _normalised(rule: Any) -> tuple[str, ...]:
    return (
        _("Điểm = (tử số ÷ mẫu số) ÷ tỷ lệ của đơn vị cao nhất × %(max)s.", max=number(rule.max)),
        _("Điểm chỉ tính được khi đã có số liệu của mọi đơn vị; trước đó để trống."),
    )


def _survey(rule: Any) -> tuple[str, ...]:
    words = _("Cơ quan chủ trì nhập từ kết quả điều tra, tối đa %(max)s điểm.", max=number(rule.max))
    return (words,)


def _adjustment(rule: Any) -> tuple[str, ...]:
    if rule.is_penalty:
        words = _(
            "Cơ quan chủ trì nhập: mỗi lần trừ %(worth)s điểm, trừ nhiều nhất %(most)s điểm.",
            worth=number(-rule.unit_points),
            most=number(-rule.floor),
        )
        return (words,)
    words = _(
        "Mỗi lần cộng %(worth)s điểm, cộng nhiều nhất %(most)s điểm. Không có thì để trống.",
        worth=number(rule.unit_points),
        most=number(rule.cap),
    )
    return (words,)


def _roll_up(rule: Any) -> tuple[str, ...]:
    words = _("Hệ thống tính từ kết quả của các đơn vị cấp dưới, tối đa %(max)s điểm.", max=number(rule.max))
    return (words,)


_WORDS: Mapping[RuleKind, Callable[[Any], tuple[str, ...]]] = {
    RuleKind.YES_NO: _yes_no,
    RuleKind.RATIO: _ratio,
    RuleKind.COUNT_LADDER: _ladder,
    RuleKind.CHOICE: _choice,
    RuleKind.PARTS: _parts,
    RuleKind.COUNT: _count,
    RuleKind.HIGHEST: _highest,
    RuleKind.NORMALISED: _normalised,
    RuleKind.SURVEY: _survey,
    RuleKind.ADJUSTMENT: _adjustment,
    RuleKind.ROLL_UP: _roll_up,
}
