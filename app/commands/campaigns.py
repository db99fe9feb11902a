"""`dunghan campaign` and `dunghan criteria`: campaigns and criteria sets as files that anyone can read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from app import clock
from app.campaign_clones import cloned
from app.campaign_files import CampaignPlan, bundled, bundled_slugs, dump, load
from app.commands.refusals import Commands, Refused
from app.database import db
from app.demo_sets import SETS
from app.faults import Missing
from app.i18n.labels import dates_text, deadline_text, label
from app.models import CampaignStatus, UnitKind
from app.queries.calendar_days import campaign_years, unconfirmed
from app.queries.campaign_plans import plan_of
from app.queries.campaign_status import KindStatus, campaign_by_slug, campaign_lines, campaign_status, sets_of
from app.queries.contacts import unreached
from app.services.campaigns import close_campaign, create_campaign, open_campaign
from app.services.criteria_drafts import read_file, workbook_of
from app.services.criteria_sets import import_criteria_set
from app.services.office_imports import XLSX_BEGINNING, SentFile
from app.unit import SYSTEM
from criteria.codec import from_json
from criteria.model import CriteriaSet
from workflows.vocabulary import State

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)

campaign = Commands("campaign", help="Đợt đánh giá.")
criteria = Commands("criteria", help="Bộ tiêu chí.")


@criteria.command("import", help="Đưa một bộ tiêu chí (.xlsx, .json) vào thành một bản không đổi nữa.")
@click.argument("file", type=READABLE)
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi.")
def import_criteria(file: Path, *, dry_run: bool) -> None:
    """Store a criteria set."""
    known = set_from(file)
    if dry_run:
        click.echo(f"{known.title}: đọc {len(list(known.criteria()))} tiêu chí, chưa ghi gì")
        return
    row = import_criteria_set(SYSTEM, known)
    click.echo(f"{row.title}\nMã băm: {row.digest}")


def set_from(file: Path) -> CriteriaSet:
    """The criteria set in a workbook or JSON file.

    Raises:
        Refused: a workbook has faults, each with sheet and cell. InvalidCriteria: a JSON file has.
    """
    content = file.read_bytes()
    if not content.startswith(XLSX_BEGINNING):
        return from_json(text_of(file))
    found, faults = read_file(SentFile(file.name, content))
    if faults or found.criteria_set is None:
        places = [f"{fault.sheet} {fault.cell}: {fault.message}" for fault in faults]
        raise Refused(f"{file.name}: {len(faults)} chỗ cần sửa, chưa ghi gì", places)
    return found.criteria_set


@criteria.command("export", help="Ghi bộ tiêu chí (.json) hoặc bộ kèm sẵn thành tệp Excel sửa được.")
@click.argument("source", metavar="FILE.json|TÊN")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def export_criteria(source: str, out: Path) -> None:
    """Write a set as a workbook."""
    file = Path(source) if Path(source).is_file() else SETS / f"{source}.json"
    if not file.is_file():
        names = ", ".join(sorted(one.stem for one in SETS.glob("*.json")))
        raise Refused(f"Không có tệp {source}, và không có bộ kèm sẵn tên đó (có: {names})")
    out.write_bytes(workbook_of(from_json(text_of(file))))
    click.echo(f"Đã ghi {out}")


@campaign.command("create", help="Tạo đợt từ tệp .toml, hoặc từ tên một đợt kèm sẵn.")
@click.argument("source", metavar="FILE.toml|SLUG")
def create(source: str) -> None:
    """Make a campaign in preparation."""
    plan, folder = plan_from(source)
    made = create_campaign(SYSTEM, plan, sets_for(plan, folder))
    click.echo(f"Đã tạo đợt {made.slug}: {made.name}\nMở bằng: dunghan campaign open {made.slug}")


@campaign.command("clone", help="Chép một đợt sang năm khác; --out ghi ra tệp để sửa, không tạo đợt.")
@click.argument("slug")
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="Năm của đợt mới.")
@click.option("--slug", "new_slug", default="", help="Tên của đợt mới.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Tệp .toml ghi ra.")
def clone(slug: str, year: int, new_slug: str, out: Path | None) -> None:
    """Copy a campaign that is stored or bundled."""
    plan, sets = plan_and_sets(slug)
    text = dump(cloned(plan, year, new_slug))
    if out is not None:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Đã ghi {out}. Xem lại các ngày rồi chạy: dunghan campaign create {out}")
        return
    made = create_campaign(SYSTEM, load(text), sets)
    click.echo(f"Đã tạo đợt {made.slug}. Xem lại các ngày trước khi mở.")


@campaign.command("open", help="Mở một đợt: chốt danh sách đơn vị và gửi thư mời.")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
def open_(slug: str, *, as_json: bool) -> None:
    """Open a campaign."""
    found = campaign_by_slug(db.session(), slug)
    years = unconfirmed(db.session(), campaign_years(found))
    if found.status == CampaignStatus.PREPARED and years:
        lines = [f"dunghan calendar show {year}, rồi dunghan calendar confirm {year}" for year in years]
        raise Refused("Chưa ai xác nhận lịch nghỉ lễ; xem lại rồi xác nhận từng năm", lines)
    silent = unreached(db.session(), found, clock.now()) if found.status == CampaignStatus.PREPARED else ()
    if silent:
        raise Refused(
            "Có đơn vị chưa ai nhận được thư; thêm người bằng dunghan user invite, hoặc dunghan contacts mute",
            [f"{one.name} ({one.code})" for one in silent],
        )
    opened = open_campaign(SYSTEM, slug)
    units = sum(sum(row.states.values()) for row in campaign_status(db.session(), opened, clock.now()))
    done = json.dumps({"slug": slug, "status": opened.status, "units": units})
    click.echo(done if as_json else f"Đã mở đợt {slug}: {units} đơn vị")


@campaign.command("close", help="Kết thúc một đợt.")
@click.argument("slug")
def close(slug: str) -> None:
    """Close a campaign."""
    campaign_by_slug(db.session(), slug)
    close_campaign(SYSTEM, slug)
    click.echo(f"Đã kết thúc đợt {slug}")


@campaign.command("list", help="Liệt kê các đợt.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
def list_(*, as_json: bool) -> None:
    """Print every campaign."""
    rows = campaign_lines(db.session())
    if as_json:
        keys = ("slug", "name", "status", "units")
        click.echo(json.dumps([{key: getattr(row, key) for key in keys} for row in rows], ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row.slug}  {label(CampaignStatus(row.status))}  {row.units} đơn vị  {row.name}")
    click.echo(f"Đợt kèm sẵn: {', '.join(bundled_slugs())}")


@campaign.command("status", help="Tình hình một đợt: số phiếu theo cấp và trạng thái.")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
def status(slug: str, *, as_json: bool) -> None:
    """Print how a campaign stands."""
    found = campaign_by_slug(db.session(), slug)
    rows = campaign_status(db.session(), found, clock.now())
    if as_json:
        kinds = [_status_data(row) for row in rows]
        click.echo(json.dumps({"slug": slug, "status": found.status, "kinds": kinds}, ensure_ascii=False))
        return
    click.echo(f"{found.name}: {label(CampaignStatus(found.status))}")
    for row in rows:
        states = ", ".join(f"{label(state)} {row.states[state]}" for state in State if state in row.states)
        click.echo(f"  {label(UnitKind(row.kind))}, {deadline_text(row.timetable)}: {states or 'chưa mở'}")
        click.echo(f"    {'. '.join(dates_text(row.timetable)[1:])}")
        if states:
            counts = f"còn nộp muộn được {row.behind}, đã nộp muộn {row.late}"
            click.echo(f"    Quá hạn không nộp được nữa {row.overdue}, {counts}")


def plan_from(source: str) -> tuple[CampaignPlan, Path]:
    """The plan in a file or of a bundled campaign, and the folder of its criteria sets.

    Raises:
        Refused: it is neither. InvalidCampaignFile: the file has faults.
    """
    if source in bundled_slugs():
        return bundled(source), SETS
    file = Path(source)
    if not file.is_file():
        names = ", ".join(bundled_slugs())
        raise Refused(f"Không có tệp {source}, và không có đợt kèm sẵn tên đó (có: {names})")
    return load(text_of(file)), file.parent


def sets_for(plan: CampaignPlan, folder: Path) -> dict[str, CriteriaSet]:
    """The criteria sets that a plan names: beside the campaign file, else those that come with the program.

    A set that is nowhere is left out; the service names it.
    """
    places = {
        kind.criteria_set: next(
            (place / kind.criteria_set for place in (folder, SETS) if (place / kind.criteria_set).is_file()),
            None,
        )
        for kind in plan.kinds
    }
    return {name: from_json(text_of(place)) for name, place in places.items() if place is not None}


def plan_and_sets(slug: str) -> tuple[CampaignPlan, Mapping[str, CriteriaSet]]:
    """Plan and sets of a campaign that is stored, else of one that is bundled.

    Raises:
        Missing: there is none.
    """
    if slug in {row.slug for row in campaign_lines(db.session())}:
        stored = campaign_by_slug(db.session(), slug)
        plan = plan_of(stored)
        return plan, sets_of(stored, {kind.kind: kind.criteria_set for kind in plan.kinds})
    if slug not in bundled_slugs():
        raise Missing(f"đợt đánh giá {slug}")
    return bundled(slug), sets_for(bundled(slug), SETS)


def text_of(file: Path) -> str:
    """The text of a UTF-8 file.

    Raises:
        Refused: it is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{file.name}: không phải UTF-8; lưu lại tệp với bảng mã UTF-8") from error


def _status_data(row: KindStatus) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "due_at": row.timetable.due_at.isoformat(),
        "closes": row.timetable.package_closes.isoformat(),
        "states": dict(row.states),
        "overdue": row.overdue,
        "behind": row.behind,
        "late": row.late,
    }
