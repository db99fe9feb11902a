"""One patient, bounded conversation with a mail server: settings, time limits, verbs. Decides no outcome.

`smtplib` limits each read on its own, so a server that drips a byte a minute holds it for ever; here every
reply has to be complete in time (RFC 5321 §4.5.3.2 asks for such limits per command).
"""

import io
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from notifications.delivery import Stage

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")

_GOOD = range(200, 300)
_GO_AHEAD = (354,)
_PORTS = {"none": 25, "starttls": 587, "implicit": 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Limits:
    """Seconds to wait: for the connection, for the reply to a command, for the reply to the final dot."""

    connect: float = 10
    command: float = 60
    dot: float = 600
    goodbye: float = 5


@dataclass(frozen=True)
class SmtpSettings:
    """Where mail is handed over. tls: `none`, `starttls` or `implicit`; ca: file of trusted certificates."""

    host: str
    port: int
    tls: str = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""


class Fault(Exception):
    """The server said no (`code`), or the conversation broke (`code` is None)."""

    def __init__(self, stage: Stage, code: int | None, words: str, *, timed_out: bool = False) -> None:
        super().__init__(words)
        self.stage = stage
        self.code = code
        self.words = words
        self.timed_out = timed_out


class Unwanted(Exception):
    """The mail became false while the server was being talked to; no content was handed over."""


def parse_smtp_url(url: str) -> SmtpSettings:
    """Read `smtp://[user:password@]host[:port][?tls=starttls|none][&ca=file]` or `smtps://…`.

    Raises ValueError, without the password in it, for anything else, and for a password that would cross the
    network in clear although `tls=none` was not asked for.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = "implicit" if parts.scheme == "smtps" else options.pop("tls", "")
    ca = options.pop("ca", "")
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("the SMTP address reads smtp://host:port or smtps://host:port")
    if options or tls not in ("", *_PORTS) or (parts.scheme == "smtp" and tls == "implicit"):
        raise ValueError("an SMTP address takes ?tls=starttls or ?tls=none, and &ca=file")
    if parts.username and not tls and parts.hostname not in _LOOPBACK:
        raise ValueError(
            "the SMTP password would cross the network in clear: add ?tls=starttls, or ?tls=none"
        )
    return SmtpSettings(
        host=parts.hostname,
        port=parts.port or _PORTS[tls or "none"],
        tls=tls or "none",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca=ca,
    )


class Session(smtplib.SMTP):
    """An SMTP client whose every reply must be complete within `reply_within` seconds."""

    def __init__(self, settings: SmtpSettings, limits: Limits, hello: str) -> None:
        self.limits = limits
        self.reply_within = limits.command
        self.answer_by = 0.0
        self.timed_out = False
        super().__init__(settings.host, settings.port, hello, timeout=limits.connect)

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply; raises smtplib.SMTPServerDisconnected when it is not complete in time."""
        self.answer_by = time.monotonic() + self.reply_within
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_PromptReader(self, self.sock))
        reply = super().getreply()
        if self.sock is not None:
            self.sock.settimeout(self.limits.command)
        return reply


class SecureSession(Session):
    """The same over TLS from the first byte, with certificates checked."""

    def __init__(self, settings: SmtpSettings, limits: Limits, hello: str) -> None:
        self._context = _context(settings)
        super().__init__(settings, limits, hello)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        return self._context.wrap_socket(plain, server_hostname=host)


class _PromptReader(io.RawIOBase):
    """Reads a socket until its session's `answer_by`, however slowly the bytes come."""

    def __init__(self, session: Session, sock: socket.socket) -> None:
        self._session = session
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        left = self._session.answer_by - time.monotonic()
        try:
            self._sock.settimeout(max(left, 0.001))
            return self._sock.recv_into(buffer)
        except TimeoutError:
            self._session.timed_out = True
            raise


def open_session(settings: SmtpSettings, limits: Limits, hello: str) -> Session:
    """Connect, greet, secure and sign in.

    hello: name this host greets with. Raises Fault naming the stage that failed; nothing stays open then.
    With `tls=starttls` a server that cannot do it is a fault, never a reason to go on in clear.
    """
    kind = SecureSession if settings.tls == "implicit" else Session
    session = _step(Stage.CONNECT, None, lambda: kind(settings, limits, hello))
    _step(Stage.HELLO, session, session.ehlo_or_helo_if_needed)
    if settings.tls == "starttls":
        _step(Stage.STARTTLS, session, lambda: session.starttls(context=_context(settings)))
        _step(Stage.STARTTLS, session, session.ehlo_or_helo_if_needed)
    if settings.user:
        _step(Stage.AUTH, session, lambda: session.login(settings.user, settings.password))
    return session


def transact(
    session: Session, *, sender: str, recipient: str, data: bytes, wanted: Callable[[], bool]
) -> str:
    """Hand over one mail to one recipient; return the server's words of acceptance.

    data: CRLF lines, not dot-stuffed. wanted: asked when the server is ready to hear DATA. Raises Unwanted when
    it answers no, and Fault with the verb that failed; only a break at Stage.DOT leaves open whether the mail was
    taken.
    """
    stuffed = re.sub(rb"(?m)^\.", b"..", data)
    options = [f"size={len(stuffed)}"] if session.has_extn("size") else []
    _ask(session, Stage.MAIL, lambda: session.mail(sender, options))
    _ask(session, Stage.RCPT, lambda: session.rcpt(recipient))
    if not wanted():
        raise Unwanted
    _ask(session, Stage.DATA, lambda: session.docmd("data"), _GO_AHEAD)
    _step(Stage.DATA, session, lambda: session.send(stuffed + b".\r\n"))
    session.reply_within = session.limits.dot
    try:
        return _ask(session, Stage.DOT, session.getreply)
    finally:
        session.reply_within = session.limits.command


def say_goodbye(session: Session) -> None:
    """Close the connection, politely if the server answers at once."""
    session.reply_within = session.limits.goodbye
    try:
        session.quit()
    except (smtplib.SMTPException, OSError):
        session.close()


def still_open(session: Session) -> bool:
    """Tell whether a connection kept from an earlier mail can be used again."""
    try:
        return session.rset()[0] in _GOOD
    except (smtplib.SMTPException, OSError):
        return False


def _ask(
    session: Session, stage: Stage, ask: Callable[[], tuple[int, bytes]], good: Container[int] = _GOOD
) -> str:
    code, reply = _step(stage, session, ask)
    words = f"{code} {reply.decode(errors='replace')}"
    if code not in good:
        raise Fault(stage, code, words)
    return words


def _step(stage: Stage, session: Session | None, act: Callable[[], T]) -> T:
    """Do one step; when it breaks the session is closed and the break is a Fault.

    ValueError is among the breaks because smtplib raises it for a user name it cannot encode.
    """
    try:
        return act()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        timed_out = isinstance(error, TimeoutError) or (session is not None and session.timed_out)
        if session is not None:
            session.close()
        raise Fault(stage, None, _words(error), timed_out=timed_out) from error


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__


def _context(settings: SmtpSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.ca or None)
