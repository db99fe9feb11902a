"""Bringing criteria sets in. A set is stored once for each digest and never changes."""

from sqlalchemy import select

from app.models import StoredCriteriaSet, Verb
from app.unit import UnitOfWork, unit
from criteria.codec import digest, to_json
from criteria.model import CriteriaSet
from workflows.case import Actor


def import_criteria_set(actor: Actor, criteria_set: CriteriaSet) -> StoredCriteriaSet:
    """Store a criteria set, or find the one that is there already with the same content."""
    with unit(actor) as work:
        return keep_criteria_set(work, criteria_set)


def keep_criteria_set(work: UnitOfWork, criteria_set: CriteriaSet) -> StoredCriteriaSet:
    """As :func:`import_criteria_set`, inside the caller's unit of work."""
    name = digest(criteria_set)
    found = work.session.scalar(select(StoredCriteriaSet).where(StoredCriteriaSet.digest == name))
    if found is not None:
        return found
    row = StoredCriteriaSet(
        digest=name,
        code=criteria_set.code,
        title=criteria_set.title,
        unit_kind=criteria_set.unit_kind,
        illustrative=criteria_set.illustrative,
        document=to_json(criteria_set),
        imported_at=work.now,
    )
    work.add(row)
    work.record(Verb.CRITERIA_IMPORTED, row, after={"title": row.title, "digest": name})
    return row
