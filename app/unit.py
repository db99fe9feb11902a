"""The unit of work: the only place that commits.

Everything inside ``with unit(actor) as work:`` happens together or not at all, at one instant. A change that nobody
recorded is refused.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.database import BUSY_SECONDS, Base, db
from app.faults import Busy, Duplicate, Missing, Outdated, UnrecordedChange
from app.models.audit import AuditEntry, Verb
from app.models.mixins import Unrecorded, Versioned
from workflows.case import Actor

M = TypeVar("M", bound=Base)
SYSTEM = Actor(None, "Hệ thống")
request_id: ContextVar[str] = ContextVar("request_id", default="")

_writer = threading.Lock()


class UnitOfWork:
    """What a service works with: the session, the actor, the instant, and the record of what was done.

    ``kept``: what was read once and holds for all of it, under a key of the reader's own.
    """

    def __init__(self, session: Session, actor: Actor, now: datetime) -> None:
        self.session, self.actor, self.now = session, actor, now
        self.recorded = 0
        self.touched: set[str] = set()
        self.kept: dict[str, Any] = {}

    def load(self, model: type[M], key: int, version: int | None = None) -> M:
        """A row by its key.

        Raises:
            Missing: there is none.
            Outdated: ``version`` was given and is not the row's.
        """
        row = self.session.get(model, key)
        if row is None:
            raise Missing(f"{model.__tablename__} {key}")
        if version is not None and isinstance(row, Versioned) and row.version != version:
            raise Outdated(f"{model.__tablename__} {key}")
        return row

    def add(self, *rows: Base) -> None:
        """Put new rows into the session and give them their keys."""
        self.session.add_all(rows)
        self.session.flush()

    def record(
        self,
        verb: Verb,
        subject: Base,
        *,
        campaign: int | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        note: str = "",
    ) -> None:
        """Add the audit entry of what was done to ``subject``; values must be JSON."""
        if subject.id is None:
            self.session.flush()
        entry = AuditEntry(
            at=self.now,
            actor_id=self.actor.id,
            actor_name=self.actor.name,
            verb=verb,
            subject_type=subject.__tablename__,
            subject_id=subject.id,
            campaign_id=campaign,
            before=before,
            after=after,
            note=note,
            request_id=request_id.get(),
        )
        self.session.add(entry)
        self.recorded += 1


@contextmanager
def unit(actor: Actor) -> Iterator[UnitOfWork]:
    """One unit of work.

    The read snapshot of the request is let go first, then the write lock is taken: a read transaction that turns
    into a write fails at once on SQLite, however long one is ready to wait.

    Raises:
        Outdated: a row was changed by somebody else in the meantime.
        Duplicate: a unique value is taken.
        Busy: the database is locked for longer than ``BUSY_SECONDS``.
        UnrecordedChange: rows changed without an audit entry.
    """
    session = db.session()
    session.rollback()
    with _write_lock(session):
        work = UnitOfWork(session, actor, clock.now())
        try:
            with _watched(session, work):
                session.connection(execution_options={"write": True})
                yield work
                session.flush()
                _refuse_unrecorded(work)
                session.commit()
        except StaleDataError as error:
            session.rollback()
            raise Outdated(str(error)) from error
        except IntegrityError as error:
            session.rollback()
            raise Duplicate(str(error.orig)) from error
        except OperationalError as error:
            session.rollback()
            raise Busy(str(error.orig)) from error
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _write_lock(session: Session) -> Iterator[None]:
    # SQLite's own waiting is unfair: one lock in the process cuts the longest wait to a fraction.
    if session.get_bind().dialect.name != "sqlite":
        with nullcontext():
            yield
        return
    if not _writer.acquire(timeout=BUSY_SECONDS):
        raise Busy("writer lock")
    try:
        yield
    finally:
        _writer.release()


@contextmanager
def _watched(session: Session, work: UnitOfWork) -> Iterator[None]:
    def flushed(within: Session, _context: UOWTransaction) -> None:
        changed = [*within.new, *within.deleted, *(row for row in within.dirty if within.is_modified(row))]
        work.touched.update(row.__tablename__ for row in changed if not isinstance(row, Unrecorded))

    def executed(state: ORMExecuteState) -> None:
        if state.is_select or state.bind_mapper is None or issubclass(state.bind_mapper.class_, Unrecorded):
            return
        work.touched.add(state.bind_mapper.class_.__tablename__)

    event.listen(session, "after_flush", flushed)
    event.listen(session, "do_orm_execute", executed)
    try:
        yield
    finally:
        event.remove(session, "after_flush", flushed)
        event.remove(session, "do_orm_execute", executed)


def _refuse_unrecorded(work: UnitOfWork) -> None:
    if work.touched and not work.recorded:
        raise UnrecordedChange(", ".join(sorted(work.touched)))
