"""The daily mail to an office about mails that did not arrive, computed from the ledger at every tick. Mends nothing."""

from datetime import datetime, time, timedelta

from app import clock
from app.database import db
from app.faults import Duplicate
from app.mailing import link, tell
from app.models import Unit
from app.queries.actors import addressees
from app.queries.undelivered import ended_badly, last_told, offices, told_of
from app.unit import SYSTEM, UnitOfWork, unit
from notifications.messages import Undelivered
from workflows.deadlines import VIETNAM, local_day
from workflows.vocabulary import Role

HOUR = time(8)
LONGEST_AGO = timedelta(days=7)


def tell_undelivered() -> int:
    """Queue a mail to everybody of each office of whose mails some ended badly since the last such mail.

    It says what happened until eight o'clock of the day and is queued after that, once a day, however often asked.
    Returns how many mails were queued.
    """
    now = clock.now()
    until = _eight(now)
    if now < until:
        return 0
    due = [one.id for one in offices(db.session(), now) if _news(one, until)]
    db.session.rollback()
    if not due:
        return 0
    try:
        with unit(SYSTEM) as work:
            return sum(_tell(work, work.load(Unit, key), until) for key in due)
    except Duplicate:
        # Another process told them between our look and our word.
        return 0


def _news(over: Unit, until: datetime) -> bool:
    since = _since(over, until)
    return since < until and bool(ended_badly(db.session(), over, since, until))


def _since(over: Unit, until: datetime) -> datetime:
    told = last_told(db.session(), _name(over))
    return until - LONGEST_AGO if told is None else max(_eight(told), until - LONGEST_AGO)


def _tell(work: UnitOfWork, over: Unit, until: datetime) -> int:
    since = _since(over, until)
    lines = ended_badly(work.session, over, since, until)
    if not lines:
        return 0
    message = Undelivered(
        unit=_name(over),
        unit_name=over.formal_name,
        link=link("/thu?truc-trac=1"),
        hotline="",
        occurrence=local_day(until, VIETNAM).isoformat(),
        count=len(lines),
        since=min((line.settled_at for line in lines if line.settled_at), default=since),
        failures=tuple(told_of(line) for line in lines),
    )
    # An address that takes no mail would be told every day that it took none.
    readers = [
        one
        for one in addressees(work.session, Role.OFFICE, over.id, work.now)
        if one.address_refused_at is None
    ]
    return tell(work, message, readers)


def _name(over: Unit) -> str:
    return f"{over.kind}.{over.code}"


def _eight(instant: datetime) -> datetime:
    return datetime.combine(local_day(instant, VIETNAM), HOUR, VIETNAM)
