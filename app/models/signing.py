"""How a form comes to be signed: asking the unit's head, the signed paper, and how easy its unit found the work.

No rule here. That the head agreed is :class:`app.models.submission.Agreement`.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Prose, Short, refers
from app.models.evidence import Document
from app.models.mixins import Versioned


class SignOffKind(StrEnum):
    """What was done on the way to the head's agreement."""

    ASKED = "asked"
    HANDED_BACK = "handed_back"


class SignOffStep(Versioned, Base):
    """The officer asks the head to agree to a content, or the head hands it back with a word. Rows are only added."""

    __tablename__ = "sign_off_step"

    submission_id: Mapped[int] = refers("submission")
    kind: Mapped[Short]
    content_digest: Mapped[Short]
    note: Mapped[Prose]
    person_id: Mapped[int] = refers("person", index=False)
    person_name: Mapped[Name]
    at: Mapped[datetime]


class PaperReading(StrEnum):
    """What the code on a signed paper names: a content of this form, another form, nothing known, or no code seen."""

    OWN = "own"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    NONE = "none"


class SignedPaper(Versioned, Base):
    """What was read on a signed paper. ``typed``: somebody typed the code, because none could be read.

    ``content_digest`` is the content that an own paper was printed from; whether it is today's is for the reader.
    """

    __tablename__ = "signed_paper"
    __table_args__ = (UniqueConstraint("document_id"),)

    document_id: Mapped[int] = refers("document", ondelete="CASCADE", index=False)
    reading: Mapped[Short]
    typed: Mapped[bool] = mapped_column(default=False)
    code: Mapped[Short] = mapped_column(default="")
    content_digest: Mapped[Short] = mapped_column(default="")
    read_at: Mapped[datetime]
    read_by_name: Mapped[Name]

    document: Mapped[Document] = relationship()


class Ease(Versioned, Base):
    """How easy somebody found the work once the form was handed in: 1 (very hard) to 7 (very easy)."""

    __tablename__ = "ease"
    __table_args__ = (UniqueConstraint("submission_id", "person_id"),)

    submission_id: Mapped[int] = refers("submission", index=False)
    person_id: Mapped[int] = refers("person", index=False)
    score: Mapped[int]
    at: Mapped[datetime]
