"""Reads one sheet of a small, untrusted workbook into cells that know their place. It judges no content."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.xml import DEFUSEDXML

from criteria.checks import is_unprintable
from criteria.numbers import comma
from criteria.workbook.archive import PARSER_FAULTS, Limits, UnreadableWorkbook, WorkbookCode, open_archive


class CellKind(StrEnum):
    """What a cell holds. A formula is text as typed: its result is never taken."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True)
class Cell:
    """One cell: where it is (`Sheet1`, `B3`) and what a person would read there.

    `text` is NFC without surrounding blanks; numbers with decimal comma and 15 digits at most, dates dd/mm/yyyy,
    so that the readers of forms read workbooks too.
    """

    sheet: str
    ref: str
    text: str
    kind: CellKind


def read_rows(
    source: str | Path | BinaryIO, *, sheet: str | None = None, limits: Limits | None = None
) -> tuple[tuple[Cell, ...], ...]:
    """All rows of a sheet (the first visible one if none is named), equally long, blank rows at the end left out.

    Raises `UnreadableWorkbook` for whatever is not a sound, small .xlsx file without macros.
    """
    allowed = limits or Limits()
    archive = open_archive(source, allowed)
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl does not use defusedxml: workbooks of strangers cannot be read safely")
    try:
        name, rows = _parse(archive, sheet)
    except UnreadableWorkbook:
        raise
    except PARSER_FAULTS as fault:
        raise UnreadableWorkbook(WorkbookCode.BROKEN, type(fault).__name__) from fault
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > allowed.cells:
        raise UnreadableWorkbook(WorkbookCode.TOO_MANY_CELLS, allowed.cells)
    return tuple(tuple(_row(name, number, row, width)) for number, row in enumerate(rows, 1))


def _parse(archive: BytesIO, sheet: str | None) -> tuple[str, list[list[tuple[str, CellKind]]]]:
    with closing(load_workbook(archive, read_only=True, data_only=False, keep_links=False)) as book:
        chosen = _choose(book.worksheets, sheet)
        # The size a sheet declares may hide cells: let the rows speak.
        chosen.reset_dimensions()
        rows = [_without_blank_end(map(_content, row)) for row in chosen.iter_rows()]
    while rows and not rows[-1]:
        rows.pop()
    return str(chosen.title), rows


def _choose(sheets: Iterable[Any], wanted: str | None) -> Any:
    for one in sheets:
        if one.title == wanted or (wanted is None and one.sheet_state == "visible"):
            return one
    raise UnreadableWorkbook(WorkbookCode.SHEET_MISSING, wanted or "")


def _without_blank_end(cells: Iterable[tuple[str, CellKind]]) -> list[tuple[str, CellKind]]:
    row = list(cells)
    while row and row[-1][1] == CellKind.EMPTY:
        row.pop()
    return row


def _row(sheet: str, number: int, row: list[tuple[str, CellKind]], width: int) -> Iterator[Cell]:
    padded = row + [("", CellKind.EMPTY)] * (width - len(row))
    for column, (text, kind) in enumerate(padded, 1):
        yield Cell(sheet, f"{get_column_letter(column)}{number}", text, kind)


def _content(cell: Any) -> tuple[str, CellKind]:
    value = cell.value
    if value is None:
        return "", CellKind.EMPTY
    if cell.data_type == "f":
        return _tidy(str(value)), CellKind.FORMULA
    if cell.data_type == "e":
        return _tidy(str(value)), CellKind.ERROR
    return _plain_content(value)


def _plain_content(value: object) -> tuple[str, CellKind]:
    match value:
        case bool():
            return ("Có" if value else "Không"), CellKind.YES_NO
        case int():
            return str(value), CellKind.NUMBER
        case float():
            return _number(value)
        case date():
            return _date(value), CellKind.DATE
        case time():
            return f"{value:%H:%M}", CellKind.DATE
    text = _tidy(str(value))
    return text, CellKind.TEXT if text else CellKind.EMPTY


def _number(value: float) -> tuple[str, CellKind]:
    if not math.isfinite(value):
        return str(value), CellKind.ERROR
    return comma(Decimal(f"{value:.15g}")), CellKind.NUMBER


def _date(value: date) -> str:
    has_time = isinstance(value, datetime) and (value.hour or value.minute)
    return value.strftime("%d/%m/%Y %H:%M" if has_time else "%d/%m/%Y")


def _tidy(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFC", text) if not is_unprintable(one)).strip()
