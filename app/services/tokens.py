"""Ending a bearer token. Issuing one is with the accounts, beside the passwords that it stands on."""

from sqlalchemy import select

from app.access import hashed
from app.faults import Missing
from app.models import ApiToken, Verb
from app.unit import unit
from workflows.case import Actor


def revoke_token(actor: Actor, secret: str) -> None:
    """End a token; it opens nothing from then on.

    Raises:
        Missing: there is no such token of the actor's.
    """
    with unit(actor) as work:
        row = work.session.scalar(select(ApiToken).where(ApiToken.token_hash == hashed(secret)))
        if row is None or row.person_id != actor.id:
            raise Missing("api_token")
        row.revoked_at = row.revoked_at or work.now
        work.record(Verb.TOKEN_REVOKED, row, after={"name": row.name})
