"""SMTP against a real server and against one that misbehaves at every verb; files; addresses of servers."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from notifications.delivery import BACK_OFF, Claimed, Report, Result, Stage, judge
from notifications.messages import Recipient
from notifications.mime import Sender, compose
from notifications.rendering import Email
from notifications.smtp import Limits, SmtpSettings, parse_smtp_url
from notifications.transports import FileTransport, SmtpTransport

DROP = "drop"
SILENCE = "silence"
QUICK = Limits(connect=2, command=0.15, dot=0.15, goodbye=0.15)
PATIENT = Limits(connect=2, command=2, dot=2, goodbye=2)

Connect = Callable[..., SmtpTransport]


@pytest.fixture
def connect(sender: Sender) -> Iterator[Connect]:
    opened: list[SmtpTransport] = []

    def start(port: int, limits: Limits = PATIENT, **settings: Any) -> SmtpTransport:
        opened.append(SmtpTransport(SmtpSettings("127.0.0.1", port, **settings), sender, limits))
        return opened[-1]

    yield start
    for transport in opened:
        transport.close()


def test_real_server_gets_one_recipient_per_transaction(
    real_server: tuple[Any, int], connect: Connect, receipt: Email, sender: Sender
) -> None:
    mailboxes, port = real_server
    readers = [Recipient(f"{name}@x.vn", "Đỗ Thị Bình, <b@y.vn>") for name in ("an", "binh", "chi")]
    transport = connect(port)
    reports = [transport.send(reader, receipt) for reader in readers]
    assert reports == [Report(Result.ACCEPTED, "250 2.0.0 kept")] * 3
    assert [envelope.rcpt_tos for envelope in mailboxes.envelopes] == [[reader.address] for reader in readers]
    assert {envelope.mail_from for envelope in mailboxes.envelopes} == {sender.address}


def test_real_server_gets_the_mail_as_composed(
    real_server: tuple[Any, int], connect: Connect, an: Recipient, receipt: Email, sender: Sender
) -> None:
    mailboxes, port = real_server
    dotted = replace(receipt, text=".\n..một\nhai\n.\n")
    connect(port).send(an, dotted)
    assert mailboxes.envelopes[0].content == compose(dotted, an, sender)
    parsed = message_from_bytes(mailboxes.envelopes[0].content, policy=policy.default)
    assert parsed["Message-ID"] == receipt.headers["Message-ID"]


def settings_for(verb: str) -> dict[str, str]:
    extra = {"starttls": {"tls": "starttls"}, "auth": {"user": "u", "password": "p"}}
    return extra.get(verb, {})


def stage_of(verb: str) -> Stage:
    return Stage("hello" if verb == "ehlo" else verb)


def attempt(
    server: Any, connect: Connect, verb: str, mail: tuple[Recipient, Email], limits: Limits
) -> Report:
    return connect(server.port, limits, **settings_for(verb)).send(*mail)


@pytest.fixture
def mail(an: Recipient, receipt: Email) -> tuple[Recipient, Email]:
    return an, receipt


# What each fault means at each verb: the result, with * where the server itself is away and the round ends.
FAULTS = """
           451      454      554      530      421      drop     silence  drip
connect    failed*  failed*  failed*  failed*  failed*  failed*  failed*  failed*
ehlo       failed*  failed*  failed*  failed*  failed*  failed*  failed*  failed*
starttls   failed*  failed*  failed*  failed*  failed*  failed*  failed*  failed*
auth       failed*  failed*  failed*  failed*  failed*  failed*  failed*  failed*
mail       failed   failed   refused  failed*  failed*  failed   failed*  failed*
rcpt       failed   failed   refused  failed*  failed*  failed   failed*  failed*
data       failed   failed   refused  failed*  failed*  failed   failed*  failed*
dot        failed   failed   refused  failed*  failed*  unknown  unknown* unknown*
"""
RETRIED_AFTER = {Result.FAILED: BACK_OFF[0], Result.UNKNOWN: BACK_OFF[-1], Result.REFUSED: None}


def cells() -> list[tuple[str, str, str]]:
    head, *lines = (line.split() for line in FAULTS.strip().splitlines())
    return [(verb, fault, meaning) for verb, *row in lines for fault, meaning in zip(head, row, strict=True)]


@pytest.mark.parametrize("cell", cells(), ids=" ".join)
def test_what_every_fault_means_at_every_verb(
    scripted: Any,
    connect: Connect,
    mail: tuple[Recipient, Email],
    now: datetime,
    cell: tuple[str, str, str],
) -> None:
    verb, fault, meaning = cell
    reply = f"{fault} 4.3.2 no" if fault.isdigit() else fault
    server = scripted(**{verb: reply}, **({"helo": reply} if verb == "ehlo" else {}))
    report = attempt(server, connect, verb, mail, PATIENT if fault.isdigit() else QUICK)
    assert (report.result, report.server_away) == (Result(meaning.strip("*")), meaning.endswith("*"))
    assert report.stage is stage_of(verb)
    assert report.words == reply if fault.isdigit() else report.words
    outcome = judge(Claimed(1, *mail, attempt=1, unknowns=0, first_tried_at=now), report, now)
    after = RETRIED_AFTER[report.result]
    assert outcome.retry_at == (None if after is None else now + after)


@pytest.mark.parametrize("reply", ["garbage", "5" * 9000])
def test_nonsense_after_the_dot_is_unknown(
    scripted: Any, connect: Connect, mail: tuple[Recipient, Email], reply: str
) -> None:
    assert attempt(scripted(dot=reply), connect, "dot", mail, PATIENT).result is Result.UNKNOWN


def test_nobody_listening_is_the_servers_trouble(connect: Connect, mail: tuple[Recipient, Email]) -> None:
    with closing(socket.socket()) as deaf:
        deaf.bind(("127.0.0.1", 0))
        report = connect(deaf.getsockname()[1]).send(*mail)
    assert (report.result, report.stage, report.server_away) == (Result.FAILED, Stage.CONNECT, True)


def test_server_without_starttls_gets_nothing_in_clear(
    scripted: Any, connect: Connect, mail: tuple[Recipient, Email]
) -> None:
    server = scripted(ehlo="250 plain")
    report = connect(server.port, tls="starttls", user="u", password="p").send(*mail)
    assert (report.result, report.stage) == (Result.FAILED, Stage.STARTTLS)
    assert "auth" not in server.log


def test_tls_from_the_first_byte_fails_on_a_server_in_clear(
    scripted: Any, connect: Connect, mail: tuple[Recipient, Email]
) -> None:
    report = connect(scripted().port, tls="implicit").send(*mail)
    assert (report.result, report.stage) == (Result.FAILED, Stage.CONNECT)


CA = str(Path(__file__).parent / "tls" / "localhost.crt")


def test_starttls_and_sign_in_with_a_real_server(
    guarded_server: tuple[Any, int], connect: Connect, mail: tuple[Recipient, Email]
) -> None:
    mailboxes, port = guarded_server
    wrong = connect(port, tls="starttls", ca=CA, user="an", password="quên").send(*mail)
    assert (wrong.result, wrong.stage, wrong.server_away) == (Result.FAILED, Stage.AUTH, True)
    right = connect(port, tls="starttls", ca=CA, user="an", password="dung/han").send(*mail)
    assert right.result is Result.ACCEPTED
    assert len(mailboxes.envelopes) == 1


def test_sign_in_that_the_server_demands_and_we_lack_is_not_the_readers_fault(
    guarded_server: tuple[Any, int], connect: Connect, mail: tuple[Recipient, Email]
) -> None:
    report = connect(guarded_server[1], tls="starttls", ca=CA).send(*mail)
    assert (report.result, report.stage, report.server_away) == (Result.FAILED, Stage.MAIL, True)


def test_tls_from_the_first_byte_with_a_real_server(
    tls_server: tuple[Any, int], connect: Connect, mail: tuple[Recipient, Email]
) -> None:
    mailboxes, port = tls_server
    assert connect(port, tls="implicit", ca=CA).send(*mail).result is Result.ACCEPTED
    assert len(mailboxes.envelopes) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_certificate_that_nobody_vouches_for_is_refused(
    request: pytest.FixtureRequest, connect: Connect, mail: tuple[Recipient, Email], tls: str
) -> None:
    fixture = "guarded_server" if tls == "starttls" else "tls_server"
    mailboxes, port = request.getfixturevalue(fixture)
    report = connect(port, tls=tls).send(*mail)
    assert (report.result, report.server_away) == (Result.FAILED, True)
    assert "CERTIFICATE_VERIFY_FAILED" in report.words
    assert mailboxes.envelopes == []


def test_refused_mail_leaves_the_connection_to_the_next(
    scripted: Any, connect: Connect, mail: tuple[Recipient, Email]
) -> None:
    server = scripted(rcpt="550 no")
    transport = connect(server.port)
    assert [transport.send(*mail).result for _ in range(2)] == [Result.REFUSED] * 2
    assert server.log == ["connect", "ehlo", "mail", "rcpt", "rset", "mail", "rcpt"]


def test_connection_that_the_server_closed_between_mails_is_opened_anew(
    scripted: Any, connect: Connect, mail: tuple[Recipient, Email]
) -> None:
    server = scripted(rset=DROP)
    transport = connect(server.port)
    assert [transport.send(*mail).result for _ in range(2)] == [Result.ACCEPTED] * 2
    assert server.log.count("connect") == 2


def test_closing_is_polite_and_may_be_repeated(
    scripted: Any, connect: Connect, mail: tuple[Recipient, Email]
) -> None:
    server = scripted()
    with closing(connect(server.port)) as transport:
        transport.send(*mail)
        transport.close()
    assert server.log[-1] == "quit"


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("smtp://relay.vn", SmtpSettings("relay.vn", 25)),
        ("smtp://relay.vn:2525", SmtpSettings("relay.vn", 2525)),
        (
            "smtp://u%40x.vn:p%2F1@relay.vn?tls=starttls",
            SmtpSettings("relay.vn", 587, "starttls", "u@x.vn", "p/1"),
        ),
        ("smtps://u:p@relay.vn", SmtpSettings("relay.vn", 465, "implicit", "u", "p")),
        ("smtps://relay.vn?ca=/etc/ca.pem", SmtpSettings("relay.vn", 465, "implicit", ca="/etc/ca.pem")),
        ("smtp://u:p@relay.vn?tls=none", SmtpSettings("relay.vn", 25, "none", "u", "p")),
        ("smtp://u:p@localhost", SmtpSettings("localhost", 25, "none", "u", "p")),
    ],
)
def test_server_address_is_read(url: str, settings: SmtpSettings) -> None:
    assert parse_smtp_url(url) == settings


@pytest.mark.parametrize(
    "url",
    [
        "",
        "relay.vn",
        "http://relay.vn",
        "smtp://",
        "smtp://relay.vn/x",
        "smtp://relay.vn?tls=maybe",
        "smtp://relay.vn?tls=implicit",
        "smtp://relay.vn?timeout=1",
        "smtp://u:secret@relay.vn",
        "smtp://r:99999",
    ],
)
def test_server_address_that_cannot_be_meant_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SMTP|[Pp]ort") as refused:
        parse_smtp_url(url)
    assert "secret" not in str(refused.value)


def test_password_is_not_shown() -> None:
    assert "secret" not in repr(SmtpSettings("relay.vn", 25, password="secret"))


def test_file_holds_the_mail_and_a_copy_overwrites_it(
    tmp_path: Path, an: Recipient, receipt: Email, sender: Sender
) -> None:
    transport = FileTransport(tmp_path / "mail", sender)
    reports = [transport.send(an, receipt) for _ in range(2)]
    [path] = (tmp_path / "mail").iterdir()
    assert reports == [Report(Result.ACCEPTED, str(path))] * 2
    assert path.name.startswith("an@thanhthuy.example.vn.")
    assert path.suffix == ".eml"
    assert path.read_bytes() == compose(receipt, an, sender)


def test_folder_that_cannot_be_written_counts_as_away(
    tmp_path: Path, an: Recipient, receipt: Email, sender: Sender
) -> None:
    (tmp_path / "mail").write_text("in the way")
    report = FileTransport(tmp_path / "mail", sender).send(an, receipt)
    assert (report.result, report.server_away) == (Result.FAILED, True)
