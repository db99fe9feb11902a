"""What a rehearsal is asked for and what it finds: rows that a page, a workbook and JSON can show. No rule here."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.folding import search_key
from workflows.deadlines import local_day

MOST_DAYS = 400


class Mark(StrEnum):
    """What an instant of a campaign is."""

    OPENS = "opens"
    REMIND_FROM = "remind_from"
    INTERNAL = "internal"
    DUE = "due"
    CLOSES = "closes"
    LOCKS = "locks"
    EXTENSION = "extension"
    REPAIR = "repair"


BEGINNINGS = (Mark.OPENS, Mark.REMIND_FROM)


@dataclass(frozen=True, slots=True)
class Wish:
    """From which local day, over how many, and how many per cent of the missing forms are handed in on time.

    Without ``start`` it begins now, without ``days`` it ends when nothing more can follow.
    """

    start: date | None = None
    days: int | None = None
    submitted: int = 0

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "start": self.start.isoformat() if self.start else None,
            "days": self.days,
            "submitted": self.submitted,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Wish":
        """As it was stored."""
        start = kept["start"]
        return cls(date.fromisoformat(start) if start else None, kept["days"], kept["submitted"])


class Item(NamedTuple):
    """One thing that a mail tells of; ``days_left`` is negative after the last day."""

    owed: str
    rule: str
    subject: str
    unit: str
    unit_name: str
    due: datetime
    days_left: int


class MailRow(NamedTuple):
    """One mail to one person; ``kind`` of message."""

    at: datetime
    person: int
    name: str
    address: str
    kind: str
    items: tuple[Item, ...]

    @property
    def key(self) -> str:
        """What it is searched by."""
        about = " ".join(f"{item.unit} {item.unit_name}" for item in self.items)
        return search_key(f"{self.name} {self.address} {about}")


class SkipRow(NamedTuple):
    """One reminder that is not sent; ``person`` is None and ``name`` empty where there is nobody to tell."""

    at: datetime
    owed: str
    rule: str
    subject: str
    unit: str
    unit_name: str
    due: datetime
    person: int | None
    name: str
    reason: str

    @property
    def key(self) -> str:
        """What it is searched by."""
        return search_key(f"{self.name} {self.unit} {self.unit_name}")


class MarkRow(NamedTuple):
    """An instant: for a kind of unit, or for one unit by name. ``forms`` it holds for, ``missing`` at that instant."""

    at: datetime
    what: str
    unit_kind: str
    unit_name: str
    forms: int
    missing: int
    note: str


class LastRow(NamedTuple):
    """A unit that would be placed last from an instant on, since its form is missing."""

    at: datetime
    unit_kind: str
    code: str
    unit_name: str


class HandedRow(NamedTuple):
    """A form that the rehearsal takes for handed in."""

    at: datetime
    form: int
    code: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for: a unit or a person, and a kind of mail. What is empty seeks nothing."""

    search: str = ""
    kind: str = ""

    def takes(self, row: Any) -> bool:
        """Is a row wanted?"""
        if not isinstance(row, MailRow | SkipRow):
            return not self.search or search_key(self.search) in search_key(getattr(row, "unit_name", ""))
        if self.kind and not (isinstance(row, MailRow) and row.kind == self.kind):
            return False
        return not self.search or search_key(self.search) in row.key


@dataclass(frozen=True, slots=True)
class DayLine:
    """One local day in numbers."""

    day: date
    mails: int
    skips: int
    marks: int
    last: int
    handed: int

    @property
    def happens(self) -> bool:
        """Is there anything to tell of it?"""
        return any((self.mails, self.skips, self.marks, self.last, self.handed))


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Everything that a campaign would bring from ``begins`` on, over ``days`` local days from ``first``.

    ``unconfirmed``: years whose days off nobody has confirmed. ``held``: extensions in force at the beginning.
    """

    slug: str
    zone: str
    begins: datetime
    first: date
    days: int
    units: int
    unconfirmed: tuple[int, ...] = ()
    held: tuple[MarkRow, ...] = ()
    mails: tuple[MailRow, ...] = ()
    skips: tuple[SkipRow, ...] = ()
    marks: tuple[MarkRow, ...] = ()
    last: tuple[LastRow, ...] = ()
    handed: tuple[HandedRow, ...] = ()

    @property
    def last_day(self) -> date:
        """The last local day."""
        return self.first + timedelta(days=self.days - 1)

    def day_of(self, row: Any) -> date:
        """The local day of one of its rows; what ends at 24:00 belongs to the day that ends."""
        ends = isinstance(row, LastRow) or (isinstance(row, MarkRow) and row.what not in BEGINNINGS)
        return local_day(row.at - timedelta(microseconds=ends), ZoneInfo(self.zone))

    def by_day(self) -> list[DayLine]:
        """Every day in order, also those on which nothing happens."""
        counts = {name: Counter(map(self.day_of, getattr(self, name))) for name in ROWS}
        days = (self.first + timedelta(days=number) for number in range(self.days))
        return [DayLine(day, **{name: counts[name][day] for name in ROWS}) for day in days]

    def within(self, takes: Callable[[Any], bool]) -> "Rehearsed":
        """The same with only those rows that are wanted."""
        rows: dict[str, Any] = {name: tuple(filter(takes, getattr(self, name))) for name in ROWS}
        return replace(self, **rows)

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it: rows as lists, instants in ISO 8601."""
        rows = {name: [_plain(row) for row in getattr(self, name)] for name in (*ROWS, "held")}
        return rows | {
            "slug": self.slug,
            "zone": self.zone,
            "begins": self.begins.isoformat(),
            "first": self.first.isoformat(),
            "days": self.days,
            "units": self.units,
            "unconfirmed": list(self.unconfirmed),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Rehearsed":
        """As it was stored."""
        return cls(
            kept["slug"],
            kept["zone"],
            datetime.fromisoformat(kept["begins"]),
            date.fromisoformat(kept["first"]),
            kept["days"],
            kept["units"],
            tuple(kept["unconfirmed"]),
            _read(MarkRow, kept["held"]),
            tuple(_mail(row) for row in kept["mails"]),
            _read(SkipRow, kept["skips"]),
            _read(MarkRow, kept["marks"]),
            _read(LastRow, kept["last"]),
            _read(HandedRow, kept["handed"]),
        )


ROWS = ("mails", "skips", "marks", "last", "handed")


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _read(kind: Any, rows: Iterable[Sequence[Any]]) -> tuple[Any, ...]:
    moments = [place for place, name in enumerate(kind._fields) if kind.__annotations__[name] is datetime]
    return tuple(kind(*_with_moments(row, moments)) for row in rows)


def _with_moments(row: Sequence[Any], moments: Sequence[int]) -> list[Any]:
    found = list(row)
    for place in moments:
        found[place] = datetime.fromisoformat(found[place])
    return found


def _mail(row: Sequence[Any]) -> MailRow:
    found: MailRow
    [found] = _read(MailRow, [row])
    return found._replace(items=_read(Item, found.items))
