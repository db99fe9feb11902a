"""Writes a criteria set as a workbook that an office edits and sends back. What comes from users stays text.

Text is read back without the blanks around it; everything else of a set comes back as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from criteria.model import (
    Adjustment,
    Alternative,
    Choice,
    Count,
    CountLadder,
    CriteriaSet,
    Criterion,
    Highest,
    Parts,
    Ratio,
    RollUp,
    Rule,
    floor,
)
from criteria.numbers import comma
from criteria.workbook.form import FORMAT, GUIDE_SHEET, LISTS_SHEET, META_SHEET, TICK
from criteria.workbook.set_form import (
    CRITERIA_SHEET,
    ENTERED_BY_WORDS,
    GROUPS_SHEET,
    HOW_WORDS,
    KIND_WORDS,
    ORIGIN,
    POINTS_SHEET,
    ROUNDING_WORDS,
    SECTION_WORDS,
    SETTINGS_SHEET,
    UNIT_KIND_WORDS,
    WHEN_ZERO_WORDS,
    CriterionHeading,
    GroupHeading,
    PointHeading,
    Setting,
    SettingHeading,
)
from criteria.workbook.writing import A4, FONT, clean

CREAM, GREY = "#FFF8DC", "#ECECEC"
SPARE_ROWS = 300  # below the last one, with lists and formats, for criteria to come
MOST_DIGITS = 15  # of a number that Excel keeps exactly
NUMERIC = frozenset({CriterionHeading.MAX, CriterionHeading.EACH, CriterionHeading.FLOOR})
COUNTED = frozenset({PointHeading.AT_LEAST, PointHeading.POINTS})
WIDE = {
    SettingHeading.NAME: 30,
    SettingHeading.VALUE: 80,
    GroupHeading.TITLE: 60,
    GroupHeading.SECTION: 24,
    CriterionHeading.TITLE: 54,
    CriterionHeading.KIND: 24,
    CriterionHeading.WHEN_ZERO: 18,
    CriterionHeading.HOW: 18,
    CriterionHeading.EVIDENCE: 36,
    CriterionHeading.HELP: 60,
    CriterionHeading.ENTERED_BY: 18,
    PointHeading.LABEL: 70,
}
WIDTH = 12

Value = str | Decimal | int
Row = Mapping[str, Value]


def set_bytes(criteria_set: CriteriaSet, guide: Sequence[str]) -> bytes:
    """The set as one .xlsx file: its settings, groups, criteria, points, and the guide's lines on a sheet of their own."""
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        writer = _Writer.of(book)
        writer.table(SETTINGS_SHEET, SettingHeading, list(_settings(criteria_set)))
        groups = writer.table(GROUPS_SHEET, GroupHeading, list(_groups(criteria_set)))
        criteria = writer.table(CRITERIA_SHEET, CriterionHeading, list(_criteria(criteria_set)))
        points = writer.table(POINTS_SHEET, PointHeading, list(_points(criteria_set)))
        points.set_column(
            _at(PointHeading, PointHeading.CODE),
            _at(PointHeading, PointHeading.CODE),
            WIDTH,
            None,
            {"hidden": True},
        )
        _limit(book.add_worksheet(LISTS_SHEET), groups, criteria)
        _write_guide(book.add_worksheet(GUIDE_SHEET), guide, writer)
        _write_meta(book.add_worksheet(META_SHEET), criteria_set)
    return stream.getvalue()


@dataclass(frozen=True)
class _Writer:
    book: Any
    header: Format
    text: Format
    number: Format
    locked: Format
    title: Format

    @classmethod
    def of(cls, book: Any) -> _Writer:
        boxed = FONT | {"border": 1, "text_wrap": True}
        return cls(
            book=book,
            header=book.add_format(boxed | {"bold": True, "align": "center", "bg_color": GREY}),
            text=book.add_format(boxed | {"bg_color": CREAM, "num_format": "@"}),
            number=book.add_format(boxed | {"bg_color": CREAM, "align": "right"}),
            locked=book.add_format(boxed | {"bg_color": GREY, "num_format": "@"}),
            title=book.add_format(FONT | {"bold": True, "font_size": 13}),
        )

    def table(self, name: str, headings: type[StrEnum], rows: Sequence[Row]) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        for place, heading in enumerate(headings):
            # The whole column is text, so that a code such as 1.10 that is typed below stays what it is.
            sheet.set_column(place, place, WIDE.get(heading, WIDTH), self._column(heading))
            sheet.write_string(0, place, heading, self.header)
        for number, row in enumerate(rows, 1):
            for place, heading in enumerate(headings):
                self._cell(sheet, (number, place), row.get(heading, ""), self._style(heading))
        _lay_out(sheet)
        return sheet

    def _column(self, heading: str) -> Format | None:
        return None if heading in NUMERIC | COUNTED else self.book.add_format(FONT | {"num_format": "@"})

    def _style(self, heading: str) -> Format:
        if heading in {CriterionHeading.ENTERED_BY, SettingHeading.NAME}:
            return self.locked
        return self.number if heading in NUMERIC | COUNTED else self.text

    def _cell(self, sheet: Worksheet, at: tuple[int, int], value: Value, style: Format) -> None:
        if isinstance(value, str):
            sheet.write_string(*at, clean(value), style)
        elif len(Decimal(value).as_tuple().digits) > MOST_DIGITS:
            sheet.write_string(*at, comma(Decimal(value)), style)
        else:
            sheet.write_number(*at, float(value), style)


def _settings(criteria_set: CriteriaSet) -> Iterator[Row]:
    said = {
        Setting.CODE: criteria_set.code,
        Setting.TITLE: criteria_set.title,
        Setting.UNIT_KIND: UNIT_KIND_WORDS.get(criteria_set.unit_kind, criteria_set.unit_kind),
        Setting.SOURCE: criteria_set.source,
        Setting.ILLUSTRATIVE: TICK if criteria_set.illustrative else "",
        Setting.PLACES: str(criteria_set.rounding.places),
        Setting.ROUNDING: ROUNDING_WORDS[criteria_set.rounding.mode],
    }
    for name, value in said.items():
        yield {SettingHeading.NAME: name, SettingHeading.VALUE: value}


def _groups(criteria_set: CriteriaSet) -> Iterator[Row]:
    for group in criteria_set.groups:
        yield {
            GroupHeading.CODE: group.code,
            GroupHeading.TITLE: group.title,
            GroupHeading.SECTION: SECTION_WORDS[group.section],
            GroupHeading.LEVEL: str(group.level or ""),
        }


def _criteria(criteria_set: CriteriaSet) -> Iterator[Row]:
    for group in criteria_set.groups:
        for one in group.criteria:
            yield {CriterionHeading.GROUP: group.code, **_criterion(one), **_rule(one.rule)}
            for alternative in _alternatives(one.rule):
                yield {
                    CriterionHeading.CODE: one.code,
                    CriterionHeading.ALTERNATIVE: alternative.code,
                    CriterionHeading.TITLE: alternative.label,
                    **_rule(alternative.rule),
                }


def _criterion(one: Criterion) -> Row:
    return {
        CriterionHeading.CODE: one.code,
        CriterionHeading.TITLE: one.title,
        CriterionHeading.EVIDENCE: one.evidence,
        CriterionHeading.EVIDENCE_REQUIRED: TICK if one.evidence_required else "",
        CriterionHeading.HELP: one.help,
        CriterionHeading.ENTERED_BY: ENTERED_BY_WORDS[one.entered_by],
    }


def _alternatives(rule: Rule) -> tuple[Alternative, ...]:
    return rule.alternatives if isinstance(rule, Highest) else ()


def _rule(rule: Rule) -> Row:
    row: dict[str, Value] = {CriterionHeading.KIND: KIND_WORDS[rule.kind], CriterionHeading.MAX: rule.max}
    match rule:
        case Ratio():
            row[CriterionHeading.WHEN_ZERO] = WHEN_ZERO_WORDS[rule.when_zero]
        case CountLadder():
            row[CriterionHeading.WHOLE] = TICK if rule.whole else ""
        case Count():
            row[CriterionHeading.EACH] = rule.unit_points
        case Adjustment():
            row |= {CriterionHeading.EACH: rule.unit_points, CriterionHeading.FLOOR: floor(rule)}
        case RollUp():
            row |= {CriterionHeading.OF: rule.of, CriterionHeading.HOW: HOW_WORDS[rule.how]}
    return row


def _points(criteria_set: CriteriaSet) -> Iterator[Row]:
    for one in criteria_set.criteria():
        for alternative, rule in (("", one.rule), *((way.code, way.rule) for way in _alternatives(one.rule))):
            for row in _points_of(rule):
                yield {PointHeading.CRITERION: one.code, PointHeading.ALTERNATIVE: alternative, **row}


def _points_of(rule: Rule) -> Iterator[Row]:
    if isinstance(rule, CountLadder):
        for step in rule.steps:
            yield {PointHeading.AT_LEAST: step.at_least, PointHeading.POINTS: step.points}
    options = rule.options if isinstance(rule, Choice) else rule.parts if isinstance(rule, Parts) else ()
    for option in options:
        yield {
            PointHeading.CODE: option.code,
            PointHeading.LABEL: option.label,
            PointHeading.POINTS: option.points,
        }


def _at(headings: type[StrEnum], heading: str) -> int:
    return list(headings).index(headings(heading))


def _limit(lists: Worksheet, groups: Worksheet, criteria: Worksheet) -> None:
    """Lists to choose from. They stop accidents only: the reader looks at everything again."""
    for place, (sheet, headings, heading, words) in enumerate(
        (
            (groups, GroupHeading, GroupHeading.SECTION, SECTION_WORDS),
            (criteria, CriterionHeading, CriterionHeading.KIND, KIND_WORDS),
            (criteria, CriterionHeading, CriterionHeading.WHEN_ZERO, WHEN_ZERO_WORDS),
            (criteria, CriterionHeading, CriterionHeading.HOW, HOW_WORDS),
        )
    ):
        for row, word in enumerate(words.values()):
            lists.write_string(row, place, word)
        letter, column = xl_col_to_name(place), _at(headings, heading)
        source = f"='{LISTS_SHEET}'!${letter}$1:${letter}${len(words)}"
        last = (sheet.dim_rowmax or 0) + SPARE_ROWS
        sheet.data_validation(1, column, last, column, _choice(source))
    column = _at(CriterionHeading, CriterionHeading.GROUP)
    known = f"='{GROUPS_SHEET}'!$A$2:$A${(groups.dim_rowmax or 0) + SPARE_ROWS}"
    criteria.data_validation(1, column, (criteria.dim_rowmax or 0) + SPARE_ROWS, column, _choice(known))
    lists.very_hidden()


def _choice(source: str) -> dict[str, object]:
    return {
        "validate": "list",
        "source": source,
        "error_title": "Chưa đúng",
        "error_message": "Chọn trong danh sách",
        "ignore_blank": True,
    }


def _lay_out(sheet: Worksheet) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")


def _write_guide(sheet: Worksheet, lines: Sequence[str], writer: _Writer) -> None:
    sheet.set_column(0, 0, 110)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, clean(line), writer.title if row == 0 else writer.locked)


def _write_meta(sheet: Worksheet, criteria_set: CriteriaSet) -> None:
    for row, (name, value) in enumerate((("format", FORMAT), (ORIGIN, criteria_set.hash))):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()
