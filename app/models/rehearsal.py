"""A rehearsal of a campaign: what was asked for, how far it has come, and what it found. No rule here."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Unrecorded


class RehearsalState(StrEnum):
    """How far a rehearsal has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Rehearsal(Unrecorded, Base):
    """One walk through a campaign without sending; ``done`` of ``total`` days. Claimed by a tick like a mail."""

    __tablename__ = "rehearsal"

    campaign_id: Mapped[int] = refers("campaign")
    options: Mapped[dict[str, Any]]
    state: Mapped[Short] = mapped_column(default=RehearsalState.WAITING, index=True)
    asked_at: Mapped[datetime]
    asked_by_name: Mapped[Name]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None]
    finished_at: Mapped[datetime | None]
    fault: Mapped[Prose]
