"""Tomorrow's mails are those that leave tomorrow; days between are walked through; each province sees its own."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.mailing import link
from app.models import DayKind, OutboxMessage, Person, Verb
from app.queries.tomorrow import day_ahead
from app.services import reminders
from app.services.calendar_days import set_day
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM, unit
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport
from tests.app import small
from tests.app.moving import LAST, at_local

TODAY = LAST - timedelta(days=5)


def tick():
    reminders.plan_reminders()
    deliver_all(OutboxLedger(), MemoryTransport(), clock.now)


@pytest.fixture
def office(campaign, at, sign_in):
    """Five days before the last one, at ten; what was due has left."""
    at(at_local(TODAY, 10))
    tick()
    return sign_in("giang")


def ahead(day):
    return day_ahead(db.session(), small.actor("giang"), day, clock.now(), link(""))


@pytest.mark.parametrize("days", [1, 2, 4, 5, 6])
def test_what_is_shown_for_a_day_leaves_on_that_day(office, at, days):
    day = TODAY + timedelta(days=days)
    found = ahead(day)
    for later in range(1, days + 1):
        at(at_local(TODAY + timedelta(days=later), 8))
        tick()
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.created_at == at_local(day, 8)))
    sent = sorted((row.created_at, row.person_id, row.kind) for row in rows)
    assert sent == sorted((mail.at, mail.person, mail.kind) for mail in found.mails)


def test_the_page_says_how_many_and_when_in_its_heading(campaign, at, sign_in):
    at(at_local(TODAY + timedelta(days=1), 10))
    office = sign_in("giang")
    count = len(ahead(TODAY + timedelta(days=2)).mails)
    text = office.get("/thu/ngay-mai").get_data(as_text=True)
    assert f"Ngày mai 08:00 (thứ Hai 21/10/2019): {count} thư" in text
    assert "xuan@gialai.example" in text


def test_each_skip_is_shown_with_its_reason(office, at):
    with unit(SYSTEM) as work:
        row = work.session.scalars(select(Person).where(Person.email == "xuan@gialai.example")).one()
        row.email = "xuan@"
        work.record(Verb.PERSON_CHANGED, row)
    answer = office.get(f"/thu/ngay-mai?ngay={LAST - timedelta(days=3)}&ly-do=no_address")
    text = answer.get_data(as_text=True)
    assert "Địa chỉ thư điện tử không dùng được" in text
    assert "1 lần nhắc bị bỏ qua" in text


def test_a_holiday_is_said_to_be_one(office):
    day = LAST - timedelta(days=3)
    set_day(SYSTEM, day, DayKind.OFF, note="Mưa lũ")
    text = office.get(f"/thu/ngay-mai?ngay={day}").get_data(as_text=True)
    assert "Ngày nghỉ lễ: không gửi thư nhắc." in text
    assert ": 0 thư" in text


def test_an_unconfirmed_year_is_said(campaign, at, sign_in):
    at(at_local(date(2040, 12, 25), 10))
    text = sign_in("giang").get("/thu/ngay-mai?ngay=2041-01-02").get_data(as_text=True)
    assert "Lịch làm việc năm 2041 chưa được xác nhận" in text


def test_rows_are_found_by_unit_person_and_kind(office):
    address = f"/thu/ngay-mai?ngay={LAST - timedelta(days=3)}"
    every = office.get(address).get_data(as_text=True)
    one = office.get(f"{address}&tim=xuan").get_data(as_text=True)
    assert "yen@gialai.example" in every
    assert "xuan@gialai.example" in one
    assert "yen@gialai.example" not in one
    assert "xuan@gialai.example" not in office.get(f"{address}&loai=digest").get_data(as_text=True)


@pytest.mark.parametrize("asked", ["", "hom-nay", "2019-10-01", "9999-12-31", "2019-10-19x"])
def test_a_day_that_cannot_be_looked_at_is_tomorrow(office, asked):
    text = office.get(f"/thu/ngay-mai?ngay={asked}").get_data(as_text=True)
    assert "Ngày mai 08:00 (Chủ nhật 20/10/2019)" in text


def test_nobody_else_looks(office, sign_in):
    for name in ("an", "binh", "chi", "dung"):
        assert sign_in(name).get("/thu/ngay-mai").status_code in (403, 404)


def test_a_province_sees_its_own_campaigns_only(office):
    stranger = small.actor("giang")
    elsewhere = type(stranger)(stranger.id, stranger.name, frozenset())
    found = day_ahead(db.session(), elsewhere, TODAY + timedelta(days=2), clock.now(), link(""))
    assert (found.campaigns, found.mails, found.skips) == (0, (), ())
