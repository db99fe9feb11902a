"""What monitoring asks: is the process alive, may it be sent visitors, what has it counted."""

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from app import access
from app.access import public
from app.current import settings
from app.database import db
from app.faults import Forbidden
from app.metrics import exposition
from app.queries.readiness import checks
from workflows.vocabulary import Role

bp = Blueprint("probes", __name__)
LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers. Asks nothing else, so that a slow database does not get the server killed."""
    return _fresh(jsonify(status="ok"))


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Each check with what was found; 503 while one fails."""
    found = checks(db.session(), settings())
    ready = all(check.ok for check in found)
    body = jsonify(
        status="ok" if ready else "failing",
        checks={check.name: {"ok": check.ok, "found": check.found} for check in found},
    )
    return _fresh(body), 200 if ready else 503


@bp.get("/metrics")
@public
def metrics() -> Response:
    """The counters, for this machine itself and for the bearer token of an administrator.

    Raises:
        Forbidden: anybody else asks.
    """
    if not (_from_this_machine() or _for_administrator()):
        raise Forbidden("metrics")
    return _fresh(Response(exposition(), content_type=CONTENT_TYPE_LATEST))


def _from_this_machine() -> bool:
    # Behind a proxy that the settings do not name, every visitor would seem to sit on this machine.
    if not settings().proxies and any(name in request.headers for name in FORWARDED):
        return False
    return request.remote_addr in LOOPBACK


def _for_administrator() -> bool:
    found = access.bearer()
    return found is not None and any(grant.role is Role.ADMIN for grant in found.actor.grants)


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
