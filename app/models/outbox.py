"""Mail that is to leave or has left: the delivery ledger. Rows are written with the change that causes them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Unrecorded


class OutboxState(StrEnum):
    """How far a mail has come."""

    WAITING = "waiting"
    HELD = "held"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class OutboxMessage(Unrecorded, Base):
    """One mail to one person. ``key`` is unique: the same message cannot be queued twice.

    ``calendar`` is the .ics that goes with it, if one does; ``enclosure`` says of a file that does its ``name``,
    ``media_type`` and the ``sha256`` under which the evidence store holds it.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_state_next", "state", "next_at"),
        Index("ix_outbox_message_state_settled", "state", "settled_at"),
    )

    key: Mapped[str] = mapped_column(String(255), unique=True)
    kind: Mapped[Short]
    campaign_id: Mapped[int | None] = refers("campaign")
    submission_id: Mapped[int | None] = refers("submission")
    person_id: Mapped[int | None] = refers("person")
    nudge_id: Mapped[int | None] = refers("nudge")
    address: Mapped[str] = mapped_column(String(254))
    recipient_name: Mapped[Name]
    language: Mapped[Short]
    subject: Mapped[Name]
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    enclosure: Mapped[dict[str, Any] | None]
    headers: Mapped[dict[str, Any]]
    state: Mapped[Short] = mapped_column(default=OutboxState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    unknowns: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[Prose]


class CalendarEvent(Unrecorded, Base):
    """The last word sent about an event: a calendar program follows the highest ``sequence`` of a ``uid``."""

    __tablename__ = "calendar_event"

    uid: Mapped[str] = mapped_column(String(200), unique=True)
    sequence: Mapped[int]
    cancelled: Mapped[bool] = mapped_column(default=False)
