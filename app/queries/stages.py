"""What a rehearsal walks over, read once: forms, dates, who hands in when. Never writes, holds no transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.faults import FieldFault, Invalid
from app.models import Campaign, CampaignStatus
from app.queries.calendar_days import unconfirmed
from app.queries.dated_forms import DatedForm
from app.queries.deadlines import Dates, DeadlineBook
from app.queries.joining import prepared_forms
from app.queries.obligations import Ground, ground_of
from app.queries.turnings import Turning, turnings
from app.queries.walks import Walk
from app.rehearsals import (
    MOST_DAYS,
    HandedRow,
    Wish,
)
from notifications.reminders import LATE_KEPT
from workflows.deadlines import local_day, start_of_day

HAND_IN = time(16)
EARLIEST = date(2000, 1, 1)
AFTERMATH = LATE_KEPT + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a rehearsal walks over, read once. ``begins`` and ``ends`` are the shown local days' bounds."""

    campaign: Campaign
    walk: Walk
    begins: datetime
    shown_from: date
    ends: datetime
    turnings: Sequence[Turning]
    handed: Sequence[HandedRow]
    after: Mapping[int, Dates]
    unconfirmed: tuple[int, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The campaign's."""
        return ZoneInfo(self.campaign.zone)

    @property
    def days(self) -> int:
        """How many local days are shown."""
        return (local_day(self.ends, self.zone) - self.shown_from).days


def stage_of(session: Session, campaign: Campaign, wish: Wish, now: datetime, base_url: str) -> Stage:
    """Read what a rehearsal needs and let the transaction go.

    A campaign in preparation is walked as if it were opened at ``wish.start``, else at its opening or now.

    Raises:
        Invalid: the campaign is closed or has no units, or the days asked for lie in the past or are too many.
    """
    refuse_wish(campaign, wish, now)
    begins = _begins(campaign, wish, now)
    ground = _ground(session, campaign, now, base_url)
    forms = ground.forms.get(campaign.id, ())
    if not forms:
        raise Invalid(FieldFault("campaign", "no_units", _("Nhập danh sách đơn vị trước khi chạy thử")))
    shown_from = max(local_day(begins, ZoneInfo(campaign.zone)), wish.start or date.min)
    ends = _ends(campaign, wish, shown_from, forms)
    stage = Stage(
        campaign,
        Walk(session, ground, now, ends),
        begins,
        shown_from,
        ends,
        tuple(turnings(session, campaign, ground)),
        tuple(_handed(campaign, forms, wish, begins)),
        _after(session, campaign, forms),
        unconfirmed(session, range(begins.year, ends.year + 1)),
    )
    session.expunge_all()
    session.rollback()
    campaign.opened_at = campaign.opened_at or begins  # as if it were opened; no session knows of it any more
    return stage


def refuse_wish(campaign: Campaign, wish: Wish, now: datetime) -> None:
    """Stop where a campaign cannot be rehearsed as wished.

    Raises:
        Invalid: as :func:`stage_of`.
    """
    if campaign.status == CampaignStatus.CLOSED:
        raise Invalid(FieldFault("campaign", "closed", _("Chỉ chạy thử được đợt đang chuẩn bị hoặc đang mở")))
    if wish.days is not None and not 1 <= wish.days <= MOST_DAYS:
        raise Invalid(FieldFault("days", "range", _("Ghi số ngày từ 1 đến %(most)s", most=MOST_DAYS)))
    if not 0 <= wish.submitted <= 100:
        raise Invalid(FieldFault("submitted", "range", _("Ghi tỷ lệ từ 0 đến 100")))
    if wish.start is None:
        return
    today = local_day(now, ZoneInfo(campaign.zone))
    first = today if campaign.status == CampaignStatus.OPEN else EARLIEST
    if not first <= wish.start <= today + timedelta(days=MOST_DAYS):
        words = _("Chọn ngày từ %(first)s đến %(most)s ngày nữa", first=f"{first:%d/%m/%Y}", most=MOST_DAYS)
        raise Invalid(FieldFault("start", "range", words))


def _begins(campaign: Campaign, wish: Wish, now: datetime) -> datetime:
    zone = ZoneInfo(campaign.zone)
    if campaign.status == CampaignStatus.OPEN:
        return now
    if wish.start is not None and wish.start != local_day(now, zone):
        return start_of_day(wish.start, zone)
    return max(now, min(kind.opens_at for kind in campaign.kinds)) if wish.start is None else now


def _ground(session: Session, campaign: Campaign, now: datetime, base_url: str) -> Ground:
    """The campaign with the other open ones of its province: a person gets one mail a day about all of them."""
    found = (
        select(Campaign)
        .where(
            or_(
                Campaign.id == campaign.id,
                and_(Campaign.status == CampaignStatus.OPEN, Campaign.root_id == campaign.root_id),
            )
        )
        .options(selectinload(Campaign.kinds), joinedload(Campaign.root))
        .order_by(Campaign.id)
    )
    every = list(session.scalars(found))
    ground = ground_of(session, every, now, base_url)
    if campaign.status == CampaignStatus.OPEN:
        return ground
    return replace(ground, forms={**ground.forms, campaign.id: prepared_forms(session, campaign)})


def _ends(campaign: Campaign, wish: Wish, shown_from: date, forms: Sequence[DatedForm]) -> datetime:
    zone = ZoneInfo(campaign.zone)
    last = local_day(max(form.dates.timetable.locks for form in forms) + AFTERMATH, zone)
    days = wish.days or min(max((last - shown_from).days, 1), MOST_DAYS)
    return start_of_day(shown_from + timedelta(days=days), zone)


def _handed(
    campaign: Campaign, forms: Sequence[DatedForm], wish: Wish, begins: datetime
) -> Iterator[HandedRow]:
    """Of the forms that can still be handed in, in the order of their codes, an even share on evenly spread days."""
    open_ones = [form for form in forms if form.waits_for_unit and form.dates.timetable.due_at > begins]
    ordered = sorted(open_ones, key=lambda form: form.row.code)
    share = wish.submitted
    chosen = [form for place, form in enumerate(ordered) if (place + 1) * share // 100 > place * share // 100]
    for place, form in enumerate(chosen):
        chances = _chances(form, begins, ZoneInfo(campaign.zone))
        if chances:
            at = chances[place * len(chances) // len(chosen)]
            yield HandedRow(at, form.row.id, form.row.code, form.row.formal_name)


def _chances(form: DatedForm, begins: datetime, zone: ZoneInfo) -> list[datetime]:
    """The afternoons between the beginning and the unit's deadline."""
    timetable = form.dates.timetable
    first, last = local_day(max(begins, timetable.opens), zone), local_day(timetable.due_at, zone)
    every = (
        datetime.combine(first + timedelta(days=number), HAND_IN, zone).astimezone(UTC)
        for number in range((last - first).days + 1)
    )
    return [at for at in every if max(begins, timetable.opens) < at < timetable.due_at]


def _after(session: Session, campaign: Campaign, forms: Sequence[DatedForm]) -> dict[int, Dates]:
    """The dates of forms that are with their unit for repair, once they are handed in again."""
    back = [form for form in forms if form.dates.timetable.repair_due is not None]
    book = DeadlineBook(session, [campaign.id])
    return {
        form.row.id: book.dates(form.kind, form.row.id, repair_due=None, returned_at=None) for form in back
    }
