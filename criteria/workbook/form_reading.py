"""Finds a form's rows in an uploaded workbook by their ids, wherever somebody moved them. Judges no answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils.cell import get_column_letter, range_boundaries

from criteria.workbook.form import (
    MARK,
    META_SHEET,
    TICK,
    BookFlaw,
    Flaw,
    Heading,
    Place,
    ReadForm,
    ReadLine,
)
from criteria.workbook.reading import Cell, CellKind, Sheet

NEEDED = (Heading.ID, Heading.VALUE, Heading.REASON, Heading.ESTIMATED)
BOXES = (Heading.VALUE, Heading.REASON, Heading.ESTIMATED)
HEADER_WITHIN = 30
LONGEST_DETAIL = 60
WRONG_KINDS = {
    CellKind.FORMULA: BookFlaw.FORMULA,
    CellKind.ERROR: BookFlaw.ERROR_VALUE,
    CellKind.DATE: BookFlaw.DATE_VALUE,
}

Row = tuple[Cell, ...]


def read_meta(sheets: Sequence[Sheet]) -> Mapping[str, Mapping[str, str]]:
    """What the writer left for the server, by the name of the form's sheet; empty where the file is not ours."""
    found: dict[str, dict[str, str]] = {}
    hidden = next((sheet for sheet in sheets if sheet.name == META_SHEET), None)
    for row in hidden.rows[1:] if hidden else ():
        texts = [cell.text for cell in row]
        if len(texts) >= len(("sheet", "name", "value")) and texts[0]:
            found.setdefault(texts[0], {})[texts[1]] = texts[2]
    return found


def mark_of(sheet: Sheet) -> str:
    """The mark by which a form's sheet is known whatever its name and place; empty where it bears none."""
    cells = (cell for row in sheet.rows[:HEADER_WITHIN] for cell in row)
    return next((cell.text.removeprefix(MARK) for cell in cells if cell.text.startswith(MARK)), "")


def looks_like_a_form(sheet: Sheet) -> bool:
    """Has it the headings of a form, whoever made it?"""
    return not _header(sheet)[2]


def read_form(sheet: Sheet) -> ReadForm:
    """The rows of one form's sheet and every flaw on the way, in the order of the sheet.

    Columns are found by their headings and rows by their ids. A formula, an error or a date stands for no answer: each
    is a flaw at its cell, and the row's box counts as empty.
    """
    header, columns, flaws = _header(sheet)
    if flaws:
        return ReadForm(sheet.name, {}, tuple(flaws))
    reader = _Reader(sheet, columns)
    lines: dict[str, ReadLine] = {}
    for row in sheet.rows[header + 1 :]:
        name = row[columns[Heading.ID]].text
        if not name:
            flaws += _unnamed(row, columns)
            continue
        if name in lines:
            flaws.append(Flaw(_place(row[columns[Heading.ID]]), BookFlaw.ROW_TWICE, _short(name), name))
            continue
        lines[name] = reader.line(name, row)
    return ReadForm(sheet.name, lines, (*flaws, *reader.flaws))


def _unnamed(row: Row, columns: Mapping[Heading, int]) -> Iterator[Flaw]:
    """A row that says something and does not say of what; a group's heading says nothing."""
    filled = next((row[columns[box]] for box in BOXES if row[columns[box]].text), None)
    if filled is not None:
        yield Flaw(_place(filled), BookFlaw.ROW_UNNAMED)


def _header(sheet: Sheet) -> tuple[int, dict[Heading, int], list[Flaw]]:
    """Where the headings are: the first row that has the most of them."""
    first = sheet.rows[:HEADER_WITHIN]
    counts = [sum(cell.text in set(Heading) for cell in row) for row in first]
    best = max(counts, default=0)
    start = Place(sheet.name, "A1")
    if best < len(NEEDED) - 1:
        return 0, {}, [Flaw(start, BookFlaw.NOT_OURS)]
    number = counts.index(best)
    row = first[number]
    columns: dict[Heading, int] = {}
    flaws = []
    for column, cell in enumerate(row):
        if cell.text not in set(Heading):
            continue
        if Heading(cell.text) in columns:
            flaws.append(Flaw(_place(cell), BookFlaw.COLUMN_TWICE, cell.text))
        columns.setdefault(Heading(cell.text), column)
    missing = [Flaw(_place(row[0]), BookFlaw.COLUMN_MISSING, one) for one in NEEDED if one not in columns]
    return number, columns, [*flaws, *missing]


@dataclass
class _Reader:
    """Reads rows of one sheet and gathers what is wrong with their boxes."""

    sheet: Sheet
    columns: Mapping[Heading, int]

    def __post_init__(self) -> None:
        self.flaws: list[Flaw] = []
        self._merged = {cell for reference in self.sheet.merged for cell in _cells(reference)}

    def line(self, name: str, row: Row) -> ReadLine:
        boxes = {heading: row[self.columns[heading]] for heading in BOXES}
        texts = {heading: self._text(name, heading, cell) for heading, cell in boxes.items()}
        return ReadLine(
            name,
            texts[Heading.VALUE],
            texts[Heading.REASON],
            texts[Heading.ESTIMATED],
            {heading: _place(cell) for heading, cell in boxes.items()},
        )

    def _text(self, name: str, heading: Heading, cell: Cell) -> str:
        wrong = next(iter(self._wrong(heading, cell)), None)
        if wrong is None:
            return cell.text
        self.flaws.append(Flaw(_place(cell), wrong, _short(cell.text), name))
        return ""

    def _wrong(self, heading: Heading, cell: Cell) -> Iterator[BookFlaw]:
        if cell.ref in self._merged:
            yield BookFlaw.MERGED
        # A reason may well be a date that somebody typed; it is text all the same.
        if cell.kind in WRONG_KINDS and not (heading is Heading.REASON and cell.kind is CellKind.DATE):
            yield WRONG_KINDS[CellKind(cell.kind)]
        if heading is Heading.ESTIMATED and cell.text.casefold() not in {"", TICK}:
            yield BookFlaw.NOT_A_TICK


def _cells(reference: str) -> Iterator[str]:
    """Every cell of a merged range; the look at the archive has bound how many there are."""
    left, top, right, bottom = range_boundaries(reference)
    for column in range(left or 0, (right or 0) + 1):
        for row in range(top or 0, (bottom or 0) + 1):
            yield f"{get_column_letter(column)}{row}"


def _place(cell: Cell) -> Place:
    return Place(cell.sheet, cell.ref)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_DETAIL else text[: LONGEST_DETAIL - 1] + "…"
