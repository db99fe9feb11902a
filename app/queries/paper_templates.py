"""Which Word template a paper of a campaign is made from: the office's own, else the one that ships. Never writes."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Campaign, Paper, PaperTemplate
from app.queries.reach import campaign_in_reach
from workflows.case import Actor
from workflows.vocabulary import Role

OFFICE = frozenset({Role.OFFICE})


def campaign_for_papers(session: Session, actor: Actor, slug: str) -> Campaign:
    """A campaign whose templates the actor may change.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    return campaign_in_reach(session, slug, actor, OFFICE)


def own_templates(session: Session, campaign_id: int) -> Mapping[str, PaperTemplate]:
    """The campaign's own templates by kind; one query."""
    rows = session.scalars(select(PaperTemplate).where(PaperTemplate.campaign_id == campaign_id))
    return {row.kind: row for row in rows}


def own_template(session: Session, campaign_id: int, paper: Paper) -> PaperTemplate | None:
    """The campaign's own template of a paper, None where it uses the one that ships."""
    return own_templates(session, campaign_id).get(paper)
