"""The office's daily mail about mails that did not arrive: from the ledger, once a day, with nothing left out."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.database import db
from app.models import OutboxMessage, Person
from app.services.undelivered import tell_undelivered
from tests.app import small
from workflows.deadlines import VIETNAM

EIGHT = datetime(2019, 10, 10, 8, tzinfo=VIETNAM)
HOUR = timedelta(hours=1)


def ended(number, when, *, state="refused", outcome="rcpt: 550 5.1.1 no such user"):
    """Let one of the mails end badly at an instant."""
    with db.engine.begin() as connection:
        connection.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == number)
            .values(state=state, settled_at=when, outcome=outcome)
        )
    db.session.rollback()


def told():
    """The mails to the office, by day: to whom, and how many mails each is about."""
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage).filter_by(kind="undelivered").order_by(OutboxMessage.id))
    return [(row.address.partition("@")[0], row.key.split(":")[2], row.subject.split()[2]) for row in rows]


@pytest.mark.parametrize("state", ["refused", "failed", "unknown"])
def test_both_people_of_the_office_are_told_at_eight_and_once(campaign, at, state):
    ended(1, EIGHT - HOUR, state=state)
    at(EIGHT - timedelta(seconds=1))
    assert tell_undelivered() == 0
    at(EIGHT)
    assert tell_undelivered() == 2
    assert tell_undelivered() == 0
    assert told() == [("giang", "2019-10-10", "1"), ("oanh", "2019-10-10", "1")]


def test_the_mail_names_unit_address_and_the_servers_words(campaign, at):
    ended(1, EIGHT - HOUR)
    at(EIGHT)
    tell_undelivered()
    mail = db.session.scalars(select(OutboxMessage).filter_by(kind="undelivered")).first()
    first = db.session.get_one(OutboxMessage, 1)
    assert first.address in mail.text
    assert "550 5.1.1 no such user" in mail.text
    assert "/thu?truc-trac=1" in mail.text


def test_without_bad_news_there_is_no_mail(campaign, at):
    ended(1, EIGHT - HOUR, state="accepted", outcome="dot: 250 ok")
    ended(2, EIGHT - HOUR, state="cancelled", outcome="Đợt đánh giá đã kết thúc")
    at(EIGHT)
    assert tell_undelivered() == 0


def test_what_ends_after_eight_is_told_the_next_day_and_nothing_twice(campaign, at):
    ended(1, EIGHT - HOUR)
    ended(2, EIGHT + HOUR)
    at(EIGHT + 3 * HOUR)
    tell_undelivered()
    at(EIGHT + timedelta(days=1))
    tell_undelivered()
    at(EIGHT + timedelta(days=2))
    tell_undelivered()
    assert [row[1:] for row in told() if row[0] == "giang"] == [("2019-10-10", "1"), ("2019-10-11", "1")]


def test_a_server_that_was_down_for_days_leaves_nothing_out(campaign, at):
    ended(1, EIGHT + HOUR)
    ended(2, EIGHT - timedelta(days=8))
    at(EIGHT + timedelta(days=3))
    tell_undelivered()
    assert [row[1:] for row in told() if row[0] == "giang"] == [("2019-10-13", "1")]


def test_an_address_that_takes_no_mail_is_not_told_every_day_that_it_takes_none(campaign, at):
    with db.engine.begin() as connection:
        connection.execute(
            update(Person).where(Person.email == "oanh@gialai.example").values(address_refused_at=EIGHT)
        )
    ended(1, EIGHT - HOUR)
    at(EIGHT)
    assert tell_undelivered() == 1
    key = db.session.scalars(select(OutboxMessage.id).filter_by(kind="undelivered")).one()
    ended(key, EIGHT + HOUR)
    at(EIGHT + timedelta(days=1))
    assert tell_undelivered() == 0


def test_mails_of_nobodys_province_are_told_to_nobody(campaign, at):
    with db.engine.begin() as connection:
        connection.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == 1)
            .values(campaign_id=None, person_id=small.person("khach").id)
        )
    ended(1, EIGHT - HOUR)
    at(EIGHT)
    assert tell_undelivered() == 0
