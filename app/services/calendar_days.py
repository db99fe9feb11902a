"""The office calendar: a person looks a year through and confirms it, and enters days that were swapped."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.faults import FieldFault, Forbidden, Invalid
from app.models import CalendarDay, CalendarYear, DayKind, Verb
from app.queries.calendar_days import keeps_calendar, unconfirmed
from app.unit import SYSTEM, UnitOfWork, unit
from workflows.case import Actor

YEARS = range(2000, 2101)


def confirm_year(actor: Actor, year: int) -> CalendarYear:
    """Confirm that the days off of a year are known; again to say that they were looked through anew.

    Raises:
        Forbidden: the actor runs no province. Invalid: no year that holidays are known for.
    """
    if year not in YEARS:
        words = _("Chọn năm từ %(first)s đến %(last)s", first=YEARS[0], last=YEARS[-1])
        raise Invalid(FieldFault("year", "out_of_range", words))
    with unit(actor) as work:
        _check_keeper(work)
        row = work.session.scalar(select(CalendarYear).where(CalendarYear.year == year))
        if row is None:
            row = CalendarYear(year=year)
            work.session.add(row)
        row.confirmed_at, row.confirmed_by_name = work.now, actor.name
        work.record(Verb.CALENDAR_CONFIRMED, row, after={"year": year})
    return row


def set_day(actor: Actor, day: date, kind: DayKind, *, note: str = "") -> CalendarDay:
    """Say that a day is off, or worked, whatever the public holidays say.

    Raises:
        Forbidden: the actor runs no province.
    """
    with unit(actor) as work:
        _check_keeper(work)
        row = work.session.scalar(select(CalendarDay).where(CalendarDay.day == day))
        before = None if row is None else _said(row)
        if row is None:
            row = CalendarDay(day=day)
            work.session.add(row)
        row.kind, row.note = kind, note.strip()
        work.record(Verb.CALENDAR_CHANGED, row, before=before, after=_said(row))
    return row


def clear_day(actor: Actor, day: date) -> None:
    """Let a day be again what the public holidays say; nothing happens if it is.

    Raises:
        Forbidden: the actor runs no province.
    """
    with unit(actor) as work:
        _check_keeper(work)
        row = work.session.scalar(select(CalendarDay).where(CalendarDay.day == day))
        if row is not None:
            work.record(Verb.CALENDAR_CHANGED, row, before=_said(row))
            work.session.delete(row)


def refuse_unconfirmed(session: Session, first: int, last: int, field: str) -> None:
    """Stop where a year from ``first`` to ``last`` was never confirmed: it is not taken as one without holidays.

    Raises:
        Invalid: names the years.
    """
    years = unconfirmed(session, range(first, last + 1))
    if years:
        named = ", ".join(map(str, years))
        words = _("Xác nhận lịch nghỉ lễ năm %(years)s trước, ở mục Lịch làm việc", years=named)
        raise Invalid(FieldFault(field, "calendar_unconfirmed", words))


def _check_keeper(work: UnitOfWork) -> None:
    if work.actor != SYSTEM and not keeps_calendar(work.session, work.actor):
        raise Forbidden("calendar")


def _said(row: CalendarDay) -> dict[str, str]:
    return {"day": row.day.isoformat(), "kind": row.kind, "note": row.note}
