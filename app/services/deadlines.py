"""Extensions and moved dates: acts of the office, each with a reason. Those who were told another date are told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from app.effects import about
from app.faults import FieldFault, Invalid
from app.mailing import tell_unit
from app.models import (
    Campaign,
    CampaignKind,
    CampaignStatus,
    DeadlineMove,
    Extension,
    Submission,
    Verb,
)
from app.queries.calendar_entries import form_entry
from app.queries.campaign_plans import plan_of
from app.queries.cases import timetable_of
from app.queries.dated_forms import DatedForm, dated_forms
from app.queries.deadlines import base_deadline
from app.queries.moved_dates import (
    OFFICE,
    MovePreview,
    NewDate,
    deadline_of,
    kind_in_reach,
    preview_move,
    waiting_forms,
)
from app.queries.reach import campaign_in_reach, submission_in_reach
from app.services.calendar_days import refuse_unconfirmed
from app.unit import UnitOfWork, unit
from notifications.facts import Deadline as ToldDeadline
from notifications.facts import Wording as ToldWording
from notifications.messages import DeadlineChanged
from workflows.case import Actor
from workflows.deadlines import Deadline, Wording, local_day

LONGEST_REASON = 2000


def grant_extension(actor: Actor, submission_id: int, given: NewDate) -> Extension:
    """Give one unit a later date. It takes the place of a date of repair.

    Raises:
        Missing: not of the actor's office. Invalid: no reason, a date that is past or not later than the one in
        force, a year without a calendar, a form that is not with its unit, or a campaign that is not open.
    """
    with unit(actor) as work:
        submission = submission_in_reach(work.session, submission_id, actor, OFFICE)
        form = _form(work.session, submission)
        _refuse(work.session, submission.campaign, given, work.now)
        if not form.waits_for_unit:
            raise Invalid(
                FieldFault("submission", "not_with_unit", _("Đơn vị đã nộp phiếu, không cần gia hạn"))
            )
        _refuse_unless_later(deadline_of(submission.campaign, given), form.dates.timetable.due_at)
        submission.repair_due_at = None
        return _granted(work, submission.campaign_unit.kind, submission, given)


def grant_kind_extension(actor: Actor, slug: str, unit_kind: str, given: NewDate) -> Extension:
    """Give every unit of a kind a later date. Before the opening a date is moved instead: nobody was told another.

    Raises:
        Missing: not of the actor's office. Invalid: no reason, a date that is past or not later than the one in
        force, a year without a calendar, or a campaign that is not open.
    """
    with unit(actor) as work:
        kind = kind_in_reach(work.session, actor, slug, unit_kind)
        _refuse_kind_extension(work.session, kind, given, work.now)
        return _granted(work, kind, None, given)


def check_kind_extension(actor: Actor, slug: str, unit_kind: str, given: NewDate) -> MovePreview:
    """What an extension of a whole kind would change, as it would be granted now; writes nothing.

    Raises:
        As :func:`grant_kind_extension`.
    """
    session, now = db.session(), clock.now()
    _refuse_kind_extension(session, kind_in_reach(session, actor, slug, unit_kind), given, now)
    return preview_move(session, actor, slug, unit_kind, given, now)


def end_extension(actor: Actor, extension_id: int, *, reason: str) -> Extension:
    """Take an extension back: the date that would hold without it holds again.

    Raises:
        Missing: there is none in reach. Invalid: it has been ended, no reason is given, or the campaign is closed.
    """
    with unit(actor) as work:
        row = work.load(Extension, extension_id)
        refuse_closed(campaign_in_reach(work.session, row.kind.campaign.slug, actor, OFFICE))
        check_reason(reason)
        if row.ended_at is not None:
            raise Invalid(FieldFault("extension", "ended", _("Gia hạn này đã được chấm dứt trước đó")))
        row.ended_at, row.ended_by_name, row.end_reason = work.now, actor.name, reason.strip()
        work.record(
            Verb.EXTENSION_ENDED, row, campaign=row.campaign_id, before=_said(row), note=reason.strip()
        )
        work.session.flush()
        told = NewDate(Wording(row.wording), row.day, reason, row.document_number)
        _tell(
            work,
            waiting_forms(work.session, row.kind, row.submission),
            told,
            f"extension{row.id}-ended",
            later=False,
        )
    return row


def move_deadline(actor: Actor, slug: str, unit_kind: str, given: NewDate) -> DeadlineMove:
    """Move the date of a kind of unit, earlier or later.

    Raises:
        Missing: not of the actor's office. Invalid: no reason, a date that is past or the present one, a year
        without a calendar, or a campaign that is closed.
    """
    with unit(actor) as work:
        kind = kind_in_reach(work.session, actor, slug, unit_kind)
        before, after = base_deadline(kind), deadline_of(kind.campaign, given)
        _refuse_move(work.session, kind, given, work.now)
        row = _moved(work, kind, given)
        kind.wording, kind.due_day, kind.count_day_in = given.wording, given.day, given.count_day_in
        work.record(
            Verb.DEADLINE_MOVED,
            row,
            campaign=kind.campaign_id,
            before={"wording": before.wording, "day": before.day.isoformat()},
            after={"wording": after.wording, "day": after.day.isoformat()},
            note=given.reason.strip(),
        )
        shifted = [
            form
            for form in waiting_forms(work.session, kind, None)
            if form.dates.timetable.due_at == after.instant
        ]
        later = after.instant > before.instant
        _tell(work, shifted, given, f"move{row.id}", later=later)
    return row


def check_move(actor: Actor, slug: str, unit_kind: str, given: NewDate) -> MovePreview:
    """What moving the date would change, as it would be done now; writes nothing.

    Raises:
        As :func:`move_deadline`.
    """
    session, now = db.session(), clock.now()
    _refuse_move(session, kind_in_reach(session, actor, slug, unit_kind), given, now)
    return preview_move(session, actor, slug, unit_kind, given, now)


def _refuse_kind_extension(session: Session, kind: CampaignKind, given: NewDate, now: datetime) -> None:
    _refuse(session, kind.campaign, given, now)
    if kind.campaign.status != CampaignStatus.OPEN:
        words = _("Đợt chưa mở nên chưa đơn vị nào biết hạn; dời hạn thay cho gia hạn")
        raise Invalid(FieldFault("campaign", "not_open", words))
    _refuse_unless_later(deadline_of(kind.campaign, given), timetable_of(kind).due_at)


def _refuse_move(session: Session, kind: CampaignKind, given: NewDate, now: datetime) -> None:
    _refuse(session, kind.campaign, given, now)
    before, after = base_deadline(kind), deadline_of(kind.campaign, given)
    if (before.wording, before.day, before.count_day_in) == (after.wording, after.day, after.count_day_in):
        raise Invalid(FieldFault("day", "same", _("Chọn một ngày khác với hạn hiện tại")))
    if kind.remind_from is not None and after.last_day < kind.remind_from:
        words = _(
            "Hạn này sớm hơn ngày bắt đầu nhắc (%(day)s); đổi ngày đó trước",
            day=f"{kind.remind_from:%d/%m/%Y}",
        )
        raise Invalid(FieldFault("day", "before_reminders", words))


def _granted(
    work: UnitOfWork, kind: CampaignKind, submission: Submission | None, given: NewDate
) -> Extension:
    row = Extension(
        campaign_id=kind.campaign_id,
        kind_id=kind.id,
        submission_id=submission.id if submission else None,
        wording=given.wording,
        day=given.day,
        count_day_in=given.count_day_in,
        reason=given.reason.strip(),
        document_number=given.document.strip(),
        granted_at=work.now,
        granted_by_name=work.actor.name,
    )
    work.add(row)
    work.record(
        Verb.EXTENSION_GRANTED, row, campaign=row.campaign_id, after=_said(row), note=given.reason.strip()
    )
    extended = deadline_of(kind.campaign, given).instant
    forms = [
        form
        for form in waiting_forms(work.session, kind, submission)
        if form.dates.timetable.due_at == extended
    ]
    _tell(work, forms, given, f"extension{row.id}", later=True)
    return row


def _moved(work: UnitOfWork, kind: CampaignKind, given: NewDate) -> DeadlineMove:
    so_far = select(func.count()).where(DeadlineMove.kind_id == kind.id)
    row = DeadlineMove(
        kind_id=kind.id,
        number=(work.session.scalar(so_far) or 0) + 1,
        wording_before=kind.wording,
        day_before=kind.due_day,
        count_day_in_before=kind.count_day_in,
        wording=given.wording,
        day=given.day,
        count_day_in=given.count_day_in,
        reason=given.reason.strip(),
        document_number=given.document.strip(),
        moved_at=work.now,
        moved_by_name=work.actor.name,
    )
    work.add(row)
    return row


def _form(session: Session, submission: Submission) -> DatedForm:
    [form] = dated_forms(session, [submission.campaign], Submission.id == submission.id)[
        submission.campaign_id
    ]
    return form


def _refuse(session: Session, campaign: Campaign, given: NewDate, now: datetime) -> None:
    check_reason(given.reason)
    refuse_closed(campaign)
    deadline = deadline_of(campaign, given)
    if deadline.instant <= now:
        raise Invalid(FieldFault("day", "past_day", _("Chọn ngày từ hôm nay trở đi")))
    refuse_unconfirmed(session, local_day(now).year, given.day.year, "day")


def refuse_closed(campaign: Campaign) -> None:
    """Stop where a campaign has ended: its dates are history.

    Raises:
        Invalid: it has.
    """
    if campaign.status == CampaignStatus.CLOSED:
        raise Invalid(FieldFault("campaign", "closed", _("Đợt này đã kết thúc, không đổi hạn được nữa")))


def _refuse_unless_later(after: Deadline, present: datetime) -> None:
    if after.instant <= present:
        raise Invalid(FieldFault("day", "not_later", _("Chọn ngày sau hạn hiện tại")))


def check_reason(reason: str) -> None:
    """Stop where no reason is given, or one that is too long to read.

    Raises:
        Invalid: says which.
    """
    if not reason.strip():
        raise Invalid(FieldFault("reason", "blank", _("Nhập lý do")))
    if len(reason) > LONGEST_REASON:
        words = _(
            "Viết lý do ngắn hơn %(limit)s ký tự (đang là %(length)s)",
            limit=LONGEST_REASON,
            length=len(reason),
        )
        raise Invalid(FieldFault("reason", "too_long", words))


def _tell(
    work: UnitOfWork, forms: Iterable[DatedForm], given: NewDate, occurrence: str, *, later: bool
) -> None:
    for form in forms:
        submission = work.load(Submission, form.row.id)
        timetable = form.dates.timetable
        deadline = ToldDeadline(timetable.due.instant, ToldWording(timetable.due.wording), timetable.due.day)
        message = DeadlineChanged(
            **about(submission, occurrence),
            deadline=ToldDeadline(timetable.repair_due) if timetable.repair_due else deadline,
            later=later,
            changed_by=plan_of(submission.campaign).contact.name,
            reason=given.reason,
            document=given.document,
        )
        tell_unit(work, message, submission, calendar=form_entry(submission, message.deadline))


def _said(row: Extension) -> dict[str, Any]:
    return {
        "submission": row.submission_id,
        "wording": row.wording,
        "day": row.day.isoformat(),
        "document": row.document_number,
    }
