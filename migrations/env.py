"""How Alembic reaches the database: through the running application, with the models' metadata."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

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


def run_migrations() -> None:
    """Run inside one transaction, over the application's own engine."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect().execution_options(write=True) as connection:
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
