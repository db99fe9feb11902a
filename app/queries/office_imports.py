"""The files that offices sent in, and who may see which. Never writes."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.faults import Missing
from app.models import OfficeImport, OfficeImportKind, Unit
from app.queries.people import below
from workflows.case import Actor, Place
from workflows.vocabulary import Role

MOST_LISTED = 20
SENDERS: Mapping[OfficeImportKind, tuple[Role, ...]] = {
    OfficeImportKind.CRITERIA: (Role.OFFICE,),
    OfficeImportKind.UNITS: (Role.ADMIN,),
    OfficeImportKind.PEOPLE: (Role.ADMIN, Role.OFFICE),
}


def root_of(session: Session, actor: Actor, kind: OfficeImportKind) -> Unit:
    """The highest unit for which the actor may send in a file of a kind.

    Raises:
        Missing: there is none.
    """
    held = session.scalars(select(Unit).where(Unit.id.in_(actor.units(*SENDERS[kind])))).all()
    if not held:
        raise Missing(f"root of {kind}")
    return min(held, key=lambda unit: (len(unit.above), unit.id))


def may_see(actor: Actor, root: Unit, kind: str) -> bool:
    """Whether an import of this root is within the actor's reach."""
    return actor.holds_any(SENDERS[OfficeImportKind(kind)], over=Place(root.id, root.above))


def import_in_reach(
    session: Session,
    import_id: int,
    actor: Actor,
    kinds: Sequence[OfficeImportKind] = tuple(OfficeImportKind),
) -> OfficeImport:
    """One import whose root the actor may send files in for.

    Raises:
        Missing: there is none, or it is out of reach, or of another kind.
    """
    row = session.get(OfficeImport, import_id)
    if row is None or row.kind not in kinds or not may_see(actor, row.root, row.kind):
        raise Missing(f"office_import {import_id}")
    return row


def imports_in_reach(session: Session, actor: Actor, kind: OfficeImportKind) -> list[OfficeImport]:
    """The last ones of a kind, newest first."""
    found = (
        select(OfficeImport)
        .join(Unit, Unit.id == OfficeImport.root_id)
        .where(OfficeImport.kind == kind, below(actor, SENDERS[kind]))
        .order_by(OfficeImport.id.desc())
        .limit(MOST_LISTED)
    )
    return list(session.scalars(found))
