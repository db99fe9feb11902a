"""How easy units found the work, for the office: how many said what, never who. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Ease, Submission


@dataclass(frozen=True, slots=True)
class EaseCounts:
    """How many answers gave each score, 1 to 7 in order, and their mean with one decimal."""

    counts: Sequence[int]

    @property
    def total(self) -> int:
        """How many answered."""
        return sum(self.counts)

    @property
    def mean(self) -> Decimal:
        """The mean score; 0 where nobody answered."""
        if not self.total:
            return Decimal(0)
        points = sum(score * count for score, count in enumerate(self.counts, 1))
        return (Decimal(points) / self.total).quantize(Decimal("0.1"), ROUND_HALF_UP)


def ease_of(session: Session, campaign_id: int) -> EaseCounts:
    """What the units of a campaign said; one query."""
    rows = session.execute(
        select(Ease.score, func.count())
        .join(Submission, Submission.id == Ease.submission_id)
        .where(Submission.campaign_id == campaign_id)
        .group_by(Ease.score)
    )
    found = dict(iter(rows))
    return EaseCounts([found.get(score, 0) for score in range(1, 8)])


def own_ease(session: Session, submission_id: int, person_id: int | None) -> int | None:
    """What this person said of a form; None where nothing."""
    return session.scalar(
        select(Ease.score).where(Ease.submission_id == submission_id, Ease.person_id == person_id)
    )
