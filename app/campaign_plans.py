"""What one campaign is before it exists: its dates, kinds of unit, rules and contact, as frozen values.

Holds data only. It knows neither files nor the database and may not read the clock.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from criteria import ranking
from criteria.ranking import By, RankingRules, Ties, Unsubmitted
from notifications.obligations import Rule
from workflows.deadlines import Late, Wording

KINDS = ("department", "district", "commune")
ROUTES = ("direct", "by_consolidator")
WORDINGS = tuple(Wording)
LATE = tuple(Late)
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
class KindDates:
    """What holds around the deadline of a kind of unit; empty days follow the deadline."""

    remind_from: date | None = None
    late: Late = Late.NEVER
    late_through: date | None = None
    edit_through: date | None = None


def date_faults(dates: KindDates, last_day: date) -> Iterator[tuple[str, str]]:
    """What contradicts a deadline whose last day is `last_day`: the field and a code for the fault."""
    if dates.remind_from is not None and dates.remind_from > last_day:
        yield "remind_from", "after_deadline"
    if dates.late is not Late.NEVER and dates.late_through is None:
        yield "late_through", "missing"
    if dates.late is Late.NEVER and dates.late_through is not None:
        yield "late_through", "unused"
    if dates.late_through is not None and dates.late_through < last_day:
        yield "late_through", "before_deadline"
    last = max(last_day, dates.late_through or last_day)
    if dates.edit_through is not None and dates.edit_through < last:
        yield "edit_through", "before_acceptance"


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
    """What is asked of one kind of unit: by which set, by when, by which route, with which papers.

    `late` (one of LATE): which forms are still taken after the deadline, until the end of `late_through`. Answers can
    be changed until the end of `edit_through`; no reminder leaves before `remind_from`. Without them the deadline
    alone counts.
    """

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
    remind_from: date | None = None
    late: str = Late.NEVER
    late_through: date | None = None
    edit_through: date | None = None

    @property
    def dates(self) -> KindDates:
        """The days around the deadline, apart."""
        return KindDates(self.remind_from, Late(self.late), self.late_through, self.edit_through)


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
    return replace(
        kind,
        opens=kind.opens + days,
        deadline=deadline,
        remind_from=kind.remind_from and kind.remind_from + days,
        late_through=kind.late_through and kind.late_through + days,
        edit_through=kind.edit_through and kind.edit_through + days,
    )
