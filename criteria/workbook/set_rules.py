"""Builds one rule from the cells of its row and of its points, each flaw at the cell that causes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from string import ascii_lowercase
from typing import TypeVar

from criteria.checks import LARGEST_NUMBER, Flaw, FlawCode, InvalidCriteria
from criteria.model import (
    ZERO,
    Adjustment,
    Alternative,
    Choice,
    Count,
    CountLadder,
    Highest,
    Normalised,
    Option,
    Parts,
    Ratio,
    RollUp,
    RollUpHow,
    Rule,
    RuleKind,
    Step,
    Survey,
    WhenZero,
    YesNo,
)
from criteria.numbers import UnreadableNumber, comma, parse_number
from criteria.workbook.form import TICK, Place
from criteria.workbook.set_form import (
    ADDED_UP,
    ASKED,
    HOW_WORDS,
    KIND_WORDS,
    LISTED,
    PARAMETERS,
    POINTS_SHEET,
    WHEN_ZERO_WORDS,
    CriterionHeading,
    PointHeading,
    SetFlaw,
    SetFlawCode,
)
from criteria.workbook.tables import TableRow

T = TypeVar("T")
YES = frozenset({TICK, "có"})
NO = frozenset({"", "không"})
LONGEST_DETAIL = 60
PLACES: Mapping[str, CriterionHeading] = {
    "points": CriterionHeading.MAX,
    "max": CriterionHeading.MAX,
    "cap": CriterionHeading.MAX,
    "when_zero": CriterionHeading.WHEN_ZERO,
    "rule.when_zero": CriterionHeading.WHEN_ZERO,
    "unit_points": CriterionHeading.EACH,
    "floor": CriterionHeading.FLOOR,
    "of": CriterionHeading.OF,
    "how": CriterionHeading.HOW,
    "code": CriterionHeading.ALTERNATIVE,
    "label": CriterionHeading.TITLE,
}
POINT_PLACES: Mapping[str, PointHeading] = {
    "code": PointHeading.CODE,
    "label": PointHeading.LABEL,
    "at_least": PointHeading.AT_LEAST,
    "points": PointHeading.POINTS,
}

Found = list[SetFlaw]


class RuleCells:
    """The cells that say one rule: the row of a criterion or of an alternative, and the rows of its points."""

    def __init__(self, row: TableRow, points: Sequence[TableRow], flaws: Found) -> None:
        self.row, self.points, self.flaws = row, points, flaws

    def rule(self, alternatives: Iterable[RuleCells] = ()) -> Rule | None:
        """The rule; None where something is wrong with it, which then stands among the flaws."""
        before = len(self.flaws)
        kind = self.word(CriterionHeading.KIND, KIND_WORDS)
        if kind is None:
            return None
        self._refuse_unused(RuleKind(kind))
        rule = self._built(lambda: BUILDERS[RuleKind(kind)](self, alternatives), self._place)
        if rule is not None and rule.kind in ADDED_UP:
            self._compare_max(rule.max)
        return rule if len(self.flaws) == before else None

    def word(
        self, heading: CriterionHeading, words: Mapping[str, str], blank: str | None = None
    ) -> str | None:
        """The code that a word of a list stands for; `blank` where nothing is chosen."""
        return chosen(self.row, heading, words, self.flaws, blank)

    def number(self, heading: CriterionHeading, blank: Decimal | None = None) -> Decimal:
        """A number; 0 after a flaw, which keeps the rule from being used."""
        return _number(self.row, heading, self.flaws, blank)

    def flag(self, heading: CriterionHeading) -> bool:
        """Whether a box is ticked."""
        return ticked(self.row, heading, self.flaws)

    def alternative(self) -> Alternative | None:
        """This row as one way of meeting a criterion; None after a flaw."""
        rule = self.rule()
        if rule is None:
            return None
        code, label = (
            code_text(self.row, CriterionHeading.ALTERNATIVE, self.flaws),
            self.row.text(CriterionHeading.TITLE),
        )
        # A rule that may not stand here is refused by the alternative itself.
        return self._built(lambda: Alternative(code, label, rule), self._place)  # type: ignore[arg-type]

    def options(self) -> tuple[Option, ...]:
        """The rows of points as options; a row without a code gets the next letter."""
        letters = self._free_letters()
        found = (self._option(row, letters) for row in self.points)
        return tuple(one for one in found if one)

    def steps(self) -> tuple[Step, ...]:
        """The rows of points as steps of a ladder."""
        found = (self._step(row) for row in self.points)
        return tuple(one for one in found if one)

    def _option(self, row: TableRow, letters: Iterator[str]) -> Option | None:
        code = code_text(row, PointHeading.CODE, self.flaws) or next(letters)
        points = _number(row, PointHeading.POINTS, self.flaws)
        return self._built(
            lambda: Option(code, row.text(PointHeading.LABEL), points), partial(_point_place, row)
        )

    def _step(self, row: TableRow) -> Step | None:
        least = _number(row, PointHeading.AT_LEAST, self.flaws)
        points = _number(row, PointHeading.POINTS, self.flaws)
        return self._built(lambda: Step(least, points), partial(_point_place, row))

    def _free_letters(self) -> Iterator[str]:
        taken = {row.text(PointHeading.CODE) for row in self.points}
        names = (*ascii_lowercase, *(f"m{number}" for number in range(1, len(self.points) + 1)))
        return iter([name for name in names if name not in taken])

    def _built(self, build: Callable[[], T], place: Callable[[Flaw], Place]) -> T | None:
        before = len(self.flaws)
        try:
            built = build()
        except InvalidCriteria as refused:
            # What was not read stands for 0 or nothing: its own flaw is enough.
            if len(self.flaws) == before:
                self.flaws += [self._said(flaw, place(flaw)) for flaw in refused.problems]
            return None
        return built if len(self.flaws) == before else None

    def _said(self, flaw: Flaw, place: Place) -> SetFlaw:
        return SetFlaw(place, flaw.code, flaw.detail, self.row.text(CriterionHeading.CODE))

    def _place(self, flaw: Flaw) -> Place:
        """The cell that a flaw of the rule is about; of what is listed, the last row that says the detail."""
        for row in reversed(self.points):
            said = {row.text(heading).casefold().replace(",", ".") for heading in PointHeading}
            if flaw.detail and flaw.detail.casefold() in said:
                return row.place(
                    PointHeading.LABEL if row.text(PointHeading.LABEL) else PointHeading.AT_LEAST
                )
        return self.row.place(PLACES.get(flaw.path, CriterionHeading.KIND))

    def _refuse_unused(self, kind: RuleKind) -> None:
        for heading in PARAMETERS:
            if self.row.text(heading) and heading not in ASKED[kind]:
                self._flaw(self.row.place(heading), SetFlawCode.NOT_USED, heading)
        if kind not in LISTED:
            for row in self.points:
                self._flaw(row.place(PointHeading.LABEL), SetFlawCode.NOT_USED, POINTS_SHEET)

    def _compare_max(self, added_up: Decimal) -> None:
        if self.row.text(CriterionHeading.MAX) and self.number(CriterionHeading.MAX) != added_up:
            self._flaw(self.row.place(CriterionHeading.MAX), SetFlawCode.MAX_DIFFERS, comma(added_up))

    def _flaw(self, place: Place, code: str, detail: str) -> None:
        self.flaws.append(SetFlaw(place, code, detail, self.row.text(CriterionHeading.CODE)))


def _point_place(row: TableRow, flaw: Flaw) -> Place:
    return row.place(POINT_PLACES.get(flaw.path, PointHeading.LABEL))


def chosen(
    row: TableRow, heading: str, words: Mapping[str, str], flaws: Found, blank: str | None = None
) -> str | None:
    """The code that a word of a list stands for, whatever its case; `blank` where nothing is chosen, None after a flaw."""
    text = row.text(heading)
    if not text and blank is not None:
        return blank
    found = next((code for code, word in words.items() if word.casefold() == text.casefold()), None)
    if found is None:
        code = SetFlawCode.UNKNOWN_WORD if text else FlawCode.MISSING
        flaws.append(_flaw(row, heading, code, text[:LONGEST_DETAIL] or heading))
    return found


def ticked(row: TableRow, heading: str, flaws: Found) -> bool:
    """Whether a box is ticked, with x or có."""
    text = row.text(heading).casefold()
    if text not in YES | NO:
        flaws.append(_flaw(row, heading, SetFlawCode.UNKNOWN_WORD, text[:LONGEST_DETAIL]))
    return text in YES


def code_text(row: TableRow, heading: str, flaws: Found) -> str:
    """A code as text. Excel makes 1.10 the number 1.1 where the cell is no text: a fraction is refused, not guessed."""
    text = row.text(heading)
    if "," in text and text.replace(",", "").isdecimal():
        flaws.append(_flaw(row, heading, SetFlawCode.CODE_NUMBER, text))
        return ""
    return text


def _number(row: TableRow, heading: str, flaws: Found, blank: Decimal | None = None) -> Decimal:
    text = row.text(heading)
    if not text:
        if blank is None:
            flaws.append(_flaw(row, heading, FlawCode.MISSING, heading))
        return blank or ZERO
    try:
        return parse_number(text, least=-LARGEST_NUMBER)
    except UnreadableNumber as unread:
        flaws.append(_flaw(row, heading, FlawCode.BAD_NUMBER, f"{unread.code}"))
        return ZERO


def _flaw(row: TableRow, heading: str, code: str, detail: str) -> SetFlaw:
    criterion = row.text(CriterionHeading.CODE)
    return SetFlaw(row.place(heading), code, detail, criterion)


def _highest(_cells: RuleCells, alternatives: Iterable[RuleCells]) -> Rule:
    found = (one.alternative() for one in alternatives)
    return Highest(tuple(one for one in found if one))


def _adjustment(cells: RuleCells, _alternatives: Iterable[RuleCells]) -> Rule:
    return Adjustment(
        unit_points=cells.number(CriterionHeading.EACH),
        cap=cells.number(CriterionHeading.MAX, ZERO),
        floor=cells.number(CriterionHeading.FLOOR, ZERO),
    )


def _roll_up(cells: RuleCells, _alternatives: Iterable[RuleCells]) -> Rule:
    of = code_text(cells.row, CriterionHeading.OF, cells.flaws)
    how = cells.word(CriterionHeading.HOW, HOW_WORDS, RollUpHow.RATIO)
    return RollUp(cells.number(CriterionHeading.MAX), of, str(how or RollUpHow.RATIO))


def _ratio(cells: RuleCells, _alternatives: Iterable[RuleCells]) -> Rule:
    when = cells.word(CriterionHeading.WHEN_ZERO, WHEN_ZERO_WORDS, WhenZero.ZERO)
    return Ratio(cells.number(CriterionHeading.MAX), str(when or WhenZero.ZERO))


BUILDERS: Mapping[RuleKind, Callable[[RuleCells, Iterable[RuleCells]], Rule]] = {
    RuleKind.YES_NO: lambda cells, _more: YesNo(cells.number(CriterionHeading.MAX)),
    RuleKind.RATIO: _ratio,
    RuleKind.COUNT_LADDER: lambda cells, _more: CountLadder(
        cells.steps(), cells.flag(CriterionHeading.WHOLE)
    ),
    RuleKind.CHOICE: lambda cells, _more: Choice(cells.options()),
    RuleKind.PARTS: lambda cells, _more: Parts(cells.options()),
    RuleKind.COUNT: lambda cells, _more: Count(
        cells.number(CriterionHeading.EACH), cells.number(CriterionHeading.MAX)
    ),
    RuleKind.HIGHEST: _highest,
    RuleKind.NORMALISED: lambda cells, _more: Normalised(cells.number(CriterionHeading.MAX)),
    RuleKind.SURVEY: lambda cells, _more: Survey(cells.number(CriterionHeading.MAX)),
    RuleKind.ADJUSTMENT: _adjustment,
    RuleKind.ROLL_UP: _roll_up,
}
