"""The office's own words for the mails of a campaign, and whom an example is written to. Never writes."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.faults import Missing
from app.models import Campaign, CampaignUnit, MailWording, Submission, Unit
from app.queries.people import below
from app.queries.reach import campaign_in_reach
from notifications.messages import LANGUAGES
from notifications.tokens import OWN_KINDS
from workflows.case import Actor
from workflows.vocabulary import Role

OFFICE = frozenset({Role.OFFICE})


def campaign_for_words(session: Session, actor: Actor, slug: str) -> Campaign:
    """A campaign whose mails the actor may word.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    return campaign_in_reach(session, slug, actor, OFFICE)


def campaigns_to_word(session: Session, actor: Actor) -> list[Campaign]:
    """The campaigns whose mails the actor may word, the newest first."""
    found = select(Campaign).join(Unit, Unit.id == Campaign.root_id).where(below(actor, OFFICE))
    return list(session.scalars(found.order_by(Campaign.year.desc(), Campaign.id.desc())))


def check_kind(kind: str, language: str = LANGUAGES[0]) -> None:
    """See that mails of this kind may be worded in this language.

    Raises:
        Missing: they may not.
    """
    if kind not in OWN_KINDS or language not in LANGUAGES:
        raise Missing(f"wording of {kind} in {language}")


def wordings_of(session: Session, campaign_id: int) -> Mapping[tuple[str, str], MailWording]:
    """The campaign's own words by kind and language; one query."""
    rows = session.scalars(select(MailWording).where(MailWording.campaign_id == campaign_id))
    return {(row.kind, row.language): row for row in rows}


def first_form(session: Session, campaign_id: int) -> Submission | None:
    """The form of the campaign's first unit in administrative order; None where it has no units yet."""
    return session.scalar(
        select(Submission)
        .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
        .where(CampaignUnit.campaign_id == campaign_id)
        .options(joinedload(Submission.campaign_unit))
        .order_by(CampaignUnit.display_order, CampaignUnit.id)
        .limit(1)
    )


def longest_name(session: Session, campaign_id: int) -> str:
    """The longest name that a mail of this campaign may have to hold; empty where it has no units yet."""
    names = select(CampaignUnit.formal_name).where(CampaignUnit.campaign_id == campaign_id)
    return session.scalar(names.order_by(func.length(CampaignUnit.formal_name).desc()).limit(1)) or ""
