"""Which criterion a file proves by its name, as a proposal that somebody ticks. It attaches nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.models import Document
from app.queries.desk import Desk, Item, Stage

UNFIT = frozenset({Stage.WAIVED, Stage.NOT_ASKED})
PREFIX = re.compile(r"(?:tiêu chí|tc)[\s._-]*")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A document that is attached to nothing, and the criterion that its name begins with."""

    document: Document
    item: Item


def proposals(desk: Desk) -> tuple[Proposal, ...]:
    """One for each loose document whose name begins with the code of a criterion that the unit answers."""
    items = {item.code: item for item in desk.items() if item.stage not in UNFIT}
    found = ((row, proposed_code(row.file_name, items)) for row in desk.evidence if not row.uses)
    return tuple(Proposal(row, items[code]) for row, code in found if code is not None)


def proposed_code(file_name: str, codes: Iterable[str]) -> str | None:
    """The code with which a file name begins and which ends there: "1.2 Quyết định.pdf" is 1.2, neither 1 nor 1.20."""
    name = file_name.strip().casefold()
    name = PREFIX.sub("", name, count=1) if PREFIX.match(name) else name
    fitting = (code for code in codes if _begins(name, code.casefold()))
    return max(fitting, key=len, default=None)


def _begins(name: str, code: str) -> bool:
    after = name[len(code) :]
    return name.startswith(code) and re.match(r"\w|\.\d", after) is None
