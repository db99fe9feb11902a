"""A person's own account: particulars and the calendar address; and the calendar itself, by its secret address."""

import re

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.access import allow, current_actor, current_person, public
from app.database import db
from app.services import calendar_feeds

bp = Blueprint("account", __name__)
KEPT = "private, max-age=900"


@bp.get("/tai-khoan")
@allow()
def show() -> str:
    """Who I am here, and my calendar."""
    return _page()


@bp.post("/tai-khoan/lich")
@allow()
def make_feed() -> str:
    """Make a calendar address; the page that answers is the only one that shows it."""
    return _page(calendar_feeds.make_feed(current_actor()))


@bp.post("/tai-khoan/lich/huy")
@allow()
def revoke_feed() -> AnyResponse:
    """End the calendar address."""
    calendar_feeds.revoke_feed(current_actor())
    flash(_("Đã hủy địa chỉ lịch; phần mềm lịch không đọc được nữa"), "success")
    return redirect(url_for("account.show"), 303)


@bp.get("/lich/<secret>.ics")
@public
def calendar(secret: str) -> AnyResponse:
    """The dates of whoever's address it is; a program that has them already gets 304."""
    found = calendar_feeds.read_feed(secret)
    response = Response(found.text, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="dung-han.ics"'
    response.headers["Cache-Control"] = KEPT
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(found.tag)
    response.last_modified = found.changed_at
    return response.make_conditional(request)


def _page(address: str = "") -> str:
    person = current_person()
    return render_template(
        "account/account.html",
        person=person,
        feed=calendar_feeds.feed_of(db.session(), person.id),
        address=address,
        subscription=re.sub("^https?:", "webcal:", address),
    )
