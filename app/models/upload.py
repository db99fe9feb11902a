"""Files on their way into a form, in parts. No rule here."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Name, Short, refers
from app.models.evidence import Purpose
from app.models.mixins import Unrecorded


class Upload(Unrecorded, Base):
    """A file on its way into a form, in parts; ``received`` bytes of it are on disk, in a file named by ``token``.

    ``fingerprint``: SHA-256 of the beginning of the file, by which the one that was begun is known again. What was
    finished is kept for a while, so that an answer that was lost on the way can be asked for again.
    """

    __tablename__ = "upload"

    token: Mapped[Short] = mapped_column(unique=True)
    submission_id: Mapped[int] = refers("submission")
    person_id: Mapped[int] = refers("person")
    purpose: Mapped[Short] = mapped_column(default=Purpose.EVIDENCE)
    file_name: Mapped[Name]
    size: Mapped[int]
    fingerprint: Mapped[Short] = mapped_column(default="")
    criteria: Mapped[list[Any]]
    received: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    document_id: Mapped[int | None]
