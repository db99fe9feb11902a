"""Ranking runs as pages and guards see them: what stands now, what was frozen, what changed. Never writes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import CampaignUnit, Explanation, RankingRun, Submission
from app.queries.standings_inputs import inputs_of
from workflows.case import Run


def run_case(session: Session, run: RankingRun, now: datetime, *, shown: str) -> Run:
    """A run as the guards see it, without the hands that took the step before.

    The outcome follows from the inputs alone, so the run is current exactly when its inputs are.
    """
    inputs = inputs_of(session, run.campaign, now).digest
    return Run(
        digest=run.digest,
        shown=shown,
        current=run.digest if inputs == run.inputs_digest else inputs,
        decision_recorded=bool(run.decision_number) and run.decision_date is not None,
        proposed=run.proposed_at is not None,
        explanations_until=run.explanations_until,
        undecided_explanations=open_explanations(session, run.campaign_id),
    )


def open_explanations(session: Session, campaign_id: int) -> tuple[str, ...]:
    """The explanations of units that still wait for an answer, as "criterion (unit)"."""
    rows = session.execute(
        select(Explanation.criterion, CampaignUnit.formal_name)
        .join(Submission, Submission.id == Explanation.submission_id)
        .join(CampaignUnit, CampaignUnit.id == Submission.campaign_unit_id)
        .where(Submission.campaign_id == campaign_id, Explanation.decided_at.is_(None))
        .order_by(Explanation.id)
    )
    return tuple(f"{criterion} ({name})" for criterion, name in rows)
