"""The signed papers of a form, each with whether it was printed from what the form holds now. Never writes."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from app.models import Document, PaperReading, Purpose, SignedPaper, Submission
from app.queries.cases import content_digest


class PaperMatch(StrEnum):
    """How a signed paper and the form fit."""

    MATCHED = "matched"
    OLDER = "older"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed paper and how it fits today's content."""

    row: SignedPaper
    match: PaperMatch

    @property
    def document(self) -> Document:
        """The file."""
        return self.row.document

    @property
    def asks_for_code(self) -> bool:
        """Should somebody type the letters under the code?"""
        return self.match in {PaperMatch.NONE, PaperMatch.UNKNOWN}


def papers_of(session: Session, submission: Submission) -> tuple[Paper, ...]:
    """The signed papers of a form, newest first."""
    rows = session.scalars(
        select(SignedPaper)
        .join(SignedPaper.document)
        .options(contains_eager(SignedPaper.document))
        .where(Document.submission_id == submission.id, Document.purpose == Purpose.SIGNED)
        .order_by(SignedPaper.id.desc())
    ).all()
    digest = content_digest(session, submission) if rows else ""
    return tuple(Paper(row, _match(row, digest)) for row in rows)


def _match(row: SignedPaper, digest: str) -> PaperMatch:
    if row.reading != PaperReading.OWN:
        return PaperMatch(row.reading)
    return PaperMatch.MATCHED if row.content_digest == digest else PaperMatch.OLDER
