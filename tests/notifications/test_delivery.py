"""Claim, send, settle over a ledger in memory: back-off, giving up, unknown, and a sender that dies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from notifications.delivery import (
    GIVE_UP_AFTER,
    LEASE,
    Claimed,
    Outcome,
    Report,
    Result,
    Stage,
    always,
    deliver_all,
    deliver_one,
    judge,
)
from notifications.messages import Recipient
from notifications.rendering import Email
from notifications.transports import MemoryTransport

FAILED = Report(Result.FAILED, "450 later", Stage.RCPT)
REFUSED = Report(Result.REFUSED, "550 no such user", Stage.RCPT)
UNKNOWN = Report(Result.UNKNOWN, "closed")
AWAY = Report(Result.FAILED, "connection refused", Stage.CONNECT, server_away=True)


@dataclass
class Row:
    """One mail of the ledger in memory."""

    id: int
    recipient: Recipient
    email: Email
    next_at: datetime
    attempt: int = 0
    first_tried_at: datetime | None = None
    outcomes: list[Outcome] = field(default_factory=list)


class MemoryLedger:
    """The contract of a ledger, kept in a list."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.dies_before_settling = False
        self.became_false: set[int] = set()

    def claim(self, now: datetime, limit: int) -> Sequence[Claimed]:
        due = [row for row in self.rows if row.next_at <= now and not self._final(row)]
        return [self._lease(row, now) for row in due[:limit]]

    def confirm(self, claimed: Claimed, now: datetime) -> bool:
        return claimed.id not in self.became_false

    def settle(self, claimed: Claimed, outcome: Outcome) -> None:
        if self.dies_before_settling:
            raise KeyboardInterrupt
        row = self.rows[claimed.id]
        if row.attempt == claimed.attempt:
            row.outcomes.append(outcome)
            row.next_at = outcome.retry_at or row.next_at

    def _lease(self, row: Row, now: datetime) -> Claimed:
        row.attempt += 1
        row.first_tried_at = row.first_tried_at or now
        row.next_at = now + LEASE
        unknowns = sum(outcome.result is Result.UNKNOWN for outcome in row.outcomes)
        return Claimed(row.id, row.recipient, row.email, row.attempt, unknowns, row.first_tried_at)

    @staticmethod
    def _final(row: Row) -> bool:
        return bool(row.outcomes) and row.outcomes[-1].retry_at is None


class Clock:
    """Stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def ledger(an: Recipient, receipt: Email, now: datetime) -> MemoryLedger:
    return MemoryLedger([Row(number, an, receipt, now) for number in range(3)])


def run_until_final(ledger: MemoryLedger, transport: MemoryTransport, clock: Clock) -> None:
    row = ledger.rows[0]
    while not row.outcomes or row.outcomes[-1].retry_at is not None:
        clock.at = max(clock.at, row.next_at)
        deliver_one(ledger, transport, clock)


def results(ledger: MemoryLedger) -> list[list[Result]]:
    return [[outcome.result for outcome in row.outcomes] for row in ledger.rows]


def test_everything_due_leaves_once(ledger: MemoryLedger, clock: Clock) -> None:
    transport = MemoryTransport()
    assert deliver_all(ledger, transport, clock) == 3
    assert deliver_all(ledger, transport, clock) == 0
    assert not deliver_one(ledger, transport, clock)
    assert len(transport.sent) == 3
    assert results(ledger) == [[Result.ACCEPTED]] * 3


def test_refusal_is_final_and_does_not_touch_the_others(ledger: MemoryLedger, clock: Clock) -> None:
    deliver_all(ledger, MemoryTransport([REFUSED, FAILED]), clock)
    assert results(ledger) == [[Result.REFUSED], [Result.FAILED], [Result.ACCEPTED]]
    assert [row.outcomes[0].retry_at is None for row in ledger.rows] == [True, False, True]
    assert ledger.rows[0].outcomes[0].words == "550 no such user"


def test_back_off_grows_to_half_an_hour_and_ends_after_five_days(ledger: MemoryLedger, clock: Clock) -> None:
    del ledger.rows[1:]
    begun = clock.at
    run_until_final(ledger, MemoryTransport([FAILED] * 1000), clock)
    tries = [outcome.at for outcome in ledger.rows[0].outcomes]
    gaps = [int((later - earlier) / timedelta(minutes=1)) for earlier, later in pairwise(tries)]
    assert gaps[:7] == [1, 2, 5, 10, 20, 30, 30]
    assert max(gaps) == 30
    assert GIVE_UP_AFTER <= tries[-1] - begun < GIVE_UP_AFTER + timedelta(minutes=31)
    assert ledger.rows[0].outcomes[-1].result is Result.FAILED


@pytest.mark.parametrize(
    ("then", "final"),
    [(Report(Result.ACCEPTED), Result.ACCEPTED), (UNKNOWN, Result.UNKNOWN), (REFUSED, Result.REFUSED)],
)
def test_unknown_is_tried_once_more_with_the_same_identity(
    ledger: MemoryLedger, clock: Clock, then: Report, final: Result
) -> None:
    del ledger.rows[1:]
    transport = MemoryTransport([UNKNOWN, then])
    run_until_final(ledger, transport, clock)
    assert results(ledger) == [[Result.UNKNOWN, final]]
    assert len({email.headers["Message-ID"] for _, email in transport.sent}) == 1


def test_second_unknown_is_final_even_after_failures_between(ledger: MemoryLedger, clock: Clock) -> None:
    del ledger.rows[1:]
    run_until_final(ledger, MemoryTransport([FAILED, UNKNOWN, FAILED, UNKNOWN]), clock)
    assert results(ledger) == [[Result.FAILED, Result.UNKNOWN, Result.FAILED, Result.UNKNOWN]]


def test_server_away_ends_the_round_and_leaves_the_rest_untried(ledger: MemoryLedger, clock: Clock) -> None:
    transport = MemoryTransport([AWAY])
    deliver_all(ledger, transport, clock)
    assert [row.attempt for row in ledger.rows] == [1, 0, 0]
    clock.at += timedelta(minutes=1)
    deliver_all(ledger, transport, clock)
    assert results(ledger) == [[Result.FAILED, Result.ACCEPTED], [Result.ACCEPTED], [Result.ACCEPTED]]


@pytest.mark.parametrize("hours", [6, 24, 96])
def test_server_that_comes_back_is_handed_everything_within_35_minutes(
    ledger: MemoryLedger, clock: Clock, hours: int
) -> None:
    back = clock.at + timedelta(hours=hours)

    class Away(MemoryTransport):
        def send(self, recipient: Recipient, email: Email, wanted: Callable[[], bool] = always) -> Report:
            return AWAY if clock.at < back else super().send(recipient, email, wanted)

    transport = Away()
    while clock.at < back + timedelta(minutes=35):
        deliver_all(ledger, transport, clock)
        clock.at += timedelta(minutes=1)
    assert len(transport.sent) == len(ledger.rows)
    assert [row.outcomes[-1].result for row in ledger.rows] == [Result.ACCEPTED] * 3


def test_sender_killed_between_send_and_settle_costs_one_copy(ledger: MemoryLedger, clock: Clock) -> None:
    del ledger.rows[1:]
    transport = MemoryTransport()
    ledger.dies_before_settling = True
    with pytest.raises(KeyboardInterrupt):
        deliver_all(ledger, transport, clock)
    ledger.dies_before_settling = False
    assert deliver_all(ledger, transport, clock) == 0
    clock.at += LEASE
    assert deliver_all(ledger, transport, clock) == 1
    assert transport.sent[0] == transport.sent[1]
    assert results(ledger) == [[Result.ACCEPTED]]


def test_settlement_that_comes_after_the_lease_changes_nothing(ledger: MemoryLedger, clock: Clock) -> None:
    [slow] = ledger.claim(clock.at, 1)
    clock.at += LEASE
    [quick] = ledger.claim(clock.at, 1)
    ledger.settle(quick, judge(quick, Report(Result.ACCEPTED), clock.at))
    ledger.settle(slow, judge(slow, FAILED, clock.at))
    assert results(ledger)[0] == [Result.ACCEPTED]


def test_mail_that_became_false_after_the_claim_is_neither_sent_nor_settled(
    ledger: MemoryLedger, clock: Clock
) -> None:
    ledger.became_false = {1}
    transport = MemoryTransport()
    assert deliver_all(ledger, transport, clock) == 3
    assert len(transport.sent) == 2
    assert results(ledger) == [[Result.ACCEPTED], [], [Result.ACCEPTED]]


class Broken(MemoryTransport):
    """Fails by a fault of our own on the first mail."""

    def send(self, recipient: Recipient, email: Email, wanted: Callable[[], bool] = always) -> Report:
        if not self.sent:
            self.sent.append((recipient, email))
            raise RuntimeError("bad\nday")
        return super().send(recipient, email, wanted)


def test_fault_of_our_own_is_logged_and_holds_up_no_other_mail(
    ledger: MemoryLedger, clock: Clock, heard: list[str]
) -> None:
    deliver_all(ledger, Broken(), clock)
    assert results(ledger) == [[Result.FAILED], [Result.ACCEPTED], [Result.ACCEPTED]]
    assert ledger.rows[0].outcomes[0].words == "RuntimeError: bad day"
    assert "could not be handed over" in "\n".join(heard)


def test_stopping_ends_after_the_mail_in_hand(ledger: MemoryLedger, clock: Clock) -> None:
    transport = MemoryTransport()
    stopping: Callable[[], bool] = lambda: len(transport.sent) == 2  # noqa: E731 - a signal in one line
    deliver_all(ledger, transport, clock, stopping=stopping)
    assert len(transport.sent) == 2


def test_instant_of_the_outcome_is_read_after_sending(
    ledger: MemoryLedger, clock: Clock, now: datetime
) -> None:
    class Slow(MemoryTransport):
        def send(self, recipient: Recipient, email: Email, wanted: Callable[[], bool] = always) -> Report:
            clock.at += timedelta(minutes=9)
            return super().send(recipient, email, wanted)

    deliver_one(ledger, Slow([FAILED]), clock)
    assert ledger.rows[0].outcomes[0].at == now + timedelta(minutes=9)
    assert ledger.rows[0].outcomes[0].retry_at == now + timedelta(minutes=10)
