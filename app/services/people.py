"""Accounts and roles: making people, inviting them, granting and ending roles, switching accounts off.

Nobody gives or takes what is out of their own reach (``app.queries.people.grantable``); the server itself
(the command line, the demo) may do everything.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Required, TypedDict, Unpack

from flask_babel import gettext as _
from sqlalchemy import insert, select

from app import current
from app.faults import FieldFault, Forbidden, Invalid, Missing
from app.folding import tidy
from app.models import Campaign, Person, RoleGrant, Unit, Verb
from app.queries.campaign_plans import hotline_of
from app.queries.people import MANAGERS, grantable, grants_of, manageable
from app.queries.readers import recipient_of
from app.services.accounts import check_password, end_access, hasher
from app.services.accounts import invite as queue_invitation
from app.services.addresses import follow
from app.unit import SYSTEM, UnitOfWork, unit
from workflows.case import Actor
from workflows.vocabulary import Role

EMAIL = re.compile(r"[^@\s,;<>\"']+@[^@\s,;<>\"']+\.[^@\s,;<>\"']+")
LONGEST_NAME = 255
LONGEST_PHONE = 64
LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be, with the roles to begin with as (role, id of the unit)."""

    email: str
    name: str
    title: str = ""
    phone: str = ""
    language: str = "vi"
    roles: Sequence[tuple[Role, int]] = field(default=())


class Particulars(TypedDict, total=False):
    """The fields of a :class:`NewPerson`, by keyword; address and name are needed."""

    email: Required[str]
    name: Required[str]
    title: str
    phone: str
    language: str
    roles: Sequence[tuple[Role, int]]


def create_person(
    actor: Actor,
    *,
    password: str | None = None,
    demo: bool = False,
    invited: bool = False,
    **particulars: Unpack[Particulars],
) -> Person:
    """Make an account with its first roles; without a password nobody gets in until an invitation is followed.

    Raises:
        Invalid: address, name or telephone cannot be taken, the address has an account, or the password is too
        short. Forbidden: the actor manages no people, or a role is not the actor's to give. Missing: no such unit.
    """
    with unit(actor) as work:
        person = _add(work, NewPerson(**particulars), password=password, demo=demo)
        if invited:
            _invite(work, person)
    return person


def create_people_bulk(
    actor: Actor, wanted: Iterable[NewPerson], *, password: str | None = None, demo: bool = False
) -> int:
    """Make many accounts at once, all with one password; returns how many. All or none.

    Raises:
        As :func:`create_person`; the fields of the faults begin with the row: ``rows[3].email``.
    """
    rows = list(wanted)
    with unit(actor) as work:
        _refuse_strangers(actor)
        _refuse_bulk(work, rows)
        units = _units(work, {unit_id for row in rows for _role, unit_id in row.roles})
        for row in rows:
            _refuse_roles(actor, ((role, units[unit_id]) for role, unit_id in row.roles))
        secret = _password_hash(password)
        people = [_person(work, row, secret, demo=demo) for row in rows]
        work.add(*people)
        _insert_grants(work, people, rows)
        for person in people:
            work.record(Verb.PERSON_CREATED, person, after={"email": person.email})
    return len(people)


def change_person(
    actor: Actor, person_id: int, wanted: NewPerson, *, active: bool = True, version: int | None = None
) -> Person:
    """Change name, title, telephone, language and whether the account is open.

    A closed account, and one with another address, loses its sessions, tokens and open invitations. Mails that have
    not left follow to the other address.

    The roles of ``wanted`` are not looked at.

    Raises:
        Missing: not the actor's to manage. Outdated: changed since. Invalid: as :func:`create_person`, or the actor
        closes their own account.
    """
    with unit(actor) as work:
        person = _reached(work, person_id, version)
        _refuse(particulars_faults(wanted))
        if not active and person.id == actor.id:
            words = _("Không khóa được tài khoản đang dùng; nhờ một người quản trị khác")
            raise Invalid(FieldFault("active", "own_account", words))
        apply_change(work, person, wanted, active=active)
    return person


def apply_change(work: UnitOfWork, person: Person, wanted: NewPerson, *, active: bool) -> None:
    """As :func:`change_person`, inside the caller's unit of work, for particulars that were looked at.

    Raises:
        Invalid: the new address has an account.
    """
    if wanted.email.strip().lower() != person.email:
        _refuse_taken(work, [wanted])
    before = _facts(person)
    _fill(person, wanted)
    person.active = active
    if not active or person.email != before["email"]:
        end_access(work, person.id)
    if person.email != before["email"]:
        follow(work, person)
    work.record(Verb.PERSON_CHANGED, person, before=before, after=_facts(person))


def invite_person(actor: Actor, person_id: int) -> None:
    """Queue a mail with a link by which the person sets a password.

    Raises:
        Missing: not the actor's to manage. Invalid: the account is closed.
    """
    with unit(actor) as work:
        person = _reached(work, person_id, None)
        if not person.active:
            raise Invalid(FieldFault("person", "closed", _("Tài khoản đang khóa; mở lại trước khi mời")))
        _invite(work, person)


def grant_role(
    actor: Actor,
    *,
    person_id: int,
    role: Role,
    unit_id: int,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> RoleGrant:
    """Give a person a role over a unit, from now on unless said otherwise, until ``valid_to`` (exclusive) if given.

    Raises:
        Missing: the person is not the actor's to manage, or no such unit. Forbidden: not the actor's to give.
        Invalid: held already, or it would end before it begins.
    """
    with unit(actor) as work:
        person = _reached(work, person_id, None)
        over = _units(work, {unit_id})[unit_id]
        _refuse_roles(actor, [(role, over)])
        begins = valid_from or work.now
        if valid_to is not None and valid_to <= begins:
            raise Invalid(FieldFault("valid_to", "before_start", _("Ngày cuối phải từ ngày đầu trở đi")))
        _refuse_held(work, person, role, unit_id)
        row = RoleGrant(person_id=person.id, role=role, unit_id=unit_id, valid_from=begins, valid_to=valid_to)
        work.add(row)
        work.record(Verb.ROLE_GRANTED, person, after={"role": role, "unit": over.formal_name})
    return row


def end_grant(actor: Actor, grant_id: int) -> RoleGrant:
    """End a grant now.

    Raises:
        Missing: no such grant in the actor's reach. Forbidden: the role is not the actor's to take. Invalid: it is
        the actor's own.
    """
    with unit(actor) as work:
        row = work.load(RoleGrant, grant_id)
        if actor != SYSTEM and not grantable(actor, row.unit):
            raise Missing(f"role_grant {grant_id}")
        _refuse_roles(actor, [(Role(row.role), row.unit)])
        if row.person_id == actor.id:
            raise Invalid(FieldFault("grant", "own_grant", _("Không tự bỏ được vai trò của chính mình")))
        row.valid_to = max(work.now, row.valid_from)
        after = {"role": row.role, "unit": row.unit.formal_name}
        work.record(Verb.ROLE_ENDED, row.person, after=after)
    return row


def add_people(work: UnitOfWork, rows: Sequence[NewPerson], *, invited: bool) -> list[Person]:
    """As :func:`create_person` for several, each invited where asked, inside the caller's unit of work."""
    people = [_add(work, row, password=None, demo=False) for row in rows]
    for person in people if invited else ():
        _invite(work, person)
    return people


def _add(work: UnitOfWork, wanted: NewPerson, *, password: str | None, demo: bool) -> Person:
    _refuse_strangers(work.actor)
    _refuse(particulars_faults(wanted))
    _refuse_taken(work, [wanted])
    units = _units(work, {unit_id for _role, unit_id in wanted.roles})
    _refuse_roles(work.actor, ((role, units[unit_id]) for role, unit_id in wanted.roles))
    person = _person(work, wanted, _password_hash(password), demo=demo)
    work.add(person)
    _insert_grants(work, [person], [wanted])
    roles = [f"{role}: {units[unit_id].formal_name}" for role, unit_id in wanted.roles]
    work.record(Verb.PERSON_CREATED, person, after={"email": person.email, "roles": roles})
    return person


def _person(work: UnitOfWork, wanted: NewPerson, secret: str, *, demo: bool) -> Person:
    person = Person(password_hash=secret, active=True, demo=demo, created_at=work.now)
    _fill(person, wanted)
    return person


def _fill(person: Person, wanted: NewPerson) -> None:
    person.email, person.name = wanted.email.strip().lower(), tidy(wanted.name)
    person.title, person.phone, person.language = tidy(wanted.title), tidy(wanted.phone), wanted.language


def _facts(person: Person) -> dict[str, str | bool]:
    return {
        "email": person.email,
        "name": person.name,
        "title": person.title,
        "phone": person.phone,
        "active": person.active,
    }


def _insert_grants(work: UnitOfWork, people: Sequence[Person], wanted: Sequence[NewPerson]) -> None:
    rows = [
        {"person_id": person.id, "role": role, "unit_id": unit_id, "valid_from": work.now, "version": 1}
        for person, row in zip(people, wanted, strict=True)
        for role, unit_id in row.roles
    ]
    if rows:
        work.session.execute(insert(RoleGrant), rows)


def _password_hash(password: str | None) -> str:
    if password is None:
        return ""
    check_password(password)
    return hasher(current.settings().cheap_passwords).hash(password)


def _invite(work: UnitOfWork, person: Person) -> None:
    grants = grants_of(work.session, person.id)
    unit_name = grants[0].unit.formal_name if grants else person.title or person.name
    queue_invitation(work, person, unit_name, _hotline(work, grants))


def _hotline(work: UnitOfWork, grants: Sequence[RoleGrant]) -> str:
    above = {unit_id for grant in grants for unit_id in (grant.unit_id, *grant.unit.above)}
    newest = select(Campaign).where(Campaign.root_id.in_(above)).order_by(Campaign.id.desc()).limit(1)
    campaign = work.session.scalar(newest)
    return hotline_of(campaign) if campaign is not None else ""


def _reached(work: UnitOfWork, person_id: int, version: int | None) -> Person:
    work.load(Person, person_id)
    if work.actor != SYSTEM and not (
        _manages(work.actor) and manageable(work.actor, grants_of(work.session, person_id), work.now)
    ):
        raise Missing(f"person {person_id}")
    return work.load(Person, person_id, version)


def _manages(actor: Actor) -> bool:
    return bool(actor.units(*MANAGERS))


def _refuse_strangers(actor: Actor) -> None:
    if actor != SYSTEM and not _manages(actor):
        raise Forbidden("people")


def _units(work: UnitOfWork, wanted: set[int]) -> Mapping[int, Unit]:
    found = {one.id: one for one in work.session.scalars(select(Unit).where(Unit.id.in_(wanted)))}
    for unit_id in wanted - found.keys():
        raise Missing(f"unit {unit_id}")
    return found


def _refuse_roles(actor: Actor, roles: Iterable[tuple[Role, Unit]]) -> None:
    if actor == SYSTEM:
        return
    for role, over in roles:
        if role not in grantable(actor, over):
            raise Forbidden(f"{role} over {over.id}")


def _refuse_held(work: UnitOfWork, person: Person, role: Role, unit_id: int) -> None:
    for grant in grants_of(work.session, person.id):
        lasting = grant.valid_to is None or grant.valid_to > work.now
        if grant.role == role and grant.unit_id == unit_id and lasting:
            raise Invalid(FieldFault("role", "held", _("Người này đang giữ vai trò đó ở đơn vị này")))


def _refuse_taken(work: UnitOfWork, rows: Sequence[NewPerson], prefix: str = "") -> None:
    emails = [row.email.strip().lower() for row in rows]
    taken = set(work.session.scalars(select(Person.email).where(Person.email.in_(emails))))
    if taken:
        words = _("Địa chỉ %(email)s đã có tài khoản", email=", ".join(sorted(taken)[:5]))
        raise Invalid(FieldFault(f"{prefix}email", "taken", words))


def _refuse_bulk(work: UnitOfWork, rows: Sequence[NewPerson]) -> None:
    seen: set[str] = set()
    faults: list[FieldFault] = []
    for number, row in enumerate(rows):
        faults += particulars_faults(row, f"rows[{number}].")
        if row.email.strip().lower() in seen:
            faults.append(FieldFault(f"rows[{number}].email", "repeated", _("Địa chỉ này có hai lần")))
        seen.add(row.email.strip().lower())
    _refuse(faults)
    _refuse_taken(work, rows, "rows.")


def _refuse(faults: Sequence[FieldFault]) -> None:
    if faults:
        raise Invalid(*faults)


def particulars_faults(wanted: NewPerson, prefix: str = "") -> list[FieldFault]:
    """What is wrong with the particulars of a person, each at its field."""
    email = wanted.email.strip()
    checks = (
        (
            "email",
            bool(EMAIL.fullmatch(email)) and recipient_of(email, "", "vi") is not None,
            _("Nhập một địa chỉ thư điện tử, như ten@tinh.gov.vn"),
        ),
        (
            "name",
            0 < len(tidy(wanted.name)) <= LONGEST_NAME,
            _("Nhập họ và tên, dài nhất %(most)s ký tự", most=LONGEST_NAME),
        ),
        (
            "title",
            len(tidy(wanted.title)) <= LONGEST_NAME,
            _("Chức vụ dài nhất %(most)s ký tự", most=LONGEST_NAME),
        ),
        (
            "phone",
            len(tidy(wanted.phone)) <= LONGEST_PHONE,
            _("Số điện thoại dài nhất %(most)s ký tự", most=LONGEST_PHONE),
        ),
        ("language", wanted.language in LANGUAGES, _("Chọn tiếng Việt hoặc tiếng Anh")),
    )
    return [FieldFault(prefix + name, name, words) for name, fine, words in checks if not fine]
