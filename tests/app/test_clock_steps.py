"""A clock that jumps between ticks, and a server that was down: no mail twice, and the newest that is true."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import jobs
from app.database import db
from app.models import OutboxMessage, OutboxState
from app.services.reminders import REMINDER_KINDS
from tests.app import small
from tests.app.moving import LAST, at_local

pytestmark = pytest.mark.slow

HOUR, DAY, DECADE = timedelta(hours=1), timedelta(days=1), timedelta(days=3653)
MONDAY = at_local(LAST - 3 * DAY)
D3 = "Còn 3 ngày: UBND xã Hà Tây chưa nộp phiếu 2019"
TODAY = "Hôm nay 24:00 hết hạn nộp phiếu – UBND xã Hà Tây"


def reminders():
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [row for row in rows if row.kind in REMINDER_KINDS]


def subjects(name):
    sent = (row for row in reminders() if row.state == OutboxState.ACCEPTED)
    return [row.subject for row in sent if row.address == small.person(name).email]


def live(app, *moments):
    for at in moments:
        db.session.rollback()
        assert min(jobs.tick(app, at).values()) >= 0


@pytest.mark.parametrize("step", [HOUR, DAY, DECADE, -HOUR, -DAY], ids=["1h", "1d", "10y", "-1h", "-1d"])
def test_a_step_of_the_clock_says_nothing_twice_and_forgets_nothing(app, campaign, step):
    live(app, MONDAY - 4 * DAY, MONDAY, MONDAY + step, MONDAY, MONDAY + step, MONDAY + DAY)
    assert subjects("yen")[-1] == D3
    live(app, MONDAY + 2 * DAY, MONDAY + 3 * DAY)
    assert subjects("yen")[-3:] == [D3, "Còn 1 ngày: UBND xã Hà Tây chưa nộp phiếu 2019", TODAY]
    days = Counter((row.person_id, row.key.split(":")[1]) for row in reminders())
    assert set(days.values()) == {1}


@pytest.mark.parametrize(
    ("down", "word"),
    [(timedelta(minutes=10), D3), (3 * HOUR, D3), (3 * DAY, TODAY)],
    ids=["10min", "3h", "3d"],
)
def test_a_server_that_was_down_sends_the_newest_that_is_true(app, campaign, down, word):
    live(app, MONDAY - HOUR)
    before = subjects("yen")
    live(app, MONDAY + down, MONDAY + down)
    assert subjects("yen") == [*before, word]


def test_mail_that_a_clock_ahead_of_time_left_behind_is_written_anew(app, campaign, monkeypatch):
    """The clock was three days ahead and the mail server away: nothing of that may bind the true day."""
    live(app, MONDAY - DAY)
    with monkeypatch.context() as away:
        away.setattr(jobs, "JOBS", jobs.JOBS[:1])
        live(app, MONDAY + 3 * DAY)
    live(app, MONDAY, MONDAY + 2 * DAY)
    assert subjects("yen")[-2:] == [D3, "Còn 1 ngày: UBND xã Hà Tây chưa nộp phiếu 2019"]
