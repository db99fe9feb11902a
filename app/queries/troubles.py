"""What a server cannot mend by itself: jobs that keep failing, a full disk, mail and files that wait. Never writes."""

import re
import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.models import Heartbeat, OutboxMessage, OutboxState
from app.queries.readiness import LEAST_FREE, free_space
from app.queries.scans import too_long, waiting
from config import MEBIBYTE, Settings
from notifications.messages import Trouble

ROUNDS = 3
LONGEST_FAULT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=1)
ADDRESS = re.compile(r"\S*://\S*")


@dataclass(frozen=True, slots=True)
class Found:
    """One trouble: its name for the day, what it is about, since when, in whose words, and what to run."""

    name: str
    trouble: Trouble
    what: str
    since: datetime
    words: str
    command: str


def troubles(session: Session, settings: Settings, now: datetime) -> tuple[Found, ...]:
    """Everything that an administrator should hear of now."""
    return (*_jobs(session, now), *_disk(settings, now), *_mails(session, now), *_scans(session, now))


def _jobs(session: Session, now: datetime) -> tuple[Found, ...]:
    lasting = or_(Heartbeat.faults >= ROUNDS, Heartbeat.fault_since < now - LONGEST_FAULT)
    rows = session.scalars(
        select(Heartbeat).where(and_(Heartbeat.fault != "", lasting)).order_by(Heartbeat.job)
    )
    return tuple(
        Found(
            f"{Trouble.JOB}:{row.job}",
            Trouble.JOB,
            row.job,
            row.fault_since or row.at,
            plain(row.fault),
            "dunghan tick --once",
        )
        for row in rows
    )


def _disk(settings: Settings, now: datetime) -> tuple[Found, ...]:
    free = free_space(settings.data_dir)
    if free is None or free >= LEAST_FREE:
        return ()
    command = f"df -h {shlex.quote(str(settings.data_dir))}"
    return (Found(Trouble.DISK, Trouble.DISK, f"{free // MEBIBYTE} MiB", now, "", command),)


def _mails(session: Session, now: datetime) -> tuple[Found, ...]:
    stuck = and_(
        OutboxMessage.state == OutboxState.WAITING,
        OutboxMessage.attempts > 0,
        OutboxMessage.first_tried_at < now - LONGEST_WAIT,
    )
    count, since = session.execute(
        select(func.count(), func.min(OutboxMessage.first_tried_at)).where(stuck)
    ).one()
    if since is None:
        return ()
    newest = select(OutboxMessage.outcome).where(stuck).order_by(OutboxMessage.next_at.desc()).limit(1)
    words = plain(session.scalar(newest) or "")
    command = "dunghan outbox list --state waiting"
    return (Found(Trouble.MAIL, Trouble.MAIL, str(count), since, words, command),)


def _scans(session: Session, now: datetime) -> tuple[Found, ...]:
    count, since = waiting(session)
    if since is None or not too_long(since, now):
        return ()
    return (Found(Trouble.SCANNER, Trouble.SCANNER, str(count), since, "", "systemctl status clamav-daemon"),)


def plain(words: str) -> str:
    """The words of a fault without the addresses in it, which may hold a password and would be links in a mail."""
    return ADDRESS.sub("…", words)
