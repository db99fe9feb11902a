"""A file that an office sent in - criteria, units or people: what it would change, and whether that was written."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Short, refers
from app.models.mixins import Versioned
from app.models.organisation import Unit


class OfficeImportKind(StrEnum):
    """What the file is about."""

    CRITERIA = "criteria"
    UNITS = "units"
    PEOPLE = "people"


class OfficeImportState(StrEnum):
    """How far an import has come."""

    SHOWN = "shown"
    WRITTEN = "written"
    UNDONE = "undone"
    WITHDRAWN = "withdrawn"


class OfficeImport(Versioned, Base):
    """One upload within the reach of ``root``.

    ``options``: what was ticked beside the file. ``counts``: rows read, added, changed, unchanged, refused (they
    reconcile), and units or roles ended. ``changes``: one entry for each, in words and with its row; ``faults``: what
    is wrong, by sheet and cell. ``document``: of criteria, the draft as canonical JSON, empty while there are faults.
    ``undo``: what writing touched, with versions, so that undoing knows it again. The file itself lies in the evidence
    store under ``sha256``.
    """

    __tablename__ = "office_import"

    kind: Mapped[Short]
    root_id: Mapped[int] = refers("unit")
    sha256: Mapped[Short]
    file_name: Mapped[Name]
    state: Mapped[Short] = mapped_column(default=OfficeImportState.SHOWN)
    options: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]
    faults: Mapped[list[Any]]
    document: Mapped[str] = mapped_column(Text, default="")
    undo: Mapped[dict[str, Any] | None]
    uploaded_at: Mapped[datetime]
    uploaded_by_name: Mapped[Name]
    written_at: Mapped[datetime | None]
    written_by_name: Mapped[Name] = mapped_column(default="")
    undone_at: Mapped[datetime | None]
    undone_by_name: Mapped[Name] = mapped_column(default="")

    root: Mapped[Unit] = relationship()


class Succession(Versioned, Base):
    """A unit that went, whole or in part, into another on a day: merged where one successor has several predecessors,
    divided where one predecessor has several successors.
    """

    __tablename__ = "succession"
    __table_args__ = (UniqueConstraint("predecessor_id", "successor_id"),)

    predecessor_id: Mapped[int] = refers("unit")
    successor_id: Mapped[int] = refers("unit")
    on_day: Mapped[date]
    decision: Mapped[Name] = mapped_column(default="")

    predecessor: Mapped[Unit] = relationship(foreign_keys=[predecessor_id])
    successor: Mapped[Unit] = relationship(foreign_keys=[successor_id])
