"""Ranking runs: making one, approving it, taking the approval back, and recording the decision.

A run moves every form in it together, in one unit of work; whether it may is decided by the workflow's guards alone.
Publication is in ``app.services.publication``, and is offered here under the same roof.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from app.faults import FieldFault, Invalid, Missing
from app.mailing import link, tell
from app.models import Campaign, CampaignStatus, RankingRun, Verb
from app.queries.actors import addressees
from app.queries.campaign_plans import hotline_of, plan_of
from app.queries.reach import campaign_in_reach
from app.queries.standings import Outcome, outcome_of
from app.queries.standings_inputs import Inputs, Part, inputs_of
from app.services.publication import (
    move_all,
    propose_publication,
    publish,
    reached_run,
    refuse_published,
    run_facts,
)
from app.services.scrutiny_mail import tell_draft_results
from app.unit import UnitOfWork, unit
from notifications.messages import RankingForApproval
from workflows.case import Actor
from workflows.deadlines import local_day, start_of_day
from workflows.vocabulary import Action, Role

__all__ = [
    "approve_run",
    "make_run",
    "propose_publication",
    "publish",
    "record_decision",
    "withdraw_approval",
]

NAMED = 8
LONGEST_NUMBER = 64
LONGEST_SIGNER = 255


def make_run(actor: Actor, campaign_id: int) -> RankingRun:
    """Rank a whole campaign from what has been verified, freeze the outcome, and tell the approvers.

    Raises:
        Missing: no such campaign in the actor's reach. Invalid: units are still waited for (one fault names each),
        nothing was verified, another run is approved or published.
    """
    prepared = _prepared(actor, campaign_id)
    with unit(actor) as work:
        campaign = _campaign(work.session, actor, campaign_id)
        _refuse_settled(work, campaign)
        inputs = inputs_of(work.session, campaign, work.now)
        _refuse_awaited(inputs)
        fresh = prepared.inputs_digest == inputs.digest
        run = _run(work, campaign, prepared if fresh else outcome_of(inputs))
        work.add(run)
        silent = len(inputs.of_part(Part.SILENT))
        after = {"number": run.number, "digest": run.digest, "units": len(inputs.units), "silent": silent}
        work.record(Verb.RUN_MADE, run, campaign=campaign.id, after=after)
        _tell_approvers(work, run, inputs)
        tell_draft_results(work, run)
    return run


def approve_run(actor: Actor, run_id: int, *, shown: str, note: str = "") -> RankingRun:
    """Approve a run and with it every form in it. ``shown`` is the digest on the page that was read.

    Raises:
        Missing: out of reach. MoveRefused: outdated, not what was shown, the explanation window is open, an
        explanation waits for its answer, or the approver made the run. NoSuchMove: it is approved already.
    """
    with unit(actor) as work:
        run = reached_run(work, run_id, Role.APPROVER)
        refuse_published(run)
        move_all(work, run, Action.APPROVE, note=note, facts=run_facts(work, run, shown, run.made_by_id))
        run.approved_at, run.approved_by_id, run.approved_by_name = work.now, actor.id, actor.name
        run.approval_note = note.strip()
        after = {"number": run.number, "digest": run.digest}
        work.record(Verb.RUN_APPROVED, run, campaign=run.campaign_id, after=after, note=run.approval_note)
    return run


def withdraw_approval(actor: Actor, run_id: int, *, note: str) -> RankingRun:
    """Take an approval back, with the decision and the proposal that stood on it.

    Raises:
        Missing: out of reach. Invalid: the run is published or was not approved. MoveRefused: no reason given.
    """
    with unit(actor) as work:
        run = reached_run(work, run_id, Role.APPROVER)
        refuse_published(run)
        _refuse_unapproved(run)
        before = {"approved_by": run.approved_by_name, "decision": run.decision_number}
        facts = run_facts(work, run, run.digest, None)
        move_all(work, run, Action.WITHDRAW_APPROVAL, note=note, facts=facts)
        run.approved_at = run.approved_by_id = run.proposed_at = run.proposed_by_id = run.decision_date = None
        run.approved_by_name = run.approval_note = run.proposed_by_name = ""
        run.decision_number = run.decision_signer = ""
        work.record(Verb.RUN_APPROVAL_WITHDRAWN, run, campaign=run.campaign_id, before=before, note=note)
    return run


def record_decision(actor: Actor, run_id: int, *, number: str, date: date, signer: str = "") -> RankingRun:
    """Write down number, date and signer of the decision by which the result was approved.

    A changed decision needs a new proposal, since the first person put forward another one.

    Raises:
        Missing: out of reach. Invalid: the run is published or not approved, no number, or a day that is not yet.
    """
    with unit(actor) as work:
        run = reached_run(work, run_id, Role.OFFICE)
        refuse_published(run)
        _refuse_unapproved(run)
        _check_decision(number.strip(), date, signer.strip(), today=local_day(work.now, _zone(run.campaign)))
        before = {"number": run.decision_number, "date": run.decision_date and run.decision_date.isoformat()}
        run.decision_number, run.decision_date, run.decision_signer = number.strip(), date, signer.strip()
        run.proposed_at = run.proposed_by_id = None
        run.proposed_by_name = ""
        after = {"number": run.decision_number, "date": date.isoformat(), "signer": run.decision_signer}
        work.record(Verb.DECISION_RECORDED, run, campaign=run.campaign_id, before=before, after=after)
    return run


def _prepared(actor: Actor, campaign_id: int) -> Outcome:
    """The outcome, worked out before anybody else has to wait for the writer."""
    session = db.session()
    inputs = inputs_of(session, _campaign(session, actor, campaign_id), clock.now())
    _refuse_awaited(inputs)
    return outcome_of(inputs)


def _campaign(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    found = session.get(Campaign, campaign_id)
    if found is None:
        raise Missing(f"campaign {campaign_id}")
    return campaign_in_reach(session, found.slug, actor, {Role.OFFICE})


def _run(work: UnitOfWork, campaign: Campaign, outcome: Outcome) -> RankingRun:
    last = work.session.scalar(
        select(func.max(RankingRun.number)).where(RankingRun.campaign_id == campaign.id)
    )
    days = plan_of(campaign).explanation_days
    # A period in days leaves out its first day and ends at 24:00 of its last (Civil Code 2015, articles 147, 148).
    after_last = local_day(work.now, _zone(campaign)) + timedelta(days=days + 1)
    return RankingRun(
        campaign_id=campaign.id,
        number=(last or 0) + 1,
        inputs_digest=outcome.inputs_digest,
        digest=outcome.digest,
        rules=outcome.rules,
        standings=outcome.standings,
        made_at=work.now,
        made_by_id=work.actor.id,
        made_by_name=work.actor.name,
        explanations_until=start_of_day(after_last, _zone(campaign)) if days else None,
    )


def _zone(campaign: Campaign) -> ZoneInfo:
    return ZoneInfo(campaign.zone)


def _tell_approvers(work: UnitOfWork, run: RankingRun, inputs: Inputs) -> None:
    campaign = run.campaign
    message = RankingForApproval(
        unit=campaign.root.code,
        unit_name=campaign.root.formal_name,
        link=link(f"/dot/{campaign.slug}/xep-hang/{run.number}"),
        hotline=hotline_of(campaign),
        occurrence=str(run.number),
        zone=campaign.zone,
        campaign=campaign.slug,
        campaign_name=campaign.name,
        year=campaign.year,
        run=run.number,
        unit_count=len(inputs.units),
        unranked_count=len(inputs.of_part(Part.SILENT)),
        prepared_by=run.made_by_name,
    )
    people = addressees(work.session, Role.APPROVER, campaign.root_id, work.now)
    tell(work, message, people, campaign_id=campaign.id)


def _refuse_settled(work: UnitOfWork, campaign: Campaign) -> None:
    if campaign.status != CampaignStatus.OPEN:
        words = _("Chỉ lập bảng xếp hạng được khi đợt đánh giá đang mở")
        raise Invalid(FieldFault("run", "campaign_closed", words))
    settled = work.session.execute(
        select(RankingRun.number, RankingRun.published_at).where(
            RankingRun.campaign_id == campaign.id, RankingRun.approved_at.is_not(None)
        )
    ).first()
    if settled is None:
        return
    if settled.published_at is not None:
        words = _("Kết quả đã công bố nên không lập bảng mới được; đính chính bằng một quyết định mới")
        raise Invalid(FieldFault("run", "published", words))
    words = _(
        "Bảng số %(number)s đã được phê duyệt; rút phê duyệt trước khi lập bảng mới", number=settled.number
    )
    raise Invalid(FieldFault("run", "approved", words))


def _refuse_awaited(inputs: Inputs) -> None:
    awaited = inputs.of_part(Part.AWAITED)
    if awaited:
        names = [one.formal_name for one in awaited]
        shown = ", ".join(names[:NAMED])
        if len(names) > NAMED:
            shown = _("%(shown)s và %(more)s đơn vị khác", shown=shown, more=len(names) - NAMED)
        words = _("Còn %(count)s đơn vị chưa thẩm tra xong: %(shown)s", count=len(names), shown=shown)
        each = (FieldFault(f"units.{one.code}", "awaited", one.formal_name) for one in awaited)
        raise Invalid(FieldFault("run", "awaited", words), *each)
    if not inputs.of_part(Part.COUNTED):
        words = _("Chưa có phiếu nào được thẩm tra nên chưa có gì để xếp hạng")
        raise Invalid(FieldFault("run", "nothing_verified", words))


def _refuse_unapproved(run: RankingRun) -> None:
    if run.approved_at is None:
        raise Invalid(FieldFault("run", "not_approved", _("Bảng xếp hạng này chưa được phê duyệt")))


def _check_decision(number: str, day: date, signer: str, *, today: date) -> None:
    faults = []
    if not number or len(number) > LONGEST_NUMBER:
        words = _("Nhập số, ký hiệu quyết định, dài nhất %(most)s ký tự", most=LONGEST_NUMBER)
        faults.append(FieldFault("number", "number", words))
    if day > today:
        faults.append(FieldFault("date", "future_day", _("Ngày quyết định phải từ hôm nay trở về trước")))
    if len(signer) > LONGEST_SIGNER:
        words = _("Tên người ký dài nhất %(most)s ký tự", most=LONGEST_SIGNER)
        faults.append(FieldFault("signer", "too_long", words))
    if faults:
        raise Invalid(*faults)
