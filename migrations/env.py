"""How Alembic reaches the database: through the running application, with the models' metadata."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection

import app.models
from app.database import Base, Points, UTCDateTime

OWN_TYPES = (UTCDateTime, Points)
assert app.models.__all__  # noqa: S101 - the import fills the metadata


def render_item(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their name in a new migration."""
    if kind == "type" and isinstance(item, OWN_TYPES):
        autogen_context.imports.add("from app.database import Points, UTCDateTime")
        return f"{type(item).__name__}()"
    return False


@contextmanager
def loose_references(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild a table that others refer to, as its documentation says: unchecked meanwhile, then checked.

    Raises:
        RuntimeError: a row refers to one that is not there.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        astray = cursor.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
    if astray:
        raise RuntimeError(f"references to missing rows: {astray[:10]}")


def run_migrations() -> None:
    """Run inside one transaction, over the application's own engine."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect().execution_options(write=True) as connection, loose_references(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
