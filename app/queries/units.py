"""The live tree of units, as lists for matching, searching and choosing. Never writes."""

from datetime import date

from sqlalchemy import ColumnElement, not_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.models import Succession, Unit, UnitKind
from app.roster_matching import KnownUnit


def known_units(session: Session, province_id: int) -> list[KnownUnit]:
    """The units in force of one province, the province included, as the roster matching wants them."""
    return _known(session, Unit.path.contains(f"/{province_id}/"), Unit.valid_to.is_(None))


def other_units(session: Session, province_id: int, reach: ColumnElement[bool]) -> list[KnownUnit]:
    """Units within ``reach`` that may have gone into those of a province: its ended ones, and those of others."""
    is_own = Unit.path.contains(f"/{province_id}/")
    return _known(session, reach, or_(not_(is_own), Unit.valid_to.is_not(None)))


def predecessors_of(session: Session, unit_id: int) -> list[Succession]:
    """What went into a unit, whole or in part."""
    rows = select(Succession).where(Succession.successor_id == unit_id).order_by(Succession.id)
    return list(session.scalars(rows.options(joinedload(Succession.predecessor))))


def _known(session: Session, *conditions: ColumnElement[bool]) -> list[KnownUnit]:
    parent = aliased(Unit)
    rows = session.execute(
        select(Unit, parent.code, parent.full_name)
        .outerjoin(parent, Unit.parent_id == parent.id)
        .where(*conditions)
        .order_by(Unit.id)
    )
    return [
        KnownUnit(unit.id, unit.code, unit.kind, unit.full_name, code or "", name or "", unit.parent_id)
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
