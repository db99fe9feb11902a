"""The earlier date that a district sets for its communes: reminders count towards it, and it refuses nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.faults import Invalid, Missing
from app.models import AuditEntry, OutboxMessage, OutboxState, Reminder, ReminderState, Verb
from app.queries.moved_dates import NewDate
from app.services import deadlines, reminders
from app.services.campaigns import close_campaign
from app.services.internal_dates import end_internal_date, set_internal_date
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport
from tests.app import small
from tests.app.handed_in import hand_in, unit_id
from tests.app.moving import LAST, at_local
from workflows.deadlines import Wording

# The communes' own date is "trước ngày 25/10/2019"; the last day of Chư Păh's is the 18th.
AGREED = date(2019, 10, 18)
OWN = "trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)"
SOONER = "đến hết ngày 18/10/2019 (đến hết 24:00 ngày 18/10/2019)"


@pytest.fixture
def sent(app, campaign, at):
    """What a tick at an instant sends, as {name: (subject, text)}; the first mails have left."""
    deliver_all(OutboxLedger(), MemoryTransport(), clock.now)

    def tick(instant):
        at(instant)
        transport = MemoryTransport()
        reminders.plan_reminders()
        deliver_all(OutboxLedger(), transport, clock.now)
        db.session.rollback()
        return {
            reader.address.partition("@")[0]: (mail.subject, mail.text) for reader, mail in transport.sent
        }

    return tick


def agree(name="lan", code="627", **changes):
    given = {"wording": Wording.THROUGH_DAY, "day": AGREED, **changes}
    return set_internal_date(small.actor(name), small.form_of(code).campaign_id, unit_id(code), **given)


def give_up(name="lan", code="627"):
    return end_internal_date(small.actor(name), small.form_of(code).campaign_id, unit_id(code))


def fault(raised):
    return raised.value.faults[0].code


def test_communes_are_reminded_by_it_and_told_the_official_date_too(sent):
    agree()
    told = sent(at_local(AGREED - timedelta(days=3)))
    subject, text = told["xuan"]
    assert subject == "Còn 3 ngày: UBND thị trấn Phú Hòa chưa nộp phiếu 2019"
    assert f"UBND huyện Chư Păh hẹn nộp: {SOONER}. Hạn của tỉnh: {OWN}." in text
    assert "Nếu quá hạn của tỉnh: không được xếp hạng" in text
    others = [text for name, (_subject, text) in told.items() if name not in ("xuan", "yen")]
    assert others
    assert not any("hẹn nộp" in text for text in others)


def test_the_day_itself_names_it_as_agreed(sent):
    agree()
    subject, text = sent(at_local(AGREED))["xuan"]
    assert subject == "Hôm nay đến ngày hẹn nộp phiếu – UBND thị trấn Phú Hòa"
    assert "Hôm nay là ngày cuối đã hẹn" in text
    assert OWN in text


def test_once_it_has_passed_the_official_ladder_goes_on_without_repeats(sent):
    agree()
    days = {}
    for ahead in range(8):
        day = AGREED - timedelta(days=1) + timedelta(days=ahead)
        days[day] = sent(at_local(day)).get("xuan", ("", ""))[0]
    nothing = [day for day, subject in days.items() if not subject]
    assert days[AGREED - timedelta(days=1)].startswith("Còn 1 ngày")
    assert days[AGREED].startswith("Hôm nay đến ngày hẹn")
    assert days[LAST - timedelta(days=3)].startswith("Còn 3 ngày")
    assert days[LAST - timedelta(days=1)].startswith("Còn 1 ngày")
    assert days[LAST].startswith("Hôm nay 24:00 hết hạn")
    assert nothing == [date(2019, 10, day) for day in (19, 20, 22)]


def test_its_passing_is_no_lateness_and_refuses_nothing(sent, at):
    agree()
    at(at_local(AGREED + timedelta(days=1), 9))
    told = sent(clock.now())
    assert "xuan" not in told
    hand_in("23722")
    assert small.form_of("23722").submitted_at == clock.now()


def test_a_queued_reminder_of_it_goes_back_when_it_is_given_up(sent, at):
    agree()
    at(at_local(AGREED - timedelta(days=3)))
    reminders.plan_reminders()
    give_up()
    told = sent(clock.now() + timedelta(minutes=1))
    gone = db.session.scalars(
        select(OutboxMessage.address).where(OutboxMessage.state == OutboxState.CANCELLED)
    ).all()
    assert {"xuan@gialai.example", "yen@gialai.example"} <= set(gone)
    assert told["xuan"][0] == "Hạn mới 24/10: nộp phiếu 2019 – UBND thị trấn Phú Hòa"
    later = sent(at_local(LAST - timedelta(days=3)))
    assert later["xuan"][0].startswith("Còn 3 ngày")
    assert "Hạn của tỉnh" not in later["xuan"][1]


def test_only_units_reminded_of_another_date_are_told(sent, at):
    at(at_local(LAST - timedelta(days=14)))
    agree()
    assert not sent(clock.now() + timedelta(minutes=1)).get("xuan", ("",))[0].startswith("Ngày hẹn")
    sent(at_local(AGREED - timedelta(days=3)))
    agree(day=AGREED + timedelta(days=3), note="Chờ số liệu quý III")
    subject, text = sent(clock.now() + timedelta(minutes=1))["xuan"]
    assert subject == "Ngày hẹn 21/10: nộp phiếu 2019 – UBND thị trấn Phú Hòa"
    assert f"Hạn của tỉnh vẫn là: {OWN}." in text
    assert "Chờ số liệu quý III" in text


def test_the_district_reads_it_in_its_digest_with_a_text_to_copy(sent):
    agree()
    monday = date(2019, 10, 14)
    sent(at_local(monday - timedelta(days=3)))
    subject, text = sent(at_local(monday))["lan"]
    assert subject == "UBND huyện Chư Păh: 0/2 đơn vị đã nộp, còn 10 ngày"
    assert f"Hạn của tỉnh: {OWN}." in text
    assert f"Hạn: {SOONER}. Nộp tại: http" in text


def test_a_form_with_a_date_of_its_own_keeps_it(sent):
    agree()
    later = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ")
    deadlines.grant_extension(small.actor("giang"), small.form_of("23722").id, later)
    told = sent(at_local(AGREED - timedelta(days=3)))
    assert not told.get("xuan", ("",))[0].startswith("Còn")
    assert told["yen"][0].startswith("Còn 3 ngày")


def test_an_official_date_that_comes_first_wins(sent):
    agree()
    sooner = NewDate(Wording.THROUGH_DAY, date(2019, 10, 16), "Rút ngắn đợt")
    deadlines.move_deadline(small.actor("giang"), "gia-lai-2019", "commune", sooner)
    subject, text = sent(at_local(date(2019, 10, 15)))["xuan"]
    assert "hẹn nộp" not in text
    assert subject.startswith(("Còn 1 ngày", "Hạn mới"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"day": date(2019, 10, 9)}, "past_day"),
        ({"day": LAST}, "not_earlier"),
        ({"day": LAST + timedelta(days=1), "wording": Wording.BEFORE_DAY}, "not_earlier"),
        ({"note": "x" * 301}, "too_long"),
    ],
)
def test_what_is_no_internal_date_is_refused(campaign, changes, code):
    with pytest.raises(Invalid) as raised:
        agree(**changes)
    assert fault(raised) == code


def test_the_same_date_again_and_ending_twice_are_refused(campaign, at):
    row = agree()
    with pytest.raises(Invalid) as raised:
        agree()
    assert fault(raised) == "same"
    give_up()
    with pytest.raises(Invalid) as raised:
        give_up()
    assert fault(raised) == "ended"
    assert agree().id == row.id
    at(at_local(AGREED + timedelta(days=1), 0))
    with pytest.raises(Invalid):
        give_up()
    verbs = list(
        db.session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_type == "internal_date"))
    )
    assert verbs == [Verb.INTERNAL_DATE_SET, Verb.INTERNAL_DATE_ENDED, Verb.INTERNAL_DATE_SET]


@pytest.mark.parametrize("name", ["an", "binh", "chi", "giang", "quang", "khach"])
def test_only_the_consolidator_of_the_unit_may(campaign, name):
    with pytest.raises(Missing):
        agree(name)
    with pytest.raises(Missing):
        give_up(name)


def test_a_closed_campaign_takes_none(campaign):
    close_campaign(SYSTEM, campaign.slug)
    with pytest.raises(Invalid) as raised:
        agree()
    assert fault(raised) == "not_open"


def test_skipped_steps_of_the_official_ladder_say_why(sent):
    agree()
    for day in (AGREED, AGREED + timedelta(days=1)):
        sent(at_local(day))
    form = small.form_of("23722").id
    rows = db.session.scalars(
        select(Reminder).where(Reminder.submission_id == form, Reminder.state == ReminderState.SKIPPED)
    )
    assert {(row.rule, row.reason) for row in rows if "i2019" not in row.deadline_version} == {
        ("D-14", "before"),
        ("D-7", "before"),
    }
