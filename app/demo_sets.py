"""The illustrative criteria sets, built from the tables in app/data/criteria that people edit.

They are invented on the structure of 2392/QĐ-BTTTT and are never official. `python -m app.demo_sets` writes the
JSON files that campaigns name; a test holds both equal.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from criteria import codec
from criteria.model import CriteriaSet, Criterion, Group, Section
from criteria.rules import (
    Adjustment,
    Alternative,
    Choice,
    Count,
    CountLadder,
    Highest,
    Normalised,
    Option,
    Parts,
    Ratio,
    RollUp,
    Rule,
    SimpleRule,
    Step,
    Survey,
    WhenZero,
    YesNo,
)

SETS = Path(__file__).parent / "data" / "criteria"
SOURCE = (
    "Tự dựng để minh họa trên cấu trúc của 2392/QĐ-BTTTT (2 hạng mục, 3 + 4 nhóm tiêu chí); "
    "không phải bộ tiêu chí chính thức của cơ quan nào."
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"

Row = Mapping[str, str]


def demo_sets() -> dict[str, CriteriaSet]:
    """Build every set, by its name: department, district, commune and commune_two_tier.

    :raises criteria.checks.InvalidCriteria: when a table was edited into something that cannot be scored.
    """
    groups = _read("groups")
    return {row["name"]: _set(row, groups, _read(row["name"])) for row in _read("sets")}


def bundled_set(file_name: str) -> CriteriaSet:
    """Load one of the sets that come with the program, by the file name a campaign gives ("commune.json").

    :raises KeyError: when there is none of that name.
    """
    if file_name not in {path.name for path in SETS.glob("*.json")}:
        raise KeyError(file_name)
    return codec.from_json((SETS / file_name).read_text(encoding="utf-8"))


def _read(name: str) -> list[dict[str, str]]:
    with (SETS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _set(row: Row, groups: Iterable[Row], criteria: list[dict[str, str]]) -> CriteriaSet:
    return CriteriaSet(
        code=row["code"],
        title=row["title"],
        unit_kind=row["unit_kind"],
        groups=tuple(_group(group, criteria) for group in groups),
        source=SOURCE,
        illustrative=True,
    )


def _group(row: Row, criteria: Iterable[Row]) -> Group:
    own = (one for one in criteria if one["code"].rpartition(".")[0] == row["code"])
    return Group(
        code=row["code"],
        title=row["title"],
        section=Section(row["section"]).value,
        criteria=tuple(_criterion(one) for one in own),
        level=int(row["level"]) if row["level"] else None,
    )


def _criterion(row: Row) -> Criterion:
    return Criterion(
        code=row["code"],
        title=row["title"],
        rule=_rule(row["rule"], row["terms"], row["max"]),
        evidence=row["evidence"],
        evidence_required=row["evidence_required"] == "yes",
        help=row["help"],
    )


def _rule(kind: str, terms: str, most: str) -> Rule:
    return RULES[kind](terms, most)


def _ratio(terms: str, most: str) -> Ratio:
    when_zero = WhenZero.NOT_APPLICABLE if terms == "na" else WhenZero.ZERO
    return Ratio(Decimal(most), when_zero.value)


def _ladder(terms: str, _most: str) -> CountLadder:
    pairs = (step.split("=") for step in terms.split(";"))
    return CountLadder(tuple(Step(Decimal(count.strip()), Decimal(points)) for count, points in pairs))


def _options(terms: str) -> tuple[Option, ...]:
    labelled = (option.rpartition("=") for option in terms.split("|"))
    lettered = zip(LETTERS, labelled, strict=False)
    return tuple(Option(letter, label.strip(), Decimal(points)) for letter, (label, _, points) in lettered)


def _highest(terms: str, _most: str) -> Highest:
    labelled = (alternative.split("::") for alternative in terms.split("|"))
    lettered = zip(LETTERS, labelled, strict=False)
    return Highest(
        tuple(Alternative(letter, label.strip(), _simple(rule)) for letter, (label, rule) in lettered)
    )


def _simple(text: str) -> SimpleRule:
    kind, *numbers = text.split()
    if kind == "count":
        return Count(*map(Decimal, numbers))
    return YesNo(Decimal(numbers[0])) if kind == "yes_no" else Ratio(Decimal(numbers[0]))


def _adjustment(terms: str, _most: str) -> Adjustment:
    each, cap, floor = (Decimal(part.split()[-1]) for part in terms.split(";"))
    return Adjustment(unit_points=each, cap=cap, floor=floor)


def _roll_up(terms: str, most: str) -> RollUp:
    how, _, of = terms.partition(" ")
    return RollUp(max=Decimal(most), of=of, how=how)


RULES: Mapping[str, Callable[[str, str], Rule]] = {
    "yes_no": lambda _terms, most: YesNo(Decimal(most)),
    "ratio": _ratio,
    "count_ladder": _ladder,
    "choice": lambda terms, _most: Choice(_options(terms)),
    "parts": lambda terms, _most: Parts(_options(terms)),
    "count": lambda terms, most: Count(Decimal(terms), Decimal(most)),
    "highest": _highest,
    "normalised": lambda _terms, most: Normalised(Decimal(most)),
    "survey": lambda _terms, most: Survey(Decimal(most)),
    "adjustment": _adjustment,
    "roll_up": _roll_up,
}


def write_demo_sets() -> None:
    """Write each set as canonical JSON beside its table."""
    for name, criteria_set in demo_sets().items():
        (SETS / f"{name}.json").write_text(codec.to_json(criteria_set) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_demo_sets()
