"""Units of the province: a dated tree with official codes kept as text. A code is no identity over time."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Short, refers
from app.models.mixins import Versioned


class UnitKind(StrEnum):
    """The floor of the tree on which a unit stands."""

    NATION = "nation"
    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"


class Unit(Versioned, Base):
    """A unit as it is from ``valid_from`` until the day before ``valid_to``.

    ``path`` holds the ids from the root to the unit, as ``/1/5/27/``; ``search_key`` its name folded for search.
    """

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_kind_code", "kind", "code"),)

    code: Mapped[Short]
    kind: Mapped[Short]
    type_word: Mapped[Short] = mapped_column(default="")
    name: Mapped[Name]
    full_name: Mapped[Name]
    formal_name: Mapped[Name]
    abbreviation: Mapped[Short] = mapped_column(default="")
    parent_id: Mapped[int | None] = refers("unit")
    path: Mapped[str] = mapped_column(String(255), default="/", index=True)
    display_order: Mapped[int] = mapped_column(default=0)
    search_key: Mapped[Name] = mapped_column(default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[Short] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id")

    @property
    def above(self) -> tuple[int, ...]:
        """The ids of the units above, nearest first."""
        return path_above(self.path)


def path_above(path: str) -> tuple[int, ...]:
    """The ids above the last one of a path like ``/1/5/27/``, nearest first."""
    ids = [int(part) for part in path.split("/") if part]
    return tuple(reversed(ids[:-1]))
