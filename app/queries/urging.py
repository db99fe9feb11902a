"""Whom a body may urge to hand in, what was told to each, and every act of urging with what became of it. Never writes.

The units are those that the planner of reminders would tell: same forms, same people, same dates.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from app.faults import Missing
from app.models import (
    Campaign,
    CampaignUnit,
    Nudge,
    OutboxMessage,
    OutboxState,
    Person,
    Reminder,
    Submission,
    Unit,
)
from app.queries.campaign_plans import plan_of
from app.queries.obligations import obligations
from app.queries.people import contacts
from app.queries.reach import campaign_in_reach
from notifications.facts import Owed
from notifications.obligations import Obligation
from workflows.case import Actor, Place
from workflows.deadlines import local_day
from workflows.vocabulary import Role

AGAIN_AFTER = timedelta(hours=24)
OFFICE = frozenset({Role.OFFICE})
OVERSEERS = frozenset({Role.OFFICE, Role.APPROVER})
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
        """Can a mail reach somebody there?"""
        return any(reader.recipient is not None for reader in self.owed.readers)

    @property
    def phones(self) -> tuple[str, ...]:
        """Every number to call, each once."""
        return tuple(dict.fromkeys(filter(None, (self.phone, *(person.phone for person in self.people)))))


@dataclass(frozen=True, slots=True)
class UrgedMail:
    """One mail of an act of urging."""

    name: str
    address: str
    state: OutboxState
    settled_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class UrgedUnit:
    """A unit that was urged; without mails where no address could be reached."""

    form: int
    name: str
    handed_in_at: datetime | None
    mails: tuple[UrgedMail, ...]


@dataclass(frozen=True, slots=True)
class NudgeLine:
    """One act of urging as evidence: the row, the body's name, its units and their mails as they stand now."""

    nudge: Nudge
    body: str
    units: tuple[UrgedUnit, ...]

    @property
    def mails(self) -> tuple[UrgedMail, ...]:
        """All its mails."""
        return tuple(mail for unit in self.units for mail in unit.mails)

    def count(self, state: str) -> int:
        """How many of its mails stand so."""
        return sum(mail.state == state for mail in self.mails)

    @property
    def may_be_taken_back(self) -> bool:
        """Is there a mail that has not left?"""
        return any(mail.state in (OutboxState.WAITING, OutboxState.HELD) for mail in self.mails)


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
    kinds = dict(
        iter(
            session.execute(
                select(CampaignUnit.unit_id, CampaignUnit.unit_kind).where(
                    CampaignUnit.campaign_id == circle.campaign.id
                )
            )
        )
    )
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
        for each in found
    )


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


def nudge_in_reach(session: Session, actor: Actor, nudge_id: int) -> Nudge:
    """An act of urging of the actor's own body, or in a campaign that the actor oversees.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    nudge = session.get(Nudge, nudge_id)
    if nudge is None or not (may_take_back(session, actor, nudge) or _oversees(session, actor, nudge)):
        raise Missing(f"nudge {nudge_id}")
    return nudge


def may_take_back(session: Session, actor: Actor, nudge: Nudge) -> bool:
    """Is it of the actor's own body?"""
    if nudge.unit_id in actor.units(Role.CONSOLIDATOR):
        return True
    campaign = session.get_one(Campaign, nudge.campaign_id)
    of_office = nudge.unit_id == campaign.root_id
    return of_office and actor.holds_any(OFFICE, over=Place(campaign.root_id, campaign.root.above))


def _oversees(session: Session, actor: Actor, nudge: Nudge) -> bool:
    campaign = session.get_one(Campaign, nudge.campaign_id)
    return actor.holds_any(OVERSEERS, over=Place(campaign.root_id, campaign.root.above))


def nudges_of(session: Session, campaign_id: int, unit_id: int | None = None) -> tuple[NudgeLine, ...]:
    """Every act of urging in a campaign, of one body or of all, the latest first; three queries."""
    wanted = select(Nudge).where(Nudge.campaign_id == campaign_id)
    if unit_id is not None:
        wanted = wanted.where(Nudge.unit_id == unit_id)
    return nudge_lines(session, session.scalars(wanted.order_by(Nudge.sent_at.desc(), Nudge.id.desc())).all())


def nudge_lines(session: Session, nudges: Sequence[Nudge]) -> tuple[NudgeLine, ...]:
    """Acts of urging with their units and mails."""
    if not nudges:
        return ()
    mails = _mails(session, [nudge.id for nudge in nudges])
    forms = {int(form) for nudge in nudges for form in nudge.submissions}
    named = {
        row.id: row
        for row in session.execute(
            select(Submission.id, CampaignUnit.formal_name, Submission.submitted_at)
            .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
            .where(Submission.id.in_(forms))
        )
    }
    bodies = dict(
        iter(
            session.execute(
                select(Unit.id, Unit.formal_name).where(Unit.id.in_({one.unit_id for one in nudges}))
            )
        )
    )
    return tuple(
        NudgeLine(
            nudge,
            bodies[nudge.unit_id],
            tuple(
                UrgedUnit(form, named[form].formal_name, named[form].submitted_at, mails[nudge.id, form])
                for form in nudge.submissions
            ),
        )
        for nudge in nudges
    )


def _mails(session: Session, nudge_ids: Iterable[int]) -> Mapping[tuple[int, int], tuple[UrgedMail, ...]]:
    rows = session.scalars(
        select(OutboxMessage).where(OutboxMessage.nudge_id.in_(list(nudge_ids))).order_by(OutboxMessage.id)
    )
    found: dict[tuple[int, int], tuple[UrgedMail, ...]] = defaultdict(tuple)
    for row in rows:
        mail = UrgedMail(row.recipient_name, row.address, OutboxState(row.state), row.settled_at, row.outcome)
        found[row.nudge_id or 0, row.submission_id or 0] += (mail,)
    return found
