"""Can this server serve: database, migration, data folder, disk, ticker, mail. Looks, never mends; tells no secret."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock
from app.models import Heartbeat
from app.queries.mail_flow import STANDSTILL, Flow, Stoppage, flow
from app.queries.scans import too_long, waiting
from config import MEBIBYTE, Settings

HEAD_FILE = Path(__file__).parents[2] / "migrations" / "head"
LEAST_FREE = 200 * MEBIBYTE
MISSED_TICKS = 4
SHORTEST_LIMIT = timedelta(minutes=3)
STARTED = monotonic()


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: its name, whether it is in order, and what was found."""

    name: str
    ok: bool
    found: str


def checks(session: Session, settings: Settings) -> tuple[Check, ...]:
    """Everything a server needs before it is sent visitors."""
    return (
        _asked(session, "database", _database),
        _asked(session, "migration", _migration),
        _data_dir(settings.data_dir),
        _disk(settings.data_dir),
        _asked(session, "ticker", lambda open_session: _ticker(open_session, settings.tick_seconds)),
        _asked(session, "mail", _mail),
        _asked(session, "scanner", _scanner),
    )


def alarm(session: Session) -> Flow | None:
    """How mail flows, where it does not; one query. A server that has just started is given time to begin."""
    found = flow(session, clock.now())
    return None if found.stoppage is None or _starting(SHORTEST_LIMIT) else found


def _asked(session: Session, name: str, look: Callable[[Session], Check]) -> Check:
    try:
        return look(session)
    except SQLAlchemyError as error:
        session.rollback()
        return Check(name, False, type(error).__name__)


def _database(session: Session) -> Check:
    session.execute(text("SELECT 1"))
    return Check("database", True, session.get_bind().dialect.name)


def _migration(session: Session) -> Check:
    wanted = HEAD_FILE.read_text(encoding="utf-8").strip()
    found = session.scalar(text("SELECT version_num FROM alembic_version")) or ""
    return Check("migration", found == wanted, f"{found} / {wanted}")


def _data_dir(folder: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0")
    except OSError as error:
        return Check("data_dir", False, type(error).__name__)
    return Check("data_dir", True, "writable")


def free_space(folder: Path) -> int | None:
    """How many bytes the disk of a folder has left; None where the disk does not say."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _disk(folder: Path) -> Check:
    free = free_space(folder)
    if free is None:
        return Check("disk", False, "unknown")
    return Check("disk", free >= LEAST_FREE, f"{free // MEBIBYTE} MiB free")


def _ticker(session: Session, tick_seconds: int) -> Check:
    limit = max(timedelta(seconds=tick_seconds) * MISSED_TICKS, SHORTEST_LIMIT)
    last = session.scalar(select(func.max(Heartbeat.at)))
    if not tick_seconds and last is None:
        return Check("ticker", True, "not in this process")
    if last is not None and clock.now() - last <= (limit if tick_seconds else STANDSTILL):
        return Check("ticker", True, last.isoformat(timespec="seconds"))
    return Check("ticker", _starting(limit), last.isoformat(timespec="seconds") if last else "never")


def _mail(session: Session) -> Check:
    found = flow(session, clock.now())
    mail_stops = found.stoppage not in (None, Stoppage.TICK)
    told = f"{found.waiting} waiting, {found.late} late, oldest {found.oldest_age.total_seconds():.0f} s"
    if found.failing_since is not None:
        told += f", no mail server since {found.failing_since.isoformat(timespec='seconds')}"
    return Check("mail", not mail_stops or _starting(SHORTEST_LIMIT), told)


def _scanner(session: Session) -> Check:
    count, since = waiting(session)
    now = clock.now()
    age = (now - since).total_seconds() if since is not None else 0
    return Check("scanner", not too_long(since, now), f"{count} files waiting, oldest {age:.0f} s")


def _starting(limit: timedelta) -> bool:
    # A server that has just started has had no time to tick; the last beat is that of the one before it.
    return monotonic() - STARTED < limit.total_seconds()
