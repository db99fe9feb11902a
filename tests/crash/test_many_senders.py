"""Processes that start together on one database: every reminder leaves once, none is missing."""

import pytest

from app.models import OutboxState
from tests.crash.conftest import ROUNDS
from tests.crash.ledger import MONDAY, everybody, states

COUNTS = (1, 2, 4, 8) if ROUNDS > 1 else (2, 8)


@pytest.mark.parametrize("count", COUNTS)
def test_any_number_of_ticks_at_once_sends_each_reminder_once(app, dunghan, sink, count):
    for minute in range(ROUNDS):
        at = MONDAY.replace(minute=minute % 60)
        dunghan.ended(*[dunghan.begin_tick(at) for _ in range(count)])
    assert sink.readers() == everybody()
    assert set(sink.copies().values()) == {1}
    assert states() == {OutboxState.ACCEPTED: len(everybody())}


def test_schedulers_beside_each_other_send_each_mail_once(app, dunghan, sink, announcements):
    running = [dunghan.start("scheduler") for _ in range(4)]
    sink.wait_for(announcements)
    for process in running:
        process.terminate()
    dunghan.ended(*running)
    assert set(sink.copies().values()) == {1}
