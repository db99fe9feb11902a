"""Gives a person's own workbook back with what is wrong marked in it: coloured cells, comments, and a list in front.

It opens the whole file, so it runs in a bound process only. It mends nothing and changes no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties

from criteria.workbook.archive import PARSER_FAULTS, Limits, UnreadableWorkbook, WorkbookCode, open_archive
from criteria.workbook.form import Place
from criteria.workbook.writing import A4, LONGEST_SHEET_NAME, clean

RED = PatternFill("solid", fgColor="FFFDE2E1")
WIDTHS = (18, 10, 12, 90)
HEADINGS = ("Trang tính", "Ô", "Tiêu chí", "Chỗ cần sửa và cách sửa")
WRITER = "Đúng Hạn"
COMMENT_SIZE = {"width": 320, "height": 110}


@dataclass(frozen=True)
class Note:
    """One thing wrong: the cell, the criterion's code where there is one, and what to do in words."""

    place: Place
    criterion: str
    words: str


def annotate(source: BinaryIO, *, notes: Sequence[Note], title: str) -> bytes:
    """The workbook with each noted cell coloured and commented, and a sheet called ``title`` in front that lists them.

    Raises `UnreadableWorkbook` for a file that cannot be opened whole.
    """
    archive = open_archive(source, Limits())
    try:
        book = load_workbook(archive, keep_links=False)
        for note in notes:
            _mark(book, note)
        _list(book, notes, title)
        stream = BytesIO()
        book.save(stream)
    except PARSER_FAULTS as fault:
        raise UnreadableWorkbook(WorkbookCode.BROKEN, type(fault).__name__) from fault
    return stream.getvalue()


def _mark(book: Any, note: Note) -> None:
    if note.place.sheet not in book.sheetnames:
        return
    cell = book[note.place.sheet][note.place.ref]
    if isinstance(cell, MergedCell):
        return
    said = f"{cell.comment.text}\n" if cell.comment else ""
    cell.fill = RED
    cell.comment = Comment(clean(said + note.words), WRITER, **COMMENT_SIZE)


def _list(book: Any, notes: Sequence[Note], title: str) -> None:
    name = clean(title)[:LONGEST_SHEET_NAME]
    if name in book.sheetnames:
        del book[name]
    sheet = book.create_sheet(name, 0)
    book.active = 0
    for view in (one.sheet_view for one in book.worksheets[1:]):
        view.tabSelected = False
    for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True), 1):
        sheet.cell(1, column, heading).font = Font(name="Times New Roman", size=12, bold=True)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
    for row, note in enumerate(notes, 2):
        for column, words in enumerate((note.place.sheet, note.place.ref, note.criterion, note.words), 1):
            _write_text(sheet.cell(row, column), words)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_text(cell: Any, words: str) -> None:
    cell.value = clean(words)
    # Text of people that begins with "=" is text all the same.
    cell.data_type = "s"
    cell.font = Font(name="Times New Roman", size=12)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
