"""What is owed and by which rules people are reminded of it: data for the planner. Decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from notifications.facts import Deadline, Owed, Recipient, joined

NOBODY = "-"


class Audience(StrEnum):
    """As what somebody is told."""

    UNIT = "unit"
    HEAD = "head"
    CONSOLIDATOR = "consolidator"
    OFFICE = "office"


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

    ``only_untouched``: told only while nothing has been entered.
    """

    name: str
    owed: Owed
    audiences: frozenset[Audience]
    days_before: int = 0
    weekdays: frozenset[int] = frozenset()
    only_untouched: bool = False


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
    """What a unit owes.

    ``subject`` names it within the campaign, ``place`` and ``form`` are the trunk's own numbers for it; ``version`` the date that holds; ``since`` is the instant from which
    that date holds (aware): reminders of before are none. ``missing`` names the units that are watched over and have
    not handed in. ``official`` is the campaign's own date where ``deadline`` is an earlier one that ``set_by`` asks for;
    ``internal`` the earlier one where units are watched over, ``unit_link`` where they find their forms.
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
    next_criterion: str = ""
    consequence: str = ""
    official: Deadline | None = None
    set_by: str = ""
    internal: Deadline | None = None
    unit_link: str = ""

    def key(self, rule: Rule, person: int | None, occurrence: str = "") -> str:
        """What makes a reminder unique."""
        who = NOBODY if person is None else str(person)
        return joined(self.campaign.slug, rule.name, self.subject, who, self.version, occurrence)


UNIT = frozenset({Audience.UNIT})
UNIT_AND_HEAD = UNIT | {Audience.HEAD}
WATCHING = frozenset({Audience.CONSOLIDATOR, Audience.OFFICE})
MONDAY_AND_THURSDAY = frozenset({0, 3})
FIRST_STEP = 14
HEAD_FROM = frozenset({3, 0})

STANDING = (
    Rule("weekly", Owed.OVERSIGHT, WATCHING, weekdays=MONDAY_AND_THURSDAY),
    Rule("package-2", Owed.PACKAGE, frozenset({Audience.CONSOLIDATOR, Audience.HEAD}), days_before=2),
)


def ladder(days: Iterable[int]) -> tuple[Rule, ...]:
    """The rules of a campaign from its days before the deadline (negative after it), with those that always hold.

    The first step of two weeks goes to those who have not begun; the head is told three days before, on the day and
    after it; consolidator and office are told once it is late.
    """
    steps = sorted(set(days), reverse=True)
    late = [day for day in steps if day < 0]
    return (
        *(_step(day) for day in steps),
        *(Rule(f"late{-day}", Owed.OVERSIGHT, WATCHING, days_before=day) for day in late),
        *STANDING,
    )


def _step(days: int) -> Rule:
    head = days in HEAD_FROM or days < 0
    audiences = UNIT_AND_HEAD if head else UNIT
    return Rule(f"D{-days:+d}", Owed.FORM, audiences, days, only_untouched=days >= FIRST_STEP)
