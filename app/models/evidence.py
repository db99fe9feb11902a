"""Documents that a unit attaches. Content lies in the evidence store under its hash; rows describe it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Versioned
from app.models.submission import Submission


class Purpose(StrEnum):
    """What a document is there for."""

    EVIDENCE = "evidence"
    REPORT = "report"
    MINUTES = "minutes"


class Document(Versioned, Base):
    """A file of a submission, with the number, date and summary by which offices name documents."""

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

    submission: Mapped[Submission] = relationship()
    uses: Mapped[list["EvidenceUse"]] = relationship(back_populates="document", cascade="all, delete-orphan")


class EvidenceUse(Versioned, Base):
    """One document serves one criterion; it may serve many."""

    __tablename__ = "evidence_use"
    __table_args__ = (UniqueConstraint("document_id", "criterion"),)

    document_id: Mapped[int] = refers("document", ondelete="CASCADE", index=False)
    criterion: Mapped[Short]

    document: Mapped[Document] = relationship(back_populates="uses")
