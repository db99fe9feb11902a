"""Whether mail leaves: when the clockwork last ticked, what waits too long, whether the mail server answers.

One query, cheap enough for every page of the office. It never writes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import Session

from app.models import Heartbeat, OutboxMessage, OutboxState
from notifications.delivery import Stage
from notifications.refusals import AWAY, CLOSING

STANDSTILL = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=1)
FAILING = timedelta(minutes=15)


class Stoppage(StrEnum):
    """What keeps mail from leaving."""

    TICK = "tick"
    SERVER = "server"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Flow:
    """What was found at ``now``. ``late`` counts the mails that have been due for over an hour; held ones do not count.

    ``oldest``: when the mail that waits longest was due or first tried; ``failing_since``: from when on no mail server
    could be reached, ``words`` what was said last.
    """

    now: datetime
    last_tick: datetime | None
    waiting: int
    late: int
    oldest: datetime | None
    failing_since: datetime | None
    words: str

    @property
    def stoppage(self) -> Stoppage | None:
        """What keeps mail from leaving, the root of it first; None while mail leaves."""
        if self.last_tick is not None and self.now - self.last_tick > STANDSTILL:
            return Stoppage.TICK
        if self.failing_since is not None and self.now - self.failing_since >= FAILING:
            return Stoppage.SERVER
        return Stoppage.WAITING if self.late else None

    @property
    def oldest_age(self) -> timedelta:
        """How long the mail that is due longest has been waiting."""
        return timedelta() if self.oldest is None else max(self.now - self.oldest, timedelta())


def flow(session: Session, now: datetime) -> Flow:
    """How mail flows at ``now``; one query."""
    waiting = OutboxMessage.state == OutboxState.WAITING
    since = func.coalesce(OutboxMessage.first_tried_at, OutboxMessage.next_at)
    away = and_(waiting, OutboxMessage.attempts > 0, _not_reached())
    row = session.execute(
        select(
            select(func.max(Heartbeat.at)).scalar_subquery(),
            _one(func.count(OutboxMessage.id), waiting),
            _one(func.count(OutboxMessage.id), waiting, OutboxMessage.next_at < now - LONGEST_WAIT),
            _one(func.min(since), waiting, since <= now),
            _one(func.max(OutboxMessage.settled_at), OutboxMessage.state == OutboxState.ACCEPTED),
            _one(func.min(OutboxMessage.first_tried_at), away),
            _one(func.max(OutboxMessage.tried_at), away),
            select(OutboxMessage.outcome)
            .where(away)
            .order_by(OutboxMessage.tried_at.desc())
            .limit(1)
            .scalar_subquery(),
        )
    ).one()
    last_tick, count, late, oldest, accepted, first_failure, last_failure, words = row
    return Flow(
        now, last_tick, count, late, oldest, _failing(accepted, first_failure, last_failure), words or ""
    )


def _failing(
    accepted: datetime | None, first_failure: datetime | None, last_failure: datetime | None
) -> datetime | None:
    """Since when the server has been away: the first failure since it last took a mail."""
    if first_failure is None or last_failure is None:
        return None
    if accepted is None:
        return first_failure
    return max(accepted, first_failure) if last_failure > accepted else None


def _not_reached() -> ColumnElement[bool]:
    stages = (*AWAY, Stage.AUTH)
    return or_(
        *(OutboxMessage.outcome.startswith(f"{stage.value}:") for stage in stages),
        OutboxMessage.outcome.like(f"%: {CLOSING}%"),
    )


def _one(value: ColumnElement[Any], *conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(value).where(*conditions).scalar_subquery()
