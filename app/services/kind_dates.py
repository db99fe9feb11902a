"""The days around a kind's deadline: reminders from, late forms until, changes until. An act of the office, with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from app import clock
from app.campaign_plans import KindDates, date_faults
from app.database import db
from app.faults import FieldFault, Invalid
from app.models import CampaignKind, Verb
from app.queries.deadlines import base_deadline
from app.queries.kind_dates import KindDatesPreview, NewKindDates, dates_of, ends_of, preview_kind_dates
from app.queries.moved_dates import kind_in_reach
from app.services.calendar_days import refuse_unconfirmed
from app.services.deadlines import check_reason, refuse_closed
from app.unit import unit
from workflows.case import Actor
from workflows.deadlines import local_day

DATE_WORDS: Mapping[str, LazyString] = {
    "after_deadline": _l("Chọn ngày từ ngày cuối của hạn nộp trở về trước"),
    "missing": _l("Ghi ngày cuối còn nhận phiếu nộp muộn"),
    "unused": _l("Để trống, vì không nhận phiếu nộp muộn"),
    "before_deadline": _l("Chọn ngày từ ngày cuối của hạn nộp trở đi"),
    "before_acceptance": _l("Chọn ngày từ ngày cuối còn nhận phiếu trở đi"),
}


def set_kind_dates(actor: Actor, slug: str, unit_kind: str, given: NewKindDates) -> CampaignKind:
    """Set when reminders begin, which forms are taken late and how long, and how long answers can be changed.

    The deadline itself stays, so nobody who was told it was told wrong: no mail leaves.

    Raises:
        Missing: not of the actor's office. Invalid: no reason, nothing that changes, days that contradict the
        deadline or each other, a new day that is past, a year without a calendar, or a campaign that is closed.
    """
    with unit(actor) as work:
        kind = kind_in_reach(work.session, actor, slug, unit_kind)
        _refuse(work.session, kind, given, work.now)
        before = _said(dates_of(kind))
        dates = given.dates
        kind.remind_from, kind.late = dates.remind_from, dates.late
        kind.late_through, kind.edit_through = dates.late_through, dates.edit_through
        after = {**_said(dates), "document": given.document.strip()}
        work.record(
            Verb.KIND_DATES_SET,
            kind,
            campaign=kind.campaign_id,
            before=before,
            after=after,
            note=given.reason.strip(),
        )
    return kind


def check_kind_dates(actor: Actor, slug: str, unit_kind: str, given: NewKindDates) -> KindDatesPreview:
    """What setting these days would change, as it would be done now; writes nothing.

    Raises:
        As :func:`set_kind_dates`.
    """
    session, now = db.session(), clock.now()
    kind = kind_in_reach(session, actor, slug, unit_kind)
    _refuse(session, kind, given, now)
    return preview_kind_dates(session, kind, given.dates, now)


def _refuse(session: Session, kind: CampaignKind, given: NewKindDates, now: datetime) -> None:
    check_reason(given.reason)
    refuse_closed(kind.campaign)
    present, dates = dates_of(kind), given.dates
    if dates == present:
        raise Invalid(FieldFault("late", "same", _("Đổi ít nhất một mốc")))
    faults = [
        FieldFault(field, code, str(DATE_WORDS[code]))
        for field, code in date_faults(dates, base_deadline(kind).last_day)
    ]
    for field, end in ends_of(dates, ZoneInfo(kind.campaign.zone)).items():
        if end <= now and getattr(dates, field) != getattr(present, field):
            faults.append(FieldFault(field, "past_day", _("Chọn ngày từ hôm nay trở đi")))
    if faults:
        raise Invalid(*faults)
    for field in ends_of(dates, ZoneInfo(kind.campaign.zone)):
        refuse_unconfirmed(session, local_day(now).year, getattr(dates, field).year, field)


def _said(dates: KindDates) -> dict[str, Any]:
    days = {
        "remind_from": dates.remind_from,
        "late_through": dates.late_through,
        "edit_through": dates.edit_through,
    }
    return {"late": dates.late, **{field: day and day.isoformat() for field, day in days.items()}}
