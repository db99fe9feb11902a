"""The delivery ledger: a mail is one process's until it is settled, and every end of it is on record."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.database import db
from app.faults import Invalid, Missing
from app.models import AuditEntry, OutboxMessage, OutboxState, Person, Verb
from app.services import outbox
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM
from notifications.delivery import LEASE, Outcome, Result, Stage
from tests.app import small

NOW = small.WORKING
LEDGER = OutboxLedger()


def row(mail_id):
    db.session.expire_all()
    return db.session.get_one(OutboxMessage, mail_id)


def settled(claimed, result, *, retry_at=None, at=NOW):
    LEDGER.settle(claimed, Outcome(result, at, Stage.DOT, "words", retry_at))
    return row(claimed.id)


@pytest.fixture
def mail(campaign):
    """The first mail of the open campaign, claimed."""
    (claimed,) = LEDGER.claim(NOW, 1)
    return claimed


def test_a_claim_counts_the_attempt_and_holds_the_mail(mail):
    found = row(mail.id)
    assert (found.state, found.attempts, found.claimed_until) == (OutboxState.CLAIMED, 1, NOW + LEASE)
    assert mail.attempt == 1
    assert mail.first_tried_at == NOW
    assert mail.id not in {other.id for other in LEDGER.claim(NOW, 500)}


def test_a_claimed_mail_is_the_one_that_was_queued(mail):
    found = row(mail.id)
    assert (mail.recipient.address, mail.email.subject) == (found.address, found.subject)
    assert mail.email.headers["Message-ID"] == found.headers["Message-ID"]


def test_oldest_first_and_nothing_before_its_time(campaign):
    before = small.OPENING - timedelta(seconds=1)
    assert LEDGER.claim(before, 500) == []
    ids = [one.id for one in LEDGER.claim(NOW, 500)]
    assert ids == sorted(ids)
    assert len(ids) > 5


def test_a_deserted_mail_is_claimed_again_once_its_lease_is_over(mail):
    LEDGER.claim(NOW, 500)
    assert LEDGER.claim(NOW + LEASE - timedelta(seconds=1), 500) == []
    again = {one.id: one for one in LEDGER.claim(NOW + LEASE, 500)}[mail.id]
    assert again.attempt == 2
    assert again.first_tried_at == NOW
    assert again.email.headers["Message-ID"] == mail.email.headers["Message-ID"]


def test_a_mail_may_leave_only_under_the_claim_that_holds_it(mail):
    assert LEDGER.confirm(mail, NOW)
    assert not LEDGER.confirm(mail, NOW + LEASE)
    LEDGER.claim(NOW, 500)
    (again,) = (one for one in LEDGER.claim(NOW + LEASE, 500) if one.id == mail.id)
    assert not LEDGER.confirm(mail, NOW + LEASE)
    assert LEDGER.confirm(again, NOW + LEASE)


def test_a_mail_that_became_false_after_the_claim_is_cancelled_before_it_leaves(mail):
    with db.engine.begin() as connection:
        connection.execute(update(Person).where(Person.id == row(mail.id).person_id).values(active=False))
    assert not LEDGER.confirm(mail, NOW)
    assert row(mail.id).state == OutboxState.CANCELLED
    assert not LEDGER.confirm(mail, NOW)


def test_what_a_clock_that_was_ahead_put_off_is_not_put_off_for_years(mail):
    ahead = NOW + timedelta(days=3653)
    LEDGER.claim(NOW, 500)
    settled(mail, Result.FAILED, retry_at=ahead)
    assert [one.id for one in LEDGER.claim(NOW, 500)] == [mail.id]
    assert [one.id for one in LEDGER.claim(NOW - LEASE, 500)] == []
    assert mail.id in {one.id for one in LEDGER.claim(NOW - timedelta(days=1), 500)}


def test_a_settlement_that_comes_too_late_changes_nothing(mail):
    LEDGER.claim(NOW, 500)
    LEDGER.claim(NOW + LEASE, 500)
    assert settled(mail, Result.ACCEPTED).state == OutboxState.CLAIMED


@pytest.mark.parametrize("result", Result)
def test_a_final_outcome_ends_the_mail(mail, result):
    found = settled(mail, result)
    assert (found.state, found.settled_at) == (OutboxState(result.value), NOW)
    assert (found.claimed_until, found.outcome) == (None, "dot: words")
    assert found.unknowns == (result is Result.UNKNOWN)


def test_a_mail_to_be_retried_waits_until_then(mail):
    LEDGER.claim(NOW, 500)
    later = NOW + timedelta(minutes=5)
    found = settled(mail, Result.FAILED, retry_at=later)
    assert (found.state, found.next_at, found.settled_at) == (OutboxState.WAITING, later, None)
    assert LEDGER.claim(later - timedelta(seconds=1), 500) == []
    assert [one.id for one in LEDGER.claim(later, 500)] == [mail.id]


def test_a_mail_to_a_closed_account_is_cancelled(campaign):
    first = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
    mail_id, person_id = first.id, first.person_id
    with db.engine.begin() as connection:
        connection.execute(update(Person).where(Person.id == person_id).values(active=False))
    assert mail_id not in {one.id for one in LEDGER.claim(NOW, 500)}
    assert row(mail_id).state == OutboxState.CANCELLED


@pytest.mark.parametrize("result", [Result.REFUSED, Result.FAILED, Result.UNKNOWN])
def test_a_mail_that_ended_badly_can_be_sent_again_and_that_is_recorded(mail, result):
    settled(mail, result)
    outbox.retry(SYSTEM, mail.id)
    assert mail.id in {one.id for one in LEDGER.claim(NOW, 500)}
    verbs = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_id == mail.id))
    assert Verb.MAIL_RETRIED in set(verbs)


def test_an_accepted_mail_is_not_sent_twice(mail):
    settled(mail, Result.ACCEPTED)
    with pytest.raises(Invalid):
        outbox.retry(SYSTEM, mail.id)


def test_a_waiting_mail_can_be_stopped_but_not_one_on_its_way(mail):
    waiting = outbox.outbox(db.session(), state=OutboxState.WAITING)[0].id
    assert outbox.cancel(SYSTEM, waiting).state == OutboxState.CANCELLED
    with pytest.raises(Invalid):
        outbox.cancel(SYSTEM, mail.id)
    assert waiting not in {one.id for one in LEDGER.claim(NOW, 500)}


def test_a_mail_that_is_not_there_is_missing(campaign):
    with pytest.raises(Missing):
        outbox.cancel(SYSTEM, 10**6)


def test_the_rate_counts_what_was_handed_over_by_anybody(mail):
    settled(mail, Result.ACCEPTED)
    assert outbox.sent_lately(db.session(), NOW) == 1
    assert outbox.sent_lately(db.session(), NOW + timedelta(minutes=1)) == 0
    assert outbox.sent_lately(db.session(), NOW - timedelta(hours=1)) == 0
