"""The table drawn for people: a Mermaid state diagram and a Markdown table. Reads the table, adds nothing."""

from collections.abc import Iterator

from workflows.vocabulary import Route
from workflows.workflow import Transition, Workflow


def mermaid(workflow: Workflow) -> str:
    """A ``stateDiagram-v2`` with one arrow a row; actions of one route carry its name."""
    arrows = (f"    {row.source} --> {row.target}: {_arrow_label(row)}" for row in workflow.rows)
    ends = (f"    [*] --> {workflow.start}", *arrows, f"    {workflow.end} --> [*]")
    return "\n".join(("stateDiagram-v2", *ends)) + "\n"


def table(workflow: Workflow) -> str:
    """A Markdown table with the columns of the source."""
    head = "| action | from | to | route | on | who | unless refused by | note | then |"
    always = ", ".join(guard.__name__ for guard in workflow.always)
    lines = (
        head,
        "|" + "---|" * 9,
        *map(_table_row, workflow.rows),
        "",
        f"Every row besides unless refused by: {always}.",
    )
    return "\n".join(lines) + "\n"


def _arrow_label(row: Transition) -> str:
    roles = ", ".join(sorted(row.who))
    return f"{row.action} ({roles}{_route_suffix(row)})"


def _route_suffix(row: Transition) -> str:
    return "" if row.routes == frozenset(Route) else "; " + ", ".join(sorted(row.routes))


def _table_row(row: Transition) -> str:
    return "| " + " | ".join(_cells(row)) + " |"


def _cells(row: Transition) -> Iterator[str]:
    yield from (row.action, row.source, row.target)
    yield "both" if row.routes == frozenset(Route) else ", ".join(sorted(row.routes))
    yield row.scope
    yield ", ".join(sorted(row.who))
    yield ", ".join(guard.__name__ for guard in row.guards) or "–"
    yield row.note
    yield ", ".join(row.effects) or "–"
