"""One frozen dataclass per kind of message: the facts it states. Reminders have a module of their own.

Whoever needs a message, a recipient or a key imports it from here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from notifications.facts import (
    KEY_LIMIT,
    LANGUAGES,
    OPENING,
    CampaignMessage,
    Deadline,
    Message,
    Owed,
    Owing,
    Recipient,
    Remark,
    Wording,
    check_address,
    one_line,
    outbox_key,
    thread_key,
)
from notifications.messages_reminders import (
    ApprovalWaiting,
    DailyMessage,
    DeadlineChanged,
    Digest,
    DueToday,
    NotStarted,
    NotSubmitted,
    Nudge,
    Overdue,
    PackageDue,
    SeveralDue,
    VerificationDue,
)
from notifications.messages_scrutiny import (
    Assigned,
    DraftResult,
    ExplanationDecided,
    QuestionAnswered,
    QuestionAsked,
    Visit,
)
from notifications.messages_signing import AgreementAsked, AgreementRefused
from notifications.messages_system import (
    CodeToSignIn,
    SystemFault,
    Trouble,
    Undelivered,
    WorkbookReceived,
)

__all__ = [
    "KEY_LIMIT",
    "LANGUAGES",
    "MESSAGES",
    "SECRET_KINDS",
    "Accepted",
    "AgreementAsked",
    "AgreementRefused",
    "ApprovalWaiting",
    "Assigned",
    "CampaignMessage",
    "CampaignOpened",
    "CodeToSignIn",
    "DailyMessage",
    "Deadline",
    "DeadlineChanged",
    "Digest",
    "DraftResult",
    "DueToday",
    "ExplanationDecided",
    "Invitation",
    "Message",
    "NotStarted",
    "NotSubmitted",
    "Nudge",
    "Overdue",
    "Owed",
    "Owing",
    "PackageDue",
    "PackageReturned",
    "PackageSent",
    "Published",
    "QuestionAnswered",
    "QuestionAsked",
    "RankingForApproval",
    "Recipient",
    "Remark",
    "Returned",
    "SeveralDue",
    "Submitted",
    "SystemFault",
    "Trouble",
    "Undelivered",
    "VerificationDue",
    "Visit",
    "Wording",
    "WorkbookReceived",
    "check_address",
    "one_line",
    "outbox_key",
    "thread_key",
]


@dataclass(frozen=True, kw_only=True)
class CampaignOpened(CampaignMessage):
    """To a unit: it is invited to assess itself. `letter` is the number and date of the official letter."""

    kind: ClassVar[str] = OPENING

    deadline: Deadline
    criteria_count: int
    minutes: int
    letter: str = ""


@dataclass(frozen=True, kw_only=True)
class Submitted(CampaignMessage):
    """To a unit: receipt for its form. `next_actor` is the body that reads it next; `late`: it counts as late."""

    kind: ClassVar[str] = "submitted"

    at: datetime
    receipt: str
    next_actor: str
    may_withdraw: bool = False
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class Returned(CampaignMessage):
    """To a unit: its form came back with remarks and a date to submit it again."""

    kind: ClassVar[str] = "returned"

    returned_by: str
    remarks: tuple[Remark, ...]
    deadline: Deadline


@dataclass(frozen=True, kw_only=True)
class Accepted(CampaignMessage):
    """To a unit: its form was taken up, nothing more to do until results."""

    kind: ClassVar[str] = "accepted"

    accepted_by: str
    results_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class PackageSent(CampaignMessage):
    """To the office: the consolidator (`unit_name`) sent `included` of its `total` forms."""

    kind: ClassVar[str] = "package_sent"

    at: datetime
    included: int
    total: int


@dataclass(frozen=True, kw_only=True)
class PackageReturned(CampaignMessage):
    """To a consolidator: the office sent its package back for `reason`."""

    kind: ClassVar[str] = "package_returned"

    returned_by: str
    reason: str
    deadline: Deadline


@dataclass(frozen=True, kw_only=True)
class RankingForApproval(CampaignMessage):
    """To the approver: a frozen ranking run waits; `unranked_count` units stand last for not submitting."""

    kind: ClassVar[str] = "ranking_for_approval"

    run: int
    unit_count: int
    unranked_count: int
    prepared_by: str


@dataclass(frozen=True, kw_only=True)
class Published(CampaignMessage):
    """To every unit: results are public. `rank` is None for a unit that was not ranked."""

    kind: ClassVar[str] = "published"

    decision: str
    decided_on: date
    ranked_count: int
    rank: int | None = None


@dataclass(frozen=True, kw_only=True)
class Invitation(Message):
    """To a person: an account waits; the link sets its password and stops working at `expires_at`."""

    kind: ClassVar[str] = "invitation"
    secret: ClassVar[bool] = True

    username: str
    expires_at: datetime


MESSAGES: tuple[type[Message], ...] = (
    CampaignOpened,
    NotStarted,
    NotSubmitted,
    DueToday,
    Overdue,
    Nudge,
    DeadlineChanged,
    Digest,
    PackageDue,
    VerificationDue,
    ApprovalWaiting,
    SeveralDue,
    Submitted,
    Returned,
    Accepted,
    AgreementAsked,
    AgreementRefused,
    PackageSent,
    PackageReturned,
    QuestionAsked,
    QuestionAnswered,
    Visit,
    DraftResult,
    ExplanationDecided,
    Assigned,
    RankingForApproval,
    Published,
    Invitation,
    CodeToSignIn,
    WorkbookReceived,
    SystemFault,
    Undelivered,
)
SECRET_KINDS = frozenset(message.kind for message in MESSAGES if message.secret)
