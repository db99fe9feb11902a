"""Which objects an actor may touch. What is out of reach is missing, so that nobody learns that it exists."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from app.faults import Missing
from app.models import Campaign, CampaignUnit, RankingRun, Submission
from workflows.case import EXACT, Actor, Place
from workflows.vocabulary import Role

READERS = frozenset(Role) - {Role.ADMIN}
STAFF = frozenset({Role.OFFICE, Role.APPROVER, Role.TASK_FORCE})


def place_of(unit: CampaignUnit) -> Place:
    """Where a campaign's unit stands, as it was when the campaign was opened."""
    return Place(unit.unit_id, unit.above, unit.consolidator_id)


def submission_in_reach(
    session: Session, submission_id: int, actor: Actor, roles: Iterable[Role]
) -> Submission:
    """A submission over whose place the actor holds one of the roles.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    submission = session.get(
        Submission,
        submission_id,
        options=[joinedload(Submission.campaign_unit), joinedload(Submission.campaign)],
    )
    if submission is None or not actor.holds_any(roles, over=place_of(submission.campaign_unit)):
        raise Missing(f"submission {submission_id}")
    return submission


def campaign_in_reach(session: Session, slug: str, actor: Actor, roles: Iterable[Role]) -> Campaign:
    """A campaign over whose province (or above) the actor holds one of the roles.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    campaign = session.scalar(
        select(Campaign).where(Campaign.slug == slug).options(joinedload(Campaign.root))
    )
    if campaign is None or not actor.holds_any(roles, over=Place(campaign.root_id, campaign.root.above)):
        raise Missing(f"campaign {slug}")
    return campaign


def run_in_reach(session: Session, run_id: int, actor: Actor, roles: Iterable[Role]) -> RankingRun:
    """A ranking run of a campaign in reach.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    run = session.get(RankingRun, run_id)
    if run is None:
        raise Missing(f"ranking_run {run_id}")
    campaign_in_reach(session, run.campaign.slug, actor, roles)
    return run


def within_reach(actor: Actor, roles: Iterable[Role]) -> ColumnElement[bool]:
    """The condition on CampaignUnit that says the same as :meth:`Place.reaches`, for lists.

    An actor who holds none of the roles matches nothing.
    """
    asked = frozenset(roles)
    exact = actor.units(*(asked & EXACT))
    consolidated = actor.units(*(asked & {Role.CONSOLIDATOR}))
    subtree = actor.units(*(asked - EXACT - {Role.CONSOLIDATOR}))
    return or_(
        CampaignUnit.unit_id.in_(exact),
        CampaignUnit.consolidator_id.in_(consolidated),
        *(CampaignUnit.path.contains(f"/{unit}/", autoescape=True) for unit in sorted(subtree)),
    )
