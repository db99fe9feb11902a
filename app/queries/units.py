"""The live tree of units, as lists for matching, searching and choosing. Never writes."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Unit, UnitKind
from app.roster_matching import KnownUnit


def known_units(session: Session, province_id: int) -> list[KnownUnit]:
    """The units in force of one province, the province included, as the roster matching wants them."""
    parent = aliased(Unit)
    rows = session.execute(
        select(Unit, parent.code, parent.full_name)
        .outerjoin(parent, Unit.parent_id == parent.id)
        .where(Unit.path.contains(f"/{province_id}/"), Unit.valid_to.is_(None))
        .order_by(Unit.id)
    )
    return [
        KnownUnit(unit.id, unit.code, unit.kind, unit.full_name, code or "", name or "")
        for unit, code, name in rows
    ]


def province_in_force(session: Session, code: str, day: date) -> Unit | None:
    """The province that has this code on a day."""
    return session.scalar(
        select(Unit)
        .where(
            Unit.kind == UnitKind.PROVINCE,
            Unit.code == code,
            Unit.valid_from <= day,
            or_(Unit.valid_to.is_(None), Unit.valid_to > day),
        )
        .order_by(Unit.valid_from.desc())
    )


def units_in_force(session: Session, province: Unit, kind: str, day: date) -> list[Unit]:
    """The units of a kind in a province on a day, in their display order, each level by its parent's."""
    return list(
        session.scalars(
            select(Unit)
            .where(
                Unit.path.startswith(province.path),
                Unit.kind == kind,
                Unit.valid_from <= day,
                or_(Unit.valid_to.is_(None), Unit.valid_to > day),
            )
            .order_by(Unit.parent_id, Unit.display_order, Unit.id)
        )
    )
