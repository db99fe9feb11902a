"""People from a table: new ones, roles, moves, changed addresses, endings; previewed, then written all or none.

Nobody ends because a table lacks them: a row has to say so. Invitations leave only where they were asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app import clock
from app.database import db
from app.folding import search_key
from app.models import OfficeImport, OfficeImportKind, Person, RoleGrant, Unit, Verb
from app.queries.office_imports import root_of
from app.queries.people import below, grants_by_person
from app.services import office_imports
from app.services.accounts import end_access
from app.services.office_imports import Reading, Sending, SentFile
from app.services.people import NewPerson, add_people, apply_change
from app.services.people_tables import (
    Act,
    PeopleTable,
    PersonLine,
    is_people_table,
    read_people,
    spellings,
    units_by_spelling,
)
from app.services.table_files import table_file
from app.unit import UnitOfWork, unit
from criteria.workbook import Column, Table, table_bytes
from workflows.case import Actor
from workflows.vocabulary import Role

KIND = OfficeImportKind.PEOPLE


def upload_people(actor: Actor, file: SentFile, *, invite: bool) -> OfficeImport:
    """Read a table of people and keep what it would change; nobody is touched.

    Raises:
        Missing: the actor manages nobody. Invalid: the file cannot be read.
    """
    session = db.session()
    root = root_of(session, actor, KIND)
    found = read_people(session, actor, table_file(file.content, is_people_table), clock.now())
    return office_imports.keep(actor, Sending(KIND, root, {"invite": invite}), file, _reading(found))


def write_people(actor: Actor, import_id: int) -> OfficeImport:
    """Write exactly what was shown, and invite the new ones where that was ticked.

    Raises:
        Missing: out of reach. Invalid: it has faults, was written, changes nothing, or accounts changed since.
    """
    with unit(actor) as work:
        row = office_imports.to_write(work, import_id, KIND)
        table = table_file(office_imports.content_of(row), is_people_table)
        found = read_people(work.session, actor, table, work.now)
        office_imports.refuse_other(row, _reading(found))
        writer = _Writer(work)
        writer.write(found.lines, invite=bool(row.options.get("invite")))
        office_imports.mark_written(work, row, writer.touched())
    return row


def undo_people(actor: Actor, import_id: int) -> OfficeImport:
    """Give accounts back as they were; new ones are closed, since what they did stays on record.

    Raises:
        Missing: out of reach. Invalid: it was not written, or one of the accounts has changed since.
    """
    with unit(actor) as work:
        row = office_imports.to_undo(work, import_id, KIND)
        undo = row.undo or {}
        for kept in undo["people"]:
            _give_back(work, kept)
        for grant_id in undo["granted"]:
            grant = work.load(RoleGrant, grant_id)
            if grant.valid_to is None:
                grant.valid_to = max(work.now, grant.valid_from)
                work.record(Verb.ROLE_ENDED, grant.person, after=_said(grant))
        for grant_id in undo["ended"]:
            grant = work.load(RoleGrant, grant_id)
            grant.valid_to = None
            work.record(Verb.ROLE_GRANTED, grant.person, after=_said(grant))
        office_imports.mark_undone(work, row)
    return row


def template(actor: Actor) -> bytes:
    """The people and roles in the actor's reach, in the layout that is read back without a change, and a guide.

    Raises:
        Missing: the actor manages nobody.
    """
    session = db.session()
    root_of(session, actor, KIND)
    grants = session.execute(
        select(Person, RoleGrant, Unit)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Unit, RoleGrant.unit_id == Unit.id)
        .where(below(actor), RoleGrant.valid_to.is_(None), Unit.valid_to.is_(None), Person.active)
        .order_by(Unit.path, Person.name, Person.id)
    )
    known = units_by_spelling(session, actor, Unit.valid_to.is_(None))
    rows = [
        (one.email, one.name, one.title, one.phone, _named(over, known), _role_word(grant.role), "", "", "")
        for one, grant, over in grants
    ]
    titles = (
        *(("Thư điện tử", 32), ("Họ và tên", 28), ("Chức vụ", 28), ("Điện thoại", 16)),
        *(
            ("Mã đơn vị", 12),
            ("Vai trò", 20),
            ("Tình trạng", 18),
            ("Thư điện tử cũ", 32),
            ("Chuyển từ đơn vị", 16),
        ),
    )
    columns = tuple(Column(title, width) for title, width in titles)
    guide = Table(
        "Hướng dẫn", (Column(_("Cách ghi danh sách tài khoản"), 110),), [(line,) for line in _guide()]
    )
    return table_bytes((Table("Tài khoản", columns, rows), guide), made_at=clock.now())


ROLE_TITLES: Mapping[Role, str] = {
    Role.UNIT: "cán bộ",
    Role.HEAD: "lãnh đạo",
    Role.CONSOLIDATOR: "tổng hợp",
    Role.TASK_FORCE: "tổ công tác",
    Role.OFFICE: "cơ quan chủ trì",
    Role.APPROVER: "phê duyệt",
    Role.ADMIN: "quản trị",
}


def _named(over: Unit, known: Mapping[str, Sequence[Unit]]) -> str:
    """The shortest way of naming a unit that names no other."""
    ways = spellings(over)
    return next((one for one in ways if len(known[search_key(one)]) == 1), ways[-1])


def _role_word(role: str) -> str:
    return ROLE_TITLES[Role(role)]


def _guide() -> tuple[str, ...]:
    return (
        _("Mỗi vai trò của một người một dòng. Người có hai vai trò: hai dòng cùng thư điện tử, họ tên."),
        _("Vai trò ghi: cán bộ, lãnh đạo, tổng hợp, tổ công tác, cơ quan chủ trì, phê duyệt, quản trị."),
        _("Người đổi đơn vị: ghi đơn vị mới ở cột Mã đơn vị, mã đơn vị cũ ở cột Chuyển từ đơn vị."),
        _("Người đổi địa chỉ: ghi địa chỉ mới ở cột Thư điện tử, địa chỉ cũ ở cột Thư điện tử cũ."),
        _(
            "Người thôi giữ vai trò: ghi “thôi giữ vai trò” ở cột Tình trạng. Khóa hẳn tài khoản: ghi “khóa tài khoản”."
        ),
        _("Xóa dòng không làm ai mất vai trò. Ô chức vụ, điện thoại để trống thì giữ như cũ."),
    )


def _reading(found: PeopleTable) -> Reading:
    refused = found.read - len(found.lines)
    new = sum(Act.NEW in line.acts for line in found.lines)
    same = sum(not line.acts for line in found.lines)
    counts = {
        "read": found.read,
        "added": new,
        "changed": len(found.lines) - new - same,
        "unchanged": same,
        "refused": refused,
    }
    return Reading(counts, [_fact(line) for line in found.lines if line.acts], found.faults)


def _fact(line: PersonLine) -> dict[str, Any]:
    return {
        "row": line.number,
        "email": line.email,
        "name": line.name,
        "role": line.role,
        "unit": line.unit_name,
        "acts": list(line.acts),
        "was": line.was,
    }


@dataclass(frozen=True)
class _Kept:
    """A person as before, or None where there was none."""

    person: Person
    before: dict[str, Any] | None


class _Writer:
    """Carries out lines inside one unit of work, remembering what it touched."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work
        self.kept: dict[int, _Kept] = {}
        self.granted: list[RoleGrant] = []
        self.ended: list[RoleGrant] = []

    def write(self, lines: Sequence[PersonLine], *, invite: bool) -> None:
        self._make([line for line in lines if Act.NEW in line.acts], invite=invite)
        for line in lines:
            if line.person_id is not None and line.acts:
                self._change(self.work.load(Person, line.person_id), line)

    def touched(self) -> dict[str, Any]:
        """What was written, with versions, for undoing it."""
        self.work.session.flush()
        return {
            "people": [
                {"id": one.person.id, "version": one.person.version, "before": one.before}
                for one in self.kept.values()
            ],
            "granted": [one.id for one in self.granted],
            "ended": [one.id for one in self.ended],
        }

    def _make(self, lines: Sequence[PersonLine], *, invite: bool) -> None:
        fresh: dict[str, NewPerson] = {}
        for line in lines:
            known = fresh.get(line.email) or NewPerson(line.email, line.name, line.title, line.phone)
            roles = dict.fromkeys((*known.roles, (line.sure_role, line.sure_unit)))
            fresh[line.email] = replace(known, roles=tuple(roles))
        for person in add_people(self.work, list(fresh.values()), invited=invite):
            self.kept[person.id] = _Kept(person, None)
        grants = grants_by_person(self.work.session, list(self.kept))
        self.granted += [grant for held in grants.values() for grant in held]

    def _change(self, person: Person, line: PersonLine) -> None:
        acts = set(line.acts)
        if acts & {Act.ADDRESS, Act.PARTICULARS, Act.REOPEN, Act.CLOSE}:
            self._keep(person)
            wanted = NewPerson(
                line.email, line.name, line.title or person.title, line.phone or person.phone, person.language
            )
            apply_change(self.work, person, wanted, active=Act.CLOSE not in acts)
        for grant in self._held(person, line) if acts & {Act.END, Act.MOVE} else ():
            grant.valid_to = max(self.work.now, grant.valid_from)
            self.ended.append(grant)
            self.work.record(Verb.ROLE_ENDED, person, after=_said(grant))
        if acts & {Act.ROLE, Act.MOVE}:
            new = RoleGrant(
                person_id=person.id, role=line.sure_role, unit_id=line.sure_unit, valid_from=self.work.now
            )
            self.work.add(new)
            self.granted.append(new)
            self.work.record(
                Verb.ROLE_GRANTED, person, after={"role": line.sure_role, "unit": line.unit_name}
            )

    def _keep(self, person: Person) -> None:
        names = ("email", "name", "title", "phone", "active")
        self.kept.setdefault(person.id, _Kept(person, {name: getattr(person, name) for name in names}))

    def _held(self, person: Person, line: PersonLine) -> list[RoleGrant]:
        over = line.from_unit_id if Act.MOVE in line.acts else line.unit_id
        rows = select(RoleGrant).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == line.sure_role,
            RoleGrant.unit_id == over,
            RoleGrant.valid_to.is_(None),
        )
        return list(self.work.session.scalars(rows))


def _give_back(work: UnitOfWork, kept: dict[str, Any]) -> None:
    person = work.load(Person, kept["id"])
    if person.version != kept["version"]:
        words = _("Tài khoản %(email)s đã đổi sau lần nhập này; không hoàn tác được", email=person.email)
        raise office_imports.cannot_undo(words)
    before = kept["before"]
    if before is None:
        person.active = False
        end_access(work, person.id)
        work.record(Verb.PERSON_CHANGED, person, before={"active": True}, after={"active": False})
        return
    wanted = NewPerson(before["email"], before["name"], before["title"], before["phone"], person.language)
    apply_change(work, person, wanted, active=before["active"])


def _said(grant: RoleGrant) -> dict[str, Any]:
    return {"role": grant.role, "unit": grant.unit.formal_name}
