"""From a letter's wording to an instant. Holds no clock: ``now`` is always an argument.

Civil Code 2015, articles 147 and 148: a period in days leaves out its first day and ends at 24:00 of its last. A
named date is never moved by the weekend rule.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
SATURDAY = 5


class Wording(StrEnum):
    """How the letter names the day."""

    BEFORE_DAY = "before_day"
    THROUGH_DAY = "through_day"


class Late(StrEnum):
    """Which forms are still taken between the deadline and the last acceptance; those taken are flagged as late."""

    NEVER = "never"
    BEGUN = "begun"
    ANY = "any"


class Standing(StrEnum):
    """How a unit stands towards its deadline, computed when asked and never stored."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    LATE = "late"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A letter's wording and its day.

    ``trước ngày`` ends with the day before, read literally; the office may count the day in (``count_day_in``), as a
    recorded decision. ``đến hết ngày`` and ``chậm nhất ngày`` (THROUGH_DAY) include the day.
    """

    wording: Wording
    day: date
    count_day_in: bool = False
    zone: ZoneInfo = VIETNAM

    @property
    def last_day(self) -> date:
        """The last day on which a form is taken, until 24:00."""
        if self.wording is Wording.BEFORE_DAY and not self.count_day_in:
            return self.day - timedelta(days=1)
        return self.day

    @property
    def instant(self) -> datetime:
        """24:00 of the last day, in UTC: the first instant that is too late."""
        return end_of_day(self.last_day, self.zone)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When one unit, or one kind of unit, may act in a campaign. Every instant is exclusive: it is the first too late.

    ``opens``: from when on forms are taken. ``due``: the unit's own deadline, extensions counted in. ``package_due``:
    the consolidator's, for its whole package (the same date as ``due`` in both letters). ``repair_due``: an instant
    of its own that a returned form got. ``remind_from``: no reminder leaves before. ``late``: which forms are taken
    until ``late_until``, though they are late. ``edit_until``: answers can be changed that long. ``begun_at``: when
    the first work on the form was done. ``spared_until``: until then a date held that has been taken back since.
    """

    opens: datetime
    due: Deadline
    package_due: Deadline | None = None
    repair_due: datetime | None = None
    remind_from: datetime | None = None
    late: Late = Late.NEVER
    late_until: datetime | None = None
    edit_until: datetime | None = None
    begun_at: datetime | None = None
    spared_until: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """The first instant that is no longer in time; a date of repair takes the deadline's place."""
        return self.repair_due if self.repair_due is not None else self.due.instant

    @property
    def closes(self) -> datetime:
        """Last acceptance: the first instant at which the unit can no longer submit, not even late."""
        return self._last(self.late_until) if self._taken_late else self.due_at

    @property
    def locks(self) -> datetime:
        """The first instant at which answers and documents can no longer be changed."""
        return max(self.closes, self._last(self.edit_until))

    @property
    def package_closes(self) -> datetime:
        """The first instant at which the consolidator can no longer send its package.

        It waits for every form of the kind that may still come late, but not for a date of repair: that one is the
        consolidator's own gift, and would be a way to move its own deadline.
        """
        late_until = None if self.late is Late.NEVER else self.late_until
        return max(self.package_due_at, late_until or self.package_due_at)

    @property
    def package_due_at(self) -> datetime:
        """The first instant at which a package is late."""
        return (self.package_due or self.due).instant

    def is_late(self, at: datetime) -> bool:
        """Does a form that is handed in at ``at`` count as late? Who could rely on a date was in time by it."""
        return at >= self._last(self.spared_until)

    def standing(self, *, submitted: bool, now: datetime) -> Standing:
        """Where the unit stands at ``now``; a submitted form is never overdue."""
        if submitted:
            return Standing.SUBMITTED
        if now < self.opens:
            return Standing.NOT_OPEN
        if now < self.due_at:
            return Standing.OPEN
        return Standing.LATE if now < self.closes else Standing.OVERDUE

    @property
    def _taken_late(self) -> bool:
        if self.late is Late.BEGUN:
            return self.begun_at is not None and self.begun_at < self.due_at
        return self.late is Late.ANY

    def _last(self, instant: datetime | None) -> datetime:
        return max(self.due_at, instant or self.due_at)


def start_of_day(day: date, zone: ZoneInfo = VIETNAM) -> datetime:
    """00:00 of a local day as an instant in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo = VIETNAM) -> datetime:
    """24:00 of a local day as an instant in UTC: the first instant after it."""
    return start_of_day(day + timedelta(days=1), zone)


def local_day(instant: datetime, zone: ZoneInfo = VIETNAM) -> date:
    """The local calendar day of an instant."""
    return instant.astimezone(zone).date()


def is_working(day: date, holidays: Collection[date], worked: Collection[date] = ()) -> bool:
    """Monday to Friday and no holiday, or a swapped day in ``worked``; both come in as data."""
    return day in worked or (day.weekday() < SATURDAY and day not in holidays)


def add_working_days(
    start: date, days: int, holidays: Collection[date], worked: Collection[date] = ()
) -> date:
    """The last day of a period of ``days`` working days from ``start``, which itself does not count.

    Source: QĐ 2392/QĐ-BTTTT, "15 ngày làm việc kể từ ngày nhận"; Civil Code 2015, article 147.
    """
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working(day, holidays, worked)
    return day


def working_days_left(
    now: datetime,
    closes: datetime,
    holidays: Collection[date],
    zone: ZoneInfo = VIETNAM,
    *,
    worked: Collection[date] = (),
) -> int:
    """Working days from the local day of ``now`` to the last local day before ``closes``, both counted."""
    day, end = local_day(now, zone), local_day(closes - timedelta(microseconds=1), zone)
    count = 0
    while day <= end:
        count += is_working(day, holidays, worked)
        day += timedelta(days=1)
    return count


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked: Monday to Friday without ``off``, and the swapped weekend days in ``worked``.

    A day that is in both is worked: an office that swaps a holiday away means it.
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_holiday(self, day: date) -> bool:
        """A public holiday or a day given off in its place; an ordinary weekend is none."""
        return day in self.off and day not in self.worked

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day."""
        return is_working(day, self.off, self.worked)

    def add(self, start: date, days: int) -> date:
        """The last day of a period of working days, as :func:`add_working_days`."""
        return add_working_days(start, days, self.off, self.worked)
