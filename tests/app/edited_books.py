"""Workbooks as an office edits them: some cells changed, the rest as it was fetched."""

from io import BytesIO

import openpyxl


def edited(content, cells):
    """The workbook with other values in some cells, by (sheet, ref); None empties a cell."""
    book = openpyxl.load_workbook(BytesIO(content))
    for (sheet, ref), value in cells.items():
        book[sheet][ref] = value
    return saved(book)


def saved(book):
    """A workbook's bytes."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def table(*rows, name="Danh sách"):
    """A workbook of one sheet with these rows."""
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return saved(book)
