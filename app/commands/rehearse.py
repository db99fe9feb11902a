"""`dunghan rehearse`: what a campaign would bring, day by day, on the terminal, as JSON and as a workbook."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from app import clock
from app.commands.calendar_days import DAY, WEEKDAYS
from app.database import db
from app.i18n.labels import moment
from app.i18n.rehearsal_texts import mark_moment, mark_text
from app.mailing import link
from app.queries.campaign_status import campaign_by_slug
from app.queries.rehearsing import rehearse as walk
from app.queries.stages import stage_of
from app.rehearsal_tables import rehearsal_workbook
from app.rehearsals import MOST_DAYS, DayLine, Rehearsed, Wish


@click.command(
    "rehearse", help="Chạy thử một đợt: thư, mốc, xếp cuối theo từng ngày. Không gửi thư, không ghi gì."
)
@click.argument("campaign", metavar="ĐỢT")
@click.option(
    "--from", "start", type=DAY, metavar="NGÀY/THÁNG/NĂM", help="Ngày bắt đầu; mặc định là bây giờ."
)
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), help="Số ngày; mặc định đến khi không còn gì xảy ra."
)
@click.option(
    "--submitted",
    type=click.IntRange(0, 100),
    default=0,
    help="Giả định bao nhiêu phần trăm phiếu còn lại nộp đúng hạn.",
)
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Ghi thêm ra tệp Excel.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
@with_appcontext
def rehearse(
    campaign: str,
    *,
    start: datetime | None,
    days: int | None,
    submitted: int,
    xlsx: Path | None,
    as_json: bool,
) -> None:
    """Walk through a campaign and print what it would bring."""
    row = campaign_by_slug(db.session(), campaign)
    name, now = row.name, clock.now()
    wish = Wish(start.date() if start else None, days, submitted)
    found = walk(stage_of(db.session(), row, wish, now, link("")))
    if xlsx is not None:
        xlsx.write_bytes(rehearsal_workbook(found, name, now))
    click.echo(json.dumps(found.to_json(), ensure_ascii=False) if as_json else "\n".join(_lines(found, name)))


def _lines(found: Rehearsed, name: str) -> Iterator[str]:
    yield f"{name}: chạy thử từ {moment(found.begins)}, {found.days} ngày, {found.units} đơn vị"
    if found.unconfirmed:
        years = ", ".join(map(str, found.unconfirmed))
        yield f"Lịch làm việc năm {years} chưa được xác nhận; ngày nghỉ có thể còn thiếu."
    yield from (f"Đang gia hạn: {mark_text(row)}, {mark_moment(row)}. {row.note}" for row in found.held)
    yield f"{'Ngày':<22}{'Thư':>6}{'Bỏ qua':>8}{'Nộp':>6}{'Xếp cuối':>10}  Mốc"
    for line in found.by_day():
        if line.happens:
            yield _day(found, line)
    people = len({mail.person for mail in found.mails})
    yield (
        f"Cộng: {len(found.mails)} thư cho {people} người, {len(found.skips)} lần bỏ qua,"
        f" {len(found.last)} đơn vị xếp cuối"
    )


def _day(found: Rehearsed, line: DayLine) -> str:
    name = f"{line.day:%d/%m/%Y} {WEEKDAYS[line.day.weekday()]}"
    marks = "; ".join(
        f"{mark_text(row)} ({row.missing}/{row.forms} chưa nộp)"
        for row in found.marks
        if found.day_of(row) == line.day
    )
    numbers = f"{line.mails:>6}{line.skips:>8}{line.handed:>6}{line.last:>10}"
    return f"{name:<22}{numbers}  {marks}".rstrip()
