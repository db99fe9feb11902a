"""How many statements a piece of work sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app.database import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent inside the block, in order."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def statements(app):
    """:func:`counted`, for a test that has an application."""
    return counted
