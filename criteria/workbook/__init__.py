"""Excel in and out: the one home of openpyxl and XlsxWriter. Not imported by the rest of `criteria`."""

from criteria.apart import Allowance
from criteria.workbook.annotating import Note
from criteria.workbook.apart import annotate_apart, read_bundle_apart, read_rows_apart, read_sheets_apart
from criteria.workbook.archive import Limits, UnreadableWorkbook, WorkbookCode
from criteria.workbook.bundle import BundleLimits, Member, MemberFault, write_bundle
from criteria.workbook.reading import Cell, CellKind, Sheet, read_rows, read_sheets
from criteria.workbook.writing import (
    CellValue,
    Column,
    ColumnKind,
    Table,
    sheet_names,
    table_bytes,
    write_table,
)

__all__ = [
    "Allowance",
    "BundleLimits",
    "Cell",
    "CellKind",
    "CellValue",
    "Column",
    "ColumnKind",
    "Limits",
    "Member",
    "MemberFault",
    "Note",
    "Sheet",
    "Table",
    "UnreadableWorkbook",
    "WorkbookCode",
    "annotate_apart",
    "read_bundle_apart",
    "read_rows",
    "read_rows_apart",
    "read_sheets",
    "read_sheets_apart",
    "sheet_names",
    "table_bytes",
    "write_bundle",
    "write_table",
]
