"""What all mails of a campaign share, read for many campaigns at once. Never writes."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Campaign
from app.queries.campaign_plans import plan_of
from notifications.rendering import Letterhead


def letterheads(session: Session, slugs: Collection[str]) -> Mapping[str, Letterhead]:
    """The letterhead of each campaign; a constant number of queries."""
    campaigns = session.scalars(select(Campaign).where(Campaign.slug.in_(slugs)))
    return {campaign.slug: Letterhead(reply_to=plan_of(campaign).contact.email) for campaign in campaigns}
