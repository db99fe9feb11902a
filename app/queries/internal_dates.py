"""The earlier dates that consolidators set for their units: which one a form counts towards. Never writes.

Such a date refuses nothing. It holds for the forms that have their kind's own date: a form that was extended or sent
back has a date of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignKind, CampaignUnit, InternalDate, Submission, Unit
from app.queries.cases import timetable_of
from app.queries.deadlines import Dates
from workflows.deadlines import Deadline, Timetable, Wording


@dataclass(frozen=True, slots=True)
class Internal:
    """An earlier date: the words and instant, by whom (as a sentence names it), since when, and until when.

    ``over`` is the instant from which the official date holds again: its own instant, or when it was ended.
    """

    deadline: Deadline
    set_by: str
    since: datetime
    over: datetime
    note: str

    @property
    def stands(self) -> bool:
        """Was it left to run until its own instant?"""
        return self.over == self.deadline.instant

    def ahead(self, now: datetime) -> bool:
        """Do units still count towards it?"""
        return now < self.over

    def missed(self, now: datetime) -> bool:
        """Has it passed, without having been ended before?"""
        return self.stands and now >= self.deadline.instant


@dataclass(frozen=True, slots=True)
class Counted:
    """What the reminders of a form count towards: the version and start of the date, and the date if it is internal."""

    version: str
    since: datetime
    internal: Internal | None = None


class InternalDates:
    """The internal dates of some campaigns, ended ones too; one query."""

    def __init__(self, session: Session, campaign_ids: Iterable[int]) -> None:
        rows = session.execute(
            select(InternalDate, Unit.formal_name, Campaign.zone)
            .join(Unit, InternalDate.unit_id == Unit.id)
            .join(Campaign, InternalDate.campaign_id == Campaign.id)
            .where(InternalDate.campaign_id.in_(list(campaign_ids)))
        )
        self._found = {(row.campaign_id, row.unit_id): _internal(row, name, zone) for row, name, zone in rows}

    def instants(self) -> set[datetime]:
        """When an internal date begins or is over."""
        return {instant for each in self._found.values() for instant in (each.since, each.over)}

    def of(self, campaign_id: int, consolidator_id: int | None) -> Internal | None:
        """What a consolidator set in a campaign, also when it has passed or was ended."""
        return None if consolidator_id is None else self._found.get((campaign_id, consolidator_id))

    def for_form(
        self, kind: CampaignKind, unit_id: int, consolidator_id: int | None, timetable: Timetable
    ) -> Internal | None:
        """The internal date that is meant for a form, whether it is ahead or not; None for the consolidator's own."""
        found = self.of(kind.campaign_id, consolidator_id)
        if found is None or unit_id == consolidator_id or timetable.repair_due is not None:
            return None
        apart = timetable.due.instant > timetable_of(kind).due.instant
        return None if apart or found.deadline.instant >= timetable.due.instant else found


def counted(dates: Dates, found: Internal | None, now: datetime) -> Counted:
    """Towards which date a form is reminded at ``now``.

    Once the internal date is over the official one goes on from there: what was due before is not told again.
    """
    if found is None:
        return Counted(dates.version, dates.since)
    if found.ahead(now):
        suffix = f"i{found.deadline.instant:%Y%m%d%H%M}"
        return Counted(f"{dates.version}{suffix}", max(dates.since, found.since), found)
    return Counted(dates.version, max(dates.since, found.over))


def internal_of(session: Session, forms: Iterable[Submission]) -> Mapping[int, Internal]:
    """The internal dates meant for these forms, by the form's id, ended ones left out; one query."""
    wanted = list(forms)
    book = InternalDates(session, {form.campaign_id for form in wanted})
    found = {form.id: _for(book, form.campaign_unit, form) for form in wanted}
    return {key: one for key, one in found.items() if one is not None and one.stands}


def _for(book: InternalDates, unit: CampaignUnit, form: Submission) -> Internal | None:
    return book.for_form(unit.kind, unit.unit_id, unit.consolidator_id, timetable_of(unit.kind, form))


def _internal(row: InternalDate, name: str, zone: str) -> Internal:
    deadline = Deadline(Wording(row.wording), row.day, row.count_day_in, ZoneInfo(zone))
    over = deadline.instant if row.ended_at is None else min(deadline.instant, row.ended_at)
    return Internal(deadline, name, row.set_at, over, row.note)
