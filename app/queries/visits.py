"""Field checks: one in reach, and those that are still to come. Never writes."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.faults import Missing
from app.models import FieldVisit
from app.queries.reach import submission_in_reach
from workflows.case import Actor
from workflows.vocabulary import Role

AHEAD = (FieldVisit.recorded_at.is_(None), FieldVisit.called_off_at.is_(None))


def visit_in_reach(session: Session, visit_id: int, actor: Actor) -> FieldVisit:
    """A field check that is still to come, of a form within the actor's reach as task force.

    Raises:
        Missing: there is none, it is out of reach, or it was recorded or called off.
    """
    visit = session.get(FieldVisit, visit_id, options=[joinedload(FieldVisit.submission)])
    if visit is None or not visit.ahead:
        raise Missing(f"field_visit {visit_id}")
    submission_in_reach(session, visit.submission_id, actor, {Role.TASK_FORCE})
    return visit


def visits_ahead(session: Session, submission_id: int) -> tuple[FieldVisit, ...]:
    """The field checks of a form that are still to come, the next first."""
    found = select(FieldVisit).where(FieldVisit.submission_id == submission_id, *AHEAD)
    return tuple(session.scalars(found.order_by(FieldVisit.planned_on, FieldVisit.planned_time)))
