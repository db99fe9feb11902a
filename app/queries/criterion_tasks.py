"""Who of a unit looks after which criterion, and who could. Never writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from app.models import CriterionTask, Person, RoleGrant, Submission
from app.queries.actors import addressees_of
from workflows.case import EXACT


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a criterion was given to; ``ended``: no longer one of the unit, so that nobody looks after it."""

    person_id: int
    name: str
    ended: bool

    @property
    def initials(self) -> str:
        """The first letter of every part of the name: NTA for Nguyễn Thị An."""
        return "".join(part[0].upper() for part in self.name.split())


def tasks_of(session: Session, submission: Submission, now: datetime) -> Mapping[str, Holder]:
    """The criteria of a form that were given to somebody; one query."""
    at_work = exists().where(
        RoleGrant.person_id == Person.id,
        RoleGrant.unit_id == submission.campaign_unit.unit_id,
        RoleGrant.role.in_(EXACT),
        RoleGrant.valid_from <= now,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
    )
    rows = session.execute(
        select(CriterionTask.criterion, Person.id, Person.name, and_(Person.active, at_work))
        .join(Person, CriterionTask.person_id == Person.id)
        .where(CriterionTask.submission_id == submission.id)
    )
    return {code: Holder(person, name, not here) for code, person, name, here in rows}


def colleagues(session: Session, submission: Submission, now: datetime) -> Sequence[Person]:
    """The officers and heads of the form's unit whose account is open, by name."""
    unit_id = submission.campaign_unit.unit_id
    return tuple(addressees_of(session, EXACT, (unit_id,), now).get(unit_id, ()))


def forms_with_tasks(session: Session, person_id: int, submission_ids: Sequence[int]) -> frozenset[int]:
    """Of these forms, those in which the person looks after something; one query."""
    rows = session.scalars(
        select(CriterionTask.submission_id).where(
            CriterionTask.person_id == person_id, CriterionTask.submission_id.in_(submission_ids)
        )
    )
    return frozenset(rows)
