"""A workbook that somebody sent in for a form: the file, what it would change, and whether that was written."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Short, refers
from app.models.mixins import Versioned
from app.models.submission import Submission


class ImportState(StrEnum):
    """How far an import has come."""

    SHOWN = "shown"
    WRITTEN = "written"
    UNDONE = "undone"


class WorkbookImport(Versioned, Base):
    """One upload. ``changes``: per criterion what it was, what it becomes and the version it was at; ``faults``: what
    is wrong, by cell; ``versions``: those of the answers after writing, so that undoing knows them again.

    The file itself lies in the evidence store under ``sha256``. One of many forms that were sent in at once points to
    its ``batch_id`` and says its ``sheet``; ``notes`` are what is worth knowing and holds nothing up.
    """

    __tablename__ = "workbook_import"

    submission_id: Mapped[int] = refers("submission")
    sha256: Mapped[Short]
    file_name: Mapped[Name]
    state: Mapped[Short] = mapped_column(default=ImportState.SHOWN)
    changes: Mapped[list[Any]]
    faults: Mapped[list[Any]]
    versions: Mapped[dict[str, Any] | None]
    batch_id: Mapped[int | None] = refers("workbook_batch")
    sheet: Mapped[Name] = mapped_column(default="", server_default="")
    notes: Mapped[list[Any] | None]
    uploaded_at: Mapped[datetime]
    uploaded_by_name: Mapped[Name]
    written_at: Mapped[datetime | None]
    written_by_name: Mapped[Name] = mapped_column(default="")
    undone_at: Mapped[datetime | None]
    undone_by_name: Mapped[Name] = mapped_column(default="")

    submission: Mapped[Submission] = relationship()
