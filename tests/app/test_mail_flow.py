"""The red line: when the clockwork stands, mail waits too long or no server is reached, on pages, probes and gauges."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, event, insert, update

from app import clock
from app.database import db
from app.models import Heartbeat, OutboxMessage
from app.queries import readiness
from app.queries.mail_flow import Stoppage, flow
from tests.app import small

NOW = small.WORKING
MINUTE = timedelta(minutes=1)


def put(statement):
    with db.engine.begin() as connection:
        connection.execute(statement)
    db.session.rollback()


def all_mails(**values):
    put(update(OutboxMessage).values(**values))


def one_mail(**values):
    put(update(OutboxMessage).where(OutboxMessage.id == 1).values(**values))


def beat(minutes_ago):
    put(delete(Heartbeat))
    put(insert(Heartbeat).values(job="mail", process="thử", at=NOW - minutes_ago * MINUTE, fault=""))


def found():
    return flow(db.session(), NOW)


@pytest.fixture
def calm(campaign, monkeypatch):
    """Every mail has left, the clock ticked just now, and the process has run for long."""
    monkeypatch.setattr(readiness, "STARTED", -1e6)
    all_mails(state="accepted", settled_at=NOW - timedelta(hours=5), first_tried_at=NOW, tried_at=NOW)
    beat(0)


def failing(minutes, outcome="connect: [Errno 111] Connection refused"):
    one_mail(
        state="waiting",
        attempts=3,
        settled_at=None,
        first_tried_at=NOW - minutes * MINUTE,
        tried_at=NOW - MINUTE,
        next_at=NOW + 5 * MINUTE,
        outcome=outcome,
    )


def test_nothing_stops_while_mail_leaves(calm):
    assert (found().stoppage, found().waiting, found().oldest) == (None, 0, None)


@pytest.mark.parametrize(("minutes", "stoppage"), [(15, None), (16, Stoppage.TICK)])
def test_a_clockwork_that_stands_still_is_seen(calm, minutes, stoppage):
    beat(minutes)
    assert found().stoppage is stoppage


@pytest.mark.parametrize(("minutes", "late"), [(60, 0), (61, 1)])
def test_a_mail_that_waits_too_long_is_seen(calm, minutes, late):
    one_mail(state="waiting", next_at=NOW - minutes * MINUTE, first_tried_at=None, settled_at=None)
    assert (found().late, found().stoppage) == (late, Stoppage.WAITING if late else None)
    assert found().oldest_age == minutes * MINUTE


def test_a_held_mail_waits_as_long_as_people_like(calm):
    one_mail(state="held", next_at=NOW - timedelta(days=3), settled_at=None)
    assert (found().stoppage, found().waiting) == (None, 0)


@pytest.mark.parametrize(("minutes", "stoppage"), [(14, None), (15, Stoppage.SERVER)])
def test_a_server_that_has_been_away_for_a_quarter_of_an_hour_is_seen(calm, minutes, stoppage):
    failing(minutes)
    assert found().stoppage is stoppage
    assert found().failing_since == NOW - minutes * MINUTE


@pytest.mark.parametrize("outcome", ["auth: 535 no", "hello: 421 busy", "data: 421 closing", "starttls: no"])
def test_every_way_of_not_reaching_a_server_counts(calm, outcome):
    failing(20, outcome)
    assert found().stoppage is Stoppage.SERVER


@pytest.mark.parametrize("outcome", ["rcpt: 450 greylisted", "rcpt: 452 full"])
def test_a_mail_that_one_recipient_puts_off_is_no_server_that_is_away(calm, outcome):
    failing(50, outcome)
    assert found().stoppage is None


def test_a_server_that_took_a_mail_since_is_back(calm):
    failing(50)
    put(update(OutboxMessage).where(OutboxMessage.id == 2).values(settled_at=NOW))
    assert found().stoppage is None


def test_the_office_is_told_on_every_page_and_nobody_else(calm, sign_in):
    failing(20)
    for name in ("giang", "quang"):
        shown = sign_in(name).get("/thu").get_data(as_text=True)
        assert "Không gửi được thư từ" in shown
        assert "Connection refused" in shown
        assert "dunghan doctor" in shown
    for name, address in (("an", "/don-vi"), ("chi", "/tham-dinh"), ("dung", "/dot")):
        assert "Không gửi được thư từ" not in sign_in(name).get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (lambda: beat(200), "Bộ nhắc việc đứng từ"),
        (
            lambda: one_mail(state="waiting", next_at=NOW - 200 * MINUTE, first_tried_at=None),
            "1 thư chờ quá một giờ",
        ),
    ],
    ids=["tick", "waiting"],
)
def test_each_stoppage_has_its_words(calm, sign_in, stop, words):
    stop()
    assert words in sign_in("giang").get("/dot").get_data(as_text=True)


def test_the_line_costs_one_query(calm, sign_in):
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    office = sign_in("giang")
    event.listen(db.engine, "before_cursor_execute", note)
    office.get("/thu")
    event.remove(db.engine, "before_cursor_execute", note)
    assert sum("heartbeat" in statement for statement in asked) == 1


def test_a_server_that_has_just_started_is_given_time(calm, monkeypatch):
    failing(20)
    assert readiness.alarm(db.session()) is not None
    monkeypatch.setattr(readiness, "STARTED", readiness.monotonic())
    assert readiness.alarm(db.session()) is None


def test_probes_turn_red_and_gauges_show_it(calm, client):
    assert client.get("/readyz").status_code == 200
    failing(90)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["checks"]["mail"]["ok"]) == (503, False)
    assert "Connection refused" not in answer.get_data(as_text=True)
    beat(16)
    assert client.get("/readyz").get_json()["checks"]["ticker"]["ok"] is False
    shown = client.get("/metrics").get_data(as_text=True)
    assert "dunghan_outbox_waiting 1.0" in shown
    assert "dunghan_outbox_late 0.0" in shown
    assert "dunghan_outbox_oldest_seconds 5400.0" in shown
    assert "dunghan_tick_age_seconds 960.0" in shown
    assert clock.now() == NOW
