"""Who is told what concerns a unit: the holders of roles over exactly this unit. One query; never writes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, true
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
    Role.TASK_FORCE: Audience.TASK_FORCE,
    Role.APPROVER: Audience.APPROVER,
}


@dataclass(frozen=True, slots=True)
class Holding:
    """A role that somebody holds over a unit, for a time.

    ``recipient`` is None where no mail can reach them: no usable address, or one that a mail server refused.
    ``digests``: whether they want overviews.
    """

    unit_id: int
    role: Role
    person: int
    name: str
    recipient: Recipient | None
    since: datetime
    until: datetime | None
    digests: bool = True

    def holds(self, now: datetime) -> bool:
        """Is it held at an instant?"""
        return self.since <= now and (self.until is None or self.until > now)


def holdings(session: Session, now: datetime, only: int | None = None) -> tuple[Holding, ...]:
    """The roles that are held at ``now`` or will be, of people whose account is open; one query.

    ``only`` narrows it to one person.
    """
    rows = session.execute(
        select(
            RoleGrant.unit_id,
            RoleGrant.role,
            Person.id,
            Person.email,
            Person.name,
            Person.language,
            RoleGrant.valid_from,
            RoleGrant.valid_to,
            Person.address_refused_at,
            Person.digests,
        )
        .join(Person, RoleGrant.person_id == Person.id)
        .where(
            Person.active,
            true() if only is None else Person.id == only,
            RoleGrant.role.in_(TOLD_AS),
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
        )
        .order_by(Person.name, Person.id)
    )
    return tuple(
        Holding(
            unit_id,
            Role(role),
            person,
            name,
            None if refused else recipient_of(email, name, language),
            since,
            until,
            digests,
        )
        for unit_id, role, person, email, name, language, since, until, refused, digests in rows
    )


class People:
    """Who holds which role over which unit at one instant, with an address that mail can reach."""

    def __init__(self, held: Sequence[Holding], now: datetime) -> None:
        self._roles: dict[int, dict[int, set[Role]]] = defaultdict(lambda: defaultdict(set))
        self._recipients: dict[int, Recipient | None] = {}
        self._anywhere: dict[Role, set[int]] = defaultdict(set)
        self._without_digests = {each.person for each in held if not each.digests}
        for each in held:
            if each.holds(now):
                self._roles[each.unit_id][each.person].add(each.role)
                self._anywhere[each.role].add(each.person)
                self._recipients[each.person] = each.recipient

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

    def watchers(self, unit_id: int, role: Role) -> tuple[Reader, ...] | None:
        """The holders of the role who want overviews; None where all of them turned overviews off."""
        held = self.readers(unit_id, role)
        wanted = tuple(reader for reader in held if reader.person not in self._without_digests)
        return None if held and not wanted else wanted

    def holder(self, person: int, role: Role) -> Reader | None:
        """The person, told as the holder of the role; None who holds it over no unit at all."""
        if person not in self._anywhere[role]:
            return None
        return Reader(person, self._recipients[person], frozenset({TOLD_AS[role]}))


def recipient_of(email: str, name: str, language: str) -> Recipient | None:
    """A reader at an address; None where no mail can be sent to what was typed."""
    try:
        return Recipient(email, name, language)
    except ValueError:
        return None
