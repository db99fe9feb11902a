"""Calendar files read back by a library: what RFC 5545 and RFC 5546 ask, and names that try to break out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from notifications.calendar import Organizer, addressed_to, feed, invitation
from notifications.entries import Entry, Subject, event_of
from notifications.facts import Deadline, Message, Recipient, Wording, one_line
from notifications.messages import LANGUAGES, MESSAGES
from notifications.mime import Sender, compose
from notifications.rendering import Email, render
from notifications.smtp import SmtpSettings
from notifications.transports import SmtpTransport
from tests.notifications.conftest import Mailboxes

NOW = datetime(2026, 11, 1, 1, 30, tzinfo=UTC)
AN = Recipient("an@thanhthuy.example.vn", "Nguyễn Văn An")
DUE = Deadline(datetime(2026, 11, 20, 17, tzinfo=UTC), Wording.BEFORE_DAY, date(2026, 11, 21))
LINK = "https://danhgia.example.vn/phieu/118"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ENTRY = Entry(
    uid="form-118@danhgia.example.vn",
    about=Subject.FORM,
    when=DUE,
    unit_name="xã Thanh Thủy",
    campaign_name="Đánh giá mức độ Chính quyền điện tử tỉnh Quảng Bình năm 2026",
    year=2026,
    link=LINK,
    hotline="Phòng CNTT, 0232 3844 999",
    organizer=Organizer("cntt@danhgia.example.vn", "Sở Thông tin và Truyền thông"),
)
VISIT = replace(
    ENTRY,
    uid="visit-7@danhgia.example.vn",
    about=Subject.VISIT,
    when=datetime(2026, 12, 3, 1, tzinfo=UTC),
    hours=2,
    team="Trần Chi; Lê Giang",
    papers="sổ theo dõi hồ sơ, máy chủ",
    place="UBND xã Thanh Thủy, Lệ Thủy",
)


def told(entry: Entry = ENTRY, sequence: int = 0, language: str = "vi") -> str:
    return invitation(event_of(entry, language, sequence), AN, NOW)


def read(text: str) -> Calendar:
    return Calendar.from_ical(text)


def lines(text: str) -> list[str]:
    return text.encode().decode().replace("\r\n ", "").split("\r\n")


def test_a_deadline_is_told_as_a_request() -> None:
    calendar = read(told(sequence=3))
    [event] = calendar.events
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "REQUEST")
    assert calendar["PRODID"]
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (
        "form-118@danhgia.example.vn",
        3,
        "CONFIRMED",
    )
    assert event["SUMMARY"] == "Hạn nộp phiếu 2026: xã Thanh Thủy"
    assert event["DTSTAMP"].dt == NOW
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["URL"] == LINK
    assert event["ORGANIZER"] == "mailto:cntt@danhgia.example.vn"
    assert event["ORGANIZER"].params["CN"] == "Sở Thông tin và Truyền thông"
    assert event["ATTENDEE"] == "mailto:an@thanhthuy.example.vn"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert event["ATTENDEE"].params["CN"] == "Nguyễn Văn An"


def test_it_stands_in_the_last_office_hour_of_the_last_day_and_says_the_instant() -> None:
    [event] = read(told()).events
    assert event["DTSTART"].dt == datetime(2026, 11, 20, 16, tzinfo=HANOI)
    assert event["DTEND"].dt == datetime(2026, 11, 20, 17, tzinfo=HANOI)
    assert event["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert "Hạn: trước ngày 21/11/2026 (đến hết 24:00 ngày 20/11/2026)." in event["DESCRIPTION"]
    assert LINK in event["DESCRIPTION"]


@pytest.mark.parametrize(
    ("cutoff", "day"),
    [
        (datetime(2026, 11, 20, 16, 59, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 17, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 17, 0, 1, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 20, 3, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 12, 31, 17, tzinfo=UTC), date(2026, 12, 31)),
    ],
)
def test_the_last_day_is_that_of_the_cut_off(cutoff: datetime, day: date) -> None:
    [event] = read(told(replace(ENTRY, when=Deadline(cutoff)))).events
    assert event["DTSTART"].dt.date() == event["DTEND"].dt.date() == day


def test_the_zone_is_described_and_has_no_summer_time() -> None:
    [zone] = read(told()).walk("VTIMEZONE")
    [standard] = zone.subcomponents
    assert zone["TZID"] == "Asia/Ho_Chi_Minh"
    assert standard["TZOFFSETTO"].td == standard["TZOFFSETFROM"].td == timedelta(hours=7)


def test_it_rings_a_day_before_and_a_cancelled_one_not_at_all() -> None:
    [alarm] = read(told()).walk("VALARM")
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(days=-1))
    assert alarm["DESCRIPTION"] == "Hạn nộp phiếu 2026: xã Thanh Thủy"
    assert read(told(replace(ENTRY, cancelled=True))).walk("VALARM") == []


def test_a_cancellation_names_the_same_date() -> None:
    first, last = read(told()), read(told(replace(ENTRY, cancelled=True), sequence=1))
    assert last["METHOD"] == "CANCEL"
    assert last.events[0]["STATUS"] == "CANCELLED"
    assert last.events[0]["SEQUENCE"] > first.events[0]["SEQUENCE"]
    for name in ("UID", "ORGANIZER", "ATTENDEE", "DTSTART"):
        assert last.events[0][name] == first.events[0][name]


def test_a_visit_names_hour_place_team_and_papers() -> None:
    [event] = read(told(VISIT)).events
    assert event["DTSTART"].dt == datetime(2026, 12, 3, 8, tzinfo=HANOI)
    assert event["DTEND"].dt == datetime(2026, 12, 3, 10, tzinfo=HANOI)
    assert event["LOCATION"] == "UBND xã Thanh Thủy, Lệ Thủy"
    assert "Đoàn kiểm tra: Trần Chi; Lê Giang." in event["DESCRIPTION"]
    assert "Hồ sơ cần chuẩn bị: sổ theo dõi hồ sơ, máy chủ." in event["DESCRIPTION"]


@pytest.mark.parametrize("about", list(Subject))
def test_every_subject_has_words_in_both_languages(about: Subject) -> None:
    titles = [
        read(told(replace(VISIT, about=about, count=12), language=language)).events[0]["SUMMARY"]
        for language in LANGUAGES
    ]
    assert len(set(titles)) == 2
    assert not any("{" in title for title in titles)


def test_a_feed_is_published_without_attendees_and_is_the_same_file_for_the_same_content() -> None:
    events = [event_of(ENTRY, "vi", 0), event_of(VISIT, "vi", 2)]
    text = feed(events, title="Đúng Hạn – Nguyễn Văn An", now=NOW)
    calendar = read(text)
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["X-WR-CALNAME"] == "Đúng Hạn – Nguyễn Văn An"
    assert [event["UID"] for event in calendar.events] == [ENTRY.uid, VISIT.uid]
    assert all("ATTENDEE" not in event and "ORGANIZER" in event for event in calendar.events)
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert feed(events, title="Đúng Hạn – Nguyễn Văn An", now=NOW) == text


def test_an_empty_feed_is_a_calendar() -> None:
    calendar = read(feed([], title="Đúng Hạn", now=NOW))
    assert calendar.events == []
    assert len(calendar.walk("VTIMEZONE")) == 1  # RFC 5545 §3.6: at least one component
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)


def test_lines_are_folded_and_end_as_they_should() -> None:
    text = told(replace(ENTRY, unit_name="xã " + "Thanh Thủy " * 40))
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_text_is_composed_whatever_keyboard_wrote_it() -> None:
    decomposed = replace(ENTRY, unit_name="xã Thu\u0309y")
    assert "xã Thủy" in told(decomposed)


nasty = st.text(max_size=60) | st.text(alphabet="\r\n;:,\"\\^'={}\u2028ăđ%AB", min_size=1, max_size=40)


@given(name=nasty, place=nasty, organ=nasty)
@example(name="\\", place="\\", organ="\\")
@example(name='a\\"', place="^n", organ="Sở\\")
def test_no_name_adds_a_property(name: str, place: str, organ: str) -> None:
    hostile = replace(
        VISIT,
        unit_name=name,
        place=place,
        team=place,
        papers=name,
        organizer=Organizer("cntt@danhgia.example.vn", organ),
    )
    text = invitation(event_of(hostile, "vi", 0), Recipient("an@x.vn", name), NOW)
    calm = invitation(event_of(replace(VISIT, place="x"), "vi", 0), Recipient("an@x.vn", "x"), NOW)
    allowed = {line.split(":")[0].split(";")[0] for line in lines(calm)}
    assert {line.split(":")[0].split(";")[0] for line in lines(text)} <= allowed
    [event] = read(text).events
    assert event["ATTENDEE"] == "mailto:an@x.vn"
    assert event["ORGANIZER"] == "mailto:cntt@danhgia.example.vn"
    assert str(event.get("LOCATION", "")) == one_line(place)


def test_an_address_is_written_in_ascii() -> None:
    text = invitation(event_of(ENTRY, "vi", 0), Recipient("an?x@tỉnh.vn", "An"), NOW)
    assert read(text).events[0]["ATTENDEE"] == "mailto:an%3Fx@xn--tnh-dlz.vn"


def test_a_file_follows_its_reader_to_another_address() -> None:
    moved = addressed_to(told(), Recipient("an.moi@x.vn", "An"))
    [event] = read(moved).events
    assert event["ATTENDEE"] == "mailto:an.moi@x.vn"
    assert "thanhthuy.example" not in moved.replace("\r\n ", "")
    assert event["DTSTART"].dt == datetime(2026, 11, 20, 16, tzinfo=HANOI)
    assert len(read(moved).walk("VALARM")) == 1


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        invitation(event_of(ENTRY, "vi", 0), AN, NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="not a mail address"):
        Organizer("cntt", "Sở")


@pytest.mark.parametrize("kind", [message.kind for message in MESSAGES])
def test_no_mail_grows_too_large_with_its_calendar(
    kind: str, samples: dict[str, Message], sender: Sender
) -> None:
    email = render(samples[kind], AN, domain="danhgia.example.vn", now=NOW)
    whole = compose(replace(email, calendar=told(VISIT)), AN, sender)
    assert len(whole) <= 15_000
    assert whole.isascii()
    assert max(map(len, whole.split(b"\r\n"))) <= 78 + len("Content-Type")


def test_programs_find_the_invitation_beside_the_text_and_as_a_file(receipt: Email, sender: Sender) -> None:
    parsed = message_from_bytes(compose(replace(receipt, calendar=told()), AN, sender), policy=policy.default)
    readings, saved = parsed.iter_parts()
    kinds = [part.get_content_type() for part in readings.iter_parts()]
    assert (parsed.get_content_type(), kinds) == (
        "multipart/mixed",
        ["text/plain", "text/html", "text/calendar"],
    )
    inline = list(readings.iter_parts())[-1]
    assert dict(inline["Content-Type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert inline.get_content() == told()
    assert (saved.get_content_disposition(), saved.get_filename()) == ("attachment", "lich.ics")
    assert saved.get_content().decode() == told()
    assert not parsed.defects


def test_a_file_without_a_method_goes_in_no_mail(receipt: Email, sender: Sender) -> None:
    with pytest.raises(ValueError, match="needs a method"):
        compose(replace(receipt, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), AN, sender)


def test_a_real_server_gets_it_whole(
    receipt: Email, sender: Sender, real_server: tuple[Mailboxes, int]
) -> None:
    mailboxes, port = real_server
    transport = SmtpTransport(SmtpSettings("127.0.0.1", port), sender)
    transport.send(AN, replace(receipt, calendar=told(replace(ENTRY, cancelled=True), sequence=1)))
    transport.close()
    [envelope] = mailboxes.envelopes
    parsed = message_from_bytes(envelope.original_content, policy=policy.default)
    [inline] = [part for part in parsed.walk() if part.get_content_type() == "text/calendar"]
    calendar = read(inline.get_content())
    assert (inline.get_param("method"), calendar["METHOD"]) == ("CANCEL", "CANCEL")
    assert calendar.events[0]["SUMMARY"] == "Hạn nộp phiếu 2026: xã Thanh Thủy"
    assert calendar.events[0]["SEQUENCE"] == 1
