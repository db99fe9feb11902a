"""Keys under which callers of the API repeat a request without doing it twice. Holds no rule."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Prose, Short, refers
from app.models.mixins import Unrecorded


class IdempotencyKey(Unrecorded, Base):
    """One key of one person: the request that it stands for and, once done, its answer. ``status`` 0 is under way."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    person_id: Mapped[int] = refers("person", ondelete="CASCADE", index=False)
    key: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[Short]
    status: Mapped[int] = mapped_column(default=0)
    headers: Mapped[dict[str, Any]]
    body: Mapped[Prose]
    created_at: Mapped[datetime] = mapped_column(index=True)
