"""Administrators hear of what the server cannot mend: in time, in words, once a day for each cause."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import jobs
from app.database import db
from app.models import Heartbeat, OutboxMessage, OutboxState
from app.queries import readiness, troubles
from app.services.troubles import tell_troubles
from app.unit import SYSTEM, unit
from tests.app import small

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def room(monkeypatch):
    """A disk with room enough, whatever the machine of the test has."""
    monkeypatch.setattr(troubles, "free_space", lambda _folder: 10 * readiness.LEAST_FREE)


def told():
    db.session.rollback()
    return list(
        db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "system_fault").order_by(OutboxMessage.id)
        )
    )


def broken(words="no such thing"):
    def run():
        raise ValueError(words)

    return run


def rounds(app, at, monkeypatch, *instants, run=None):
    monkeypatch.setattr(
        jobs, "JOBS", (jobs.Job("reminders", run or broken()), jobs.Job("watch", tell_troubles))
    )
    for instant in instants:
        at(instant)
        jobs.tick(app, instant)


def test_a_job_that_fails_three_times_in_a_row_is_told_once_that_day(app, at, monkeypatch):
    start = small.WORKING
    rounds(app, at, monkeypatch, start, start + MINUTE)
    assert told() == []
    rounds(app, at, monkeypatch, *(start + MINUTE * number for number in (2, 3, 4)))
    [mail] = told()
    assert mail.address == "quang@gialai.example"
    assert mail.subject == "[Hệ thống] Việc “reminders” không chạy được"
    assert "từ 09:00 ngày 10/10/2019" in mail.text
    assert "ValueError: no such thing" in mail.text
    assert "dunghan tick --once" in mail.text
    rounds(app, at, monkeypatch, start + timedelta(days=1))
    assert len(told()) == 2


def test_a_job_that_has_failed_for_a_quarter_of_an_hour_is_told(app, at, monkeypatch):
    rounds(app, at, monkeypatch, small.WORKING, small.WORKING + 16 * MINUTE)
    assert len(told()) == 1


def test_a_job_that_recovers_is_counted_from_the_start(app, at, monkeypatch):
    start = small.WORKING
    rounds(app, at, monkeypatch, start, start + MINUTE)
    rounds(app, at, monkeypatch, start + 2 * MINUTE, run=lambda: 1)
    row = db.session.scalars(select(Heartbeat).where(Heartbeat.job == "reminders")).one()
    assert (row.faults, row.fault_since, row.fault) == (0, None, "")
    rounds(app, at, monkeypatch, start + 3 * MINUTE, start + 4 * MINUTE)
    assert told() == []


def test_an_address_in_the_words_of_a_fault_is_not_passed_on(app, at, monkeypatch):
    secret = broken("cannot reach smtp://user:mat-khau@mail.example:587 now")
    rounds(app, at, monkeypatch, *(small.WORKING + MINUTE * number for number in range(3)), run=secret)
    [mail] = told()
    assert "mat-khau" not in mail.text
    assert "cannot reach … now" in mail.text
    assert mail.text.count("://") == 1


def test_a_disk_with_too_little_room_is_told(app, at, monkeypatch):
    monkeypatch.setattr(troubles, "free_space", lambda _folder: readiness.LEAST_FREE - 1)
    assert tell_troubles() == 1
    [mail] = told()
    assert mail.subject == "[Hệ thống] Đĩa sắp đầy, còn 199 MiB"
    assert "df -h " in mail.text


@pytest.mark.parametrize(
    ("tried", "age", "heard"),
    [(3, 61 * MINUTE, True), (3, 59 * MINUTE, False), (0, 61 * MINUTE, False)],
)
def test_mail_that_cannot_leave_for_an_hour_is_told(campaign, tried, age, heard):
    with unit(SYSTEM) as work:
        for row in work.session.scalars(select(OutboxMessage)):
            row.attempts = tried
            row.first_tried_at = work.now - age if tried else None
            row.outcome = "connect: Connection refused"
        count = work.session.query(OutboxMessage).filter_by(state=OutboxState.WAITING).count()
    tell_troubles()
    assert len(told()) == heard
    if heard:
        [mail] = told()
        assert mail.subject == f"[Hệ thống] {count} thư chưa gửi đi được"
        assert "Connection refused" in mail.text
        assert "dunghan outbox list --state waiting" in mail.text


def test_a_sound_server_writes_to_nobody(campaign):
    assert tell_troubles() == 0
