"""Files on their way into a form, in parts. No rule here."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Name, Short, refers
from app.models.mixins import Unrecorded


class Upload(Unrecorded, Base):
    """A file on its way into a form, in parts; ``received`` bytes of it are on disk, in a file named by ``token``.

    ``described``: what is said of the document that it will be. ``fingerprint``: made by the sender of the content,
    by which a file that was begun is known again; a SHA-256 is checked at the end. What was finished is kept for a
    while, so that an answer that was lost on its way can be asked for again.
    """

    __tablename__ = "upload"

    token: Mapped[Short] = mapped_column(unique=True)
    submission_id: Mapped[int] = refers("submission")
    person_id: Mapped[int] = refers("person")
    file_name: Mapped[Name]
    size: Mapped[int]
    fingerprint: Mapped[Short] = mapped_column(default="")
    described: Mapped[dict[str, Any]]
    received: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
