"""Uploaded tables as rows of text, whatever the suffix says: .csv or .xlsx. Judges no content."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.faults import FieldFault, Invalid
from app.i18n.workbook_texts import workbook_fault_text
from app.rosters import UnreadableRoster, csv_rows
from app.services.workbook_faults import WORDS
from criteria.workbook import Cell, CellKind, Sheet, UnreadableWorkbook, read_sheets_apart
from criteria.workbook.form import BookFlaw
from criteria.workbook.form_reading import WRONG_KINDS
from criteria.workbook.tables import bounds, is_merged

XLSX_BEGINNING = b"PK"
LONGEST = 2 * 1024 * 1024

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class TableFile:
    """A table: its rows, the name of its sheet (none for CSV), and the cells that hold no plain value."""

    rows: Rows
    sheet: str = ""
    odd: dict[tuple[int, int], FieldFault] = field(default_factory=dict)

    def faults(self, first: int, columns: Sequence[int]) -> list[FieldFault]:
        """What is wrong with the cells of some columns, from a row (counted from 0) on: formulas, merged cells."""
        wanted = set(columns)
        return [fault for (row, column), fault in self.odd.items() if row >= first and column in wanted]


def table_file(content: bytes, is_table: Callable[[Rows], bool]) -> TableFile:
    """The table in a file; of a workbook the first sheet that is one, so that guides and lists may stand before it.

    Raises:
        Invalid: empty, too big, or neither readable CSV nor a sound workbook.
    """
    if not content.strip():
        raise Invalid(FieldFault("file", "empty", _("Chọn một tệp .csv hoặc .xlsx có nội dung")))
    if len(content) > LONGEST:
        raise Invalid(FieldFault("file", "too_big", _("Tệp phải nhỏ hơn 2 MB; bỏ hình và trang tính thừa")))
    try:
        if content.startswith(XLSX_BEGINNING):
            return _chosen(read_sheets_apart(content), is_table)
        return TableFile(csv_rows(content))
    except UnreadableRoster as fault:
        raise Invalid(FieldFault("file", fault.problem.code, fault.problem.detail)) from fault
    except UnreadableWorkbook as fault:
        raise Invalid(FieldFault("file", fault.code, workbook_fault_text(fault))) from fault


def _chosen(sheets: Sequence[Sheet], is_table: Callable[[Rows], bool]) -> TableFile:
    tables = [(sheet, tuple(tuple(cell.text for cell in row) for row in sheet.rows)) for sheet in sheets]
    sheet, rows = next(((sheet, rows) for sheet, rows in tables if is_table(rows)), tables[0])
    merged = [bounds(one) for one in sheet.merged]
    odd = {
        (number, place): fault
        for number, row in enumerate(sheet.rows)
        for place, cell in enumerate(row)
        if (fault := _odd(cell, merged))
    }
    return TableFile(rows, sheet.name, odd)


def _odd(cell: Cell, merged: Sequence[tuple[int, int, int, int]]) -> FieldFault | None:
    code = WRONG_KINDS.get(CellKind(cell.kind))
    if merged and is_merged(cell, merged):
        code = BookFlaw.MERGED
    # A date that a name or a telephone became is caught where it is looked up.
    if code is None or code is BookFlaw.DATE_VALUE:
        return None
    return FieldFault("file", code, WORDS[code](cell.text[:60]), sheet=cell.sheet, cell=cell.ref)
