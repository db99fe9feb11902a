"""Dates in the words of a mail: a day, an instant, a deadline with its wording and its instant. Knows no message."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from notifications.facts import Deadline, Wording

_WORDINGS = {
    ("vi", Wording.BEFORE_DAY): "trước ngày {day} (đến hết {cutoff})",
    ("vi", Wording.THROUGH_DAY): "đến hết ngày {day} (đến hết {cutoff})",
    ("vi", None): "đến hết {cutoff}",
    ("en", Wording.BEFORE_DAY): "before {day} (until {cutoff})",
    ("en", Wording.THROUGH_DAY): "by the end of {day} (until {cutoff})",
    ("en", None): "by {cutoff}",
}
_MOMENTS = {"vi": "{time} ngày {day}", "en": "{time} on {day}"}


def aware(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant in local time; raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant without a zone cannot be printed: {instant}")
    return instant.astimezone(zone)


def day_words(value: date) -> str:
    """Print a day as dd/mm/yyyy."""
    return f"{value.day:02}/{value.month:02}/{value.year}"


def last_day_words(value: Deadline) -> str:
    """Print day and month of the last day that is still in time, for a subject."""
    return day_words((value.cutoff - timedelta(microseconds=1)).date())[:5]


def moment_words(value: datetime, language: str) -> str:
    """Print an instant; midnight is the 24:00 of the day that ends (Civil Code 2015, art. 148)."""
    time, day = f"{value:%H:%M}", value.date()
    if time == "00:00":
        time, day = "24:00", day - timedelta(days=1)
    return _MOMENTS[language].format(time=time, day=day_words(day))


def deadline_words(value: Deadline, language: str) -> str:
    """Print a deadline whose instant is local already: the letter's words, and the instant with them."""
    cutoff = moment_words(value.cutoff, language)
    day = day_words(value.day) if value.day else ""
    return _WORDINGS[language, value.wording].format(day=day, cutoff=cutoff)


def local_deadline_words(value: Deadline, language: str, zone: ZoneInfo) -> str:
    """As :func:`deadline_words`, for an instant that is not local yet."""
    return deadline_words(replace(value, cutoff=aware(value.cutoff, zone)), language)


def deadline_end_words(value: Deadline, language: str) -> str:
    """Print the instant alone, where several deadlines stand in one list."""
    return moment_words(value.cutoff, language)
