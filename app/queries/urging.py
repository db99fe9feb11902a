"""Whom a body may urge to hand in, and what was told to each before. Never writes.

The units are those that the planner of reminders would tell: same forms, same people, same dates.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session, aliased

from app.faults import Missing
from app.models import (
    Campaign,
    CampaignUnit,
    Nudge,
    OutboxMessage,
    OutboxState,
    Person,
    Reminder,
    Unit,
    UnitKind,
)
from app.queries.campaign_plans import plan_of
from app.queries.obligations import obligations
from app.queries.people import contacts
from app.queries.reach import campaign_in_reach
from notifications.facts import Owed
from notifications.obligations import Obligation
from workflows.case import Actor
from workflows.deadlines import local_day
from workflows.vocabulary import Role

AGAIN_AFTER = timedelta(hours=24)
OFFICE = frozenset({Role.OFFICE})
DELIVERED_FIRST = (OutboxState.ACCEPTED, OutboxState.CLAIMED, OutboxState.WAITING, OutboxState.HELD)


@dataclass(frozen=True, slots=True)
class Circle:
    """A body that urges in a campaign (``name`` as a sentence names it), and the condition on its units."""

    campaign: Campaign
    unit_id: int
    name: str
    where: ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class LastMail:
    """The last reminder of a form: when it was written, what became of it, and whether a person sent it."""

    at: datetime
    state: OutboxState
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Urgeable:
    """A unit that has not handed in.

    ``people`` are those to call; ``reachable`` says whether a mail can reach one of them; ``urged_at`` is set while the
    same body may not urge again.
    """

    owed: Obligation
    kind: str
    phone: str
    people: tuple[Person, ...]
    last: LastMail | None
    urged_at: datetime | None
    told_today: bool

    @property
    def form(self) -> int:
        """The id of its form."""
        return self.owed.form or 0

    @property
    def reachable(self) -> bool:
        """Can a mail reach somebody there? A unit that is left in peace gets none."""
        return not self.owed.muted and any(reader.recipient is not None for reader in self.owed.readers)

    @property
    def phones(self) -> tuple[str, ...]:
        """Every number to call, each once."""
        return tuple(dict.fromkeys(filter(None, (self.phone, *(person.phone for person in self.people)))))


def district_circle(session: Session, actor: Actor, campaign_id: int, unit_id: int | None = None) -> Circle:
    """The units of a consolidator, without its own form; without ``unit_id`` the actor's first in this campaign.

    Raises:
        Missing: the actor does not consolidate there.
    """
    wanted = actor.units(Role.CONSOLIDATOR)
    if unit_id is not None:
        wanted &= {unit_id}
    found = session.execute(
        select(Campaign, Unit)
        .join(CampaignUnit, CampaignUnit.campaign_id == Campaign.id)
        .join(Unit, CampaignUnit.consolidator_id == Unit.id)
        .where(Campaign.id == campaign_id, Unit.id.in_(wanted))
        .order_by(CampaignUnit.display_order, CampaignUnit.id)
        .limit(1)
    ).first()
    if found is None:
        raise Missing(f"units below a consolidator in campaign {campaign_id}")
    campaign, body = found
    below = and_(CampaignUnit.consolidator_id == body.id, CampaignUnit.unit_id != body.id)
    return Circle(campaign, body.id, body.formal_name, below)


def office_circle(session: Session, actor: Actor, slug: str) -> Circle:
    """Every unit of a campaign of the actor's office.

    Raises:
        Missing: not of the actor's office.
    """
    campaign = campaign_in_reach(session, slug, actor, OFFICE)
    return Circle(campaign, campaign.root_id, plan_of(campaign).contact.name, true())


def urgeable(session: Session, circle: Circle, now: datetime, base_url: str) -> tuple[Urgeable, ...]:
    """The units of a circle that have not handed in, in administrative order; a constant number of queries."""
    found = owed_forms(session, circle, now, base_url)
    forms = [each.form for each in found if each.form is not None]
    units = [each.place for each in found]
    people, last = contacts(session, units, now), last_mails(session, forms)
    urged = urged_lately(session, circle, now)
    kinds = _kinds(session, circle.campaign)
    order = {unit: number for number, unit in enumerate(kinds)}
    phones = dict(iter(session.execute(select(Unit.id, Unit.phone).where(Unit.id.in_(units)))))
    today = local_day(now)
    return tuple(
        Urgeable(
            each,
            kinds[each.place],
            phones[each.place],
            people.get(each.place, ()),
            told := last.get(each.form or 0),
            urged.get(each.form or 0),
            told is not None and not told.by_hand and local_day(told.at) == today,
        )
        for each in sorted(found, key=lambda one: order[one.place])
    )


def _kinds(session: Session, campaign: Campaign) -> Mapping[int, str]:
    """The kind of each unit of a campaign, floor by floor in administrative order."""
    parent = aliased(CampaignUnit)
    rows = session.execute(
        select(CampaignUnit.unit_id, CampaignUnit.unit_kind)
        .outerjoin(parent, CampaignUnit.parent_id == parent.id)
        .where(CampaignUnit.campaign_id == campaign.id)
        .order_by(func.coalesce(parent.display_order, 0), CampaignUnit.display_order, CampaignUnit.id)
    ).all()
    floors = list(UnitKind)
    return dict(sorted(((unit, kind) for unit, kind in rows), key=lambda row: floors.index(UnitKind(row[1]))))


def owed_forms(session: Session, circle: Circle, now: datetime, base_url: str) -> list[Obligation]:
    """What the units of a circle owe now."""
    found = obligations(session, [circle.campaign], now, base_url, circle.where)
    return [each for each in found if each.owed is Owed.FORM]


def urged_lately(session: Session, circle: Circle, now: datetime) -> Mapping[int, datetime]:
    """When this body last urged each form, of those that it may not urge again yet; what was taken back does not count."""
    rows = session.execute(
        select(OutboxMessage.submission_id, func.max(Nudge.sent_at))
        .join(Nudge, OutboxMessage.nudge_id == Nudge.id)
        .where(
            Nudge.campaign_id == circle.campaign.id,
            Nudge.unit_id == circle.unit_id,
            Nudge.sent_at > now - AGAIN_AFTER,
            OutboxMessage.state != OutboxState.CANCELLED,
        )
        .group_by(OutboxMessage.submission_id)
    )
    return {form: at for form, at in rows if form is not None}


def last_mails(session: Session, forms: Collection[int]) -> Mapping[int, LastMail]:
    """The last reminder of each form, by a rule or by hand; two queries. Of several readers the luckiest counts."""
    by_rule = session.execute(
        select(Reminder.submission_id, OutboxMessage.created_at, OutboxMessage.state)
        .join(OutboxMessage, Reminder.mail_id == OutboxMessage.id)
        .where(Reminder.submission_id.in_(forms))
    ).all()
    by_hand = session.execute(
        select(OutboxMessage.submission_id, OutboxMessage.created_at, OutboxMessage.state).where(
            OutboxMessage.submission_id.in_(forms), OutboxMessage.nudge_id.is_not(None)
        )
    ).all()
    found: dict[int | None, LastMail] = {}
    for rows, hand in ((by_rule, False), (by_hand, True)):
        for form, at, state in rows:
            mail = LastMail(at, OutboxState(state), hand)
            if form not in found or _rank(mail) > _rank(found[form]):
                found[form] = mail
    return {form: mail for form, mail in found.items() if form is not None}


def _rank(mail: LastMail) -> tuple[bool, datetime, int]:
    luck = -DELIVERED_FIRST.index(mail.state) if mail.state in DELIVERED_FIRST else -len(DELIVERED_FIRST)
    return mail.state is not OutboxState.CANCELLED, mail.at, luck
