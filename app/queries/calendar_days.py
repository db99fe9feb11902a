"""Which days offices work: public holidays as the library knows them, corrected by the table. Never writes."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import CalendarDay, CalendarYear, DayKind
from workflows.deadlines import WorkCalendar

COUNTRY = "VN"


def calendar_of(session: Session, years: Iterable[int]) -> WorkCalendar:
    """The calendar of these years; one query."""
    wanted = sorted(set(years))
    known = [_public(year) for year in wanted]
    rows = session.scalars(
        select(CalendarDay).where(
            CalendarDay.day >= date(wanted[0], 1, 1), CalendarDay.day <= date(wanted[-1], 12, 31)
        )
    ).all()
    off = {row.day for row in rows if row.kind == DayKind.OFF}
    working = {row.day for row in rows if row.kind == DayKind.WORKING}
    public = frozenset().union(*(each.off for each in known))
    swapped = frozenset().union(*(each.worked for each in known))
    return WorkCalendar((public | off) - working, (swapped - off) | working)


def unconfirmed(session: Session, years: Iterable[int]) -> tuple[int, ...]:
    """Those of the years whose days off nobody has confirmed yet."""
    wanted = sorted(set(years))
    known = set(session.scalars(select(CalendarYear.year).where(CalendarYear.year.in_(wanted))))
    return tuple(year for year in wanted if year not in known)


@lru_cache(maxsize=64)
def _public(year: int) -> WorkCalendar:
    # The library knows the days off given in place of worked Saturdays; those may lie in the year after.
    found = holidays.country_holidays(COUNTRY, years=[year - 1, year, year + 1])
    days = (
        date.fromordinal(day)
        for day in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
    )
    worked = frozenset(day for day in days if day.weekday() >= 5 and found.is_working_day(day))
    return WorkCalendar(frozenset(day for day in found if day.year == year), worked)
