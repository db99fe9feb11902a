"""A database that goes away under the clockwork: it goes on by itself, and no mail is lost or sent twice."""

import shutil
import signal
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import select

from app import clock, create_app
from app.database import db
from app.models import Heartbeat
from tests import postgres
from tests.app import gialai
from tests.app.province import _fill, settings_for
from tests.crash.conftest import PART

PATIENCE = 60
KEEPS_ITS_WORD = {"synchronous_commit": "on", "full_page_writes": "on"}
SOON = timedelta(minutes=3)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]


def beats_again(since):
    """The clockwork finished a round of mail after an instant, without a fault."""
    db.session.rollback()
    at, fault = db.session.execute(
        select(Heartbeat.at, Heartbeat.fault).where(Heartbeat.job == "mail")
    ).one_or_none() or (None, "")
    return at is not None and at > since and not fault


def wait_until(done):
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def goes_on(dunghan, sink, scheduler, announcements):
    """The scheduler lives and beats, and ends politely; what a fault put off leaves with the next tick."""
    back = clock.now()
    wait_until(lambda: beats_again(back))
    assert scheduler.is_alive()
    scheduler.terminate()
    dunghan.ended(scheduler)
    dunghan.tick(clock.now() + SOON)
    assert set(sink.copies().values()) == {1}
    assert len([one for one in sink.taken if one.address.startswith(("can-bo", "lanh-dao"))]) == announcements


def disturbed(dunghan, sink):
    """A scheduler in the midst of sending."""
    sink.delay = 0.01
    scheduler = dunghan.start("scheduler")
    sink.wait_for(10)
    return scheduler


@ON_SQLITE
def test_a_lock_held_by_another_program_is_waited_for(app, dunghan, sink, announcements):
    scheduler = disturbed(dunghan, sink)
    with closing(sqlite3.connect(dunghan.folder / "dunghan.db", isolation_level=None)) as other:
        for _ in range(3):
            other.execute("BEGIN IMMEDIATE")
            time.sleep(0.7)
            other.execute("ROLLBACK")
            time.sleep(0.05)
    goes_on(dunghan, sink, scheduler, announcements)


class TestPostgres:
    """Faults that only a server can have."""

    pytestmark = ON_POSTGRESQL

    def test_connections_that_are_cut_are_opened_anew(self, app, dunghan, sink, announcements):
        scheduler = disturbed(dunghan, sink)
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(dunghan.url.replace("+psycopg", ""), autocommit=True) as other:
            for _ in range(8):
                other.execute(f"{cut} AND pid <> pg_backend_pid()")
                time.sleep(0.15)
        goes_on(dunghan, sink, scheduler, announcements)


@pytest.fixture
def own_server():
    """The folder of a PostgreSQL server that nobody else uses."""
    folder = Path(tempfile.mkdtemp(prefix="dunghan-pg-"))
    folder.chmod(0o755)
    postgres.start(folder, **KEEPS_ITS_WORD)
    yield folder
    postgres.halt(folder, signal.SIGINT)
    shutil.rmtree(folder, ignore_errors=True)


class TestRestart:
    """The server of the database loses its power and comes back."""

    pytestmark = pytest.mark.postgres

    @pytest.fixture
    def database_url(self, own_server, tmp_path):
        url = postgres.create(str(own_server), "gialai")
        _fill(create_app(settings_for(tmp_path, url)), upgrade, partial(gialai.make_gialai, PART))
        return url

    def test_a_restart_of_the_database_is_outlived(self, app, dunghan, sink, announcements, own_server):
        db.session.remove()
        db.engine.dispose()
        scheduler = disturbed(dunghan, sink)
        for _ in range(2):
            postgres.halt(own_server, signal.SIGQUIT)
            time.sleep(0.5)
            postgres.start(own_server, **KEEPS_ITS_WORD)
            time.sleep(0.5)
        db.engine.dispose()
        goes_on(dunghan, sink, scheduler, announcements)
