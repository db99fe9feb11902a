"""Messages in no office's own words: a code to sign in with, an answer to a letter, and a server that needs a hand.

They send nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from notifications.facts import Message


@dataclass(frozen=True, kw_only=True)
class CodeToSignIn(Message):
    """To a person at the sign-in page: six digits, or the link instead, good once for `minutes`."""

    kind: ClassVar[str] = "sign_in_code"
    secret: ClassVar[bool] = True

    code: str
    minutes: int
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class WorkbookReceived(Message):
    """To whoever sent a workbook by mail: what it would change, or the places to mend, or why it is not taken.

    Nothing is written until somebody confirms it at `link`. `refusal` is empty unless the file was not taken;
    `enclosed`: the file goes back with its faults marked.
    """

    kind: ClassVar[str] = "workbook_received"

    file_name: str
    changes: int = 0
    faults: int = 0
    refusal: str = ""
    enclosed: bool = False


class Trouble(StrEnum):
    """What a server cannot mend by itself."""

    JOB = "job"
    DISK = "disk"
    MAIL = "mail"
    SCANNER = "scanner"


@dataclass(frozen=True, kw_only=True)
class SystemFault(Message):
    """To the administrators: what is wrong, since when it is known, in whose words, and what to run.

    `what` names the job, the room left on the disk or the number of mails or files that wait.
    """

    kind: ClassVar[str] = "system_fault"

    trouble: Trouble
    what: str
    since: datetime
    words: str
    command: str


@dataclass(frozen=True, kw_only=True)
class Undelivered(Message):
    """To an office, once a day: `count` mails have not reached their readers since the first of them ended.

    `failures` holds a line for each, without words in any language: whose, telephone, address, the server's answer.
    """

    kind: ClassVar[str] = "undelivered"

    count: int
    since: datetime
    failures: tuple[str, ...]
