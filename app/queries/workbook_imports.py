"""The workbooks that were sent in for a form. Never writes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.faults import Missing
from app.models import Submission, WorkbookImport

MOST_LISTED = 20


def imports_of(session: Session, submission: Submission) -> Sequence[WorkbookImport]:
    """The last ones, newest first."""
    rows = select(WorkbookImport).where(WorkbookImport.submission_id == submission.id)
    return session.scalars(rows.order_by(WorkbookImport.id.desc()).limit(MOST_LISTED)).all()


def import_of(session: Session, submission: Submission, import_id: int) -> WorkbookImport:
    """One of a form's.

    Raises:
        Missing: the form has none with this number.
    """
    row = session.get(WorkbookImport, import_id)
    if row is None or row.submission_id != submission.id:
        raise Missing(f"workbook import {import_id}")
    return row
