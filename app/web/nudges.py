"""Pages for urging units that have not handed in: choosing them, taking it back, the log. They decide nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.labels import label
from app.mail_tables import XLSX
from app.mailing import link
from app.models import Nudge, UnitKind
from app.nudge_tables import nudges_workbook, taken_back_text
from app.queries.nudges import OVERSEERS, may_take_back, nudge_in_reach, nudge_lines, nudges_of
from app.queries.urging import Circle, Urgeable, district_circle, office_circle, urgeable
from app.services import nudges
from app.web import inputs, zalo
from app.web.forms import Form
from app.web.presentation import LANGUAGE
from notifications.date_words import local_deadline_words
from notifications.facts import Deadline
from workflows.deadlines import VIETNAM
from workflows.vocabulary import Role

bp = Blueprint("nudges", __name__)
LOGGED = 20
Page = Response | str | tuple[str, int]


class UrgeSchema(Schema):
    """The forms to urge for, and a sentence of one's own."""

    to = fields.List(
        fields.Integer(
            error_messages=inputs.UNFIT, validate=validate.Range(0, inputs.LARGEST_ID, error=inputs.OLD_WORDS)
        ),
        load_default=list,
    )
    note = fields.String(load_default="")


class TakeBackSchema(Schema):
    """Taking back takes nothing."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a body urges: its circle, how it is done, the addresses of its pages, and whose acts its log shows."""

    circle: Circle
    urge: Callable[..., Nudge]
    back: str
    workbook: str
    logged: int | None


@bp.route("/huyen/nhac/<int:campaign_id>", methods=["GET", "POST"])
@allow(Role.CONSOLIDATOR)
def district(campaign_id: int) -> Page:
    """A consolidator urges its units."""
    return _urging(_district(campaign_id))


@bp.get("/huyen/nhac/<int:campaign_id>/nhat-ky.xlsx")
@allow(Role.CONSOLIDATOR)
def district_workbook(campaign_id: int) -> Response:
    """What a consolidator did to urge its units, as a workbook."""
    return _workbook(_district(campaign_id))


@bp.route("/dot/<slug>/nhac", methods=["GET", "POST"])
@allow(Role.OFFICE)
def office(slug: str) -> Page:
    """The office urges units of its campaign."""
    return _urging(_office(slug))


@bp.get("/dot/<slug>/nhac/nhat-ky.xlsx")
@allow(Role.OFFICE)
def office_workbook(slug: str) -> Response:
    """What everybody did to urge units of a campaign, as a workbook."""
    return _workbook(_office(slug))


@bp.get("/nhac/<int:nudge_id>")
@allow(Role.CONSOLIDATOR, *OVERSEERS)
def one(nudge_id: int) -> str:
    """One act of urging, with what became of each mail."""
    return _one(nudge_id, {})


@bp.post("/nhac/<int:nudge_id>")
@allow(Role.CONSOLIDATOR, Role.OFFICE)
def take_back(nudge_id: int) -> Page:
    """Stop the mails that have not left."""
    form, done = Form(TakeBackSchema()), []
    if form.carry_out(lambda: done.append(nudges.take_back(current_actor(), nudge_id))):
        flash(_taken_back(done[0]), "success")
        return redirect(url_for(".one", nudge_id=nudge_id), 303)
    return _one(nudge_id, form.errors), 422


def _taken_back(done: nudges.TakenBack) -> str:
    if not done.left:
        return _("Đã hủy %(count)s thư; chưa thư nào đi.", count=done.stopped)
    return _("Đã hủy %(count)s thư; %(left)s thư đã đi trước đó.", count=done.stopped, left=done.left)


def _district(campaign_id: int) -> Desk:
    circle = district_circle(db.session(), current_actor(), campaign_id, inputs.number_of("don_vi"))
    unit_id = circle.unit_id
    return Desk(
        circle,
        lambda **given: nudges.urge_below(current_actor(), campaign_id, unit_id, **given),
        url_for("consolidation.board"),
        url_for(".district_workbook", campaign_id=campaign_id, don_vi=unit_id),
        unit_id,
    )


def _office(slug: str) -> Desk:
    return Desk(
        office_circle(db.session(), current_actor(), slug),
        lambda **given: nudges.urge_campaign(current_actor(), slug, **given),
        url_for("office.board", slug=slug),
        url_for(".office_workbook", slug=slug),
        None,
    )


def _urging(desk: Desk) -> Page:
    now = clock.now()
    everybody = urgeable(db.session(), desk.circle, now, link(""))
    kind = request.args.get("cap", "")
    rows = [row for row in everybody if kind in ("", row.kind)]
    form, made = (
        Form(UrgeSchema(), {"to": [str(row.form) for row in rows if not (row.urged_at or row.owed.muted)]}),
        [],
    )
    if form["then"] == "send" and form.carry_out(lambda **given: made.append(desk.urge(**given))):
        return redirect(url_for(".one", nudge_id=made[0].id), 303)
    page = render_template(
        "consolidation/urge.html",
        desk=desk,
        campaign=desk.circle.campaign,
        rows=rows,
        kinds=_kinds(everybody, kind),
        form=form,
        chosen=(chosen := set(form.raw.getlist("to"))),
        shown=_shown(desk.circle, rows, chosen, str(form["note"])),
        texts=_texts(desk.circle, rows, now),
        log=nudges_of(db.session(), desk.circle.campaign.id, desk.logged)[:LOGGED],
        deadline_words=_deadline_words,
        taken_back_text=taken_back_text,
        label=label,
        limit=nudges.LONGEST_NOTE,
        errors=form.errors,
    )
    return (page, 422) if form.errors else page


def _shown(circle: Circle, rows: Sequence[Urgeable], chosen: set[str], note: str) -> Any:
    """The mail of the first unit that is chosen and can be reached."""
    first = next((row for row in rows if row.reachable and str(row.form) in chosen), None)
    return None if first is None else nudges.preview(circle, first.owed, note)


def _texts(circle: Circle, rows: Sequence[Urgeable], now: datetime) -> tuple[str, ...]:
    missing = [(row.owed.unit_name, row.owed.deadline) for row in rows]
    return zalo.texts(circle.campaign, missing, None, now)


def _kinds(rows: Sequence[Urgeable], chosen: str) -> list[tuple[str, str, bool]]:
    """The kinds of unit to filter by; none where there is only one."""
    there = [kind for kind in UnitKind if any(row.kind == kind for row in rows)]
    if len(there) < 2:
        return []
    return [("", _("Tất cả"), not chosen), *((kind.value, label(kind), kind == chosen) for kind in there)]


def _one(nudge_id: int, errors: dict[str, str]) -> str:
    session, actor = db.session(), current_actor()
    nudge = nudge_in_reach(session, actor, nudge_id)
    [line] = nudge_lines(session, [nudge])
    own = may_take_back(session, actor, nudge)
    return render_template(
        "consolidation/nudge.html",
        line=line,
        nudge=nudge,
        campaign=line.campaign,
        back=_back(nudge, own=own, slug=line.campaign.slug),
        may_take_back=own and line.may_be_taken_back,
        taken_back_text=taken_back_text,
        label=label,
        errors=errors,
    )


def _back(nudge: Nudge, *, own: bool, slug: str) -> str:
    if own and nudge.unit_id in current_actor().units(Role.CONSOLIDATOR):
        return url_for(".district", campaign_id=nudge.campaign_id, don_vi=nudge.unit_id)
    if current_actor().units(Role.OFFICE):
        return url_for(".office", slug=slug)
    return url_for("office.board", slug=slug)


def _workbook(desk: Desk) -> Response:
    campaign = desk.circle.campaign
    lines = nudges_of(db.session(), campaign.id, desk.logged)
    headers = {"Content-Disposition": f'attachment; filename="don-doc-{campaign.slug}.xlsx"'}
    return Response(nudges_workbook(lines, campaign.name, clock.now()), mimetype=XLSX, headers=headers)


def _deadline_words(deadline: Deadline) -> str:
    return local_deadline_words(deadline, LANGUAGE.chosen(), VIETNAM)
