"""The bytes of a mail (RFC 5322, RFC 2045): pure ASCII, CRLF, the same for every attempt. May not send.

Names are put into encoded words as a whole, so no character of a name has a meaning in an address list.
"""

import re
from base64 import encodebytes
from collections.abc import Iterator
from dataclasses import dataclass
from email.charset import BASE64, QP, SHORTEST, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import parseaddr

from notifications.messages import Recipient, check_address, one_line
from notifications.rendering import Email, Enclosure

CALENDAR_FILE = "lich.ics"

_METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)
_WIRE = compat32.clone(linesep="\r\n", max_line_length=78)


@dataclass(frozen=True)
class Sender:
    """Who writes: the From address with its name, and the staffed address that replies go to."""

    address: str
    name: str = ""
    reply_to: str = ""

    def __post_init__(self) -> None:
        check_address(self.address)
        if self.reply_to:
            check_address(self.reply_to)

    @property
    def domain(self) -> str:
        """Right side of the address in ASCII, for Message-IDs and the greeting to the mail server."""
        return self.address.rpartition("@")[2].encode("idna").decode("ascii")


def parse_sender(text: str, reply_to: str = "") -> Sender:
    """Read `Name <address>` or a bare address; raise ValueError when it holds no usable address."""
    name, address = parseaddr(text if text.isprintable() else "")
    return Sender(address=address, name=one_line(name), reply_to=reply_to)


def compose(email: Email, recipient: Recipient, sender: Sender) -> bytes:
    """Return the whole mail as it goes over the wire, without dot-stuffing.

    Raises ValueError when a header would not stay on its line.
    """
    letter = _body(email)
    letter["From"] = mailbox(sender.address, sender.name)
    letter["To"] = mailbox(recipient.address, recipient.name)
    letter["Subject"] = _encoded(email.subject)
    if sender.reply_to and "Reply-To" not in email.headers:
        letter["Reply-To"] = mailbox(sender.reply_to)
    for name, value in email.headers.items():
        letter[name] = mailbox(value) if name == "Reply-To" else _ascii_line(value)
    return letter.as_bytes()


def _body(email: Email) -> MIMEMultipart:
    """Text and HTML; with a calendar file as a third way to read the mail, and once more to be saved.

    Gmail and Outlook take the alternative for an invitation; programs that do not know it offer the attachment.
    """
    name = email.headers["Message-ID"].strip("<>").partition("@")[0]
    readings = MIMEMultipart("alternative", boundary=f"=_{name}", policy=_WIRE)
    readings.attach(_part(email.text, "plain"))
    readings.attach(_part(email.html, "html"))
    if email.calendar:
        readings.attach(_calendar(email.calendar))
    files = [*_files(email)]
    if not files:
        return readings
    whole = MIMEMultipart("mixed", boundary=f"=_with_{name}", policy=_WIRE)
    for part in (readings, *files):
        whole.attach(part)
    return whole


def _files(email: Email) -> Iterator[MIMENonMultipart]:
    if email.calendar:
        yield _saved(Enclosure(CALENDAR_FILE, "application/ics", email.calendar.encode("utf-8")))
    if email.enclosure:
        yield _saved(email.enclosure)


def _calendar(content: str) -> MIMENonMultipart:
    """The file as RFC 6047 §2.4 wants it: the parameter says the same method as the content."""
    found = _METHOD.search(content)
    if found is None:
        raise ValueError("a calendar file in a mail needs a method")
    part = MIMENonMultipart("text", "calendar", policy=_WIRE, method=found[1])
    part.set_payload(content, _charset(BASE64))
    return part


def _saved(file: Enclosure) -> MIMENonMultipart:
    kind, _, subtype = file.media_type.partition("/")
    plain = file.name if file.name.isascii() else ("utf-8", "", file.name)
    part = MIMENonMultipart(kind, subtype, policy=_WIRE, name=plain)
    part.add_header("Content-Disposition", "attachment", filename=plain)
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(encodebytes(file.content).decode("ascii"))
    return part


def mailbox(address: str, name: str = "") -> str:
    """Return one address with its name for a header, all ASCII (RFC 2047, RFC 5890)."""
    local, _, domain = check_address(address).rpartition("@")
    plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    return f"{_encoded(name)} <{plain}>" if one_line(name) else plain


def _encoded(text: str) -> str:
    line = one_line(text)
    safe = line.isascii() and not set(line) & set('"<>@,;:\\()[]=?.')
    return line if safe and len(line) < 60 else Header(line, _charset(), maxlinelen=70).encode(linesep="\r\n")


def _ascii_line(value: str) -> str:
    if not value.isascii() or one_line(value) != value:
        raise ValueError(f"a header must be one ASCII line: {value!r}")
    return value


def _part(text: str, subtype: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype, policy=_WIRE)
    part.set_payload(text, _charset())
    return part


def _charset(body_encoding: int = QP) -> Charset:
    """Build UTF-8 afresh: Flask-Mail changes the standard library's shared one."""
    charset = Charset("utf-8")
    charset.header_encoding = SHORTEST
    charset.body_encoding = body_encoding
    return charset
