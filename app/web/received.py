"""The office's pages of packages: what the consolidators sent, and sending one back. Views decide nothing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.models import Campaign
from app.queries.packages import package_of, packages_of, silent_consolidators
from app.queries.reach import campaign_in_reach
from app.services import packages
from app.web import inputs
from app.web.forms import Form
from workflows.vocabulary import Role

bp = Blueprint("received", __name__)
OFFICE = frozenset({Role.OFFICE})


class ReturnSchema(Schema):
    """What sending a package back asks."""

    note = fields.String(**inputs.required(_l("Nhập lý do trả lại")))


@bp.get("/dot/<slug>/ho-so", endpoint="all")
@allow(Role.OFFICE)
def received(slug: str) -> str:
    """The packages that a campaign's office has received, and who has sent none."""
    campaign = _campaign(slug)
    return render_template(
        "consolidation/received.html",
        campaign=campaign,
        sent=packages_of(db.session(), campaign.id),
        silent=silent_consolidators(db.session(), campaign.id),
    )


@bp.route("/dot/<slug>/ho-so/<int:package_id>", endpoint="one", methods=["GET", "POST"])
@allow(Role.OFFICE)
def received_one(slug: str, package_id: int) -> str | Response | tuple[str, int]:
    """One package with its forms; and sending it back."""
    campaign = _campaign(slug)
    found = package_of(db.session(), campaign.id, package_id)
    form = Form(ReturnSchema())
    if request.method == "POST" and form.carry_out(_return, package_id=package_id):
        flash(
            _("Đã trả lại hồ sơ tổng hợp của %(unit)s", unit=found.package.consolidator.full_name), "success"
        )
        return redirect(url_for(".all", slug=slug), 303)
    page = render_template(
        "consolidation/received_one.html", campaign=campaign, one=found, form=form, errors=form.errors
    )
    return (page, 422) if form.errors else page


def _campaign(slug: str) -> Campaign:
    return campaign_in_reach(db.session(), slug, current_actor(), OFFICE)


def _return(*, package_id: int, **given: Any) -> None:
    packages.return_package(current_actor(), package_id, **given)
