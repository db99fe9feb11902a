"""The plan that a campaign was loaded with, read once for each text. Never writes."""

from functools import lru_cache

from app.campaign_files import CampaignPlan, load
from app.models import Campaign

_load = lru_cache(maxsize=64)(load)


def plan_of(campaign: Campaign) -> CampaignPlan:
    """The campaign's file, as data."""
    return _load(campaign.plan)


def hotline_of(campaign: Campaign) -> str:
    """Whom to call: name and telephone of the contact."""
    contact = plan_of(campaign).contact
    return f"{contact.name}, {contact.phone}"
