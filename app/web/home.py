"""The first page after signing in: leads to the one place of work, or lists the places."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from app.access import allow
from app.web.shell import navigation

bp = Blueprint("home", __name__)


@bp.get("/trang-chu")
@allow()
def index() -> str | Response:
    """Lead to the reader's work."""
    places = navigation()
    if len(places) == 1:
        return redirect(places[0].href)
    return render_template("account/home.html", places=places)
