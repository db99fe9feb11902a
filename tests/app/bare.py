"""An application on an empty migrated SQLite database, for what fills one by itself: imports and the demo."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.database import db
from tests.app.province import settings_for

__all__ = ["bare", "empty_file"]


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing in it."""
    folder = tmp_path_factory.mktemp("empty")
    application = create_app(settings_for(folder))
    with application.app_context():
        upgrade()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "dunghan.db"


@pytest.fixture
def bare(empty_file: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of it; its context is pushed."""
    with application_on(empty_file, tmp_path) as application:
        yield application


@contextmanager
def application_on(empty_file: Path, folder: Path) -> Iterator[Flask]:
    """An application on a copy of an empty database in a folder of its own."""
    shutil.copy(empty_file, folder / "dunghan.db")
    application = create_app(settings_for(folder))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
