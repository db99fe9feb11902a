"""How campaigns stand, as counts: for the command line. Never writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.faults import Missing
from app.models import Campaign, CampaignKind, CampaignUnit, Edition, RankingRun, Submission
from app.queries.cases import timetable_of
from app.queries.criteria_sets import criteria_set_of
from app.queries.lateness import FormInstants, form_instants
from criteria.model import CriteriaSet
from workflows.case import Actor, Grant
from workflows.deadlines import Timetable
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class KindStatus:
    """One kind of unit in a campaign: its timetable, and how many forms stand in each state.

    Besides, as they are at the instant asked: ``overdue`` forms can no longer be handed in, ``behind`` ones still late,
    and ``late`` ones were.
    """

    kind: str
    timetable: Timetable
    states: Mapping[str, int]
    overdue: int
    behind: int
    late: int


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """One campaign in a list."""

    slug: str
    name: str
    status: str
    units: int


def campaign_by_slug(session: Session, slug: str) -> Campaign:
    """The campaign of this name.

    Raises:
        Missing: there is none.
    """
    found = session.scalar(select(Campaign).where(Campaign.slug == slug))
    if found is None:
        raise Missing(f"đợt đánh giá {slug}")
    return found


def campaign_lines(session: Session) -> list[CampaignLine]:
    """Every campaign, the newest year first."""
    units = (
        select(func.count(CampaignUnit.id)).where(CampaignUnit.campaign_id == Campaign.id).scalar_subquery()
    )
    rows = session.execute(
        select(Campaign.slug, Campaign.name, Campaign.status, units).order_by(
            Campaign.year.desc(), Campaign.slug
        )
    )
    return [CampaignLine(*row) for row in rows]


def campaign_status(session: Session, campaign: Campaign, now: datetime) -> list[KindStatus]:
    """The forms of a campaign by kind and state, and how they stand towards their dates at ``now``; counted in SQL."""
    instants = form_instants(session, campaign)
    rows = session.execute(
        select(
            CampaignUnit.kind_id,
            Submission.state,
            func.count(),
            *(func.sum(case((one, 1), else_=0)) for one in _standings(instants, now)),
        )
        .join(Submission, Submission.campaign_unit_id == CampaignUnit.id)
        .where(CampaignUnit.campaign_id == campaign.id)
        .group_by(CampaignUnit.kind_id, Submission.state)
    ).all()
    return [_kind_status(kind, [row for row in rows if row[0] == kind.id]) for kind in campaign.kinds]


def _standings(instants: FormInstants, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return instants.overdue(now), instants.behind(now), instants.late


def _kind_status(kind: CampaignKind, rows: Sequence[Any]) -> KindStatus:
    states = {state: count for _kind, state, count, *_more in rows}
    overdue, behind, late = (sum(row[place] for row in rows) for place in (3, 4, 5))
    return KindStatus(kind.unit_kind, timetable_of(kind), states, overdue, behind, late)


def sets_of(campaign: Campaign, file_names: Mapping[str, str]) -> dict[str, CriteriaSet]:
    """The criteria sets of a campaign under the file names by which its plan calls them (by kind)."""
    return {file_names[kind.unit_kind]: criteria_set_of(kind) for kind in campaign.kinds}


def operator_of(campaign: Campaign, role: Role) -> Actor:
    """Who acts at the machine's own command line: nobody in particular, with one role over the whole campaign."""
    return Actor(None, "Dòng lệnh", frozenset({Grant(role, campaign.root_id)}))


def latest_run(session: Session, campaign: Campaign) -> RankingRun | None:
    """The last ranking run of a campaign."""
    newest = (
        select(RankingRun).where(RankingRun.campaign_id == campaign.id).order_by(RankingRun.number.desc())
    )
    return session.scalar(newest.limit(1))


def latest_edition(session: Session, campaign: Campaign) -> Edition:
    """The edition of a campaign that counts.

    Raises:
        Missing: nothing is published yet.
    """
    newest = select(Edition).where(Edition.campaign_id == campaign.id).order_by(Edition.number.desc())
    found = session.scalar(newest.limit(1))
    if found is None:
        raise Missing(f"kết quả công bố của đợt {campaign.slug}")
    return found
