"""Messages that remind: at most one of them to one address on one day. They state facts and send nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from notifications.facts import CampaignMessage, Deadline, Owing, joined


@dataclass(frozen=True, kw_only=True)
class DailyMessage(CampaignMessage):
    """A reminder. `occurrence` is the local day with the number of the try, such as `2019-10-14:1`.

    The key leaves out what the mail is about, so that no second one to the same address can be queued that day.
    """

    @property
    def key(self) -> str:
        """Name of the day's reminder, whatever it reminds of."""
        return joined("reminder", self.occurrence)


@dataclass(frozen=True, kw_only=True)
class FormMessage(DailyMessage):
    """A reminder of one form.

    `official` is the campaign's own date where `deadline` is an earlier one that `set_by` asks for.
    """

    deadline: Deadline
    official: Deadline | None = None
    set_by: str = ""


@dataclass(frozen=True, kw_only=True)
class NotStarted(FormMessage):
    """To a unit: its form is still untouched with `days_left` whole days to go."""

    kind: ClassVar[str] = "not_started"

    days_left: int
    criteria_count: int


@dataclass(frozen=True, kw_only=True)
class NotSubmitted(FormMessage):
    """To a unit: its form is begun, not submitted. `consequence` quotes what the letter says of silence."""

    kind: ClassVar[str] = "not_submitted"

    days_left: int
    done: int
    criteria_count: int
    next_criterion: str = ""
    consequence: str = ""


@dataclass(frozen=True, kw_only=True)
class DueToday(FormMessage):
    """To a unit and its head: the deadline is at the end of this day."""

    kind: ClassVar[str] = "due_today"

    done: int
    criteria_count: int


@dataclass(frozen=True, kw_only=True)
class Overdue(DailyMessage):
    """To a unit and its head: the deadline passed `days_over` days ago without a form.

    `taken_until` is there while a late form is still taken.
    """

    kind: ClassVar[str] = "overdue"

    deadline: Deadline
    days_over: int
    consequence: str = ""
    taken_until: Deadline | None = None


@dataclass(frozen=True, kw_only=True)
class Digest(DailyMessage):
    """To whoever watches over units: `submitted` of `total` have handed in, `missing` names the others.

    `days_left` is negative once the deadline has passed. `internal` is the earlier date that the reader set for these
    units; `unit_link`, where there is one, is the address that the text to copy gives to them.
    """

    kind: ClassVar[str] = "digest"

    deadline: Deadline
    days_left: int
    submitted: int
    total: int
    missing: tuple[str, ...]
    internal: Deadline | None = None
    unit_link: str = ""


@dataclass(frozen=True, kw_only=True)
class PackageDue(DailyMessage):
    """To a consolidator: its package is still to be sent; `waiting` of its `total` forms are not handed in yet.

    `days_left` is negative once the deadline has passed.
    """

    kind: ClassVar[str] = "package_due"

    deadline: Deadline
    days_left: int
    waiting: int
    total: int


@dataclass(frozen=True, kw_only=True)
class VerificationDue(DailyMessage):
    """To the task force: `waiting` of the `total` forms are still to be verified.

    `own` says that they were given to this reader. `days_left` is negative once the deadline has passed.
    """

    kind: ClassVar[str] = "verification_due"

    deadline: Deadline
    days_left: int
    waiting: int
    total: int
    own: bool


@dataclass(frozen=True, kw_only=True)
class ApprovalWaiting(DailyMessage):
    """To the approver: the ranking has waited for approval since an instant, for so many days."""

    kind: ClassVar[str] = "approval_waiting"

    waiting_since: datetime
    days: int


@dataclass(frozen=True, kw_only=True)
class SeveralDue(DailyMessage):
    """To a person who owes more than one thing on one day, most urgent first."""

    kind: ClassVar[str] = "several_due"

    items: tuple[Owing, ...]


@dataclass(frozen=True, kw_only=True)
class Nudge(CampaignMessage):
    """To a unit that has not handed in: `urged_by` asks it to, in the words of `note` if there are any.

    It is sent by a person, not by a rule; `occurrence` names the one act of urging. `official` and `set_by` as in a
    reminder; `overdue` once the date has passed.
    """

    kind: ClassVar[str] = "nudge"

    urged_by: str
    deadline: Deadline
    overdue: bool
    done: int
    criteria_count: int
    note: str = ""
    official: Deadline | None = None
    set_by: str = ""


@dataclass(frozen=True, kw_only=True)
class DeadlineChanged(CampaignMessage):
    """To a unit that was reminded of another date: the new one, who set it and why; `later` for an extension.

    `official` is the campaign's own date, which stays, where the new one is earlier and internal to `changed_by`.
    """

    kind: ClassVar[str] = "deadline_changed"

    deadline: Deadline
    later: bool
    changed_by: str
    reason: str
    document: str = ""
    official: Deadline | None = None
