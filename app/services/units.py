"""Taking a roster of units over into the live tree, after a preview of exactly what it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Invalid
from app.folding import formal_name, search_key
from app.models import Unit, UnitKind, Verb
from app.queries.units import known_units
from app.roster_matching import Change, Match, Preview, match
from app.rosters import Roster, RosterRow
from app.unit import UnitOfWork, unit
from workflows.case import Actor

FLOORS = (UnitKind.PROVINCE, UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.COMMUNE)


@dataclass(frozen=True, slots=True)
class Import:
    """What an import does, or did when ``written``."""

    preview: Preview
    province: str
    written: bool


def import_units(
    actor: Actor, roster: Roster, *, valid_from: date, write: bool, end_missing: bool = False
) -> Import:
    """Compare a roster with the tree and, if asked, write the difference.

    ``valid_from``: the day from which new units, names and parents hold. ``end_missing``: units that the roster no
    longer has end on that day. A code that now belongs to another name ends the old unit and begins a new one.

    Raises:
        Invalid: the roster has problems, names no province, or has a row that could be several units.
    """
    _refuse_problems(roster)
    with unit(actor) as work:
        province_row = _province_row(roster)
        province = _province(work, province_row)
        preview = match(roster.rows, known_units(work.session, province.id) if province else [])
        if write:
            _refuse_doubts(preview)
            _Writer(work, roster.rows, preview, valid_from).write(end_missing=end_missing)
    return Import(preview, province_row.full_name, write)


class _Writer:
    """Writes a preview from the top floor down, so that every parent is there before its children."""

    def __init__(self, work: UnitOfWork, rows: Sequence[RosterRow], preview: Preview, day: date) -> None:
        self.work, self.rows, self.preview, self.day = work, rows, preview, day
        self.kept: Mapping[RosterRow, Match] = {
            pair.row: pair for pair in (*preview.unchanged, *preview.renamed, *preview.moved)
        }
        self.written: dict[tuple[str, str], Unit] = {}

    def write(self, *, end_missing: bool) -> None:
        for reused in self.preview.code_reused:
            self._end(self.work.load(Unit, reused.unit.id))
        for floor in FLOORS:
            for row in self.rows:
                if row.kind == floor:
                    self.written[row.kind, row.code] = self._write_row(row)
        for gone in self.preview.missing if end_missing else ():
            self._end(self.work.load(Unit, gone.id))
        top = self.written[UnitKind.PROVINCE, _province_row_of(self.rows).code]
        counts = {
            "added": len(self.preview.added) + len(self.preview.code_reused),
            "changed": len(self.preview.renamed) + len(self.preview.moved),
            "ended": len(self.preview.code_reused) + (len(self.preview.missing) if end_missing else 0),
        }
        self.work.record(Verb.UNITS_IMPORTED, top, after={**counts, "valid_from": self.day.isoformat()})

    def _write_row(self, row: RosterRow) -> Unit:
        pair = self.kept.get(row)
        if pair is None:
            return self._add(row)
        found = self.work.load(Unit, pair.unit.id)
        if pair.changes:
            self._change(found, row, pair.changes)
        return found

    def _add(self, row: RosterRow) -> Unit:
        parent = self._parent(row)
        new = Unit(
            code=row.code,
            kind=row.kind,
            type_word=row.type,
            name=row.name,
            full_name=row.full_name,
            formal_name=formal_name(row.kind, row.full_name),
            abbreviation=row.abbreviation,
            parent_id=parent.id if parent else None,
            display_order=row.display_order,
            search_key=search_key(row.full_name),
            valid_from=self.day,
        )
        self.work.add(new)
        new.path = f"{parent.path if parent else '/'}{new.id}/"
        return new

    def _change(self, found: Unit, row: RosterRow, changes: Sequence[Change]) -> None:
        before = {"code": found.code, "full_name": found.full_name, "parent_id": found.parent_id}
        found.code, found.name, found.full_name = row.code, row.name, row.full_name
        found.type_word, found.search_key = row.type, search_key(row.full_name)
        found.formal_name = formal_name(row.kind, row.full_name)
        parent = self._parent(row)
        if Change.PARENT in changes and parent is not None:
            self._move(found, parent)
        after = {"code": found.code, "full_name": found.full_name, "parent_id": found.parent_id}
        self.work.record(Verb.UNIT_CHANGED, found, before=before, after=after)

    def _move(self, found: Unit, parent: Unit) -> None:
        old = found.path
        found.parent_id, found.path = parent.id, f"{parent.path}{found.id}/"
        for below in self.work.session.scalars(
            select(Unit).where(Unit.path.startswith(old), Unit.id != found.id)
        ):
            below.path = found.path + below.path.removeprefix(old)

    def _parent(self, row: RosterRow) -> Unit | None:
        for floor in reversed(FLOORS[: FLOORS.index(UnitKind(row.kind))]):
            if (floor, row.parent_code) in self.written:
                return self.written[floor, row.parent_code]
        return None

    def _end(self, gone: Unit) -> None:
        gone.valid_to = self.day
        self.work.record(Verb.UNIT_CHANGED, gone, after={"valid_to": self.day.isoformat()})


def _province(work: UnitOfWork, row: RosterRow) -> Unit | None:
    """The province that the roster is about: same code and still the same name."""
    found = work.session.scalars(
        select(Unit).where(Unit.kind == UnitKind.PROVINCE, Unit.code == row.code, Unit.valid_to.is_(None))
    )
    return next((unit_ for unit_ in found if search_key(unit_.full_name) == search_key(row.full_name)), None)


def _province_row(roster: Roster) -> RosterRow:
    try:
        return _province_row_of(roster.rows)
    except LookupError as error:
        words = _("Thêm một dòng cho tỉnh: cấp “tỉnh”, mã tỉnh và tên tỉnh")
        raise Invalid(FieldFault("file", "no_province", words)) from error


def _province_row_of(rows: Sequence[RosterRow]) -> RosterRow:
    found = [row for row in rows if row.kind == UnitKind.PROVINCE]
    if len(found) != 1:
        raise LookupError("province")
    return found[0]


def _refuse_problems(roster: Roster) -> None:
    if roster.problems:
        raise Invalid(
            *(
                FieldFault(
                    "file",
                    problem.code,
                    problem.detail,
                    cell=f"{problem.column} {problem.row_number}".strip(),
                )
                for problem in roster.problems
            )
        )


def _refuse_doubts(preview: Preview) -> None:
    if preview.ambiguous:
        raise Invalid(
            *(
                FieldFault(
                    "file",
                    "ambiguous",
                    _(
                        "Dòng %(row)s “%(name)s” có thể là nhiều đơn vị; ghi mã của đơn vị",
                        row=doubt.row.row_number,
                        name=doubt.row.full_name,
                    ),
                )
                for doubt in preview.ambiguous
            )
        )
