"""How one mail at a time leaves: claim, send with nothing held open, settle. Knows no database and no server.

1. The ledger claims a row in a short transaction of its own, under a lease of `LEASE`.
2. The transport sends, and asks the ledger once more before any content leaves. A process that dies here leaves
   the lease to run out; the row is claimed again and the copy bears the same Message-ID.
3. The ledger settles the row with an outcome: final, or with the instant of the next try.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from notifications.messages import Recipient, one_line
from notifications.rendering import Email

LEASE = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(days=5)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30))
WORDS_LIMIT = 500

logger = logging.getLogger(__name__)


class Result(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """How far the conversation with a mail server had come (RFC 5321)."""

    CONNECT = "connect"
    HELLO = "hello"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


@dataclass(frozen=True)
class Report:
    """What a transport saw: result, the server's words, the stage, and whether the server itself is away."""

    result: Result
    words: str = ""
    stage: Stage = Stage.DOT
    server_away: bool = False


@dataclass(frozen=True)
class Claimed:
    """A mail that this process alone may send until the lease ends.

    attempt: 1 for the first, counted by claiming, so that it also tells a late settlement from a current one;
    unknowns: earlier attempts that ended unknown; first_tried_at: instant of the first claim.
    """

    id: int
    recipient: Recipient
    email: Email
    attempt: int
    unknowns: int
    first_tried_at: datetime


@dataclass(frozen=True)
class Outcome:
    """What the ledger writes down. Without `retry_at` it is final."""

    result: Result
    at: datetime
    stage: Stage
    words: str = ""
    retry_at: datetime | None = None


def always() -> bool:
    """A mail that nothing can make untrue."""
    return True


class Transport(Protocol):
    """A way out of the building."""

    def send(self, recipient: Recipient, email: Email, wanted: Callable[[], bool] = always) -> Report:
        """Hand over one mail to one recipient and say what became of it.

        wanted: asked once, at the last moment before content leaves; where it answers no, nothing is handed
        over and the result is CANCELLED. What it raises is passed on.
        """
        ...

    def close(self) -> None:
        """Let go of any connection."""
        ...


class Ledger(Protocol):
    """Where mails wait. Each call is a transaction of its own."""

    def claim(self, now: datetime, limit: int) -> Sequence[Claimed]:
        """Take at most `limit` rows that are due at `now` and under no running lease, oldest first.

        Claiming counts the attempt and leases the row until `now + LEASE`. Rows whose message has become
        false are cancelled here and not returned.
        """
        ...

    def confirm(self, claimed: Claimed, now: datetime) -> bool:
        """Whether a claimed mail may leave at `now`: the lease still runs, and it has not become false.

        One that has become false is cancelled here; it is not settled any more.
        """
        ...

    def settle(self, claimed: Claimed, outcome: Outcome) -> None:
        """Write the outcome, unless the row has been claimed again since (its attempt is higher)."""
        ...


def deliver_one(ledger: Ledger, transport: Transport, clock: Callable[[], datetime]) -> bool:
    """Send the next mail that is due, if any; return whether it is worth going on at once.

    clock: returns the present instant (aware); asked anew at each step, for sending may take minutes.
    """
    claimed = ledger.claim(clock(), 1)
    if not claimed:
        return False
    report = _attempt(transport, claimed[0], lambda: ledger.confirm(claimed[0], clock()))
    if report.result is not Result.CANCELLED:
        ledger.settle(claimed[0], judge(claimed[0], report, clock()))
    return not report.server_away


def deliver_all(
    ledger: Ledger,
    transport: Transport,
    clock: Callable[[], datetime],
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Send what is due until nothing is left, the server is away or `stopping()`; return how many were tried.

    The connection is closed at the end in any case.
    """
    tried = 0
    try:
        while not stopping() and deliver_one(ledger, transport, clock):
            tried += 1
    finally:
        transport.close()
    return tried


def judge(claimed: Claimed, report: Report, now: datetime) -> Outcome:
    """Decide whether and when a mail is tried again."""
    return Outcome(
        result=report.result,
        at=now,
        stage=report.stage,
        words=one_line(report.words)[:WORDS_LIMIT],
        retry_at=_retry_at(claimed, report.result, now),
    )


def _retry_at(claimed: Claimed, result: Result, now: datetime) -> datetime | None:
    if result is Result.UNKNOWN:
        return now + BACK_OFF[-1] if claimed.unknowns == 0 else None
    if result is not Result.FAILED or now - claimed.first_tried_at >= GIVE_UP_AFTER:
        return None
    return now + BACK_OFF[min(claimed.attempt, len(BACK_OFF)) - 1]


def _attempt(transport: Transport, claimed: Claimed, wanted: Callable[[], bool]) -> Report:
    """Send, and turn a fault of our own into a failed attempt, lest one mail holds up all others."""
    try:
        return transport.send(claimed.recipient, claimed.email, wanted)
    except Exception as error:
        logger.exception("mail %s could not be handed over", claimed.id)
        return Report(Result.FAILED, f"{type(error).__name__}: {error}", Stage.CONNECT)
