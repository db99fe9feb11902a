"""Moves of one submission. The rules are in the workflow's table; here they are asked, kept and followed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from app.effects import follow
from app.faults import FieldFault, Invalid
from app.models import Move, Remark, Submission, Verb
from app.queries.cases import case_of, timetable_of
from app.queries.criteria_sets import criteria_set_of
from app.queries.offers import scope_of
from app.queries.reach import READERS, submission_in_reach
from app.services.answer_faults import prose
from app.unit import UnitOfWork, unit
from workflows.approval import APPROVAL
from workflows.case import Actor, Case
from workflows.deadlines import VIETNAM, local_day, start_of_day
from workflows.vocabulary import Action, Scope, State

LONGEST_NOTE = 2000
LONGEST_REPAIR = timedelta(days=366)
NOTHING: Mapping[str, Any] = {}


def move(
    actor: Actor, submission_id: int, action: Action, *, note: str = "", version: int | None
) -> Submission:
    """Take an action on one submission.

    ``version`` is the one that the actor was shown; None where the caller holds no page (a job, the command line).

    Raises:
        Missing: out of reach. Outdated: the submission has changed. NoSuchMove, NotYourMove, MoveRefused: as the
        workflow says. Invalid: the note is too long, or the action is taken on a package or a run, never on one form.
    """
    _check_note(note)
    if action is Action.SEND_BACK:
        words = _("Trả lại phiếu phải ghi tiêu chí cần sửa và ngày cuối để sửa")
        raise Invalid(FieldFault("remarks", "none", words))
    if scope_of(action) is not Scope.SUBMISSION:
        words = _("Việc này làm trên cả hồ sơ tổng hợp hoặc cả bảng xếp hạng, không làm riêng cho một phiếu")
        raise Invalid(FieldFault("action", "other_scope", words))
    with unit(actor) as work:
        submission = reached(work, submission_id, version)
        carry_out(work, submission, action, note=note, case=case_of(work.session, submission))
    return submission


def send_back(
    actor: Actor, submission_id: int, *, note: str, remarks: Mapping[str, str], due: date, version: int | None
) -> Submission:
    """Return a form to its unit, with a remark for each criterion to repair and a day through which it may repair.

    Raises:
        Invalid: no remark, a remark without words, an unknown criterion, or a day that has passed.
        As :func:`move` besides.
    """
    _check_note(note)
    with unit(actor) as work:
        submission = reached(work, submission_id, version)
        _check_remarks(submission, remarks)
        _check_due(due, local_day(work.now, VIETNAM))
        case = case_of(work.session, submission)
        work.add(*(_remark(work, submission, code, text) for code, text in remarks.items()))
        zone = timetable_of(submission.campaign_unit.kind).due.zone
        submission.repair_due_at = start_of_day(due + timedelta(days=1), zone)
        carry_out(work, submission, Action.SEND_BACK, note=note, case=case)
    return submission


def reached(work: UnitOfWork, submission_id: int, version: int | None) -> Submission:
    """Load a submission that the actor may see, at the version that the actor was shown.

    Raises:
        Missing: out of reach. Outdated: it has changed since.
    """
    submission_in_reach(work.session, submission_id, work.actor, READERS)
    return work.load(Submission, submission_id, version)


def carry_out(
    work: UnitOfWork,
    submission: Submission,
    action: Action,
    *,
    note: str,
    case: Case,
    facts: Mapping[str, Any] = NOTHING,
) -> None:
    """Decide a move, keep it, and run what follows; inside the caller's unit of work.

    ``facts`` are what the effects need to know beyond the submission, such as the edition of a publication.
    """
    moved = APPROVAL.move(case, action, work.actor, note=prose(note), now=work.now)
    submission.state = moved.target
    _stamp(submission, moved.target, work)
    follow(work, submission, moved, facts)
    work.add(
        Move(
            submission_id=submission.id,
            action=action,
            source=moved.source,
            target=moved.target,
            actor_id=work.actor.id,
            actor_name=work.actor.name,
            at=work.now,
            note=moved.note,
            content_digest=submission.content_digest,
        )
    )
    work.record(
        Verb.MOVED,
        submission,
        campaign=submission.campaign_id,
        before={"state": moved.source},
        after={"state": moved.target, "action": action},
        note=moved.note,
    )


def _stamp(submission: Submission, target: State, work: UnitOfWork) -> None:
    if target is State.VERIFIED:
        submission.verified_at = submission.verified_at or work.now
    if target is State.DISTRICT_CONSOLIDATED:
        submission.consolidated_at = submission.consolidated_at or work.now
        submission.verified_at = None
    if target is State.SELF_ASSESSED:
        submission.consolidated_at = submission.verified_at = None
        _settle_remarks(work, submission)


def _settle_remarks(work: UnitOfWork, submission: Submission) -> None:
    work.session.execute(
        update(Remark)
        .where(Remark.submission_id == submission.id, Remark.settled_at.is_(None))
        .values(settled_at=work.now)
    )


def _remark(work: UnitOfWork, submission: Submission, code: str, text: str) -> Remark:
    return Remark(
        submission_id=submission.id,
        criterion=code,
        text=prose(text),
        author_id=work.actor.id,
        author_name=work.actor.name,
        at=work.now,
    )


def _check_note(note: str) -> None:
    if len(note) > LONGEST_NOTE:
        words = _(
            "Viết ý kiến ngắn hơn %(limit)s ký tự (đang là %(length)s)", limit=LONGEST_NOTE, length=len(note)
        )
        raise Invalid(FieldFault("note", "too_long", words))


def _check_due(due: date, today: date) -> None:
    if due < today:
        raise Invalid(FieldFault("due", "past_day", _("Chọn ngày từ hôm nay trở đi")))
    if due > today + LONGEST_REPAIR:
        raise Invalid(FieldFault("due", "too_far", _("Chọn ngày trong vòng một năm tới")))


def _check_remarks(submission: Submission, remarks: Mapping[str, str]) -> None:
    known = criteria_set_of(submission.campaign_unit.kind)
    faults = [
        FieldFault(f"remark-{code}", "unknown_criterion", _("Bộ tiêu chí không có mã %(code)s", code=code))
        for code in remarks
        if not known.has(code)
    ]
    faults += [
        FieldFault(f"remark-{code}", "blank", _("Viết nội dung cần sửa"))
        for code, text in remarks.items()
        if not text.strip()
    ]
    if not remarks:
        faults.append(FieldFault("remarks", "none", _("Ghi ít nhất một tiêu chí cần sửa")))
    if faults:
        raise Invalid(*faults)
