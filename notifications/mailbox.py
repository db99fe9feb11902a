"""Letters that come in: read from one folder of an IMAP server, oldest first. The only imap_tools; judges no letter.

A letter is marked as read after its handler returned, so one whose handler died is shown again.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessage, MailMessageFlags

from notifications.facts import one_line

LARGEST = 15 * 1024 * 1024
MOST_AT_ONCE = 50
TIMEOUT = 30  # seconds for each answer of the server
_PORTS = {"imaps": 993, "imap": 143}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_LONGEST = 200


@dataclass(frozen=True)
class ImapSettings:
    """Where letters come in. ``ca``: a file of trusted certificates, empty for those of the system."""

    host: str
    port: int
    is_safe: bool
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    ca: str = ""


@dataclass(frozen=True)
class Enclosed:
    """A file in a letter, by the name that its sender gave."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """One letter. ``key`` is the same whenever it is shown; ``is_automatic``: a machine wrote it, so nobody is answered;
    ``is_too_big``: its files were not fetched.
    """

    key: str
    sender: str
    subject: str
    is_automatic: bool
    is_too_big: bool
    enclosed: tuple[Enclosed, ...]


def parse_imap_url(url: str) -> ImapSettings:
    """Read `imaps://user:password@host[:port][/folder][?ca=file]`, or `imap://…` to this machine only.

    Raises ValueError, without the password in it, for anything else.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    ca = options.pop("ca", "")
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username or options:
        raise ValueError("the IMAP address reads imaps://user:password@host/folder")
    if parts.scheme == "imap" and parts.hostname not in _LOOPBACK:
        raise ValueError("the IMAP password would cross the network in clear: use imaps://")
    return ImapSettings(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        is_safe=parts.scheme == "imaps",
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        ca=ca,
    )


def take_letters(
    settings: ImapSettings, handle: Callable[[Letter], None], stopping: Callable[[], bool] = lambda: False
) -> int:
    """Show each unread letter to ``handle``, at most `MOST_AT_ONCE`, and mark it as read; returns how many.

    Raises OSError or imaplib's error where the server is away or refuses the account; what ``handle`` raises goes
    through, and that letter stays unread.
    """
    taken = 0
    with _opened(settings) as box:
        unread = box.fetch(AND(seen=False), mark_seen=False, headers_only=True, limit=MOST_AT_ONCE)
        for head in list(unread):
            if stopping() or head.uid is None:
                break
            handle(_letter(box, head))
            box.flag(head.uid, MailMessageFlags.SEEN, value=True)
            taken += 1
    return taken


@contextmanager
def _opened(settings: ImapSettings) -> Iterator[BaseMailBox]:
    box: BaseMailBox
    if settings.is_safe:
        trusted = ssl.create_default_context(cafile=settings.ca or None)
        box = MailBox(settings.host, settings.port, timeout=TIMEOUT, ssl_context=trusted)
    else:
        box = MailBoxUnencrypted(settings.host, settings.port, timeout=TIMEOUT)
    with box.login(settings.user, settings.password, settings.folder):
        yield box


def _letter(box: BaseMailBox, head: MailMessage) -> Letter:
    is_too_big = head.size_rfc822 > LARGEST
    whole = next(iter(box.fetch(AND(uid=str(head.uid)), mark_seen=False)), None) if not is_too_big else None
    files = whole.attachments if whole else ()
    sender = head.from_values.email if head.from_values else ""
    return Letter(
        key=_key(head),
        sender=one_line(sender)[:_LONGEST],
        subject=one_line(head.subject)[:_LONGEST],
        is_automatic=_is_automatic(head),
        is_too_big=is_too_big,
        enclosed=tuple(Enclosed(one_line(file.filename)[:_LONGEST], file.payload) for file in files),
    )


def _key(head: MailMessage) -> str:
    """Told by its Message-ID with its sender, or by all its headers where it has none."""
    named = head.obj.get("Message-ID")
    said = f"{named}\n{head.from_}" if named else str(sorted(head.obj.items()))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _is_automatic(head: MailMessage) -> bool:
    """Written by a machine, or by one for many (RFC 3834 §2)."""
    said = {name.casefold(): str(value).strip().casefold() for name, value in head.obj.items()}
    return (
        said.get("auto-submitted", "no") != "no"
        or said.get("precedence", "") in _BULK
        or said.get("return-path", "") == "<>"
        or "list-id" in said
    )
