"""The command line over mail: one mail at a time, whom mail reaches, and units that are told otherwise."""

import json

import pytest
from sqlalchemy import update

from app.cli import cli
from app.database import db
from app.models import OutboxMessage, OutboxState, Person
from app.services.outbox import OutboxLedger
from notifications.delivery import Outcome, Result, Stage
from tests.app import small


@pytest.fixture
def run(app, campaign):
    """Run a command on the small campaign; returns its output or its words of refusal."""

    def call(*words, code=0):
        result = app.test_cli_runner().invoke(cli, [str(word) for word in words])
        assert result.exit_code == code, result.output
        db.session.rollback()
        return result.stderr if code else result.stdout

    return call


def first():
    return db.session.query(OutboxMessage).order_by(OutboxMessage.id).first().id


def test_a_mail_is_held_released_and_cancelled(run):
    mail = first()
    assert "Đang giữ lại" in run("outbox", "hold", mail)
    assert "đang chờ gửi" in run("outbox", "hold", mail, code=1)
    assert json.loads(run("outbox", "release", mail, "--json"))["state"] == OutboxState.WAITING
    assert "đang giữ lại" in run("outbox", "release", mail, code=1)
    assert json.loads(run("outbox", "cancel", mail, "--json"))["state"] == OutboxState.CANCELLED
    assert json.loads(run("outbox", "retry", mail, "--json"))["id"] == mail


def test_held_mails_are_listed_by_their_state(run):
    run("outbox", "hold", first())
    [row] = json.loads(run("outbox", "list", "--state", "held", "--json"))
    assert (row["id"], row["tried_at"]) == (first(), None)


def test_units_that_no_mail_reaches_are_listed_muted_and_heard_of_again(run):
    with db.engine.begin() as connection:
        connection.execute(
            update(Person)
            .where(Person.email == "yen@gialai.example")
            .values(address_refused_at=small.OPENING, address_refused_words="550 gone")
        )
    db.session.rollback()
    told = run("contacts", "list", "gia-lai-2019")
    assert "yen@gialai.example 550 gone" in told
    assert "1 đơn vị không ai nhận được thư" in told
    run("contacts", "mute", "gia-lai-2019", "commune:23725", "--reason", "Báo bằng điện thoại")
    [row] = json.loads(run("contacts", "list", "gia-lai-2019", "--json"))
    assert (row["unit"], row["reached"], row["muted"]) == ("23725", True, "Báo bằng điện thoại")
    run("contacts", "unmute", "gia-lai-2019", "23725")
    assert "đang nhận thư nhắc" in run("contacts", "unmute", "gia-lai-2019", "23725", code=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("contacts", "list", "khong-co"), "đợt đánh giá khong-co"),
        (("contacts", "mute", "gia-lai-2019", "99999", "--reason", "x"), "đơn vị có mã 99999"),
        (("contacts", "mute", "gia-lai-2019", "23725", "--reason", " "), "Nhập lý do"),
    ],
)
def test_what_cannot_be_done_is_said(run, words, said):
    assert said in run(*words, code=1)


def test_the_outbox_is_listed_stopped_and_tried_again(run):
    waiting = json.loads(run("outbox", "list", "--json", "--state", "waiting"))
    first, second = waiting[0]["id"], waiting[1]["id"]
    assert "Đã hủy" in run("outbox", "cancel", first)
    assert "Chờ gửi" in run("outbox", "retry", first)
    assert "Chỉ gửi lại được thư đã dừng" in run("outbox", "retry", second, code=1)
    assert f"{len(waiting)} thư" in run("outbox", "list")


def test_a_mail_that_left_is_not_stopped(run):
    (claimed,) = OutboxLedger().claim(small.WORKING, 1)
    OutboxLedger().settle(claimed, Outcome(Result.ACCEPTED, small.WORKING, Stage.DOT))
    assert "chưa gửi" in run("outbox", "cancel", claimed.id, code=1)
    assert "outbox_message 999" in run("outbox", "cancel", 999, code=1)
