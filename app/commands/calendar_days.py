"""`dunghan calendar`: which days offices work, as the person at the machine looks them through and confirms them."""

import json
from datetime import datetime

import click

from app.commands.refusals import Commands
from app.database import db
from app.models import DayKind
from app.queries.calendar_days import DayLine, year_calendar
from app.services.calendar_days import YEARS, clear_day, confirm_year, set_day
from app.unit import SYSTEM

PLAIN = "plain"
YEAR = click.IntRange(YEARS[0], YEARS[-1])
DAY = click.DateTime(["%d/%m/%Y", "%Y-%m-%d"])
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

calendar = Commands("calendar", help="Lịch làm việc: ngày nghỉ lễ, ngày hoán đổi.")


@calendar.command("show", help="In ngày nghỉ và ngày làm bù của một năm.")
@click.argument("year", type=YEAR)
@click.option("--json", "as_json", is_flag=True, help="In JSON cho máy đọc.")
def show(year: int, *, as_json: bool) -> None:
    """Print a year."""
    found = year_calendar(db.session(), year)
    if as_json:
        days = [
            {"day": f"{line.day}", "off": line.off, "name": line.name or line.note} for line in found.days
        ]
        click.echo(json.dumps({"year": year, "confirmed": bool(found.confirmed_at), "days": days}))
        return
    for line in found.days:
        click.echo(_line(line))
    if found.confirmed_at is None:
        click.echo(f"Chưa xác nhận. Xác nhận bằng: dunghan calendar confirm {year}")
        return
    click.echo(f"{found.confirmed_by} xác nhận ngày {found.confirmed_at:%d/%m/%Y}")


@calendar.command("set", help="Ghi một ngày nghỉ (off), làm bù (working), hoặc bỏ điều đã ghi (plain).")
@click.argument("day", type=DAY, metavar="NGÀY/THÁNG/NĂM")
@click.argument("kind", type=click.Choice([*(kind.value for kind in DayKind), PLAIN]))
@click.option("--note", default="", help="Căn cứ, ví dụ số văn bản.")
def set_(day: datetime, kind: str, note: str) -> None:
    """Change a day."""
    if kind == PLAIN:
        clear_day(SYSTEM, day.date())
    else:
        set_day(SYSTEM, day.date(), DayKind(kind), note=note)
    click.echo(f"Đã ghi ngày {day:%d/%m/%Y}. Xem lại bằng: dunghan calendar show {day.year}")


@calendar.command("confirm", help="Xác nhận đã xem lại lịch nghỉ của một năm.")
@click.argument("year", type=YEAR)
def confirm(year: int) -> None:
    """Confirm a year."""
    confirm_year(SYSTEM, year)
    click.echo(f"Đã xác nhận lịch làm việc năm {year}")


def _line(line: DayLine) -> str:
    what = "nghỉ" if line.off else "làm việc"
    words = [f"{line.day:%d/%m/%Y}", WEEKDAYS[line.day.weekday()], what, line.name, line.note]
    return "  ".join(word for word in words if word)
