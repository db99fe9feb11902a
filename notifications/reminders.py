"""Who is reminded of what, now: obligations, rules, a calendar and an instant in; mails and skips out.

Pure: knows no database and no clock, remembers nothing. What was settled before comes in as keys, so that asking
twice gives nothing new. After a standstill only the newest reminder that is still true goes out.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from notifications.facts import Owed, Recipient
from notifications.obligations import Calendar, Obligation, Reader, Rule

LATE_KEPT = timedelta(days=14)


class Reason(StrEnum):
    """Why a reminder is not sent."""

    STARTED = "started"
    BEFORE = "before"
    HOLIDAY = "holiday"
    PASSED = "passed"
    OVERTAKEN = "overtaken"
    TOLD_TODAY = "told_today"
    NO_ADDRESS = "no_address"
    NOBODY = "nobody"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to tell; ``days_left`` counts local days to the last one, negative after it."""

    obligation: Obligation
    rule: Rule
    key: str
    days_left: int


@dataclass(frozen=True, slots=True)
class DueMail:
    """The one mail of a person on a local day, most urgent first."""

    person: int
    recipient: Recipient
    day: date
    items: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class Skip:
    """A reminder that is not sent, with the reason."""

    obligation: Obligation
    rule: Rule
    key: str
    person: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due now."""

    mails: tuple[DueMail, ...]
    skips: tuple[Skip, ...]


@dataclass(frozen=True, slots=True)
class _Come:
    """A rule whose day has come. It speaks ``at`` its hour; at None where its day is a holiday that cannot move."""

    rule: Rule
    moment: datetime
    at: datetime | None
    occurrence: str = ""


def plan(
    obligations: Iterable[Obligation],
    rules: Mapping[str, Sequence[Rule]],
    calendar: Calendar,
    now: datetime,
    *,
    settled: Collection[str] = frozenset(),
    served: Collection[int] = frozenset(),
) -> Plan:
    """What is due at ``now`` (aware).

    rules: by the slug of the campaign. settled: keys told or skipped before. served: people who had a mail today;
    what they still have to be told waits for the next day.
    """
    planner = _Planner(calendar, now, frozenset(settled), frozenset(served))
    for obligation in obligations:
        planner.consider(obligation, rules[obligation.campaign.slug])
    planner.take_along()
    return Plan(_merged(planner.due, now), tuple(planner.skips))


class _Planner:
    """Gathers what is due and what is not; remembers moments, since many units share a date."""

    def __init__(
        self, calendar: Calendar, now: datetime, settled: frozenset[str], served: frozenset[int]
    ) -> None:
        self._calendar, self._now = calendar, now
        self._settled, self._served = settled, served
        self._come: dict[tuple[int, Owed, datetime, str], tuple[_Come, ...]] = {}
        self.due: list[tuple[Reader, Due]] = []
        self._later: list[tuple[Reader, Due]] = []
        self.skips: list[Skip] = []

    def consider(self, obligation: Obligation, rules: Sequence[Rule]) -> None:
        """Weigh one obligation for each of its readers."""
        come = self._have_come(obligation, rules)
        if obligation.muted or not obligation.readers:
            self._tell_nobody(obligation, come)
            return
        for reader in obligation.readers:
            theirs = [each for each in come if each.rule.audiences & reader.audiences]
            self._weigh(obligation, reader, theirs)

    def take_along(self) -> None:
        """Put into the mails that leave now what their readers would be told later today.

        Nobody is told of one thing twice on a day.
        """
        told: dict[int, set[str]] = {}
        for reader, due in self.due:
            told.setdefault(reader.person, set()).add(_thing(due.obligation))
        for reader, due in self._later:
            if reader.person not in told:
                continue
            if _thing(due.obligation) not in told[reader.person]:
                told[reader.person].add(_thing(due.obligation))
                self.due.append((reader, due))
            elif not due.rule.weekdays:
                skip = Skip(due.obligation, due.rule, due.key, reader.person, Reason.TOLD_TODAY)
                self.skips.append(skip)

    def _have_come(self, obligation: Obligation, rules: Sequence[Rule]) -> tuple[_Come, ...]:
        known = (id(rules), obligation.owed, obligation.deadline.cutoff, obligation.campaign.zone)
        if known not in self._come:
            self._come[known] = tuple(_come(obligation, rules, self._calendar, self._now))
        return self._come[known]

    def _weigh(self, obligation: Obligation, reader: Reader, come: Iterable[_Come]) -> None:
        newer = False
        for each in come:
            key = obligation.key(each.rule, reader.person, each.occurrence)
            if each.moment > self._now:
                self._keep_for_later(each, obligation, reader, key)
                continue
            if key in self._settled:
                newer = True
                continue
            against = _against(each, obligation, reader, self._now)
            if against is None and newer:
                against = Reason.OVERTAKEN
            if against is not None:
                self._skip(each, Skip(obligation, each.rule, key, reader.person, against))
                continue
            newer = True
            if self._may_leave(each.rule, obligation, reader):
                self.due.append((reader, self._due(each, obligation, key)))

    def _keep_for_later(self, come: _Come, obligation: Obligation, reader: Reader, key: str) -> None:
        in_force = obligation.since <= self._now
        if in_force and key not in self._settled and not _against(come, obligation, reader, come.moment):
            self._later.append((reader, self._due(come, obligation, key)))

    def _due(self, come: _Come, obligation: Obligation, key: str) -> Due:
        left = (_last_day(obligation) - self._today(obligation)).days
        return Due(obligation, come.rule, key, left)

    def _may_leave(self, rule: Rule, obligation: Obligation, reader: Reader) -> bool:
        local = self._now.astimezone(_zone(obligation.campaign.zone))
        return (
            reader.person not in self._served
            and local.hour >= rule.hour
            and not self._calendar.is_holiday(local.date())
        )

    def _tell_nobody(self, obligation: Obligation, come: Iterable[_Come]) -> None:
        reason = Reason.MUTED if obligation.muted else Reason.NOBODY
        for each in come:
            key = obligation.key(each.rule, None, each.occurrence)
            if each.moment <= self._now and key not in self._settled:
                self._skip(each, Skip(obligation, each.rule, key, None, reason))

    def _skip(self, come: _Come, skip: Skip) -> None:
        # A digest that is overtaken or late is no loss worth a record: the next one says the same and more.
        if not come.rule.weekdays:
            self.skips.append(skip)

    def _today(self, obligation: Obligation) -> date:
        return self._now.astimezone(_zone(obligation.campaign.zone)).date()


def _come(
    obligation: Obligation, rules: Sequence[Rule], calendar: Calendar, now: datetime
) -> Iterator[_Come]:
    """The rules whose day has come, newest first; of two on one day the one nearer to the deadline."""
    today = now.astimezone(_zone(obligation.campaign.zone)).date()
    found = []
    for rule in rules:
        if rule.owed is not obligation.owed:
            continue
        nominal = _nominal(rule, obligation, calendar, today)
        day = _moved(rule, nominal, calendar)
        if (day or nominal) <= today:
            moment = _at(day or nominal, rule, obligation)
            occurrence = nominal.isoformat() if rule.weekdays else ""
            come = _Come(rule, moment, None if day is None else moment, occurrence)
            found.append((moment, nominal, come))
    return (each for _, _, each in sorted(found, key=lambda row: (row[0], row[1]), reverse=True))


def _nominal(rule: Rule, obligation: Obligation, calendar: Calendar, today: date) -> date:
    if obligation.owed is Owed.APPROVAL:
        return _working_days_after(_last_day(obligation), -rule.days_before, calendar)
    if not rule.weekdays:
        return _last_day(obligation) - timedelta(days=rule.days_before)
    day = today
    while day.weekday() not in rule.weekdays:
        day -= timedelta(days=1)
    return day


def _working_days_after(day: date, count: int, calendar: Calendar) -> date:
    # The first day of a period does not count (Civil Code 2015, article 147).
    while count > 0:
        day += timedelta(days=1)
        count -= calendar.is_working(day)
    return day


def _moved(rule: Rule, day: date, calendar: Calendar) -> date | None:
    """The day on which a rule speaks: never a public holiday; None where there is no other day for it."""
    if rule.weekdays or not calendar.is_holiday(day):
        return day
    if rule.days_before == 0:
        return None
    step = timedelta(days=-1 if rule.days_before > 0 else 1)
    while not calendar.is_working(day):
        day += step
    return day


def _against(come: _Come, obligation: Obligation, reader: Reader, now: datetime) -> Reason | None:
    if come.at is None:
        return Reason.HOLIDAY
    if come.at < obligation.since or (come.rule.since is not None and come.at < come.rule.since):
        return Reason.BEFORE
    if now >= (obligation.deadline.cutoff if come.rule.days_before >= 0 else come.at + LATE_KEPT):
        return Reason.PASSED
    if come.rule.only_untouched and not obligation.untouched:
        return Reason.STARTED
    return Reason.NO_ADDRESS if reader.recipient is None else None


def _merged(due: Iterable[tuple[Reader, Due]], now: datetime) -> tuple[DueMail, ...]:
    letters: dict[int, list[Due]] = {}
    recipients: dict[int, Recipient] = {}
    for reader, each in due:
        letters.setdefault(reader.person, []).append(each)
        if reader.recipient is not None:
            recipients[reader.person] = reader.recipient
    mails = []
    for person, found in letters.items():
        items = tuple(sorted(found, key=_urgency))
        day = now.astimezone(_zone(items[0].obligation.campaign.zone)).date()
        mails.append(DueMail(person, recipients[person], day, items))
    return tuple(mails)


def _urgency(due: Due) -> tuple[datetime, int, str]:
    owed = due.obligation
    return owed.deadline.cutoff, list(Owed).index(owed.owed), owed.subject


def _last_day(obligation: Obligation) -> date:
    last = obligation.deadline.cutoff - timedelta(microseconds=1)
    return last.astimezone(_zone(obligation.campaign.zone)).date()


def _at(day: date, rule: Rule, obligation: Obligation) -> datetime:
    return datetime.combine(day, time(rule.hour), _zone(obligation.campaign.zone)).astimezone(UTC)


def _thing(obligation: Obligation) -> str:
    return f"{obligation.campaign.slug}:{obligation.subject}:{obligation.version}"


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
