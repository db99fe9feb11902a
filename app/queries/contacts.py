"""Whom mail can reach in a campaign: units without a reachable person, units left in peace, refused addresses.

It never writes. A list costs a constant number of queries, however many units a campaign has.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.faults import Missing
from app.models import Campaign, CampaignStatus, CampaignUnit, Mute, Person, RoleGrant, Unit, UnitKind
from app.queries.mail import READERS
from app.queries.people import below
from app.queries.readers import recipient_of
from app.queries.units import units_in_force
from workflows.case import Actor
from workflows.vocabulary import Role

ASKED = (Role.UNIT, Role.HEAD)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who may be written to; ``usable`` says whether mail can get there as far as is known."""

    person_id: int
    name: str
    email: str
    phone: str
    usable: bool
    refused_at: datetime | None
    refused_words: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class UnitContacts:
    """A unit of a campaign, its officers and heads, and why it gets no reminders, if it gets none."""

    unit_id: int
    code: str
    full_name: str
    name: str
    kind: UnitKind
    phone: str
    people: tuple[Contact, ...]
    mute: Mute | None

    @property
    def written_to(self) -> bool:
        """Does mail reach somebody of this unit?"""
        return any(person.usable for person in self.people)

    @property
    def reached(self) -> bool:
        """Is the unit told, by mail or otherwise?"""
        return self.written_to or self.mute is not None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A unit of a campaign, frozen or still to be."""

    unit_id: int
    code: str
    full_name: str
    name: str
    kind: UnitKind
    phone: str


def contacts_of(session: Session, campaign: Campaign, now: datetime) -> tuple[UnitContacts, ...]:
    """Every unit that takes part, or would if the campaign were opened now, with whom mail can reach."""
    people = _people(session, campaign.root, now)
    mutes = {mute.unit_id: mute for mute in mutes_of(session, [campaign.id])}
    return tuple(
        UnitContacts(
            one.unit_id,
            one.code,
            one.full_name,
            one.name,
            one.kind,
            one.phone,
            tuple(people.get(one.unit_id, {}).values()),
            mutes.get(one.unit_id),
        )
        for one in _asked(session, campaign)
    )


def unreached(session: Session, campaign: Campaign, now: datetime) -> tuple[UnitContacts, ...]:
    """The units whom no mail would reach and of whom nobody said that they are told otherwise."""
    return tuple(one for one in contacts_of(session, campaign, now) if not one.reached)


def unit_contacts(session: Session, campaign: Campaign, unit_id: int, now: datetime) -> UnitContacts:
    """One unit of a campaign.

    Raises:
        Missing: it takes no part.
    """
    found = [one for one in contacts_of(session, campaign, now) if one.unit_id == unit_id]
    if not found:
        raise Missing(f"unit {unit_id}")
    return found[0]


def mutes_of(session: Session, campaigns: Iterable[int]) -> Sequence[Mute]:
    """The units of these campaigns that are left in peace now."""
    lasting = select(Mute).where(Mute.campaign_id.in_(list(campaigns)), Mute.ended_at.is_(None))
    return session.scalars(lasting.order_by(Mute.id)).all()


def mute_of(session: Session, campaign_id: int, unit_id: int) -> Mute | None:
    """Why a unit is left in peace now, if it is."""
    return next((one for one in mutes_of(session, [campaign_id]) if one.unit_id == unit_id), None)


def muted_units(session: Session, campaigns: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """The ids of units that get no reminders, by campaign."""
    found: dict[int, set[int]] = defaultdict(set)
    for mute in mutes_of(session, campaigns):
        found[mute.campaign_id].add(mute.unit_id)
    return {campaign: frozenset(units) for campaign, units in found.items()}


def refused_people(session: Session, actor: Actor, now: datetime) -> tuple[Contact, ...]:
    """The people in the actor's reach whose address a mail server refused, the latest first."""
    rows = session.execute(
        select(Person, Unit.formal_name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(Person.active, Person.address_refused_at.is_not(None), below(actor, READERS), _valid(now))
        .order_by(Person.address_refused_at.desc(), Person.id, RoleGrant.id)
    )
    found: dict[int, Contact] = {}
    for person, unit in rows:
        found.setdefault(person.id, _contact(person, unit))
    return tuple(found.values())


def campaigns_to_reach(session: Session, actor: Actor) -> Sequence[Campaign]:
    """The campaigns in the actor's reach that are prepared or open, the newest first."""
    return session.scalars(
        select(Campaign)
        .join(Unit, Unit.id == Campaign.root_id)
        .where(below(actor, READERS), Campaign.status != CampaignStatus.CLOSED)
        .order_by(Campaign.year.desc(), Campaign.id.desc())
    ).all()


def _asked(session: Session, campaign: Campaign) -> list[_Asked]:
    kinds = {kind.unit_kind for kind in campaign.kinds}
    if campaign.status == CampaignStatus.PREPARED:
        return [
            _Asked(unit.id, unit.code, unit.full_name, unit.formal_name, UnitKind(unit.kind), unit.phone)
            for floor in UnitKind
            if floor in kinds
            for unit in units_in_force(session, campaign.root, floor, campaign.period_end)
        ]
    rows = session.execute(
        select(CampaignUnit, Unit.phone)
        .join(Unit, Unit.id == CampaignUnit.unit_id)
        .where(CampaignUnit.campaign_id == campaign.id)
        .order_by(CampaignUnit.id)
    )
    return [
        _Asked(row.unit_id, row.code, row.full_name, row.formal_name, UnitKind(row.unit_kind), phone)
        for row, phone in rows
    ]


def _people(session: Session, root: Unit, now: datetime) -> Mapping[int, Mapping[int, Contact]]:
    rows = session.execute(
        select(RoleGrant.unit_id, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(Unit.path.startswith(root.path), Person.active, RoleGrant.role.in_(ASKED), _valid(now))
        .order_by(Person.name, Person.id)
    )
    found: dict[int, dict[int, Contact]] = defaultdict(dict)
    for unit_id, person in rows:
        found[unit_id][person.id] = _contact(person)
    return found


def _contact(person: Person, unit: str = "") -> Contact:
    written = recipient_of(person.email, person.name, person.language) is not None
    return Contact(
        person.id,
        person.name,
        person.email,
        person.phone,
        written and person.address_refused_at is None,
        person.address_refused_at,
        person.address_refused_words,
        unit,
    )


def _valid(now: datetime) -> ColumnElement[bool]:
    return and_(RoleGrant.valid_from <= now, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now))
