"""A migrated database for each test, the cast, and clients that are signed in.

The schema and the small province are made once for each worker; a test gets a copy (SQLite) or a database made from
the template (PostgreSQL). Every test runs on SQLite; those marked `postgres` as well run on PostgreSQL.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from app import clock, create_app
from app.database import db
from app.models import Campaign
from config import Settings
from tests.app import small


def settings_for(folder: Path, url: str = "") -> Settings:
    return Settings(env="test", data_dir=folder, database_url=url, cheap_passwords=True, tick_seconds=0)


@pytest.fixture(scope="session")
def province_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema from the migrations and the small province."""
    folder = tmp_path_factory.mktemp("template")
    application = create_app(settings_for(folder))
    with application.app_context():
        upgrade()
        small.make_province()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "dunghan.db"


@pytest.fixture
def app(province_file: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on its own copy of the small province; its context is pushed."""
    shutil.copy(province_file, tmp_path / "dunghan.db")
    application = create_app(settings_for(tmp_path))
    application.config["TESTING"] = False
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def at(app: Flask) -> Iterator[Callable[[datetime], None]]:
    """Puts the clock; it stays there until put again or the test ends."""
    stack: list[object] = []

    def put(instant: datetime) -> None:
        while stack:
            stack.pop().__exit__(None, None, None)
        block = clock.put_at(instant)
        block.__enter__()
        stack.append(block)

    put(small.WORKING)
    yield put
    while stack:
        stack.pop().__exit__(None, None, None)


@pytest.fixture
def campaign(app: Flask, at: Callable[[datetime], None]) -> Campaign:
    """The small campaign, open; the clock stands on 10/10/2019."""
    return small.make_campaign()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, at: Callable[[datetime], None]) -> Callable[[str], FlaskClient]:
    """A client signed in as somebody of the cast; forms need no token in it."""
    app.config["WTF_CSRF_ENABLED"] = False

    def enter(name: str) -> FlaskClient:
        someone = app.test_client()
        answer = someone.post(
            "/dang-nhap", data={"email": f"{name}@gialai.example", "password": small.PASSWORD}
        )
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return someone

    return enter
