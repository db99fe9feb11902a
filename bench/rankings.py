"""Scoring and ranking without a server: 259 units and 11,000, against the window query of an SQLite in memory."""

import random
import sqlite3
from collections.abc import Callable, Sequence
from decimal import Decimal
from importlib.resources import files

from bench.report import Row, interleaved
from criteria.answers import Answer, AnswerSheet
from criteria.codec import from_json
from criteria.fields import Field, FieldKind, fields
from criteria.model import CriteriaSet
from criteria.ranking import Entry, EntryStatus, rank
from criteria.scoring import score
from criteria.values import read_value

SIZES = (259, 11_000)
ANSWERS = 60
ROUNDS = 5
WINDOW = """
    SELECT unit, total, RANK() OVER (ORDER BY total DESC)
    FROM (SELECT unit, SUM(points) AS total FROM answer GROUP BY unit)
"""
WORST = 1.5


def ranking_rows() -> list[Row]:
    """Times of ranking kept totals, and of scoring whole forms, at both sizes."""
    rows = []
    for size in SIZES:
        dice = random.Random(size)
        entries, query = _entries(dice, size), _query(dice, size)
        times = interleaved({"rank": lambda entries=entries: rank(entries), "query": query}, ROUNDS)
        ratio = times["rank"] / times["query"]
        rows.append(
            Row(f"window query over {size * ANSWERS:,} answers", times["query"], None, "the floor", "", None)
        )
        goal = f"≤ {WORST}"
        rows.append(
            Row(f"ranking of {size:,} units", times["rank"], ratio, "× the query", goal, ratio <= WORST)
        )
    return [*rows, _scoring()]


def _entries(dice: random.Random, size: int) -> Sequence[Entry]:
    most = Decimal(100)
    return [
        Entry(str(number), EntryStatus.RANKED, Decimal(dice.randrange(100_000)) / 1000, most)
        for number in range(size)
    ]


def _query(dice: random.Random, size: int) -> Callable[[], object]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE answer (unit INTEGER, points INTEGER)")
    rows = ((unit, dice.randrange(2_000_000)) for unit in range(size) for _ in range(ANSWERS))
    connection.executemany("INSERT INTO answer VALUES (?, ?)", rows)
    connection.execute("CREATE INDEX of_unit ON answer (unit, points)")
    return lambda: connection.execute(WINDOW).fetchall()


def _scoring() -> Row:
    known = _commune_set()
    sheets = [_sheet(known, random.Random(number)) for number in range(SIZES[0])]
    found = interleaved({"score": lambda: [score(known, sheet) for sheet in sheets]}, ROUNDS)["score"]
    each = found / len(sheets)
    return Row(f"scoring of {len(sheets)} forms", found, each, "ms a form", "", None)


def _commune_set() -> CriteriaSet:
    return from_json(files("app").joinpath("data/criteria/commune.json").read_text(encoding="utf-8"))


def _sheet(known: CriteriaSet, dice: random.Random) -> AnswerSheet:
    answers = {}
    for criterion in known.criteria():
        raw = {field.name: _typed(field, dice) for field in fields(criterion.rule)}
        answers[criterion.code] = Answer(criterion.code, read_value(criterion.rule, raw), "Lý do")
    return AnswerSheet(answers)


def _typed(field: Field, dice: random.Random) -> str | list[str]:
    if field.kind is FieldKind.YES_NO:
        return dice.choice(("yes", "no"))
    if field.kind is FieldKind.OPTION:
        return dice.choice(field.options).code
    if field.kind is FieldKind.OPTIONS:
        return [dice.choice(field.options).code]
    return "10" if field.name.endswith("denominator") else str(dice.randrange(2))
