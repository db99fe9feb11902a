"""Waivers: the office grants that a criterion is not asked of a unit ("không áp dụng"), and ends the grant again.

A waiver shrinks the unit's own maximum. Once the form is verified its result stands; it has to be reopened first.
"""

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Invalid, Missing
from app.i18n.labels import refusal_text
from app.models import CampaignStatus, Submission, Verb, Waiver
from app.queries.criteria_sets import criteria_set_of
from app.queries.reach import submission_in_reach
from app.services.drafts import recount
from app.unit import UnitOfWork, unit
from criteria.model import EnteredBy
from workflows.case import Actor
from workflows.guards import Reason, Refusal
from workflows.vocabulary import Role, State

LONGEST_REASON = 1000
CHANGEABLE = frozenset({State.DRAFT, State.SELF_ASSESSED, State.DISTRICT_CONSOLIDATED})


def grant_waiver(actor: Actor, submission_id: int, criterion: str, reason: str) -> Waiver:
    """Grant that a criterion is not asked of a unit, for a stated reason.

    Raises:
        Missing: out of the office's reach. Invalid: the campaign is closed, the form is verified, the criterion is unknown, computed or
        waived already, or there is no reason.
    """
    with unit(actor) as work:
        form = _changeable(work, submission_id)
        _check(work, form, criterion, reason.strip())
        row = Waiver(
            submission_id=form.id,
            criterion=criterion,
            reason=reason.strip(),
            granted_by_name=actor.name,
            granted_at=work.now,
        )
        work.add(row)
        recount(work, form)
        after = {"criterion": criterion}
        work.record(Verb.WAIVER_GRANTED, form, campaign=form.campaign_id, after=after, note=row.reason)
    return row


def end_waiver(actor: Actor, submission_id: int, criterion: str) -> Submission:
    """Ask the criterion of the unit again.

    Raises:
        Missing: out of the office's reach, or there is no such waiver. Invalid: the campaign is closed, or the form is verified.
    """
    with unit(actor) as work:
        form = _changeable(work, submission_id)
        row = _granted(work, form, criterion)
        if row is None:
            raise Missing(f"waiver {submission_id} {criterion}")
        before = {"criterion": criterion, "reason": row.reason}
        work.session.delete(row)
        recount(work, form)
        work.record(Verb.WAIVER_ENDED, form, campaign=form.campaign_id, before=before)
    return form


def _changeable(work: UnitOfWork, submission_id: int) -> Submission:
    submission_in_reach(work.session, submission_id, work.actor, {Role.OFFICE})
    form = work.load(Submission, submission_id)
    if form.campaign.status == CampaignStatus.CLOSED:
        words = refusal_text(Refusal(Reason.CAMPAIGN_CLOSED))
        raise Invalid(FieldFault("criterion", "campaign_closed", words))
    if form.state not in CHANGEABLE:
        words = _("Phiếu đã thẩm tra xong; mở lại phiếu trước khi đổi tiêu chí không áp dụng")
        raise Invalid(FieldFault("criterion", "verified", words))
    return form


def _granted(work: UnitOfWork, form: Submission, criterion: str) -> Waiver | None:
    return work.session.scalar(
        select(Waiver).where(Waiver.submission_id == form.id, Waiver.criterion == criterion)
    )


def _check(work: UnitOfWork, form: Submission, criterion: str, reason: str) -> None:
    known = criteria_set_of(form.campaign_unit.kind)
    faults = []
    if not known.has(criterion):
        words = _("Bộ tiêu chí không có mã %(code)s", code=criterion[:64])
        faults.append(FieldFault("criterion", "unknown_criterion", words))
    elif known.criterion(criterion).entered_by is EnteredBy.SYSTEM:
        words = _("Tiêu chí %(code)s do hệ thống tính từ đơn vị cấp dưới nên không miễn được", code=criterion)
        faults.append(FieldFault("criterion", "computed", words))
    elif _granted(work, form, criterion) is not None:
        words = _("Tiêu chí %(code)s đã được miễn cho đơn vị này", code=criterion)
        faults.append(FieldFault("criterion", "waived_already", words))
    if not reason:
        faults.append(FieldFault("reason", "blank", _("Nhập lý do không áp dụng")))
    if len(reason) > LONGEST_REASON:
        words = _("Lý do phải ngắn hơn %(most)s ký tự (đang là %(length)s)", most=1000, length=len(reason))
        faults.append(FieldFault("reason", "too_long", words))
    if faults:
        raise Invalid(*faults)
