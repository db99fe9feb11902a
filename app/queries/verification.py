"""The task force's view of forms: verdicts in force, queues, and one form criterion by criterion. Never writes."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import RankingRun, Submission, Verdict
from workflows.approval import APPROVAL
from workflows.vocabulary import Action, State


def standing(session: Session, submission_id: int, versions: Mapping[str, int]) -> dict[str, Decimal | None]:
    """The verdicts that still stand on what was read, by criterion; points None where the own score is kept.

    ``versions``: the present version of each answer. A verdict on an older answer stands no longer.
    """
    rows = session.execute(
        select(Verdict.criterion, Verdict.points, Verdict.answer_version).where(
            Verdict.submission_id == submission_id
        )
    )
    return {code: points for code, points, read in rows if read == versions.get(code, 0)}


def under_scrutiny(submission: Submission) -> bool:
    """Does the task force work on this form now: is it in the state that ``verify`` leaves on its route?"""
    route = submission.campaign_unit.kind.route
    return any(
        row.action is Action.VERIFY and row.source == submission.state and route in row.routes
        for row in APPROVAL.rows
    )


def may_explain(session: Session, submission: Submission, now: datetime) -> bool:
    """May the unit explain itself now: the form is verified and the latest ranking run's time for it has not passed?

    Before there is a run, the campaign decides: it gives days for explanations, or it does not.
    """
    if submission.state != State.VERIFIED:
        return False
    run = session.scalar(
        select(RankingRun)
        .where(RankingRun.campaign_id == submission.campaign_id)
        .order_by(RankingRun.number.desc())
        .limit(1)
    )
    if run is None:
        return submission.campaign_unit.kind.explanation_days > 0
    return run.explanations_until is not None and now < run.explanations_until
