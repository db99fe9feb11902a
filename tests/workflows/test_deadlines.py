"""From the letters' wording to instants, on the letters' own dates."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.deadlines import (
    VIETNAM,
    Deadline,
    Standing,
    Timetable,
    Wording,
    add_working_days,
    is_working,
    local_day,
    start_of_day,
    working_days_left,
)

SECOND = timedelta(seconds=1)
OPENS = datetime(2019, 10, 4, tzinfo=UTC)
DEPARTMENTS = Deadline(Wording.BEFORE_DAY, date(2019, 10, 18))
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
holidays = st.frozensets(days, max_size=5)


@pytest.mark.parametrize(
    ("wording", "day", "count_day_in", "last_day", "instant"),
    [
        # trước ngày 18/10/2019 and 25/10/2019: dispatch 1252/STTTT-CNTT; trước ngày 20/11/2018: Quảng Bình 2018.
        (Wording.BEFORE_DAY, date(2019, 10, 18), False, date(2019, 10, 17), datetime(2019, 10, 17, 17)),
        (Wording.BEFORE_DAY, date(2019, 10, 25), False, date(2019, 10, 24), datetime(2019, 10, 24, 17)),
        (Wording.BEFORE_DAY, date(2018, 11, 20), False, date(2018, 11, 19), datetime(2018, 11, 19, 17)),
        (Wording.BEFORE_DAY, date(2019, 10, 18), True, date(2019, 10, 18), datetime(2019, 10, 18, 17)),
        (Wording.THROUGH_DAY, date(2019, 10, 18), False, date(2019, 10, 18), datetime(2019, 10, 18, 17)),
        (Wording.THROUGH_DAY, date(2019, 10, 18), True, date(2019, 10, 18), datetime(2019, 10, 18, 17)),
        (Wording.BEFORE_DAY, date(2020, 1, 1), False, date(2019, 12, 31), datetime(2019, 12, 31, 17)),
        (Wording.BEFORE_DAY, date(2020, 3, 1), False, date(2020, 2, 29), datetime(2020, 2, 29, 17)),
    ],
)
def test_wording_becomes_an_instant(wording, day, count_day_in, last_day, instant):
    deadline = Deadline(wording, day, count_day_in)
    assert deadline.last_day == last_day
    assert deadline.instant == instant.replace(tzinfo=UTC)


def test_a_named_date_is_not_moved_by_the_weekend():
    sunday = date(2019, 10, 20)
    assert Deadline(Wording.THROUGH_DAY, sunday).last_day == sunday


def test_another_zone_gives_another_instant():
    tokyo = Deadline(Wording.THROUGH_DAY, date(2019, 10, 18), zone=ZoneInfo("Asia/Tokyo"))
    assert tokyo.instant == datetime(2019, 10, 18, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "submitted", "standing"),
    [
        (OPENS - SECOND, False, Standing.NOT_OPEN),
        (OPENS, False, Standing.OPEN),
        (DEPARTMENTS.instant - SECOND, False, Standing.OPEN),
        (DEPARTMENTS.instant, False, Standing.OVERDUE),
        (DEPARTMENTS.instant + SECOND, False, Standing.OVERDUE),
        (DEPARTMENTS.instant + SECOND, True, Standing.SUBMITTED),
        (OPENS - SECOND, True, Standing.SUBMITTED),
    ],
)
def test_standing_turns_at_the_instant(now, submitted, standing):
    assert Timetable(OPENS, DEPARTMENTS).standing(submitted=submitted, now=now) is standing


def test_a_returned_form_has_an_instant_of_its_own():
    repair = datetime(2019, 10, 22, 17, tzinfo=UTC)
    assert Timetable(OPENS, DEPARTMENTS, repair_due=repair).closes == repair
    assert Timetable(OPENS, DEPARTMENTS).closes == DEPARTMENTS.instant


def test_the_packages_deadline_is_the_units_unless_given():
    later = Deadline(Wording.BEFORE_DAY, date(2019, 10, 25))
    assert Timetable(OPENS, DEPARTMENTS).package_closes == DEPARTMENTS.instant
    assert Timetable(OPENS, DEPARTMENTS, package_due=later).package_closes == later.instant


def test_fifteen_working_days_from_the_letters_date():
    # 04/10/2019 is a Friday; its 15th working day after is Friday 25/10/2019 (QĐ 2392/QĐ-BTTTT).
    assert add_working_days(date(2019, 10, 4), 15, frozenset()) == date(2019, 10, 25)
    assert add_working_days(date(2019, 10, 4), 15, {date(2019, 10, 25)}) == date(2019, 10, 28)
    assert add_working_days(date(2019, 10, 5), 1, frozenset()) == date(2019, 10, 7)
    assert add_working_days(date(2019, 10, 5), 0, frozenset()) == date(2019, 10, 5)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2019, 10, 10, 2, tzinfo=UTC), 6),
        (datetime(2019, 10, 17, 16, 59, 59, tzinfo=UTC), 1),
        (datetime(2019, 10, 17, 17, tzinfo=UTC), 0),
        (datetime(2019, 10, 12, 2, tzinfo=UTC), 4),
    ],
)
def test_working_days_left_count_both_ends(now, left):
    assert working_days_left(now, DEPARTMENTS.instant, frozenset()) == left


@given(days, st.sampled_from(Wording), st.booleans())
def test_the_instant_is_the_local_midnight_after_the_last_day(day, wording, count_day_in):
    deadline = Deadline(wording, day, count_day_in)
    assert local_day(deadline.instant - SECOND) == deadline.last_day
    assert deadline.instant == start_of_day(deadline.last_day + timedelta(days=1))
    assert deadline.instant.astimezone(VIETNAM).strftime("%H:%M:%S") == "00:00:00"
    assert day - timedelta(days=1) <= deadline.last_day <= day


@given(days, st.integers(1, 60), holidays)
def test_a_period_of_working_days_ends_on_one_and_holds_as_many(start, count, free):
    end = add_working_days(start, count, free)
    between = (start + timedelta(days=step) for step in range(1, (end - start).days + 1))
    assert is_working(end, free)
    assert sum(is_working(day, free) for day in between) == count


@given(days, st.integers(0, 40), holidays)
def test_working_days_left_agree_with_adding_them(day, count, free):
    end = add_working_days(day, count, free)
    closes = start_of_day(end + timedelta(days=1))
    tomorrow = start_of_day(day + timedelta(days=1))
    assert working_days_left(tomorrow, closes, free) == count
