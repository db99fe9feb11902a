"""The unit officer's desk: which forms are mine, and the list of what is to be done in one. Holds no rule."""

from collections.abc import Callable, Sequence

from flask import render_template, request
from flask_babel import gettext as _

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.labels import date_text, deadline_text, late_text
from app.models import Submission
from app.queries.calendar_days import calendar_of, unconfirmed
from app.queries.campaign_plans import hotline_of
from app.queries.criterion_tasks import forms_with_tasks
from app.queries.desk_forms import OwnForm, own_forms
from app.queries.earlier_forms import earlier_forms, earlier_year
from app.queries.internal_dates import internal_of
from app.queries.reach import READERS
from app.queries.sign_off import sign_off_of
from app.queries.visits import visits_ahead
from app.web import (
    desk_autosave,
    desk_criterion,
    desk_documents,
    desk_estimates,
    desk_last_year,
    desk_moves,
    desk_papers,
    desk_records,
    desk_report,
    desk_results,
    desk_signing,
    desk_table,
    desk_tasks,
    desk_uploads,
    desk_viewing,
    desk_workbooks,
)
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.desk_tasks import Sieve, holders_of, sieves, sifted, waits_for
from app.web.presentation import number
from workflows.case import EXACT
from workflows.deadlines import Standing, working_days_left

PAGES = (
    desk_autosave,
    desk_criterion,
    desk_documents,
    desk_estimates,
    desk_last_year,
    desk_moves,
    desk_papers,
    desk_records,
    desk_report,
    desk_results,
    desk_signing,
    desk_table,
    desk_tasks,
    desk_uploads,
    desk_viewing,
    desk_workbooks,
)
MINUTES_A_CRITERION = 2

__all__ = ["PAGES", "bp"]


@bp.get("/don-vi")
@allow(*EXACT)
def start() -> str:
    """What is to be done by when, and all forms of my unit."""
    forms = own_forms(db.session(), current_actor())
    current = tuple(form for form in forms if form.is_current)
    return render_template(
        "desk/start.html",
        current=current,
        others=tuple(form for form in forms if not form.is_current),
        deadline=deadline_text,
        late_text=late_text,
        internal=internal_of(db.session(), [form.submission for form in current]),
        date_text=date_text,
        now=clock.now(),
        standing=_standing,
        days_left=_days_left(current),
        minutes=lambda form: form.submission.asked * MINUTES_A_CRITERION,
        hotline=hotline_of,
        mine=_mine([form.submission for form in current]),
        earlier={form.submission.id: earlier_year(db.session(), form.submission) for form in current},
        illustrative=any(form.illustrative for form in current),
    )


@bp.get(FORM)
@allow(*READERS)
def tasks(submission_id: int) -> str:
    """The list of criteria by group, with what remains."""
    page = opened(submission_id)
    submission = page.desk.submission
    holders = holders_of(page) if page.mine else {}
    offered = sieves(holders)
    chosen = tuple(sieve for sieve in offered if request.args.get(sieve.argument) == "1")
    return show(
        "tasks",
        page,
        visits=visits_ahead(db.session(), submission.id),
        only_left=any(sieve.argument == "con-lai" for sieve in chosen),
        holders=holders,
        filters=[(sieve, sieve in chosen, _count(page, sieve)) for sieve in offered],
        shown=sifted(page.desk, chosen),
        last_time=_last_time(page),
        sign_off=sign_off_of(db.session(), submission, clock.now()) if page.desk.is_draft else None,
        internal=internal_of(db.session(), [submission]).get(submission.id),
        date_text=date_text,
        now=clock.now(),
    )


def _mine(forms: Sequence[Submission]) -> dict[int, int]:
    """How many criteria wait for the reader, by form; only the forms in which something was given to them are read."""
    me = current_actor().id
    given = forms_with_tasks(db.session(), me, [form.id for form in forms]) if me is not None else frozenset()
    pages = (opened(number) for number in sorted(given))
    return {page.desk.submission.id: waits_for(page.desk, holders_of(page), me) for page in pages}


def _count(page: Opened, sieve: Sieve) -> int:
    return sum(sieve.keeps(item) for item in page.desk.items())


def _last_time(page: Opened) -> dict[str, str]:
    """What each criterion that is still the same was worth last time, as "2025: 3,5"."""
    earlier = earlier_forms(db.session(), page.desk.submission) if page.mine else ()
    if len(earlier) != 1:
        return {}
    rows = ((item.code, earlier[0].of(item.criterion)) for item in page.desk.items())
    worth = {
        code: one.own if one.verified is None else one.verified
        for code, one in rows
        if one and one.comparable
    }
    return {
        code: f"{earlier[0].year}: {number(points)}" for code, points in worth.items() if points is not None
    }


def _standing(form: OwnForm) -> Standing:
    return form.timetable.standing(submitted=False, now=clock.now())


def _days_left(forms: Sequence[OwnForm]) -> Callable[[OwnForm], str]:
    """Working days left, in words, by the office calendar; with a caveat where nobody confirmed a year of it."""
    now = clock.now()
    years = range(now.year, max([now.year, *(form.timetable.due_at.year for form in forms)]) + 1)
    calendar, doubtful = calendar_of(db.session(), years), unconfirmed(db.session(), years)

    def said(form: OwnForm) -> str:
        due = form.timetable.due_at
        days = working_days_left(now, due, calendar.off, worked=calendar.worked)
        if any(year <= due.year for year in doubtful):
            return _("Còn %(days)s ngày làm việc, theo lịch nghỉ lễ chưa được xác nhận.", days=days)
        return _("Còn %(days)s ngày làm việc.", days=days)

    return said
