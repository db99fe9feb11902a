"""The audit trail as a list with filters, within an administrator's reach. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.folding import tidy
from app.models import AuditEntry, Campaign, Person, RoleGrant, Unit, Verb
from app.queries.people import below
from workflows.case import Actor
from workflows.vocabulary import Role

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; an empty field filters nothing. ``until`` is exclusive."""

    verb: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of entries, newest first."""

    rows: Sequence[AuditEntry]
    total: int
    page: int
    pages: int


def trail_page(session: Session, actor: Actor, sought: Sought, page: int) -> TrailPage:
    """The entries about what lies in the actor's reach: campaigns, units and people, and what those people did."""
    wanted = select(AuditEntry).where(_within(actor), _matching(sought))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    newest = wanted.order_by(AuditEntry.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return TrailPage(session.scalars(newest).all(), total, page, pages)


def _within(actor: Actor) -> ColumnElement[bool]:
    units = select(Unit.id).where(below(actor, {Role.ADMIN}))
    people = select(RoleGrant.person_id).where(RoleGrant.unit_id.in_(units))
    campaigns = select(Campaign.id).where(Campaign.root_id.in_(units))
    about_person = and_(AuditEntry.subject_type == Person.__tablename__, AuditEntry.subject_id.in_(people))
    about_unit = and_(AuditEntry.subject_type == Unit.__tablename__, AuditEntry.subject_id.in_(units))
    # What a person of ours did in another province's campaign is that province's to read.
    ours = and_(AuditEntry.campaign_id.is_(None), AuditEntry.actor_id.in_(people))
    return or_(AuditEntry.campaign_id.in_(campaigns), ours, about_person, about_unit)


def _matching(sought: Sought) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [AuditEntry.id > 0]
    if sought.verb in set(Verb):
        conditions.append(AuditEntry.verb == sought.verb)
    if sought.actor:
        conditions.append(AuditEntry.actor_name.contains(tidy(sought.actor), autoescape=True))
    if sought.since:
        conditions.append(AuditEntry.at >= sought.since)
    if sought.until:
        conditions.append(AuditEntry.at < sought.until)
    return and_(*conditions)
