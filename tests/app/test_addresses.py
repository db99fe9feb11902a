"""Addresses that take no mail: noted from what servers answer, cleared by what they accept, mended by people."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database import db
from app.faults import Invalid, Missing, Outdated
from app.models import AuditEntry, OutboxMessage, Person, Verb
from app.queries.readers import holdings
from app.services import mail_desk, outbox, people
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM
from notifications.delivery import Outcome, Result, Stage
from tests.app import small

NOW = small.WORKING
LEDGER = OutboxLedger()
GONE = "550 5.1.1 no such user"


def mail_to(name, **wanted):
    """The first mail to somebody, as it stands."""
    db.session.rollback()
    mine = select(OutboxMessage).filter_by(person_id=small.person(name).id, **wanted)
    return db.session.scalars(mine.order_by(OutboxMessage.id)).first()


def settle(name, result, words="", *, stage=Stage.RCPT, at=NOW):
    """Claim everything and settle the first mail to somebody."""
    mail_id = mail_to(name).id
    if mail_to(name).state == "refused":
        outbox.retry(SYSTEM, mail_id)
    claimed = {one.id: one for one in LEDGER.claim(at, 500)}[mail_id]
    LEDGER.settle(claimed, Outcome(result, at, stage, words))
    return mail_id


def found(name):
    db.session.rollback()
    return small.person(name)


def reachable(name):
    key = small.person(name).id
    return [one.recipient is not None for one in holdings(db.session(), NOW) if one.person == key]


def verbs(subject):
    rows = select(AuditEntry.verb).filter_by(subject_type=subject.__tablename__, subject_id=subject.id)
    return list(db.session.scalars(rows.order_by(AuditEntry.id)))


def test_a_refused_address_is_noted_with_the_servers_words_and_no_reminder_goes_there(campaign):
    settle("an", Result.REFUSED, GONE)
    an = found("an")
    assert (an.address_refused_at, an.address_refused_words) == (NOW, GONE)
    assert reachable("an") == [False]
    assert reachable("ha") == [True]
    assert Verb.ADDRESS_REFUSED in verbs(an)


@pytest.mark.parametrize(
    ("result", "stage", "words"),
    [
        (Result.REFUSED, Stage.RCPT, "554 5.7.1 Client host blocked"),
        (Result.REFUSED, Stage.DOT, "554 spam"),
        (Result.FAILED, Stage.CONNECT, "Connection refused"),
        (Result.UNKNOWN, Stage.DOT, "closed"),
        (Result.ACCEPTED, Stage.DOT, "250 ok"),
    ],
)
def test_what_is_not_about_the_address_leaves_it_alone(campaign, result, stage, words):
    version = found("an").version
    settle("an", result, words, stage=stage)
    an = found("an")
    assert (an.address_refused_at, an.version) == (None, version)


def test_an_accepted_mail_clears_the_address(campaign):
    settle("an", Result.REFUSED, GONE)
    settle("an", Result.ACCEPTED, "250 ok", stage=Stage.DOT, at=NOW + timedelta(hours=1))
    an = found("an")
    assert (an.address_refused_at, an.address_refused_words) == (None, "")
    assert verbs(an)[-1] == Verb.ADDRESS_ACCEPTED
    assert reachable("an") == [True]


def test_an_answer_about_an_address_that_was_changed_since_says_nothing(campaign):
    claimed = {one.recipient.address: one for one in LEDGER.claim(NOW, 500)}["an@gialai.example"]
    change("an", "an.moi@gialai.example")
    LEDGER.settle(claimed, Outcome(Result.REFUSED, NOW, Stage.RCPT, GONE))
    assert db.session.get_one(Person, claimed_person(claimed)).address_refused_at is None


def claimed_person(claimed):
    return db.session.get_one(OutboxMessage, claimed.id).person_id


def change(name, email):
    person = small.person(name)
    return people.change_person(small.actor("giang"), person.id, people.NewPerson(email, person.name))


def test_waiting_mails_follow_a_corrected_address_and_what_was_said_of_the_old_one_is_forgotten(campaign):
    settle("an", Result.REFUSED, GONE)
    people.invite_person(SYSTEM, small.person("an").id)
    outbox.retry(SYSTEM, mail_to("an").id)
    key = change("an", "an.moi@gialai.example").id
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage).filter_by(person_id=key)).all()
    states = {row.kind: (row.state, row.address) for row in rows}
    assert states["campaign_opened"] == ("waiting", "an.moi@gialai.example")
    assert states["invitation"][0] == "cancelled"
    assert db.session.get_one(Person, key).address_refused_at is None


def test_the_calendar_in_a_mail_follows_too(campaign):
    mail = mail_to("an")
    assert "mailto:an@gialai.example" in unfolded(mail.calendar)
    key = change("an", "an.moi@gialai.example").id
    db.session.rollback()
    moved = db.session.scalars(select(OutboxMessage).filter_by(person_id=key)).first()
    assert "mailto:an.moi@gialai.example" in unfolded(moved.calendar)


def unfolded(calendar):
    return calendar.replace("\r\n ", "")


def test_the_office_corrects_an_address_from_the_mail_and_sends_it_again(campaign):
    mail_id = settle("an", Result.REFUSED, GONE)
    giang, version = small.actor("giang"), found("an").version
    row = mail_desk.correct_address(
        giang, mail_id, email="an.moi@gialai.example", version=version, resend=True
    )
    assert (row.state, row.address) == ("waiting", "an.moi@gialai.example")
    with pytest.raises(Outdated):
        mail_desk.correct_address(giang, mail_id, email="an@gialai.example", version=version)


@pytest.mark.parametrize("email", ["", "an", "nguyễn@gialai.example", "a@@b.vn", "bao@gialai.example"])
def test_an_address_that_cannot_be_taken_is_refused(campaign, email):
    mail = mail_to("an")
    with pytest.raises(Invalid):
        mail_desk.correct_address(
            small.actor("giang"), mail.id, email=email, version=small.person("an").version
        )


def test_only_the_office_of_the_province_corrects_addresses_and_only_of_its_people(campaign):
    mail_id = mail_to("an").id
    for name in ("quang", "binh", "an"):
        with pytest.raises(Missing):
            mail_desk.correct_address(small.actor(name), mail_id, email="x@y.example", version=1)
    people.invite_person(SYSTEM, small.person("dung").id)
    with pytest.raises(Missing):
        mail_desk.correct_address(
            small.actor("giang"),
            mail_to("dung").id,
            email="x@y.example",
            version=small.person("dung").version,
        )
