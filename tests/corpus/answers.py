"""What is answered to a workbook, by the same steps as an upload takes and without a database."""

from io import BytesIO
from typing import NamedTuple

from app.services.workbook_answers import TypedBook, typed_book
from criteria.workbook import UnreadableWorkbook, WorkbookCode, read_sheets
from criteria.workbook.form_reading import read_form
from tests.corpus.sheets import Form


class Answered(NamedTuple):
    """Either the refusal of the whole file, or what was read of it; and every cell that was named."""

    refusal: str
    book: TypedBook | None
    cells: frozenset[str]


def answered(form: Form, content: bytes) -> Answered:
    """The answer to a workbook. Whatever is raised beside a refusal is a fault of the reader."""
    try:
        sheets = read_sheets(BytesIO(content))
    except UnreadableWorkbook as refusal:
        return Answered(refusal.code, None, frozenset({refusal.detail.rpartition(" ")[2]}))
    if not sheets:
        return Answered(WorkbookCode.SHEET_MISSING, None, frozenset())
    book = typed_book(form.known, frozenset(), read_form(sheets[0]))
    return Answered("", book, frozenset(fault.cell for fault in book.faults))
