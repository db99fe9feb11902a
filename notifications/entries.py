"""What is put into calendars: dates as facts, and the words for them in each language. Writes no file, sends nothing."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from notifications.calendar import Event, Organizer
from notifications.date_words import local_deadline_words
from notifications.facts import Deadline, one_line

FROM_HOUR, TO_HOUR = time(16), time(17)
LONGEST_TITLE = 120
LONGEST_LINE = 300


class Subject(StrEnum):
    """What a date is about."""

    FORM = "form"
    PACKAGE = "package"
    ASSIGNMENT = "assignment"
    VISIT = "visit"
    REPLY = "reply"
    OPENING = "opening"
    INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One date in no language.

    uid: the name that all words about it share; when: a deadline, or the aware instant at which it begins, with
    `hours` of length; unit_name: whose date it is; count: how many forms an assignment holds; team, papers, place: of
    a visit; cancelled: the date holds no more.
    """

    uid: str
    about: Subject
    when: Deadline | datetime
    unit_name: str
    campaign_name: str
    year: int
    link: str
    hotline: str
    organizer: Organizer
    zone: str = "Asia/Ho_Chi_Minh"
    hours: int = 1
    count: int = 0
    team: str = ""
    papers: str = ""
    place: str = ""
    cancelled: bool = False


def event_of(entry: Entry, language: str, sequence: int) -> Event:
    """Write an entry in a language.

    A deadline stands from 16:00 to 17:00 of its last day: it ends at 24:00, when nobody is at work. The description
    says the letter's words and the instant.
    """
    start, end = _hours(entry)
    return Event(
        uid=entry.uid,
        sequence=sequence,
        title=_titled(entry, language),
        start=start,
        end=end,
        description="\n".join(_described(entry, language)),
        link=entry.link,
        organizer=entry.organizer,
        place=entry.place,
        zone=entry.zone,
        cancelled=entry.cancelled,
    )


def _hours(entry: Entry) -> tuple[datetime, datetime]:
    if isinstance(entry.when, datetime):
        return entry.when, entry.when + timedelta(hours=entry.hours)
    zone = ZoneInfo(entry.zone)
    last = (entry.when.cutoff.astimezone(zone) - timedelta(microseconds=1)).date()
    return datetime.combine(last, FROM_HOUR, zone), datetime.combine(last, TO_HOUR, zone)


def _titled(entry: Entry, language: str) -> str:
    words = _TITLES[language][entry.about].format(unit=entry.unit_name, year=entry.year, count=entry.count)
    return one_line(words)[:LONGEST_TITLE]


def _described(entry: Entry, language: str) -> list[str]:
    words = _LINES[language]
    lines = [entry.campaign_name]
    if isinstance(entry.when, Deadline):
        printed = local_deadline_words(entry.when, language, ZoneInfo(entry.zone))
        lines.append(words["deadline"].format(printed))
    lines += [
        words[name].format(text) for name, text in (("team", entry.team), ("papers", entry.papers)) if text
    ]
    lines += [entry.link, words["hotline"].format(entry.hotline)]
    return [one_line(line)[:LONGEST_LINE] for line in lines]


_TITLES = {
    "vi": {
        Subject.FORM: "Hạn nộp phiếu {year}: {unit}",
        Subject.PACKAGE: "Hạn gửi hồ sơ tổng hợp {year}: {unit}",
        Subject.ASSIGNMENT: "Hạn thẩm tra {count} phiếu năm {year}",
        Subject.VISIT: "Kiểm tra thực tế: {unit}",
        Subject.REPLY: "Hạn phản hồi dự thảo kết quả {year}: {unit}",
        Subject.OPENING: "Bắt đầu nhận phiếu {year}: {unit}",
        Subject.INTERNAL: "Hạn nội bộ nộp phiếu {year}: {unit}",
    },
    "en": {
        Subject.FORM: "Form {year} due: {unit}",
        Subject.PACKAGE: "Package {year} due: {unit}",
        Subject.ASSIGNMENT: "{count} forms of {year} to verify",
        Subject.VISIT: "Field check: {unit}",
        Subject.REPLY: "Reply to the draft result {year} due: {unit}",
        Subject.OPENING: "Forms of {year} accepted: {unit}",
        Subject.INTERNAL: "Form {year} wanted earlier: {unit}",
    },
}
_LINES = {
    "vi": {
        "deadline": "Hạn: {}.",
        "team": "Đoàn kiểm tra: {}.",
        "papers": "Hồ sơ cần chuẩn bị: {}.",
        "hotline": "Cần hỗ trợ, gọi {}.",
    },
    "en": {
        "deadline": "Due {}.",
        "team": "Team: {}.",
        "papers": "Papers to prepare: {}.",
        "hotline": "For help, call {}.",
    },
}
