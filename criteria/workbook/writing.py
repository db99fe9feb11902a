"""Writes tables as workbooks people can open, sort and print. What comes from users stays text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from criteria.checks import is_unprintable

FONT: dict[str, object] = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
LONGEST_CELL = 32_767
LONGEST_SHEET_NAME = 31
A4 = 9
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001  # a property of the file, kept the same so that equal tables give equal files

CellValue = str | Decimal | int | date | None


class ColumnKind(StrEnum):
    """What a column holds; it sets type, format and alignment."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    DATE = "date"


_FORMATS: dict[ColumnKind, dict[str, object]] = {
    ColumnKind.TEXT: {"text_wrap": True, "num_format": "@"},
    ColumnKind.NUMBER: {"align": "right"},
    ColumnKind.INTEGER: {"align": "right", "num_format": "0"},
    ColumnKind.DATE: {"align": "right", "num_format": "dd/mm/yyyy"},
}


@dataclass(frozen=True)
class Column:
    """A column's heading, width in characters and kind."""

    title: str
    width: int = 14
    kind: str = ColumnKind.TEXT


@dataclass(frozen=True)
class Table:
    """One sheet: lines above the table, its columns and rows, notes below."""

    sheet_name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[CellValue]]
    title_lines: Sequence[str] = ()
    notes: Sequence[str] = ()


def write_table(stream: BinaryIO, tables: Sequence[Table], *, made_at: datetime | None = None) -> None:
    """Write an .xlsx file with one sheet per table: A4 landscape, repeated and frozen header, filter.

    Text never becomes a formula or a link; control characters are left out, text over 32,767 characters ends in
    `…`; numbers are numbers. A value that does not fit its column's kind is written as text. `made_at` is noted in
    the file's properties. Raises ValueError for a row longer or shorter than the header, or for no table.
    """
    if not tables:
        raise ValueError("no table to write")
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": made_at or _UNDATED})
        styles = _Styles.of(book)
        for name, table in zip(sheet_names(table.sheet_name for table in tables), tables, strict=True):
            _write_sheet(book.add_worksheet(name), table, styles)


def table_bytes(tables: Sequence[Table], *, made_at: datetime) -> bytes:
    """The tables as one .xlsx file; `made_at` may bear a zone. Raises as `write_table`."""
    stream = BytesIO()
    write_table(stream, tables, made_at=made_at.replace(tzinfo=None))
    return stream.getvalue()


@dataclass(frozen=True)
class _Styles:
    title: Format
    header: Format
    note: Format
    kinds: dict[str, Format]

    @classmethod
    def of(cls, book: Any) -> _Styles:
        boxed = FONT | {"border": 1}
        return cls(
            title=book.add_format(FONT | {"bold": True, "font_size": 13}),
            header=book.add_format(boxed | {"bold": True, "text_wrap": True, "align": "center"}),
            note=book.add_format(FONT | {"italic": True}),
            kinds={kind: book.add_format(boxed | look) for kind, look in _FORMATS.items()},
        )


def sheet_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> Iterator[str]:
    """Names Excel accepts: at most 31 characters, none of them reserved, no two alike but for case, none ``taken``."""
    used = {name.casefold() for name in taken}
    for words in wanted:
        plain = _FORBIDDEN_IN_NAMES.sub(" ", clean(words)).strip(" '\n\t") or "Sheet"
        name, number = plain[:LONGEST_SHEET_NAME], 1
        while name.casefold() in used or name.casefold() == "history":
            number += 1
            mark = f" ({number})"
            name = plain[: LONGEST_SHEET_NAME - len(mark)] + mark
        used.add(name.casefold())
        yield name


def _write_sheet(sheet: Worksheet, table: Table, styles: _Styles) -> None:
    for place, line in enumerate(table.title_lines):
        sheet.write_string(place, 0, clean(line), styles.title)
    header = len(table.title_lines) + bool(table.title_lines)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(header, place, clean(column.title), styles.header)
    for number, row in enumerate(table.rows, header + 1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write_cell(sheet, (number, place), value, (column.kind, styles.kinds[column.kind]))
    last = header + len(table.rows)
    for place, note in enumerate(table.notes, last + 2):
        sheet.write_string(place, 0, clean(note), styles.note)
    _lay_out(sheet, header=header, last=last, columns=len(table.columns))


def _write_cell(sheet: Worksheet, at: tuple[int, int], value: CellValue, look: tuple[str, Format]) -> None:
    kind, style = look
    if value is None:
        sheet.write_blank(*at, None, style)
    elif kind in {ColumnKind.NUMBER, ColumnKind.INTEGER} and _is_number(value):
        sheet.write_number(*at, float(value), style)  # type: ignore[arg-type]  # _is_number has looked
    elif kind == ColumnKind.DATE and isinstance(value, date):
        sheet.write_datetime(*at, _naive(value), style)
    else:
        sheet.write_string(*at, clean(str(value)), style)


def _is_number(value: CellValue) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def _naive(value: date) -> date:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _lay_out(sheet: Worksheet, *, header: int, last: int, columns: int) -> None:
    sheet.freeze_panes(header + 1, 0)
    sheet.autofilter(header, 0, max(last, header), columns - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.repeat_rows(header)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P/&N")


def clean(text: str) -> str:
    """Text a workbook can hold: NFC, no control characters or lone surrogates, 32,767 characters at most."""
    kept = "".join(one for one in unicodedata.normalize("NFC", text) if not _is_unwritable(one))
    return kept if len(kept) <= LONGEST_CELL else kept[: LONGEST_CELL - 1] + "…"


def _is_unwritable(character: str) -> bool:
    return is_unprintable(character) or character in "\ufffe\uffff"
