"""What one campaign is before it exists: its dates, kinds of unit, rules and contact, as frozen values.

Holds data only. It knows neither files nor the database and may not read the clock.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from criteria import ranking
from criteria.ranking import By, RankingRules, Ties, Unsubmitted
from notifications.obligations import Rule
from workflows.deadlines import Wording

KINDS = ("department", "district", "commune")
ROUTES = ("direct", "by_consolidator")
WORDINGS = tuple(Wording)
TIES = tuple(Ties)
RANK_BY = tuple(By)
UNSUBMITTED = tuple(Unsubmitted)
EVIDENCE = ("as_set", "never")
LATE_COUNTS = ("unit", "package")
VERIFY_TERMS = ("thẩm tra", "thẩm định")
BASIS_KINDS = ("decision", "dispatch", "plan", "notice")

DAYS_AHEAD_IN_DEMO = 20


@dataclass(frozen=True, slots=True)
class UnitList:
    """The units that take part: code of the province and name of the list under app/data/units."""

    province_code: str
    file: str


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of the figures; `estimated` when the deadline comes before the last day."""

    start: date
    end: date
    estimated: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a unit calls or writes to."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class BasisDocument:
    """One official paper the campaign rests on; `kind` is one of BASIS_KINDS."""

    kind: str
    number: str
    date: date
    issuer: str
    title: str


@dataclass(frozen=True, slots=True)
class FieldChecks:
    """First and last day of the visits."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Deadline:
    """The letter's wording (one of WORDINGS) and the day it names.

    `count_day_in` records the office's decision that a "trước ngày" includes the day named.
    """

    wording: str
    date: date
    count_day_in: bool


@dataclass(frozen=True, slots=True)
class LevelThreshold:
    """Level 1 to 4 (mức độ I to IV), reached when this group and those of all lower levels have `at_least` percent of their maximum."""

    level: int
    group: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class LadderStep:
    """Class given from `at_least` percent of the unit's own maximum upwards."""

    name: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class RankingPlan:
    """How units of one kind are ranked and shown; codes as in TIES, RANK_BY and UNSUBMITTED."""

    ties: str
    tie_break_groups: tuple[str, ...]
    by: str
    unsubmitted: str
    publish_per_parent: bool
    level_thresholds: tuple[LevelThreshold, ...]
    ladder: tuple[LadderStep, ...]

    @property
    def rules(self) -> RankingRules:
        """The same rules as the ranking takes them."""
        return RankingRules(
            ties=self.ties,
            tie_break_groups=self.tie_break_groups,
            by=self.by,
            unsubmitted=self.unsubmitted,
            level_thresholds=tuple(
                ranking.LevelThreshold(t.level, t.group, t.at_least) for t in self.level_thresholds
            ),
            ladder=tuple(ranking.LadderStep(step.name, step.at_least) for step in self.ladder),
        )


@dataclass(frozen=True, slots=True)
class KindPlan:
    """What is asked of one kind of unit: by which set, by when, by which route, with which papers."""

    kind: str
    criteria_set: str
    route: str
    opens: date
    deadline: Deadline
    report_required: bool
    sign_off: bool
    reasons_required: bool
    evidence_required: str
    ranking: RankingPlan


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """One whole campaign; `reminders` are the rules by which people are reminded, as they are written down."""

    slug: str
    name: str
    year: int
    timezone: str
    note: str
    verify_term: str
    late_counts: str
    explanation_days: int
    unranked: tuple[str, ...]
    reminders: tuple[Rule, ...]
    units: UnitList
    period: Period
    contact: Contact
    field_checks: FieldChecks | None
    basis: tuple[BasisDocument, ...]
    kinds: tuple[KindPlan, ...]


def shifted(plan: CampaignPlan, today: date) -> CampaignPlan:
    """Move a plan in time so that its first deadline lies 20 days ahead of `today`, never on a weekend.

    Openings, deadlines and visits move by the same number of days. The data period moves by whole years,
    since it runs between fixed days of the calendar; the year in slug and name follows the deadline.
    Papers of the basis keep their dates.
    """
    first = min(kind.deadline.date for kind in plan.kinds)
    target = _next_weekday(today + timedelta(days=DAYS_AHEAD_IN_DEMO))
    days = target - first
    years = target.year - plan.year
    return replace(
        plan,
        slug=_with_year(plan.slug, plan.year, target.year),
        name=_with_year(plan.name, plan.year, target.year),
        year=target.year,
        period=_period_moved(plan.period, years),
        field_checks=_checks_moved(plan.field_checks, days),
        kinds=tuple(_kind_moved(kind, days) for kind in plan.kinds),
    )


def _next_weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def _with_year(text: str, old: int, new: int) -> str:
    return re.sub(rf"\b{old}\b", str(new), text)


def _period_moved(period: Period, years: int) -> Period:
    start, end = _years_later(period.start, years), _years_later(period.end, years)
    return replace(period, start=start, end=end)


def _years_later(day: date, years: int) -> date:
    last_of_february = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if last_of_february and years else day.day)


def _checks_moved(checks: FieldChecks | None, days: timedelta) -> FieldChecks | None:
    return checks and FieldChecks(checks.start + days, checks.end + days)


def _kind_moved(kind: KindPlan, days: timedelta) -> KindPlan:
    deadline = replace(kind.deadline, date=kind.deadline.date + days)
    return replace(kind, opens=kind.opens + days, deadline=deadline)
