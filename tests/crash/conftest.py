"""Forty units of Gia Lai on a database of its own for each test, a counting mail server, and processes to race.

``DUNGHAN_CRASH_ROUNDS`` multiplies what is drawn at random, and above 1 more processes race and die; every seed is in
the test's name.
"""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import update

from app import create_app
from app.database import db
from app.models import OutboxMessage, OutboxState
from tests import postgres
from tests.app import gialai
from tests.app.province import _fill, settings_for, worker
from tests.crash.processes import Dunghan
from tests.crash.sink import Sink, serve_sink

__all__ = ["worker"]

PART = ("SNV", "SYT", "622", "627")
ROUNDS = int(os.environ.get("DUNGHAN_CRASH_ROUNDS", "1"))
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever starts processes takes seconds."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def gialai_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the units, the people and the open campaign."""
    place = tmp_path_factory.mktemp("gialai") / "dunghan.db"
    _fill(create_app(settings_for(place.parent)), upgrade, partial(gialai.make_gialai, PART))
    return place


@pytest.fixture(scope="session")
def gialai_template(tmp_path_factory: pytest.TempPathFactory, worker: str) -> tuple[str, str]:
    """The server's folder and the name of a PostgreSQL database with the same."""
    folder, name = postgres.server(), f"gialai_{worker}"
    settings = settings_for(tmp_path_factory.mktemp("gialai"), postgres.create(folder, name))
    _fill(create_app(settings), upgrade, partial(gialai.make_gialai, PART))
    return folder, name


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path, worker: str) -> str:
    """This test's own copy."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("gialai_file"), tmp_path / "dunghan.db")
        return f"sqlite:///{tmp_path / 'dunghan.db'}"
    folder, template = request.getfixturevalue("gialai_template")
    return postgres.renew(folder, template, f"crash_{worker}")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application in the test's own process, to look and to act; its context is pushed."""
    application = create_app(settings_for(tmp_path, database_url))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Counts what arrives."""
    yield from serve_sink()


@pytest.fixture
def dunghan(database_url: str, tmp_path: Path, sink: Sink) -> Iterator[Dunghan]:
    """Processes that talk to the sink."""
    found = Dunghan(database_url, tmp_path, sink.port)
    yield found
    found.end_all()


@pytest.fixture
def announcements(app: Flask) -> int:
    """The first mails of the campaign wait again; no day makes them untrue. Gives how many there are."""
    with db.engine.begin() as connection:
        again = {"state": OutboxState.WAITING, "attempts": 0, "settled_at": None, "first_tried_at": None}
        return connection.execute(update(OutboxMessage).values(again)).rowcount
