"""A unit's form in a campaign: its answers, its moves, its package, its remarks."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Prose, Short, refers
from app.models.campaign import Campaign, CampaignUnit
from app.models.mixins import Versioned
from app.models.organisation import Unit

if TYPE_CHECKING:
    from app.models.deadlines import Extension


class Submission(Versioned, Base):
    """One unit's form. ``state`` is a cache of the last move; the kept totals are caches of the scoring.

    ``first_submitted_at`` stays when the form is sent back, ``submitted_at`` does not; both go when the unit withdraws.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("campaign_unit_id"),)

    campaign_id: Mapped[int] = refers("campaign")
    campaign_unit_id: Mapped[int] = refers("campaign_unit", index=False)
    package_id: Mapped[int | None] = refers("package")
    state: Mapped[Short] = mapped_column(default="DRAFT", index=True)
    first_submitted_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    consolidated_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    receipt_code: Mapped[str | None] = mapped_column(unique=True)
    content_digest: Mapped[Short] = mapped_column(default="")
    repair_due_at: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(default=0)
    complete: Mapped[int] = mapped_column(default=0)
    decided: Mapped[int] = mapped_column(default=0)
    self_points: Mapped[Decimal] = mapped_column(default=Decimal(0))
    self_max: Mapped[Decimal] = mapped_column(default=Decimal(0))
    verified_points: Mapped[Decimal | None]
    verified_max: Mapped[Decimal | None]
    begun_at: Mapped[datetime | None]
    last_worked_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()
    campaign_unit: Mapped[CampaignUnit] = relationship()
    package: Mapped["Package | None"] = relationship()
    answers: Mapped[list["Answer"]] = relationship(back_populates="submission")
    extensions: Mapped[list["Extension"]] = relationship(viewonly=True, lazy="selectin")
    moves: Mapped[list["Move"]] = relationship(back_populates="submission", order_by="Move.id")


class Answer(Versioned, Base):
    """The answer to one criterion: the figures as data, the reason where it is below the maximum."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("submission_id", "criterion"),)

    submission_id: Mapped[int] = refers("submission", index=False)
    criterion: Mapped[Short]
    value: Mapped[dict[str, Any] | None]
    reason: Mapped[Prose]
    estimated: Mapped[bool] = mapped_column(default=False)
    points: Mapped[Decimal | None]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = refers("person", index=False)
    saved_by_name: Mapped[Name]

    submission: Mapped[Submission] = relationship(back_populates="answers")


class Move(Versioned, Base):
    """A move that was made. Rows are only ever added; folding them gives the state."""

    __tablename__ = "move"

    submission_id: Mapped[int] = refers("submission")
    action: Mapped[Short]
    source: Mapped[Short]
    target: Mapped[Short]
    actor_id: Mapped[int | None] = refers("person")
    actor_name: Mapped[Name]
    at: Mapped[datetime]
    note: Mapped[Prose]
    content_digest: Mapped[Short] = mapped_column(default="")

    submission: Mapped[Submission] = relationship(back_populates="moves")


class Receipt(Versioned, Base):
    """One handing-in, known by its code for good, also after it was taken back. Rows are only ever added.

    ``late`` is empty for a form that was handed in before receipts were kept.
    """

    __tablename__ = "receipt"

    submission_id: Mapped[int] = refers("submission")
    code: Mapped[Short] = mapped_column(unique=True)
    content_digest: Mapped[Short]
    at: Mapped[datetime]
    late: Mapped[bool | None]

    submission: Mapped[Submission] = relationship()


class Remark(Versioned, Base):
    """What a reader of the form wants changed at one criterion, when it is sent back."""

    __tablename__ = "remark"

    submission_id: Mapped[int] = refers("submission")
    criterion: Mapped[Short]
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = refers("person", index=False)
    author_name: Mapped[Name]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Waiver(Versioned, Base):
    """Granted by the office ("không áp dụng"): a criterion is not asked of a unit, which shrinks the unit's maximum."""

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("submission_id", "criterion"),)

    submission_id: Mapped[int] = refers("submission", index=False)
    criterion: Mapped[Short]
    reason: Mapped[str] = mapped_column(Text)
    granted_by_name: Mapped[Name]
    granted_at: Mapped[datetime]


class Agreement(Versioned, Base):
    """The unit's head agrees to one content, named by its digest; a changed content needs a new agreement.

    ``content``: what was agreed to, by criterion, to show later what changed since; empty in old agreements.
    """

    __tablename__ = "agreement"

    submission_id: Mapped[int] = refers("submission")
    content_digest: Mapped[Short]
    person_id: Mapped[int] = refers("person", index=False)
    person_name: Mapped[Name]
    at: Mapped[datetime]
    content: Mapped[dict[str, Any] | None]


class Package(Versioned, Base):
    """What a consolidator sends: its own form and its units' forms, each pinned to the version that was read."""

    __tablename__ = "package"

    campaign_id: Mapped[int] = refers("campaign")
    consolidator_id: Mapped[int] = refers("unit")
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int] = refers("person", index=False)
    sent_by_name: Mapped[Name]
    note: Mapped[Prose]
    gaps: Mapped[list[Any]]
    pinned: Mapped[dict[str, Any]]
    returned_at: Mapped[datetime | None]

    consolidator: Mapped[Unit] = relationship()
