"""Ways out of the building: SMTP through Flask-Mail (its only home), files, memory. Keeps no ledger.

Flask-Mail 0.10 opens connections without a time limit, overlooks refused recipients and gives every attempt
a new Message-ID; here its connection and message are narrowed to one recipient, bounded waits and the mail's
own identity.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from flask_mail import BadHeaderError, Connection, Mail, Message

from notifications.delivery import Report, Result, Stage, always
from notifications.messages import Recipient
from notifications.mime import Sender, compose, mailbox
from notifications.rendering import Email
from notifications.smtp import (
    Fault,
    Limits,
    Session,
    SmtpSettings,
    Unwanted,
    open_session,
    say_goodbye,
    still_open,
    transact,
)

MAILS_PER_CONNECTION = 100

_SETTING_UP = (Stage.CONNECT, Stage.HELLO, Stage.STARTTLS, Stage.AUTH)
_SIGN_IN_CODES = (530, 534, 535, 538)
_CLOSING = 421


class _OneLetter(Message):
    """A Flask-Mail message for one recipient whose bytes are those composed by `notifications.mime`."""

    def __init__(self, recipient: Recipient, email: Email, sender: Sender) -> None:
        super().__init__(
            subject=email.subject,
            recipients=[mailbox(recipient.address)],
            body=email.text,
            html=email.html,
            sender=mailbox(sender.address),
        )
        self.msgId = email.headers["Message-ID"]
        self._composed = compose(email, recipient, sender)

    def as_bytes(self) -> bytes:
        return self._composed


class _PatientConnection(Connection):
    """A Flask-Mail connection with time limits that sends to one recipient and keeps the server's words."""

    def __init__(self, mail: Mail, settings: SmtpSettings, limits: Limits, hello: str) -> None:
        super().__init__(mail)
        self._settings = settings
        self._limits = limits
        self._hello = hello
        self.session = self.configure_host()
        self.words = ""
        self.wanted: Callable[[], bool] = always

    def configure_host(self) -> Session:
        return open_session(self._settings, self._limits, self._hello)

    def send(self, message: Message, envelope_from: str | tuple[str, str] | None = None) -> None:
        if message.has_bad_headers():
            raise BadHeaderError
        [recipient] = message.recipients
        self.num_emails += 1
        self.words = transact(
            self.session,
            sender=str(envelope_from or message.sender),
            recipient=str(recipient),
            data=message.as_bytes(),
            wanted=self.wanted,
        )

    def usable(self) -> bool:
        """Tell whether the next mail may go over this connection."""
        return self.num_emails < self.mail.max_emails and still_open(self.session)


class SmtpTransport:
    """Hands mails to an SMTP server over a connection kept open between mails. For one thread at a time."""

    def __init__(self, settings: SmtpSettings, sender: Sender, limits: Limits | None = None) -> None:
        self._settings = settings
        self._sender = sender
        self._limits = limits or Limits()
        self._mail = _flask_mail(settings)
        self._connection: _PatientConnection | None = None

    def send(self, recipient: Recipient, email: Email, wanted: Callable[[], bool] = always) -> Report:
        """Send one mail in a transaction of its own; every fault of the server becomes a report."""
        letter = _OneLetter(recipient, email, self._sender)
        try:
            connection = self._ready()
            connection.wanted = wanted
            connection.send(letter)
        except Fault as fault:
            if fault.code in (None, _CLOSING):
                self.close()
            return classify(fault)
        except Unwanted:
            return Report(Result.CANCELLED)
        return Report(Result.ACCEPTED, connection.words)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            say_goodbye(self._connection.session)
        self._connection = None

    def _ready(self) -> _PatientConnection:
        if self._connection is not None and not self._connection.usable():
            self.close()
        if self._connection is None:
            self._connection = _PatientConnection(
                self._mail, self._settings, self._limits, self._sender.domain
            )
        return self._connection


class FileTransport:
    """Writes each mail as one `.eml` file into a folder; the same mail again overwrites its file."""

    def __init__(self, folder: Path, sender: Sender) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, recipient: Recipient, email: Email, wanted: Callable[[], bool] = always) -> Report:
        """Write the file whole or not at all; a disk that refuses counts as a server that is away."""
        if not wanted():
            return Report(Result.CANCELLED)
        path = self._folder / _file_name(recipient, email)
        unfinished = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(compose(email, recipient, self._sender))
            unfinished.replace(path)
        except OSError as error:
            return Report(Result.FAILED, str(error), server_away=True)
        return Report(Result.ACCEPTED, str(path))

    def close(self) -> None:
        """Nothing is held open."""


class MemoryTransport:
    """Keeps what it is given in `sent`, for tests. `reports` are answered in turn, then acceptance."""

    def __init__(self, reports: Iterable[Report] = ()) -> None:
        self.sent: list[tuple[Recipient, Email]] = []
        self._reports = deque(reports)

    def send(self, recipient: Recipient, email: Email, wanted: Callable[[], bool] = always) -> Report:
        """Keep the mail and answer the next report."""
        if not wanted():
            return Report(Result.CANCELLED)
        self.sent.append((recipient, email))
        return self._reports.popleft() if self._reports else Report(Result.ACCEPTED)

    def close(self) -> None:
        """Nothing is held open."""


def classify(fault: Fault) -> Report:
    """Say what a fault means for the mail (RFC 5321 §4.2.1, §4.5.4).

    A fault while setting up, a sign-in code, 421 and silence are the server's trouble, not this mail's.
    """
    away = fault.timed_out or fault.stage in _SETTING_UP or fault.code in (_CLOSING, *_SIGN_IN_CODES)
    return Report(_result(fault), fault.words, fault.stage, server_away=away)


def _result(fault: Fault) -> Result:
    if fault.stage in _SETTING_UP or fault.code in _SIGN_IN_CODES:
        return Result.FAILED
    kind = (fault.code or 0) // 100
    if kind == 5:
        return Result.REFUSED
    if kind == 4 or fault.stage is not Stage.DOT:
        return Result.FAILED
    return Result.UNKNOWN


def _flask_mail(settings: SmtpSettings) -> Mail:
    mail = Mail()
    mail.state = mail.init_mail(
        {
            "MAIL_SERVER": settings.host,
            "MAIL_PORT": settings.port,
            "MAIL_USERNAME": settings.user,
            "MAIL_PASSWORD": settings.password,
            "MAIL_USE_TLS": settings.tls == "starttls",
            "MAIL_USE_SSL": settings.tls == "implicit",
            "MAIL_MAX_EMAILS": MAILS_PER_CONNECTION,
        }
    )
    return mail


def _file_name(recipient: Recipient, email: Email) -> str:
    address = re.sub(r"[^A-Za-z0-9.@_-]", "_", recipient.address)[:100]
    return f"{address}.{email.headers['Message-ID'].strip('<>')[:16]}.eml"
