"""Who is acting: a person's grants that are valid at an instant. Never writes."""

from datetime import datetime

from sqlalchemy import or_, select
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
    found = session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            Person.active,
            RoleGrant.role == role,
            RoleGrant.unit_id == unit_id,
            RoleGrant.valid_from <= now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
        .order_by(Person.name, Person.id)
    )
    return list(dict.fromkeys(found))
