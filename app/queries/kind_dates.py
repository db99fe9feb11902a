"""What other days around a kind's deadline would change: the timetable before and after, and the count of forms. Never writes."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.campaign_plans import KindDates
from app.models import CampaignKind
from app.queries.cases import timetable_of
from app.queries.moved_dates import waiting_forms
from workflows.deadlines import Late, Timetable, end_of_day, start_of_day


@dataclass(frozen=True, slots=True)
class NewKindDates:
    """The days around a deadline as the office sets them, why, and by which paper."""

    dates: KindDates
    reason: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class KindDatesPreview:
    """What setting the days would change: forms with their units, by what happens to them at once.

    ``opened`` can be handed in again, ``shut`` no longer; ``unlocked`` can be changed again, ``locked`` no longer.
    """

    before: Timetable
    after: Timetable
    opened: int
    shut: int
    unlocked: int
    locked: int


def dates_of(kind: CampaignKind) -> KindDates:
    """The days around the deadline of a kind as they are now."""
    return KindDates(kind.remind_from, Late(kind.late), kind.late_through, kind.edit_through)


def under(timetable: Timetable, dates: KindDates) -> Timetable:
    """The timetable with other days around its deadline."""
    zone = timetable.due.zone
    return replace(
        timetable,
        remind_from=start_of_day(dates.remind_from, zone) if dates.remind_from else None,
        late=dates.late,
        late_until=end_of_day(dates.late_through, zone) if dates.late_through else None,
        edit_until=end_of_day(dates.edit_through, zone) if dates.edit_through else None,
    )


def preview_kind_dates(
    session: Session, kind: CampaignKind, dates: KindDates, now: datetime
) -> KindDatesPreview:
    """What setting these days at ``now`` would change."""
    before = [form.dates.timetable for form in waiting_forms(session, kind, None)]
    pairs = [(one, under(one, dates)) for one in before]
    own = timetable_of(kind)
    return KindDatesPreview(
        own,
        under(own, dates),
        opened=sum(old.closes <= now < new.closes for old, new in pairs),
        shut=sum(new.closes <= now < old.closes for old, new in pairs),
        unlocked=sum(old.locks <= now < new.locks for old, new in pairs),
        locked=sum(new.locks <= now < old.locks for old, new in pairs),
    )


def ends_of(dates: KindDates, zone: ZoneInfo) -> dict[str, datetime]:
    """The instants at which the given days end, by field."""
    days = {"late_through": dates.late_through, "edit_through": dates.edit_through}
    return {field: end_of_day(day, zone) for field, day in days.items() if day is not None}
