"""A yearly campaign: its plan as data, its criteria sets, and its frozen list of units."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Short, refers
from app.models.mixins import Versioned
from app.models.organisation import Unit, path_above

if TYPE_CHECKING:
    from app.models.deadlines import Extension


class CampaignStatus(StrEnum):
    """Where a campaign stands as a whole."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"


class StoredCriteriaSet(Versioned, Base):
    """A criteria set as one immutable document; its hash is its version."""

    __tablename__ = "criteria_set"

    digest: Mapped[Short] = mapped_column(unique=True)
    code: Mapped[Short] = mapped_column(index=True)
    title: Mapped[Name]
    unit_kind: Mapped[Short]
    illustrative: Mapped[bool]
    document: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime]


class Campaign(Versioned, Base):
    """One campaign over one province (``root``). ``plan`` is the campaign file, as data."""

    __tablename__ = "campaign"

    slug: Mapped[Short] = mapped_column(unique=True)
    name: Mapped[Name]
    year: Mapped[int]
    status: Mapped[Short] = mapped_column(default=CampaignStatus.PREPARED)
    root_id: Mapped[int] = refers("unit")
    period_start: Mapped[date]
    period_end: Mapped[date]
    zone: Mapped[Short]
    plan: Mapped[str] = mapped_column(Text)
    demo: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    root: Mapped[Unit] = relationship()
    kinds: Mapped[list["CampaignKind"]] = relationship(back_populates="campaign", order_by="CampaignKind.id")


class CampaignKind(Versioned, Base):
    """How one kind of unit takes part: criteria set, route, deadline wording and date, rules.

    No reminder leaves before ``remind_from``. ``late`` says which forms are still taken after the date, until the end
    of ``late_through``; answers can be changed until the end of ``edit_through``. Empty days follow the date.
    """

    __tablename__ = "campaign_kind"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_kind"),)

    campaign_id: Mapped[int] = refers("campaign")
    unit_kind: Mapped[Short]
    criteria_set_id: Mapped[int] = refers("criteria_set")
    route: Mapped[Short]
    opens_at: Mapped[datetime]
    wording: Mapped[Short]
    due_day: Mapped[date]
    count_day_in: Mapped[bool] = mapped_column(default=False)
    remind_from: Mapped[date | None]
    late: Mapped[Short] = mapped_column(default="never")
    late_through: Mapped[date | None]
    edit_through: Mapped[date | None]
    report_required: Mapped[bool] = mapped_column(default=False)
    sign_off: Mapped[bool] = mapped_column(default=False)
    reasons_required: Mapped[bool] = mapped_column(default=True)
    evidence_required: Mapped[bool] = mapped_column(default=True)
    explanation_days: Mapped[int] = mapped_column(default=0)
    ranking: Mapped[dict[str, Any]]

    campaign: Mapped[Campaign] = relationship(back_populates="kinds")
    criteria_set: Mapped[StoredCriteriaSet] = relationship()
    extensions: Mapped[list["Extension"]] = relationship(
        primaryjoin="and_(Extension.kind_id == CampaignKind.id, Extension.submission_id.is_(None))",
        viewonly=True,
        lazy="selectin",
    )


class CampaignUnit(Versioned, Base):
    """A unit as it was when the campaign was opened: name, type, parent and path do not change any more."""

    __tablename__ = "campaign_unit"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id"),)

    campaign_id: Mapped[int] = refers("campaign")
    kind_id: Mapped[int] = refers("campaign_kind")
    unit_id: Mapped[int] = refers("unit")
    parent_id: Mapped[int | None] = refers("campaign_unit")
    consolidator_id: Mapped[int | None] = refers("unit")
    code: Mapped[Short]
    unit_kind: Mapped[Short]
    type_word: Mapped[Short]
    name: Mapped[Name]
    full_name: Mapped[Name]
    formal_name: Mapped[Name]
    path: Mapped[str] = mapped_column(String(255), index=True)
    slug: Mapped[Name]
    search_key: Mapped[Name]
    display_order: Mapped[int]
    ranked: Mapped[bool] = mapped_column(default=True)

    campaign: Mapped[Campaign] = relationship()
    kind: Mapped[CampaignKind] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    parent: Mapped["CampaignUnit | None"] = relationship(remote_side="CampaignUnit.id")

    @property
    def above(self) -> tuple[int, ...]:
        """The ids of the units above, nearest first, as they were at the opening."""
        return path_above(self.path)
