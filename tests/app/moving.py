"""Local days of the small campaign, for tests on a moving clock."""

from datetime import UTC, date, datetime, time

from workflows.deadlines import VIETNAM

LAST = date(2019, 10, 24)
LAST_OF_DEPARTMENTS = date(2019, 10, 17)


def at_local(day, hour=8, minute=0):
    """An instant of a local day."""
    return datetime.combine(day, time(hour, minute), VIETNAM).astimezone(UTC)


def day_of(day):
    """As keys write it."""
    return day.isoformat()
