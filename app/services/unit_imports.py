"""A roster of units that the administrator of a province sends in: previewed as dated changes, written, undone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from app.faults import FieldFault, Invalid, Missing
from app.i18n.labels import label
from app.models import (
    CampaignUnit,
    OfficeImport,
    OfficeImportKind,
    RoleGrant,
    Succession,
    Unit,
    UnitKind,
    Verb,
)
from app.queries.office_imports import may_see, root_of
from app.roster_matching import KnownUnit, Match
from app.rosters import Roster, RosterRow, columns_of, heading_row, read_roster
from app.services import office_imports
from app.services.office_imports import Reading, Sending, SentFile
from app.services.table_files import TableFile, table_file
from app.services.units import Import, Order, planned, refusal_faults, refuse, roster_faults, write_units
from app.unit import UnitOfWork, unit
from criteria.workbook import Column, ColumnKind, Table, table_bytes
from workflows.case import Actor

KIND = OfficeImportKind.UNITS
UNREAD = frozenset({"order"})
SHEET = "Danh sách đơn vị"


def upload_roster(actor: Actor, file: SentFile, order: Order) -> OfficeImport:
    """Read a roster and keep what it would change; no unit is touched.

    Raises:
        Invalid: the file cannot be read, names no province, or another one than the actor's. Missing: the actor
        administers nothing.
    """
    session = db.session()
    highest = root_of(session, actor, KIND)
    table = table_file(file.content, _is_roster)
    roster = read_roster(table.rows)
    refuse(
        roster_faults(replace(roster, problems=tuple(one for one in roster.problems if not one.row_number)))
    )
    root = _root(session, actor, roster, highest)
    options = {
        "valid_from": order.valid_from.isoformat(),
        "end_missing": order.end_missing,
        "decision": order.decision,
    }
    return office_imports.keep(
        actor, Sending(KIND, root, options), file, _reading(session, actor, table, roster, order)
    )


def write_roster(actor: Actor, import_id: int) -> OfficeImport:
    """Write exactly what was shown.

    Raises:
        Missing: out of reach. Invalid: it has faults, was written, changes nothing, or units changed since.
    """
    with unit(actor) as work:
        row = office_imports.to_write(work, import_id, KIND)
        order = order_of(row)
        table = table_file(office_imports.content_of(row), _is_roster)
        roster = read_roster(table.rows)
        office_imports.refuse_other(row, _reading(work.session, actor, table, roster, order))
        done = write_units(work, roster, planned(work.session, actor, roster, order), order)
        office_imports.mark_written(work, row, done.touched or {})
    return row


def undo_roster(actor: Actor, import_id: int) -> OfficeImport:
    """Give the tree back as it was before a roster was written.

    Raises:
        Missing: out of reach. Invalid: it was not written, or a unit has changed or come into use since.
    """
    with unit(actor) as work:
        row = office_imports.to_undo(work, import_id, KIND)
        undo = row.undo or {}
        _refuse_used(work.session, undo["added"])
        for succession_id in undo["successions"]:
            work.session.delete(work.load(Succession, succession_id))
        for one in undo["changed"]:
            _give_back(work, one)
        work.session.flush()
        for unit_id in reversed(undo["added"]):
            gone = work.load(Unit, unit_id)
            work.record(Verb.UNIT_CHANGED, gone, before={"full_name": gone.full_name, "code": gone.code})
            work.session.delete(gone)
            work.session.flush()
        office_imports.mark_undone(work, row)
    return row


def order_of(row: OfficeImport) -> Order:
    """What was said beside the file."""
    options = row.options
    return Order(date.fromisoformat(options["valid_from"]), options["end_missing"], options["decision"])


def provinces(actor: Actor) -> list[Unit]:
    """The provinces in force that the actor administers, whose lists can be fetched."""
    wanted = select(Unit).where(Unit.kind == UnitKind.PROVINCE, Unit.valid_to.is_(None)).order_by(Unit.id)
    return [one for one in db.session.scalars(wanted) if may_see(actor, one, KIND)]


def template(actor: Actor, province_id: int) -> bytes:
    """The units in force of a province, in the layout that is read back without a change, and a guide.

    Raises:
        Missing: it is not the actor's.
    """
    root = next((one for one in provinces(actor) if one.id == province_id), None)
    if root is None:
        raise Missing(f"unit {province_id}")
    units = db.session.scalars(
        select(Unit)
        .where(Unit.path.startswith(root.path), Unit.valid_to.is_(None), Unit.kind != UnitKind.NATION)
        .order_by(Unit.id)
    ).all()
    codes = {one.id: one.code for one in units}
    rows = [
        _row(one, codes) for one in sorted(units, key=lambda one: list(UnitKind).index(UnitKind(one.kind)))
    ]
    columns = (
        Column("Cấp", 18),
        Column("Mã", 12),
        Column("Tên đầy đủ", 40),
        Column("Thuộc", 12),
        Column("Thứ tự", 10, ColumnKind.INTEGER),
        Column("Viết tắt", 14),
        Column("Tình trạng", 18),
        Column("Sáp nhập từ", 30),
        Column("Quyết định", 30),
    )
    guide = Table("Hướng dẫn", (Column(_("Cách ghi danh sách đơn vị"), 110),), [(line,) for line in _guide()])
    return table_bytes((Table(SHEET, columns, rows), guide), made_at=clock.now())


def _guide() -> tuple[str, ...]:
    return (
        _("Mỗi đơn vị một dòng. Đơn vị mới: thêm dòng. Đổi tên, đổi cấp trên: sửa ô."),
        _("Cột Thuộc ghi mã đơn vị cấp trên. Tệp cần một dòng của tỉnh."),
        _(
            "Đơn vị thôi hoạt động: ghi “thôi hoạt động” ở cột Tình trạng. Xóa dòng không làm đơn vị thôi hoạt động."
        ),
        _("Sáp nhập: ở dòng của đơn vị mới, cột Sáp nhập từ ghi mã các đơn vị cũ, cách nhau dấu chấm phẩy."),
        _(
            "Đơn vị cũ không còn dòng riêng thì thôi hoạt động; còn dòng riêng thì chỉ một phần của nó được nhập vào."
        ),
        _("Chia tách: ghi cùng một đơn vị cũ ở dòng của từng đơn vị mới."),
        _("Cột Quyết định ghi số văn bản; để trống thì lấy số ghi ở trang nhập."),
        _("Muốn cả tỉnh cũ thôi hoạt động: ghi “thôi hoạt động” ở dòng của tỉnh đó."),
    )


def _row(one: Unit, codes: dict[int, str]) -> tuple[Any, ...]:
    above = codes.get(one.parent_id or 0, "")
    return (
        label(UnitKind(one.kind)),
        one.code,
        one.full_name,
        above,
        one.display_order,
        one.abbreviation,
        "",
        "",
        "",
    )


def _is_roster(rows: Any) -> bool:
    return heading_row(rows) is not None


def _root(session: Session, actor: Actor, roster: Roster, highest: Unit) -> Unit:
    """The province that the roster is about; for one that is not there yet, the nation whom the actor administers."""
    for row in roster.rows:
        if row.kind != UnitKind.PROVINCE:
            continue
        known = session.scalars(
            select(Unit).where(Unit.kind == UnitKind.PROVINCE, Unit.code == row.code, Unit.valid_to.is_(None))
        ).all()
        own = [one for one in known if may_see(actor, one, KIND)]
        if own:
            return own[0]
        if known or highest.kind != UnitKind.NATION:
            words = _(
                "Tệp là danh sách của tỉnh mã %(code)s, không thuộc quyền quản trị của tài khoản này",
                code=row.code,
            )
            raise Invalid(FieldFault("file", "foreign", words))
    return highest


def _reading(session: Session, actor: Actor, table: TableFile, roster: Roster, order: Order) -> Reading:
    found = planned(session, actor, roster, order) if roster.rows else None
    heading = heading_row(table.rows)
    columns = columns_of(table.rows[heading]) if heading is not None else {}
    odd = table.faults((heading or 0) + 1, [place for name, place in columns.items() if name not in UNREAD])
    faults = [
        *odd,
        *roster_faults(roster, table.sheet),
        *(refusal_faults(found, table.sheet) if found else ()),
    ]
    if found is None:
        return Reading(
            {"read": roster.read, "added": 0, "changed": 0, "unchanged": 0, "refused": roster.read},
            (),
            faults,
        )
    return Reading(found.counts, list(_facts(found, order)), faults)


def _facts(found: Import, order: Order) -> Iterator[dict[str, Any]]:
    """Each change as facts, from which the page makes a sentence."""
    for row in found.preview.added:
        yield {"what": "added", **_said(row), "parent": row.parent_name}
    for what, pairs in (
        ("renamed", found.preview.renamed),
        ("moved", found.preview.moved),
        ("reused", found.preview.code_reused),
    ):
        for pair in pairs:
            yield {"what": what, **_said(pair.row), **_was(pair), "parent": pair.row.parent_name}
    for heir in found.tree.heirs:
        what = "merged" if heir.ends else "partly_merged"
        decision = heir.row.decision or order.decision
        yield {"what": what, **_said(heir.row), **_old(heir.predecessor), "decision": decision}
    for ending in found.tree.endings:
        yield {"what": "ended", "row": ending.row.row_number, **_gone(ending.unit)}
    for gone in found.preview.missing if order.end_missing else ():
        yield {"what": "ended", "row": 0, **_gone(gone)}


def _said(row: RosterRow) -> dict[str, Any]:
    return {"row": row.row_number, "name": row.full_name, "code": row.code}


def _was(pair: Match) -> dict[str, Any]:
    return {**_old(pair.unit), "was_parent": pair.unit.parent_name}


def _old(one: KnownUnit) -> dict[str, Any]:
    return {"was": one.full_name, "was_code": one.code}


def _gone(one: KnownUnit) -> dict[str, Any]:
    return {"name": one.full_name, "code": one.code, "parent": one.parent_name}


def _refuse_used(session: Session, added: list[int]) -> None:
    tables = ((CampaignUnit.unit_id, CampaignUnit), (RoleGrant.unit_id, RoleGrant))
    for column, table in tables:
        if session.scalar(select(func.count()).select_from(table).where(column.in_(added))):
            words = _(
                "Có đơn vị mới đã vào đợt đánh giá hoặc đã có người được giao vai trò; không hoàn tác được"
            )
            raise office_imports.cannot_undo(words)


def _give_back(work: UnitOfWork, kept: dict[str, Any]) -> None:
    row = work.session.get(Unit, kept["id"])
    if row is None or row.version != kept["version"]:
        words = _("Có đơn vị đã đổi sau lần nhập này; không hoàn tác được")
        raise office_imports.cannot_undo(words)
    before = dict(kept["before"])
    ended = before.pop("valid_to")
    for name, value in before.items():
        setattr(row, name, value)
    row.valid_to = date.fromisoformat(ended) if ended else None
    work.record(Verb.UNIT_CHANGED, row, after={"full_name": row.full_name, "code": row.code})


def missing_of(session: Session, row: OfficeImport, actor: Actor) -> tuple[KnownUnit, ...]:
    """The units in force that the file of an import does not name, as it would be read now.

    Raises:
        Missing: the file is gone.
    """
    roster = read_roster(table_file(office_imports.content_of(row), _is_roster).rows)
    return planned(session, actor, roster, order_of(row)).preview.missing if roster.rows else ()
