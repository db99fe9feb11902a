"""Senders that are killed: nothing is missing, and each kill costs one copy at most, the same to the byte."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg
import pytest

from app.models import OutboxState
from notifications.delivery import LEASE
from tests.crash.conftest import ROUNDS
from tests.crash.ledger import MONDAY, everybody, states

KILLS = 4 if ROUNDS == 1 else 8
LATER = LEASE + timedelta(minutes=1)
AFTERWARDS = MONDAY + timedelta(hours=12)


@contextmanager
def ledger_locked(url: str) -> Iterator[None]:
    """Nobody can write an outcome down."""
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("LOCK TABLE outbox_message IN ACCESS EXCLUSIVE MODE")
            yield


def kill(process):
    process.kill()
    process.join()


def killed_at(verb, dunghan, sink):
    with sink.gate(verb) as gate:
        sender = dunghan.begin_tick(MONDAY)
        gate.wait_for_somebody()
        kill(sender)


def killed_before_data(dunghan, sink):
    killed_at("rcpt", dunghan, sink)
    return 0


def killed_during_data(dunghan, sink):
    killed_at("data", dunghan, sink)
    return 1


def killed_before_settling(dunghan, sink):
    with sink.gate("data") as gate:
        sender = dunghan.begin_tick(MONDAY)
        gate.wait_for_somebody()
        with ledger_locked(dunghan.url):
            gate.opened.set()
            sink.wait_for(1)
            kill(sender)
    return 1


@pytest.mark.parametrize("how", [killed_before_data, killed_during_data, killed_before_settling])
def test_a_sender_killed_at_any_point_costs_one_copy_at_most(app, dunghan, sink, how):
    most = how(dunghan, sink)
    assert states()[OutboxState.CLAIMED] == 1
    dunghan.tick(MONDAY + LEASE - timedelta(minutes=1))
    assert sum(sink.readers().values()) <= len(everybody()) + most - 1
    assert states()[OutboxState.CLAIMED] == 1
    dunghan.tick(MONDAY + LATER)
    assert sink.readers().keys() == everybody().keys()
    assert sink.readers().total() - len(everybody()) == len(sink.taken) - len(sink.copies()) <= most
    assert states() == {OutboxState.ACCEPTED: len(everybody())}


@pytest.mark.parametrize("seed", range(2392, 2392 + ROUNDS))
def test_senders_killed_at_random_lose_nothing_and_copy_once_a_kill(app, dunghan, sink, seed):
    dice = random.Random(seed)
    sink.delay = 0.005
    for number in range(KILLS):
        at = MONDAY + number % 20 * LATER
        sender = dunghan.begin_tick(at)
        sender.join(dice.uniform(0.2, 1.2))
        kill(sender)
    sink.delay = 0
    dunghan.tick(AFTERWARDS)
    dunghan.tick(AFTERWARDS + LATER)
    assert sink.readers().keys() == everybody().keys()
    assert len(sink.copies()) == len(everybody()), "a copy differs from its first"
    assert len(sink.taken) - len(sink.copies()) <= KILLS
    assert states() == {OutboxState.ACCEPTED: len(everybody())}
