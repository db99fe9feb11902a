"""Working days by the calendar of an office: holidays, and days swapped for one another."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflows.deadlines import WorkCalendar, add_working_days

days = st.dates(date(2018, 1, 1), date(2030, 12, 31))
sets = st.frozensets(days, max_size=6)
FRIDAY = date(2019, 10, 4)


def test_fifteen_working_days_from_receipt():
    assert WorkCalendar().add(FRIDAY, 15) == date(2019, 10, 25)
    assert WorkCalendar(off=frozenset({date(2019, 10, 25)})).add(FRIDAY, 15) == date(2019, 10, 28)


def test_a_worked_saturday_counts():
    saturday = date(2019, 10, 12)
    assert WorkCalendar(worked=frozenset({saturday})).is_working(saturday)
    assert WorkCalendar(worked=frozenset({saturday})).add(FRIDAY, 15) == date(2019, 10, 24)


def test_a_day_that_is_off_and_worked_is_worked():
    both = WorkCalendar(frozenset({FRIDAY}), frozenset({FRIDAY}))
    assert both.is_working(FRIDAY)
    assert not both.is_holiday(FRIDAY)


def test_a_weekend_is_no_holiday():
    assert not WorkCalendar().is_holiday(date(2019, 10, 5))
    assert not WorkCalendar().is_working(date(2019, 10, 5))


@given(days, st.integers(1, 40), sets, sets)
def test_a_period_ends_on_a_working_day_and_holds_as_many(start, count, off, worked):
    calendar = WorkCalendar(off, worked)
    end = calendar.add(start, count)
    between = (start + timedelta(days=step) for step in range(1, (end - start).days + 1))
    assert calendar.is_working(end)
    assert sum(map(calendar.is_working, between)) == count
    assert end == add_working_days(start, count, off, worked)


@given(days, sets, sets)
def test_a_holiday_is_never_worked(day, off, worked):
    calendar = WorkCalendar(off, worked)
    assert not (calendar.is_holiday(day) and calendar.is_working(day))
