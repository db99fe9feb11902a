"""What is owed and by which rules people are reminded of it: data for the planner. Decides nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from notifications.facts import Deadline, Owed, Recipient, joined

NOBODY = "-"
MORNING = 8


class Audience(StrEnum):
    """As what somebody is told."""

    UNIT = "unit"
    HEAD = "head"
    CONSOLIDATOR = "consolidator"
    OFFICE = "office"
    TASK_FORCE = "task_force"
    APPROVER = "approver"


class Calendar(Protocol):
    """Which days are worked."""

    def is_holiday(self, day: date) -> bool:
        """A public holiday, or a day given off in its place."""
        ...

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day."""
        ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One reminder: so many days before the last day (negative: after it), or on days of the week (Monday is 0).

    An approval has no last day: its rules count working days after the day on which it was put forward, as negative
    days. ``only_untouched``: told only while nothing has been entered. ``hour``: from when it is told on its day.
    ``since``: the instant from which the rule holds (aware), None where it always did; moments before are none.
    """

    name: str
    owed: Owed
    audiences: frozenset[Audience]
    days_before: int = 0
    weekdays: frozenset[int] = frozenset()
    only_untouched: bool = False
    hour: int = MORNING
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who may be told; ``recipient`` is None where no mail can reach the address."""

    person: int
    recipient: Recipient | None
    audiences: frozenset[Audience]


@dataclass(frozen=True, slots=True)
class Campaign:
    """The campaign as every mail about it states it."""

    slug: str
    name: str
    year: int
    zone: str
    hotline: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """What a unit or a person owes.

    ``subject`` names it within the campaign, ``place`` and ``form`` are the trunk's own numbers for it; ``version``
    the date that holds; ``since`` is the instant from which that date holds (aware): reminders of before are none.
    ``missing`` names the units that are watched over and have not handed in; ``own`` says that the forms to verify
    were given to the reader alone. The ``deadline`` of an approval is the instant from which it waits.
    ``official`` is the campaign's own date where ``deadline`` is an earlier one that ``set_by`` asks for;
    ``internal`` the earlier one where units are watched over, ``unit_link`` where they find their forms.
    ``taken_until`` is there while a late form is still taken. ``muted``
    says that the unit is told otherwise and gets no reminders.
    """

    campaign: Campaign
    owed: Owed
    subject: str
    place: int
    unit: str
    unit_name: str
    link: str
    deadline: Deadline
    version: str
    since: datetime
    readers: tuple[Reader, ...]
    form: int | None = None
    done: int = 0
    total: int = 0
    untouched: bool = False
    missing: tuple[str, ...] = ()
    own: bool = False
    next_criterion: str = ""
    consequence: str = ""
    official: Deadline | None = None
    set_by: str = ""
    internal: Deadline | None = None
    taken_until: Deadline | None = None
    unit_link: str = ""
    muted: bool = False

    def key(self, rule: Rule, person: int | None, occurrence: str = "") -> str:
        """What makes a reminder unique."""
        who = NOBODY if person is None else str(person)
        return joined(self.campaign.slug, rule.name, self.subject, who, self.version, occurrence)
