"""Fixtures of the migrated database: a copy of the small province for each test, on SQLite and on PostgreSQL.

The schema and the small province are made once for each worker and database; a test gets a copy of the file
(SQLite) or a database made from the template (PostgreSQL), always at the same address.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from app import clock, create_app, current
from app.database import db
from app.models import Campaign
from config import Settings
from tests import postgres
from tests.app import small

DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
# Several folders of tests ask for the same templates; each is made once in a process.
MADE: dict[str, Path] = {}
SERVED: dict[str, Path] = {}
APPLICATIONS: dict[str, tuple[Flask, dict[str, Any]]] = {}


class FreshClient(FlaskClient):
    """A client whose every request knows nothing of the one before, though they share the test's context.

    Flask gives a request the context that is already there, and with it whoever signed in last.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Forget what the last request left in ``g``, then ask."""
        for name in list(g):
            g.pop(name)
        kwargs.setdefault("buffered", True)  # files are closed with the answer
        return super().open(*args, **kwargs)


def settings_for(folder: Path, url: str = "") -> Settings:
    """Settings of a test's server: cheap passwords, no ticking."""
    return Settings(env="test", data_dir=folder, database_url=url, cheap_passwords=True, tick_seconds=0)


def _fill(application: Flask, *steps: Callable[[], object]) -> None:
    with application.app_context():
        for step in steps:
            step()
        db.session.remove()
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


@pytest.fixture(scope="session")
def province_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema from the migrations and the small province."""
    if "sqlite" not in MADE:
        MADE["sqlite"] = tmp_path_factory.mktemp("template") / "dunghan.db"
        _fill(create_app(settings_for(MADE["sqlite"].parent)), upgrade, small.make_province)
    return MADE["sqlite"]


@pytest.fixture(scope="session")
def campaign_file(tmp_path_factory: pytest.TempPathFactory, province_file: Path) -> Path:
    """The same with the small campaign open."""
    if "sqlite campaign" not in MADE:
        MADE["sqlite campaign"] = tmp_path_factory.mktemp("template") / "dunghan.db"
        shutil.copy(province_file, MADE["sqlite campaign"])
        _fill(create_app(settings_for(MADE["sqlite campaign"].parent)), small.make_campaign)
    return MADE["sqlite campaign"]


@pytest.fixture(scope="session")
def province_template(tmp_path_factory: pytest.TempPathFactory, worker: str) -> tuple[str, str]:
    """The server's folder and the name of a PostgreSQL database with the small province."""
    folder, name = postgres.server(), f"template_{worker}"
    if "postgresql" not in MADE:
        MADE["postgresql"] = tmp_path_factory.mktemp("template")
        settings = settings_for(MADE["postgresql"], postgres.create(folder, name))
        _fill(create_app(settings), upgrade, small.make_province)
    return folder, name


@pytest.fixture(scope="session")
def campaign_template(
    tmp_path_factory: pytest.TempPathFactory, province_template: tuple[str, str]
) -> tuple[str, str]:
    """The same with the small campaign open."""
    folder, template = province_template
    name = f"{template}_campaign"
    if "postgresql campaign" not in MADE:
        MADE["postgresql campaign"] = tmp_path_factory.mktemp("template")
        settings = settings_for(MADE["postgresql campaign"], postgres.renew(folder, template, name))
        _fill(create_app(settings), small.make_campaign)
    return folder, name


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this process among those that share the run."""
    return getattr(request.config, "workerinput", {}).get("workerid", "alone")


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite file of whatever test is running lies."""
    return SERVED.setdefault("place", tmp_path_factory.mktemp("served") / "dunghan.db")


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, worker: str) -> str:
    """The address of this test's own copy of the small province (with `campaign`: of the open campaign).

    The address is the same for every test, so that one application serves them all.
    """
    content = "campaign" if "campaign" in request.fixturenames else "province"
    if request.param == "sqlite":
        place: Path = request.getfixturevalue("sqlite_place")
        for old in place.parent.glob("dunghan.db*"):
            old.unlink()
        shutil.copy(request.getfixturevalue(f"{content}_file"), place)
        return f"sqlite:///{place}"
    folder, template = request.getfixturevalue(f"{content}_template")
    return postgres.renew(folder, template, f"test_{worker}")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on its own copy of the small province; its context is pushed.

    Making one costs more than most tests, so one is kept for each database and set back before each test.
    """
    application = _kept(settings_for(tmp_path, database_url))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def _kept(settings: Settings) -> Flask:
    if settings.database_url not in APPLICATIONS:
        application = create_app(settings)
        application.config["TESTING"] = False
        application.test_client_class = FreshClient
        APPLICATIONS[settings.database_url] = (application, dict(application.config))
    application, config = APPLICATIONS[settings.database_url]
    application.config.clear()
    application.config.update(config)
    application.extensions[current.KEY] = settings
    return application


@pytest.fixture
def at(app: Flask) -> Iterator[Callable[[datetime], None]]:
    """Puts the clock; it stays there until put again or the test ends."""
    with ExitStack() as stack:

        def put(instant: datetime) -> None:
            stack.pop_all().close()
            stack.enter_context(clock.put_at(instant))

        put(small.WORKING)
        yield put


@pytest.fixture
def campaign(app: Flask, at: Callable[[datetime], None]) -> Campaign:
    """The small campaign, open; the clock stands on 10/10/2019."""
    return db.session.scalars(select(Campaign)).one()


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
