"""What the task force does with a form: verdicts per criterion, questions, visits, explanations."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Versioned
from app.models.submission import Submission

VISITS_START = time(8)


class Verdict(Versioned, Base):
    """The decision on one criterion: the self-score kept (``points`` empty), or other points with a reason.

    It stands beside the self-score and never overwrites it. ``answer_version`` names what was read.
    """

    __tablename__ = "verdict"
    __table_args__ = (UniqueConstraint("submission_id", "criterion"),)

    submission_id: Mapped[int] = refers("submission", index=False)
    criterion: Mapped[Short]
    points: Mapped[Decimal | None]
    reason: Mapped[Prose]
    on_site: Mapped[bool] = mapped_column(default=False)
    answer_version: Mapped[int]
    decided_by_id: Mapped[int] = refers("person", index=False)
    decided_by_name: Mapped[Name]
    decided_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship()


class Question(Versioned, Base):
    """A question of the task force to the unit; open until it is answered or closed."""

    __tablename__ = "question"

    submission_id: Mapped[int] = refers("submission")
    criterion: Mapped[Short]
    text: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int | None] = refers("person", index=False)
    asked_by_name: Mapped[Name]
    asked_at: Mapped[datetime]
    reply: Mapped[Prose]
    replied_by_name: Mapped[Name] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()


class FieldVisit(Versioned, Base):
    """A field check: planned for a day and hour, done when its minutes are recorded, or called off with a reason.

    ``papers`` are those that the unit is to have at hand; ``planned_time`` is local.
    """

    __tablename__ = "field_visit"

    submission_id: Mapped[int] = refers("submission")
    planned_on: Mapped[date]
    planned_time: Mapped[time] = mapped_column(default=VISITS_START)
    planned_by_id: Mapped[int | None] = refers("person", index=False)
    team: Mapped[Name]
    place: Mapped[Name] = mapped_column(default="")
    papers: Mapped[Prose]
    minutes: Mapped[Prose]
    attendees: Mapped[Prose]
    visited_on: Mapped[date | None]
    recorded_by_name: Mapped[Name] = mapped_column(default="")
    recorded_at: Mapped[datetime | None]
    called_off_at: Mapped[datetime | None]
    called_off_by_name: Mapped[Name] = mapped_column(default="")
    called_off_reason: Mapped[Prose]

    submission: Mapped[Submission] = relationship()

    @property
    def starts_at(self) -> datetime:
        """When it begins, in the campaign's zone."""
        return datetime.combine(self.planned_on, self.planned_time, ZoneInfo(self.submission.campaign.zone))

    @property
    def ahead(self) -> bool:
        """Is it still to come: neither recorded nor called off?"""
        return self.recorded_at is None and self.called_off_at is None


class Explanation(Versioned, Base):
    """The unit's word on a verdict that differs from its own score, and the task force's answer."""

    __tablename__ = "explanation"

    submission_id: Mapped[int] = refers("submission")
    criterion: Mapped[Short]
    text: Mapped[str] = mapped_column(Text)
    made_by_name: Mapped[Name]
    made_at: Mapped[datetime]
    outcome: Mapped[Short] = mapped_column(default="")
    answer: Mapped[Prose]
    decided_by_name: Mapped[Name] = mapped_column(default="")
    decided_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()


class Assignment(Versioned, Base):
    """A form given to one member of the task force, to be verified by the end of ``due_day``."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("submission_id"),)

    submission_id: Mapped[int] = refers("submission", index=False)
    person_id: Mapped[int] = refers("person")
    due_day: Mapped[date]
    assigned_at: Mapped[datetime]
    assigned_by_name: Mapped[Name]

    submission: Mapped[Submission] = relationship()
