"""Which editions are published, and each read once for its digest. Never writes; an edition never changes."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import db
from app.editions import Published, read_edition
from app.models import Campaign, CampaignStatus, Edition, StoredCriteriaSet
from app.queries.criteria_sets import stored_set
from criteria.model import CriteriaSet

KEPT = 16


@dataclass(frozen=True, slots=True)
class PublishedCampaign:
    """A campaign with a published result: the latest edition counts."""

    slug: str
    name: str
    year: int
    number: int
    digest: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ExpectedCampaign:
    """A campaign under way, whose result is still to come."""

    name: str
    year: int
    period_end: date


def published_campaigns(session: Session) -> tuple[PublishedCampaign, ...]:
    """All campaigns with a result, the newest year first."""
    latest = (
        select(Edition.campaign_id, func.max(Edition.number).label("number"))
        .group_by(Edition.campaign_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Campaign.slug, Campaign.name, Campaign.year, Edition.number, Edition.digest, Edition.published_at
        )
        .join(Edition, Edition.campaign_id == Campaign.id)
        .join(latest, (latest.c.campaign_id == Edition.campaign_id) & (latest.c.number == Edition.number))
        .order_by(Campaign.year.desc(), Edition.published_at.desc(), Campaign.slug)
    )
    return tuple(PublishedCampaign(*row) for row in rows)


def expected_campaigns(session: Session) -> tuple[ExpectedCampaign, ...]:
    """Campaigns that are open, by year."""
    rows = session.execute(
        select(Campaign.name, Campaign.year, Campaign.period_end)
        .where(Campaign.status == CampaignStatus.OPEN)
        .order_by(Campaign.year, Campaign.slug)
    )
    return tuple(ExpectedCampaign(*row) for row in rows)


@lru_cache(maxsize=KEPT)
def edition_named(digest: str) -> Published:
    """The edition with this digest, which names its content; read once."""
    row = db.session.execute(
        select(Edition.published_at, Edition.document).where(Edition.digest == digest).limit(1)
    ).one()
    return read_edition(digest, row.published_at, row.document)


def document_named(session: Session, digest: str) -> str:
    """The published text itself."""
    found: str = session.scalars(select(Edition.document).where(Edition.digest == digest).limit(1)).one()
    return found


def criteria_set_named(session: Session, digest: str) -> CriteriaSet | None:
    """The criteria set that an edition names by its digest; None where it is not kept here."""
    stored = session.scalar(select(StoredCriteriaSet).where(StoredCriteriaSet.digest == digest))
    return None if stored is None else stored_set(stored)
