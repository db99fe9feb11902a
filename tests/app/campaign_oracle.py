"""Says which mails the simulated campaign must send, and what must be noted as left out. Knows nothing of the server.

It reckons from the letter's dates, the acts of the script and the ladder as docs/reminders.md gives it: each step has
a day, it is told at the first tick at or after eight o'clock of that day, and what that says must still be true then.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from tests.app.campaign_script import (
    CLOSED,
    DAYS,
    HELD_UP,
    HOLIDAYS,
    LETTER,
    OPENED,
    STANDSTILL,
    UNSENT,
    USUAL,
    Act,
    Place,
)

DAY = timedelta(days=1)
NEVER = datetime(2100, 1, 1)
OFFICE = ("van-phong.1", "van-phong.2")
MONDAY, THURSDAY = 0, 3
# The step, the days before the last day, who of the unit is told.
FORM_STEPS = (
    ("D-14", 14, ("can-bo",)),
    ("D-7", 7, ("can-bo",)),
    ("D-3", 3, ("can-bo", "lanh-dao")),
    ("D-1", 1, ("can-bo",)),
    ("D+0", 0, ("can-bo", "lanh-dao")),
    ("D+1", -1, ("can-bo", "lanh-dao")),
)


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One thing that a mail is about: by which step, what, and which last day holds for it."""

    step: str
    about: str
    last: date


@dataclass(frozen=True, slots=True)
class Left:
    """A step that is not told, and why; ``person`` is empty where it is told to nobody at all."""

    person: str
    item: Item
    reason: str


@dataclass(frozen=True, slots=True)
class Span:
    """A last day, and between which instants nothing touched it; of the two, only the first belongs to it."""

    last: date
    since: datetime
    until: datetime


@dataclass
class Oracle:
    """The campaign as its script tells it."""

    places: Sequence[Place]
    acts: Sequence[Act]
    told: dict[tuple[str, date], set[Item]] = field(default_factory=lambda: defaultdict(set))
    left: set[Left] = field(default_factory=set)

    def reckon(self) -> None:
        """Fill ``told``, by person and local day, and ``left``."""
        for place in self.places:
            for span in self.spans[place.code]:
                self._form(place, span)
        for district in sorted({place.district for place in self.places} - {""}):
            below = [place for place in self.places if place.district == district]
            self._package(district, below)
            villages = [place for place in below if place.kind == "commune"]
            self._watch(f"below-{district}-commune", villages, (f"tong-hop.{district}",))
        for kind in LETTER:
            self._watch(f"kind-{kind}", [place for place in self.places if place.kind == kind], OFFICE)

    @cached_property
    def spans(self) -> dict[str, list[Span]]:
        """The dates of every unit's form, one after the other."""
        return {place.code: list(self._spans_of(place)) for place in self.places}

    def submitted(self, code: str) -> datetime:
        """When a unit hands in; far away if never."""
        return self._when("submit", code)

    def _spans_of(self, place: Place) -> Iterator[Span]:
        given = {"": LETTER[place.kind]}
        since = OPENED
        for act in self.acts:
            names = {"extend": place.code, "end extension": place.code}
            if act.code != names.get(act.what, place.kind) or act.what not in TOUCHING:
                continue
            if act.at >= self.submitted(place.code):
                break
            yield Span(max(given.values()), since, act.at)
            since = act.at
            if act.last is None:
                del given["extend"]
            else:
                given["" if act.what == "move" else act.what] = act.last
        yield Span(max(given.values()), since, min(self.submitted(place.code), CLOSED))

    def _form(self, place: Place, span: Span) -> None:
        for number, (step, before, words) in enumerate(FORM_STEPS):
            item, moment = Item(step, place.code, span.last), at_eight(speaking_day(span.last, before))
            voice = voice_at(max(moment, span.since))
            if voice is None or voice >= span.until:
                continue
            if voice >= self._when("mute", place.code):
                self.left.add(Left("", item, "muted"))
                continue
            newer = [
                at_eight(speaking_day(span.last, later)) for _name, later, _words in FORM_STEPS[number + 1 :]
            ]
            reason = self._against(place, span, step, moment, voice)
            for person in (f"{word}.{place.code.lower()}" for word in words):
                overtaken = any(other <= voice for other in self._heard(newer, number, person))
                self._tell(person, item, voice, reason or ("overtaken" if overtaken else ""))

    @staticmethod
    def _heard(newer: list[datetime], number: int, person: str) -> Iterator[datetime]:
        """The later steps that this person is told of."""
        for moment, (_step, _before, words) in zip(newer, FORM_STEPS[number + 1 :], strict=True):
            if person.partition(".")[0] in words:
                yield moment

    def _against(self, place: Place, span: Span, step: str, moment: datetime, voice: datetime) -> str:
        if moment < span.since:
            return "before"
        if voice >= midnight_after(span.last) and step != "D+1":
            return "passed"
        return "started" if step == "D-14" and self._when("begin", place.code) <= voice else ""

    def _package(self, district: str, below: Sequence[Place]) -> None:
        """The package waits for its last form, handed in or not: nobody sends any in this campaign."""
        edges = sorted({span.since for place in below for span in self.spans[place.code]})
        for since, until in zip(edges, [*edges[1:], CLOSED], strict=True):
            last = max(self._last_at(place.code, since) for place in below)
            held, moment = self._held_since(below, last, since), at_eight(speaking_day(last, 2))
            voice = voice_at(max(moment, held))
            if voice is None or moment < held or not since <= voice < min(until, midnight_after(last)):
                continue
            for word in ("tong-hop", "lanh-dao"):
                self._tell(f"{word}.{district}", Item("package-2", f"package-{district}", last), voice, "")

    def _last_at(self, code: str, at: datetime) -> date:
        """A form keeps the date under which it was handed in."""
        return [span.last for span in self.spans[code] if span.since <= at][-1]

    def _held_since(self, below: Sequence[Place], last: date, at: datetime) -> datetime:
        """Since when the date of the package holds: the first of the forms that have it now."""
        found = [
            span.since
            for place in below
            for span in self.spans[place.code]
            if span.last == last and span.since <= at
        ]
        return min(found)

    def _watch(self, about: str, watched: Sequence[Place], people: Sequence[str]) -> None:
        """Overviews of those that are missing, apart for each last day: twice a week up to it, and the day after."""
        lasts = {span.last for place in watched for span in self.spans[place.code]}
        days = [DAYS[0] + n * DAY for n in range((DAYS[1] - DAYS[0]).days + 1)]
        for last in lasts:
            moments = [("weekly", at_eight(day)) for day in days if day.weekday() in (MONDAY, THURSDAY)]
            late = at_eight(speaking_day(last, -1))
            for step, moment in (*moments, ("late1", late)):
                voice = voice_at(moment)
                if voice is None or voice >= CLOSED or (step == "weekly" and voice >= midnight_after(last)):
                    continue
                if step == "weekly" and any(moment < other <= voice for _name, other in moments):
                    continue
                if self._missing(watched, last, moment, voice):
                    for person in people:
                        self._tell(person, Item(step, about, last), voice, "")

    def _missing(self, watched: Sequence[Place], last: date, moment: datetime, voice: datetime) -> bool:
        """Is a form missing at ``voice`` that had this last day, untouched, when the overview was due?"""
        spans = [span for place in watched for span in self.spans[place.code] if span.last == last]
        return any(span.since <= moment and voice < span.until for span in spans)

    def _tell(self, person: str, item: Item, voice: datetime, reason: str) -> None:
        if voice >= self._when("close account", person):
            return
        if reason:
            self.left.add(Left(person, item, reason))
        else:
            self.told[person, voice.date()].add(item)

    def _when(self, what: str, code: str) -> datetime:
        return next((act.at for act in self.acts if (act.what, act.code) == (what, code)), NEVER)


TOUCHING = frozenset({"extend", "end extension", "move", "extend kind"})


def opening(item: Item, day: date) -> str:
    """How the subject of a mail about one form begins on a day."""
    left = (item.last - day).days
    if item.step == "D-14":
        return "Chưa bắt đầu:"
    if left == 0:
        return "Hôm nay 24:00"
    return f"Còn {left} ngày:" if left > 0 else f"Quá hạn {-left} ngày:"


def at_eight(day: date) -> datetime:
    """When a step of a day is due."""
    return datetime.combine(day, time(8))


def midnight_after(day: date) -> datetime:
    """The first instant after a day."""
    return datetime.combine(day + DAY, time())


def speaking_day(last: date, before: int) -> date:
    """The day of a step: never a holiday; before the date it moves to the working day before, after it to the next."""
    day = last - before * DAY
    if day in HOLIDAYS:
        step = -DAY if before > 0 else DAY
        while day in HOLIDAYS or day.weekday() >= 5:
            day += step
    return day


def voice_at(moment: datetime) -> datetime | None:
    """When what is due at a moment can be told: the first tick that comes through from then on, never on a holiday."""
    day = moment.date()
    while day <= DAYS[1]:
        tick = datetime.combine(day, HELD_UP.get(day, USUAL))
        if tick >= moment and day not in STANDSTILL | HOLIDAYS | {UNSENT}:
            return tick
        day += DAY
    return None
