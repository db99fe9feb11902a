"""Pages of the administrator: units and the audit trail. Holds no rule."""

from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from marshmallow import Schema

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.trail_texts import fact_changes, subject_text
from app.models import UnitKind, Verb
from app.queries.people import MANAGERS, contacts, units_page
from app.queries.trail import Sought, trail_page
from app.queries.trail_subjects import subject_names
from app.web.inputs import day
from app.web.office_words import words
from workflows.deadlines import local_day, start_of_day
from workflows.vocabulary import Role

bp = Blueprint("administration", __name__, url_prefix="/quan-tri")
bp.context_processor(words)
MOST_LISTED = 500
MOST_OPEN = 4


class DaySchema(Schema):
    """A day to filter by."""

    day = day()


@bp.get("/don-vi")
@allow(*MANAGERS)
def units() -> str:
    """The units in the reader's reach, and who of them can be reached by mail."""
    search, kind = request.args.get("tim", "")[:100], request.args.get("cap", "")
    today = local_day(clock.now())
    found = units_page(db.session(), current_actor(), search=search, kind=kind, day=today, limit=MOST_LISTED)
    return render_template(
        "people/units.html",
        units=found,
        people=contacts(db.session(), [one.id for one in found], clock.now()),
        search=search,
        kind=kind,
        kinds=list(UnitKind),
        is_admin=_is_admin(),
        most=MOST_LISTED,
    )


@bp.get("/nhat-ky")
@allow(Role.ADMIN)
def trail() -> str:
    """Who did what to what, and when. Read-only."""
    asked = {name: request.args.get(name, "")[:100] for name in ("viec", "nguoi", "tu", "den")}
    until = _day(asked["den"])
    sought = Sought(
        verb=asked["viec"],
        actor=asked["nguoi"],
        since=_day(asked["tu"]),
        until=until + timedelta(days=1) if until else None,
    )
    page = request.args.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    found = trail_page(db.session(), current_actor(), sought, number)
    return render_template(
        "people/trail.html",
        page=found,
        names=subject_names(db.session(), found.rows),
        asked=asked,
        verbs=list(Verb),
        most_open=MOST_OPEN,
        subject_text=subject_text,
        fact_changes=fact_changes,
        is_admin=True,
    )


def _is_admin() -> bool:
    return bool(current_actor().units(Role.ADMIN))


def _day(text: str) -> datetime | None:
    """The beginning of a day that was typed; what is no day filters nothing."""
    given = DaySchema(partial=True).validate({"day": text})
    return None if given or not text else start_of_day(DaySchema().load({"day": text})["day"])
