"""What the server does without being asked, at every tick. Any number of processes may tick: rows are claimed.

A job reads from data what is due and keeps no schedule of its own; one that fails stops neither the next job nor
the next tick.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from flask import Flask, current_app
from sqlalchemy import delete, or_, select

from app import clock, current
from app.access import ABSOLUTE
from app.database import db
from app.models import Heartbeat, Invitation, LoginSession, SignInAttempt, SignInCode
from app.services.accounts import WINDOW
from app.services.incoming_mail import take_in
from app.services.outbox import OutboxLedger, sent_lately
from app.services.rehearsals import rehearse_waiting
from app.services.reminders import plan_reminders
from app.services.scanning import scan_waiting
from app.services.troubles import tell_troubles
from app.services.undelivered import tell_undelivered
from app.services.uploads import sweep_uploads
from app.services.viewing import sweep_pictures
from app.services.workbook_batches import sweep_batches, work_on_waiting
from app.unit import SYSTEM, unit
from config import Settings
from notifications.delivery import Transport, deliver_all
from notifications.mailbox import parse_imap_url, take_letters
from notifications.mime import parse_sender
from notifications.scheduler import Ticker
from notifications.smtp import parse_smtp_url
from notifications.transports import FileTransport, SmtpTransport

LONGEST_ROUND = timedelta(minutes=1)  # so that a slow mail server does not make the heartbeat look dead
SPENT_INVITATIONS_KEPT = timedelta(days=30)
SPENT_CODES_KEPT = timedelta(days=1)  # so that a link that grew old can still say so
TICKER, STOPPING = "dunghan.ticker", "dunghan.stopping"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A name for the heartbeat, and the work; it returns how many things it did."""

    name: str
    run: Callable[[], int]


def tick(app: Flask, at: datetime | None = None) -> dict[str, int]:
    """Run every job once; returns what each did, -1 for one that failed.

    ``at``: the instant to act for instead of the present one. A process that is told to stop begins no further job.
    """
    with app.app_context(), nullcontext() if at is None else clock.put_at(at):
        halt = _halt(app)
        return {job.name: _run(job) for job in JOBS if not halt.is_set()}


def start_ticker(app: Flask) -> Ticker | None:
    """Let the process of a web server tick too, unless the settings leave that to ``dunghan scheduler``."""
    seconds = app.extensions[current.KEY].tick_seconds
    return begin_ticking(app, seconds) if seconds else None


def begin_ticking(app: Flask, seconds: float, *, at_once: bool = False) -> Ticker:
    """Tick every so many seconds in a thread of its own until :func:`stop_ticker`."""
    ticker = Ticker(partial(_tick_quietly, app), seconds)
    app.extensions[current.TICKER] = ticker
    ticker.start(at_once=at_once)
    return ticker


def begin_no_more(app: Flask) -> None:
    """From now on begin no mail and no job; the mail in flight is not disturbed."""
    _halt(app).set()


def stop_ticker(app: Flask) -> None:
    """Let the mail in flight be handed over and settled; begin no other mail, job or tick."""
    ticker = app.extensions.pop(current.TICKER, None)
    if ticker is None:
        return
    begin_no_more(app)
    ticker.stop()
    _halt(app).clear()


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
    halt, until = _halt(current_app), clock.now() + LONGEST_ROUND
    rate = settings.mail_rate if settings.smtp_url else 0

    def stopping() -> bool:
        return halt.is_set() or _enough(until, rate)

    return deliver_all(OutboxLedger(), transport_of(settings), clock.now, stopping=stopping)


def take_letters_in() -> int:
    """Take in the workbooks that came by mail, where the settings name a mailbox."""
    settings, halt = current.settings(), _halt(current_app)
    if not settings.imap_url:
        return 0
    return take_letters(parse_imap_url(settings.imap_url), take_in, halt.is_set)


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
            delete(SignInCode).where(SignInCode.expires_at < now - SPENT_CODES_KEPT),
        ]
        return sum(work.session.connection().execute(statement).rowcount for statement in gone)


def rehearse() -> int:
    """Walk through the campaigns whose rehearsal somebody has asked for."""
    return rehearse_waiting()


def make_books() -> int:
    """Make, read, write and undo what somebody has asked for many forms in Excel."""
    return work_on_waiting()


def remind() -> int:
    """Queue the reminders that are due."""
    return plan_reminders().mails


JOBS = (
    Job("reminders", remind),
    Job("undelivered", tell_undelivered),
    Job("letters", take_letters_in),
    Job("mail", deliver_mail),
    Job("housekeeping", keep_house),
    Job("uploads", sweep_uploads),
    Job("scanner", scan_waiting),
    Job("watch", tell_troubles),
    Job("rehearsals", rehearse),
    Job("pictures", sweep_pictures),
    Job("workbooks", make_books),
    Job("old workbooks", sweep_batches),
)


def _halt(app: Flask) -> threading.Event:
    found: threading.Event = app.extensions.setdefault(STOPPING, threading.Event())
    return found


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
    try:
        _beat(job, fault)
    except Exception:
        # Two processes may write the first one at once, and a database that is away cannot be told so.
        logger.exception("heartbeat of %s could not be kept; the next tick comes as planned", job.name)
        db.session.remove()
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
    used_up = sent_lately(db.session(), now) >= rate
    db.session.rollback()
    return used_up or now >= until
