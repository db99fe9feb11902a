"""Bearer tokens: made from an address and a password, looked at, and ended. The secret is shown once."""

from typing import Any

from flask import request
from flask_login import current_user
from marshmallow import fields
from sqlalchemy import select

from app.access import allow, current_actor, hashed, public
from app.api.fields import Instant, OneOf, Shape, Text
from app.api.resources import Resources
from app.database import db
from app.models import ApiToken, Unit
from app.services import accounts
from app.services.tokens import revoke_token
from workflows.case import Actor
from workflows.vocabulary import Role

bp = Resources("tokens", "Bearer tokens")


class TokenRequest(Shape):
    """Who wants a token, and what it is for."""

    email = Text(longest=254, least=1, required=True)
    password = Text(longest=1000, least=1, required=True)
    name = Text(longest=255, load_default="API", metadata={"description": "What the token is for."})


class TokenShape(Shape):
    """A token without its secret."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)


class IssuedTokenShape(TokenShape):
    """A token with its secret, which is shown this once."""

    token = fields.String(required=True)


class GrantShape(Shape):
    """A role over a unit; for most roles the units below belong to it."""

    role = OneOf(Role, required=True)
    unit = fields.String(required=True, metadata={"description": "Official code."})
    unit_name = fields.String(required=True)


class CurrentTokenShape(TokenShape):
    """The token of this request, and whose it is."""

    person = fields.String(required=True)
    email = fields.String(required=True)
    grants = fields.List(fields.Nested(GrantShape), required=True)


@bp.post("/tokens")
@public
@bp.arguments(TokenRequest)
@bp.response(201, IssuedTokenShape)
def issue(given: dict[str, str]) -> dict[str, Any]:
    """Make a token.

    Attempts are counted together with those of the sign-in page: five wrong ones close an address for 15 minutes.
    An Idempotency-Key has no effect here, since a secret is never kept.
    """
    person = accounts.verified_person(
        email=given["email"], password=given["password"], address=request.remote_addr or ""
    )
    actor = Actor(person.id, person.name)
    row, secret = accounts.issue_token(actor, name=given["name"], person_id=person.id)
    return _token(row) | {"token": secret}


@bp.get("/tokens/current")
@allow()
@bp.response(200, CurrentTokenShape)
def current() -> dict[str, Any]:
    """The token that this request carries, its person and what that person may do where."""
    row = db.session.scalars(select(ApiToken).where(ApiToken.token_hash == hashed(current_user.token))).one()
    grants = current_actor().grants
    units = {
        unit.id: unit
        for unit in db.session.scalars(select(Unit).where(Unit.id.in_({g.unit for g in grants})))
    }
    return _token(row) | {
        "person": row.person.name,
        "email": row.person.email,
        "grants": [
            {"role": grant.role, "unit": units[grant.unit].code, "unit_name": units[grant.unit].full_name}
            for grant in sorted(grants, key=lambda grant: (grant.unit, grant.role))
        ],
    }


@bp.delete("/tokens/current")
@allow()
@bp.response(204)
def revoke() -> None:
    """End the token that this request carries."""
    revoke_token(current_actor(), current_user.token)


def _token(row: ApiToken) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "created_at": row.created_at, "expires_at": row.expires_at}
