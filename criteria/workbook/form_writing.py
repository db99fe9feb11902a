"""Writes a unit's form as a workbook: prefilled, locked but for its boxes, with lists, limits and a legend.

What comes from users stays text; the only formulas are this module's own and look at nothing but their row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from criteria.workbook.form import (
    FORMAT,
    GUIDE_SHEET,
    LISTS_SHEET,
    MARK,
    META_SHEET,
    TICK,
    Entry,
    FormBook,
    FormLine,
    Heading,
)
from criteria.workbook.writing import A4, FONT, clean

CREAM, GREY, BLUE, PALE_RED = "#FFF8DC", "#ECECEC", "#DCEBFA", "#FDE2E1"
MISSING, DONE = "Chưa nhập", "Đã nhập"
LINE_HEIGHT = 16.5  # points, for 12-point letters with Vietnamese marks
LARGEST = 999_999_999_999
WIDTHS = {
    Heading.ID: 4,
    Heading.CODE: 8,
    Heading.TITLE: 44,
    Heading.LABEL: 30,
    Heading.VALUE: 16,
    Heading.HINT: 24,
    Heading.MAX: 10,
    Heading.POINTS: 10,
    Heading.REASON: 44,
    Heading.ESTIMATED: 9,
    Heading.STATE: 16,
}
COLUMNS = {heading: place for place, heading in enumerate(Heading)}
LEGEND = (
    ("Nhập vào ô màu kem", CREAM),
    ("Ô xám đã khóa", GREY),
    ("Ô xanh tự tính", BLUE),
    ("Ô đỏ còn thiếu", PALE_RED),
)
FREEDOM = {"format_columns": True, "format_rows": True, "autofilter": True, "select_locked_cells": True}


def write_forms(stream: BinaryIO, books: Sequence[FormBook]) -> None:
    """Write one workbook with a sheet for each form; the first one's guide serves all.

    Raises ValueError where there is no form, or two of them want one sheet name.
    """
    if not books:
        raise ValueError("no form to write")
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        styles = _Styles.of(book)
        lists = _Lists()
        for form in books:
            _write_form(book.add_worksheet(form.sheet), form, styles, lists)
        _write_guide(book.add_worksheet(GUIDE_SHEET), books[0].guide, styles)
        lists.write(book.add_worksheet(LISTS_SHEET))
        _write_meta(book.add_worksheet(META_SHEET), books)


@dataclass(frozen=True)
class _Styles:
    title: Format
    header: Format
    group: Format
    locked: Format
    number: Format
    box: Format
    number_box: Format
    state: Format
    missing: Format
    plain: Format
    legend: dict[str, Format]

    @classmethod
    def of(cls, book: Any) -> _Styles:
        boxed = FONT | {"border": 1, "text_wrap": True}
        open_box = boxed | {"bg_color": CREAM, "locked": False}
        return cls(
            title=book.add_format(FONT | {"bold": True, "font_size": 13}),
            header=book.add_format(boxed | {"bold": True, "align": "center", "bg_color": GREY}),
            group=book.add_format(boxed | {"bold": True, "bg_color": GREY}),
            locked=book.add_format(boxed | {"bg_color": GREY}),
            number=book.add_format(boxed | {"bg_color": GREY, "align": "right"}),
            box=book.add_format(open_box | {"num_format": "@"}),
            number_box=book.add_format(open_box | {"align": "right"}),
            state=book.add_format(boxed | {"bg_color": BLUE}),
            missing=book.add_format({"bg_color": PALE_RED}),
            plain=book.add_format(FONT | {"text_wrap": True}),
            legend={colour: book.add_format(boxed | {"bg_color": colour}) for _words, colour in LEGEND},
        )

    @property
    def locked_up(self) -> _Styles:
        """The same where nothing is open."""
        return replace(self, box=self.locked, number_box=self.number)


class _Lists:
    """The choices of list cells, on a sheet nobody sees: a literal list may not pass 255 characters."""

    def __init__(self) -> None:
        self._ranges: dict[tuple[str, ...], str] = {}
        self._rows: list[str] = []

    def range_of(self, choices: tuple[str, ...]) -> str:
        if choices not in self._ranges:
            first = len(self._rows) + 1
            self._rows += [clean(choice) for choice in choices]
            self._ranges[choices] = f"='{LISTS_SHEET}'!$A${first}:$A${len(self._rows)}"
        return self._ranges[choices]

    def write(self, sheet: Worksheet) -> None:
        for row, words in enumerate(self._rows):
            sheet.write_string(row, 0, words)
        sheet.very_hidden()


def _write_form(sheet: Worksheet, form: FormBook, styles: _Styles, lists: _Lists) -> None:
    for heading, width in WIDTHS.items():
        hidden = {"hidden": True} if heading is Heading.ID else {}
        sheet.set_column(COLUMNS[heading], COLUMNS[heading], width, None, hidden)
    sheet.write_string(0, COLUMNS[Heading.ID], MARK + form.mark if form.mark else "")
    for row, words in enumerate(form.title_lines):
        sheet.write_string(row, COLUMNS[Heading.CODE], clean(words), styles.title)
    header = len(form.title_lines) + 1
    for place, (meaning, colour) in enumerate(LEGEND, COLUMNS[Heading.TITLE]):
        sheet.write_string(header - 1, place, meaning, styles.legend[colour])
    sheet.set_row(header, LINE_HEIGHT * 2)
    for heading, place in COLUMNS.items():
        sheet.write_string(header, place, heading, styles.header)
    for row, line in zip(count(header + 1), form.lines, strict=False):
        sheet.set_row(row, LINE_HEIGHT * _lines_of(line))
        _write_line(sheet, row, line, styles.locked_up if form.locked else styles)
        if not form.locked:
            _limit(sheet, row, line, lists)
    _mark_missing(sheet, header + 1, header + len(form.lines), styles)
    _lay_out(sheet, header)


def _lines_of(line: FormLine) -> int:
    """How many lines the tallest cell of a row takes, so that nothing is cut off on paper."""
    texts = (
        (Heading.TITLE, line.title),
        (Heading.LABEL, line.label),
        (Heading.HINT, line.hint),
        (Heading.VALUE, str(line.value or "")),
        (Heading.REASON, line.reason or ""),
    )
    return max(
        sum(1 + max(0, len(part) - 1) // WIDTHS[heading] for part in text.split("\n"))
        for heading, text in texts
    )


def _write_line(sheet: Worksheet, row: int, line: FormLine, styles: _Styles) -> None:
    if line.is_heading:
        for place in COLUMNS.values():
            sheet.write_blank(row, place, None, styles.group)
        sheet.write_string(row, COLUMNS[Heading.TITLE], clean(line.title), styles.group)
        return
    for heading, words in (
        (Heading.ID, line.id),
        (Heading.CODE, line.code),
        (Heading.TITLE, line.title),
        (Heading.LABEL, line.label),
        (Heading.HINT, line.hint),
    ):
        sheet.write_string(row, COLUMNS[heading], clean(words), styles.locked)
    _write_number(sheet, (row, COLUMNS[Heading.MAX]), line.max, styles.number)
    _write_number(sheet, (row, COLUMNS[Heading.POINTS]), line.points, styles.number)
    _write_boxes(sheet, row, line, styles)


def _write_boxes(sheet: Worksheet, row: int, line: FormLine, styles: _Styles) -> None:
    numeric = line.entry in {Entry.NUMBER, Entry.INTEGER}
    box = styles.number_box if numeric else styles.box
    _write_value(sheet, (row, COLUMNS[Heading.VALUE]), line, styles.locked if _is_locked(line) else box)
    for heading, words in (
        (Heading.REASON, line.reason),
        (Heading.ESTIMATED, None if line.estimated is None else TICK * line.estimated),
    ):
        style = styles.locked if words is None else styles.box
        sheet.write_string(row, COLUMNS[heading], clean(words or ""), style)
    # The one formula: it looks at a cell of its own row and holds no word of a user.
    value = xlsxwriter.utility.xl_rowcol_to_cell(row, COLUMNS[Heading.VALUE])
    if line.required:
        formula = f'=IF({value}="","{MISSING}","{DONE}")'
        shown = MISSING if line.value in {None, ""} else DONE
        sheet.write_formula(row, COLUMNS[Heading.STATE], formula, styles.state, shown)
        return
    sheet.write_blank(row, COLUMNS[Heading.STATE], None, styles.locked)


def _is_locked(line: FormLine) -> bool:
    return line.entry == Entry.LOCKED


def _write_value(sheet: Worksheet, at: tuple[int, int], line: FormLine, style: Format) -> None:
    if isinstance(line.value, Decimal):
        sheet.write_number(*at, float(line.value), style)
        return
    if line.value is None or line.value == "":
        sheet.write_blank(*at, None, style)
        return
    sheet.write_string(*at, clean(line.value), style)


def _write_number(sheet: Worksheet, at: tuple[int, int], number: Decimal | None, style: Format) -> None:
    if number is None:
        sheet.write_blank(*at, None, style)
        return
    sheet.write_number(*at, float(number), style)


def _limit(sheet: Worksheet, row: int, line: FormLine, lists: _Lists) -> None:
    """Say at the cell what it takes. It stops accidents only: the server looks at everything again."""
    at = (row, COLUMNS[Heading.VALUE], row, COLUMNS[Heading.VALUE])
    if line.entry in {Entry.LIST, Entry.TICK}:
        source = lists.range_of(line.choices or (TICK,))
        sheet.data_validation(*at, {"validate": "list", "source": source, **_alert("Chọn trong danh sách")})
    if line.entry in {Entry.NUMBER, Entry.INTEGER}:
        most = LARGEST if line.ceiling is None else float(line.ceiling)
        rule = {"validate": "integer" if line.entry == Entry.INTEGER else "decimal", "criteria": "between"}
        words = "Nhập một số từ 0 trở lên" if line.ceiling is None else "Nhập một số trong khoảng cho phép"
        sheet.data_validation(*at, {**rule, "minimum": 0, "maximum": most, **_alert(words)})
    if line.estimated is not None:
        ticked = (row, COLUMNS[Heading.ESTIMATED], row, COLUMNS[Heading.ESTIMATED])
        options = {"validate": "list", "source": lists.range_of((TICK,))}
        sheet.data_validation(*ticked, {**options, **_alert("Ghi x nếu là số ước tính")})


def _alert(words: str) -> dict[str, object]:
    return {"error_title": "Chưa đúng", "error_message": words, "error_type": "stop", "ignore_blank": True}


def _mark_missing(sheet: Worksheet, first: int, last: int, styles: _Styles) -> None:
    place = COLUMNS[Heading.STATE]
    rule = {"type": "cell", "criteria": "==", "value": f'"{MISSING}"', "format": styles.missing}
    sheet.conditional_format(first, place, max(first, last), place, rule)


def _lay_out(sheet: Worksheet, header: int) -> None:
    sheet.freeze_panes(header + 1, COLUMNS[Heading.TITLE] + 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.repeat_rows(header)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")
    # Without a password: it keeps from accidents, not people.
    sheet.protect("", FREEDOM)


def _write_guide(sheet: Worksheet, lines: Sequence[str], styles: _Styles) -> None:
    sheet.set_column(0, 0, 110)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, clean(line), styles.title if row == 0 else styles.plain)
    sheet.protect("", FREEDOM)


def _write_meta(sheet: Worksheet, books: Sequence[FormBook]) -> None:
    sheet.write_string(0, 0, "format")
    sheet.write_string(0, 1, FORMAT)
    row = 1
    for form in books:
        for name, value in form.meta.items():
            for place, words in enumerate((form.sheet, name, value)):
                sheet.write_string(row, place, clean(words))
            row += 1
    sheet.very_hidden()
