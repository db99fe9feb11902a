"""Signing in by a mailed code or link: once, for a quarter of an hour, and without a word about who is known."""

import io
import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import current, jobs
from app.access import hashed
from app.database import db
from app.faults import Invalid, Missing
from app.models import (
    AuditEntry,
    LoginSession,
    OutboxMessage,
    OutboxState,
    Person,
    SignInAttempt,
    SignInCode,
    Verb,
)
from app.services import accounts, sign_in_codes
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM, unit
from tests.app import small

EMAIL = "an@gialai.example"
HERE = "10.0.0.1"


def send(email=EMAIL, address=HERE):
    sign_in_codes.send_code(email=email, address=address)


def mails():
    db.session.rollback()
    wanted = select(OutboxMessage).where(OutboxMessage.kind == "sign_in_code").order_by(OutboxMessage.id)
    return list(db.session.scalars(wanted))


def code_in(mail):
    return re.search(r"\d{3} \d{3}", mail.subject)[0].replace(" ", "")


def secret_in(mail):
    return re.search(r"/dang-nhap/xac-nhan/(\S+)", mail.text)[1]


def enter(code, email=EMAIL, address=HERE):
    return sign_in_codes.enter_by_code(email=email, code=code, address=address)


def faults(refused):
    return [fault.code for fault in refused.value.faults]


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.fixture
def code(app, at):
    send()
    return code_in(mails()[0])


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:.3} {:.3}"])
def test_the_code_opens_a_session_once(code, typed):
    text = f"{code[:3]} {code[3:]}" if "." in typed else typed.format(code)
    person, secret = enter(text)
    row = db.session.scalars(select(LoginSession)).one()
    assert (person.email, row.token_hash) == (EMAIL, hashed(secret))
    with pytest.raises(Invalid) as refused:
        enter(code)
    assert faults(refused) == ["wrong"]


def test_the_link_opens_a_session_once_and_looking_at_it_uses_nothing_up(code):
    secret = secret_in(mails()[0])
    for _ in range(3):
        assert sign_in_codes.link_of(secret).opens
    assert sign_in_codes.enter_by_link(secret=secret)[0].email == EMAIL
    assert not sign_in_codes.link_of(secret).opens
    with pytest.raises(Invalid):
        sign_in_codes.enter_by_link(secret=secret)
    with pytest.raises(Invalid):
        enter(code)


def test_code_and_link_grow_old_after_a_quarter_of_an_hour(code, at):
    secret = secret_in(mails()[0])
    at(small.WORKING + sign_in_codes.CODE_LIFE - timedelta(seconds=1))
    assert sign_in_codes.link_of(secret).opens
    at(small.WORKING + sign_in_codes.CODE_LIFE)
    assert not sign_in_codes.link_of(secret).opens
    with pytest.raises(Invalid):
        enter(code)


def test_five_wrong_tries_kill_the_code_and_its_link(code):
    for number in range(sign_in_codes.MOST_TRIES):
        with pytest.raises(Invalid) as refused:
            enter(wrong(code), address=f"10.0.1.{number}")
        assert faults(refused) == ["wrong"]
    assert not sign_in_codes.link_of(secret_in(mails()[0])).opens
    with pytest.raises(Invalid) as refused:
        enter(code)
    assert faults(refused) == ["too_many"]


def test_the_right_code_after_wrong_ones_forgives(code):
    for _ in range(sign_in_codes.MOST_TRIES - 1):
        with pytest.raises(Invalid):
            enter(wrong(code))
    enter(code)
    assert db.session.scalars(select(SignInAttempt.email).where(SignInAttempt.email != "")).all() == []


def test_an_older_code_still_works_until_one_is_used(code):
    send()
    newer = code_in(mails()[1])
    enter(code)
    if newer != code:
        enter(newer)


@pytest.mark.parametrize("email", ["ai-do@gialai.example", "", "' OR 1=1 --", "x" * 5000])
def test_an_unknown_address_is_answered_alike_and_nothing_is_sent(app, at, email):
    send(email)
    assert mails() == []
    with pytest.raises(Invalid) as refused:
        enter("123456", email)
    assert faults(refused) == ["wrong"]
    assert db.session.scalars(select(SignInCode)).all() == []


def test_somebody_without_a_password_enters_and_a_closed_account_does_not(app, at):
    with unit(SYSTEM) as work:
        for name, values in (("an", {"password_hash": ""}), ("bao", {"active": False})):
            person = work.load(Person, small.person(name).id)
            for field, value in values.items():
                setattr(person, field, value)
            work.record(Verb.PERSON_CHANGED, person)
    send()
    assert enter(code_in(mails()[0]))[0].email == EMAIL
    send("bao@gialai.example")
    assert len(mails()) == 1


def test_a_real_server_sends_no_code_to_demo_people(app, at):
    app.extensions[current.KEY] = replace(current.settings(), env="production")
    with unit(SYSTEM) as work:
        person = work.load(Person, small.person("an").id)
        person.demo = True
        work.record(Verb.PERSON_CHANGED, person)
    send()
    assert mails() == []


def test_no_more_than_five_codes_an_hour_are_sent_to_a_person_and_nobody_is_told(app, at):
    for _ in range(sign_in_codes.MOST_AN_HOUR + 3):
        send()
    assert len(mails()) == sign_in_codes.MOST_AN_HOUR
    at(small.WORKING + timedelta(hours=1))
    send()
    assert len(mails()) == sign_in_codes.MOST_AN_HOUR + 1


def test_a_machine_that_asks_and_asks_is_slowed_down(app, at):
    with unit(SYSTEM) as work:
        rows = [SignInAttempt(email="", address=HERE, at=work.now) for _ in range(sign_in_codes.MOST_ASKED)]
        work.add(*rows)
    with pytest.raises(Invalid) as refused:
        send()
    assert faults(refused) == ["too_many"]
    send(address="10.0.0.2")
    accounts.sign_in(email=EMAIL, password=small.PASSWORD, address=HERE)


def test_only_hashes_are_kept_and_nothing_is_in_logs_or_trail(app, at, caplog):
    with caplog.at_level(logging.DEBUG):
        send()
        jobs.deliver_mail()
    mail = mails()[0]
    row = db.session.scalars(select(SignInCode)).one()
    told = repr([(one.before, one.after, one.note) for one in db.session.scalars(select(AuditEntry))])
    for secret in (code_in(mail), secret_in(mail), f"{code_in(mail)[:3]} {code_in(mail)[3:]}"):
        assert secret not in caplog.text + told + row.code_hash + row.token_hash


def test_a_new_password_kills_codes(code):
    with unit(SYSTEM) as work:
        accounts.set_password(work, work.load(Person, small.person("an").id), "một-mật-khẩu-mới")
    with pytest.raises(Invalid):
        enter(code)


def test_a_code_leaves_before_everything_else_that_waits(campaign):
    send()
    assert OutboxLedger().claim(small.WORKING, 1)[0].email.subject == mails()[0].subject


def test_a_code_that_would_come_too_late_is_not_sent(code, at):
    at(small.WORKING + sign_in_codes.CODE_LIFE)
    assert OutboxLedger().claim(small.WORKING + sign_in_codes.CODE_LIFE, 5) == []
    assert (mails()[0].state, mails()[0].outcome) == (OutboxState.CANCELLED, "Mã đăng nhập đã hết hạn")


def test_old_codes_are_forgotten(code, at):
    at(small.WORKING + jobs.SPENT_CODES_KEPT)
    jobs.keep_house()
    assert db.session.scalar(select(func.count()).select_from(SignInCode)) == 1
    at(small.WORKING + jobs.SPENT_CODES_KEPT + timedelta(hours=1))
    jobs.keep_house()
    assert db.session.scalar(select(func.count()).select_from(SignInCode)) == 0


def test_nobody_but_the_reader_sees_the_code(code, campaign, sign_in):
    mail = mails()[0]
    admin = sign_in("quang")
    shown = "".join(
        admin.get(page).get_data(as_text=True) for page in ("/thu", f"/thu/{mail.id}", f"/thu/{mail.id}/xem")
    )
    sheet = admin.get("/thu/so-thu.xlsx").data
    assert "Mã đăng nhập" in shown
    for secret in (f"{code[:3]} {code[3:]}", secret_in(mail)):
        assert secret not in shown
        assert secret.encode() not in io.BytesIO(sheet).getvalue()


@pytest.fixture
def browser(app, at):
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def test_the_pages_lead_from_the_address_to_the_work(browser):
    answer = browser.post("/dang-nhap/ma?next=/trang-chu", data={"email": EMAIL, "password": ""})
    assert (answer.status_code, answer.location) == (303, "/dang-nhap/xac-nhan?next=/trang-chu")
    page = browser.get(answer.location).get_data(as_text=True)
    assert EMAIL in page
    assert 'autocomplete="one-time-code"' in page
    assert "Gửi lại mã" in page
    assert browser.post("/dang-nhap/xac-nhan", data={"code": "chưa có"}).status_code == 422
    done = browser.post("/dang-nhap/xac-nhan?next=/trang-chu", data={"code": code_in(mails()[0])})
    assert (done.status_code, done.location) == (303, "/trang-chu")
    assert browser.get("/don-vi").status_code == 200


@pytest.mark.parametrize("email", [EMAIL, "ai-do@gialai.example"])
def test_the_answer_is_the_same_whoever_asks(browser, email):
    answer = browser.post("/dang-nhap/ma", data={"email": email})
    page = browser.get(answer.location).get_data(as_text=True)
    assert f"Nếu có tài khoản với địa chỉ {email}, một mã 6 số đang được gửi đến đó." in page


def test_an_empty_address_is_asked_for_again(browser):
    answer = browser.post("/dang-nhap/ma", data={"email": ""})
    assert answer.status_code == 422
    assert "Nhập ô này" in answer.get_data(as_text=True)
    assert browser.get("/dang-nhap/xac-nhan").location == "/dang-nhap"


def test_whoever_asked_for_no_code_is_led_to_the_sign_in_page(browser):
    assert browser.get("/dang-nhap/xac-nhan").location == "/dang-nhap"


def test_a_link_shows_whom_it_lets_in_and_a_scanner_uses_nothing_up(browser):
    send()
    address = f"/dang-nhap/xac-nhan/{secret_in(mails()[0])}"
    for _ in range(2):
        page = browser.get(address)
        assert page.status_code == 200
        assert EMAIL in page.get_data(as_text=True)
        assert "Vào làm việc" in page.get_data(as_text=True)
    browser.head(address)
    assert browser.get("/don-vi").location.startswith("/dang-nhap")
    assert browser.post(address).status_code == 303
    assert browser.get("/don-vi").status_code == 200


def test_an_old_link_says_when_it_ended_and_offers_a_new_code(browser, at):
    send()
    address = f"/dang-nhap/xac-nhan/{secret_in(mails()[0])}"
    at(small.WORKING + timedelta(minutes=20))
    page = browser.get(address)
    assert page.status_code == 410
    assert "đã hết hạn lúc 09:15 ngày 10/10/2019. Bấm để nhận mã mới." in page.get_data(as_text=True)
    assert browser.post(address).status_code == 410
    again = browser.post(f"{address}/moi")
    assert again.location == "/dang-nhap/xac-nhan"
    assert len(mails()) == 2
    assert browser.post("/dang-nhap/xac-nhan", data={"code": code_in(mails()[1])}).status_code == 303


def test_a_link_that_was_never_sent_is_not_there(browser):
    assert browser.get("/dang-nhap/xac-nhan/nonsense").status_code == 404
    assert browser.post("/dang-nhap/xac-nhan/nonsense/moi").status_code == 404
    with pytest.raises(Missing):
        sign_in_codes.link_of("nonsense")


def test_a_foreign_page_is_not_led_to(browser):
    send()
    browser.post("/dang-nhap/ma", data={"email": EMAIL})
    done = browser.post("/dang-nhap/xac-nhan?next=//evil.example", data={"code": code_in(mails()[0])})
    assert done.location == "/trang-chu"
