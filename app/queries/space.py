"""How much room a form has for its documents, and which files are still on their way into it. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Document, Purpose, Upload

MEBIBYTE = 1024 * 1024
LARGEST_FILE = 10 * MEBIBYTE
QUOTA = 200 * MEBIBYTE
WARN_FROM = 80
COUNTED = frozenset(Purpose) - {Purpose.MINUTES}


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes of a form: ``used`` by documents, ``coming`` with files that are still on their way, of ``quota``."""

    used: int
    coming: int
    quota: int

    @property
    def left(self) -> int:
        """What may still be sent."""
        return max(self.quota - self.used - self.coming, 0)

    @property
    def percent(self) -> int:
        """How full the form is, in whole per cent; more than 100 does not happen."""
        return min((self.used + self.coming) * 100 // self.quota, 100)

    @property
    def tight(self) -> bool:
        """Is it time to warn?"""
        return self.percent >= WARN_FROM


def space_of(session: Session, submission_id: int) -> Space:
    """The room of one form."""
    used = select(func.sum(Document.size)).where(
        Document.submission_id == submission_id, Document.purpose.in_(COUNTED)
    )
    coming = select(func.sum(Upload.size)).where(
        Upload.submission_id == submission_id, Upload.finished_at.is_(None)
    )
    return Space(session.scalar(used) or 0, session.scalar(coming) or 0, QUOTA)


def unfinished(session: Session, submission_id: int) -> Sequence[Upload]:
    """The files that are still on their way into a form, oldest first."""
    rows = select(Upload).where(Upload.submission_id == submission_id, Upload.finished_at.is_(None))
    return session.scalars(rows.order_by(Upload.id)).all()
