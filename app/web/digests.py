"""Where an overview's mail leads whoever wants no more of them: a page with a button, and one press by a mail program."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.access import csrf, public
from app.services import digests

bp = Blueprint("digests", __name__, url_prefix="/ban-tin")


@bp.get("/<token>")
@public
def page(token: str) -> str:
    """Say whether this person gets overviews, and offer the other."""
    return render_template("mail/digests.html", person=digests.reader_of(token), token=token)


@bp.post("/<token>")
@csrf.exempt  # a mail program presses this for its reader (RFC 8058); the token is the proof
@public
def stop(token: str) -> Response:
    """Turn overviews off."""
    digests.want_digests(token, wanted=False)
    return redirect(url_for("digests.page", token=token), 303)


@bp.post("/<token>/nhan-lai")
@public
def resume(token: str) -> Response:
    """Turn overviews on again."""
    digests.want_digests(token, wanted=True)
    return redirect(url_for("digests.page", token=token), 303)
