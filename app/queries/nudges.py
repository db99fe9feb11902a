"""Every act of urging as evidence: who urged whom, when, and what became of each mail. Never writes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.faults import Missing
from app.models import Campaign, CampaignUnit, Nudge, OutboxMessage, OutboxState, Submission, Unit
from workflows.case import Actor, Place
from workflows.vocabulary import Role

OFFICE = frozenset({Role.OFFICE})
OVERSEERS = frozenset({Role.OFFICE, Role.APPROVER})


@dataclass(frozen=True, slots=True)
class UrgedMail:
    """One mail of an act of urging."""

    name: str
    address: str
    state: OutboxState
    settled_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class UrgedUnit:
    """A unit that was urged; without mails where no address could be reached."""

    form: int
    name: str
    handed_in_at: datetime | None
    mails: tuple[UrgedMail, ...]


@dataclass(frozen=True, slots=True)
class NudgeLine:
    """One act of urging as evidence: the row, its campaign, the body's name, its units and their mails as they stand now."""

    nudge: Nudge
    campaign: Campaign
    body: str
    units: tuple[UrgedUnit, ...]

    @property
    def mails(self) -> tuple[UrgedMail, ...]:
        """All its mails."""
        return tuple(mail for unit in self.units for mail in unit.mails)

    @property
    def states(self) -> tuple[OutboxState, ...]:
        """The states in which its mails are, in the order of a mail's life."""
        there = {mail.state for mail in self.mails}
        return tuple(state for state in OutboxState if state in there)

    def count(self, state: str) -> int:
        """How many of its mails stand so."""
        return sum(mail.state == state for mail in self.mails)

    @property
    def may_be_taken_back(self) -> bool:
        """Is there a mail that has not left?"""
        return any(mail.state in (OutboxState.WAITING, OutboxState.HELD) for mail in self.mails)


def nudge_in_reach(session: Session, actor: Actor, nudge_id: int) -> Nudge:
    """An act of urging of the actor's own body, or in a campaign that the actor oversees.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    nudge = session.get(Nudge, nudge_id)
    if nudge is None or not (may_take_back(session, actor, nudge) or _oversees(session, actor, nudge)):
        raise Missing(f"nudge {nudge_id}")
    return nudge


def may_take_back(session: Session, actor: Actor, nudge: Nudge) -> bool:
    """Is it of the actor's own body?"""
    if nudge.unit_id in actor.units(Role.CONSOLIDATOR):
        return True
    campaign = session.get_one(Campaign, nudge.campaign_id)
    of_office = nudge.unit_id == campaign.root_id
    return of_office and actor.holds_any(OFFICE, over=Place(campaign.root_id, campaign.root.above))


def _oversees(session: Session, actor: Actor, nudge: Nudge) -> bool:
    campaign = session.get_one(Campaign, nudge.campaign_id)
    return actor.holds_any(OVERSEERS, over=Place(campaign.root_id, campaign.root.above))


def nudges_of(session: Session, campaign_id: int, unit_id: int | None = None) -> tuple[NudgeLine, ...]:
    """Every act of urging in a campaign, of one body or of all, the latest first; five queries."""
    wanted = select(Nudge).where(Nudge.campaign_id == campaign_id)
    if unit_id is not None:
        wanted = wanted.where(Nudge.unit_id == unit_id)
    return nudge_lines(session, session.scalars(wanted.order_by(Nudge.sent_at.desc(), Nudge.id.desc())).all())


def nudge_lines(session: Session, nudges: Sequence[Nudge]) -> tuple[NudgeLine, ...]:
    """Acts of urging with their units and mails."""
    if not nudges:
        return ()
    mails = _mails(session, [nudge.id for nudge in nudges])
    forms = {int(form) for nudge in nudges for form in nudge.submissions}
    named = {
        row.id: row
        for row in session.execute(
            select(Submission.id, CampaignUnit.formal_name, Submission.submitted_at)
            .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
            .where(Submission.id.in_(forms))
        )
    }
    found = session.scalars(select(Campaign).where(Campaign.id.in_({one.campaign_id for one in nudges})))
    campaigns = {one.id: one for one in found}
    bodies = dict(
        iter(
            session.execute(
                select(Unit.id, Unit.formal_name).where(Unit.id.in_({one.unit_id for one in nudges}))
            )
        )
    )
    return tuple(
        NudgeLine(
            nudge,
            campaigns[nudge.campaign_id],
            bodies[nudge.unit_id],
            tuple(
                UrgedUnit(form, named[form].formal_name, named[form].submitted_at, mails[nudge.id, form])
                for form in nudge.submissions
            ),
        )
        for nudge in nudges
    )


def _mails(session: Session, nudge_ids: Iterable[int]) -> Mapping[tuple[int, int], tuple[UrgedMail, ...]]:
    rows = session.scalars(
        select(OutboxMessage).where(OutboxMessage.nudge_id.in_(list(nudge_ids))).order_by(OutboxMessage.id)
    )
    found: dict[tuple[int, int], tuple[UrgedMail, ...]] = defaultdict(tuple)
    for row in rows:
        mail = UrgedMail(row.recipient_name, row.address, OutboxState(row.state), row.settled_at, row.outcome)
        found[row.nudge_id or 0, row.submission_id or 0] += (mail,)
    return found
