"""Letters that came in, as the office reads them: who wrote, and what became of it. Never writes."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from app.models import IncomingMail, RoleGrant, Unit
from app.queries.mail import READERS
from app.queries.people import below
from workflows.case import Actor
from workflows.vocabulary import Role

MOST = 200


def letters(session: Session, actor: Actor) -> Sequence[IncomingMail]:
    """The newest letters of people below the reader; those of strangers belong to whoever runs the server."""
    return session.scalars(
        select(IncomingMail)
        .where(_within(actor))
        .options(joinedload(IncomingMail.person), joinedload(IncomingMail.import_))
        .order_by(IncomingMail.id.desc())
        .limit(MOST)
    ).all()


def _within(actor: Actor) -> ColumnElement[bool]:
    units = select(Unit.id).where(below(actor, READERS))
    known = IncomingMail.person_id.in_(select(RoleGrant.person_id).where(RoleGrant.unit_id.in_(units)))
    if not actor.units(Role.ADMIN):
        return known
    return or_(known, IncomingMail.person_id.is_(None))
