"""The one place that reads the clock. Everything above asks here, so a test or the demo can put it at an instant."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_put_at: ContextVar[datetime | None] = ContextVar("clock_put_at", default=None)


def now() -> datetime:
    """The present instant in UTC: the system's, unless the clock was put elsewhere."""
    return _put_at.get() or datetime.now(UTC)


@contextmanager
def put_at(instant: datetime) -> Iterator[None]:
    """Let the clock stand at ``instant`` inside the block, for this thread of work only."""
    token = _put_at.set(instant)
    try:
        yield
    finally:
        _put_at.reset(token)
