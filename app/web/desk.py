"""The unit officer's desk: which forms are mine, and the list of what is to be done in one. Holds no rule."""

from flask import render_template, request

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.labels import deadline_text
from app.queries.campaign_plans import hotline_of
from app.queries.desk_forms import OwnForm, own_forms
from app.queries.reach import READERS
from app.web import desk_criterion, desk_documents, desk_moves, desk_results
from app.web.desk_open import FORM, bp, opened, show
from workflows.case import EXACT
from workflows.deadlines import Standing, working_days_left

PAGES = (desk_criterion, desk_documents, desk_moves, desk_results)
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
        standing=_standing,
        days_left=_days_left,
        minutes=lambda form: form.submission.asked * MINUTES_A_CRITERION,
        hotline=hotline_of,
        illustrative=any(form.illustrative for form in current),
    )


@bp.get(FORM)
@allow(*READERS)
def tasks(submission_id: int) -> str:
    """The list of criteria by group, with what remains."""
    return show("tasks", opened(submission_id), only_left=request.args.get("con-lai") == "1")


def _standing(form: OwnForm) -> Standing:
    return form.timetable.standing(submitted=False, now=clock.now())


def _days_left(form: OwnForm) -> int:
    return working_days_left(clock.now(), form.timetable.closes, holidays=frozenset())
