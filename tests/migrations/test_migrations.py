"""One line of history, pinned; a fresh database equals the models on both databases; down and up again."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import Boolean, Date, DateTime, Integer, MetaData, Numeric, Table, inspect, text

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


VALUES = {Boolean: False, Integer: 1, Numeric: 1, Date: date(2026, 10, 1), DateTime: datetime(2026, 10, 1)}


def put(connection, name, **given):
    """A row with something in every column that must be filled, and 1 in every reference."""
    table = Table(name, MetaData(), autoload_with=connection)
    row = {"id": 1}
    for column in table.columns:
        if not column.nullable and column.name not in row:
            kinds = (value for kind, value in VALUES.items() if isinstance(column.type, kind))
            row[column.name] = next(kinds, "{}" if str(column.type) == "JSON" else column.name)
    for column in table.columns:
        if "JSON" in str(column.type) and column.name in row:
            row[column.name] = {}
    connection.execute(table.insert().values(**row | given))


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


BEFORE_0002 = (
    "unit",
    "criteria_set",
    "person",
    "campaign",
    "campaign_kind",
    "campaign_unit",
    "submission",
    "outbox_message",
)


def test_rows_of_before_stay_when_columns_are_added_and_taken_away(empty):
    upgrade(revision="0001")
    worked = datetime(2026, 10, 5, 3, tzinfo=UTC).replace(tzinfo=None)
    with db.engine.connect().execution_options(write=True) as connection, connection.begin():
        for name in BEFORE_0002:
            put(connection, name, **({"last_worked_at": worked} if name == "submission" else {}))
        put(connection, "reminder", mail_id=1)
    upgrade(revision="0002")
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT late FROM campaign_kind")) == "never"
        assert connection.scalar(text("SELECT count(*) FROM submission WHERE begun_at = last_worked_at")) == 1
        assert connection.scalar(text("SELECT mail_id FROM reminder")) == 1
        foreign = connection.scalar(text("PRAGMA foreign_keys")) if empty_is_sqlite() else 1
        assert foreign == 1
    db.engine.dispose()
    downgrade(revision="0001")
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM outbox_message")) == 1


def test_a_form_handed_in_before_receipts_were_kept_has_one(empty):
    upgrade(revision="0003")
    came = datetime(2026, 10, 5, 3, tzinfo=UTC).replace(tzinfo=None)
    with db.engine.connect().execution_options(write=True) as connection, connection.begin():
        for name in BEFORE_0002:
            put(
                connection,
                name,
                **({"receipt_code": "K7QD-2M4X", "submitted_at": came} if name == "submission" else {}),
            )
    upgrade(revision="0004")
    with db.engine.connect() as connection:
        found = connection.execute(text("SELECT submission_id, code, late FROM receipt")).all()
        assert [tuple(row) for row in found] == [(1, "K7QD-2M4X", None)]


def empty_is_sqlite():
    return db.engine.dialect.name == "sqlite"
