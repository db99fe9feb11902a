"""Taking a roster of units over into the live tree, after a preview of exactly what it changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.faults import FieldFault, Invalid
from app.folding import formal_name, search_key
from app.models import Succession, Unit, UnitKind, Verb
from app.queries.people import below
from app.queries.units import known_units, other_units
from app.roster_changes import Doubt, TreeChanges, tree_changes
from app.roster_matching import Change, Match, Preview, match
from app.rosters import Roster, RosterRow
from app.unit import SYSTEM, UnitOfWork, unit
from workflows.case import Actor
from workflows.vocabulary import Role

KEPT = ("code", "name", "full_name", "formal_name", "type_word", "search_key", "parent_id", "path")
FLOORS = (UnitKind.PROVINCE, UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.COMMUNE)


@dataclass(frozen=True, slots=True)
class Import:
    """What an import does, or did when ``written``. ``counts`` reconcile: read = added + changed + unchanged + refused.

    ``touched``: what writing made and changed, for undoing it.
    """

    preview: Preview
    tree: TreeChanges
    province: str
    written: bool
    counts: Mapping[str, int]
    touched: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """How a roster is to be taken: the day from which it holds, whether what it lacks ends, the decision behind it."""

    valid_from: date
    end_missing: bool = False
    decision: str = ""


def import_units(
    actor: Actor,
    roster: Roster,
    *,
    valid_from: date,
    write: bool,
    end_missing: bool = False,
    decision: str = "",
) -> Import:
    """Compare a roster with the tree and, if asked, write the difference.

    ``valid_from``: the day from which new units, names and parents hold. ``end_missing``: units that the roster no
    longer has end on that day. A code that now belongs to another name ends the old unit and begins a new one.

    Raises:
        Invalid: the roster has problems, names no province, or has rows that cannot be written.
    """
    order = Order(valid_from, end_missing, decision)
    refuse(roster_faults(roster))
    with unit(actor) as work:
        found = planned(work.session, actor, roster, order)
        return write_units(work, roster, found, order) if write else found


def planned(session: Session, actor: Actor, roster: Roster, order: Order) -> Import:
    """What taking a roster over would do; of a roster with problems, what its sound rows would.

    Raises:
        Invalid: it names no province.
    """
    row = _province_row(roster)
    province = _province(session, row)
    existing = known_units(session, province.id) if province else []
    preview = match([one for one in roster.rows if not one.is_ended], existing)
    reach = true() if actor == SYSTEM else below(actor, (Role.ADMIN,))
    others = other_units(session, province.id if province else 0, reach) if _names_any(roster) else []
    tree = _unrecorded(session, preview, tree_changes(roster.rows, preview, existing, others))
    ended = {one.unit.id for one in tree.endings}
    missing = tuple(one for one in preview.missing if one.id not in ended)
    preview = replace(preview, missing=missing)
    return Import(preview, tree, row.full_name, False, _counts(roster, preview, tree, order))


def write_units(work: UnitOfWork, roster: Roster, found: Import, order: Order) -> Import:
    """Write what was planned, inside the caller's unit of work.

    Raises:
        Invalid: a row cannot be written.
    """
    refuse(refusal_faults(found))
    writer = _Writer(work, roster.rows, found, order)
    writer.write()
    return replace(found, written=True, touched=writer.touched())


def _names_any(roster: Roster) -> bool:
    return any(row.predecessors for row in roster.rows)


def _unrecorded(session: Session, preview: Preview, tree: TreeChanges) -> TreeChanges:
    """Without the successions that were written before."""
    ids = {pair.row: pair.unit.id for pair in (*preview.unchanged, *preview.renamed, *preview.moved)}
    rows = session.scalars(
        select(Succession).where(
            Succession.successor_id.in_({ids[one.row] for one in tree.heirs if one.row in ids})
        )
    )
    known = {(one.successor_id, one.predecessor_id) for one in rows}
    fresh = tuple(one for one in tree.heirs if (ids.get(one.row), one.predecessor.id) not in known)
    return replace(tree, heirs=fresh)


def _counts(roster: Roster, preview: Preview, tree: TreeChanges, order: Order) -> dict[str, int]:
    refused = {one.row_number for one in roster.problems if one.row_number}
    refused |= {one.row.row_number for one in tree.refusals}
    added = {row.row_number for row in preview.added} | {pair.row.row_number for pair in preview.code_reused}
    changed = {pair.row.row_number for pair in (*preview.renamed, *preview.moved)}
    changed |= {one.row.row_number for one in tree.heirs} | {
        row.row_number for row in roster.rows if row.is_ended
    }
    added -= refused
    changed -= refused | added
    return {
        "read": roster.read,
        "added": len(added),
        "changed": len(changed),
        "unchanged": roster.read - len(added) - len(changed) - len(refused),
        "refused": len(refused),
        "ended": len({one.unit.id for one in tree.endings} | {pair.unit.id for pair in preview.code_reused})
        + (len(preview.missing) if order.end_missing else 0),
        "succeeded": len(tree.heirs),
    }


class _Writer:
    """Writes a preview from the top floor down, so that every parent is there before its children."""

    def __init__(self, work: UnitOfWork, rows: Sequence[RosterRow], found: Import, order: Order) -> None:
        self.work, self.rows, self.found, self.day = work, rows, found, order.valid_from
        self.preview, self.order = found.preview, order
        self.kept: Mapping[RosterRow, Match] = {
            pair.row: pair for pair in (*self.preview.unchanged, *self.preview.renamed, *self.preview.moved)
        }
        self.written: dict[tuple[str, str], Unit] = {}
        self.added: list[Unit] = []
        self.changed: dict[int, dict[str, Any]] = {}
        self.successions: list[Succession] = []

    def write(self) -> None:
        for reused in self.preview.code_reused:
            self._end(reused.unit.id)
        for floor in FLOORS:
            for row in self.rows:
                if row.kind == floor and not row.is_ended:
                    self.written[row.kind, row.code] = self._write_row(row)
        for ending in self.found.tree.endings:
            self._end(ending.unit.id)
        for gone in self.preview.missing if self.order.end_missing else ():
            self._end(gone.id)
        self._write_successions()
        after = {**self.found.counts, "valid_from": self.day.isoformat(), "decision": self.order.decision}
        self.work.record(Verb.UNITS_IMPORTED, self._top(), after=after)

    def touched(self) -> dict[str, Any]:
        """The rows made and changed, with their versions as they are now."""
        self.work.session.flush()
        rows = {unit_id: self.work.load(Unit, unit_id) for unit_id in self.changed}
        return {
            "added": [one.id for one in self.added],
            "changed": [
                {"id": unit_id, "version": rows[unit_id].version, "before": before}
                for unit_id, before in self.changed.items()
            ],
            "successions": [one.id for one in self.successions],
        }

    def _top(self) -> Unit:
        row = _province_row_of(self.rows)
        if not row.is_ended:
            return self.written[UnitKind.PROVINCE, row.code]
        return self.work.load(Unit, next(one.unit.id for one in self.found.tree.endings if one.row is row))

    def _write_successions(self) -> None:
        for heir in self.found.tree.heirs:
            successor = self.written[heir.row.kind, heir.row.code]
            new = Succession(
                predecessor_id=heir.predecessor.id,
                successor_id=successor.id,
                on_day=self.day,
                decision=heir.row.decision or self.order.decision,
            )
            self.work.add(new)
            self.successions.append(new)
            after = {
                "predecessor": heir.predecessor.full_name,
                "day": self.day.isoformat(),
                "decision": new.decision,
            }
            self.work.record(Verb.UNITS_MERGED, successor, after=after)

    def _keep(self, found: Unit) -> None:
        """Remember once what a unit was before anything of it changed."""
        facts = {name: getattr(found, name) for name in KEPT}
        self.changed.setdefault(found.id, facts | {"valid_to": found.valid_to and found.valid_to.isoformat()})

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
        self.added.append(new)
        return new

    def _change(self, found: Unit, row: RosterRow, changes: Sequence[Change]) -> None:
        self._keep(found)
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
        for lower in self.work.session.scalars(
            select(Unit).where(Unit.path.startswith(old), Unit.id != found.id)
        ):
            self._keep(lower)
            lower.path = found.path + lower.path.removeprefix(old)

    def _parent(self, row: RosterRow) -> Unit | None:
        for floor in reversed(FLOORS[: FLOORS.index(UnitKind(row.kind))]):
            if (floor, row.parent_code) in self.written:
                return self.written[floor, row.parent_code]
        return None

    def _end(self, unit_id: int) -> None:
        gone = self.work.load(Unit, unit_id)
        if gone.valid_to is not None:
            return
        self._keep(gone)
        gone.valid_to = self.day
        self.work.record(Verb.UNIT_CHANGED, gone, after={"valid_to": self.day.isoformat()})


def _province(session: Session, row: RosterRow) -> Unit | None:
    """The province that the roster is about: same code and still the same name."""
    found = session.scalars(
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


def roster_faults(roster: Roster, sheet: str = "") -> list[FieldFault]:
    """What is wrong with the rows by themselves, each at its cell."""
    return [
        FieldFault(
            "file",
            one.code,
            one.detail,
            sheet=sheet,
            cell=one.cell if sheet else f"{one.column} {one.row_number}".strip(),
        )
        for one in roster.problems
    ]


def refusal_faults(found: Import, sheet: str = "") -> list[FieldFault]:
    """What keeps rows from being written beside the tree as it is, each at its row."""
    return [
        FieldFault(
            "file",
            one.doubt,
            DOUBTS[one.doubt](one.row.row_number, one.row.full_name, one.detail),
            sheet=sheet,
            cell=f"A{one.row.row_number}" if sheet else str(one.row.row_number),
        )
        for one in found.tree.refusals
    ]


def refuse(faults: Sequence[FieldFault]) -> None:
    """Raise what is wrong, if anything is.

    Raises:
        Invalid: with these faults.
    """
    if faults:
        raise Invalid(*faults)


DOUBTS: Mapping[Doubt, Callable[[int, str, str], str]] = {
    Doubt.AMBIGUOUS: lambda row, name, detail: _(
        "Dòng %(row)s “%(name)s” có thể là: %(detail)s. Ghi mã của đơn vị", row=row, name=name, detail=detail
    ),
    Doubt.NOT_FOUND: lambda row, name, _detail: _(
        "Dòng %(row)s: không có “%(name)s” đang hoạt động với mã này; ghi đúng mã và tên", row=row, name=name
    ),
    Doubt.PREDECESSOR_UNKNOWN: lambda row, _name, detail: _(
        "Dòng %(row)s: không có đơn vị cũ “%(detail)s”; ghi mã hoặc tên đầy đủ", row=row, detail=detail
    ),
    Doubt.PREDECESSOR_AMBIGUOUS: lambda row, _name, detail: _(
        "Dòng %(row)s: đơn vị cũ có thể là %(detail)s; ghi tên đầy đủ hoặc mã khác", row=row, detail=detail
    ),
    Doubt.STILL_BELOW: lambda row, name, detail: _(
        "Dòng %(row)s: còn đơn vị trực thuộc “%(name)s”: %(detail)s. Ghi các đơn vị đó vào tệp",
        row=row,
        name=name,
        detail=detail,
    ),
}
