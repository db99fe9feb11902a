"""Probes: what they say of a server that works, and of one that does not."""

import shutil
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import OperationalError

from app import clock, current
from app.database import db
from app.models import Heartbeat
from app.queries import readiness
from tests.app import small


def write(statement):
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def check(client, name, status):
    answer = client.get("/readyz")
    assert answer.status_code == status
    return answer.get_json()["checks"][name]


@pytest.fixture
def ticking(app):
    """The server is one that ticks every 30 seconds."""
    app.extensions[current.KEY] = replace(current.settings(), tick_seconds=30)


def test_a_living_process_says_so_without_the_database(client, app, monkeypatch):
    monkeypatch.setattr(db.session, "execute", None)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_server_in_order_is_ready(client, app):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    found = answer.get_json()["checks"]
    assert set(found) == {"database", "migration", "data_dir", "disk", "ticker", "mail", "scanner"}
    assert all(one["ok"] for one in found.values())


def test_a_database_behind_the_code_is_not_ready(client, app):
    write("UPDATE alembic_version SET version_num = 'old'")
    found = check(client, "migration", 503)
    assert found["found"].startswith("old / ")


def test_a_database_that_does_not_answer_is_told_without_its_address(client, app):
    write("DROP TABLE alembic_version")
    found = check(client, "migration", 503)
    assert found["ok"] is False
    assert "SELECT" not in found["found"]


def test_a_full_disk_is_not_ready(client, app, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1))
    assert check(client, "disk", 503) == {"ok": False, "found": "0 MiB free"}


def test_a_data_folder_that_is_gone_is_not_ready(client, app, tmp_path):
    app.extensions[current.KEY] = replace(current.settings(), data_dir=tmp_path / "gone")
    assert check(client, "data_dir", 503)["found"] == "FileNotFoundError"


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (2, 200), (10, 503)])
def test_a_clockwork_that_stands_still_is_not_ready(client, at, ticking, monkeypatch, minutes, status):
    monkeypatch.setattr(readiness, "STARTED", -1e6)
    at(small.WORKING)
    with db.engine.begin() as connection:
        last = clock.now() - timedelta(minutes=minutes)
        connection.execute(insert(Heartbeat).values(job="deliver", process="test", at=last, fault=""))
    assert check(client, "ticker", status)["ok"] is (status == 200)


def test_a_server_that_has_just_started_has_time_to_tick(client, at, ticking, monkeypatch):
    monkeypatch.setattr(readiness, "STARTED", monotonic())
    assert check(client, "ticker", 200) == {"ok": True, "found": "never"}


def counted(client):
    lines = client.get("/metrics").get_data(as_text=True).splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


def test_metrics_count_requests_refusals_forms_and_mails(client, campaign):
    before = counted(client)
    client.get("/khong-co")
    client.get("/tro-nang")
    after = counted(client)
    for name in (
        'dunghan_http_requests_total{endpoint="public_help.accessibility",status="200"}',
        'dunghan_refusals_total{code="not_found"}',
    ):
        assert after[name] - before.get(name, 0) == 1
    shown = client.get("/metrics").get_data(as_text=True)
    assert 'dunghan_submissions{state="DRAFT"} 8.0' in shown
    assert 'dunghan_outbox{state="waiting"}' in shown
    assert "dunghan_database_up 1.0" in shown


def test_metrics_keep_counting_without_a_database(client, app, monkeypatch):
    def broken(*_arguments):
        raise OperationalError("SELECT", {}, Exception("no such server"))

    monkeypatch.setattr("app.metrics._by_state", broken)
    shown = client.get("/metrics").get_data(as_text=True)
    assert "dunghan_database_up 0.0" in shown
    assert "dunghan_submissions" not in shown


def test_metrics_are_for_this_machine(client, app):
    strange = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_overrides=strange).status_code == 403
    assert client.get("/metrics").status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-Ip"])
def test_metrics_do_not_take_a_proxy_for_this_machine(client, app, header):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403
