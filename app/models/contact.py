"""How units are talked to: urging by hand, units left in peace, and the office's own words for a mail. No rule here."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Versioned


class Nudge(Versioned, Base):
    """One act of urging: who urged which forms, in which words, and whether it was taken back before it left.

    ``unit_id`` is the body that urges; ``submissions`` the ids of the forms, those that no mail could reach too.
    """

    __tablename__ = "nudge"

    campaign_id: Mapped[int] = refers("campaign")
    unit_id: Mapped[int] = refers("unit")
    sent_by_id: Mapped[int] = refers("person", index=False)
    sent_by_name: Mapped[Name]
    sent_at: Mapped[datetime]
    leaves_at: Mapped[datetime]
    note: Mapped[Prose]
    submissions: Mapped[list[Any]]
    taken_back_at: Mapped[datetime | None]
    taken_back_by_name: Mapped[Name] = mapped_column(default="")


class Mute(Versioned, Base):
    """A unit that gets no reminders in a campaign, with the reason (it is told by paper or telephone)."""

    __tablename__ = "mute"

    campaign_id: Mapped[int] = refers("campaign")
    unit_id: Mapped[int] = refers("unit")
    reason: Mapped[Prose]
    muted_at: Mapped[datetime]
    muted_by_name: Mapped[Name]
    ended_at: Mapped[datetime | None]
    ended_by_name: Mapped[Name] = mapped_column(default="")


class MailWording(Versioned, Base):
    """The office's own subject and text for one kind of mail of a campaign, in one language."""

    __tablename__ = "mail_wording"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "language"),)

    campaign_id: Mapped[int] = refers("campaign", index=False)
    kind: Mapped[Short]
    language: Mapped[Short]
    subject: Mapped[Name]
    text: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime]
    edited_by_name: Mapped[Name]
