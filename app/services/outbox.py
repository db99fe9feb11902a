"""The delivery ledger over the outbox, and what a person may do with one mail. Sends nothing itself."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.faults import Busy, FieldFault, Invalid
from app.models import Campaign, OutboxMessage, OutboxState, Person, Verb
from app.queries.mail import KEEPERS, mail_in_reach
from app.services import nudges
from app.services.addresses import heed, readdress
from app.services.documents import evidence_store
from app.services.reminders import recheck
from app.services.sign_in_codes import CODE_LIFE
from app.unit import SYSTEM, UnitOfWork, unit
from notifications.delivery import LEASE, Claimed, Outcome, Result
from notifications.messages import CodeToSignIn, Recipient
from notifications.refusals import noted
from notifications.rendering import Email, Enclosure
from workflows.case import Actor

MOST_LISTED = 500
MINUTE = timedelta(minutes=1)
# A row that waits, or is held, for longer than anything makes it wait was written by a clock that went wrong.
LONGEST_WAIT = timedelta(days=1)
LONGEST_HOLD = LEASE + timedelta(hours=1)
SETTLING_PAUSES = (0.2, 0.5, 1, 2, 4, 8, 15, 30)
WAITING, HELD = frozenset({OutboxState.WAITING}), frozenset({OutboxState.HELD})
FINAL = frozenset({OutboxState.REFUSED, OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.CANCELLED})

logger = logging.getLogger(__name__)


class OutboxLedger:
    """Where mails wait, for any number of processes at once. Each call is a short transaction of its own."""

    def claim(self, now: datetime, limit: int) -> Sequence[Claimed]:
        """Take at most ``limit`` mails that are due and under no running lease, oldest first.

        A mail to somebody whose account was closed since, or a reminder that became false, is cancelled and not
        returned. One that was written this very minute is looked at when it leaves (:meth:`confirm`), not twice.
        """
        while True:
            with unit(SYSTEM) as work:
                due = _due(work.session, now, limit)
                taken = [row for row in due if _take(work, row, now)]
                claimed = [_claimed(row) for row in taken if _fresh(row, now) or _still_wanted(work, row)]
            if claimed or not due:
                return claimed

    def confirm(self, claimed: Claimed, now: datetime) -> bool:
        """Whether a claimed mail is still this process's and still wanted; cancels it where it became false."""
        with unit(SYSTEM) as work:
            row = work.session.get(OutboxMessage, claimed.id, with_for_update=True, populate_existing=True)
            return row is not None and _held(row, claimed, now) and _still_wanted(work, row)

    def settle(self, claimed: Claimed, outcome: Outcome) -> None:
        """Write an outcome down, with what it says of the address, unless the mail was claimed again since.

        A database that is away for a minute is waited for: an outcome that is lost is a mail sent twice.

        Raises:
            Busy: it stayed away.
        """
        for pause in SETTLING_PAUSES:
            try:
                return self._settle(claimed, outcome)
            except Busy:
                logger.warning(
                    "outcome of mail %s could not be kept; trying again in %s s", claimed.id, pause
                )
                time.sleep(pause)
        return self._settle(claimed, outcome)

    def _settle(self, claimed: Claimed, outcome: Outcome) -> None:
        again = outcome.retry_at is not None
        with unit(SYSTEM) as work:
            settled = work.session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id == claimed.id, OutboxMessage.attempts == claimed.attempt)
                .values(
                    state=OutboxState.WAITING if again else OutboxState(outcome.result.value),
                    next_at=outcome.retry_at or OutboxMessage.next_at,
                    claimed_until=None,
                    settled_at=None if again else outcome.at,
                    unknowns=claimed.unknowns + (outcome.result is Result.UNKNOWN),
                    outcome=noted(outcome.stage, outcome.words),
                )
                .returning(OutboxMessage.person_id)
                .execution_options(synchronize_session=False)
            ).first()
            if settled is not None:
                heed(work, settled.person_id, claimed.recipient.address, outcome)


def sent_lately(session: Session, now: datetime) -> int:
    """How many mails were handed over in the last minute, by all processes together.

    What lies ahead of ``now`` does not count: a clock that was put back would hold up all mail until then.
    """
    handed = select(func.count()).where(
        OutboxMessage.state == OutboxState.ACCEPTED,
        OutboxMessage.settled_at > now - MINUTE,
        OutboxMessage.settled_at <= now + MINUTE,
    )
    return session.scalar(handed) or 0


def outbox(session: Session, *, state: OutboxState | None = None) -> list[OutboxMessage]:
    """The newest mails, of one state if asked, at most ``MOST_LISTED``."""
    rows = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(MOST_LISTED)
    return list(session.scalars(rows if state is None else rows.where(OutboxMessage.state == state)))


def retry(actor: Actor, mail_id: int) -> OutboxMessage:
    """Let a mail that ended without success be tried again, at once and under the same Message-ID.

    It goes to the address that the person has now.

    Raises:
        Missing: there is no such mail in the actor's reach. Invalid: it is waiting, being sent, or was accepted.
    """
    fault = FieldFault("mail", "not_ended", _("Chỉ gửi lại được thư đã dừng mà chưa gửi xong"))
    with _turned(actor, mail_id, FINAL, fault, Verb.MAIL_RETRIED) as (work, row):
        person = None if row.person_id is None else work.session.get(Person, row.person_id)
        if person is not None:
            readdress(row, person)
        row.state, row.next_at = OutboxState.WAITING, work.now
        row.first_tried_at, row.settled_at, row.unknowns = None, None, 0
    return row


def hold(actor: Actor, mail_id: int) -> OutboxMessage:
    """Keep back a mail that has not left, until it is released.

    Raises:
        Missing: there is no such mail in the actor's reach. Invalid: it is not waiting.
    """
    fault = FieldFault("mail", "not_waiting", _("Chỉ giữ được thư đang chờ gửi"))
    with _turned(actor, mail_id, WAITING, fault, Verb.MAIL_HELD) as (_work, row):
        row.state = OutboxState.HELD
    return row


def release(actor: Actor, mail_id: int) -> OutboxMessage:
    """Let a mail that was kept back leave at once; one that became false in the meantime is cancelled instead.

    Raises:
        Missing: there is no such mail in the actor's reach. Invalid: it is not held.
    """
    fault = FieldFault("mail", "not_held", _("Chỉ thả được thư đang giữ lại"))
    with _turned(actor, mail_id, HELD, fault, Verb.MAIL_RELEASED) as (work, row):
        row.state, row.next_at = OutboxState.WAITING, work.now
    return row


def cancel(actor: Actor, mail_id: int) -> OutboxMessage:
    """Stop a mail that has not left.

    Raises:
        Missing: there is no such mail in the actor's reach. Invalid: it is being sent or has ended.
    """
    fault = FieldFault("mail", "not_waiting", _("Chỉ hủy được thư chưa gửi"))
    with _turned(actor, mail_id, WAITING | HELD, fault, Verb.MAIL_CANCELLED) as (work, row):
        row.state, row.settled_at = OutboxState.CANCELLED, work.now
    return row


@contextmanager
def _turned(
    actor: Actor, mail_id: int, allowed: frozenset[OutboxState], fault: FieldFault, verb: Verb
) -> Iterator[tuple[UnitOfWork, OutboxMessage]]:
    """A mail in one of the allowed states, to be changed in the block and recorded after it."""
    with unit(actor) as work:
        row = _mail(work, mail_id)
        if row.state not in allowed:
            raise Invalid(fault)
        yield work, row
        work.record(verb, row, campaign=row.campaign_id, after={"key": row.key})


def cancel_demo(work: UnitOfWork, campaign: Campaign) -> None:
    """Stop every waiting mail of a demo campaign of the past: nobody is there to read it."""
    waiting = and_(OutboxMessage.campaign_id == campaign.id, OutboxMessage.state == OutboxState.WAITING)
    work.session.execute(
        update(OutboxMessage)
        .where(waiting)
        .values(
            state=OutboxState.CANCELLED,
            settled_at=OutboxMessage.created_at,
            outcome=_("Dữ liệu chạy thử, không gửi đi"),
        )
    )


def _due(session: Session, now: datetime, limit: int) -> list[OutboxMessage]:
    waiting = and_(
        OutboxMessage.state == OutboxState.WAITING,
        or_(OutboxMessage.next_at <= now, OutboxMessage.next_at > now + LONGEST_WAIT),
    )
    deserted = and_(
        OutboxMessage.state == OutboxState.CLAIMED,
        or_(OutboxMessage.claimed_until <= now, OutboxMessage.claimed_until > now + LONGEST_HOLD),
    )
    due = (
        select(OutboxMessage)
        .where(or_(waiting, deserted))
        # Somebody sits before a screen and waits for it: nothing else goes first.
        .order_by(OutboxMessage.kind != CodeToSignIn.kind, OutboxMessage.next_at, OutboxMessage.id)
    )
    return list(session.scalars(due.limit(limit).with_for_update(skip_locked=True)))


def _take(work: UnitOfWork, row: OutboxMessage, now: datetime) -> bool:
    """Compare and swap: whether this process is the one that got the mail."""
    taken = work.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row.id,
            OutboxMessage.state == row.state,
            OutboxMessage.attempts == row.attempts,
        )
        .values(
            state=OutboxState.CLAIMED,
            claimed_until=now + LEASE,
            attempts=row.attempts + 1,
            first_tried_at=row.first_tried_at or now,
            tried_at=now,
        )
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    ).first()
    work.session.refresh(row)
    return taken is not None


def _fresh(row: OutboxMessage, now: datetime) -> bool:
    return row.attempts == 1 and timedelta() <= now - row.created_at < MINUTE


def _held(row: OutboxMessage, claimed: Claimed, now: datetime) -> bool:
    leased = row.claimed_until is not None and row.claimed_until > now
    return leased and row.state == OutboxState.CLAIMED and row.attempts == claimed.attempt


def _still_wanted(work: UnitOfWork, row: OutboxMessage) -> bool:
    reader = None if row.person_id is None else work.session.get(Person, row.person_id)
    closed = reader is not None and not reader.active
    why_not = _("Tài khoản người nhận đã đóng") if closed else _became_false(work, row)
    if why_not is None:
        return True
    row.state, row.settled_at, row.claimed_until = OutboxState.CANCELLED, work.now, None
    row.outcome = why_not
    return False


def _became_false(work: UnitOfWork, row: OutboxMessage) -> str | None:
    if row.kind == CodeToSignIn.kind and row.created_at <= work.now - CODE_LIFE:
        return str(_("Mã đăng nhập đã hết hạn"))
    found: str | None = recheck(work, row) or nudges.recheck(work, row)
    return found


def _claimed(row: OutboxMessage) -> Claimed:
    return Claimed(
        id=row.id,
        recipient=Recipient(row.address, row.recipient_name, row.language),
        email=_email(row),
        attempt=row.attempts,
        unknowns=row.unknowns,
        first_tried_at=row.first_tried_at or row.created_at,
    )


def _email(row: OutboxMessage) -> Email:
    headers = {str(name): str(value) for name, value in row.headers.items()}
    return Email(row.subject, row.text, row.html, headers, row.calendar or "", _enclosure(row))


def _enclosure(row: OutboxMessage) -> Enclosure | None:
    """The file that goes with a mail; one that the store has lost stays behind, the mail leaves."""
    said = row.enclosure
    store = evidence_store()
    if not said or not store.holds(said["sha256"]):
        return None
    return Enclosure(said["name"], said["media_type"], store.path(said["sha256"]).read_bytes())


def _mail(work: UnitOfWork, mail_id: int) -> OutboxMessage:
    if work.actor == SYSTEM:
        return work.load(OutboxMessage, mail_id)
    return mail_in_reach(work.session, mail_id, work.actor, KEEPERS)
