"""The mails of one imagined campaign, and mail servers that behave or misbehave as told."""

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from notifications.messages import Message, Recipient
from notifications.mime import Sender, parse_sender
from notifications.rendering import Email, render
from tests.notifications.samples import SAMPLES

DROP = "drop"
SILENCE = "silence"
DRIP = "drip"
TLS = Path(__file__).parent / "tls"

_NOW = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return _NOW


@pytest.fixture
def samples() -> dict[str, Message]:
    return {sample.kind: sample for sample in SAMPLES}


@pytest.fixture
def an() -> Recipient:
    return Recipient("an@thanhthuy.example.vn", "Nguyễn Văn An", "vi")


@pytest.fixture
def sender() -> Sender:
    return parse_sender("Đúng Hạn <no-reply@danhgia.example.vn>", reply_to="cntt@danhgia.example.vn")


@pytest.fixture
def receipt(samples: dict[str, Message], an: Recipient, now: datetime) -> Email:
    return render(samples["submitted"], an, domain="danhgia.example.vn", now=now)


class Mailboxes:
    """Handler of a real server: keeps every envelope."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        return "250 2.0.0 kept"


class AnyPort(Controller):
    """A server thread on whatever port is free."""

    server: Any

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd leaves it without a type


@pytest.fixture
def real_server() -> Iterator[tuple[Mailboxes, int]]:
    """A real mail server on a port of its own."""
    yield from serve()


@pytest.fixture
def guarded_server() -> Iterator[tuple[Mailboxes, int]]:
    """A real mail server that wants STARTTLS and then user `an` with password `dung/han`."""
    yield from serve(tls_context=server_tls(), require_starttls=True, auth_required=True, authenticator=is_an)


@pytest.fixture
def tls_server() -> Iterator[tuple[Mailboxes, int]]:
    """A real mail server that speaks TLS from the first byte."""
    yield from serve(ssl_context=server_tls())


def serve(**settings: Any) -> Iterator[tuple[Mailboxes, int]]:
    mailboxes = Mailboxes()
    controller = AnyPort(mailboxes, hostname="127.0.0.1", port=0, ready_timeout=5, **settings)
    controller.start()
    yield mailboxes, controller.port
    asyncio.run_coroutine_threadsafe(conversations_ended(), controller.loop).result()
    controller.stop()


async def conversations_ended() -> None:
    """Let the server see that its clients have gone, so that it leaves no socket to the garbage collector."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=1)
    await asyncio.sleep(0.01)


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.crt", TLS / "localhost.key")
    return context


def is_an(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
) -> AuthResult:
    return AuthResult(success=given == LoginPassword(b"an", b"dung/han"))


class ScriptedServer:
    """A mail server on a raw socket; `script` maps a verb to a reply, DROP, SILENCE or DRIP.

    `log` holds the verbs it heard.
    """

    _REPLIES: ClassVar[dict[str, str]] = {
        "connect": "220 ready",
        "ehlo": "250-scripted\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 SIZE 1000000",
        "auth": "235 welcome",
        "starttls": "454 not now",
        "data": "354 go on",
        "quit": "221 bye",
    }

    def __init__(self, script: dict[str, str]) -> None:
        self._replies = self._REPLIES | script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.port: int = self._listener.getsockname()[1]
        self.log: list[str] = []
        self._thread.start()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError), closing(connection), connection.makefile("rb") as lines:
                self._talk(connection, lines.readline)

    def _talk(self, connection: socket.socket, read: Callable[[], bytes]) -> None:
        verb = "connect"
        while verb and self._answer(connection, verb, read):
            if verb == "data" and self._replies["data"].startswith("354"):
                while read() not in (b".\r\n", b""):
                    pass
                verb = "dot"
            else:
                verb = read()[:8].split(b" ")[0].strip().decode(errors="replace").lower()

    def _answer(self, connection: socket.socket, verb: str, read: Callable[[], bytes]) -> bool:
        self.log.append(verb)
        reply = self._replies.get(verb, "250 ok")
        if reply == SILENCE:
            read()
        if reply == DRIP:
            drip(connection)
        if reply in (DROP, SILENCE, DRIP):
            return False
        connection.sendall(reply.encode() + b"\r\n")
        return verb != "quit"


def drip(connection: socket.socket) -> None:
    """Say one byte of an endless line every few milliseconds until the other side has gone."""
    gone = threading.Event()
    with suppress(OSError):
        while not gone.wait(0.02):
            connection.sendall(b"2")


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedServer]]:
    """Start servers by script: `scripted(rcpt="450 later")`."""
    servers: list[ScriptedServer] = []

    def start(**script: str) -> ScriptedServer:
        servers.append(ScriptedServer(script))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


class Ear(logging.Handler):
    """Keeps every line that reaches it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the package logs, whatever other tests of the same process did to logging as a whole."""
    monkeypatch.setattr(logging.root.manager, "disable", logging.NOTSET)
    ear, package = Ear(), logging.getLogger("notifications")
    for name in ("notifications.delivery", "notifications.scheduler"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    package.addHandler(ear)
    yield ear.lines
    package.removeHandler(ear)
