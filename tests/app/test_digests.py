"""Overviews may be turned off, by a page and by one press of a mail program; reminders of one's own work may not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.faults import Missing
from app.mailing import digest_token
from app.models import AuditEntry, OutboxMessage, Person, Reminder, ReminderState
from app.services import digests
from app.services.outbox import OutboxLedger
from app.services.reminders import plan_reminders
from tests.app import small
from tests.app.moving import LAST, at_local

OVERVIEW_DAY = at_local(LAST.replace(day=8))


def overviews_are_due(at):
    """A day on which districts get an overview of their communes and the office one of each kind of unit."""
    at(OVERVIEW_DAY)
    plan_reminders()
    db.session.rollback()


def readers():
    wanted = select(OutboxMessage).where(OutboxMessage.kind.in_(("digest", "several_due")))
    return {mail.address.partition("@")[0]: mail for mail in db.session.scalars(wanted)}


def token(name):
    return digest_token(small.person(name).id)


def test_an_overview_says_how_to_get_no_more_of_them(campaign, at):
    overviews_are_due(at)
    found = readers()
    assert {name: mail.kind for name, mail in found.items()} == {
        "binh": "digest",
        "lan": "digest",
        "giang": "several_due",
        "oanh": "several_due",
    }
    for name, mail in found.items():
        assert mail.headers["List-Unsubscribe"].endswith(f"/ban-tin/{token(name)}>")
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_no_other_mail_does(campaign, at):
    overviews_are_due(at)
    others = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "campaign_opened")).all()
    assert others
    assert not any("List-Unsubscribe" in mail.headers for mail in others)


def test_who_turned_them_off_gets_none_and_the_others_do(campaign, at):
    digests.want_digests(token("giang"), wanted=False)
    overviews_are_due(at)
    assert "giang" not in readers()
    assert "oanh" in readers()


def test_where_everybody_turned_them_off_nothing_is_noted_as_missing(campaign, at):
    for name in ("giang", "oanh"):
        digests.want_digests(token(name), wanted=False)
    overviews_are_due(at)
    assert not {"giang", "oanh"} & set(readers())
    skipped = select(Reminder.reason).where(
        Reminder.state == ReminderState.SKIPPED, Reminder.unit_id == campaign.root_id
    )
    assert "nobody" not in db.session.scalars(skipped).all()


def test_one_that_waits_is_taken_back(campaign, at):
    overviews_are_due(at)
    waiting = readers()["giang"].id
    digests.want_digests(token("giang"), wanted=False)
    at(OVERVIEW_DAY + timedelta(minutes=2))
    claimed = OutboxLedger().claim(clock.now(), 500)
    assert claimed
    assert waiting not in [mail.id for mail in claimed]
    assert readers()["giang"].state == "cancelled"


def test_a_press_of_the_mail_program_needs_no_session_and_no_token_of_ours(app, client, campaign):
    address = f"/ban-tin/{token('giang')}"
    answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 303
    assert not db.session.get(Person, small.person("giang").id).digests
    assert "không nhận bản tin tiến độ nữa" in client.get(address).get_data(as_text=True)


def test_the_page_asks_before_it_stops_and_lets_one_come_back(app, client, campaign):
    app.config["WTF_CSRF_ENABLED"] = False
    address = f"/ban-tin/{token('giang')}"
    assert "Ngừng nhận bản tin" in client.get(address).get_data(as_text=True)
    assert db.session.get(Person, small.person("giang").id).digests
    client.post(address)
    client.post(f"{address}/nhan-lai")
    db.session.rollback()
    assert db.session.get(Person, small.person("giang").id).digests
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "person:change")).all()
    assert [entry.after for entry in told] == [{"digests": False}, {"digests": True}]


@pytest.mark.parametrize("forged", ["", "1", "1-", "1-abc", "x-abc", "999999999-abc", "1-é", "٣-abc"])
def test_a_made_up_address_is_not_there(app, client, campaign, forged):
    with pytest.raises(Missing):
        digests.want_digests(forged, wanted=False)
    assert client.post(f"/ban-tin/{forged}x").status_code == 404
