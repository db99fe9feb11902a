"""The OpenAPI document and a page on which to try it, both served from here without a single foreign address."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, current_app, send_from_directory

from app.access import public
from app.api.resources import ROOT
from app.api.spec import spec_json

FILES = Path(flask_swagger_ui.__file__).parent / "dist"
OWN_FILES = Path(__file__).parent / "static"
SHOWN = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")

bp = Blueprint("api_explorer", __name__)


@bp.get(f"{ROOT}/openapi.json")
@public
def openapi() -> Response:
    """The OpenAPI document."""
    return Response(spec_json(current_app), mimetype="application/json")


@bp.get("/api/docs")
@public
def page() -> Response:
    """The page; it needs JavaScript, the document itself does not."""
    return send_from_directory(OWN_FILES, "explorer.html")


@bp.get(f"/api/docs/<any({', '.join(repr(name) for name in SHOWN)}):name>")
@public
def library_file(name: str) -> Response:
    """A file of Swagger UI, as its package brings it."""
    return send_from_directory(FILES, name)


@bp.get("/api/docs/start.js")
@public
def starter() -> Response:
    """What starts Swagger UI: a file of its own, since the page may hold no script."""
    return send_from_directory(OWN_FILES, "start.js")
