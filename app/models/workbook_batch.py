"""Many forms in Excel at once: what was asked for, how far it has come, and what came of it. No rule here."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Unrecorded


class BatchTask(StrEnum):
    """What is done with the forms. A file that was sent in is read first; then it may be written, then undone."""

    SHEETS = "sheets"
    ZIP = "zip"
    READ = "read"
    WRITE = "write"
    UNDO = "undo"


class BatchState(StrEnum):
    """How far the task has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class WorkbookBatch(Unrecorded, Base):
    """One file of many forms, made for somebody or sent in; ``done`` of ``total`` steps. Claimed by a tick like a mail.

    ``options`` say which forms, or which files of a .zip are written or undone. ``sha256`` names the file in the store
    of bundles, from which it is swept; ``findings`` are what is wrong with files and sheets as such. What would change
    is in the imports that point here.
    """

    __tablename__ = "workbook_batch"

    campaign_id: Mapped[int] = refers("campaign")
    task: Mapped[Short]
    state: Mapped[Short] = mapped_column(default=BatchState.WAITING, index=True)
    options: Mapped[dict[str, Any]]
    file_name: Mapped[Name] = mapped_column(default="")
    sha256: Mapped[Short] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(index=True)
    asked_by_id: Mapped[int] = refers("person")
    asked_by_name: Mapped[Name]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[Any] | None]
    finished_at: Mapped[datetime | None]
    fault: Mapped[Prose]
