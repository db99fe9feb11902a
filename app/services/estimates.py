"""Replacing an estimate by the final figure after handing in, as a declared act. What was handed in stays readable.

The data period ends after the deadline (Gia Lai, công văn 1252/STTTT-CNTT, 04/10/2019: "ước tính tới ngày 31/10"),
so figures may be estimates; once the period is over the unit may say what became of them, until the form is verified.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Forbidden, Invalid, Missing
from app.models import Answer, CampaignStatus, Document, Purpose, Replacement, Submission, Verb, Verdict
from app.queries.criteria_sets import criteria_set_of
from app.queries.estimates import REPLACEABLE, handed_in_answers, period_ended
from app.queries.reach import READERS, place_of, submission_in_reach
from app.services.answer_faults import prose
from app.services.answers import AnswerInput, Raw, write_answers
from app.services.verdicts import refresh
from app.unit import UnitOfWork, unit
from criteria.answers import value_from_json
from criteria.points import Known, LineStatus, earn
from workflows.case import EXACT, Actor
from workflows.vocabulary import State

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class FinalFigure:
    """What replaces an estimate: the figure as typed, why it differs, and a document of the form that shows it."""

    raw: Raw
    reason: str
    document_id: int | None = None


def replace_estimate(
    actor: Actor, submission_id: int, criterion: str, final: FinalFigure, *, version: int | None
) -> Replacement:
    """Declare the final figure of a criterion that was handed in as an estimate; it may be declared again.

    Verdicts on the estimate stand no longer. ``version``: of the answer shown.

    Raises:
        Missing: out of reach, or no such document. Forbidden: the actor is not of the unit. Conflict: somebody was
        faster. Invalid: too early, too late, no estimate, no reason (field ``reason``), or a figure cannot be read.
    """
    with unit(actor) as work:
        submission = _taken(work, submission_id)
        row = _estimate(work, submission, criterion)
        reason = _said(final.reason)
        document = _document(work, submission, final.document_id)
        before = _kept(row)
        given = AnswerInput(final.raw, _answer_reason(submission, row, reason), estimated=False)
        _write(work, submission, criterion, given, version)
        work.session.refresh(row)
        made = _made(work, submission, criterion, before=before, after=_kept(row))
        made.reason = reason
        if document is not None:
            made.document_name, made.document_sha256 = document.file_name, document.sha256
        work.add(made)
        _record(work, made)
        _refresh_verdicts(work, submission)
    return made


def replacing_refusal(submission: Submission, now: datetime) -> FieldFault | None:
    """Why estimates of this form cannot be replaced at ``now``, in words; None where they can."""
    if submission.state == State.DRAFT:
        words = _("Phiếu chưa nộp: sửa thẳng số liệu ở trang của tiêu chí")
        return FieldFault("", "not_handed_in", words)
    if submission.campaign.status != CampaignStatus.OPEN:
        return FieldFault("", "campaign_closed", _("Đợt đánh giá đã kết thúc; số liệu không đổi được nữa"))
    if submission.state not in REPLACEABLE:
        return FieldFault("", "verified", _("Phiếu đã thẩm tra xong; số liệu không đổi được nữa"))
    if not period_ended(submission.campaign, now):
        day = f"{submission.campaign.period_end:%d/%m/%Y}"
        words = _("Thay số ước được sau khi kỳ số liệu kết thúc, hết ngày %(day)s", day=day)
        return FieldFault("", "too_early", words)
    return None


def _taken(work: UnitOfWork, submission_id: int) -> Submission:
    work.session.execute(select(Submission.id).where(Submission.id == submission_id).with_for_update())
    submission = submission_in_reach(work.session, submission_id, work.actor, READERS)
    if not work.actor.holds_any(EXACT, over=place_of(submission.campaign_unit)):
        raise Forbidden(f"submission {submission_id}")
    refused = replacing_refusal(submission, work.now)
    if refused is not None:
        raise Invalid(refused)
    return submission


def _estimate(work: UnitOfWork, submission: Submission, criterion: str) -> Answer:
    row = work.session.scalar(
        select(Answer).where(Answer.submission_id == submission.id, Answer.criterion == criterion)
    )
    if row is None or not (row.estimated or criterion in handed_in_answers(work.session, submission)):
        words = _("Tiêu chí %(code)s không ghi số ước nên không thay được", code=criterion[:40])
        raise Invalid(FieldFault("", "no_estimate", words))
    return row


def _said(reason: str) -> str:
    words = prose(reason)
    if not words:
        raise Invalid(FieldFault("reason", "blank", _("Ghi lý do thay và nguồn của số chính thức")))
    if len(words) > LONGEST_REASON:
        too_long = _("Viết ngắn hơn %(limit)s ký tự (đang là %(length)s)", limit=1000, length=len(words))
        raise Invalid(FieldFault("reason", "too_long", too_long))
    return words


def _document(work: UnitOfWork, submission: Submission, document_id: int | None) -> Document | None:
    if document_id is None:
        return None
    found = work.session.get(Document, document_id)
    if found is None or found.submission_id != submission.id or found.purpose != Purpose.EVIDENCE:
        raise Missing(f"document {document_id}")
    return found


def _answer_reason(submission: Submission, row: Answer, reason: str) -> str:
    """The reason below the maximum stays; a figure that falls below it for the first time is explained by the act."""
    if row.reason or row.value is None:
        return row.reason
    rule = criteria_set_of(submission.campaign_unit.kind).criterion(row.criterion).rule
    earned = earn(rule, value_from_json(rule, row.value), Known())
    was_full = earned.status == LineStatus.SCORED and earned.points >= rule.max
    return reason if was_full else ""


def _write(
    work: UnitOfWork, submission: Submission, criterion: str, given: AnswerInput, version: int | None
) -> None:
    try:
        write_answers(work, submission, {criterion: given}, {} if version is None else {criterion: version})
    except Invalid as error:
        named = (replace(one, field=one.field.removeprefix(f"{criterion}.")) for one in error.faults)
        raise type(error)(*named) from error


def _made(
    work: UnitOfWork,
    submission: Submission,
    criterion: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Replacement:
    if after["value"] is None:
        raise Invalid(FieldFault("", "blank", _("Nhập số chính thức")))
    return Replacement(
        submission_id=submission.id,
        criterion=criterion,
        before=dict(before),
        after=dict(after),
        made_at=work.now,
        made_by_id=work.actor.id,
        made_by_name=work.actor.name,
    )


def _kept(row: Answer) -> dict[str, Any]:
    return {"value": row.value, "reason": row.reason, "estimated": row.estimated}


def _record(work: UnitOfWork, made: Replacement) -> None:
    submission = work.session.get_one(Submission, made.submission_id)
    facts = {"document": made.document_name} if made.document_name else {}
    work.record(
        Verb.ESTIMATE_REPLACED,
        submission,
        campaign=submission.campaign_id,
        before={made.criterion: made.before},
        after={made.criterion: made.after, **facts},
        note=made.reason,
    )


def _refresh_verdicts(work: UnitOfWork, submission: Submission) -> None:
    verdict = select(Verdict.id).where(Verdict.submission_id == submission.id).limit(1)
    if work.session.scalar(verdict) is not None:
        refresh(work, submission)
