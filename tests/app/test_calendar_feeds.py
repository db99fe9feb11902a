"""A person's calendar address: what it shows by role, who may read it, and what ends it."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app import clock
from app.database import db
from app.faults import Missing
from app.models import AuditEntry, CalendarFeed, OutboxMessage, Verb
from app.queries.moved_dates import NewDate
from app.services import assignments, calendar_feeds, deadlines, internal_dates, visits
from app.services.people import NewPerson, change_person
from app.services.visits import VisitPlan
from app.unit import SYSTEM
from tests.app import life, small
from tests.app.handed_in import hand_in, send_pleiku
from tests.app.moving import at_local
from workflows.deadlines import Wording

LATER = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ kéo dài", "88/UBND-VX")


def address(name):
    found = calendar_feeds.make_feed(small.actor(name)).removeprefix("http://localhost")
    db.session.rollback()
    return found[found.index("/lich/") :]


@pytest.fixture
def read(client):
    """The dates of somebody's calendar, by title."""

    def dates(path):
        answer = client.get(path)
        assert answer.status_code == 200
        calendar = Calendar.from_ical(answer.data)
        assert calendar["METHOD"] == "PUBLISH"
        return {str(event["SUMMARY"]): event for event in calendar.events}

    return dates


def test_a_unit_reads_by_when_it_owes_its_form(campaign, read):
    events = read(address("xuan"))
    assert list(events) == ["Hạn nộp phiếu 2019: UBND thị trấn Phú Hòa"]
    [event] = events.values()
    assert event["DTSTART"].dt.isoformat() == "2019-10-24T16:00:00+07:00"
    assert event["UID"] == f"form-{small.form_of('23722').id}@localhost"
    assert event["SEQUENCE"] == 0


def test_it_follows_what_happens_to_the_form(campaign, read):
    path = address("xuan")
    deadlines.grant_extension(small.actor("giang"), small.form_of("23722").id, LATER)
    [event] = read(path).values()
    assert event["DTSTART"].dt.date() == date(2019, 11, 1)
    assert event["SEQUENCE"] == 1
    hand_in("23722")
    assert read(path) == {}


def test_a_consolidator_reads_package_and_own_form(campaign, read):
    path = address("binh")
    assert {title.partition(":")[0] for title in read(path)} == {
        "Hạn nộp phiếu 2019",
        "Hạn gửi hồ sơ tổng hợp 2019",
    }
    send_pleiku()
    assert read(path) == {}


@pytest.mark.parametrize("name", ["giang", "dung"])
def test_office_and_approver_read_the_dates_of_the_campaign(campaign, read, name):
    events = read(address(name))
    assert "Hạn nộp phiếu 2019: Cấp xã" in events
    assert "Bắt đầu nhận phiếu 2019: Sở, ban, ngành" in events
    assert len(events) == 2 * len(campaign.kinds)


def test_unit_and_planner_read_a_visit_until_it_is_called_off(campaign, read):
    form = hand_in("SNV")[0]
    plan = VisitPlan(planned_on=date(2019, 10, 14), team="Chi", place="Sở Nội vụ")
    visit = visits.plan_visit(small.actor("chi"), form.id, plan)
    paths = [address("nam"), address("chi")]
    for path in paths:
        assert read(path)["Kiểm tra thực tế: Sở Nội vụ"]["LOCATION"] == "Sở Nội vụ"
    visits.call_off_visit(small.actor("chi"), visit.id, reason="Đủ hồ sơ", version=None)
    assert all("Kiểm tra thực tế: Sở Nội vụ" not in read(path) for path in paths)


def test_a_date_of_the_district_stands_beside_the_official_one(campaign, read):
    district = small.form_of("627").campaign_unit.unit_id
    internal_dates.set_internal_date(
        small.actor("lan"), campaign.id, district, wording=Wording.THROUGH_DAY, day=date(2019, 10, 20)
    )
    days = {
        title.partition(":")[0]: event["DTSTART"].dt.date() for title, event in read(address("xuan")).items()
    }
    assert days == {
        "Hạn nộp phiếu 2019": date(2019, 10, 24),
        "Hạn nội bộ nộp phiếu 2019": date(2019, 10, 20),
    }


def test_the_task_force_reads_what_it_was_given_day_by_day(campaign, read, at):
    chi, giang = small.person("chi").id, small.actor("giang")
    for code, day in (("SNV", 21), ("SYT", 28), ("23557", 28)):
        at(clock.now() + timedelta(minutes=1))
        form = small.form_of(code).id
        assignments.assign(giang, campaign.slug, [form], person_id=chi, due_day=date(2019, 10, day))
    path = address("chi")
    events = Calendar.from_ical(calendar_feeds.read_feed(path[6:-4]).text).events
    days = {str(event["UID"]): event["DTSTART"].dt.date() for event in events}
    stem = f"assignment-{campaign.id}-{chi}-2019-10"
    assert days[f"{stem}-21@localhost"] == date(2019, 10, 21)
    assert days[f"{stem}-28@localhost"] == date(2019, 10, 28)
    told = select(OutboxMessage.calendar).where(OutboxMessage.kind == "assigned").order_by(OutboxMessage.id)
    mailed = [Calendar.from_ical(text).events[0] for text in db.session.scalars(told)]
    assert [(str(one["SUMMARY"]), one["SEQUENCE"]) for one in mailed] == [
        ("Hạn thẩm tra 1 phiếu năm 2019", 0),
        ("Hạn thẩm tra 1 phiếu năm 2019", 0),
        ("Hạn thẩm tra 2 phiếu năm 2019", 1),
    ]
    assert [event["SEQUENCE"] for event in events] == [0, 1]


def test_a_unit_reads_until_when_it_may_answer_its_draft_result(app, at, read):
    campaign = life.verified(small.small_plan(explanation_days=5))
    at(at_local(date(2019, 11, 20)))
    assert read(address("nam")) == {}
    run = life.ranked(campaign)
    [event] = read(address("nam")).values()
    assert event["SUMMARY"] == "Hạn phản hồi dự thảo kết quả 2019: Sở Nội vụ"
    assert event["SEQUENCE"] == 0
    at(run.explanations_until)
    assert read(address("nam")) == {}


def test_somebody_without_a_role_reads_an_empty_calendar(campaign, read):
    assert read(address("khach")) == {}


def test_nothing_of_other_units_is_shown(campaign, read):
    assert {event["UID"] for event in read(address("an")).values()}.isdisjoint(
        {event["UID"] for event in read(address("xuan")).values()}
    )


def test_a_program_that_has_it_gets_no_body_until_something_changes(campaign, client, at):
    path = address("xuan")
    first = client.get(path)
    assert first.headers["Cache-Control"] == "private, max-age=900"
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    at(clock.now() + timedelta(hours=2))
    again = client.get(path)
    assert again.data == first.data
    for name, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        same = client.get(path, headers={name: value})
        assert (same.status_code, same.data) == (304, b"")
    deadlines.grant_extension(small.actor("giang"), small.form_of("23722").id, LATER)
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["Last-Modified"] > first.headers["Last-Modified"]


def test_the_last_reading_is_noted_at_most_every_quarter_of_an_hour(campaign, client, at):
    path, begun = address("xuan"), clock.now()

    def noted():
        db.session.rollback()
        return db.session.scalars(select(CalendarFeed.last_read_at)).one()

    client.get(path)
    assert noted() == begun
    at(begun + timedelta(minutes=14))
    client.get(path)
    assert noted() == begun
    at(begun + timedelta(minutes=15))
    client.get(path)
    assert noted() == begun + timedelta(minutes=15)


def test_only_the_hash_is_kept(campaign):
    secret = address("xuan").removeprefix("/lich/").removesuffix(".ics")
    row = db.session.scalars(select(CalendarFeed)).one()
    assert len(secret) >= 43
    assert secret not in repr(vars(row))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.FEED_MADE)).one()
    assert secret not in repr(vars(entry))


def test_unknown_ended_replaced_and_closed_addresses_answer_alike(campaign, client):
    ended = address("xuan")
    calendar_feeds.revoke_feed(small.actor("xuan"))
    replaced, present = address("yen"), address("yen")
    closed, who = address("an"), small.person("an")
    change_person(SYSTEM, who.id, NewPerson(who.email, who.name), active=False, version=who.version)
    bodies = set()
    for path in ("/lich/khong-co.ics", ended, replaced, closed):
        answer = client.get(path)
        assert answer.status_code == 404
        bodies.add(_without_names(answer.get_data(as_text=True), path))
    assert len(bodies) == 1
    assert client.get(present).status_code == 200


def _without_names(page, path):
    lines = page.replace(path, "").splitlines()
    return "\n".join(line for line in lines if "Mã tra cứu" not in line)


def test_a_person_ends_only_its_own(campaign, client):
    path = address("xuan")
    calendar_feeds.revoke_feed(small.actor("yen"))
    assert client.get(path).status_code == 200
    with pytest.raises(Missing):
        calendar_feeds.read_feed("x")


def test_the_page_shows_the_address_once(campaign, sign_in, client):
    someone = sign_in("xuan")
    assert "Tạo địa chỉ lịch" in someone.get("/tai-khoan").get_data(as_text=True)
    page = someone.post("/tai-khoan/lich").get_data(as_text=True)
    path = page[page.index("/lich/") : page.index(".ics") + 4]
    assert 'href="webcal://' in page
    assert client.get(path).status_code == 200
    later = someone.get("/tai-khoan").get_data(as_text=True)
    assert path not in later
    assert "Phần mềm đọc lần cuối" in later
    assert someone.post("/tai-khoan/lich/huy").status_code == 303
    assert client.get(path).status_code == 404
