"""Reads the sheets of a small, untrusted workbook into cells that know their place. It judges no content."""

from __future__ import annotations

import math
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from defusedxml.ElementTree import iterparse
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


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows, equally long, without the blank ones at the end, and the ranges merged into one cell."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[str, ...] = ()


def read_sheets(source: str | Path | BinaryIO, *, limits: Limits | None = None) -> tuple[Sheet, ...]:
    """Every sheet, hidden ones too, as :func:`read_rows` reads one."""
    allowed = limits or Limits()
    with _opened(source, allowed) as (archive, book):
        return tuple(_sheet(archive, one, allowed) for one in book.worksheets)


def read_rows(
    source: str | Path | BinaryIO, *, sheet: str | None = None, limits: Limits | None = None
) -> tuple[tuple[Cell, ...], ...]:
    """All rows of a sheet (the first visible one if none is named), equally long, blank rows at the end left out.

    Raises `UnreadableWorkbook` for whatever is not a sound, small .xlsx file without macros.
    """
    allowed = limits or Limits()
    with _opened(source, allowed) as (_archive, book):
        chosen = _choose(book.worksheets, sheet)
        return _rows(chosen, allowed)


@contextmanager
def _opened(source: str | Path | BinaryIO, allowed: Limits) -> Iterator[tuple[BytesIO, Any]]:
    archive = open_archive(source, allowed)
    if not DEFUSEDXML:
        raise RuntimeError("openpyxl does not use defusedxml: workbooks of strangers cannot be read safely")
    try:
        with warnings.catch_warnings():
            # What openpyxl warns of is left out by it, and nothing that a form needs.
            warnings.simplefilter("ignore")
            with closing(load_workbook(archive, read_only=True, data_only=False, keep_links=False)) as book:
                yield archive, book
    except UnreadableWorkbook:
        raise
    except PARSER_FAULTS as fault:
        raise UnreadableWorkbook(WorkbookCode.BROKEN, type(fault).__name__) from fault


def _sheet(archive: BytesIO, sheet: Any, allowed: Limits) -> Sheet:
    part = sheet._worksheet_path  # noqa: SLF001 - openpyxl tells the part of a sheet nowhere else
    return Sheet(str(sheet.title), _rows(sheet, allowed), _merged(archive, part))


def _merged(archive: BytesIO, part: str) -> tuple[str, ...]:
    """The merged ranges of a sheet; openpyxl passes over them when it reads cell by cell."""
    with zipfile.ZipFile(archive) as opened:
        content = opened.read(part)
    # Most sheets merge nothing, and need no second parsing; zeros stand between the letters of UTF-16.
    if b"mergeCell" not in content.replace(b"\0", b""):
        return ()
    found = (one for _event, one in iterparse(BytesIO(content)) if one.tag.endswith("}mergeCell"))
    return tuple(one.get("ref", "") for one in found)


def _rows(sheet: Any, allowed: Limits) -> tuple[tuple[Cell, ...], ...]:
    # The size a sheet declares may hide cells: let the rows speak.
    sheet.reset_dimensions()
    rows = [_without_blank_end(map(_content, row)) for row in sheet.iter_rows()]
    while rows and not rows[-1]:
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > allowed.cells:
        raise UnreadableWorkbook(WorkbookCode.TOO_MANY_CELLS, allowed.cells)
    name = str(sheet.title)
    return tuple(tuple(_row(name, number, row, width)) for number, row in enumerate(rows, 1))


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
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in cell.number_format:
        # Shown as 50 %, kept as 0,5: which of the two was meant is not for us to guess.
        return f"{_number(value * 100)[0]}%", CellKind.TEXT
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
