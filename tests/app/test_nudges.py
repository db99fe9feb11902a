"""Urging by hand: who is urged, the minute in which it can be taken back, and what is kept of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.faults import Invalid, Missing
from app.models import AuditEntry, Nudge, OutboxMessage, OutboxState, Person, Verb
from app.queries.nudges import nudges_of
from app.queries.reminders import served
from app.queries.urging import district_circle, office_circle, urgeable
from app.services import nudges, reminders
from app.services.campaigns import close_campaign
from app.services.internal_dates import set_internal_date
from app.services.mutes import mute_unit
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM, unit
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport
from tests.app import small
from tests.app.handed_in import hand_in, unit_id
from tests.app.moving import LAST, LAST_OF_DEPARTMENTS, at_local
from tests.app.statements import counted
from workflows.deadlines import Wording, local_day

D3 = LAST - timedelta(days=3)
MINUTE = timedelta(seconds=60)
COMMUNES = ("23722", "23725")


@pytest.fixture
def deliver(app, campaign, at):
    """The first mails have left; gives what leaves at an instant, as {name: (subject, text)}."""
    deliver_all(OutboxLedger(), MemoryTransport(), clock.now)
    at(at_local(D3, 9))

    def send(instant):
        at(instant)
        transport = MemoryTransport()
        deliver_all(OutboxLedger(), transport, clock.now)
        db.session.rollback()
        return {
            reader.address.partition("@")[0]: (mail.subject, mail.text) for reader, mail in transport.sent
        }

    return send


def forms(*codes):
    return [small.form_of(code).id for code in codes]


def urge(*codes, name="lan", note=""):
    district = unit_id({"lan": "627", "binh": "622"}[name])
    campaign = small.form_of("627").campaign_id
    return nudges.urge_below(small.actor(name), campaign, district, to=forms(*codes), note=note)


def rows(name="lan"):
    circle = district_circle(db.session(), small.actor(name), small.form_of("627").campaign_id)
    return {row.owed.unit: row for row in urgeable(db.session(), circle, clock.now(), "https://x.vn")}


def fault(raised):
    return raised.value.faults[0].code


def states(nudge):
    wanted = select(OutboxMessage.state).where(OutboxMessage.nudge_id == nudge.id)
    return sorted(db.session.scalars(wanted))


def without_address(name):
    with unit(SYSTEM) as work:
        row = work.load(Person, small.person(name).id)
        row.email = "khong phai dia chi"
        work.record(Verb.PERSON_CHANGED, row)


def test_it_leaves_after_a_minute_and_says_who_urges_what_is_owed_and_until_when(deliver):
    urge(*COMMUNES, note="Đề nghị nộp trong ngày 22/10.")
    start = clock.now()
    assert deliver(start + MINUTE - timedelta(seconds=1)) == {}
    left = deliver(start + MINUTE)
    assert left.keys() == {"xuan", "yen"}
    subject, text = left["xuan"]
    assert subject == "Hạn 24/10: nhắc nộp phiếu 2019 – UBND thị trấn Phú Hòa"
    assert text.startswith("Kính gửi Xuan,\n\nUBND huyện Chư Păh đề nghị UBND thị trấn Phú Hòa nộp phiếu")
    assert "“Đề nghị nộp trong ngày 22/10.”" in text
    assert "Hạn nộp: trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)." in text
    assert f"/phieu/{small.form_of('23722').id}" in text


def test_units_that_have_handed_in_are_not_there_to_urge(deliver):
    hand_in("23722")
    assert rows().keys() == {"23725"}
    urge(*COMMUNES)
    [kept] = db.session.scalars(select(Nudge))
    assert kept.submissions == forms("23725")
    with pytest.raises(Invalid) as raised:
        urge("23722")
    assert fault(raised) == "handed_in"


def test_handing_in_within_the_minute_takes_the_mail_back(deliver):
    nudge = urge(*COMMUNES)
    hand_in("23722")
    db.session.rollback()
    assert deliver(clock.now() + MINUTE)["xuan"][0].startswith("Đã nhận phiếu")
    assert states(nudge) == [OutboxState.ACCEPTED, OutboxState.CANCELLED]
    [gone] = db.session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.nudge_id == nudge.id, OutboxMessage.state == OutboxState.CANCELLED
        )
    )
    assert (gone.address, gone.outcome) == (
        "xuan@gialai.example",
        str(reminders.DOUBTS[reminders.Doubt.NOT_OWED]),
    )


def test_a_changed_date_or_a_closed_campaign_takes_it_back(deliver, campaign, at):
    first = urge("23722")
    at(clock.now() + timedelta(seconds=1))
    set_internal_date(
        small.actor("lan"),
        campaign.id,
        unit_id("627"),
        wording=Wording.THROUGH_DAY,
        day=D3 + timedelta(days=1),
    )
    deliver(clock.now() + MINUTE)
    assert states(first) == [OutboxState.CANCELLED]
    second = urge("23722")
    close_campaign(SYSTEM, campaign.slug)
    assert not deliver(clock.now() + MINUTE)
    assert states(second) == [OutboxState.CANCELLED]


def test_the_internal_date_is_urged_by_and_the_official_one_told(deliver, campaign):
    sooner = {"wording": Wording.THROUGH_DAY, "day": D3 + timedelta(days=1)}
    set_internal_date(small.actor("lan"), campaign.id, unit_id("627"), **sooner)
    urge("23722")
    _subject, text = deliver(clock.now() + MINUTE)["xuan"]
    assert "UBND huyện Chư Păh hẹn nộp: đến hết ngày 22/10/2019" in text
    assert "Hạn của tỉnh: trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)." in text


def test_taking_back_in_time_stops_all_and_lets_urge_again(deliver):
    nudge = urge(*COMMUNES)
    done = nudges.take_back(small.actor("lan"), nudge.id)
    assert (done.stopped, done.left) == (2, 0)
    assert deliver(clock.now() + MINUTE) == {}
    assert not any(row.urged_at for row in rows().values())
    with pytest.raises(Invalid) as raised:
        nudges.take_back(small.actor("lan"), nudge.id)
    assert fault(raised) == "all_left"
    urge(*COMMUNES)
    assert deliver(clock.now() + MINUTE).keys() == {"xuan", "yen"}


def test_taking_back_too_late_says_how_many_had_left(deliver, at):
    nudge = urge(*COMMUNES)
    at(clock.now() + MINUTE)
    [claimed] = OutboxLedger().claim(clock.now(), 1)
    done = nudges.take_back(small.actor("lan"), nudge.id)
    assert (done.stopped, done.left) == (1, 1)
    assert claimed.recipient.address == "xuan@gialai.example"
    verbs = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_type == "nudge")).all()
    assert verbs == [Verb.NUDGED, Verb.NUDGE_TAKEN_BACK]


@pytest.mark.parametrize("name", ["binh", "giang", "an", "khach"])
def test_only_the_body_that_urged_may_take_back(deliver, name):
    nudge = urge("23722")
    with pytest.raises(Missing):
        nudges.take_back(small.actor(name), nudge.id)


def test_a_unit_is_urged_once_a_day_by_the_same_body(deliver, at):
    urge("23722")
    start = clock.now()
    deliver(start + MINUTE)
    assert {code: row.urged_at for code, row in rows().items()} == {"23722": start, "23725": None}
    with pytest.raises(Invalid) as raised:
        urge(*COMMUNES)
    assert fault(raised) == "too_soon"
    assert "UBND thị trấn Phú Hòa lúc 09:00 ngày 21/10/2019" in str(raised.value)
    nudges.urge_campaign(small.actor("giang"), "gia-lai-2019", to=forms("23722"))
    at(start + timedelta(hours=24))
    urge("23722")


def test_who_was_urged_today_gets_no_reminder_by_rule_and_the_other_way_round_it_is_allowed(deliver, at):
    at(at_local(D3, 7))
    urge("23722")
    today = local_day(clock.now())
    assert served(db.session(), today) == {small.person("xuan").id}
    at(at_local(D3, 8))
    reminders.plan_reminders()
    assert {"yen"} <= deliver(at_local(D3, 8)).keys()
    mails = db.session.scalars(
        select(OutboxMessage.kind).where(OutboxMessage.person_id == small.person("xuan").id)
    ).all()
    assert mails[-1] == "nudge"
    assert {code: row.told_today for code, row in rows().items()} == {"23722": False, "23725": True}
    urge("23725")
    assert "yen" in deliver(clock.now() + MINUTE)


def test_who_no_mail_reaches_is_kept_and_named_to_be_called(deliver, campaign):
    without_address("xuan")
    assert {code: row.reachable for code, row in rows().items()} == {"23722": False, "23725": True}
    with pytest.raises(Invalid) as raised:
        urge("23722")
    assert fault(raised) == "unreachable"
    urge(*COMMUNES)
    [line] = nudges_of(db.session(), campaign.id)
    assert {unit.name: len(unit.mails) for unit in line.units} == {
        "UBND thị trấn Phú Hòa": 0,
        "UBND xã Hà Tây": 1,
    }
    assert (line.body, line.count("waiting"), line.may_be_taken_back) == ("UBND huyện Chư Păh", 1, True)


def test_a_unit_left_in_peace_gets_no_mail_and_one_that_waits_is_stopped(deliver, campaign):
    first = urge("23722")
    mute_unit(small.actor("giang"), campaign.slug, unit_id("23722"), "Báo bằng công văn")
    assert "xuan" not in deliver(clock.now() + MINUTE)
    assert states(first) == [OutboxState.CANCELLED]
    assert {code: row.reachable for code, row in rows().items()} == {"23722": False, "23725": True}
    assert states(urge(*COMMUNES)) == [OutboxState.WAITING]


def test_the_office_urges_the_whole_campaign_whatever_the_route(deliver, campaign):
    circle = office_circle(db.session(), small.actor("giang"), campaign.slug)
    seen = urgeable(db.session(), circle, clock.now(), "https://x.vn")
    assert [row.kind for row in seen] == ["department"] * 2 + ["district"] * 2 + ["commune"] * 4 or len(
        seen
    ) == 8
    nudges.urge_campaign(small.actor("giang"), campaign.slug, to=forms("SNV", "23557"))
    told = deliver(clock.now() + MINUTE)
    assert told.keys() == {"nam", "an", "ha"}
    assert "Đã quá hạn nộp: trước ngày 18/10/2019" in told["nam"][1]
    assert LAST_OF_DEPARTMENTS < D3
    assert told["nam"][0].startswith("Quá hạn: nhắc nộp phiếu 2019")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"codes": ()}, "nobody"),
        ({"note": "x" * 141}, "too_long"),
        ({"note": "Xem https://x.vn"}, "link"),
        ({"codes": ("23557",)}, "handed_in"),
    ],
)
def test_what_is_no_urging_is_refused(deliver, given, code):
    with pytest.raises(Invalid) as raised:
        urge(*given.get("codes", COMMUNES), note=given.get("note", ""))
    assert fault(raised) == code
    assert db.session.scalar(select(Nudge.id)) is None


@pytest.mark.parametrize("name", ["an", "giang", "binh", "chi", "khach"])
def test_only_the_consolidator_of_a_unit_urges_for_it(deliver, campaign, name):
    with pytest.raises(Missing):
        nudges.urge_below(small.actor(name), campaign.id, unit_id("627"), to=forms("23722"))
    if name != "giang":
        with pytest.raises(Missing):
            nudges.urge_campaign(small.actor(name), campaign.slug, to=forms("23722"))


def test_the_sentence_is_kept_on_one_line_and_cannot_break_out(deliver):
    nudge = urge("23722", note="  Nộp\r\nBcc: x@y.vn \u202e ngay ")
    assert nudge.note == "Nộp Bcc: x@y.vn ngay"
    [mail] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.nudge_id == nudge.id))
    assert "Bcc" not in "".join(mail.headers)
    assert "“Nộp Bcc: x@y.vn ngay”" in mail.text


def test_the_preview_is_the_mail_that_leaves(deliver, campaign):
    circle = district_circle(db.session(), small.actor("lan"), campaign.id)
    first = rows()["23722"]
    shown = nudges.preview(circle, first.owed, "Nộp sớm")
    urge("23722", note="Nộp sớm")
    subject, text = deliver(clock.now() + MINUTE)["xuan"]
    assert (shown.subject, shown.text.replace("https://x.vn", "")) == (
        subject,
        text.replace("http://127.0.0.1:8000", ""),
    )


def test_the_number_of_queries_does_not_grow_with_the_units(deliver, campaign):
    urge(*COMMUNES)
    giang, lan = small.actor("giang"), small.actor("lan")
    db.session.expire_all()
    with counted() as many:
        urgeable(db.session(), office_circle(db.session(), giang, campaign.slug), clock.now(), "https://x.vn")
    db.session.expire_all()
    with counted() as few:
        urgeable(db.session(), district_circle(db.session(), lan, campaign.id), clock.now(), "https://x.vn")
    assert len(many) <= len(few) + 1
