"""The bytes of a mail (RFC 5322, RFC 2045): pure ASCII, CRLF, the same for every attempt. May not send.

Names are put into encoded words as a whole, so no character of a name has a meaning in an address list.
"""

from dataclasses import dataclass
from email.charset import QP, SHORTEST, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import parseaddr

from notifications.messages import Recipient, check_address, one_line
from notifications.rendering import Email

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
    identity = email.headers["Message-ID"]
    letter = MIMEMultipart(
        "alternative", boundary=f"=_{identity.strip('<>').partition('@')[0]}", policy=_WIRE
    )
    letter["From"] = mailbox(sender.address, sender.name)
    letter["To"] = mailbox(recipient.address, recipient.name)
    letter["Subject"] = _encoded(email.subject)
    if sender.reply_to:
        letter["Reply-To"] = mailbox(sender.reply_to)
    for name, value in email.headers.items():
        letter[name] = _ascii_line(value)
    letter.attach(_part(email.text, "plain"))
    letter.attach(_part(email.html, "html"))
    return letter.as_bytes()


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


def _charset() -> Charset:
    """Build UTF-8 in quoted-printable afresh: Flask-Mail changes the standard library's shared one."""
    charset = Charset("utf-8")
    charset.header_encoding = SHORTEST
    charset.body_encoding = QP
    return charset
