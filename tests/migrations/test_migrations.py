"""One line of history, pinned; a fresh database equals the models on both databases; down and up again."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from app.database import Base, db

MIGRATIONS = Path(__file__).parents[2] / "migrations"
SCRIPTS = ScriptDirectory(str(MIGRATIONS))
LINE = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


def differences():
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )
        return compare_metadata(context, Base.metadata)


def triggers():
    catalogue = (
        "sqlite_master WHERE type = 'trigger'"
        if db.engine.dialect.name == "sqlite"
        else ("pg_trigger WHERE NOT tgisinternal")
    )
    with db.engine.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {catalogue}"))


def test_there_is_one_head_and_it_is_pinned():
    assert SCRIPTS.get_heads() == [(MIGRATIONS / "head").read_text(encoding="utf-8").strip()]
    assert SCRIPTS.get_bases() == [LINE[0]]


def test_every_migration_says_what_it_does():
    assert all(script.doc for script in SCRIPTS.walk_revisions())


def test_a_fresh_database_equals_the_models(empty):
    upgrade()
    assert differences() == []
    assert triggers() > 0


@pytest.mark.parametrize("revision", LINE)
def test_every_migration_goes_down_and_up(empty, revision):
    upgrade(revision=revision)
    tables = set(inspect(db.engine).get_table_names())
    guards = triggers()
    downgrade(revision="-1")
    upgrade(revision=revision)
    assert set(inspect(db.engine).get_table_names()) == tables
    assert triggers() == guards


def test_everything_can_be_taken_away_again(empty):
    upgrade()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    assert triggers() == 0
