"""Giving criteria to colleagues of the unit, and taking them back. It shuts nobody out: any of them may still answer."""

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Invalid
from app.models import CriterionTask, Person, Submission, Verb
from app.queries.criteria_sets import criteria_set_of
from app.queries.criterion_tasks import colleagues
from app.services.drafts import draft
from app.unit import UnitOfWork, unit
from criteria.model import CriteriaSet, EnteredBy
from workflows.case import Actor


def give(
    actor: Actor, submission_id: int, criteria: Collection[str], person_id: int | None
) -> tuple[str, ...]:
    """Give criteria to a colleague, or to nobody (``person_id`` None); returns those for which that changed something.

    Raises:
        Missing, Forbidden, Invalid: as :func:`app.services.drafts.editable`. Invalid: no criterion (field
        ``criteria``), one that the unit does not answer, or somebody who is not of the unit (field ``person``).
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        _check(criteria_set_of(submission.campaign_unit.kind), criteria)
        person = _colleague(work, submission, person_id)
        rows = {row.criterion: row for row in _rows(work, submission)}
        changed = tuple(code for code in dict.fromkeys(criteria) if _differs(rows.get(code), person))
        before = {code: rows[code].person.name if code in rows else "" for code in changed}
        for code in changed:
            _set(work, submission, rows.get(code), code, person)
        if changed:
            after = dict.fromkeys(changed, person.name if person else "")
            work.record(
                Verb.CRITERIA_GIVEN, submission, campaign=submission.campaign_id, before=before, after=after
            )
    return changed


def _check(known: CriteriaSet, criteria: Collection[str]) -> None:
    if not criteria:
        raise Invalid(FieldFault("criteria", "none", _("Đánh dấu ít nhất một tiêu chí để giao")))
    for code in criteria:
        if not known.has(code) or known.criterion(code).entered_by != EnteredBy.UNIT:
            words = _("Đơn vị không kê khai tiêu chí %(code)s; bỏ dấu tiêu chí này", code=code[:40])
            raise Invalid(FieldFault("criteria", "not_asked", words))


def _colleague(work: UnitOfWork, submission: Submission, person_id: int | None) -> Person | None:
    if person_id is None:
        return None
    found = (one for one in colleagues(work.session, submission, work.now) if one.id == person_id)
    person = next(found, None)
    if person is None:
        raise Invalid(FieldFault("person", "stranger", _("Chọn một người của đơn vị còn tài khoản")))
    return person


def _rows(work: UnitOfWork, submission: Submission) -> Collection[CriterionTask]:
    return work.session.scalars(
        select(CriterionTask).where(CriterionTask.submission_id == submission.id)
    ).all()


def _differs(row: CriterionTask | None, person: Person | None) -> bool:
    return (row.person_id if row else None) != (person.id if person else None)


def _set(
    work: UnitOfWork, submission: Submission, row: CriterionTask | None, code: str, person: Person | None
) -> None:
    if row is not None and person is None:
        work.session.delete(row)
    elif row is not None and person is not None:
        row.person_id, row.given_at, row.given_by_name = person.id, work.now, work.actor.name
    elif person is not None:
        work.session.add(
            CriterionTask(
                submission_id=submission.id,
                criterion=code,
                person_id=person.id,
                given_at=work.now,
                given_by_name=work.actor.name,
            )
        )
