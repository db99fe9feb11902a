"""The plan that a campaign was loaded with, read once for each text. Never writes."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaign_files import CampaignPlan, load
from app.models import Campaign, CampaignStatus
from notifications import obligations as owed

_load = lru_cache(maxsize=64)(load)


def plan_of(campaign: Campaign) -> CampaignPlan:
    """The campaign's file, as data."""
    return _load(campaign.plan)


def hotline_of(campaign: Campaign) -> str:
    """Whom to call: name and telephone of the contact."""
    contact = plan_of(campaign).contact
    return f"{contact.name}, {contact.phone}"


def facts_of(campaign: Campaign) -> owed.Campaign:
    """The campaign as every reminder about it states it."""
    return owed.Campaign(campaign.slug, campaign.name, campaign.year, campaign.zone, hotline_of(campaign))


def current_hotline(session: Session) -> str:
    """The telephone of the campaign that was opened last and is still open; empty where none is."""
    plan = session.scalar(
        select(Campaign.plan)
        .where(Campaign.status == CampaignStatus.OPEN)
        .order_by(Campaign.opened_at.desc(), Campaign.id.desc())
        .limit(1)
    )
    return _load(plan).contact.phone if plan is not None else ""
