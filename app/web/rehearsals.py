"""Pages about rehearsals of a campaign: asking, waiting, what was found, one day, the workbook. Holds no rule."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, pre_load, validate
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.i18n.labels import label
from app.i18n.mail_texts import kind_text
from app.i18n.rehearsal_texts import item_text, mark_moment, mark_text
from app.i18n.reminder_texts import reason_text
from app.mail_tables import XLSX
from app.models import Campaign, CampaignStatus, Rehearsal, RehearsalState, UnitKind
from app.queries.reach import campaign_in_reach
from app.queries.rehearsals import OFFICE, rehearsal_in_reach, rehearsals_of
from app.rehearsal_tables import rehearsal_workbook
from app.rehearsals import MOST_DAYS, MarkRow, Rehearsed, Sought, Wish
from app.services.rehearsals import ask_for
from app.web.forms import Form
from app.web.inputs import DAY_WORDS, EARLIEST, LATEST, Messages
from app.web.office_words import words
from workflows.vocabulary import Role

bp = Blueprint("rehearsals", __name__, url_prefix="/dot/<slug>/chay-thu")
bp.context_processor(words)
PER_PAGE = 50
LONGEST_SEARCH = 100
REFRESH_SECONDS = 3
DAYS_WORDS = _l("Ghi số ngày từ 1 đến 400")
SHARE_WORDS = _l("Ghi tỷ lệ từ 0 đến 100")


def _whole(words: object, least: int, most: int) -> fields.Integer:
    messages: Messages = {"invalid": [words], "too_large": [words]}
    return fields.Integer(
        load_default=None, error_messages=messages, validate=validate.Range(least, most, error=str(words))
    )


class WishSchema(Schema):
    """From when, for how long, and how many hand in; what is left blank is chosen by the rehearsal."""

    start = fields.Date(
        format="%d/%m/%Y",
        load_default=None,
        error_messages={"invalid": [DAY_WORDS]},
        validate=validate.Range(EARLIEST, LATEST, error=DAY_WORDS),
    )
    days = _whole(DAYS_WORDS, 1, MOST_DAYS)
    submitted = _whole(SHARE_WORDS, 0, 100)

    @pre_load
    def without_blanks(self, given: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """A blank box says nothing."""
        return {name: value for name, value in given.items() if str(value).strip()}


@bp.context_processor
def rehearsal_words() -> dict[str, Any]:
    """Words that the templates about rehearsals use."""
    found = (kind_text, item_text, mark_moment, mark_text, reason_text, long_day)
    return {one.__name__: one for one in found}


def long_day(day: date) -> str:
    """A day with its weekday: "thứ Hai 23/11/2026"."""
    weekday = format_date(day, "EEEE").replace("Thứ", "thứ").replace("Nhật", "nhật")
    return f"{weekday} {day:%d/%m/%Y}"


@bp.route("", methods=["GET", "POST"])
@allow(Role.OFFICE)
def begin(slug: str) -> str | Response | tuple[str, int]:
    """Ask for a rehearsal, or look at one that was asked for before."""
    campaign = campaign_in_reach(db.session(), slug, current_actor(), OFFICE)
    form = Form(WishSchema(), {"submitted": "0"})
    asked: list[Rehearsal] = []
    if request.method == "POST" and form.carry_out(lambda **given: asked.append(_ask(slug, **given))):
        return redirect(url_for("rehearsals.show", slug=slug, rehearsal_id=asked[0].id), 303)
    page = render_template(
        "rehearsals/begin.html",
        campaign=campaign,
        closed=campaign.status == CampaignStatus.CLOSED,
        rows=rehearsals_of(db.session(), campaign),
        wish_of=lambda row: Wish.from_json(row.options),
        form=form,
        errors=form.errors,
    )
    return (page, 422) if form.errors else page


@bp.get("/<int:rehearsal_id>")
@allow(Role.OFFICE)
def show(slug: str, rehearsal_id: int) -> str | Response:
    """How far a rehearsal has come, or what it found, day by day."""
    row, campaign = _row(slug, rehearsal_id)
    if row.result is None:
        return _waiting(campaign, row)
    whole, sought = Rehearsed.from_json(row.result), _sought()
    found = whole.within(sought.takes)
    return render_template(
        "rehearsals/show.html",
        campaign=campaign,
        row=row,
        wish=Wish.from_json(row.options),
        whole=whole,
        found=found,
        days=found.by_day(),
        marks=_by_day(found),
        people=len({mail.person for mail in found.mails}),
        kinds=Counter(mail.kind for mail in found.mails).most_common(),
        reasons=Counter(skip.reason for skip in found.skips).most_common(),
        sought=sought,
        choices=_choices(whole),
        arguments=_arguments(sought),
    )


@bp.get("/<int:rehearsal_id>/ngay/<day>")
@allow(Role.OFFICE)
def day(slug: str, rehearsal_id: int, day: str) -> str:
    """Everything of one day."""
    row, campaign = _row(slug, rehearsal_id)
    if row.result is None:
        raise Missing(f"result of rehearsal {rehearsal_id}")
    whole, sought = Rehearsed.from_json(row.result), _sought()
    chosen = next((line.day for line in whole.by_day() if line.day.isoformat() == day), None)
    if chosen is None:
        raise Missing(f"day {day} of rehearsal {rehearsal_id}")
    found = whole.within(lambda one: whole.day_of(one) == chosen and sought.takes(one))
    return render_template(
        "rehearsals/day.html",
        campaign=campaign,
        row=row,
        day=chosen,
        earlier=chosen - timedelta(days=1) if chosen > whole.first else None,
        later=chosen + timedelta(days=1) if chosen < whole.last_day else None,
        found=found,
        sought=sought,
        choices=_choices(whole),
        arguments=_arguments(sought),
        page=page_number(),
        per_page=PER_PAGE,
        kind_of_unit=lambda code: label(UnitKind(code)),
    )


@bp.get("/<int:rehearsal_id>/chay-thu.xlsx")
@allow(Role.OFFICE)
def workbook(slug: str, rehearsal_id: int) -> Response:
    """The whole rehearsal as a workbook."""
    row, campaign = _row(slug, rehearsal_id)
    if row.result is None:
        raise Missing(f"result of rehearsal {rehearsal_id}")
    content = rehearsal_workbook(
        Rehearsed.from_json(row.result), campaign.name, row.finished_at or clock.now()
    )
    headers = {"Content-Disposition": f'attachment; filename="chay-thu-{campaign.slug}.xlsx"'}
    return Response(content, mimetype=XLSX, headers=headers)


def page_number() -> int:
    """The page of a long list that the address asks for."""
    number = request.args.get("page", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1


def _ask(slug: str, *, start: date | None, days: int | None, submitted: int | None) -> Rehearsal:
    return ask_for(current_actor(), slug, Wish(start, days, submitted or 0))


def _waiting(campaign: Campaign, row: Rehearsal) -> Response:
    """A page that the browser asks for again by itself, with or without scripts, unless the reader stops it."""
    ended = row.state == RehearsalState.FAILED
    stopped = ended or request.args.get("tai-lai") == "0"
    page = render_template(
        "rehearsals/waiting.html", campaign=campaign, row=row, ended=ended, stopped=stopped
    )
    headers = {} if stopped else {"Refresh": str(REFRESH_SECONDS)}
    return Response(page, mimetype="text/html", headers=headers)


def _row(slug: str, rehearsal_id: int) -> tuple[Rehearsal, Campaign]:
    row = rehearsal_in_reach(db.session(), current_actor(), slug, rehearsal_id)
    return row, db.session.get_one(Campaign, row.campaign_id)


def _by_day(found: Rehearsed) -> dict[date, list[MarkRow]]:
    marks: dict[date, list[MarkRow]] = {}
    for mark in found.marks:
        marks.setdefault(found.day_of(mark), []).append(mark)
    return marks


def _sought() -> Sought:
    return Sought(request.args.get("tim", "")[:LONGEST_SEARCH], request.args.get("loai", "")[:LONGEST_SEARCH])


def _arguments(sought: Sought) -> dict[str, str]:
    return {name: value for name, value in (("tim", sought.search), ("loai", sought.kind)) if value}


def _choices(whole: Rehearsed) -> list[tuple[str, str]]:
    return [(kind, kind_text(kind)) for kind in sorted({mail.kind for mail in whole.mails})]
