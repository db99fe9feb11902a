"""Importing a roster of units for the administrator of its province: previewed first, then written."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.database import db
from app.faults import Forbidden
from app.models import Unit, UnitKind
from app.rosters import Roster, read_roster
from app.services.units import Import, import_units
from workflows.case import Actor, Place
from workflows.vocabulary import Role


def import_roster(
    actor: Actor, rows: Sequence[Sequence[str]], *, valid_from: date, write: bool, end_missing: bool
) -> Import:
    """Preview or write a roster; as :func:`app.services.units.import_units`.

    Raises:
        Forbidden: the province of the roster is not the actor's, or new and the actor administers no nation.
        Invalid: the roster has faults, each with its row.
    """
    roster = read_roster(rows)
    _refuse_foreign(actor, roster)
    return import_units(actor, roster, valid_from=valid_from, write=write, end_missing=end_missing)


def _refuse_foreign(actor: Actor, roster: Roster) -> None:
    """Only who administers a province changes its units; a province that is not there yet is the nation's."""
    for row in roster.rows:
        if row.kind != UnitKind.PROVINCE:
            continue
        known = db.session.scalars(
            select(Unit).where(Unit.kind == UnitKind.PROVINCE, Unit.code == row.code, Unit.valid_to.is_(None))
        ).all()
        nations = db.session.scalars(select(Unit).where(Unit.kind == UnitKind.NATION)).all()
        if not any(actor.holds(Role.ADMIN, over=Place(one.id, one.above)) for one in known or nations):
            raise Forbidden(f"province {row.code}")
