"""Ticking: mail leaves once however many processes tick, a failed job stops no other, and the house is kept."""

import email
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email import policy
from pathlib import Path

from sqlalchemy import func, select

from app import current, jobs
from app.access import ABSOLUTE
from app.database import db
from app.models import Heartbeat, LoginSession, OutboxMessage, OutboxState, SignInAttempt
from app.unit import SYSTEM, unit
from notifications.transports import FileTransport, SmtpTransport
from tests.app import small
from tests.notifications.conftest import real_server

__all__ = ["real_server"]

ROOT = Path(__file__).parents[2]
DUNGHAN = "import sys; from app.cli import main; sys.exit(main())"


def states():
    db.session.rollback()  # a tick has a session of its own
    return Counter(db.session.scalars(select(OutboxMessage.state)))


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_without_a_server_mail_is_written_to_files(app, campaign):
    waiting = states()[OutboxState.WAITING]
    done = jobs.tick(app, small.WORKING)
    waiting += done["reminders"]
    assert done["mail"] == waiting > 0
    assert states() == {OutboxState.ACCEPTED: waiting}
    files = list((current.settings().data_dir / "mail").glob("*.eml"))
    assert len(files) == waiting
    letter = email.message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert letter["To"].addresses[0].addr_spec.endswith("@gialai.example")


def test_a_second_tick_finds_nothing_to_do(app, campaign):
    jobs.tick(app, small.WORKING)
    assert jobs.tick(app, small.WORKING)["mail"] == 0


def test_a_real_server_is_sent_no_more_in_a_minute_than_the_rate_says(app, campaign, real_server):
    mailboxes, port = real_server
    app.extensions[current.KEY] = replace(
        current.settings(), smtp_url=f"smtp://127.0.0.1:{port}", mail_rate=3
    )
    jobs.tick(app, small.WORKING)
    jobs.tick(app, small.WORKING + timedelta(seconds=59))
    assert len(mailboxes.envelopes) == 3
    jobs.tick(app, small.WORKING + timedelta(seconds=61))
    assert len(mailboxes.envelopes) == 6


def test_two_processes_send_each_mail_once(app, campaign, database_url, tmp_path, real_server):
    mailboxes, port = real_server
    waiting = states()[OutboxState.WAITING]
    db.session.rollback()  # nothing is held open against the two
    settings = {
        "ENV": "test",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": database_url,
        "SMTP_URL": f"smtp://127.0.0.1:{port}",
        "MAIL_RATE": "1000",
        "TICK_SECONDS": "0",
    }
    surroundings = os.environ | {f"DUNGHAN_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-c", DUNGHAN, "tick", "--once"]
    racing = [
        subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in racing:
        _out, words = process.communicate(timeout=60)
        assert process.returncode == 0, words.decode()
    names = [email.message_from_bytes(one.content)["Message-ID"] for one in mailboxes.envelopes]
    assert len(names) == len(set(names)) == waiting
    assert states() == {OutboxState.ACCEPTED: waiting}


def test_a_job_that_fails_is_told_and_stops_no_other(app, at, monkeypatch, caplog):
    def broken():
        raise ValueError("no such thing")

    ran = []
    monkeypatch.setattr(jobs.logger, "disabled", False)  # migrations that ran in this process silence it
    monkeypatch.setattr(
        jobs, "JOBS", (jobs.Job("broken", broken), jobs.Job("sound", lambda: ran.append(1) or 1))
    )
    assert jobs.tick(app, small.WORKING) == {"broken": -1, "sound": 1}
    faults = dict(tuple(one) for one in db.session.execute(select(Heartbeat.job, Heartbeat.fault)))
    assert faults == {"broken": "ValueError: no such thing", "sound": ""}
    assert "broken" in caplog.text


def test_every_tick_leaves_a_heartbeat(app, at):
    jobs.tick(app, small.WORKING)
    jobs.tick(app, small.LATE)
    beats = [tuple(one) for one in db.session.execute(select(Heartbeat.job, Heartbeat.at))]
    assert sorted(beats) == sorted((job.name, small.LATE) for job in jobs.JOBS)


def test_the_house_forgets_what_is_over_and_keeps_what_is_not(app, at):
    someone = small.person("an").id
    with unit(SYSTEM) as work:
        old = work.now - ABSOLUTE - timedelta(seconds=1)
        work.add(
            LoginSession(token_hash="old", person_id=someone, created_at=old),
            LoginSession(token_hash="ended", person_id=someone, created_at=work.now, ended_at=work.now),
            LoginSession(token_hash="living", person_id=someone, created_at=work.now),
            SignInAttempt(email="a@b.vn", address="1.2.3.4", at=work.now - timedelta(hours=1)),
            SignInAttempt(email="a@b.vn", address="1.2.3.4", at=work.now),
        )
    assert jobs.keep_house() == 3
    assert db.session.scalars(select(LoginSession.token_hash)).all() == ["living"]
    assert count(SignInAttempt) == 1


def test_the_way_out_follows_the_settings(app):
    plain = current.settings()
    assert isinstance(jobs.transport_of(plain), FileTransport)
    assert isinstance(jobs.transport_of(replace(plain, smtp_url="smtp://127.0.0.1:25")), SmtpTransport)


def test_a_server_told_not_to_tick_does_not(app):
    assert jobs.start_ticker(app) is None


def test_a_server_ticks_until_it_is_told_to_stop(app):
    app.extensions[current.KEY] = replace(current.settings(), tick_seconds=3600)
    assert jobs.start_ticker(app) is not None
    jobs.stop_ticker(app)
    assert jobs.TICKER not in app.extensions
