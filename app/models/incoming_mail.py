"""Letters that came in by mail, and what became of each: the ledger of the mailbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Unrecorded
from app.models.people import Person
from app.models.workbook_import import WorkbookImport


class LetterOutcome(StrEnum):
    """What became of a letter. ``TAKING``: somebody is at it, or died of it."""

    TAKING = "taking"
    SHOWN = "shown"
    FAULTY = "faulty"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    NO_WORKBOOK = "no_workbook"
    STRANGER = "stranger"
    AUTOMATIC = "automatic"
    TOO_MANY = "too_many"
    GIVEN_UP = "given_up"


class IncomingMail(Unrecorded, Base):
    """One letter, known again by ``key``, so that it is taken once however often the mailbox shows it.

    ``words`` say why a file was refused; ``import_id`` is what was read of it.
    """

    __tablename__ = "incoming_mail"

    key: Mapped[Short] = mapped_column(unique=True)
    sender: Mapped[str] = mapped_column(String(254))
    subject: Mapped[Name]
    received_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    outcome: Mapped[Short] = mapped_column(default=LetterOutcome.TAKING)
    words: Mapped[Prose]
    person_id: Mapped[int | None] = refers("person")
    import_id: Mapped[int | None] = refers("workbook_import")

    person: Mapped[Person | None] = relationship()
    import_: Mapped[WorkbookImport | None] = relationship()
