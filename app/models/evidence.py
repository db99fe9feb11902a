"""Documents that a unit attaches. Content lies in the evidence store under its hash; rows describe it.

A document that was taken out keeps its row, so that it can be put back. Here, and nowhere else, such rows are left
out of what is read.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, relationship, with_loader_criteria

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Versioned
from app.models.submission import Submission
from criteria.papers import VIEWABLE


class Purpose(StrEnum):
    """What a document is there for."""

    EVIDENCE = "evidence"
    REPORT = "report"
    MINUTES = "minutes"
    SIGNED = "signed"


class Scan(StrEnum):
    """What a virus scanner has said of a document's content."""

    UNSCANNED = "unscanned"
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"


WITHHELD = frozenset({Scan.WAITING, Scan.INFECTED})


class Document(Versioned, Base):
    """A file of a submission, with the number, date and summary by which offices name documents.

    Where ``link`` is set it stands in place of a file: ``sha256`` is that of the link, ``size`` 0, no ``media_type``.
    ``scan``: one who waits or is infected is handed out to nobody; ``finding`` names what the scanner found.
    """

    __tablename__ = "document"

    submission_id: Mapped[int] = refers("submission")
    purpose: Mapped[Short] = mapped_column(default=Purpose.EVIDENCE)
    file_name: Mapped[Name]
    media_type: Mapped[Name]
    size: Mapped[int]
    sha256: Mapped[Short] = mapped_column(index=True)
    number: Mapped[Short] = mapped_column(default="")
    issued_on: Mapped[date | None]
    summary: Mapped[Prose]
    added_at: Mapped[datetime]
    added_by_name: Mapped[Name]
    removed_at: Mapped[datetime | None]
    removed_by_name: Mapped[Name] = mapped_column(default="")
    link: Mapped[Prose]
    scan: Mapped[Short] = mapped_column(default=Scan.UNSCANNED, index=True)
    scanned_at: Mapped[datetime | None]
    scan_claimed_until: Mapped[datetime | None]
    scan_attempts: Mapped[int] = mapped_column(default=0)
    finding: Mapped[Name] = mapped_column(default="")

    submission: Mapped[Submission] = relationship()
    uses: Mapped[list["EvidenceUse"]] = relationship(back_populates="document", cascade="all, delete-orphan")

    @property
    def withheld(self) -> bool:
        """Is the content handed out to nobody now?"""
        return self.scan in WITHHELD

    @property
    def viewable(self) -> bool:
        """Are its pages shown as pictures? Word and Excel files are saved first, a link leads elsewhere."""
        return not self.link and not self.withheld and self.media_type in VIEWABLE

    @property
    def outside_period(self) -> bool:
        """Is it dated outside the period of the campaign's figures?"""
        campaign = self.submission.campaign
        day = self.issued_on
        return day is not None and not campaign.period_start <= day <= campaign.period_end


class EvidenceUse(Versioned, Base):
    """One document serves one criterion; it may serve many."""

    __tablename__ = "evidence_use"
    __table_args__ = (UniqueConstraint("document_id", "criterion"),)

    document_id: Mapped[int] = refers("document", ondelete="CASCADE", index=False)
    criterion: Mapped[Short]

    document: Mapped[Document] = relationship(back_populates="uses")


WITH_REMOVED = "with_removed"
_PRESENT = with_loader_criteria(
    Document, lambda row: row.removed_at.is_(None), include_aliases=True, propagate_to_loaders=False
)


@event.listens_for(Session, "do_orm_execute")
def _leave_out_removed(state: ORMExecuteState) -> None:
    """No query meets a document that was taken out, in whatever place it asks, unless it says ``WITH_REMOVED``.

    The values of a row that the session already holds are read again either way.
    """
    if state.is_select and not state.is_column_load and not state.execution_options.get(WITH_REMOVED):
        state.statement = state.statement.options(_PRESENT)
