"""Excel in and out: the one home of openpyxl and XlsxWriter. Not imported by the rest of `criteria`."""

from criteria.apart import Allowance
from criteria.workbook.annotating import Note
from criteria.workbook.apart import annotate_apart, read_rows_apart, read_sheets_apart
from criteria.workbook.archive import Limits, UnreadableWorkbook, WorkbookCode
from criteria.workbook.reading import Cell, CellKind, Sheet, read_rows, read_sheets
from criteria.workbook.writing import CellValue, Column, ColumnKind, Table, table_bytes, write_table

__all__ = [
    "Allowance",
    "Cell",
    "CellKind",
    "CellValue",
    "Column",
    "ColumnKind",
    "Limits",
    "Note",
    "Sheet",
    "Table",
    "UnreadableWorkbook",
    "WorkbookCode",
    "annotate_apart",
    "read_rows",
    "read_rows_apart",
    "read_sheets",
    "read_sheets_apart",
    "table_bytes",
    "write_table",
]
