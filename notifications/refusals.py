"""What a mail server's answer is about: the address, a full mailbox, our own standing, or the way there.

It reads the stage, the reply code (RFC 5321 §4.2) and the enhanced status code (RFC 3463) of an attempt; it sends
nothing and decides about no retry.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from notifications.delivery import Result, Stage

AWAY = (Stage.CONNECT, Stage.HELLO, Stage.STARTTLS)
CLOSING = 421

_REPLY = re.compile(r"(?P<code>[245]\d\d)(?:[ -](?P<status>[245]\.\d{1,3}\.\d{1,3})(?![\d.]))?")
_POLICY = re.compile(
    r"policy|spam|block|blacklist|reputation|relay|spf|dkim|dmarc|authenticat|sender|client host|access denied",
    re.IGNORECASE,
)
_NO_MAILBOX = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"})
_TOO_BIG = frozenset({"2.3", "3.4"})
_FULL = "2.2"


class Cause(StrEnum):
    """What stood in the way of a mail."""

    ADDRESS = "address"
    FULL = "full"
    POLICY = "policy"
    TOO_BIG = "too_big"
    SIGN_IN = "sign_in"
    AWAY = "away"
    LATER = "later"


@dataclass(frozen=True)
class Said:
    """How far an attempt came, and what the server said then; ``stage`` is None where no server was asked."""

    stage: Stage | None
    words: str

    @property
    def cause(self) -> Cause | None:
        """What stood in the way; None where no server was asked."""
        return None if self.stage is None else _cause(self.stage, self.words)


def noted(stage: Stage, words: str) -> str:
    """Stage and words as one line for the ledger; :func:`heard` takes it apart again."""
    return f"{stage.value}: {words}".strip(": ")


def heard(note: str) -> Said:
    """A line that :func:`noted` made; any other text is words without a stage."""
    stage, colon, words = note.partition(":")
    if stage in list(Stage) and (colon or not words):
        return Said(Stage(stage), words.strip())
    return Said(None, note)


def blames_address(result: Result, stage: Stage, words: str) -> bool:
    """Whether a mail was refused for good because nobody reads mail at the address.

    What is refused for the sender's or the content's sake says nothing about the address.
    """
    return result is Result.REFUSED and _cause(stage, words) in (Cause.ADDRESS, Cause.FULL)


def _cause(stage: Stage, words: str) -> Cause:
    reply = _REPLY.match(words)
    if stage is Stage.AUTH:
        return Cause.SIGN_IN
    if stage in AWAY or reply is None or int(reply["code"]) == CLOSING:
        return Cause.AWAY
    code, status = reply["code"], (reply["status"] or "").partition(".")[2]
    if status == _FULL or (code in ("452", "552") and stage is Stage.RCPT and not status):
        return Cause.FULL
    if code.startswith("4"):
        return Cause.LATER
    return _refusal(stage, code, status, words)


def _refusal(stage: Stage, code: str, status: str, words: str) -> Cause:
    if status in _TOO_BIG or (code == "552" and not status):
        return Cause.TOO_BIG
    if stage is Stage.MAIL:
        return Cause.POLICY
    if status:
        return Cause.ADDRESS if status in _NO_MAILBOX else Cause.POLICY
    return Cause.ADDRESS if stage is Stage.RCPT and not _POLICY.search(words) else Cause.POLICY
