"""Publication of a run by two persons, and what it shares with approval: all forms of a run move together.

A published edition is bytes and their hash; nothing here or elsewhere changes one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.faults import FieldFault, Invalid
from app.models import Campaign, CampaignKind, CampaignUnit, Edition, RankingRun, Submission, Verb
from app.queries.cases import bare_case
from app.queries.reach import run_in_reach
from app.queries.standings import all_rows, edition_document
from app.queries.standings_runs import run_case
from app.services.submissions import carry_out
from app.unit import UnitOfWork, unit
from workflows.approval import APPROVAL
from workflows.case import Actor, Run
from workflows.guards import Reason
from workflows.vocabulary import Action, Role, State
from workflows.workflow import MoveRefused, NoSuchMove

LEFT_TO_THE_SECOND = frozenset({Reason.NOT_PROPOSED, Reason.SAME_PERSON})
SOURCES = {
    Action.APPROVE: State.VERIFIED,
    Action.WITHDRAW_APPROVAL: State.APPROVED,
    Action.PUBLISH: State.APPROVED,
}


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The run as the guards see it, and what the effects of a publication need to know."""

    run: Run
    more: dict[str, Any]


def propose_publication(actor: Actor, run_id: int, *, shown: str) -> RankingRun:
    """Put a run forward for publication, as the first of two persons.

    Raises:
        Missing: out of reach. MoveRefused: whatever stands against publishing already. NoSuchMove: not approved.
    """
    with unit(actor) as work:
        run = reached_run(work, run_id, Role.OFFICE)
        refuse_published(run)
        _refuse_early(work, run, shown)
        run.proposed_at, run.proposed_by_id, run.proposed_by_name = work.now, actor.id, actor.name
        after = {"number": run.number, "digest": run.digest}
        work.record(Verb.PUBLICATION_PROPOSED, run, campaign=run.campaign_id, after=after)
    return run


def publish(actor: Actor, run_id: int, *, shown: str) -> Edition:
    """Publish a run as an edition, as the second of two persons. It cannot be taken back.

    Raises:
        Missing: out of reach. MoveRefused: outdated, not what was shown, no decision on record, not proposed, or by
        the person who proposed it. NoSuchMove: not approved.
    """
    with unit(actor) as work:
        run = reached_run(work, run_id, Role.OFFICE)
        refuse_published(run)
        edition = _edition(work, run)
        facts = run_facts(work, run, shown, run.proposed_by_id)
        move_all(work, run, Action.PUBLISH, note="", facts=replace(facts, more=_told(run, edition)))
        work.add(edition)
        run.published_at = work.now
        after = {"number": edition.number, "run": run.number, "digest": edition.digest}
        work.record(Verb.PUBLISHED, edition, campaign=run.campaign_id, after=after)
    return edition


def reached_run(work: UnitOfWork, run_id: int, role: Role) -> RankingRun:
    """A run over whose campaign the actor holds the role.

    Raises:
        Missing: there is none, or it is out of reach.
    """
    return run_in_reach(work.session, run_id, work.actor, {role})


def refuse_published(run: RankingRun) -> None:
    """What is published is final.

    Raises:
        Invalid: the run is published.
    """
    if run.published_at is not None:
        words = _("Kết quả đã công bố là cuối cùng; đính chính bằng một quyết định mới")
        raise Invalid(FieldFault("run", "published", words))


def run_facts(work: UnitOfWork, run: RankingRun, shown: str, hand: int | None) -> RunFacts:
    """What the guards need to know of a run. ``hand`` is the person who took the step before."""
    found = run_case(work.session, run, work.now, shown=shown)
    return RunFacts(replace(found, hands=frozenset({hand} - {None})), {})  # type: ignore[arg-type]  # None is out


def move_all(work: UnitOfWork, run: RankingRun, action: Action, *, note: str, facts: RunFacts) -> None:
    """Take one action on every form of a run.

    Raises:
        NoSuchMove: no form stands where the action begins. As the workflow says besides.
    """
    moving = [form for form in _forms(work, run.campaign) if form.state == SOURCES[action]]
    if not moving:
        raise NoSuchMove(action, SOURCES[action])
    for form in moving:
        case = replace(bare_case(form), run=facts.run)
        carry_out(work, form, action, note=note, case=case, facts=facts.more)


def _refuse_early(work: UnitOfWork, run: RankingRun, shown: str) -> None:
    form = next((one for one in _forms(work, run.campaign) if one.state == State.APPROVED), None)
    if run.approved_at is None or form is None:
        raise NoSuchMove(Action.PUBLISH, State.VERIFIED)
    case = replace(bare_case(form), run=run_facts(work, run, shown, None).run)
    offers = APPROVAL.offers(case, work.actor, work.now)
    refusals = [refusal for offer in offers if offer.action is Action.PUBLISH for refusal in offer.refusals]
    against = tuple(refusal for refusal in refusals if refusal.code not in LEFT_TO_THE_SECOND)
    if against:
        raise MoveRefused(against)


def _forms(work: UnitOfWork, campaign: Campaign) -> Iterable[Submission]:
    return work.session.scalars(
        select(Submission)
        .where(Submission.campaign_id == campaign.id)
        .options(
            joinedload(Submission.campaign),
            joinedload(Submission.campaign_unit)
            .joinedload(CampaignUnit.kind)
            .joinedload(CampaignKind.campaign),
        )
        .order_by(Submission.id)
    ).all()


def _edition(work: UnitOfWork, run: RankingRun) -> Edition:
    last = work.session.scalar(select(func.max(Edition.number)).where(Edition.campaign_id == run.campaign_id))
    number = (last or 0) + 1
    document = edition_document(run.campaign, run, number)
    return Edition(
        campaign_id=run.campaign_id,
        run_id=run.id,
        number=number,
        document=document,
        digest=sha256(document.encode()).hexdigest(),
        published_at=work.now,
        published_by_id=work.actor.id,
        published_by_name=work.actor.name,
    )


def _told(run: RankingRun, edition: Edition) -> dict[str, Any]:
    return {
        "edition": edition.number,
        "decision": run.decision_number,
        "decided_on": run.decision_date,
        "ranked_counts": {kind["kind"]: kind["ranked_count"] for kind in run.standings["kinds"]},
        "places": {row["unit"]: row["place"] for row in all_rows(run.standings)},
    }
