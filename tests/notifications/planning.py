"""An imagined campaign for the planner of reminders: people, forms, a calendar, and a caller that remembers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.facts import Deadline, Owed, Recipient, Wording
from notifications.ladder import ladder
from notifications.obligations import Audience, Campaign, Obligation, Reader
from notifications.reminders import plan

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LAST_DAY = date(2026, 11, 20)  # a Friday
STEPS = (14, 7, 3, 1, 0, -1)
RULES = {"qb": ladder(STEPS)}
OPENED = datetime(2026, 10, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Days:
    """A calendar of holidays only; weekends are not worked."""

    off: frozenset[date] = frozenset()

    def is_holiday(self, day):
        return day in self.off

    def is_working(self, day):
        return day.weekday() < 5 and day not in self.off


def local(day, hour=8, minute=0):
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def before(days, hour=8, minute=0):
    return local(LAST_DAY - timedelta(days=days), hour, minute)


def reader(person, *audiences, address=None):
    return Reader(person, Recipient(address or f"p{person}@x.vn", f"P{person}"), frozenset(audiences))


AN = reader(1, Audience.UNIT)
HEAD = reader(2, Audience.HEAD)
BINH = reader(3, Audience.CONSOLIDATOR)
CAMPAIGN = Campaign("qb", "Đợt 2026", 2026, "Asia/Ho_Chi_Minh", "0232")


def form(**changes):
    facts = {
        "campaign": CAMPAIGN,
        "owed": Owed.FORM,
        "subject": "form-1",
        "place": 1,
        "unit": "19321",
        "unit_name": "xã Thanh Thủy",
        "link": "https://x.vn/phieu/1",
        "deadline": Deadline(local(LAST_DAY + timedelta(days=1), 0), Wording.THROUGH_DAY, LAST_DAY),
        "version": "m0",
        "since": OPENED,
        "readers": (AN, HEAD),
        "form": 1,
        "done": 37,
        "total": 60,
    }
    return Obligation(**facts | changes)


def watched(**changes):
    return form(
        **{"owed": Owed.OVERSIGHT, "subject": "below-9", "readers": (BINH,), "missing": ("xã A",)} | changes
    )


def told(found):
    return {(mail.person, due.rule.name) for mail in found.mails for due in mail.items}


def reasons(found):
    return {(skip.person, skip.rule.name, skip.reason) for skip in found.skips}


class Memory:
    """Plays a caller that keeps what was told and skipped."""

    def __init__(self, calendar=None):
        self.settled, self.days = set(), set()
        self.calendar = calendar or Days()
        self.mails = []

    def tick(self, obligations, now, rules=RULES):
        today = now.astimezone(ZONE).date()
        served = {person for person, day in self.days if day == today}
        found = plan(obligations, rules, self.calendar, now, settled=self.settled, served=served)
        self.settled |= {due.key for mail in found.mails for due in mail.items} | {s.key for s in found.skips}
        self.days |= {(mail.person, mail.day) for mail in found.mails}
        self.mails += [(now, mail) for mail in found.mails]
        return found
