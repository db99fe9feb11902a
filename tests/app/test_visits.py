"""Field checks that are fixed, moved and called off: who may, what is refused, who is told, and what calendars show."""

from datetime import date, time, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.database import db
from app.faults import Invalid, Missing, Outdated
from app.models import AuditEntry, CalendarEvent, FieldVisit, OutboxMessage, Verb
from app.services import submissions, verification, visits
from app.services.visits import VisitPlan
from tests.app import small
from tests.app.handed_in import hand_in
from tests.app.life import CHANGED
from workflows.vocabulary import Action

DAY = date(2019, 10, 14)
PLAN = VisitPlan(planned_on=DAY, team="Chi, Giang", place="Sở Nội vụ", papers="sổ theo dõi hồ sơ")
LATER = VisitPlan(
    planned_on=DAY + timedelta(days=2), planned_time=time(14, 30), team="Chi", place="Sở Nội vụ"
)


@pytest.fixture
def visit(campaign):
    """A check of a department, planned by Chi."""
    return visits.plan_visit(small.actor("chi"), hand_in("SNV")[0].id, PLAN)


def mails():
    found = select(OutboxMessage).where(OutboxMessage.kind == "visit").order_by(OutboxMessage.id)
    return list(db.session.scalars(found))


def entries(rows):
    return [(Calendar.from_ical(row.calendar), Calendar.from_ical(row.calendar).events[0]) for row in rows]


def fault(raised):
    return [(one.field, one.code) for one in raised.value.faults]


def test_the_unit_and_the_planner_are_told_with_hour_place_and_papers(visit):
    rows = mails()
    assert [row.address.partition("@")[0] for row in rows] == ["nam", "chi"]
    assert {row.subject for row in rows} == {"Lịch kiểm tra thực tế Sở Nội vụ: 08:00, 14/10"}
    for words in ("08:00 ngày 14/10/2019", "Chi, Giang", "sổ theo dõi hồ sơ"):
        assert all(words in row.text for row in rows)
    for calendar, event in entries(rows):
        assert calendar["METHOD"] == "REQUEST"
        assert event["UID"] == f"visit-{visit.id}@localhost"
        assert event["SEQUENCE"] == 0
        assert event["DTSTART"].dt.isoformat() == "2019-10-14T08:00:00+07:00"
        assert event["LOCATION"] == "Sở Nội vụ"


def test_moving_tells_the_new_hour_and_moves_the_entry(visit):
    visits.move_visit(small.actor("chi"), visit.id, LATER, reason="Đơn vị bận họp", version=visit.version)
    rows = mails()[2:]
    assert [row.subject for row in rows] == ["Đổi lịch kiểm tra thực tế Sở Nội vụ: 14:30, 16/10"] * 2
    assert all("Đơn vị bận họp" in row.text for row in rows)
    for calendar, event in entries(rows):
        assert (calendar["METHOD"], event["SEQUENCE"]) == ("REQUEST", 1)
        assert event["DTSTART"].dt.isoformat() == "2019-10-16T14:30:00+07:00"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.VISIT_MOVED)).one()
    assert (entry.before["planned_on"], entry.after["planned_on"]) == ("2019-10-14", "2019-10-16")
    assert entry.note == "Đơn vị bận họp"


def test_calling_off_takes_the_entry_away_and_holds_nothing_up(visit):
    form = visit.submission_id
    verification.decide_many(small.actor("chi"), form, CHANGED)
    verification.keep_rest(small.actor("chi"), form, version=None)
    visits.call_off_visit(small.actor("chi"), visit.id, reason="Đã đủ hồ sơ", version=None)
    for calendar, event in entries(mails()[2:]):
        assert calendar["METHOD"] == "CANCEL"
        assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    assert db.session.scalars(select(CalendarEvent.cancelled).where(CalendarEvent.uid.like("visit-%"))).one()
    submissions.move(small.actor("chi"), form, Action.VERIFY, version=None)


def test_what_is_over_is_not_changed(visit):
    chi = small.actor("chi")
    with pytest.raises(Outdated):
        visits.move_visit(chi, visit.id, LATER, reason="x", version=visit.version - 1)
    visits.call_off_visit(chi, visit.id, reason="Đã đủ hồ sơ", version=visit.version)
    for act in (
        lambda: visits.call_off_visit(chi, visit.id, reason="x", version=None),
        lambda: visits.move_visit(chi, visit.id, LATER, reason="x", version=None),
        lambda: visits.record_minutes(
            chi, visit.id, visited_on=date(2019, 10, 10), minutes="x", attendees="x"
        ),
    ):
        with pytest.raises(Outdated):
            act()


@pytest.mark.parametrize("name", ["nam", "giang", "an", "quang"])
def test_only_the_task_force_of_the_place_changes_it(visit, name):
    with pytest.raises(Missing):
        visits.move_visit(small.actor(name), visit.id, LATER, reason="x", version=None)
    with pytest.raises(Missing):
        visits.call_off_visit(small.actor(name), visit.id, reason="x", version=None)


def test_reasons_and_a_change_are_asked_for(visit):
    chi, early = small.actor("chi"), VisitPlan(planned_on=date(2019, 10, 9), team="Chi")
    with pytest.raises(Invalid) as blank:
        visits.move_visit(chi, visit.id, LATER, reason=" ", version=None)
    with pytest.raises(Invalid) as same:
        visits.move_visit(chi, visit.id, PLAN, reason="x", version=None)
    with pytest.raises(Invalid) as past:
        visits.move_visit(chi, visit.id, early, reason="x", version=None)
    with pytest.raises(Invalid) as silent:
        visits.call_off_visit(chi, visit.id, reason="", version=None)
    found = [fault(one) for one in (blank, same, past, silent)]
    assert found == [
        [("reason", "blank")],
        [("planned_on", "same")],
        [("planned_on", "past_day")],
        [("reason", "blank")],
    ]
    assert len(mails()) == 2


def test_the_pages_move_and_call_off(visit, sign_in):
    someone = sign_in("chi")
    overview = f"/tham-dinh/{visit.submission_id}"
    assert "Đổi lịch chuyến ngày 14/10/2019" in someone.get(overview).get_data(as_text=True)
    address = f"/tham-dinh/chuyen/{visit.id}/doi"
    assert 'value="14/10/2019"' in someone.get(address).get_data(as_text=True)
    plan = {"planned_on": "16/10/2019", "planned_time": "14 giờ 30", "team": "Chi", "version": visit.version}
    assert someone.post(address, data=plan | {"reason": ""}).status_code == 422
    assert someone.post(address, data=plan | {"reason": "x", "planned_time": "25:00"}).status_code == 422
    assert someone.post(address, data=plan | {"reason": "Đơn vị bận họp"}).status_code == 303
    assert "Lịch 14:30 ngày 16/10/2019" in someone.get(overview).get_data(as_text=True)
    db.session.rollback()
    again = db.session.get_one(FieldVisit, visit.id)
    ending = {"reason": "Đã đủ hồ sơ", "version": again.version}
    assert someone.post(f"/tham-dinh/chuyen/{visit.id}/huy", data=ending).status_code == 303
    assert "Chuyến ngày 16/10/2019 đã hủy: Đã đủ hồ sơ" in someone.get(overview).get_data(as_text=True)
    assert someone.get(address).status_code == 404


def test_the_unit_sees_when_it_is_visited(visit, sign_in):
    page = sign_in("nam").get(f"/phieu/{visit.submission_id}").get_data(as_text=True)
    assert "Lịch 08:00 ngày 14/10/2019, đoàn: Chi, Giang." in page
    assert "sổ theo dõi hồ sơ" in page


@pytest.mark.parametrize(
    ("typed", "read"), [("8", time(8)), ("8:05", time(8, 5)), ("14h30", time(14, 30)), ("9 giờ", time(9))]
)
def test_an_hour_is_read_as_people_write_it(campaign, sign_in, typed, read):
    form = hand_in("SNV")[0]
    given = {"do": "visit", "planned_on": "14/10/2019", "planned_time": typed, "team": "Chi"}
    assert sign_in("chi").post(f"/tham-dinh/{form.id}", data=given).status_code == 303
    assert db.session.scalars(select(FieldVisit.planned_time)).one() == read
