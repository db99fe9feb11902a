"""The log: one line of JSON for each request, with its id, and neither form data nor addresses."""

import json

import pytest

from app import create_app
from app.database import Base, db
from config import Settings

SECRET = "a-secret-for-this-test-only-of-48-characters-long"


@pytest.fixture
def production(tmp_path):
    application = create_app(Settings(env="production", data_dir=tmp_path, secret_key=SECRET))
    with application.app_context():
        Base.metadata.create_all(db.engine)
    return application.test_client()


def lines(capfd):
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def test_a_request_is_one_line_with_its_id_and_without_its_query(production, capfd):
    production.get("/tro-nang?tim=bi-mat")
    (line,) = lines(capfd)
    assert (line["event"], line["method"], line["path"], line["status"]) == (
        "request",
        "GET",
        "/tro-nang",
        200,
    )
    assert len(line["request_id"]) == 8
    assert line["milliseconds"] >= 0
    assert "bi-mat" not in json.dumps(line)


def test_probes_and_static_files_leave_no_line(production, capfd):
    production.get("/healthz")
    production.get("/static/favicon.svg").close()
    assert lines(capfd) == []


def test_a_fault_carries_its_trace_and_the_id_that_the_page_shows(production, capfd):
    with production.application.app_context():
        Base.metadata.drop_all(db.engine)
    answer = production.get("/")  # the tables are gone
    assert answer.status_code == 500
    fault = next(line for line in lines(capfd) if line["event"] == "request failed")
    assert fault["request_id"] in answer.get_data(as_text=True)
    assert "Traceback" in fault["exception"]


@pytest.mark.parametrize("path", ["/lich/{}.ics", "/lich/{}.ICS", "/lich/{}/x", "/mat-khau/{}"])
def test_an_address_that_is_a_secret_is_not_written(production, capfd, path):
    secret = "o3vHq1c9wXbq0v3aT5mT4nZ2yJ8kLrQe7fUdS6pGiBA"
    assert production.get(path.format(secret)).status_code == 404
    found = lines(capfd)
    assert found
    assert secret not in json.dumps(found)


def test_a_fault_of_ours_writes_no_secret_address_either(production, capfd):
    with production.application.app_context():
        Base.metadata.drop_all(db.engine)
    assert production.get("/lich/o3vHq1c9wXbq0v3aT5mT4nZ2.ics").status_code == 500
    events = [line["path"] for line in lines(capfd)]
    assert events == ["/lich/***"] * len(events)
