"""People from a table: address, name, code of the unit and role, previewed first, then made and invited together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from app.faults import FieldFault, Invalid
from app.folding import fold, tidy
from app.models import Person, RoleGrant, Unit, Verb
from app.queries.people import below, grantable, grants_by_person, manageable
from app.services.people import NewPerson, add_people, particulars_faults
from app.unit import UnitOfWork, unit
from workflows.case import Actor
from workflows.vocabulary import Role

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "thudientu", "diachithudientu", "hopthu"),
    "name": ("name", "hoten", "hovaten", "ten"),
    "unit": ("unit", "unitcode", "madonvi", "donvi", "ma"),
    "role": ("role", "vaitro"),
    "title": ("title", "chucvu"),
    "phone": ("phone", "dienthoai", "sodienthoai"),
}
NEEDED = ("email", "name", "unit", "role")
ROLE_WORDS: Mapping[Role, tuple[str, ...]] = {
    Role.UNIT: ("unit", "canbo", "canbodaumoi", "canbodaumoicuadonvi", "daumoi", "nhaplieu"),
    Role.HEAD: ("head", "lanhdao", "lanhdaodonvi"),
    Role.CONSOLIDATOR: ("consolidator", "tonghop", "daumoitonghop", "daumoitonghopcaphuyen"),
    Role.TASK_FORCE: ("taskforce", "tocongtac", "thamtra"),
    Role.OFFICE: ("office", "coquanchutri", "vanphong"),
    Role.APPROVER: ("approver", "nguoipheduyet", "pheduyet"),
    Role.ADMIN: ("admin", "quantri", "quantrihethong"),
}
MOST_ROWS = 5000


class Outcome(StrEnum):
    """What a row does: makes a person, gives a known person a role, or nothing."""

    NEW = "new"
    ROLE = "role"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One row that was understood."""

    number: int
    email: str
    name: str
    title: str
    phone: str
    role: Role
    unit_id: int
    unit_name: str
    outcome: Outcome = Outcome.NEW


@dataclass(frozen=True, slots=True)
class PeopleImport:
    """What an import does, or did when ``written``."""

    lines: tuple[PersonLine, ...]
    written: bool

    def count(self, outcome: str) -> int:
        """How many rows have this outcome."""
        return sum(line.outcome == outcome for line in self.lines)


def import_people(actor: Actor, rows: Sequence[Sequence[str]], *, write: bool) -> PeopleImport:
    """Preview people in a table or, if asked, make and invite them. All or none.

    Raises:
        Invalid: no heading, or faults in rows, each naming its row.
    """
    found = _read(db.session(), actor, rows)
    if write:
        with unit(actor) as work:
            _write(work, _read(work.session, actor, rows))
    return PeopleImport(found, write)


def _read(session: Session, actor: Actor, rows: Sequence[Sequence[str]]) -> tuple[PersonLine, ...]:
    heading, places = _heading(rows)
    reader = _Reader(session, actor, places)
    for number, row in enumerate(rows[heading + 1 :], heading + 2):
        if any(cell.strip() for cell in row):
            reader.take(number, row)
    if reader.faults:
        raise Invalid(*reader.faults)
    return tuple(reader.lines)


class _Reader:
    """Collects rows that are understood, and faults with their row."""

    def __init__(self, session: Session, actor: Actor, places: Mapping[str, int]) -> None:
        self._actor, self._places = actor, places
        self._units = _units(session, actor)
        self._people = {one.email: one.id for one in session.scalars(select(Person))}
        self._grants = grants_by_person(session, list(self._people.values()))
        self.lines: list[PersonLine] = []
        self.faults: list[FieldFault] = []

    def take(self, number: int, row: Sequence[str]) -> None:
        cells = {name: tidy(row[place]) if place < len(row) else "" for name, place in self._places.items()}
        role = _role(cells["role"])
        over = self._units.get(cells["unit"].lower(), [])
        self._check(number, cells, role, over)
        if role is None or len(over) != 1 or any(fault.cell == str(number) for fault in self.faults):
            return
        line = PersonLine(
            number=number,
            email=cells["email"].lower(),
            name=cells["name"],
            title=cells.get("title", ""),
            phone=cells.get("phone", ""),
            role=role,
            unit_id=over[0].id,
            unit_name=over[0].formal_name,
        )
        self.lines.append(self._judged(line))

    def _check(self, number: int, cells: Mapping[str, str], role: Role | None, over: Sequence[Unit]) -> None:
        wanted = NewPerson(cells["email"], cells["name"], cells.get("title", ""), cells.get("phone", ""))
        for fault in particulars_faults(wanted):
            self._fault(number, fault.code, fault.message)
        if role is None:
            self._fault(number, "role", _("Ghi một vai trò: cán bộ, lãnh đạo, tổng hợp, tổ công tác"))
        if not over:
            self._fault(number, "unit", _("Không có đơn vị mã %(code)s", code=cells["unit"][:20]))
        if len(over) > 1:
            self._fault(
                number,
                "unit",
                _("Nhiều đơn vị có mã %(code)s; thêm người này ở trang tài khoản", code=cells["unit"]),
            )
        if role is not None and len(over) == 1 and role not in grantable(self._actor, over[0]):
            self._fault(number, "role", _("Tài khoản đang dùng không cấp được vai trò này ở đơn vị đó"))

    def _judged(self, line: PersonLine) -> PersonLine:
        known = self._people.get(line.email)
        if known is None:
            return line
        grants = self._grants.get(known, [])
        if not manageable(self._actor, grants, clock.now()):
            self._fault(line.number, "taken", _("Địa chỉ này thuộc tài khoản do cấp trên quản lý"))
        held = any(
            one.role == line.role and one.unit_id == line.unit_id and one.valid_to is None for one in grants
        )
        return replace(line, outcome=Outcome.SAME if held else Outcome.ROLE)

    def _fault(self, number: int, code: str, words: str) -> None:
        text = _("Dòng %(number)s: %(words)s", number=number, words=words)
        self.faults.append(FieldFault("file", code, text, cell=str(number)))


def _heading(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(rows[:20]):
        folded = [fold(cell) for cell in row]
        places = {
            name: next(place for place, cell in enumerate(folded) if cell in words)
            for name, words in HEADINGS.items()
            if any(cell in words for cell in folded)
        }
        if all(name in places for name in NEEDED):
            if len(rows) > MOST_ROWS:
                break
            return number, places
    words = _("Cần dòng tiêu đề có các cột Thư điện tử, Họ và tên, Mã đơn vị, Vai trò; nhiều nhất 5.000 dòng")
    raise Invalid(FieldFault("file", "missing_heading", words))


def _role(text: str) -> Role | None:
    word = fold(text)
    return next((role for role, words in ROLE_WORDS.items() if word in words), None)


def _units(session: Session, actor: Actor) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for one in session.scalars(select(Unit).where(below(actor), Unit.valid_to.is_(None))):
        found.setdefault(one.code.lower(), []).append(one)
    return found


def _write(work: UnitOfWork, lines: Sequence[PersonLine]) -> None:
    fresh: dict[str, NewPerson] = {}
    granted: set[tuple[str, Role, int]] = set()
    for line in lines:
        if line.outcome is Outcome.NEW:
            known = fresh.get(line.email) or NewPerson(line.email, line.name, line.title, line.phone)
            roles = dict.fromkeys((*known.roles, (line.role, line.unit_id)))
            fresh[line.email] = replace(known, roles=tuple(roles))
        if line.outcome is Outcome.ROLE and (line.email, line.role, line.unit_id) not in granted:
            granted.add((line.email, line.role, line.unit_id))
            _grant(work, line)
    add_people(work, list(fresh.values()))


def _grant(work: UnitOfWork, line: PersonLine) -> None:
    person = work.session.scalars(select(Person).where(Person.email == line.email)).one()
    work.add(RoleGrant(person_id=person.id, role=line.role, unit_id=line.unit_id, valid_from=work.now))
    work.record(Verb.ROLE_GRANTED, person, after={"role": line.role, "unit": line.unit_name})
