"""A form's workbook as somebody fills it in."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

import openpyxl

from app.database import db
from app.services.form_books import workbook_of
from criteria.workbook.form import Heading
from tests.app import small


def template(code: str = "23557") -> bytes:
    """The workbook as a unit fetches it."""
    return workbook_of(db.session(), small.form_of(code))


def filled(
    changes: Mapping[str, object],
    content: bytes | None = None,
    reasons: Iterable[tuple[str, str]] = (),
    sheets: Iterable[str] = ("Phiếu",),
) -> bytes:
    """The workbook with values put into rows by id, on each of the sheets; ``reasons`` are (row id, words)."""
    book = openpyxl.load_workbook(BytesIO(content or template()))
    for sheet in (book[name] for name in sheets):
        header = next(row for row in sheet.iter_rows() if Heading.ID in {cell.value for cell in row})
        columns = {cell.value: cell.column for cell in header}
        rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=header[0].row)}
        for name, value in changes.items():
            sheet.cell(rows[name], columns[Heading.VALUE]).value = value
        for name, words in reasons:
            sheet.cell(rows[name], columns[Heading.REASON]).value = words
    return saved(book)


def saved(book: Any) -> bytes:
    """A workbook's bytes."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
