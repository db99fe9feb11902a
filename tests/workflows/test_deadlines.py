"""From the letters' wording to instants, on the letters' own dates."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.deadlines import (
    VIETNAM,
    Deadline,
    Late,
    Standing,
    Timetable,
    Wording,
    add_working_days,
    end_of_day,
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


DUE = DEPARTMENTS.instant
LATE_END, EDIT_END = end_of_day(date(2019, 10, 25)), end_of_day(date(2019, 10, 31))
REPAIR = end_of_day(date(2019, 10, 28))
instants = st.datetimes(datetime(2019, 10, 1), datetime(2019, 11, 30), timezones=st.just(UTC))


def timetable(**more):
    return Timetable(OPENS, DEPARTMENTS, late_until=LATE_END, edit_until=EDIT_END, **more)


@pytest.mark.parametrize(
    ("late", "begun_at", "closes"),
    [
        (Late.NEVER, OPENS, DUE),
        (Late.ANY, None, LATE_END),
        (Late.BEGUN, None, DUE),
        (Late.BEGUN, DUE - SECOND, LATE_END),
        (Late.BEGUN, DUE, DUE),
        (Late.BEGUN, DUE + SECOND, DUE),
    ],
)
def test_last_acceptance_follows_the_rule_for_late_forms(late, begun_at, closes):
    found = timetable(late=late, begun_at=begun_at)
    assert (found.due_at, found.closes, found.locks) == (DUE, closes, EDIT_END)


@pytest.mark.parametrize("late", Late)
def test_a_date_of_repair_moves_the_due_and_nothing_ends_before_it(late):
    found = timetable(late=late, repair_due=REPAIR, begun_at=OPENS)
    assert (found.due_at, found.closes, found.locks) == (REPAIR, REPAIR, EDIT_END)
    assert replace(found, edit_until=None).locks == REPAIR


def test_an_extension_beyond_the_late_end_is_the_last_acceptance():
    later = Deadline(Wording.THROUGH_DAY, date(2019, 11, 5))
    found = Timetable(OPENS, later, late=Late.ANY, late_until=LATE_END, edit_until=EDIT_END)
    assert found.due_at == found.closes == found.locks == found.package_closes == later.instant


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (DUE - SECOND, Standing.OPEN),
        (DUE, Standing.LATE),
        (LATE_END - SECOND, Standing.LATE),
        (LATE_END, Standing.OVERDUE),
    ],
)
def test_between_due_and_last_acceptance_a_form_is_late_and_taken(now, standing):
    assert timetable(late=Late.ANY).standing(submitted=False, now=now) is standing


def test_lateness_turns_at_the_due_instant():
    assert [timetable().is_late(DUE + step) for step in (-SECOND, timedelta(0), SECOND)] == [
        False,
        True,
        True,
    ]


def test_who_relied_on_a_date_that_was_taken_back_is_not_late():
    spared = replace(timetable(), spared_until=DUE + timedelta(hours=5))
    assert not spared.is_late(DUE + timedelta(hours=4))
    assert spared.is_late(DUE + timedelta(hours=5))


@pytest.mark.parametrize(
    ("late", "closes"), [(Late.NEVER, DUE), (Late.BEGUN, LATE_END), (Late.ANY, LATE_END)]
)
def test_a_package_waits_for_late_forms_but_not_for_a_repair(late, closes):
    assert timetable(late=late, repair_due=REPAIR).package_closes == closes


@given(
    instants,
    st.sampled_from(Late),
    st.none() | instants,
    st.none() | instants,
    st.none() | instants,
    st.none() | instants,
)
def test_instants_never_stand_in_another_order(now, late, late_until, edit_until, repair, begun):
    found = Timetable(
        OPENS,
        DEPARTMENTS,
        late=late,
        late_until=late_until,
        edit_until=edit_until,
        repair_due=repair,
        begun_at=begun,
    )
    assert found.due_at <= found.closes <= found.locks
    standing = found.standing(submitted=False, now=now)
    assert (standing in {Standing.OPEN, Standing.LATE}) == (OPENS <= now < found.closes)
    if standing is Standing.LATE:
        assert found.is_late(now)
    if standing is Standing.OPEN:
        assert not found.is_late(now)


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
