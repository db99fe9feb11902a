"""Pages about whom mail can reach: units without contact, refused addresses, units told otherwise. Holds no rule."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.mail_tables import XLSX, contacts_workbook
from app.models import Campaign
from app.queries.contacts import (
    campaigns_to_reach,
    contacts_of,
    refused_people,
    unit_contacts,
)
from app.queries.mail import KEEPERS, READERS
from app.queries.reach import campaign_in_reach
from app.services import mutes
from app.web.forms import Form
from app.web.office_words import words

bp = Blueprint("contacts", __name__, url_prefix="/thu/lien-lac")
bp.context_processor(words)


class MuteSchema(Schema):
    """Why a unit is left in peace."""

    reason = fields.String(load_default="")


class EmptySchema(Schema):
    """A form that carries nothing but its address."""


@bp.get("")
@allow(*READERS)
def index() -> str:
    """The units of a campaign that no mail reaches, those told otherwise, and the people whose address is refused."""
    campaigns = campaigns_to_reach(db.session(), current_actor())
    chosen = _chosen(campaigns)
    units = contacts_of(db.session(), chosen, clock.now()) if chosen else ()
    return render_template(
        "mail/contacts.html",
        campaigns=[(one.slug, one.name) for one in campaigns],
        campaign=chosen,
        silent=[one for one in units if not one.reached],
        muted=[one for one in units if one.mute is not None],
        total=len(units),
        refused=refused_people(db.session(), current_actor(), clock.now()),
        is_keeper=_is_keeper(),
    )


@bp.get("/lien-lac.xlsx")
@allow(*READERS)
def workbook() -> Response:
    """The same as a workbook."""
    chosen = _chosen(campaigns_to_reach(db.session(), current_actor()))
    units = contacts_of(db.session(), chosen, clock.now()) if chosen else ()
    content = contacts_workbook(
        units, refused_people(db.session(), current_actor(), clock.now()), clock.now()
    )
    headers = {"Content-Disposition": 'attachment; filename="lien-lac.xlsx"'}
    return Response(content, mimetype=XLSX, headers=headers)


@bp.get("/<slug>/<int:unit_id>")
@allow(*READERS)
def unit(slug: str, unit_id: int) -> str:
    """One unit: whom mail reaches there. The office may say that it is told otherwise."""
    return _page(_campaign(slug), unit_id)


@bp.post("/<slug>/<int:unit_id>/ngung")
@allow(*KEEPERS)
def mute(slug: str, unit_id: int) -> str | Response | tuple[str, int]:
    """Send no more reminders to the unit."""
    form = Form(MuteSchema())
    if form.carry_out(lambda reason: mutes.mute_unit(current_actor(), slug, unit_id, reason)):
        return _back(slug, unit_id, _("Đơn vị không nhận thư nhắc nữa; nhớ báo theo cách đã ghi."))
    return _page(_campaign(slug), unit_id, form), 422


@bp.post("/<slug>/<int:unit_id>/gui-tro-lai")
@allow(*KEEPERS)
def unmute(slug: str, unit_id: int) -> str | Response | tuple[str, int]:
    """Send reminders to the unit again."""
    form = Form(EmptySchema())
    if form.carry_out(lambda: mutes.end_mute(current_actor(), slug, unit_id)):
        return _back(slug, unit_id, _("Đơn vị nhận thư nhắc trở lại từ mốc nhắc tới."))
    return _page(_campaign(slug), unit_id, form), 422


def _back(slug: str, unit_id: int, done: str) -> Response:
    flash(done, "success")
    return redirect(url_for("contacts.unit", slug=slug, unit_id=unit_id), 303)


def _page(campaign: Campaign, unit_id: int, sent: Form | None = None) -> str:
    return render_template(
        "mail/unit.html",
        campaign=campaign,
        unit=unit_contacts(db.session(), campaign, unit_id, clock.now()),
        is_keeper=_is_keeper(),
        errors=sent.errors if sent else {},
        reason=sent["reason"] if sent else "",
    )


def _campaign(slug: str) -> Campaign:
    return campaign_in_reach(db.session(), slug, current_actor(), READERS)


def _chosen(campaigns: Sequence[Campaign]) -> Campaign | None:
    asked = request.args.get("dot", "")
    return next((one for one in campaigns if one.slug == asked), campaigns[0] if campaigns else None)


def _is_keeper() -> bool:
    return bool(current_actor().units(*KEEPERS))
