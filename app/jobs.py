"""What the server does without being asked, at every tick. Any number of processes may tick: rows are claimed.

A job reads from data what is due and keeps no schedule of its own; one that fails stops neither the next job nor
the next tick.
"""

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from flask import Flask
from sqlalchemy import delete, or_, select

from app import clock, current
from app.access import ABSOLUTE
from app.database import db
from app.models import Heartbeat, Invitation, LoginSession, SignInAttempt
from app.services.accounts import WINDOW
from app.services.outbox import OutboxLedger, sent_since
from app.services.reminders import plan_reminders
from app.services.troubles import tell_troubles
from app.unit import SYSTEM, unit
from config import Settings
from notifications.delivery import Transport, deliver_all
from notifications.mime import parse_sender
from notifications.scheduler import Ticker
from notifications.smtp import parse_smtp_url
from notifications.transports import FileTransport, SmtpTransport

MINUTE = timedelta(minutes=1)
LONGEST_ROUND = timedelta(minutes=1)  # so that a slow mail server does not make the heartbeat look dead
SPENT_INVITATIONS_KEPT = timedelta(days=30)
TICKER = "dunghan.ticker"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A name for the heartbeat, and the work; it returns how many things it did."""

    name: str
    run: Callable[[], int]


def tick(app: Flask, at: datetime | None = None) -> dict[str, int]:
    """Run every job once; returns what each did, -1 for one that failed.

    ``at``: the instant to act for instead of the present one.
    """
    with app.app_context():
        if at is None:
            return {job.name: _run(job) for job in JOBS}
        with clock.put_at(at):
            return {job.name: _run(job) for job in JOBS}


def start_ticker(app: Flask) -> Ticker | None:
    """Let the process of a web server tick too, unless the settings leave that to ``dunghan scheduler``."""
    seconds = app.extensions[current.KEY].tick_seconds
    if not seconds:
        return None
    ticker = Ticker(partial(_tick_quietly, app), seconds)
    app.extensions[TICKER] = ticker
    ticker.start()
    return ticker


def stop_ticker(app: Flask) -> None:
    """Let a tick in flight finish, and start no other."""
    ticker = app.extensions.pop(TICKER, None)
    if ticker is not None:
        ticker.stop()


def transport_of(settings: Settings) -> Transport:
    """The way out of the building: the SMTP server that is set, else files.

    Raises:
        ValueError: the SMTP address or the sender cannot be read.
    """
    sender = parse_sender(settings.mail_from)
    if settings.smtp_url:
        return SmtpTransport(parse_smtp_url(settings.smtp_url), sender)
    return FileTransport(settings.data_dir / "mail", sender)


def deliver_mail() -> int:
    """Hand over the mail that is due, no faster than the settings allow to a real server."""
    settings = current.settings()
    stopping = partial(_enough, clock.now() + LONGEST_ROUND, settings.mail_rate if settings.smtp_url else 0)
    return deliver_all(OutboxLedger(), transport_of(settings), clock.now, stopping=stopping)


def keep_house() -> int:
    """Forget sign-ins that are over, attempts that no longer count, and invitations long spent."""
    with unit(SYSTEM) as work:
        now = work.now
        gone = [
            delete(LoginSession).where(
                or_(LoginSession.ended_at.is_not(None), LoginSession.created_at < now - ABSOLUTE)
            ),
            delete(SignInAttempt).where(SignInAttempt.at < now - WINDOW),
            delete(Invitation).where(Invitation.expires_at < now - SPENT_INVITATIONS_KEPT),
        ]
        return sum(work.session.connection().execute(statement).rowcount for statement in gone)


def remind() -> int:
    """Queue the reminders that are due."""
    return plan_reminders().mails


JOBS = (
    Job("reminders", remind),
    Job("mail", deliver_mail),
    Job("housekeeping", keep_house),
    Job("watch", tell_troubles),
)


def _tick_quietly(app: Flask) -> None:
    tick(app)


def _run(job: Job) -> int:
    fault = ""
    done = -1
    try:
        done = job.run()
    except Exception as error:
        logger.exception("job %s failed; the next tick comes as planned", job.name)
        fault = f"{type(error).__name__}: {error}"[:500]
    finally:
        db.session.remove()
    _beat(job, fault)
    return done


def _beat(job: Job, fault: str) -> None:
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(Heartbeat).where(Heartbeat.job == job.name))
        if row is None:
            row = Heartbeat(job=job.name)
            work.session.add(row)
        row.faults = (row.faults or 0) + 1 if fault else 0
        row.fault_since = (row.fault_since or work.now) if fault else None
        row.at, row.fault, row.process = work.now, fault, f"{socket.gethostname()}:{os.getpid()}"


def _enough(until: datetime, rate: int) -> bool:
    """Has this round lasted long enough, or, where there is a rate, have all processes together used it up?"""
    now = clock.now()
    if not rate:
        return now >= until
    used_up = sent_since(db.session(), now - MINUTE) >= rate
    db.session.rollback()
    return used_up or now >= until
