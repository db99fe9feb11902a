"""Which reminders will leave on a day to come, and which will not and why, as things stand now. Never writes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Campaign, CampaignStatus, Unit
from app.queries.calendar_days import unconfirmed
from app.queries.obligations import ground_of
from app.queries.people import below
from app.queries.rehearsing import mail_row, skip_row
from app.queries.walks import Walk
from app.rehearsals import MailRow, SkipRow
from notifications.obligations import MORNING
from workflows.case import Actor
from workflows.deadlines import local_day, start_of_day
from workflows.vocabulary import Role

READERS = (Role.OFFICE, Role.ADMIN)
FARTHEST = 14


@dataclass(frozen=True, slots=True)
class DayAhead:
    """The mails and skips of one local day; ``hour`` of the first mail. On a ``holiday`` nobody is reminded."""

    day: date
    hour: str
    campaigns: int
    holiday: bool
    confirmed: bool
    mails: tuple[MailRow, ...] = ()
    skips: tuple[SkipRow, ...] = ()


def campaigns_ahead(session: Session, actor: Actor) -> list[Campaign]:
    """The open campaigns of the provinces whose mail the actor may see."""
    found = (
        select(Campaign)
        .join(Unit, Campaign.root_id == Unit.id)
        .where(Campaign.status == CampaignStatus.OPEN, below(actor, READERS))
        .options(selectinload(Campaign.kinds), joinedload(Campaign.root))
        .order_by(Campaign.id)
    )
    return list(session.scalars(found))


def day_ahead(session: Session, actor: Actor, day: date, now: datetime, base_url: str) -> DayAhead:
    """What a local day from today on will bring, if nobody does anything before.

    The days between are walked through, since what is told on them is not told again.
    """
    campaigns = campaigns_ahead(session, actor)
    ground = ground_of(session, campaigns, now, base_url)
    walk = Walk(session, ground, now, now + timedelta(days=FARTHEST + 1))
    names = {each.person: each.name for each in ground.held}
    mails: list[MailRow] = []
    skips: list[SkipRow] = []
    for at in walk.instants(now, start_of_day(day + timedelta(days=1), walk.outlook.zone)):
        found = walk.step(at)
        if local_day(at, walk.outlook.zone) == day:
            mails += [mail_row(mail, at, base_url) for mail in found.mails]
            skips += [skip_row(skip, at, names) for skip in found.skips]
    first = min((mail.at for mail in mails), default=None)
    return DayAhead(
        day,
        f"{first.astimezone(walk.outlook.zone):%H:%M}" if first else f"{MORNING:02}:00",
        len(campaigns),
        walk.outlook.calendar.is_holiday(day),
        not unconfirmed(session, [day.year]),
        tuple(mails),
        tuple(skips),
    )
