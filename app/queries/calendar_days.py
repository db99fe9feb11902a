"""Which days offices work: public holidays as the library knows them, corrected by the table. Never writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import CalendarDay, CalendarYear, Campaign, DayKind, Unit, UnitKind
from workflows.case import Actor
from workflows.deadlines import WorkCalendar
from workflows.vocabulary import Role

COUNTRY = "VN"
KEEPERS = (Role.OFFICE, Role.ADMIN)
LANGUAGES = {"vi": "vi", "en": "en_US"}


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day that is no ordinary working day or weekend: ``name`` of the holiday, ``entered`` by whom kept the table."""

    day: date
    off: bool
    name: str
    entered: DayKind | None
    note: str


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """A year as a person looks it through; ``confirmed_at`` is None while nobody has."""

    year: int
    confirmed_at: datetime | None
    confirmed_by: str
    days: tuple[DayLine, ...]


def keeps_calendar(session: Session, actor: Actor) -> bool:
    """May the actor change the calendar? It holds for the whole country: only who runs a province, or all."""
    wanted = actor.units(*KEEPERS)
    kinds = (UnitKind.PROVINCE, UnitKind.NATION)
    found = session.scalar(select(Unit.id).where(Unit.id.in_(wanted), Unit.kind.in_(kinds)).limit(1))
    return found is not None


def year_calendar(session: Session, year: int, language: str = "vi") -> YearCalendar:
    """Every day of a year that differs from the plain week, in order; two queries.

    ``language``: of the holidays' names, "vi" or "en".
    """
    confirmed = session.scalar(select(CalendarYear).where(CalendarYear.year == year))
    rows = session.scalars(
        select(CalendarDay).where(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
    )
    entered = {row.day: row for row in rows}
    names, public = _names(year, language), _public(year)
    days = sorted({*names, *public.worked, *entered})
    return YearCalendar(
        year,
        confirmed.confirmed_at if confirmed else None,
        confirmed.confirmed_by_name if confirmed else "",
        tuple(_line(day, names, entered.get(day)) for day in days),
    )


def campaign_years(campaign: Campaign) -> range:
    """The years in which the units of a campaign work on their forms."""
    years = [
        day.year
        for kind in campaign.kinds
        for day in (kind.opens_at.date(), kind.due_day, kind.late_through, kind.edit_through)
        if day is not None
    ]
    return range(min(years), max(years) + 1)


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


def _line(day: date, names: Mapping[date, str], row: CalendarDay | None) -> DayLine:
    kind = DayKind(row.kind) if row else None
    off = kind is DayKind.OFF if kind else day in names
    return DayLine(day, off, names.get(day, ""), kind, row.note if row else "")


@lru_cache(maxsize=64)
def _names(year: int, language: str) -> Mapping[date, str]:
    found = holidays.country_holidays(COUNTRY, years=[year], language=LANGUAGES.get(language, "vi"))
    return {day: str(name) for day, name in found.items() if day.year == year}


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
