"""Units that are told by paper or telephone: no reminder goes to them until that is ended. Sends and stops no mail.

A reminder that waits already is called off when its turn comes (``app.services.reminders.recheck``).
"""

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Invalid, Missing
from app.folding import tidy
from app.models import Campaign, CampaignStatus, Mute, Unit, Verb
from app.queries.contacts import mute_of, unit_contacts
from app.queries.reach import campaign_in_reach
from app.unit import SYSTEM, UnitOfWork, unit
from workflows.case import Actor
from workflows.vocabulary import Role

LONGEST_REASON = 500


def mute_unit(actor: Actor, slug: str, unit_id: int, reason: str) -> Mute:
    """Send no more reminders to a unit in a campaign, and count it as told when the campaign is opened.

    Raises:
        Missing: no such campaign in the office's reach, or the unit takes no part. Invalid: no reason, the campaign
        has ended, or the unit is muted already.
    """
    with unit(actor) as work:
        campaign = _campaign(work, slug)
        one = unit_contacts(work.session, campaign, unit_id, work.now)
        words = tidy(reason)
        if not 0 < len(words) <= LONGEST_REASON:
            most = _("Nhập lý do, dài nhất %(most)s ký tự, ví dụ: báo bằng điện thoại", most=LONGEST_REASON)
            raise Invalid(FieldFault("reason", "reason", most))
        if campaign.status == CampaignStatus.CLOSED:
            raise Invalid(FieldFault("campaign", "closed", _("Đợt đã kết thúc, không còn thư nhắc nào")))
        if one.mute is not None:
            raise Invalid(FieldFault("reason", "muted", _("Đơn vị này đã ngừng nhận thư nhắc")))
        row = Mute(
            campaign_id=campaign.id,
            unit_id=unit_id,
            reason=words,
            muted_at=work.now,
            muted_by_name=actor.name,
        )
        work.add(row)
        over = work.load(Unit, unit_id)
        work.record(Verb.UNIT_MUTED, over, campaign=campaign.id, after={"reason": words})
    return row


def end_mute(actor: Actor, slug: str, unit_id: int) -> Mute:
    """Send reminders to a unit again, from the next one that is due.

    Raises:
        Missing: no such campaign in the office's reach. Invalid: the unit is not muted.
    """
    with unit(actor) as work:
        campaign = _campaign(work, slug)
        row = mute_of(work.session, campaign.id, unit_id)
        if row is None:
            raise Invalid(FieldFault("reason", "not_muted", _("Đơn vị này đang nhận thư nhắc")))
        row.ended_at, row.ended_by_name = work.now, actor.name
        work.record(Verb.MUTE_ENDED, work.load(Unit, unit_id), campaign=campaign.id)
    return row


def _campaign(work: UnitOfWork, slug: str) -> Campaign:
    """The campaign, held until the end of the work, so that no two people mute one unit at once."""
    found = work.session.scalar(select(Campaign).where(Campaign.slug == slug).with_for_update())
    if found is None:
        raise Missing(f"campaign {slug}")
    if work.actor != SYSTEM:
        campaign_in_reach(work.session, slug, work.actor, {Role.OFFICE})
    return found
