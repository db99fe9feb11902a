"""What an actor may do with one form now, with all that the table's guards look at gathered. Never writes."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import CampaignUnit, RankingRun, Submission
from app.queries.cases import case_of
from app.queries.standings_runs import run_case
from workflows.approval import APPROVAL
from workflows.case import Actor, Case, Package, Run
from workflows.vocabulary import Action, Scope, State
from workflows.workflow import Offer


def scope_of(action: Action) -> Scope:
    """What an action is taken on: a form, a package, or a run."""
    return next(row.scope for row in APPROVAL.rows if row.action is action)


def offers_for(session: Session, submission: Submission, actor: Actor, now: datetime) -> tuple[Offer, ...]:
    """The actor's offers on a form; those on packages and runs are judged by the package and run they would move."""
    case = case_of(session, submission)
    offers = APPROVAL.offers(case, actor, now)
    scopes = {offer.scope for offer in offers}
    if scopes == {Scope.SUBMISSION} or not scopes:
        return offers
    run = _run(session, case, submission, now) if Scope.RUN in scopes else None
    whole = replace(case, package=_package(session, submission), run=run)
    return APPROVAL.offers(whole, actor, now)


def latest_run(session: Session, campaign_id: int) -> RankingRun | None:
    """The ranking run with the highest number."""
    return session.scalar(
        select(RankingRun)
        .where(RankingRun.campaign_id == campaign_id)
        .order_by(RankingRun.number.desc())
        .limit(1)
    )


def _package(session: Session, submission: Submission) -> Package:
    consolidator = submission.campaign_unit.consolidator_id
    drafts = session.execute(
        select(CampaignUnit.full_name, CampaignUnit.unit_id)
        .join(Submission, Submission.campaign_unit_id == CampaignUnit.id)
        .where(
            CampaignUnit.campaign_id == submission.campaign_id,
            CampaignUnit.consolidator_id == consolidator,
            Submission.state == State.DRAFT,
        )
        .order_by(CampaignUnit.display_order, CampaignUnit.id)
    ).all()
    return Package(tuple(name for name, _unit in drafts), any(unit == consolidator for _name, unit in drafts))


def _run(session: Session, case: Case, submission: Submission, now: datetime) -> Run | None:
    run = latest_run(session, submission.campaign_id)
    if run is None:
        return None
    # Approving asks for another person than the maker, publishing for another than the proposer.
    hand = run.proposed_by_id if case.state is State.APPROVED else run.made_by_id
    hands = frozenset() if hand is None else frozenset({hand})
    return replace(run_case(session, run, now, shown=run.digest), hands=hands)
