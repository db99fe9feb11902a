"""What every message is made of: people, dates, remarks, and the key that makes a message unique.

A message is language-neutral: it carries dates and numbers, never a formatted phrase. It may not render,
send or look anything up.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

LANGUAGES = ("vi", "en")
KEY_LIMIT = 255
OPENING = "campaign_opened"

_ATOM = r"[A-Za-z0-9!#$%&'*+=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)*")
_LINK = re.compile(r"https?://[^\s<>\"'\\]+")


def one_line(text: str) -> str:
    """Return `text` as NFC on a single line, without control, direction or other invisible characters."""
    kept = (_visible(char) for char in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split())


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs") else char


def check_address(address: str) -> str:
    """Return `address` if one mailbox can be meant by it; raise ValueError otherwise.

    The local part is plain ASCII (RFC 5321 dot-string); the domain may be international.
    """
    local, _, domain = address.rpartition("@")
    if not _ADDRESS.fullmatch(address) or len(local) > 64 or len(address) > 254:
        raise ValueError(f"not a mail address: {address!r}")
    try:
        domain.encode("idna")
    except UnicodeError as error:
        raise ValueError(f"not a mail domain: {domain!r}") from error
    return address


@dataclass(frozen=True)
class Recipient:
    """A person at one address who reads one of `LANGUAGES`; raises ValueError for anything else."""

    address: str
    name: str
    language: str = "vi"

    def __post_init__(self) -> None:
        check_address(self.address)
        if self.language not in LANGUAGES:
            raise ValueError(f"no mail is written in {self.language!r}")


class Wording(StrEnum):
    """How a letter states a deadline: `trước ngày` leaves the day out, `đến hết ngày` counts it in."""

    BEFORE_DAY = "before_day"
    THROUGH_DAY = "through_day"


@dataclass(frozen=True)
class Deadline:
    """The instant (aware) from which it is too late, with the letter's words and day if a letter set it."""

    cutoff: datetime
    wording: Wording | None = None
    day: date | None = None

    def __post_init__(self) -> None:
        if (self.wording is None) != (self.day is None):
            raise ValueError("a deadline's wording and day go together")


@dataclass(frozen=True)
class Remark:
    """What a reader of a form asks to be put right in the criterion with this code."""

    criterion: str
    text: str


class Owed(StrEnum):
    """What somebody is waited for: a form, a package, an eye on the forms of others, forms to verify, an approval."""

    FORM = "form"
    PACKAGE = "package"
    OVERSIGHT = "oversight"
    VERIFICATION = "verification"
    APPROVAL = "approval"


@dataclass(frozen=True)
class Owing:
    """One of several things that a person owes: whose, what, how far it has come, and until when.

    An approval has no date: its deadline is the instant from which it waits.
    """

    owed: Owed
    unit_name: str
    done: int
    total: int
    deadline: Deadline


@dataclass(frozen=True, kw_only=True)
class Message:
    """What every message states.

    unit: stable code of the unit it is about; occurrence: which happening of this kind, such as a move's
    number or a deadline's version with the rule; link: the one address to go to; zone: where instants are
    printed. `secret` kinds open a door to whoever reads them: nobody else may see what they say.
    Raises ValueError when the link is no plain http(s) address.
    """

    kind: ClassVar[str]
    secret: ClassVar[bool] = False

    unit: str
    unit_name: str
    link: str
    hotline: str
    occurrence: str = ""
    zone: str = "Asia/Ho_Chi_Minh"

    def __post_init__(self) -> None:
        if not _LINK.fullmatch(self.link) or one_line(self.link) != self.link:
            raise ValueError(f"not a link for a mail: {self.link!r}")

    @property
    def key(self) -> str:
        """Name of the happening: two messages with one key say the same thing."""
        return joined(self.kind, self.unit, self.occurrence)

    @property
    def thread(self) -> str:
        """Key of the message that opened the conversation, or the empty string."""
        return ""


@dataclass(frozen=True, kw_only=True)
class CampaignMessage(Message):
    """A message within one campaign; `campaign` is its stable code, `year` the year it assesses."""

    campaign: str
    campaign_name: str
    year: int

    @property
    def key(self) -> str:
        """Name of the happening within its campaign."""
        return joined(self.kind, self.campaign, self.unit, self.occurrence)

    @property
    def thread(self) -> str:
        """Key of the invitation that opened the campaign for this unit."""
        return joined(OPENING, self.campaign, self.unit, "")


def outbox_key(message: Message, recipient: Recipient) -> str:
    """Return the unique key of one mail: this happening, told to this address whatever the person's roles.

    At most `KEY_LIMIT` characters; a longer one ends in its own digest.
    """
    return _limited(joined(message.key, recipient.address.casefold()))


def thread_key(message: Message, recipient: Recipient) -> str:
    """Return the outbox key of the mail that opened this conversation, or the empty string."""
    return _limited(joined(message.thread, recipient.address.casefold())) if message.thread else ""


def _limited(key: str) -> str:
    if len(key) <= KEY_LIMIT:
        return key
    return f"{key[: KEY_LIMIT - 41]}:{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def joined(*parts: str) -> str:
    """Return the parts of a key as one."""
    return ":".join(parts)
