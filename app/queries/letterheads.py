"""What all mails of a campaign share, read for many campaigns at once. Never writes."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Campaign, MailWording
from app.queries.campaign_plans import plan_of
from notifications.messages import check_address
from notifications.rendering import Letterhead
from notifications.wording import OwnWords


def letterheads(session: Session, slugs: Collection[str]) -> Mapping[str, Letterhead]:
    """The letterhead of each campaign; two queries."""
    campaigns = session.scalars(select(Campaign).where(Campaign.slug.in_(slugs))).all()
    own: dict[int, dict[tuple[str, str], OwnWords]] = defaultdict(dict)
    chosen = MailWording.campaign_id.in_([campaign.id for campaign in campaigns])
    for row in session.scalars(select(MailWording).where(chosen)):
        own[row.campaign_id][row.kind, row.language] = OwnWords(row.subject, row.text)
    return {campaign.slug: Letterhead(_staffed(campaign), own[campaign.id]) for campaign in campaigns}


def _staffed(campaign: Campaign) -> str:
    """The address that answers, if mail can be sent to it."""
    address = plan_of(campaign).contact.email
    try:
        return check_address(address)
    except ValueError:
        return ""
