"""Who was given a form to verify, and until when. Never writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Assignment, Person


@dataclass(frozen=True, slots=True)
class Assignee:
    """The member of the task force that a form was given to, and the last day for it."""

    name: str
    due_day: date


def assignees(session: Session, submission_ids: Iterable[int]) -> Mapping[int, Assignee]:
    """Who was given these forms, of those that somebody was given; one query."""
    rows = session.execute(
        select(Assignment.submission_id, Person.name, Assignment.due_day)
        .join(Person, Assignment.person_id == Person.id)
        .where(Assignment.submission_id.in_(list(submission_ids)))
    )
    return {form: Assignee(name, day) for form, name, day in rows}
