"""Words for every way in which an answer cannot be taken: where it is and what to do. It reads no answer itself."""

import unicodedata
from collections.abc import Callable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.faults import FieldFault
from criteria.answers import LONGEST_REASON, Field, FieldCode, FieldKind, FieldProblem, fields
from criteria.model import Highest, Rule

TURNING = frozenset(
    {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
)  # classes of Unicode annex 9
FIELD_LABELS: Mapping[str, LazyString] = {
    "numerator": _l("Tử số"),
    "denominator": _l("Mẫu số"),
    "count": _l("Số lượng"),
    "points": _l("Điểm"),
    "answer": _l("Câu trả lời"),
    "option": _l("Mức tự đánh giá"),
    "parts": _l("Nội dung đã làm"),
}
EMPTY_WORDS: Mapping[FieldKind, LazyString] = {
    FieldKind.YES_NO: _l("Chọn Có hoặc Không"),
    FieldKind.OPTION: _l("Chọn một mức tự đánh giá"),
    FieldKind.OPTIONS: _l("Đánh dấu nội dung đã làm, hoặc “Không có nội dung nào”"),
}

Words = Callable[[str, str], str]
MESSAGES: Mapping[FieldCode, Words] = {
    FieldCode.EMPTY: lambda label, _detail: _("Nhập %(label)s", label=_small(label)),
    FieldCode.TOO_LONG: lambda label, detail: _(
        "%(label)s dài nhất %(limit)s ký tự", label=label, limit=detail
    ),
    FieldCode.NOT_A_NUMBER: lambda label, _detail: _(
        "%(label)s phải là một số viết bằng chữ số, ví dụ 12 hoặc 8,5", label=label
    ),
    FieldCode.AMBIGUOUS: lambda label, _detail: _(
        "%(label)s: viết 1234 hoặc 1,234; không dùng dấu chấm", label=label
    ),
    FieldCode.TOO_PRECISE: lambda label, detail: _(
        "%(label)s có nhiều nhất %(limit)s chữ số sau dấu phẩy", label=label, limit=detail
    ),
    FieldCode.BELOW_MINIMUM: lambda label, detail: _(
        "%(label)s phải từ %(limit)s trở lên", label=label, limit=detail
    ),
    FieldCode.ABOVE_MAXIMUM: lambda label, detail: _(
        "%(label)s phải từ 0 đến %(limit)s", label=label, limit=detail
    ),
    FieldCode.NOT_WHOLE: lambda label, _detail: _(
        "%(label)s phải là số nguyên, không có phần lẻ", label=label
    ),
    FieldCode.NOT_YES_OR_NO: lambda _label, _detail: _("Chọn Có hoặc Không"),
    FieldCode.UNKNOWN_OPTION: lambda label, _detail: _(
        "%(label)s: chọn trong danh sách của tiêu chí", label=label
    ),
    FieldCode.CONTRADICTORY: lambda _label, _detail: _(
        "Đã đánh dấu “Không có nội dung nào” thì bỏ các dấu khác"
    ),
    FieldCode.ONE_ONLY: lambda label, _detail: _("%(label)s: chỉ ghi một giá trị", label=label),
    FieldCode.ABOVE_DENOMINATOR: lambda _label, detail: _(
        "Tử số phải nhỏ hơn hoặc bằng mẫu số (%(limit)s)", limit=detail
    ),
    FieldCode.ZERO_DENOMINATOR: lambda _label, _detail: _("Mẫu số phải lớn hơn 0"),
    FieldCode.NO_ALTERNATIVE: lambda _label, _detail: _("Kê khai ít nhất một hình thức"),
    FieldCode.UNKNOWN_FIELD: lambda _label, _detail: _("Tiêu chí này không hỏi mục này; bỏ mục này đi"),
    FieldCode.WRONG_TYPE: lambda label, _detail: _("%(label)s: ghi lại câu trả lời của ô này", label=label),
}


def field_label(field: Field) -> str:
    """The name of a field by itself."""
    return str(FIELD_LABELS[field.label])


def box_label(rule: Rule, field: Field) -> str:
    """The name of a field as it stands beside its box; one of several ways of meeting a criterion names the way."""
    label = field_label(field)
    if not isinstance(rule, Highest):
        return label
    way = next(one.label for one in rule.alternatives if one.code == field.alternative)
    return way if field.kind in EMPTY_WORDS else f"{way}: {_small(label)}"


def value_fault(rule: Rule, problem: FieldProblem) -> FieldFault:
    """One field's problem in words, at the field."""
    field = next((one for one in fields(rule) if one.name == problem.field), None)
    label = box_label(rule, field) if field else problem.field
    if field is not None and problem.code == FieldCode.EMPTY and field.kind in EMPTY_WORDS:
        return FieldFault(problem.field, problem.code, str(EMPTY_WORDS[field.kind]))
    return FieldFault(problem.field, problem.code, str(MESSAGES[problem.code](label, problem.detail)))


def reason_fault(reason: str) -> FieldFault | None:
    """What is wrong with a reason: only its length; that it is missing matters when the form is handed in."""
    if len(reason) <= LONGEST_REASON:
        return None
    limit, length = _grouped(LONGEST_REASON), _grouped(len(reason))
    words = _("Lý do phải ngắn hơn %(limit)s ký tự (đang là %(length)s)", limit=limit, length=length)
    return FieldFault("reason", "too_long", words)


def prose(text: str) -> str:
    """What somebody typed, as it is kept: NFC, one kind of line break, no outer spaces.

    Control characters go, and so do marks that turn the direction of the text round them: they show others something
    else than what is kept.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(mark for mark in lines if mark in "\n\t" or _is_plain(mark)).strip()


def _is_plain(mark: str) -> bool:
    turns = unicodedata.bidirectional(mark) in TURNING
    return not turns and unicodedata.category(mark) not in {"Cc", "Cs"}


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
