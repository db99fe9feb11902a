"""`dunghan unit`: the roster of units, compared with the tree before anything is written."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from app import clock
from app.commands.refusals import Commands
from app.roster_changes import Heir
from app.roster_matching import Ambiguity, Change, KnownUnit, Match
from app.rosters import Roster, RosterRow, csv_rows, read_roster
from app.services.units import Import, import_units, refusal_faults
from app.unit import SYSTEM
from criteria.workbook import read_rows_apart
from workflows.deadlines import local_day

CHANGES = {
    Change.CODE: "mã",
    Change.NAME: "tên",
    Change.SPELLING: "cách viết",
    Change.TYPE: "loại",
    Change.PARENT: "đơn vị cấp trên",
}
XLSX_BEGINNING = b"PK"

unit = Commands("unit", help="Danh sách đơn vị.")


@unit.command(
    "import", help="Đối chiếu một danh sách (.csv, .xlsx) với đơn vị đã có; chỉ ghi khi có --write."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from", "since", type=click.DateTime(["%d/%m/%Y", "%Y-%m-%d"]), help="Hiệu lực từ ngày dd/mm/yyyy."
)
@click.option("--write", is_flag=True, help="Ghi vào cơ sở dữ liệu.")
@click.option("--dry-run", is_flag=True, help="Chỉ xem trước, như khi không có --write.")
@click.option("--decision", default="", help="Số văn bản, ghi cùng các đơn vị sáp nhập.")
@click.option("--end-missing", is_flag=True, help="Kết thúc các đơn vị không còn trong danh sách.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
def import_(file: Path, since: datetime | None, **asked: Any) -> None:
    """Preview or write a roster."""
    write, end_missing, as_json = (
        asked["write"] and not asked["dry_run"],
        asked["end_missing"],
        asked["as_json"],
    )
    day = since.date() if since else local_day(clock.now())
    done = import_units(
        SYSTEM,
        roster_of(file),
        valid_from=day,
        write=write,
        end_missing=end_missing,
        decision=asked["decision"],
    )
    if as_json:
        click.echo(json.dumps(as_data(done, day), ensure_ascii=False, indent=2))
        return
    for line in as_lines(done, file.name):
        click.echo(line)


def roster_of(file: Path) -> Roster:
    """The roster in a file, whatever its suffix says.

    Raises:
        UnreadableRoster, UnreadableWorkbook: the file cannot be read.
    """
    content = file.read_bytes()
    if content.startswith(XLSX_BEGINNING) or file.suffix.lower() == ".xlsx":
        return read_roster([[cell.text for cell in row] for row in read_rows_apart(content)])
    return read_roster(csv_rows(content))


def as_lines(done: Import, name: str) -> list[str]:
    """What an import does or did, every changed row named."""
    found = done.preview
    lines = [f"{done.province}: {name}", f"Không đổi: {len(found.unchanged)}"]
    lines += _section("Thêm", [_row(row) for row in found.added])
    lines += _section("Đổi tên, mã hoặc loại", [_match(pair) for pair in found.renamed])
    lines += _section("Chuyển đơn vị cấp trên", [_match(pair) for pair in found.moved])
    lines += _section("Mã cũ nay thuộc đơn vị khác", [_match(pair) for pair in found.code_reused])
    lines += _section("Có thể là nhiều đơn vị", [_doubt(doubt) for doubt in found.ambiguous])
    lines += _section("Không còn trong danh sách", [_known(gone) for gone in found.missing])
    lines += _section("Thôi hoạt động", [_known(one.unit) for one in done.tree.endings])
    lines += _section("Sáp nhập, chia tách", [_heir(one) for one in done.tree.heirs])
    lines += [f"Chưa ghi được: {fault.message}" for fault in refusal_faults(done)]
    counts = done.counts
    lines.append(
        f"Đã đọc {counts['read']} dòng: {counts['added']} thêm, {counts['changed']} đổi, "
        f"{counts['unchanged']} không đổi, {counts['refused']} bị từ chối."
    )
    return [*lines, "Đã ghi." if done.written else "Chưa ghi gì. Thêm --write để ghi."]


def as_data(done: Import, day: date) -> dict[str, Any]:
    """The same for a program."""
    found = done.preview
    return {
        "province": done.province,
        "from": day.isoformat(),
        "written": done.written,
        "unchanged": len(found.unchanged),
        "added": [_row_data(row) for row in found.added],
        "renamed": [_match_data(pair) for pair in found.renamed],
        "moved": [_match_data(pair) for pair in found.moved],
        "code_reused": [_match_data(pair) for pair in found.code_reused],
        "ambiguous": [
            _row_data(doubt.row) | {"candidates": [_known_data(one) for one in doubt.candidates]}
            for doubt in found.ambiguous
        ],
        "missing": [_known_data(gone) for gone in found.missing],
        "ended": [_known_data(one.unit) for one in done.tree.endings],
        "succeeded": [
            _row_data(one.row) | {"was": _known_data(one.predecessor), "ends": one.ends}
            for one in done.tree.heirs
        ],
        "counts": dict(done.counts),
    }


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"{title}: {len(lines)}", *(f"  · {line}" for line in lines)]


def _row(row: RosterRow) -> str:
    return f"dòng {row.row_number}: {row.full_name} ({row.code})" + (
        f", {row.parent_name}" if row.parent_name else ""
    )


def _match(pair: Match) -> str:
    what = ", ".join(CHANGES[change] for change in pair.changes)
    return f"{_row(pair.row)}; đang có: {_known(pair.unit)}; khác {what}"


def _doubt(doubt: Ambiguity) -> str:
    return f"{_row(doubt.row)}; ghi mã của một trong: {'; '.join(_known(one) for one in doubt.candidates)}"


def _known(one: KnownUnit) -> str:
    return f"{one.full_name} ({one.code})" + (f", {one.parent_name}" if one.parent_name else "")


def _heir(one: Heir) -> str:
    part = "" if one.ends else "một phần "
    return f"{part}{_known(one.predecessor)} vào {one.row.full_name} ({one.row.code})"


def _row_data(row: RosterRow) -> dict[str, Any]:
    return {
        "row": row.row_number,
        "kind": row.kind,
        "code": row.code,
        "name": row.full_name,
        "parent": row.parent_code,
    }


def _known_data(one: KnownUnit) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "code": one.code,
        "name": one.full_name,
        "parent": one.parent_code,
    }


def _match_data(pair: Match) -> dict[str, Any]:
    return _row_data(pair.row) | {
        "was": _known_data(pair.unit),
        "changes": [str(one) for one in pair.changes],
    }
