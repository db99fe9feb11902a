"""The unit officer's desk: which forms are mine, and the list of what is to be done in one. Holds no rule."""

from collections.abc import Callable, Sequence

from flask import render_template, request
from flask_babel import gettext as _

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.labels import date_text, deadline_text, late_text
from app.queries.calendar_days import calendar_of, unconfirmed
from app.queries.campaign_plans import hotline_of
from app.queries.desk_forms import OwnForm, own_forms
from app.queries.internal_dates import internal_of
from app.queries.reach import READERS
from app.queries.visits import visits_ahead
from app.web import (
    desk_autosave,
    desk_criterion,
    desk_documents,
    desk_moves,
    desk_papers,
    desk_results,
    desk_table,
    desk_uploads,
    desk_workbooks,
)
from app.web.desk_open import FORM, bp, opened, show
from workflows.case import EXACT
from workflows.deadlines import Standing, working_days_left

PAGES = (
    desk_autosave,
    desk_criterion,
    desk_documents,
    desk_moves,
    desk_papers,
    desk_results,
    desk_table,
    desk_uploads,
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
        illustrative=any(form.illustrative for form in current),
    )


@bp.get(FORM)
@allow(*READERS)
def tasks(submission_id: int) -> str:
    """The list of criteria by group, with what remains."""
    page = opened(submission_id)
    submission = page.desk.submission
    return show(
        "tasks",
        page,
        visits=visits_ahead(db.session(), submission.id),
        only_left=request.args.get("con-lai") == "1",
        internal=internal_of(db.session(), [submission]).get(submission.id),
        date_text=date_text,
        now=clock.now(),
    )


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
