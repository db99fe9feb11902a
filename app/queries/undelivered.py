"""Which mails of an office's units ended badly in a stretch of time, for its daily mail. Never writes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.models import OutboxMessage, RoleGrant, Unit
from app.queries.mail import ENDED_BADLY, MailLine, lines_where, within
from notifications.messages import Undelivered
from notifications.refusals import heard
from workflows.case import Actor, Grant
from workflows.vocabulary import Role


def offices(session: Session, now: datetime) -> Sequence[Unit]:
    """The units over which somebody is the office now."""
    held = select(RoleGrant.unit_id).where(
        RoleGrant.role == Role.OFFICE,
        RoleGrant.valid_from <= now,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
    )
    return session.scalars(select(Unit).where(Unit.id.in_(held)).order_by(Unit.id)).all()


def last_told(session: Session, office: str) -> datetime | None:
    """When an office, by the name it has in keys, was last told of undelivered mails."""
    told = OutboxMessage.key.startswith(f"{Undelivered.kind}:{office}:", autoescape=True)
    return session.scalar(select(func.max(OutboxMessage.created_at)).where(told))


def ended_badly(session: Session, over: Unit, since: datetime, until: datetime) -> tuple[MailLine, ...]:
    """The mails below a unit that ended badly from ``since`` until before ``until``, the newest first."""
    office = Actor(None, "", frozenset({Grant(Role.OFFICE, over.id)}))
    return lines_where(
        session,
        within(office, (Role.OFFICE,)),
        OutboxMessage.state.in_(ENDED_BADLY),
        OutboxMessage.settled_at >= since,
        OutboxMessage.settled_at < until,
        OutboxMessage.kind != Undelivered.kind,
    )


def told_of(line: MailLine) -> str:
    """One such mail in a line without words of ours: whose, telephone, address, and what the server said."""
    whose = ", ".join(part for part in (line.unit or line.recipient_name, line.phone, line.address) if part)
    words = heard(line.outcome).words
    return f"{whose}: {words}" if words else whose
