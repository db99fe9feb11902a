"""Tells the administrators what the server cannot mend by itself, each cause at most once a day. Mends nothing."""

from urllib.parse import urlsplit

from app import clock, current
from app.database import db
from app.mailing import link, tell
from app.queries.actors import holders
from app.queries.troubles import Found, troubles
from app.unit import SYSTEM, unit
from notifications.messages import SystemFault
from workflows.deadlines import VIETNAM, local_day
from workflows.vocabulary import Role


def tell_troubles() -> int:
    """Queue a mail to every administrator for each trouble of which none was told today; returns how many."""
    found = troubles(db.session(), current.settings(), clock.now())
    db.session.rollback()
    if not found:
        return 0
    with unit(SYSTEM) as work:
        admins = holders(work.session, Role.ADMIN, work.now)
        day = local_day(work.now, VIETNAM).isoformat()
        return sum(tell(work, _message(one, day), admins) for one in found)


def _message(found: Found, day: str) -> SystemFault:
    server = urlsplit(current.settings().base_url).netloc
    return SystemFault(
        unit="server",
        unit_name=server,
        link=link("/quan-tri"),
        hotline="",
        occurrence=f"{day}:{found.name}",
        trouble=found.trouble,
        what=found.what,
        since=found.since,
        words=found.words,
        command=found.command,
    )
