"""Sixty days of the small campaign on a moving clock, against a list of every mail written by hand from the letter.

Departments are due "trước ngày 18/10/2019", districts and communes "trước ngày 25/10/2019". SNV submits on the 9th,
Yên Đỗ (an, ha) at noon of the 21st; Phú Hòa (xuan) is granted the 1st of November on the 22nd; nobody else submits. Of what nobody verifies, the task force (chi)
is told before and after the last day of the checks, 30 November.
"""

import time
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.models import OutboxMessage, OutboxState
from app.queries.moved_dates import NewDate
from app.services import deadlines, reminders
from app.services.outbox import OutboxLedger
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport
from tests.app import small
from tests.app.handed_in import hand_in
from tests.app.moving import at_local
from workflows.deadlines import Wording, local_day

pytestmark = pytest.mark.slow

OCTOBER = date(2019, 9, 30)  # so that OCTOBER + n days is the n-th; 32 is 1 November, 33 the 2nd
EXPECTED = {
    "thu": {10, 14, 16, 17, 18},
    "an": {10, 17, 21},
    "ha": {21},
    "bao": {10, 17, 21, 23, 24, 25},
    "yen": {10, 17, 21, 23, 24, 25},
    "xuan": {10, 17, 21, 25, 29, 31, 32, 33},
    "binh": {7, 10, 14, 17, 21, 22, 23, 24, 25},
    "lan": {7, 10, 14, 17, 21, 22, 23, 24, 25, 28, 30, 31, 33},
    "giang": {7, 10, 14, 17, 18, 21, 24, 25, 28, 31, 33},
    "oanh": {7, 10, 14, 17, 18, 21, 24, 25, 28, 31, 33},
    "chi": {58, 61, 62},
}


def extend():
    given = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ", "88/UBND-VX")
    deadlines.grant_extension(small.actor("giang"), small.form_of("23722").id, given)


EVENTS = {(9, 12): lambda: hand_in("SNV"), (21, 12): lambda: hand_in("23557"), (22, 12): extend}


def tick():
    reminders.plan_reminders()
    deliver_all(OutboxLedger(), MemoryTransport(), clock.now)


def live(at, days, hours=(7, 8, 12, 20)):
    for day in days:
        for hour in hours:
            at(at_local(OCTOBER + timedelta(days=day), hour))
            if (day, hour) in EVENTS:
                EVENTS[day, hour]()
            tick()
            tick()
    db.session.rollback()


def sent():
    """How often each person was reminded on each day."""
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == OutboxState.ACCEPTED))
    return Counter(
        (row.address.partition("@")[0], (local_day(row.settled_at) - OCTOBER).days)
        for row in rows
        if row.kind in reminders.REMINDER_KINDS
    )


def subjects(name):
    rows = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.address == f"{name}@gialai.example", OutboxMessage.state == OutboxState.ACCEPTED)
        .order_by(OutboxMessage.id)
    )
    return [row.subject for row in rows if row.kind in reminders.REMINDER_KINDS]


def test_sixty_days_send_exactly_the_mails_of_the_list(campaign, at):
    live(at, range(4, 64))
    assert sent() == Counter((name, day) for name, days in EXPECTED.items() for day in days)
    assert subjects("yen") == [
        "Chưa bắt đầu: phiếu 2019 của UBND xã Hà Tây, hạn 24/10",
        "Còn 7 ngày: UBND xã Hà Tây chưa nộp phiếu 2019",
        "Còn 3 ngày: UBND xã Hà Tây chưa nộp phiếu 2019",
        "Còn 1 ngày: UBND xã Hà Tây chưa nộp phiếu 2019",
        "Hôm nay 24:00 hết hạn nộp phiếu – UBND xã Hà Tây",
        "Quá hạn 1 ngày: phiếu 2019 của UBND xã Hà Tây",
    ]


def test_a_server_that_was_down_for_days_says_what_is_true_now(campaign, at):
    live(at, [17, 23, 24, 28], hours=(9,))
    assert subjects("yen") == [
        "Còn 7 ngày: UBND xã Hà Tây chưa nộp phiếu 2019",
        "Còn 1 ngày: UBND xã Hà Tây chưa nộp phiếu 2019",
        "Hôm nay 24:00 hết hạn nộp phiếu – UBND xã Hà Tây",
        "Quá hạn 4 ngày: phiếu 2019 của UBND xã Hà Tây",
    ]


def test_a_clock_that_steps_back_says_nothing_twice(campaign, at):
    live(at, [21, 20, 21, 23, 21, 23], hours=(9,))
    assert max(sent().values()) == 1


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Ho_Chi_Minh", "America/New_York", "Europe/Helsinki", "Pacific/Kiritimati"]
)
def test_the_zone_of_the_host_changes_nothing(campaign, at, zone, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        live(at, range(23, 26), hours=(7, 8))
        found = {day for name, day in sent() if name == "yen"}
    time.tzset()
    assert found == {23, 24, 25}
    assert subjects("yen")[-1] == "Quá hạn 1 ngày: phiếu 2019 của UBND xã Hà Tây"
