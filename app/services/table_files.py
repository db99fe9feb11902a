"""Uploaded tables as rows of text, whatever the suffix says: .csv or .xlsx. Judges no content."""

import csv
import io
from collections.abc import Sequence

from flask_babel import gettext as _

from app.faults import FieldFault, Invalid
from app.i18n.workbook_texts import workbook_fault_text
from app.rosters import UnreadableRoster, csv_rows
from criteria.workbook import UnreadableWorkbook, read_rows_apart

XLSX_BEGINNING = b"PK"
LONGEST = 2 * 1024 * 1024

Rows = tuple[tuple[str, ...], ...]


def table_rows(content: bytes) -> Rows:
    """The rows of a table file.

    Raises:
        Invalid: empty, too big, or neither readable CSV nor a sound workbook.
    """
    if not content.strip():
        raise Invalid(FieldFault("file", "empty", _("Chọn một tệp .csv hoặc .xlsx có nội dung")))
    if len(content) > LONGEST:
        raise Invalid(FieldFault("file", "too_big", _("Tệp phải nhỏ hơn 2 MB; bỏ hình và trang tính thừa")))
    try:
        if content.startswith(XLSX_BEGINNING):
            return tuple(tuple(cell.text for cell in row) for row in read_rows_apart(content))
        return csv_rows(content)
    except UnreadableRoster as fault:
        raise Invalid(FieldFault("file", fault.problem.code, fault.problem.detail)) from fault
    except UnreadableWorkbook as fault:
        raise Invalid(FieldFault("file", fault.code, workbook_fault_text(fault))) from fault


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """The rows as CSV text, to be sent once more when a preview is confirmed."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
