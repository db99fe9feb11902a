"""Timing and the table. Knows nothing of what is measured."""

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import NamedTuple

MILLISECONDS = 1000.0


class Row(NamedTuple):
    """One line of the report: what, the median in milliseconds, the ratio, its meaning, and the goal."""

    name: str
    milliseconds: float
    ratio: float | None
    against: str
    goal: str
    reached: bool | None


def interleaved(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median time of each work in milliseconds; every round does each of them once, after one warm-up."""
    for work in works.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in works}
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(once(work))
    gc.unfreeze()
    return {name: median(found) for name, found in times.items()}


def once(work: Callable[[], object]) -> float:
    """How long one call takes, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * MILLISECONDS


def print_table(rows: list[Row]) -> None:
    """Print the report, one line each."""
    head = ("", "ms", "ratio", "of", "goal", "")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    verdict = {None: "", True: "reached", False: "MISSED"}[row.reached]
    return (row.name, f"{row.milliseconds:.2f}", ratio, row.against, row.goal, verdict)
