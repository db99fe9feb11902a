"""Ranking runs, frozen with what went into them, and published editions, which never change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Prose, Short, refers
from app.models.campaign import Campaign
from app.models.mixins import Versioned


class RankingRun(Versioned, Base):
    """One ranking of a whole campaign. ``inputs_digest`` names what went in, ``standings`` holds what came out."""

    __tablename__ = "ranking_run"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    campaign_id: Mapped[int] = refers("campaign", index=False)
    number: Mapped[int]
    inputs_digest: Mapped[Short]
    digest: Mapped[Short]
    rules: Mapped[dict[str, Any]]
    standings: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = refers("person", index=False)
    made_by_name: Mapped[Name]
    explanations_until: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = refers("person", index=False)
    approved_by_name: Mapped[Name] = mapped_column(default="")
    approval_note: Mapped[Prose]
    decision_number: Mapped[Short] = mapped_column(default="")
    decision_date: Mapped[date | None]
    decision_signer: Mapped[Name] = mapped_column(default="")
    proposed_at: Mapped[datetime | None]
    proposed_by_id: Mapped[int | None] = refers("person", index=False)
    proposed_by_name: Mapped[Name] = mapped_column(default="")
    published_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()


class Edition(Versioned, Base):
    """A published edition: the bytes that were published and their hash. Triggers refuse any change."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    campaign_id: Mapped[int] = refers("campaign", index=False)
    run_id: Mapped[int] = refers("ranking_run", index=False)
    number: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[Short]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = refers("person", index=False)
    published_by_name: Mapped[Name]

    campaign: Mapped[Campaign] = relationship()
    run: Mapped[RankingRun] = relationship()
