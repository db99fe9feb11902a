"""What the task force and the approver are waited for: forms to verify, a ranking to approve. Never writes.

The number of queries does not grow with the number of forms.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.models import Assignment, Campaign, CampaignUnit, Explanation, RankingRun, Submission
from app.queries.campaign_plans import facts_of, plan_of
from app.queries.readers import People, holdings
from app.queries.verification_queue import VERIFIED_STATES, with_task_force
from notifications.facts import Deadline, Owed, Wording
from notifications.obligations import Obligation
from workflows.deadlines import start_of_day
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Share:
    """Forms that one person was given for one day, or that nobody was given, as far as they reached verification.

    ``since``: when the first that still waits was given.
    """

    person: int | None
    due: date | None
    since: datetime | None
    waiting: int
    done: int


@dataclass(frozen=True, slots=True)
class RunToApprove:
    """A ranking that waits for approval from an instant on; who made it does not approve it."""

    number: int
    since: datetime
    made_by: int | None


@dataclass(frozen=True, slots=True)
class OfficeGround:
    """What the task force and the approvers of some campaigns may be waited for, read once, by campaign."""

    shares: Mapping[int, Sequence[Share]]
    runs: Mapping[int, RunToApprove]

    def with_ready(self, campaign_id: int, forms: int) -> "OfficeGround":
        """The same once so many more forms, which nobody was given, have reached verification."""
        known = self.shares.get(campaign_id, ())
        common = next((share for share in known if share.person is None), Share(None, None, None, 0, 0))
        grown = replace(common, waiting=common.waiting + forms)
        others = [share for share in known if share is not common]
        return replace(self, shares={**self.shares, campaign_id: [*others, grown]})

    def obligations(
        self, campaign: Campaign, people: People, now: datetime, base_url: str
    ) -> Iterator[Obligation]:
        """What they are waited for at ``now``."""
        maker, shares = _Maker(campaign, people, base_url), self.shares.get(campaign.id, ())
        yield from maker.verification(shares)
        run = self.runs.get(campaign.id)
        # A form that waits for the task force again makes the ranking old: nobody can approve it then.
        if run is not None and run.since <= now and not any(share.waiting for share in shares):
            yield maker.approval(run)


def office_ground(session: Session, campaigns: Sequence[Campaign]) -> OfficeGround:
    """What the task force and the approvers of these campaigns may be waited for."""
    ids = [campaign.id for campaign in campaigns]
    return OfficeGround(_shares(session, ids), _runs(session, ids))


def office_obligations(
    session: Session, campaigns: Sequence[Campaign], now: datetime, base_url: str
) -> list[Obligation]:
    """What the task force and the approvers of these campaigns are waited for at ``now``."""
    ground, people = office_ground(session, campaigns), People(holdings(session, now), now)
    return [owed for campaign in campaigns for owed in ground.obligations(campaign, people, now, base_url)]


class _Maker:
    """Makes the obligations of one campaign."""

    def __init__(self, campaign: Campaign, people: People, base_url: str) -> None:
        self._campaign, self._people = campaign, people
        self._base, self._about = base_url, facts_of(campaign)

    def verification(self, shares: Sequence[Share]) -> Iterator[Obligation]:
        """What each member was given; and what nobody was given, which the whole task force owes until the checks end."""
        checks, opened = plan_of(self._campaign).field_checks, self._campaign.opened_at
        for share in shares:
            if not share.waiting:
                continue
            if share.person is not None and share.due is not None and share.since is not None:
                yield self._own(share, share.person, self._until(share.due), share.since)
            elif checks is not None and opened is not None:
                yield self._common(share, self._until(checks.end), opened)

    def approval(self, run: RunToApprove) -> Obligation:
        """The ranking, owed by the approvers but for the one who made it."""
        readers = self._people.readers(self._campaign.root_id, Role.APPROVER)
        return replace(
            self._owed(Deadline(run.since)),
            owed=Owed.APPROVAL,
            subject="approval",
            link=f"{self._base}/dot/{self._campaign.slug}/xep-hang/{run.number}",
            version=f"run{run.number}",
            since=run.since,
            readers=tuple(reader for reader in readers if reader.person != run.made_by),
        )

    def _own(self, share: Share, person: int, due: Deadline, since: datetime) -> Obligation:
        member = self._people.holder(person, Role.TASK_FORCE)
        return replace(
            self._owed(due),
            subject=f"verify-{person}",
            link=f"{self._base}/tham-dinh?giao=toi",
            since=since,
            readers=() if member is None else (member,),
            done=share.done,
            total=share.done + share.waiting,
            own=True,
        )

    def _common(self, share: Share, due: Deadline, since: datetime) -> Obligation:
        return replace(
            self._owed(due),
            link=f"{self._base}/tham-dinh?giao=chua",
            since=since,
            readers=self._people.readers(self._campaign.root_id, Role.TASK_FORCE),
            done=share.done,
            total=share.done + share.waiting,
        )

    def _owed(self, due: Deadline) -> Obligation:
        root = self._campaign.root
        return Obligation(
            campaign=self._about,
            owed=Owed.VERIFICATION,
            place=root.id,
            subject="verify-rest",
            unit=root.code,
            unit_name=root.formal_name,
            link=self._base,
            deadline=due,
            version=f"{due.cutoff:%Y%m%d%H%M}",
            since=due.cutoff,
            readers=(),
        )

    def _until(self, day: date) -> Deadline:
        after = start_of_day(day + timedelta(days=1), ZoneInfo(self._campaign.zone))
        return Deadline(after, Wording.THROUGH_DAY, day)


def _shares(session: Session, campaign_ids: Sequence[int]) -> Mapping[int, list[Share]]:
    ready = with_task_force()
    rows = session.execute(
        select(
            Submission.campaign_id,
            Assignment.person_id,
            Assignment.due_day,
            func.min(case((ready, Assignment.assigned_at))),
            func.sum(case((ready, 1), else_=0)),
            func.sum(case((Submission.state.in_(VERIFIED_STATES), 1), else_=0)),
        )
        .join(Submission.campaign_unit)
        .join(CampaignUnit.kind)
        .outerjoin(Assignment, Assignment.submission_id == Submission.id)
        .where(Submission.campaign_id.in_(campaign_ids))
        .group_by(Submission.campaign_id, Assignment.person_id, Assignment.due_day)
        .order_by(Submission.campaign_id, Assignment.due_day, Assignment.person_id)
    )
    found: dict[int, list[Share]] = defaultdict(list)
    for campaign_id, person, due, since, waiting, done in rows:
        found[campaign_id].append(Share(person, due, since, int(waiting), int(done)))
    return found


def _runs(session: Session, campaign_ids: Sequence[int]) -> Mapping[int, RunToApprove]:
    """The latest ranking of each campaign that an approver may take up once the units have been heard."""
    latest = (
        select(RankingRun.campaign_id, func.max(RankingRun.number).label("number"))
        .where(RankingRun.campaign_id.in_(campaign_ids))
        .group_by(RankingRun.campaign_id)
        .subquery()
    )
    unanswered = (
        select(Explanation.id)
        .join(Submission, Explanation.submission_id == Submission.id)
        .where(Submission.campaign_id == RankingRun.campaign_id, Explanation.decided_at.is_(None))
    )
    rows = session.execute(
        select(
            RankingRun.campaign_id,
            RankingRun.number,
            RankingRun.made_at,
            RankingRun.made_by_id,
            RankingRun.explanations_until,
        )
        .join(
            latest,
            (RankingRun.campaign_id == latest.c.campaign_id) & (RankingRun.number == latest.c.number),
        )
        .where(RankingRun.approved_at.is_(None), ~unanswered.exists())
    )
    return {
        row.campaign_id: RunToApprove(
            row.number, max(row.made_at, row.explanations_until or row.made_at), row.made_by_id
        )
        for row in rows
    }
