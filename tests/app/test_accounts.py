"""Signing in and out, invitations, and passwords: what lets somebody in, and what never does."""

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock, current
from app.access import hashed
from app.database import db
from app.faults import Invalid, Missing
from app.models import ApiToken, AuditEntry, LoginSession, OutboxMessage, Person, SignInAttempt, Verb
from app.services import accounts, people
from app.unit import SYSTEM, unit
from tests.app import small

EMAIL = "an@gialai.example"
NEW = "một-mật-khẩu-đủ-dài"


def enter(email=EMAIL, password=small.PASSWORD, address="10.0.0.1"):
    return accounts.sign_in(email=email, password=password, address=address)


def code(refused):
    return [fault.code for fault in refused.value.faults]


def invitation():
    with unit(SYSTEM) as work:
        return accounts.invite(work, small.person("an"), "Phường Yên Đỗ", "0269").rpartition("/")[2]


@pytest.mark.parametrize("email", [EMAIL, "AN@GiaLai.example", f"  {EMAIL} "])
def test_the_right_pair_opens_a_session_of_which_only_the_hash_is_kept(app, at, email):
    person, secret = enter(email)
    row = db.session.scalars(select(LoginSession)).one()
    assert person.email == EMAIL
    assert (row.person_id, row.token_hash, row.ended_at) == (person.id, hashed(secret), None)
    assert secret not in row.token_hash


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "sai"),
        (EMAIL, ""),
        (EMAIL, small.PASSWORD + " "),
        (EMAIL, small.PASSWORD * 100),
        (EMAIL, "\ud800"),
        ("ai-do@gialai.example", small.PASSWORD),
        ("' OR 1=1 --", small.PASSWORD),
    ],
)
def test_a_wrong_pair_is_refused_in_the_same_words(app, at, email, password):
    with pytest.raises(Invalid) as refused:
        enter(email, password)
    assert code(refused) == ["wrong"]
    assert db.session.query(LoginSession).count() == 0
    assert db.session.query(SignInAttempt).count() == 1


def test_guessing_is_slowed_down_for_a_person_and_a_success_forgives(app, at):
    for _ in range(accounts.MOST_PER_PERSON - 1):
        with pytest.raises(Invalid):
            enter(password="sai")
    enter()
    for _ in range(accounts.MOST_PER_PERSON):
        with pytest.raises(Invalid):
            enter(password="sai")
    with pytest.raises(Invalid) as refused:
        enter()
    assert code(refused) == ["too_many"]
    at(small.WORKING + accounts.WINDOW)
    enter()


def test_guessing_is_slowed_down_for_an_address_too(app, at):
    for number in range(accounts.MOST_PER_ADDRESS):
        with pytest.raises(Invalid):
            enter(f"ai-do-{number}@gialai.example", "sai")
    with pytest.raises(Invalid) as refused:
        enter()
    assert code(refused) == ["too_many"]
    enter(address="10.0.0.2")


def test_nobody_enters_without_a_password_or_when_switched_off(app, at):
    with unit(SYSTEM) as work:
        person = work.load(Person, small.person("an").id)
        person.password_hash = ""
        work.record(Verb.PERSON_CHANGED, person)
        other = work.load(Person, small.person("bao").id)
        other.active = False
        work.record(Verb.PERSON_CHANGED, other)
    for email, password in ((EMAIL, ""), (EMAIL, small.PASSWORD), ("bao@gialai.example", small.PASSWORD)):
        with pytest.raises(Invalid):
            enter(email, password)


def test_signing_out_makes_the_cookie_worthless(sign_in, campaign):
    browser = sign_in("an")
    assert browser.get("/trang-chu").status_code in (200, 302)
    cookie = browser.get_cookie("dunghan").value
    browser.post("/dang-xuat")
    browser.set_cookie("dunghan", cookie)
    assert browser.get("/trang-chu").location.startswith("/dang-nhap")


@pytest.mark.parametrize(
    ("name", "after", "still_in"),
    [
        ("an", timedelta(hours=23, minutes=59), True),
        ("an", timedelta(hours=24), False),
        ("giang", timedelta(minutes=59), True),
        ("giang", timedelta(minutes=61), False),
    ],
)
def test_sessions_end_by_themselves(sign_in, at, campaign, name, after, still_in):
    browser = sign_in(name)
    browser.get("/trang-chu")
    at(small.WORKING + after)
    answer = browser.get("/trang-chu")
    assert (answer.status_code != 302 or not answer.location.startswith("/dang-nhap")) is still_in


def test_an_invitation_sets_a_password_once_and_ends_every_session(app, at):
    enter()
    secret = invitation()
    assert db.session.query(OutboxMessage).filter(OutboxMessage.kind == "invitation").count() == 1
    accounts.accept_invitation(secret=secret, password=NEW)
    assert all(row.ended_at is not None for row in db.session.scalars(select(LoginSession)))
    enter(password=NEW)
    with pytest.raises(Invalid):
        enter()
    with pytest.raises(Missing):
        accounts.accept_invitation(secret=secret, password=NEW)


def test_a_new_password_ends_tokens_and_other_invitations(app, at):
    an = small.actor("an")
    accounts.issue_token(an, name="máy quét", person_id=an.id)
    older, newer = invitation(), invitation()
    accounts.accept_invitation(secret=newer, password=NEW)
    assert db.session.scalars(select(ApiToken)).one().revoked_at == small.WORKING
    with pytest.raises(Missing):
        accounts.accept_invitation(secret=older, password=NEW)


@pytest.mark.parametrize(
    ("email", "active", "opens"),
    [(EMAIL, True, True), ("an-moi@gialai.example", True, False), (EMAIL, False, False)],
)
def test_an_invitation_opens_nothing_after_the_address_was_corrected_or_the_account_closed(
    app, at, email, active, opens
):
    an, secret = small.actor("an"), invitation()
    accounts.issue_token(an, name="máy quét", person_id=an.id)
    people.change_person(SYSTEM, an.id, people.NewPerson(email, "An"), active=active)
    people.change_person(SYSTEM, an.id, people.NewPerson(email, "An"), active=True)
    assert (db.session.scalars(select(ApiToken)).one().revoked_at is None) is opens
    if opens:
        assert accounts.invited(secret).person_id == an.id
        return
    with pytest.raises(Missing):
        accounts.invited(secret)


@pytest.mark.parametrize(("env", "opens"), [("test", True), ("production", False)])
def test_a_real_server_lets_no_demo_person_in(app, at, env, opens):
    app.extensions[current.KEY] = replace(current.settings(), env=env)
    with unit(SYSTEM) as work:
        person = work.load(Person, small.person("an").id)
        person.demo = True
        work.record(Verb.PERSON_CHANGED, person)
    if opens:
        assert enter()[0].email == EMAIL
        return
    with pytest.raises(Invalid) as refused:
        enter()
    assert code(refused) == ["wrong"]


def test_a_demo_person_who_is_in_is_shown_out_by_a_real_server(app, sign_in, campaign):
    browser = sign_in("an")
    with unit(SYSTEM) as work:
        person = work.load(Person, small.person("an").id)
        person.demo = True
        work.record(Verb.PERSON_CHANGED, person)
    assert browser.get("/don-vi").status_code == 200
    app.extensions[current.KEY] = replace(current.settings(), env="production")
    assert browser.get("/don-vi").location.startswith("/dang-nhap")


def test_a_password_is_the_same_however_its_letters_are_composed(app, at):
    with unit(SYSTEM) as work:
        accounts.set_password(work, work.load(Person, small.person("an").id), "Mật khẩu tiếng Việt")
    assert enter(password=unicodedata.normalize("NFD", "Mật khẩu tiếng Việt"))[0].email == EMAIL


def test_an_invitation_grows_old(app, at):
    secret = invitation()
    at(small.WORKING + accounts.INVITATION_LIFE - timedelta(seconds=1))
    assert accounts.invited(secret).person.email == EMAIL
    at(small.WORKING + accounts.INVITATION_LIFE)
    with pytest.raises(Missing):
        accounts.invited(secret)


@pytest.mark.parametrize(
    ("password", "fault"), [("ngắn", "too_short"), ("x" * 201, "too_long"), ("", "too_short")]
)
def test_a_password_has_a_length(app, at, password, fault):
    with pytest.raises(Invalid) as refused:
        accounts.accept_invitation(secret=invitation(), password=password)
    assert code(refused) == [fault]


def test_no_password_or_secret_is_ever_in_the_record(app, at):
    enter()
    secret = invitation()
    accounts.accept_invitation(secret=secret, password=NEW)
    told = repr([(row.before, row.after, row.note) for row in db.session.scalars(select(AuditEntry))])
    assert NEW not in told
    assert secret not in told
    assert (
        db.session.scalars(select(Person.password_hash).where(Person.email == EMAIL))
        .one()
        .startswith("$argon2id$")
    )
    assert clock.now() == small.WORKING
