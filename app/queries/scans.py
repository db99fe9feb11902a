"""What virus scanners have said of documents, and which wait for one. Never writes."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Document, Scan
from app.models.evidence import WITH_REMOVED

LONGEST_WAIT = timedelta(hours=1)


def verdict_on(session: Session, digest: str) -> Scan | None:
    """What a scanner said of this content in whatever form it lies; None where none has said anything."""
    said = select(Document.scan).where(
        Document.sha256 == digest, Document.scan.in_([Scan.CLEAN, Scan.INFECTED])
    )
    found = set(session.scalars(said.execution_options(**{WITH_REMOVED: True})))
    if Scan.INFECTED in found:
        return Scan.INFECTED
    return Scan.CLEAN if found else None


def waiting(session: Session) -> tuple[int, datetime | None]:
    """How many files wait for a scanner, and since when the first of them."""
    row = session.execute(
        select(func.count(), func.min(Document.added_at)).where(Document.scan == Scan.WAITING)
    ).one()
    return row[0], row[1]


def too_long(since: datetime | None, now: datetime) -> bool:
    """Has a file waited for longer than a scanner should take?"""
    return since is not None and now - since > LONGEST_WAIT
