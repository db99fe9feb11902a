"""The API under /api/v1: the same services and schemas as the pages, for machines. Decides nothing."""

from flask import Flask, Response, request

from app.access import csrf
from app.api import (
    answers,
    campaigns,
    documents,
    editions,
    explorer,
    idempotency,
    moves,
    packages,
    runs,
    scrutiny,
    submissions,
    tokens,
    verdicts,
)
from app.api.resources import Resources, add_converters
from app.api.spec import gatherer

RESOURCES: tuple[Resources, ...] = (
    tokens.bp,
    campaigns.bp,
    submissions.bp,
    answers.bp,
    documents.bp,
    moves.bp,
    packages.bp,
    verdicts.bp,
    scrutiny.bp,
    runs.bp,
    editions.bp,
)

for _resources in RESOURCES:
    idempotency.install(_resources)


def install(app: Flask) -> None:
    """Register every resource. No cookie opens the API, so no form token guards it."""
    add_converters(app.url_map)
    api = gatherer(app)
    for resources in RESOURCES:
        csrf.exempt(resources)
        api.register_blueprint(resources)
    app.register_blueprint(explorer.bp)
    app.after_request(_mark)


def _mark(response: Response) -> Response:
    """Answers to a token's bearer are nobody else's; who may not ask is told how."""
    if not request.path.startswith("/api/"):
        return response
    if "Authorization" in request.headers:
        response.headers["Cache-Control"] = "no-store"
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
