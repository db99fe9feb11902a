"""A form's workbook comes back as it was written; what somebody broke in it is found at its cell."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from criteria.workbook import read_sheets
from criteria.workbook.form import (
    BookFlaw,
    Entry,
    FormBook,
    FormLine,
    Heading,
)
from criteria.workbook.form_reading import read_form, read_meta
from criteria.workbook.form_writing import write_forms
from tests.criteria.samples import D

LINES = (
    FormLine("", "", Entry.LOCKED, title="A. Sẵn sàng"),
    FormLine(
        "A1.1#numerator",
        "Tử số",
        Entry.NUMBER,
        code="A1.1",
        title="=Tỷ lệ máy tính",
        value=D("8.5"),
        required=True,
        max=D(5),
        points=D("4.25"),
        reason="Còn thiếu máy\nở hai xã",
        estimated=True,
    ),
    FormLine("A1.1#denominator", "Mẫu số", Entry.NUMBER, value=D(10), required=True),
    FormLine(
        "A1.2#option", "Mức", Entry.LIST, code="A1.2", title="Mức", choices=("Có, đủ", "Chưa"), reason=""
    ),
    FormLine("A1.3#parts#a", "Trang tin", Entry.TICK, code="A1.3", title="Việc", value="x", estimated=False),
    FormLine("A1.4", "do cơ quan chủ trì nhập", Entry.LOCKED, code="A1.4", title="Khảo sát"),
)
BOOK = FormBook(("Phiếu tự đánh giá", "xã Hà Tây"), LINES, ("Hướng dẫn", "Điền ô màu kem"), {"unit": "23725"})


def written(*books):
    stream = BytesIO()
    write_forms(stream, books or (BOOK,))
    return stream.getvalue()


def read_back(content, number=0):
    return read_form(read_sheets(BytesIO(content))[number])


@pytest.fixture
def edited():
    """The form after somebody did something to its sheet; the sheet's own cell of a row and heading by name."""

    def edit(change):
        book = openpyxl.load_workbook(BytesIO(written()))
        sheet = book["Phiếu"]
        header = next(row for row in sheet.iter_rows() if Heading.ID in {cell.value for cell in row})
        columns = {cell.value: cell.column for cell in header}
        rows = {
            row[columns[Heading.ID] - 1].value: row[0].row for row in sheet.iter_rows(min_row=header[0].row)
        }
        change(sheet, lambda name, heading: sheet.cell(rows[name], columns[heading]))
        stream = BytesIO()
        book.save(stream)
        return read_back(stream.getvalue())

    return edit


def values(form):
    return {name: (line.value, line.reason, line.estimated) for name, line in form.lines.items()}


GIVEN = {
    "A1.1#numerator": ("8,5", "Còn thiếu máy\nở hai xã", "x"),
    "A1.1#denominator": ("10", "", ""),
    "A1.2#option": ("", "", ""),
    "A1.3#parts#a": ("x", "", ""),
    "A1.4": ("", "", ""),
}


def test_what_was_written_is_read_back():
    form = read_back(written())
    assert form.flaws == ()
    assert values(form) == GIVEN
    place = form.lines["A1.1#numerator"].places[Heading.VALUE]
    assert (place.sheet, place.ref[0]) == ("Phiếu", "E")


def test_what_the_server_must_find_again_is_hidden_and_comes_back():
    content = written(BOOK, replace(BOOK, sheet="Xã khác", meta={"unit": "23728"}))
    assert read_meta(read_sheets(BytesIO(content))) == {
        "Phiếu": {"unit": "23725"},
        "Xã khác": {"unit": "23728"},
    }
    book = openpyxl.load_workbook(BytesIO(content))
    assert book["_meta"].sheet_state == book["_ds"].sheet_state == "veryHidden"
    assert book["Phiếu"].protection.sheet
    assert book["Phiếu"].column_dimensions["A"].hidden


def test_no_word_of_a_user_becomes_a_formula():
    sheet = openpyxl.load_workbook(BytesIO(written()))["Phiếu"]
    formulas = {cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert len(formulas) == 2
    assert all(formula.startswith("=IF(E") for formula in formulas)


def test_rows_are_found_by_their_ids_wherever_they_were_moved(edited):
    def sort_backwards(sheet, _at):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
        for number, row in enumerate(reversed(rows), 5):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    assert values(edited(sort_backwards)) == GIVEN


def test_columns_are_found_by_their_headings(edited):
    assert values(edited(lambda sheet, _at: sheet.insert_cols(3))) == GIVEN


def put(name, heading, value, **looks):
    def change(_sheet, at):
        cell = at(name, heading)
        cell.value = value
        for look, what in looks.items():
            setattr(cell, look, what)

    return change


@pytest.mark.parametrize(
    ("change", "code", "ref"),
    [
        (put("A1.1#numerator", Heading.VALUE, "=1+1"), BookFlaw.FORMULA, "E6"),
        (put("A1.1#numerator", Heading.REASON, "=A1"), BookFlaw.FORMULA, "I6"),
        (put("A1.1#denominator", Heading.VALUE, "#DIV/0!", data_type="e"), BookFlaw.ERROR_VALUE, "E7"),
        (
            put("A1.1#numerator", Heading.VALUE, openpyxl.utils.datetime.from_excel(45000)),
            BookFlaw.DATE_VALUE,
            "E6",
        ),
        (put("A1.1#numerator", Heading.ESTIMATED, "có"), BookFlaw.NOT_A_TICK, "J6"),
        (put("A1.2#option", Heading.ID, "A1.1#denominator"), BookFlaw.ROW_TWICE, "A8"),
        (lambda sheet, _at: sheet.merge_cells("E7:E8"), BookFlaw.MERGED, "E7"),
        (lambda sheet, _at: sheet.delete_cols(9), BookFlaw.COLUMN_MISSING, "A4"),
        (lambda sheet, _at: sheet.cell(4, 12, Heading.VALUE), BookFlaw.COLUMN_TWICE, "L4"),
        (lambda sheet, _at: sheet.delete_rows(4), BookFlaw.NOT_OURS, "A1"),
    ],
)
def test_what_is_broken_is_named_at_its_cell(edited, change, code, ref):
    flaw = edited(change).flaws[0]
    assert (flaw.code, flaw.place.ref, flaw.place.sheet) == (code, ref, "Phiếu")


def test_a_percentage_is_left_for_the_reader_of_numbers_to_refuse(edited):
    assert (
        edited(put("A1.1#numerator", Heading.VALUE, 0.5, number_format="0%")).lines["A1.1#numerator"].value
        == "50%"
    )


def test_a_reason_may_be_a_date_and_a_number_may_be_text(edited):
    def change(_sheet, at):
        at("A1.1#numerator", Heading.REASON).value = openpyxl.utils.datetime.from_excel(45000)
        at("A1.1#numerator", Heading.VALUE).value = "8,5"

    form = edited(change)
    assert form.flaws == ()
    assert form.lines["A1.1#numerator"].reason == "15/03/2023"
    assert form.lines["A1.1#numerator"].value == "8,5"
