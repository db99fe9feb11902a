"""People and their grants: who may manage whom, and the lists of the account pages. Never writes.

ADMIN manages every role at and below the unit of the grant; OFFICE manages officers, heads and consolidators in its
subtree. Nobody manages a person who holds something that is out of the manager's own reach.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.faults import Missing
from app.folding import search_key, tidy
from app.models import AuditEntry, Person, RoleGrant, Unit, UnitKind
from workflows.case import Actor
from workflows.vocabulary import Role

MANAGERS = (Role.ADMIN, Role.OFFICE)
BY_OFFICE = frozenset({Role.UNIT, Role.HEAD, Role.CONSOLIDATOR})
PAGE = 50


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant, as a list shows it."""

    id: int
    role: Role
    unit_id: int
    unit_name: str
    valid_from: datetime
    valid_to: datetime | None
    manageable: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person with the grants that the reader may see."""

    id: int
    version: int
    email: str
    name: str
    title: str
    phone: str
    active: bool
    has_password: bool
    grants: tuple[GrantRow, ...]
    manageable: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and of how many."""

    rows: tuple[PersonRow, ...]
    total: int
    page: int
    pages: int


def grantable(actor: Actor, unit: Unit) -> frozenset[Role]:
    """The roles that the actor may give and take over a unit."""
    roles: frozenset[Role] = frozenset()
    for grant in actor.grants:
        if grant.unit != unit.id and grant.unit not in unit.above:
            continue
        if grant.role is Role.ADMIN:
            return frozenset(Role)
        if grant.role is Role.OFFICE:
            roles |= BY_OFFICE
    return roles


def manageable(actor: Actor, grants: Iterable[RoleGrant], now: datetime) -> bool:
    """May the actor change this person? Yes, if everything the person still holds is theirs to give.

    Where everything has ended, one grant that was theirs to give is enough; so is none at all, for a new person.
    """
    held = list(grants)
    lasting = [grant for grant in held if grant.valid_to is None or grant.valid_to > now]
    if lasting:
        return all(grant.role in grantable(actor, grant.unit) for grant in lasting)
    return not held or any(grant.role in grantable(actor, grant.unit) for grant in held)


def person_in_reach(session: Session, person_id: int, actor: Actor, now: datetime) -> Person:
    """A person whom the actor may manage.

    Raises:
        Missing: there is none, or not for this actor.
    """
    person = session.get(Person, person_id)
    if person is None or not manageable(actor, grants_of(session, person_id), now):
        raise Missing(f"person {person_id}")
    return person


def grants_of(session: Session, person_id: int) -> Sequence[RoleGrant]:
    """All grants of a person, past ones too, with their units."""
    return session.scalars(
        select(RoleGrant)
        .where(RoleGrant.person_id == person_id)
        .options(joinedload(RoleGrant.unit))
        .order_by(RoleGrant.id)
    ).all()


def below(actor: Actor, roles: Iterable[Role] = MANAGERS) -> ColumnElement[bool]:
    """The condition on Unit that it lies in the subtree of a grant of one of the roles."""
    units = sorted(actor.units(*roles))
    return or_(Unit.id.in_(units), *(Unit.path.contains(f"/{unit}/", autoescape=True) for unit in units))


def people_page(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    search: str = "",
    unit_id: int | None = None,
    page: int = 1,
) -> Page:
    """The people who hold or held something in the actor's reach, by name; found by name, address or unit."""
    wanted = _people(session, actor, search, unit_id)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    found = session.scalars(
        wanted.order_by(Person.name, Person.id).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    grants = grants_by_person(session, [person.id for person in found])
    rows = tuple(person_row(person, grants.get(person.id, []), actor, now) for person in found)
    return Page(rows, total, page, pages)


def person_row(person: Person, grants: Iterable[RoleGrant], actor: Actor, now: datetime) -> PersonRow:
    """A person as a row; grants out of the actor's reach are left out."""
    held = list(grants)
    seen = [grant for grant in held if grantable(actor, grant.unit)]
    return PersonRow(
        person.id,
        person.version,
        person.email,
        person.name,
        person.title,
        person.phone,
        person.active,
        bool(person.password_hash),
        tuple(_grant_row(grant, actor, now) for grant in seen),
        manageable(actor, held, now),
    )


def units_page(
    session: Session, actor: Actor, *, search: str = "", kind: str = "", day: date, limit: int = 300
) -> list[Unit]:
    """The units in force in the actor's reach, by floor and administrative order."""
    wanted = (
        select(Unit)
        .where(below(actor), Unit.valid_from <= day, or_(Unit.valid_to.is_(None), Unit.valid_to > day))
        .options(joinedload(Unit.parent))
    )
    if kind:
        wanted = wanted.where(Unit.kind == kind)
    if search:
        key = search_key(search)
        wanted = wanted.where(or_(Unit.search_key.contains(key, autoescape=True), Unit.code == tidy(search)))
    floors = list(UnitKind)
    found = session.scalars(wanted.limit(limit * 10)).all()
    return sorted(
        found, key=lambda unit: (floors.index(UnitKind(unit.kind)), unit.parent_id or 0, unit.display_order)
    )[:limit]


def units_named(session: Session, actor: Actor, typed: str, day: date) -> list[Unit]:
    """The units in force in the actor's reach that a code, a name, or both in one ("23557 Phường Yên Đỗ") name."""
    key = search_key(typed)
    found = session.scalars(
        select(Unit).where(
            below(actor), Unit.valid_from <= day, or_(Unit.valid_to.is_(None), Unit.valid_to > day)
        )
    )
    spelled = [
        unit
        for unit in found
        if key
        and key in (search_key(unit.code), unit.search_key, search_key(f"{unit.code} {unit.full_name}"))
    ]
    return sorted(spelled, key=lambda unit: unit.id)


def contacts(session: Session, unit_ids: Iterable[int], now: datetime) -> Mapping[int, tuple[Person, ...]]:
    """The active officers and heads of units, by unit, each person once."""
    rows = session.execute(
        select(RoleGrant.unit_id, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            Person.active,
            RoleGrant.unit_id.in_(list(unit_ids)),
            RoleGrant.role.in_((Role.UNIT, Role.HEAD)),
            _valid(now),
        )
        .order_by(Person.name)
    )
    found: dict[int, dict[int, Person]] = defaultdict(dict)
    for unit_id, person in rows:
        found[unit_id][person.id] = person
    return {unit_id: tuple(people.values()) for unit_id, people in found.items()}


def history_of(session: Session, person_id: int, limit: int = 50) -> Sequence[AuditEntry]:
    """What was done to a person's account, newest first."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_type == Person.__tablename__, AuditEntry.subject_id == person_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()


def _valid(now: datetime) -> ColumnElement[bool]:
    return and_(RoleGrant.valid_from <= now, or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now))


def _people(session: Session, actor: Actor, search: str, unit_id: int | None) -> Select[Any]:
    held = select(RoleGrant.person_id).join(Unit, Unit.id == RoleGrant.unit_id).where(below(actor))
    if unit_id is not None:
        held = held.where(RoleGrant.unit_id == unit_id)
    wanted = select(Person).where(Person.id.in_(held))
    key = search_key(search)
    return wanted.where(Person.id.in_(_found(session, held, key))) if key else wanted


def people_found(session: Session, actor: Actor, key: str, roles: Iterable[Role] = MANAGERS) -> set[int]:
    """The ids of those who hold or held something below a grant of the roles, and whose name, address or unit holds
    the folded ``key``.
    """
    held = select(RoleGrant.person_id).join(Unit, Unit.id == RoleGrant.unit_id).where(below(actor, roles))
    return _found(session, held, key)


def _found(session: Session, held: Select[Any], key: str) -> set[int]:
    # Names are folded here, not in the database: SQLite and PostgreSQL fold Vietnamese letters differently.
    rows = session.execute(
        select(Person.id, Person.name, Person.email, Unit.search_key)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(Person.id.in_(held))
    )
    return {
        row.id
        for row in rows
        if any(key in search_key(text) for text in (row.name, row.email, row.search_key))
    }


def grants_by_person(session: Session, people: Sequence[int]) -> Mapping[int, list[RoleGrant]]:
    """All grants of several people, with their units, in one query."""
    found: dict[int, list[RoleGrant]] = defaultdict(list)
    for grant in session.scalars(
        select(RoleGrant)
        .where(RoleGrant.person_id.in_(people))
        .options(joinedload(RoleGrant.unit))
        .order_by(RoleGrant.id)
    ):
        found[grant.person_id].append(grant)
    return found


def _grant_row(grant: RoleGrant, actor: Actor, now: datetime) -> GrantRow:
    ended = grant.valid_to is not None and grant.valid_to <= now
    return GrantRow(
        grant.id,
        Role(grant.role),
        grant.unit_id,
        grant.unit.formal_name,
        grant.valid_from,
        grant.valid_to,
        not ended and grant.role in grantable(actor, grant.unit),
    )
