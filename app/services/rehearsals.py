"""Rehearsals that somebody asks for on a page: a row, claimed by a tick like a mail, walked through, and kept.

Any number of processes may tick. One that dies in the middle loses its claim, and the next tick begins anew.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from app import clock
from app.database import db
from app.faults import Invalid
from app.mailing import link
from app.models import Campaign, Rehearsal, RehearsalState
from app.queries.reach import campaign_in_reach
from app.queries.rehearsals import OFFICE
from app.queries.rehearsing import rehearse
from app.queries.stages import refuse_wish, stage_of
from app.rehearsals import Rehearsed, Wish
from app.unit import SYSTEM, UnitOfWork, unit
from workflows.case import Actor

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
KEPT = 5
STEPS = 10  # how often a walk tells how far it has come
AT_WORK = (RehearsalState.WAITING, RehearsalState.RUNNING)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A rehearsal that this process may walk through; another process claims it with a higher attempt."""

    id: int
    attempt: int
    campaign_id: int
    wish: Wish

    @property
    def held(self) -> ColumnElement[bool]:
        """The condition that it still is ours."""
        return and_(
            Rehearsal.id == self.id,
            Rehearsal.attempts == self.attempt,
            Rehearsal.state == RehearsalState.RUNNING,
        )


class ClaimLost(Exception):
    """Another process has taken the rehearsal over."""


def ask_for(actor: Actor, slug: str, wish: Wish) -> Rehearsal:
    """Let a campaign be rehearsed; the same wish that waits already is not asked for twice.

    Raises:
        Missing: not of the actor's office. Invalid: the campaign cannot be rehearsed so.
    """
    with unit(actor) as work:
        campaign = campaign_in_reach(work.session, slug, actor, OFFICE)
        refuse_wish(campaign, wish, work.now)
        same = [row for row in _at_work(work, campaign.id) if row.options == wish.to_json()]
        if same:
            return same[0]
        _forget(work, campaign.id)
        row = Rehearsal(
            campaign_id=campaign.id, options=wish.to_json(), asked_at=work.now, asked_by_name=actor.name
        )
        work.add(row)
    return row


def rehearse_waiting() -> int:
    """Walk through what was asked for, one after the other; returns how many were brought to an end."""
    ended = 0
    while (claim := _claim()) is not None:
        ended += _carry_out(claim)
    return ended


def _claim() -> Claim | None:
    with unit(SYSTEM) as work:
        now = work.now
        free = or_(
            Rehearsal.state == RehearsalState.WAITING,
            and_(Rehearsal.state == RehearsalState.RUNNING, Rehearsal.claimed_until <= now),
        )
        rows = select(Rehearsal).where(free).order_by(Rehearsal.id).limit(1)
        row = work.session.scalar(rows.with_for_update(skip_locked=True))
        if row is None:
            return None
        row.state, row.attempts = RehearsalState.RUNNING, row.attempts + 1
        row.claimed_until, row.done = now + LEASE, 0
        work.session.flush()
        return Claim(row.id, row.attempts, row.campaign_id, Wish.from_json(row.options))


def _carry_out(claim: Claim) -> bool:
    try:
        if claim.attempt > MOST_ATTEMPTS:
            return _end(claim, RehearsalState.FAILED, fault=_("Đã thử nhiều lần mà không chạy hết"))
        return _end(claim, RehearsalState.DONE, result=_walk(claim).to_json())
    except ClaimLost:
        return False
    except Invalid as error:
        return _end(claim, RehearsalState.FAILED, fault=error.faults[0].message)
    except Exception:
        logger.exception("rehearsal %s failed", claim.id)
        words = _("Máy chủ gặp sự cố khi chạy thử; xem nhật ký rồi chạy lại")
        return _end(claim, RehearsalState.FAILED, fault=words)


def _walk(claim: Claim) -> Rehearsed:
    campaign = db.session.get_one(Campaign, claim.campaign_id)
    stage = stage_of(db.session(), campaign, claim.wish, clock.now(), link(""))
    told = 0

    def tell(days: int) -> None:
        nonlocal told
        step = days * STEPS // stage.days
        if step > told:
            told = step
            if not _keep(claim, claimed_until=clock.now() + LEASE, done=days, total=stage.days):
                raise ClaimLost(str(claim.id))

    return rehearse(stage, tell)


def _end(claim: Claim, state: RehearsalState, **more: Any) -> bool:
    return _keep(claim, state=state, claimed_until=None, finished_at=clock.now(), **more)


def _keep(claim: Claim, **values: Any) -> bool:
    with unit(SYSTEM) as work:
        changed = work.session.connection().execute(update(Rehearsal).where(claim.held).values(**values))
    return changed.rowcount == 1


def _at_work(work: UnitOfWork, campaign_id: int) -> list[Rehearsal]:
    rows = select(Rehearsal).where(Rehearsal.campaign_id == campaign_id, Rehearsal.state.in_(AT_WORK))
    return list(work.session.scalars(rows.order_by(Rehearsal.id)))


def _forget(work: UnitOfWork, campaign_id: int) -> None:
    """Drop what nobody looks at any more: all but the newest of those that have ended."""
    ended = select(Rehearsal.id).where(Rehearsal.campaign_id == campaign_id, Rehearsal.state.not_in(AT_WORK))
    old = work.session.scalars(ended.order_by(Rehearsal.id.desc()).offset(KEPT - 1)).all()
    work.session.execute(delete(Rehearsal).where(Rehearsal.id.in_(old)))
