"""What happens in the simulated campaign of Gia Lai: acts, holidays, and when the server's ticks come through.

Everything is local time of October and November 2019, and in the order in which it happens. Nobody but the acts
changes what is owed, so that the oracle may reckon from them. Districts 624, 635 and 639 are in the small slice too.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

SLICE = ("SNV", "SYT", "624", "635", "639")
ROSTER = Path(__file__).parents[2] / "app" / "data" / "units" / "gia_lai_2019.csv"
OPENED = datetime(2019, 10, 4, 8)
CLOSED = datetime(2019, 11, 6, 12)
DAYS = (date(2019, 10, 4), date(2019, 11, 8))
# The last days that the letter gives: "trước ngày 18/10/2019" and "trước ngày 25/10/2019".
LETTER = {"department": date(2019, 10, 17), "district": date(2019, 10, 24), "commune": date(2019, 10, 24)}
# A Monday that the province takes off; there is no public holiday between October and New Year.
HOLIDAYS = frozenset({date(2019, 10, 14)})
STANDSTILL = frozenset(
    {date(2019, 10, 16), date(2019, 10, 20), date(2019, 10, 21), date(2019, 11, 2), date(2019, 11, 3)}
)
# Mails are planned on this day and none leaves: the tick dies, and no other comes through.
UNSENT = date(2019, 10, 31)
# When the first tick of a day comes through, where it is not at five past eight.
HELD_UP = {date(2019, 10, 17): time(8, 20)}
USUAL = time(8, 5)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit that takes part, and the district that consolidates its form ("" of a department)."""

    code: str
    kind: str
    district: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does: ``code`` of a unit, a kind of unit or a person; ``last`` the last day it gives."""

    at: datetime
    what: str
    code: str
    last: date | None = None


def october(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """An instant of October, local."""
    return datetime(2019, 10, day, hour, minute)


def places(only: Sequence[str] = ()) -> list[Place]:
    """The units of the list, or those of these departments and districts."""
    with ROSTER.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] != "province"]
    return [
        Place(row["code"], row["kind"], _district(row))
        for row in rows
        if not only or {row["code"], row["parent_code"]} & {*only}
    ]


def _district(row: dict[str, str]) -> str:
    return {"district": row["code"], "commune": row["parent_code"]}.get(row["kind"], "")


def communes(taking_part: Sequence[Place], district: str) -> list[str]:
    """The codes of a district's communes, in the order of the list."""
    return [place.code for place in taking_part if place.kind == "commune" and place.district == district]


def script(taking_part: Sequence[Place]) -> list[Act]:
    """All acts, in order."""
    first, second, third = (communes(taking_part, district) for district in ("624", "635", "639"))
    through = date(2019, 11, 1)
    named = [
        Act(october(5), "day off", "", date(2019, 10, 14)),
        Act(october(8), "begin", first[1]),
        Act(october(9), "submit", "SNV"),
        Act(october(12, 10), "mute", first[2]),
        Act(october(16), "extend", first[0], through),
        Act(october(16), "extend", third[0], through),
        # The mails of that morning are planned, but the tick dies before it sends any.
        *(Act(october(17, 8, 10), "submit", code) for code in (first[3], second[3], third[3])),
        Act(october(18, 10), "close account", f"can-bo.{first[4]}"),
        Act(october(22, 10), "extend", second[0], date(2019, 10, 30)),
        Act(october(23), "move", "commune", date(2019, 10, 30)),
        Act(october(24, 15), "extend", third[1], date(2019, 11, 2)),
        Act(october(25, 14), "extend kind", "district", date(2019, 10, 28)),
        Act(october(28), "submit", second[0]),
        Act(october(29, 10), "end extension", third[0]),
        Act(october(31, 15), "submit", first[0]),
        Act(CLOSED, "close campaign", ""),
    ]
    spoken_for = {act.code for act in named} | {first[4]}
    others = [place.code for place in taking_part if place.code not in spoken_for]
    handed = [
        Act(october(8 + number % 16, 9 + number % 7), "submit", code)
        for number, code in enumerate(others)
        if number % 4 == 3 and not (code.isalpha() and number % 16 > 8)
    ]
    return sorted((*named, *handed), key=lambda act: act.at)
