"""When each job last finished a round, so that a probe can tell a server whose clockwork stands still."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Name, Prose, Short
from app.models.mixins import Unrecorded


class Heartbeat(Unrecorded, Base):
    """One row for each job: its last round and, when that failed, the words of the fault.

    ``faults``: how many rounds in a row have failed, the first of them at ``fault_since``.
    """

    __tablename__ = "heartbeat"

    job: Mapped[Short] = mapped_column(unique=True)
    process: Mapped[Name]
    at: Mapped[datetime]
    fault: Mapped[Prose]
    faults: Mapped[int] = mapped_column(default=0)
    fault_since: Mapped[datetime | None]
