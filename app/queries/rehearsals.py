"""The rehearsals that were asked for, as their page lists and shows them. Never writes."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app.faults import Missing
from app.models import Campaign, Rehearsal
from app.queries.reach import campaign_in_reach
from workflows.case import Actor
from workflows.vocabulary import Role

OFFICE = frozenset({Role.OFFICE})


def rehearsals_of(session: Session, campaign: Campaign) -> Sequence[Rehearsal]:
    """The rehearsals of a campaign that are kept, the newest first, without what they found."""
    rows = select(Rehearsal).where(Rehearsal.campaign_id == campaign.id)
    return session.scalars(rows.options(defer(Rehearsal.result)).order_by(Rehearsal.id.desc())).all()


def rehearsal_in_reach(session: Session, actor: Actor, slug: str, rehearsal_id: int) -> Rehearsal:
    """A rehearsal of a campaign of the actor's office.

    Raises:
        Missing: there is none, it is of another campaign, or out of the actor's reach.
    """
    campaign = campaign_in_reach(session, slug, actor, OFFICE)
    found = session.get(Rehearsal, rehearsal_id)
    if found is None or found.campaign_id != campaign.id:
        raise Missing(f"rehearsal {rehearsal_id}")
    return found
