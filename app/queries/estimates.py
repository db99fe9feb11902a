"""Figures that were handed in as estimates: which still stand, and what they were replaced by. Never writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from app.models import Answer, Campaign, CampaignUnit, Replacement, Submission
from workflows.deadlines import start_of_day
from workflows.vocabulary import State

REPLACEABLE = frozenset({State.SELF_ASSESSED, State.DISTRICT_CONSOLIDATED})


@dataclass(frozen=True, slots=True)
class Standing:
    """A form that was handed in, with the number of its figures that are estimates still."""

    submission: Submission
    count: int


def period_ended(campaign: Campaign, now: datetime) -> bool:
    """Is the last day of the data period over, so that final figures can be had?"""
    return now >= start_of_day(campaign.period_end + timedelta(days=1), ZoneInfo(campaign.zone))


def standing_estimates(session: Session, campaign: Campaign) -> Sequence[Standing]:
    """The forms of a campaign that were handed in and still hold estimates, in the order of the list of units."""
    rows = session.execute(
        select(Submission, func.count(Answer.id))
        .join(Submission.campaign_unit)
        .join(Answer, Answer.submission_id == Submission.id)
        .where(Submission.campaign_id == campaign.id, Submission.state != State.DRAFT, Answer.estimated)
        .options(contains_eager(Submission.campaign_unit))
        .group_by(Submission.id, CampaignUnit.id)
        .order_by(CampaignUnit.display_order, CampaignUnit.id)
    )
    return tuple(Standing(form, count) for form, count in rows)


def handed_in_answers(session: Session, submission: Submission) -> Mapping[str, Mapping[str, Any]]:
    """What was handed in, for each criterion whose estimate was replaced afterwards: value, reason and estimate.

    Empty for a form that is with its unit: what is there now is what will be handed in.
    """
    if submission.submitted_at is None:
        return {}
    rows = session.scalars(
        select(Replacement)
        .where(Replacement.submission_id == submission.id, Replacement.made_at >= submission.submitted_at)
        .order_by(Replacement.id.desc())
    )
    # The oldest comes last and stays: that is what the first replacement found.
    return {row.criterion: row.before for row in rows}
