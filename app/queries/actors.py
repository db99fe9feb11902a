"""Who is acting: a person's grants that are valid at an instant. Never writes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from app.models import Person, RoleGrant
from workflows.case import Actor, Grant
from workflows.vocabulary import Role


def actor_of(session: Session, person: Person, now: datetime) -> Actor:
    """The actor that a person is at ``now``; somebody without a valid grant may do nothing."""
    rows = session.execute(
        select(RoleGrant.role, RoleGrant.unit_id).where(
            RoleGrant.person_id == person.id,
            RoleGrant.valid_from <= now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
    )
    return Actor(person.id, person.name, frozenset(Grant(Role(role), unit_id) for role, unit_id in rows))


def addressees(session: Session, role: Role, unit_id: int, now: datetime) -> list[Person]:
    """The active people who hold a role over exactly this unit, by name."""
    return list(addressees_of(session, (role,), (unit_id,), now).get(unit_id, ()))


def addressees_of(
    session: Session, roles: Collection[Role], unit_ids: Collection[int], now: datetime
) -> Mapping[int, Collection[Person]]:
    """The active people who hold any of the roles over exactly each unit, by name; one query."""
    found: dict[int, dict[Person, None]] = defaultdict(dict)
    for person, unit_id in _holders(session, roles, RoleGrant.unit_id.in_(unit_ids), now):
        found[unit_id][person] = None
    return {unit_id: tuple(people) for unit_id, people in found.items()}


def holders(session: Session, role: Role, now: datetime) -> list[Person]:
    """The active people who hold a role anywhere, by name."""
    return list(dict.fromkeys(person for person, _unit in _holders(session, (role,), true(), now)))


def _holders(
    session: Session, roles: Collection[Role], where: ColumnElement[bool], now: datetime
) -> list[tuple[Person, int]]:
    rows = session.execute(
        select(Person, RoleGrant.unit_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            Person.active,
            RoleGrant.role.in_(roles),
            where,
            RoleGrant.valid_from <= now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
        .order_by(Person.name, Person.id)
    )
    return [(person, unit_id) for person, unit_id in rows]
