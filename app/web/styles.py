"""The style of every page as one file: over a slow line each request costs a round trip. Serves, and makes nothing up."""

from flask import Blueprint, Response

from app.access import public
from app.web.outgoing import FOREVER
from app.web.presentation import SHEETS, STATIC

bp = Blueprint("styles", __name__)


@bp.get("/giao-dien.css")
@public
def sheet() -> Response:
    """The library's style sheet and ours after it. Its address carries a hash of both."""
    css = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SHEETS)
    return Response(css, mimetype="text/css", headers={"Cache-Control": FOREVER})
