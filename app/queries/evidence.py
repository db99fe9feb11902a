"""What is asked of documents beyond their own form: which files several units handed in, and what was taken out of a
form. Never writes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.models import WITH_REMOVED, Campaign, CampaignUnit, Document, Submission
from app.queries.reach import STAFF, within_reach
from workflows.case import Actor
from workflows.vocabulary import Role

KEPT_REMOVED = timedelta(days=30)
SEE_BOTH = STAFF | {Role.CONSOLIDATOR}
MOST_SHARED = 500


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same file in another form: whose, of which campaign. ``own_past``: the unit's own of an earlier campaign."""

    document_id: int
    submission_id: int
    unit_name: str
    campaign_name: str
    own_past: bool


@dataclass(frozen=True, slots=True)
class SharedFile:
    """One file that several units of a campaign handed in."""

    sha256: str
    documents: tuple[Document, ...]

    @property
    def name(self) -> str:
        """The name under which the first unit handed it in."""
        return self.documents[0].file_name


def elsewhere(session: Session, submission: Submission, actor: Actor) -> Mapping[int, tuple[Elsewhere, ...]]:
    """Where else the files of a form were handed in, by document; one query for the whole form.

    Forms of other units in the same campaign are told to those only whose reach as consolidator, task force, office
    or approver covers that form too; a unit learns of its own past, never of another unit.
    """
    here, there = aliased(Document), aliased(Document)
    unit = submission.campaign_unit
    past = and_(CampaignUnit.unit_id == unit.unit_id, Submission.campaign_id < submission.campaign_id)
    beside = and_(Submission.campaign_id == submission.campaign_id, within_reach(actor, SEE_BOTH))
    rows = session.execute(
        select(here.id, there.id, Submission.id, CampaignUnit.formal_name, Campaign.name, past)
        .select_from(here)
        .join(there, and_(there.sha256 == here.sha256, there.submission_id != here.submission_id))
        .join(Submission, there.submission_id == Submission.id)
        .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
        .join(Campaign, Submission.campaign_id == Campaign.id)
        .where(here.submission_id == submission.id, here.sha256 != "")
        .where(or_(beside, past))
        .order_by(CampaignUnit.display_order, there.id)
    )
    found: dict[int, list[Elsewhere]] = defaultdict(list)
    for own, other, form, unit_name, campaign, was_own in rows:
        found[own].append(Elsewhere(other, form, unit_name, campaign, own_past=bool(was_own)))
    return {own: tuple(some) for own, some in found.items()}


def shared_files(session: Session, campaign: Campaign, actor: Actor) -> Sequence[SharedFile]:
    """Files that more than one unit of a campaign handed in, within the reader's reach, the most shared first.

    At most :data:`MOST_SHARED` of them.
    """
    within = (Submission.campaign_id == campaign.id, within_reach(actor, SEE_BOTH), Document.sha256 != "")
    digests = session.scalars(
        select(Document.sha256)
        .join(Document.submission)
        .join(Submission.campaign_unit)
        .where(*within)
        .group_by(Document.sha256)
        .having(func.count(Submission.id.distinct()) > 1)
        .order_by(func.count(Submission.id.distinct()).desc(), Document.sha256)
        .limit(MOST_SHARED)
    ).all()
    rows = session.scalars(
        select(Document)
        .join(Document.submission)
        .join(Submission.campaign_unit)
        .where(*within, Document.sha256.in_(digests))
        .options(joinedload(Document.uses))
        .options(joinedload(Document.submission).joinedload(Submission.campaign_unit))
        .order_by(CampaignUnit.display_order, Document.id)
    )
    held: dict[str, list[Document]] = defaultdict(list)
    for row in rows.unique():
        held[row.sha256].append(row)
    return tuple(SharedFile(digest, tuple(held[digest])) for digest in digests)


def removed_documents(session: Session, submission: Submission, now: datetime) -> Sequence[Document]:
    """What was taken out of a form and can still be put back, the latest first."""
    return session.scalars(
        select(Document)
        .where(Document.submission_id == submission.id, Document.removed_at > now - KEPT_REMOVED)
        .order_by(Document.removed_at.desc(), Document.id)
        .execution_options(**{WITH_REMOVED: True})
    ).all()
