"""Told to stop: the mail in flight is finished and settled, none is begun, and the end is a good one."""

import os
import signal
import subprocess
import sys
import time

import pytest

from app.database import db
from app.models import OutboxMessage, OutboxState
from tests.app.test_jobs import DUNGHAN, ROOT

LIMIT = 25


class Web:
    """`dunghan serve` as a process."""

    def __init__(self, dunghan):
        surroundings = os.environ | dunghan.surroundings | {"DUNGHAN_BIND": "127.0.0.1:0"}
        self._process = subprocess.Popen([sys.executable, "-c", DUNGHAN, "serve"], cwd=ROOT, env=surroundings)

    def terminate(self):
        self._process.terminate()

    def is_alive(self):
        return self._process.poll() is None

    def join(self, within):
        self._process.wait(within)

    @property
    def exitcode(self):
        return self._process.returncode


def begin(dunghan, kind):
    return Web(dunghan) if kind == "serve" else dunghan.start(kind)


def count(*states):
    db.session.rollback()
    return db.session.query(OutboxMessage).filter(OutboxMessage.state.in_(states)).count()


@pytest.mark.parametrize("kind", ["scheduler", "serve"])
def test_sigterm_ends_with_the_mail_in_flight(app, dunghan, sink, announcements, kind):
    with sink.gate("data") as gate:
        server = begin(dunghan, kind)
        gate.wait_for_somebody()
        time.sleep(0.5)  # a second worker may come to the gate
        in_flight = gate.waiting
        server.terminate()
        time.sleep(1)
        assert server.is_alive()
        assert sink.taken == []
    server.join(LIMIT)
    assert server.exitcode == 0, dunghan.talk
    assert len(sink.taken) == in_flight == count(OutboxState.ACCEPTED)
    assert count(OutboxState.CLAIMED) == 0
    assert count(OutboxState.WAITING) >= announcements - in_flight


def test_sigterm_before_anything_is_in_flight_ends_at_once(app, dunghan, sink):
    server = dunghan.start("scheduler")
    while "Ctrl+C" not in dunghan.talk:
        time.sleep(0.02)
    os.kill(server.pid, signal.SIGTERM)
    dunghan.ended(server, within=LIMIT)
