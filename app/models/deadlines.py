"""The office calendar, extensions, moved dates, and what became of each reminder. Nothing here decides anything."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Prose, Short, refers
from app.models.campaign import CampaignKind
from app.models.mixins import Unrecorded, Versioned
from app.models.submission import Submission


class DayKind(StrEnum):
    """How a day differs from what the public holidays say."""

    OFF = "off"
    WORKING = "working"


class ReminderState(StrEnum):
    """What became of a reminder."""

    PLANNED = "planned"
    SKIPPED = "skipped"
    DROPPED = "dropped"


class CalendarYear(Versioned, Base):
    """A year whose days off a person has looked through. Without it nobody may take the year as known."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime]
    confirmed_by_name: Mapped[Name]


class CalendarDay(Versioned, Base):
    """A day that differs from the public holidays as the library knows them: ``kind`` is off or working."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(unique=True)
    kind: Mapped[Short]
    note: Mapped[Prose]


class Extension(Versioned, Base):
    """A later date for one form, or for a whole kind of unit where ``submission_id`` is empty.

    It is in force until ``ended_at``; once its own day has passed it has run out by itself.
    """

    __tablename__ = "extension"

    campaign_id: Mapped[int] = refers("campaign")
    kind_id: Mapped[int] = refers("campaign_kind")
    submission_id: Mapped[int | None] = refers("submission")
    wording: Mapped[Short]
    day: Mapped[date]
    count_day_in: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Prose]
    document_number: Mapped[Short] = mapped_column(default="")
    granted_at: Mapped[datetime]
    granted_by_name: Mapped[Name]
    ended_at: Mapped[datetime | None]
    ended_by_name: Mapped[Name] = mapped_column(default="")
    end_reason: Mapped[Prose]

    kind: Mapped[CampaignKind] = relationship()
    submission: Mapped[Submission | None] = relationship()


class DeadlineMove(Versioned, Base):
    """A moved date of a kind of unit, as it was before and after."""

    __tablename__ = "deadline_move"
    __table_args__ = (UniqueConstraint("kind_id", "number"),)

    kind_id: Mapped[int] = refers("campaign_kind", index=False)
    number: Mapped[int]
    wording_before: Mapped[Short]
    day_before: Mapped[date]
    count_day_in_before: Mapped[bool]
    wording: Mapped[Short]
    day: Mapped[date]
    count_day_in: Mapped[bool]
    reason: Mapped[Prose]
    document_number: Mapped[Short] = mapped_column(default="")
    moved_at: Mapped[datetime]
    moved_by_name: Mapped[Name]

    kind: Mapped[CampaignKind] = relationship()


class InternalDate(Versioned, Base):
    """The date by which a consolidator wants the forms of its units, before its own; it refuses nothing."""

    __tablename__ = "internal_date"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id"),)

    campaign_id: Mapped[int] = refers("campaign", index=False)
    unit_id: Mapped[int] = refers("unit", index=False)
    wording: Mapped[Short]
    day: Mapped[date]
    count_day_in: Mapped[bool] = mapped_column(default=False)
    note: Mapped[Prose]
    set_at: Mapped[datetime]
    set_by_name: Mapped[Name]
    ended_at: Mapped[datetime | None]


class Reminder(Unrecorded, Base):
    """What became of one reminder to one person: planned into a mail, skipped, or dropped when it was no longer true.

    ``key`` is unique: campaign, rule, subject, person, version of the date, occurrence. ``day`` is the local day.
    """

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_campaign_id_state", "campaign_id", "state"),)

    key: Mapped[str] = mapped_column(String(255), unique=True)
    campaign_id: Mapped[int] = refers("campaign", index=False)
    submission_id: Mapped[int | None] = refers("submission")
    unit_id: Mapped[int] = refers("unit", index=False)
    person_id: Mapped[int | None] = refers("person", index=False)
    mail_id: Mapped[int | None] = refers("outbox_message")
    rule: Mapped[Short]
    owed: Mapped[Short]
    subject: Mapped[Name]
    deadline_version: Mapped[Short]
    due_at: Mapped[datetime]
    day: Mapped[date] = mapped_column(index=True)
    state: Mapped[Short]
    reason: Mapped[Short] = mapped_column(default="")
    at: Mapped[datetime]
