"""The forms of an officer's own units, over all campaigns, for the first page of the desk. Never writes."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Campaign, CampaignKind, CampaignStatus, CampaignUnit, Submission
from app.queries.cases import timetable_of
from app.queries.criteria_sets import criteria_set_of
from criteria.model import EnteredBy
from workflows.case import EXACT, Actor
from workflows.deadlines import Timetable
from workflows.vocabulary import State


@dataclass(frozen=True, slots=True)
class OwnForm:
    """One form: the row, when it is due, and which papers it asks for."""

    submission: Submission
    timetable: Timetable
    papers: tuple[tuple[str, str], ...]
    illustrative: bool

    @property
    def is_open(self) -> bool:
        """Does its campaign still run?"""
        return self.submission.campaign.status == CampaignStatus.OPEN

    @property
    def is_current(self) -> bool:
        """Is it the unit's turn: a draft in a running campaign?"""
        return self.is_open and self.submission.state == State.DRAFT


def own_forms(session: Session, actor: Actor) -> tuple[OwnForm, ...]:
    """The forms of the units of which the actor is officer or head, newest campaign first."""
    rows = session.scalars(
        select(Submission)
        .join(Submission.campaign_unit)
        .join(Submission.campaign)
        .where(CampaignUnit.unit_id.in_(actor.units(*EXACT)))
        .options(
            joinedload(Submission.campaign),
            joinedload(Submission.campaign_unit)
            .joinedload(CampaignUnit.kind)
            .joinedload(CampaignKind.criteria_set),
            joinedload(Submission.campaign_unit)
            .joinedload(CampaignUnit.kind)
            .joinedload(CampaignKind.campaign),
        )
        .order_by(Campaign.year.desc(), Campaign.id.desc(), CampaignUnit.display_order)
    )
    return tuple(_own_form(row) for row in rows)


def _own_form(submission: Submission) -> OwnForm:
    kind = submission.campaign_unit.kind
    criteria_set = criteria_set_of(kind)
    return OwnForm(
        submission=submission,
        timetable=timetable_of(kind, submission),
        papers=tuple(
            (one.code, one.evidence)
            for one in criteria_set.criteria()
            if one.evidence and one.entered_by == EnteredBy.UNIT
        ),
        illustrative=criteria_set.illustrative,
    )
