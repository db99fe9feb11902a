"""Reminders planned and handed over, against bare smtplib over one connection; and what a tick with nothing due costs.

The mail server is the same for both and answers at once, so what is measured is ours: planning, the ledger's
transactions, the last look before content leaves, and composing.
"""

import smtplib
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, select, update

from app import clock, create_app, current
from app.campaign_files import bundled
from app.database import db
from app.demo_sets import bundled_set
from app.jobs import tick
from app.models import OutboxMessage, OutboxState, Unit, UnitKind
from app.rosters import read_roster
from app.services.calendar_days import confirm_year
from app.services.campaigns import create_campaign, open_campaign
from app.services.people import NewPerson, create_people_bulk
from app.services.units import import_units
from app.unit import SYSTEM, unit
from bench.report import Row, interleaved, once
from config import Settings
from workflows.vocabulary import Role

SIZES = (1_000, 10_000)
NATION = 11_000
ROUNDS = 5
WORST_SEND = 10.0
HEADINGS = ("kind", "code", "name", "type", "full_name", "parent_code", "display_order", "abbreviation")
OPENING = datetime(2026, 10, 1, 1, tzinfo=UTC)
MORNING = datetime(2026, 11, 10, 1, tzinfo=UTC)  # three days before the last one
QUIET = datetime(2026, 10, 20, 20, tzinfo=UTC)  # no rule speaks before dawn
CAMPAIGN = "gia-lai-2026"


class Counting:
    """A mail server that accepts everything and keeps a count."""

    def __init__(self) -> None:
        self.count = 0

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.count += 1
        return "250 kept"


def mail_rows(sizes: tuple[int, ...] = SIZES, nation: int = NATION) -> list[Row]:
    """Times of the mail that leaves, and of the tick when none does."""
    rows: list[Row] = []
    for size in sizes:
        with (
            tempfile.TemporaryDirectory(prefix="dunghan-bench-") as folder,
            served(Path(folder), size) as app,
        ):
            rows += _drained(app, size)
    with tempfile.TemporaryDirectory(prefix="dunghan-bench-") as folder, served(Path(folder), nation) as app:
        rows += _idle(app, nation)
    return rows


@contextmanager
def served(folder: Path, size: int) -> Iterator[Flask]:
    """A province of so many communes, its campaign open and its first mails gone, beside a counting mail server."""
    sink = Controller(Counting(), hostname="127.0.0.1", port=_free_port())
    sink.start()
    settings = Settings(
        env="test",
        data_dir=folder,
        cheap_passwords=True,
        tick_seconds=0,
        mail_rate=10**6,
        smtp_url=f"smtp://127.0.0.1:{sink.port}",
    )
    app = create_app(settings)
    with app.app_context(), clock.put_at(OPENING):
        upgrade()
        _make(size)
        db.session.remove()
    yield app
    sink.stop()


def _make(size: int) -> None:
    plan = bundled(CAMPAIGN)
    code = plan.units.province_code
    rows = [("province", code, "Gia Lai", "tỉnh", "Tỉnh Gia Lai", "", 1, "")]
    rows += [
        ("commune", f"{number:05}", f"Xã {number}", "xã", f"Xã {number}", code, number, "")
        for number in range(1, size + 1)
    ]
    import_units(SYSTEM, read_roster([HEADINGS, *rows]), valid_from=date(2025, 7, 1), write=True)
    for year in (2025, 2026, 2027):
        confirm_year(SYSTEM, year)
    create_people_bulk(SYSTEM, [_officer(each) for each in db.session.scalars(select(Unit))])
    create_campaign(SYSTEM, plan, {kind.criteria_set: bundled_set(kind.criteria_set) for kind in plan.kinds})
    open_campaign(SYSTEM, plan.slug)
    with unit(SYSTEM) as work:
        work.session.execute(update(OutboxMessage).values(state=OutboxState.ACCEPTED, settled_at=OPENING))


def _officer(of: Unit) -> NewPerson:
    role = Role.OFFICE if of.kind == UnitKind.PROVINCE else Role.UNIT
    return NewPerson(f"u{of.code}@bench.example", f"Cán bộ {of.code}", of.full_name, roles=((role, of.id),))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _drained(app: Flask, size: int) -> list[Row]:
    """The reminders of one morning, planned by one tick and handed over by it and those that follow at once."""
    took, sent = 0.0, 0
    while sent < size:
        found: list[dict[str, int]] = []
        took += once(lambda found=found: found.append(tick(app, MORNING)))
        sent += found[0]["mail"]
    floor = once(lambda: _bare(app, sent))
    ratio = took / floor
    goal = f"≤ {WORST_SEND:.0f}"
    return [
        Row(f"bare smtplib, {sent:,} mails, one connection", floor, None, "the floor", "", None),
        Row(f"{sent:,} reminders planned and sent", took, ratio, "× bare smtplib", goal, ratio <= WORST_SEND),
    ]


def _bare(app: Flask, count: int) -> None:
    with app.app_context():
        row = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind != "campaign_opened")).first()
        mail = EmailMessage()
        mail["Subject"], mail["To"] = row.subject, row.address
        mail.set_content(row.text, cte="base64")
        mail.add_alternative(row.html, subtype="html", cte="base64")
        address = row.address
        db.session.remove()
    port = int(app.extensions[current.KEY].smtp_url.rpartition(":")[2])
    with smtplib.SMTP("127.0.0.1", port) as session:
        for _ in range(count):
            session.sendmail("bench@bench.example", [address], mail.as_bytes(policy=SMTP))


def _idle(app: Flask, size: int) -> list[Row]:
    tick(app, QUIET)
    statements = _statements(app, lambda: tick(app, QUIET))
    with app.app_context():
        times = interleaved({"tick": lambda: tick(app, QUIET), "select": _one_select}, ROUNDS)
        db.session.remove()
    ratio = times["tick"] / times["select"]
    name = f"tick over {size:,} units with nothing due"
    return [
        Row("one indexed SELECT", times["select"], None, "the floor", "", None),
        Row(name, times["tick"], ratio, f"× the SELECT; {statements} statements", "", None),
    ]


def _one_select() -> None:
    db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == ""))


def _statements(app: Flask, work: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
