"""Reads a table of people and says, row by row, what it asks for, beside the accounts as they are. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from app.faults import FieldFault, Invalid
from app.folding import fold, search_key, tidy
from app.models import Person, RoleGrant, Unit
from app.queries.people import below, grantable, grants_by_person, manageable
from app.rosters import letters
from app.services.people import NewPerson, particulars_faults
from app.services.table_files import Rows, TableFile
from workflows.case import Actor
from workflows.vocabulary import Role

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "thudientu", "diachithudientu", "hopthu"),
    "name": ("name", "hoten", "hovaten", "ten"),
    "unit": ("unit", "unitcode", "madonvi", "donvi", "ma"),
    "role": ("role", "vaitro"),
    "title": ("title", "chucvu"),
    "phone": ("phone", "dienthoai", "sodienthoai"),
    "status": ("status", "tinhtrang"),
    "old_email": ("oldemail", "thudientucu", "diachicu"),
    "from_unit": ("fromunit", "chuyentudonvi", "chuyentu", "donvicu"),
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
KEPT_WORDS = ("", "active", "hoatdong", "danghoatdong")
END_WORDS = ("ended", "thoi", "thoigiuvaitro", "ketthuc", "thoiviec")
CLOSE_WORDS = ("closed", "khoa", "khoataikhoan")
MOST_ROWS = 5000
HEADING_WITHIN = 20


class Act(StrEnum):
    """What a row does to an account."""

    NEW = "new"
    ADDRESS = "address"
    PARTICULARS = "particulars"
    REOPEN = "reopen"
    ROLE = "role"
    MOVE = "move"
    END = "end"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One row that was understood; without acts it changes nothing. ``was``: what was there before, in words."""

    number: int
    email: str
    name: str
    title: str = ""
    phone: str = ""
    role: Role | None = None
    unit_id: int | None = None
    unit_name: str = ""
    person_id: int | None = None
    from_unit_id: int | None = None
    acts: tuple[Act, ...] = ()
    was: str = ""

    @property
    def sure_role(self) -> Role:
        """The role, of a row that is about one."""
        if self.role is None:
            raise ValueError(f"row {self.number} has no role")
        return self.role

    @property
    def sure_unit(self) -> int:
        """The unit, of a row that is about one."""
        if self.unit_id is None:
            raise ValueError(f"row {self.number} has no unit")
        return self.unit_id


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """The rows that were understood, of how many, and every fault at its cell."""

    lines: tuple[PersonLine, ...]
    read: int
    faults: tuple[FieldFault, ...]


def is_people_table(rows: Rows) -> bool:
    """Whether one of the first rows has the headings."""
    return _heading(rows) is not None


def read_people(session: Session, actor: Actor, table: TableFile, now: datetime) -> PeopleTable:
    """What a table of people asks for.

    Raises:
        Invalid: it has no heading row, or too many rows.
    """
    found = _heading(table.rows)
    if found is None or len(table.rows) > MOST_ROWS:
        words = _(
            "Cần dòng tiêu đề có các cột Thư điện tử, Họ và tên, Mã đơn vị, Vai trò; nhiều nhất 5.000 dòng"
        )
        raise Invalid(FieldFault("file", "missing_heading", words))
    heading, places = found
    reader = _Reader(_Known(session, actor, now), table, places)
    for number, row in enumerate(table.rows[heading + 1 :], heading + 2):
        if any(row[place].strip() for place in places.values() if place < len(row)):
            reader.take(number, row)
    odd = table.faults(heading + 1, list(places.values()))
    return PeopleTable(tuple(reader.lines), reader.read, (*odd, *reader.faults))


def units_by_spelling(
    session: Session, actor: Actor, *conditions: ColumnElement[bool]
) -> dict[str, list[Unit]]:
    """The units in the actor's reach by each way of naming them: code, code and name, both and the parent's name."""
    found: dict[str, list[Unit]] = {}
    units = select(Unit).where(below(actor), *conditions).options(joinedload(Unit.parent)).order_by(Unit.id)
    for one in session.scalars(units):
        for key in {search_key(text) for text in spellings(one)}:
            found.setdefault(key, []).append(one)
    return found


def spellings(one: Unit) -> tuple[str, str, str]:
    """How a table may name a unit, the shortest first; a code alone may be given to several."""
    above = one.parent.full_name if one.parent else ""
    return one.code, f"{one.code} {one.full_name}", f"{one.code} {one.full_name}, {above}"


class _Known:
    """The accounts and units that the actor may name."""

    def __init__(self, session: Session, actor: Actor, now: datetime) -> None:
        self.actor, self.now = actor, now
        self.units = units_by_spelling(session, actor, Unit.valid_to.is_(None))
        # Who moves may come from a unit that has ended.
        self.all_units = units_by_spelling(session, actor)
        self.people = {one.email: one for one in session.scalars(select(Person))}
        self._grants = grants_by_person(session, [one.id for one in self.people.values()])

    def may_manage(self, person: Person) -> bool:
        """Whether the account is the actor's to change."""
        return manageable(self.actor, self._grants.get(person.id, []), self.now)

    def held(self, person: Person, role: Role, unit_id: int) -> RoleGrant | None:
        """A lasting grant of the role over the unit."""
        return next(
            (
                one
                for one in self._grants.get(person.id, [])
                if one.role == role and one.unit_id == unit_id and one.valid_to is None
            ),
            None,
        )

    def ever_held(self, person: Person, role: Role, unit_id: int) -> bool:
        """Whether the role was held there at any time."""
        return any(one.role == role and one.unit_id == unit_id for one in self._grants.get(person.id, []))


class _Reader:
    """Collects rows that are understood, and faults with their cell."""

    def __init__(self, known: _Known, table: TableFile, places: Mapping[str, int]) -> None:
        self.known, self._table, self._places = known, table, places
        self.read = 0
        self.lines: list[PersonLine] = []
        self.faults: list[FieldFault] = []
        self._seen: dict[tuple[object, ...], int] = {}
        self._names: dict[str, tuple[str, int]] = {}

    def take(self, number: int, row: Sequence[str]) -> None:
        """One row."""
        self.read += 1
        before = len(self.faults)
        cells = {name: tidy(row[place]) if place < len(row) else "" for name, place in self._places.items()}
        cells = {name: cells.get(name, "") for name in HEADINGS}
        line = self._line(number, cells)
        if line is not None and len(self.faults) == before:
            self.lines.append(line)

    def _line(self, number: int, cells: Mapping[str, str]) -> PersonLine | None:
        status = fold(cells["status"])
        if status not in (*KEPT_WORDS, *END_WORDS, *CLOSE_WORDS):
            self._fault(number, "status", _("Để trống, hoặc ghi: thôi giữ vai trò, khóa tài khoản"))
            return None
        self._check_particulars(number, cells)
        person = self._person(number, cells)
        line = PersonLine(
            number, cells["email"].lower(), cells["name"], cells["title"], cells["phone"],
            person_id=person.id if person else None,
        )  # fmt: skip
        if status in CLOSE_WORDS:
            return self._closed(line, person)
        placed = self._placed(line, cells)
        if placed is None:
            return None
        self._check_repeat(placed, status)
        if status in END_WORDS:
            return self._ended(placed, person)
        return self._kept(placed, person, cells)

    def _check_particulars(self, number: int, cells: Mapping[str, str]) -> None:
        wanted = NewPerson(cells["email"], cells["name"], cells["title"], cells["phone"])
        for fault in particulars_faults(wanted):
            self._fault(number, fault.field, fault.message, fault.code)
        name, first = self._names.setdefault(cells["email"].lower(), (cells["name"], number))
        if name != cells["name"]:
            self._fault(
                number,
                "name",
                _("Cùng địa chỉ với dòng %(first)s nhưng khác họ tên; sửa một trong hai", first=first),
            )

    def _person(self, number: int, cells: Mapping[str, str]) -> Person | None:
        """The account a row is about: by its address, else by the old one it names."""
        old, new = cells["old_email"].lower(), self.known.people.get(cells["email"].lower())
        person = new or (self.known.people.get(old) if old else None)
        if old and person is None:
            self._fault(number, "old_email", _("Không có tài khoản nào mang địa chỉ cũ này"))
        if old and new is not None and old in self.known.people and old != new.email:
            self._fault(number, "email", _("Địa chỉ mới đã thuộc một tài khoản khác"))
        if person is not None and not self.known.may_manage(person):
            self._fault(number, "email", _("Địa chỉ này thuộc tài khoản do cấp trên quản lý"), "taken")
        return person

    def _placed(self, line: PersonLine, cells: Mapping[str, str]) -> PersonLine | None:
        """The line with its role and unit; None after a fault."""
        number, role = line.number, _role(cells["role"])
        over = self.known.units.get(search_key(cells["unit"]), [])
        if role is None:
            self._fault(number, "role", _("Ghi một vai trò: cán bộ, lãnh đạo, tổng hợp, tổ công tác"))
        if not over:
            self._fault(number, "unit", _("Không có đơn vị mã %(code)s", code=cells["unit"][:20]))
        if len(over) > 1:
            words = _(
                "Nhiều đơn vị có mã %(code)s; ghi mã kèm tên đầy đủ và tên cấp trên", code=cells["unit"][:60]
            )
            self._fault(number, "unit", words)
        if role is None or len(over) != 1:
            return None
        if role not in grantable(self.known.actor, over[0]):
            self._fault(number, "role", _("Tài khoản đang dùng không cấp được vai trò này ở đơn vị đó"))
            return None
        return replace(line, role=role, unit_id=over[0].id, unit_name=over[0].formal_name)

    def _check_repeat(self, line: PersonLine, status: str) -> None:
        key = (line.email, line.role, line.unit_id)
        first = self._seen.setdefault(key, line.number)
        if first != line.number:
            self._fault(
                line.number, "email", _("Trùng với dòng %(first)s; xóa một dòng", first=first), "repeated"
            )

    def _closed(self, line: PersonLine, person: Person | None) -> PersonLine | None:
        if person is None:
            self._fault(line.number, "email", _("Không có tài khoản nào mang địa chỉ này để khóa"))
            return None
        if person.id == self.known.actor.id:
            self._fault(
                line.number, "status", _("Không khóa được tài khoản đang dùng; nhờ một người quản trị khác")
            )
        return replace(line, acts=(Act.CLOSE,) if person.active else ())

    def _ended(self, line: PersonLine, person: Person | None) -> PersonLine | None:
        if person is None or not self.known.ever_held(person, line.sure_role, line.sure_unit):
            self._fault(line.number, "status", _("Người này không giữ vai trò đó ở đơn vị này"))
            return None
        if person.id == self.known.actor.id:
            self._fault(line.number, "status", _("Không tự bỏ được vai trò của chính mình"))
        held = self.known.held(person, line.sure_role, line.sure_unit)
        return replace(line, acts=(Act.END,) if held else ())

    def _kept(self, line: PersonLine, person: Person | None, cells: Mapping[str, str]) -> PersonLine | None:
        if person is None:
            return replace(line, acts=(Act.NEW,))
        held = self.known.held(person, line.sure_role, line.sure_unit)
        acts = list(_particular_acts(line, person))
        was = person.email if Act.ADDRESS in acts else person.name if person.name != line.name else ""
        if not cells["from_unit"]:
            return replace(line, acts=(*acts, *(() if held else (Act.ROLE,))), was=was)
        source = self._source(line, person, cells["from_unit"], is_done=held is not None)
        if source is None:
            return None
        moves = self.known.held(person, line.sure_role, source.id) is not None
        return replace(
            line,
            acts=(*acts, *((Act.MOVE,) if moves and not held else ())),
            from_unit_id=source.id,
            was=was or source.formal_name,
        )

    def _source(self, line: PersonLine, person: Person, code: str, *, is_done: bool) -> Unit | None:
        """The unit from which a person moves: one where the role is held, or was, once the move is done."""
        known, key = self.known, search_key(code)
        near: list[Unit] = known.units.get(key) or known.all_units.get(key) or []
        source = near[-1] if near else None
        fits = source is not None and (
            self.known.held(person, line.sure_role, source.id)
            or (is_done and self.known.ever_held(person, line.sure_role, source.id))
        )
        if source is None or not fits:
            words = _("Người này không giữ vai trò đó ở đơn vị mã %(code)s", code=code[:20])
            self._fault(line.number, "from_unit", words)
            return None
        if line.role not in grantable(self.known.actor, source):
            self._fault(
                line.number, "from_unit", _("Tài khoản đang dùng không cấp được vai trò này ở đơn vị đó")
            )
            return None
        return source

    def _fault(self, number: int, name: str, words: str, code: str = "") -> None:
        place = self._places.get(name, self._places["email"])
        if self._table.sheet:
            cell, text = f"{letters(place)}{number}", words
        else:
            cell, text = str(number), _("Dòng %(number)s: %(words)s", number=number, words=words)
        self.faults.append(FieldFault("file", code or name, text, sheet=self._table.sheet, cell=cell))


def _particular_acts(line: PersonLine, person: Person) -> tuple[Act, ...]:
    differs = (
        person.name != line.name
        or (line.title and person.title != line.title)
        or (line.phone and person.phone != line.phone)
    )
    tests = (
        (Act.ADDRESS, person.email != line.email),
        (Act.PARTICULARS, bool(differs)),
        (Act.REOPEN, not person.active),
    )
    return tuple(act for act, holds in tests if holds)


def _heading(rows: Rows) -> tuple[int, dict[str, int]] | None:
    for number, row in enumerate(rows[:HEADING_WITHIN]):
        folded = [fold(cell) for cell in row]
        places = {
            name: next(place for place, cell in enumerate(folded) if cell in words)
            for name, words in HEADINGS.items()
            if any(cell in words for cell in folded)
        }
        if all(name in places for name in NEEDED):
            return number, places
    return None


def _role(text: str) -> Role | None:
    word = fold(text)
    return next((role for role, words in ROLE_WORDS.items() if word in words), None)
