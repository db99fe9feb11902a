"""Finds the columns of a sheet by their headings and hands out its rows cell by cell. Judges no content."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from openpyxl.utils.cell import range_boundaries

from criteria.workbook.archive import column_number
from criteria.workbook.form import BookFlaw, Flaw, Place
from criteria.workbook.form_reading import HEADER_WITHIN, LONGEST_DETAIL, WRONG_KINDS
from criteria.workbook.reading import Cell, CellKind, Sheet


@dataclass(frozen=True)
class TableRow:
    """One row: its cells by heading; a column that is not there has no cell."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, heading: str) -> str:
        """What stands under the heading; nothing where there is no such column."""
        cell = self.cells.get(heading)
        return cell.text if cell else ""

    def place(self, heading: str) -> Place:
        """Where that is; where there is no such column, the row's first cell."""
        cell = self.cells.get(heading) or next(iter(self.cells.values()))
        return place_of(cell)

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in any of its columns."""
        return not any(cell.text for cell in self.cells.values())


@dataclass(frozen=True)
class TableRows:
    """The rows under the headings, blank ones left out, and every flaw found on the way."""

    rows: tuple[TableRow, ...]
    flaws: tuple[Flaw, ...]


def table_rows(
    sheet: Sheet, headings: type[StrEnum], *, needed: Collection[str], prose: Collection[str] = ()
) -> TableRows:
    """Read a sheet whose headings stand in the first row that has the most of them.

    A formula or an error stands for nothing, nor does a date but under a heading of `prose`, nor a merged cell: each
    is a flaw at its cell.
    """
    header, columns, flaws = _header(sheet, headings, needed)
    if flaws:
        return TableRows((), tuple(flaws))
    merged = [bounds(one) for one in sheet.merged]
    found: list[TableRow] = []
    for number, cells in enumerate(sheet.rows[header + 1 :], header + 2):
        row = TableRow(number, {heading: cells[place] for heading, place in columns.items()})
        if not row.is_blank:
            found.append(row)
            flaws += _wrong(row, merged, prose)
    return TableRows(tuple(found), tuple(flaws))


def place_of(cell: Cell) -> Place:
    """The place of a cell."""
    return Place(cell.sheet, cell.ref)


def bounds(reference: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a range; four zeros for what is none."""
    try:
        left, top, right, bottom = range_boundaries(reference)
    except (TypeError, ValueError):
        return 0, 0, 0, 0
    return left or 0, top or 0, right or 0, bottom or 0


def is_merged(cell: Cell, merged: Iterable[tuple[int, int, int, int]]) -> bool:
    """Whether a cell lies in one of the merged ranges, as :func:`bounds` gives them."""
    letters = cell.ref.rstrip("0123456789")
    column, row = column_number(letters), int(cell.ref[len(letters) :])
    return any(left <= column <= right and top <= row <= bottom for left, top, right, bottom in merged)


def _header(
    sheet: Sheet, headings: type[StrEnum], needed: Collection[str]
) -> tuple[int, dict[str, int], list[Flaw]]:
    known = {str(one) for one in headings}
    counts = [len({cell.text for cell in row} & known) for row in sheet.rows[:HEADER_WITHIN]]
    best = max(counts, default=0)
    if not best:
        return 0, {}, [Flaw(Place(sheet.name, "A1"), BookFlaw.NOT_OURS)]
    number = counts.index(best)
    row = sheet.rows[number]
    columns: dict[str, int] = {}
    flaws = []
    for place, cell in enumerate(row):
        if cell.text in columns:
            flaws.append(Flaw(place_of(cell), BookFlaw.COLUMN_TWICE, cell.text))
        if cell.text in known:
            columns.setdefault(cell.text, place)
    missing = sorted(str(one) for one in needed if str(one) not in columns)
    return number, columns, flaws + [Flaw(place_of(row[0]), BookFlaw.COLUMN_MISSING, one) for one in missing]


def _wrong(row: TableRow, merged: list[tuple[int, int, int, int]], prose: Collection[str]) -> Iterator[Flaw]:
    for heading, cell in row.cells.items():
        code = WRONG_KINDS.get(CellKind(cell.kind))
        if code is BookFlaw.DATE_VALUE and heading in prose:
            code = None
        if merged and is_merged(cell, merged):
            code = BookFlaw.MERGED
        if code:
            yield Flaw(place_of(cell), code, cell.text[:LONGEST_DETAIL])
