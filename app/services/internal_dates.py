"""A consolidator sets an earlier date for its units. It refuses nothing; reminders count towards it while it is ahead."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.effects import about
from app.faults import FieldFault, Invalid, Missing
from app.mailing import tell_unit
from app.models import Campaign, CampaignStatus, CampaignUnit, InternalDate, Submission, Unit, Verb
from app.queries.cases import timetable_of
from app.queries.dated_forms import DatedForm, dated_forms
from app.queries.obligations import printed
from app.queries.reminders import last_reminded
from app.services.answer_faults import prose
from app.services.calendar_days import refuse_unconfirmed
from app.unit import UnitOfWork, unit
from notifications.messages import DeadlineChanged
from workflows.case import Actor
from workflows.deadlines import Deadline, Wording, local_day
from workflows.vocabulary import Role

LONGEST_NOTE = 300


def set_internal_date(
    actor: Actor, campaign_id: int, unit_id: int, *, wording: Wording, day: date, note: str = ""
) -> InternalDate:
    """Set or move the date by which a consolidator wants the forms of its units.

    Nobody is told by mail but units that were reminded of another date.

    Raises:
        Missing: the actor does not consolidate for this unit in this campaign. Invalid: a date that is past, the
        present one, or not before the units' own date; a year without a calendar; a campaign that is not open.
    """
    with unit(actor) as work:
        campaign, below = _below(work.session, actor, campaign_id, unit_id)
        deadline = Deadline(wording, day, zone=ZoneInfo(campaign.zone))
        row = _row(work.session, campaign_id, unit_id)
        _refuse(work, deadline, below, row)
        before = _said(row)
        if row is None:
            row = InternalDate(campaign_id=campaign_id, unit_id=unit_id)
            work.session.add(row)
        row.wording, row.day, row.note = wording, day, _note(note)
        row.set_at, row.set_by_name, row.ended_at = work.now, actor.name, None
        work.record(
            Verb.INTERNAL_DATE_SET, row, campaign=campaign_id, before=before, after=_said(row), note=row.note
        )
        _tell(work, row, [form for form in below if _counts(form)], deadline)
    return row


def end_internal_date(actor: Actor, campaign_id: int, unit_id: int) -> InternalDate:
    """Give the date up: from now on the official one counts alone.

    Raises:
        Missing: as :func:`set_internal_date`, or there is no date. Invalid: it has passed or was given up before.
    """
    with unit(actor) as work:
        campaign, below = _below(work.session, actor, campaign_id, unit_id)
        row = _row(work.session, campaign_id, unit_id)
        if row is None:
            raise Missing(f"internal date of unit {unit_id}")
        if row.ended_at is not None or _deadline(row, campaign).instant <= work.now:
            raise Invalid(FieldFault("day", "ended", _("Ngày hẹn này đã qua hoặc đã bỏ")))
        row.ended_at = work.now
        work.record(Verb.INTERNAL_DATE_ENDED, row, campaign=campaign_id, before=_said(row))
        _tell(work, row, [form for form in below if _counts(form)], None)
    return row


def _below(
    session: Session, actor: Actor, campaign_id: int, unit_id: int
) -> tuple[Campaign, list[DatedForm]]:
    """The campaign and the forms of the consolidator's units, without its own."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or unit_id not in actor.units(Role.CONSOLIDATOR):
        raise Missing(f"internal date of unit {unit_id}")
    members = dated_forms(session, [campaign], CampaignUnit.consolidator_id == unit_id)[campaign_id]
    below = [form for form in members if form.row.unit_id != unit_id]
    if not below:
        raise Missing(f"units below unit {unit_id} in campaign {campaign_id}")
    if campaign.status != CampaignStatus.OPEN:
        raise Invalid(FieldFault("campaign", "not_open", _("Đợt đánh giá không mở, không hẹn ngày được")))
    return campaign, below


def _refuse(
    work: UnitOfWork, deadline: Deadline, below: Sequence[DatedForm], row: InternalDate | None
) -> None:
    if deadline.instant <= work.now:
        raise Invalid(FieldFault("day", "past_day", _("Chọn ngày từ hôm nay trở đi")))
    if deadline.instant >= min(timetable_of(form.kind).due.instant for form in below):
        raise Invalid(FieldFault("day", "not_earlier", _("Chọn ngày trước hạn nộp của các đơn vị")))
    same = row is not None and (row.wording, row.day, row.ended_at) == (deadline.wording, deadline.day, None)
    if same:
        raise Invalid(FieldFault("day", "same", _("Chọn một ngày khác với ngày đang hẹn")))
    refuse_unconfirmed(work.session, local_day(work.now).year, deadline.day.year, "day")


def _note(text: str) -> str:
    words = prose(text)
    if len(words) > LONGEST_NOTE:
        too_long = _(
            "Viết lời nhắn ngắn hơn %(limit)s ký tự (đang là %(length)s)",
            limit=LONGEST_NOTE,
            length=len(words),
        )
        raise Invalid(FieldFault("note", "too_long", too_long))
    return words


def _counts(form: DatedForm) -> bool:
    """Does the unit still owe the form by its kind's own date?"""
    timetable = form.dates.timetable
    apart = timetable.due.instant > timetable_of(form.kind).due.instant
    return form.waits_for_unit and timetable.repair_due is None and not apart


def _tell(work: UnitOfWork, row: InternalDate, forms: Sequence[DatedForm], deadline: Deadline | None) -> None:
    """Tell the units that were reminded of another date; without ``deadline`` the official one is back."""
    told = last_reminded(work.session, [form.row.id for form in forms])
    setter = work.session.get_one(Unit, row.unit_id).formal_name
    for form in forms:
        if form.row.id not in told:
            continue
        submission = work.load(Submission, form.row.id)
        official = printed(form.dates.timetable.due)
        message = DeadlineChanged(
            **about(submission, f"internal{row.id}-{work.now:%Y%m%d%H%M%S}"),
            deadline=official if deadline is None else printed(deadline),
            official=None if deadline is None else official,
            later=False,
            changed_by=setter,
            reason="" if deadline is None else row.note,
        )
        tell_unit(work, message, submission)


def _row(session: Session, campaign_id: int, unit_id: int) -> InternalDate | None:
    wanted = select(InternalDate).where(
        InternalDate.campaign_id == campaign_id, InternalDate.unit_id == unit_id
    )
    return session.scalar(wanted)


def _deadline(row: InternalDate, campaign: Campaign) -> Deadline:
    return Deadline(Wording(row.wording), row.day, row.count_day_in, ZoneInfo(campaign.zone))


def _said(row: InternalDate | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"wording": row.wording, "day": row.day.isoformat(), "ended": row.ended_at is not None}
