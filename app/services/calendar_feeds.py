"""A person's own calendar address: made, ended, and read by programs that know it. Only its hash is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app import clock
from app.access import hashed, new_secret, welcome
from app.database import db
from app.faults import Missing
from app.i18n.labels import label
from app.mailing import link
from app.models import CalendarFeed, UnitKind, Verb
from app.queries.actors import actor_of
from app.queries.calendar_feed import dates_of
from app.unit import SYSTEM, UnitOfWork, unit
from notifications.calendar import Event, feed
from workflows.case import Actor

NOTED_EVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class FeedFile:
    """What a program reads: the file, the tag of its content, and since when it is what it is."""

    text: str
    tag: str
    changed_at: datetime


def feed_of(session: Session, person_id: int) -> CalendarFeed | None:
    """The address of a person that is in force, if there is one."""
    found = select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    return session.scalar(found.order_by(CalendarFeed.id.desc()).limit(1))


def make_feed(actor: Actor) -> str:
    """Make an address and return it; it is shown once. One that was made before stops working."""
    secret, token_hash = new_secret()
    with unit(actor) as work:
        _end(work, actor)
        row = CalendarFeed(person_id=actor.id, token_hash=token_hash, made_at=work.now)
        work.add(row)
        work.record(Verb.FEED_MADE, row)
    return link(f"/lich/{secret}.ics")


def revoke_feed(actor: Actor) -> None:
    """End the address of a person, if there is one; it leads nowhere from then on."""
    with unit(actor) as work:
        _end(work, actor)


def read_feed(secret: str) -> FeedFile:
    """All dates of the person whose address it is.

    Raises:
        Missing: there is no such address, it was ended, or the account was closed; nobody learns which.
    """
    session, now = db.session(), clock.now()
    row = _in_force(session, secret)
    with force_locale(row.person.language):
        actor = actor_of(session, row.person, now)
        events = dates_of(session, row.person, actor, now, lambda kind: str(label(UnitKind(kind))))
        title = _("Đúng Hạn: %(name)s", name=row.person.name)
    tag = _digest(title, events)
    stale = row.last_read_at is None or now - row.last_read_at >= NOTED_EVERY
    changed_at = row.changed_at
    if changed_at is None or tag != row.digest or stale:
        changed_at = _note(row.id, tag)
    return FeedFile(feed(events, title=title, now=changed_at), tag, changed_at)


def _in_force(session: Session, secret: str) -> CalendarFeed:
    row = session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.token_hash == hashed(secret), CalendarFeed.revoked_at.is_(None))
        .options(joinedload(CalendarFeed.person))
    )
    if row is None or not welcome(row.person):
        raise Missing("calendar_feed")
    return row


def _note(feed_id: int, tag: str) -> datetime:
    """Keep that it was read, and since when the content is what it is."""
    with unit(SYSTEM) as work:
        row = work.load(CalendarFeed, feed_id)
        if row.changed_at is None or row.digest != tag:
            row.digest, row.changed_at = tag, work.now
        row.last_read_at = work.now
        return row.changed_at


def _end(work: UnitOfWork, actor: Actor) -> None:
    in_force = select(CalendarFeed).where(
        CalendarFeed.person_id == actor.id, CalendarFeed.revoked_at.is_(None)
    )
    for row in work.session.scalars(in_force):
        row.revoked_at = work.now
        work.record(Verb.FEED_ENDED, row)


def _digest(title: str, events: Sequence[Event]) -> str:
    return sha256(repr((title, events)).encode()).hexdigest()[:32]
