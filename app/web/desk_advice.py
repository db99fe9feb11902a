"""What a unit should look at again before it hands in; none of it keeps the form back."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.queries.desk import Desk, Item
from app.queries.earlier_forms import Earlier
from app.web.claims import lacks_evidence

FAR = Decimal("0.3")


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to look at: no document where points are claimed, or points far from those of an earlier ``year``."""

    item: Item
    year: int = 0
    before: Decimal | None = None


def advice_on(desk: Desk, earlier: tuple[Earlier, ...]) -> tuple[Advice, ...]:
    """What is advised of a form, in the order of its criteria; ``earlier`` are the unit's forms of last time."""
    return tuple(one for item in desk.items() for one in _on(item, earlier))


def _on(item: Item, earlier: tuple[Earlier, ...]) -> Iterator[Advice]:
    # What the campaign requires stands in the list of what keeps the form back.
    if lacks_evidence(item) and not item.problems:
        yield Advice(item)
    now = item.answer.points if item.answer is not None else None
    if now is None or len(earlier) != 1:
        return
    before = earlier[0].of(item.criterion)
    if before is None or not before.comparable:
        return
    points = before.verified if before.verified is not None else before.own
    if points and abs(now - points) >= FAR * abs(points):
        yield Advice(item, earlier[0].year, points)
