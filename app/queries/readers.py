"""Who is told what concerns a unit: the holders of roles over exactly this unit. One query; never writes."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models import Person, RoleGrant
from notifications.facts import Recipient
from notifications.obligations import Audience, Reader
from workflows.vocabulary import Role

TOLD_AS: Mapping[Role, Audience] = {
    Role.UNIT: Audience.UNIT,
    Role.HEAD: Audience.HEAD,
    Role.CONSOLIDATOR: Audience.CONSOLIDATOR,
    Role.OFFICE: Audience.OFFICE,
}


class People:
    """Who holds which role over which unit, with an address that mail can reach; one query."""

    def __init__(self, session: Session, now: datetime) -> None:
        rows = session.execute(
            select(RoleGrant.unit_id, RoleGrant.role, Person.id, Person.email, Person.name, Person.language)
            .join(Person, RoleGrant.person_id == Person.id)
            .where(
                Person.active,
                RoleGrant.role.in_(TOLD_AS),
                RoleGrant.valid_from <= now,
                or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
            )
            .order_by(Person.name, Person.id)
        )
        self._roles: dict[int, dict[int, set[Role]]] = defaultdict(lambda: defaultdict(set))
        self._recipients: dict[int, Recipient | None] = {}
        for unit_id, role, person, email, name, language in rows:
            self._roles[unit_id][person].add(Role(role))
            if person not in self._recipients:
                self._recipients[person] = _recipient(email, name, language)

    def readers(self, unit_id: int, *roles: Role) -> tuple[Reader, ...]:
        """The holders of any of the roles over exactly this unit."""
        held = (
            (person, self._roles[unit_id][person] & set(roles)) for person in self._roles.get(unit_id, ())
        )
        return tuple(
            Reader(person, self._recipients[person], frozenset(TOLD_AS[role] for role in found))
            for person, found in held
            if found
        )


def _recipient(email: str, name: str, language: str) -> Recipient | None:
    try:
        return Recipient(email, name, language)
    except ValueError:
        return None
