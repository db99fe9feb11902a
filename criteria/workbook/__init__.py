"""Excel in and out: the one home of openpyxl and XlsxWriter. Not imported by the rest of `criteria`."""

from criteria.workbook.archive import Limits, UnreadableWorkbook, WorkbookCode
from criteria.workbook.reading import Cell, CellKind, read_rows
from criteria.workbook.writing import Column, ColumnKind, Table, write_table

__all__ = [
    "Cell",
    "CellKind",
    "Column",
    "ColumnKind",
    "Limits",
    "Table",
    "UnreadableWorkbook",
    "WorkbookCode",
    "read_rows",
    "write_table",
]
