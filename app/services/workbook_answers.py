"""From the rows of an uploaded workbook to answers that may be saved, and every fault by its cell. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.faults import FieldFault
from app.services.answer_faults import prose, reason_fault, value_fault
from app.services.answers import AnswerInput
from app.services.form_books import line_ids
from app.services.workbook_faults import WORDS, at, criterion_of, flaw_fault
from criteria.answers import FieldProblem, InvalidValue, read_value
from criteria.model import CriteriaSet, Criterion, EnteredBy
from criteria.workbook.form import TICK, BookFlaw, Heading, Place, ReadForm, ReadLine

MOST_FAULTS = 500


@dataclass
class TypedBook:
    """What a workbook says: inputs by criterion, with the cell to show for each, and what is wrong with it."""

    inputs: dict[str, AnswerInput] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    faults: list[FieldFault] = field(default_factory=list)


def typed_book(known: CriteriaSet, waived: frozenset[str], form: ReadForm) -> TypedBook:
    """Read every criterion that the workbook has rows of; rows that were deleted change nothing."""
    found = TypedBook(faults=[flaw_fault(flaw) for flaw in form.flaws])
    by_criterion: dict[str, dict[str, ReadLine]] = defaultdict(dict)
    for name, line in form.lines.items():
        by_criterion[criterion_of(name)][name] = line
    broken = {criterion_of(flaw.line) for flaw in form.flaws}
    for code, lines in by_criterion.items():
        refused = _refusal(known, waived, code)
        if refused is None:
            _read_criterion(found, known.criterion(code), lines, is_broken=code in broken)
        elif any(line.value or line.reason or line.estimated for line in lines.values()):
            first = next(iter(lines.values()))
            found.faults.append(at(first.places[Heading.VALUE], "not_asked", refused, code))
    _shorten(found.faults)
    return found


def _shorten(faults: list[FieldFault]) -> None:
    """A form has fewer places than this; a sheet full of something else is not listed cell by cell."""
    if len(faults) > MOST_FAULTS:
        more = _("Còn %(count)s chỗ nữa; sửa các chỗ trên rồi nhập lại", count=len(faults) - MOST_FAULTS)
        faults[MOST_FAULTS:] = [FieldFault("", "more", more)]


def _refusal(known: CriteriaSet, waived: frozenset[str], code: str) -> str | None:
    words: str | None = None
    if not known.has(code):
        words = _("Bộ tiêu chí không có mã %(code)s", code=code[:40])
    elif known.criterion(code).entered_by != EnteredBy.UNIT:
        words = _("Cơ quan chủ trì hoặc hệ thống nhập tiêu chí %(code)s; để trống dòng này", code=code)
    elif code in waived:
        words = _("Tiêu chí %(code)s không áp dụng cho đơn vị; để trống dòng này", code=code)
    return words


def _read_criterion(
    found: TypedBook, criterion: Criterion, lines: Mapping[str, ReadLine], *, is_broken: bool
) -> None:
    code = criterion.code
    expected = {name: (asked.name, option) for name, asked, option in line_ids(criterion)}
    faults = list(_row_faults(code, lines, expected))
    raw: dict[str, str | list[str]] = {}
    for name, (asked, option) in expected.items():
        line = lines.get(name)
        if line is None:
            continue
        if not option:
            raw[asked] = line.value
        elif line.value.casefold() == TICK:
            raw[asked] = [*raw.get(asked, ()), option]
    first = next(iter(lines.values()))
    reason = prose(next((line.reason for line in lines.values() if line.reason), ""))
    estimated = any(line.estimated.casefold() == TICK for line in lines.values())
    too_long = reason_fault(reason)
    if too_long:
        faults.append(at(_reason_place(lines), too_long.code, too_long.message, code))
    if any(raw.values()) and not is_broken:
        faults += _value_faults(criterion, raw, lines, expected)
    if faults or is_broken:
        found.faults += faults
        return
    found.inputs[code] = AnswerInput(raw or None, reason, estimated)
    found.places[code] = first.places[Heading.VALUE]


def _row_faults(
    code: str, lines: Mapping[str, ReadLine], expected: Mapping[str, tuple[str, str]]
) -> Iterator[FieldFault]:
    for name, line in lines.items():
        place = line.places[Heading.VALUE]
        if name not in expected:
            words = _("Dòng %(row)s không có trong tiêu chí này; tải lại mẫu", row=name[:60])
            yield at(line.places[Heading.VALUE], "unknown_row", words, code)
        elif expected[name][1] and line.value.casefold() not in {"", TICK}:
            yield at(place, BookFlaw.NOT_A_TICK, WORDS[BookFlaw.NOT_A_TICK](line.value[:40]), code)


def _value_faults(
    criterion: Criterion,
    raw: Mapping[str, str | list[str]],
    lines: Mapping[str, ReadLine],
    expected: Mapping[str, tuple[str, str]],
) -> Iterator[FieldFault]:
    try:
        read_value(criterion.rule, raw)
    except InvalidValue as error:
        for problem in error.problems:
            fault = value_fault(criterion.rule, problem)
            yield at(_place_of(problem, lines, expected), fault.code, fault.message, criterion.code)


def _place_of(
    problem: FieldProblem, lines: Mapping[str, ReadLine], expected: Mapping[str, tuple[str, str]]
) -> Place:
    named = (
        lines[name] for name, (asked, _option) in expected.items() if asked == problem.field and name in lines
    )
    line = next(named, None) or next(iter(lines.values()))
    return line.places[Heading.VALUE]


def _reason_place(lines: Mapping[str, ReadLine]) -> Place:
    line = next((line for line in lines.values() if line.reason), next(iter(lines.values())))
    return line.places[Heading.REASON]
