"""Ranking runs as pages and guards see them: what stands now, what was frozen, what changed. Never writes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app.editions import Published, Result, read_edition
from app.faults import Missing
from app.models import Campaign, CampaignUnit, Edition, Explanation, RankingRun, Submission
from app.queries.cases import bare_case
from app.queries.standings import edition_document
from app.queries.standings_inputs import inputs_of
from workflows.approval import APPROVAL
from workflows.case import Actor, Run
from workflows.vocabulary import Action, Scope, State
from workflows.workflow import Offer

_read = lru_cache(maxsize=8)(read_edition)


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in the list of a campaign's runs."""

    number: int
    made_at: datetime
    made_by_name: str
    digest: str
    approved_at: datetime | None
    approved_by_name: str
    decision_number: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Jump:
    """A unit whose place differs from that in an earlier run."""

    unit: Result
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Checks:
    """What a careful reader looks at in one kind of unit before approving."""

    ties: tuple[tuple[int, tuple[Result, ...]], ...]
    silent: tuple[Result, ...]
    late: tuple[Result, ...]
    unranked: tuple[Result, ...]
    changed: tuple[tuple[Result, Decimal], ...]
    jumps: tuple[Jump, ...]


def run_case(session: Session, run: RankingRun, now: datetime, *, shown: str) -> Run:
    """A run as the guards see it, without the hands that took the step before.

    The outcome follows from the inputs alone, so the run is current exactly when its inputs are.
    """
    inputs = inputs_of(session, run.campaign, now).digest
    return Run(
        digest=run.digest,
        shown=shown,
        current=run.digest if inputs == run.inputs_digest else inputs,
        decision_recorded=bool(run.decision_number) and run.decision_date is not None,
        proposed=run.proposed_at is not None,
        explanations_until=run.explanations_until,
        undecided_explanations=open_explanations(session, run.campaign_id),
    )


def open_explanations(session: Session, campaign_id: int) -> tuple[str, ...]:
    """The explanations of units that still wait for an answer, as "criterion (unit)"."""
    rows = session.execute(
        select(Explanation.criterion, CampaignUnit.formal_name)
        .join(Submission, Submission.id == Explanation.submission_id)
        .join(CampaignUnit, CampaignUnit.id == Submission.campaign_unit_id)
        .where(Submission.campaign_id == campaign_id, Explanation.decided_at.is_(None))
        .order_by(Explanation.id)
    )
    return tuple(f"{criterion} ({name})" for criterion, name in rows)


def offers_on(
    session: Session, run: RankingRun, facts: Run, actor: Actor, now: datetime
) -> dict[Action, Offer]:
    """What the actor may do with a run, each open or with its refusals, by action.

    All forms of a run stand in one state, so any of them speaks for all; an action of a run that is not the approved
    one is not offered.
    """
    wanted = State.APPROVED if run.approved_at is not None else State.VERIFIED
    form = session.scalar(
        select(Submission)
        .where(Submission.campaign_id == run.campaign_id, Submission.state == wanted)
        .limit(1)
    )
    if form is None:
        return {}
    hand = run.proposed_by_id if run.approved_at is not None else run.made_by_id
    hands = frozenset() if hand is None else frozenset({hand})
    case = replace(bare_case(form), run=replace(facts, hands=hands))
    offers = APPROVAL.offers(case, actor, now)
    return {offer.action: offer for offer in offers if offer.scope is Scope.RUN}


def run_lines(session: Session, campaign: Campaign) -> tuple[RunLine, ...]:
    """The runs of a campaign, the newest first; what they hold is not read."""
    columns = (getattr(RankingRun, name) for name in RunLine.__slots__)
    rows = session.execute(
        select(*columns).where(RankingRun.campaign_id == campaign.id).order_by(RankingRun.number.desc())
    )
    return tuple(RunLine(*row) for row in rows)


def numbered_run(session: Session, campaign: Campaign, number: int) -> RankingRun:
    """A run of a campaign by its number.

    Raises:
        Missing: there is none.
    """
    wanted = select(RankingRun).where(RankingRun.campaign_id == campaign.id, RankingRun.number == number)
    found = session.scalar(wanted)
    if found is None:
        raise Missing(f"ranking_run {campaign.slug}/{number}")
    return found


def edition_of(session: Session, run: RankingRun) -> Edition | None:
    """The edition that a run was published as; its text is not read."""
    return session.scalar(
        select(Edition).where(Edition.run_id == run.id).options(defer(Edition.document)).limit(1)
    )


def as_published(run: RankingRun) -> Published:
    """A run in the shape of a published edition, so that the same tables show it before it is one."""
    return _read(run.digest, run.made_at, edition_document(run.campaign, run, run.number))


def checks_of(
    shown: Published, kind: str, differences: Mapping[int, Decimal], before: Published | None
) -> Checks:
    """What to look at in one kind: shared places, silent, late and unranked units, changed scores, jumps since ``before``."""
    rows = [row for one in shown.kinds if one.kind == kind for row in one.rows]
    ranked = [row for row in rows if not row.note]
    shared = [place for place, count in Counter(row.place for row in ranked).items() if count > 1 and place]
    changed = [(row, differences[row.id]) for row in ranked if differences.get(row.id)]
    return Checks(
        tuple((place, tuple(row for row in ranked if row.place == place)) for place in shared),
        tuple(row for row in rows if row.silent),
        tuple(row for row in rows if row.late),
        tuple(row for row in rows if row.note and not row.silent),
        tuple(sorted(changed, key=lambda pair: abs(pair[1]), reverse=True)),
        tuple(_jumps(ranked, before)),
    )


def differences_of(run: RankingRun) -> dict[int, Decimal]:
    """By how much the verified points of each unit differ from its own claim."""
    rows = (row for kind in run.standings["kinds"] for row in kind["rows"])
    return {row["unit"]: Decimal(row["difference"]) for row in rows if row["difference"] is not None}


def _jumps(rows: list[Result], before: Published | None) -> list[Jump]:
    if before is None:
        return []
    moved = [
        Jump(row, before.by_id[row.id].place, row.place)
        for row in rows
        if row.id in before.by_id and before.by_id[row.id].place != row.place
    ]
    return sorted(moved, key=lambda jump: abs((jump.before or 0) - (jump.after or 0)), reverse=True)
