"""Keeping an answer while it is typed, beside a route of a bare Flask application that does one UPDATE and commits.

Both write to SQLite with a write-ahead log and wait for the disk. Ours also finds the session, the roles and the
reach, refuses old versions and closed forms, scores the form, writes the audit entry and says how the form stands.
"""

import sqlite3
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from flask import Flask, jsonify, request
from flask.testing import FlaskClient

from app import create_app
from app.database import db
from app.models import Submission
from app.queries.desk import Item, desk_of
from app.web.desk_forms import prefilled
from bench.pages import client_of, holder, open_form
from bench.report import Row, interleaved
from config import Settings
from workflows.vocabulary import Role

ROUNDS = 60
KILOBYTE = 1024


def autosave_rows(folder: Path) -> list[Row]:
    """Times over the demo that :func:`bench.pages.page_rows` has left in this folder."""
    app = create_app(Settings(env="test", data_dir=folder, cheap_passwords=True, tick_seconds=0))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        form = open_form()
        item = next(one for one in desk_of(db.session(), form).items() if one.answer is not None)
        officer = holder(Role.UNIT, form.campaign_unit.unit_id)
        works = {"bare": _bare(folder), "autosave": _saving(client_of(app, officer), form, item)}
        db.session.remove()
    times = interleaved(works, ROUNDS)
    bare, ours = times["bare"], times["autosave"]
    return [
        Row("bare route with one UPDATE", bare, None, "the floor", "", None),
        Row(
            f"autosave (peak {_peak(works['autosave'])} KB)", ours, ours / bare, "× the bare UPDATE", "", None
        ),
    ]


def _bare(folder: Path) -> Callable[[], object]:
    connection = sqlite3.connect(folder / "bare.db", check_same_thread=False)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE answer (id INTEGER PRIMARY KEY, reason TEXT); INSERT INTO answer VALUES (1, '')"
    )
    bare = Flask("bare")

    def save() -> object:
        connection.execute("UPDATE answer SET reason = ? WHERE id = 1", (request.form["reason"],))
        connection.commit()
        return jsonify(ok=True)

    bare.add_url_rule("/", view_func=save, methods=["POST"])
    client, texts = bare.test_client(), _texts()
    return lambda: client.post("/", data={"reason": texts()})


def _saving(client: FlaskClient, form: Submission, item: Item) -> Callable[[], object]:
    address, texts = f"/phieu/{form.id}/tc/{item.code}/luu", _texts()
    typed = prefilled(item)

    def save() -> None:
        answer = client.post(
            address, data=typed | {"reason": texts()}, headers={"Accept": "application/json"}
        )
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        typed["version"] = answer.json["version"]

    return save


def _texts() -> Callable[[], str]:
    """Another text at each call, as typing makes it."""
    texts = iter(range(1_000_000))
    return lambda: f"Chưa đủ kinh phí, lần {next(texts)}"


def _peak(work: Callable[[], object]) -> int:
    """What one call holds at most beyond what was there, in kilobytes."""
    tracemalloc.start()
    work()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak // KILOBYTE
