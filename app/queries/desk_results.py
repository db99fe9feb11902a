"""What became of a form: own, verified and approved points side by side, and explanations. Never writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Explanation, Move, RankingRun, Submission, Verdict
from app.queries.desk import Desk, Item
from criteria.model import EnteredBy
from criteria.scoring import LineStatus
from workflows.vocabulary import State

DECIDED = frozenset({State.VERIFIED, State.APPROVED, State.PUBLISHED})
APPROVED = frozenset({State.APPROVED, State.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One criterion's points: claimed by the unit, verified, approved; None where there are none (yet)."""

    item: Item
    claimed: Decimal | None
    verified: Decimal | None
    approved: Decimal | None
    verdict: Verdict | None
    explanation: Explanation | None
    working: str

    @property
    def differs(self) -> bool:
        """Did the task force give other points than the unit claimed?"""
        return self.verdict is not None and self.verdict.points is not None and self.verified != self.claimed


@dataclass(frozen=True, slots=True)
class Results:
    """All outcomes of a form, those that differ first, and the totals of each column."""

    outcomes: tuple[Outcome, ...]
    claimed: Decimal
    verified: Decimal | None
    approved: Decimal | None

    @property
    def differences(self) -> tuple[Outcome, ...]:
        """What the task force changed."""
        return tuple(one for one in self.outcomes if one.differs)


def is_decided(submission: Submission) -> bool:
    """May the unit see verdicts: is the form verified? Before that they are the task force's drafts."""
    return submission.state in DECIDED


def results_of(session: Session, desk: Desk) -> Results:
    """The outcomes of a verified form; without verdicts for one that is not."""
    submission = desk.submission
    verdicts = verdicts_of(session, submission)
    explanations = {
        row.criterion: row
        for row in session.scalars(
            select(Explanation).where(Explanation.submission_id == submission.id).order_by(Explanation.id)
        )
    }
    approved = _approved_lines(session, submission)
    outcomes = [
        _outcome(item, verdicts.get(item.code), explanations.get(item.code), approved.get(item.code))
        for item in desk.items()
    ]
    return Results(
        outcomes=tuple(sorted(outcomes, key=lambda one: not one.differs)),
        claimed=desk.card.total,
        verified=submission.verified_points if is_decided(submission) else None,
        approved=sum((Decimal(line["points"]) for line in approved.values()), Decimal(0))
        if approved
        else None,
    )


def verdicts_of(session: Session, submission: Submission) -> Mapping[str, Verdict]:
    """The verdicts on a form by criterion; none before the form is verified."""
    if not is_decided(submission):
        return {}
    rows = session.scalars(select(Verdict).where(Verdict.submission_id == submission.id))
    return {row.criterion: row for row in rows}


def moves_of(session: Session, submission: Submission) -> tuple[Move, ...]:
    """The history of a form, oldest first."""
    return tuple(session.scalars(select(Move).where(Move.submission_id == submission.id).order_by(Move.id)))


def _outcome(
    item: Item, verdict: Verdict | None, explanation: Explanation | None, approved: Mapping[str, Any] | None
) -> Outcome:
    claimed = item.line.points if _is_claim(item) else None
    kept = claimed if verdict is not None else None
    return Outcome(
        item=item,
        claimed=claimed,
        verified=verdict.points if verdict is not None and verdict.points is not None else kept,
        approved=Decimal(approved["points"]) if approved else None,
        verdict=verdict,
        explanation=explanation,
        working=approved["working"] if approved else item.line.working,
    )


def _is_claim(item: Item) -> bool:
    return item.criterion.entered_by == EnteredBy.UNIT and item.line.status == LineStatus.SCORED


def _approved_lines(session: Session, submission: Submission) -> dict[str, dict[str, Any]]:
    if submission.state not in APPROVED:
        return {}
    run = session.scalar(
        select(RankingRun)
        .where(RankingRun.campaign_id == submission.campaign_id, RankingRun.approved_at.is_not(None))
        .order_by(RankingRun.number.desc())
        .limit(1)
    )
    lines = run.standings["units"].get(str(submission.campaign_unit_id), []) if run else []
    return {line["code"]: line for line in lines}
