"""Excel in and out: the one home of openpyxl and XlsxWriter. Not imported by the rest of `criteria`."""

from criteria.workbook.apart import Allowance, read_rows_apart
from criteria.workbook.archive import Limits, UnreadableWorkbook, WorkbookCode
from criteria.workbook.reading import Cell, CellKind, read_rows
from criteria.workbook.writing import CellValue, Column, ColumnKind, Table, write_table

__all__ = [
    "Allowance",
    "Cell",
    "CellKind",
    "CellValue",
    "Column",
    "ColumnKind",
    "Limits",
    "Table",
    "UnreadableWorkbook",
    "WorkbookCode",
    "read_rows",
    "read_rows_apart",
    "write_table",
]
