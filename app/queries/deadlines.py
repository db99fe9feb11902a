"""Which date holds for whom: the letter's, the moved one, or an extension. Loads in bulk; never writes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import CampaignKind, DeadlineMove, Extension, Move
from workflows.deadlines import Deadline, Late, Timetable, Wording, end_of_day, start_of_day
from workflows.vocabulary import Action


def base_deadline(kind: CampaignKind) -> Deadline:
    """The date of a kind of unit, without extensions."""
    zone = ZoneInfo(kind.campaign.zone)
    return Deadline(Wording(kind.wording), kind.due_day, kind.count_day_in, zone)


def extended(kind: CampaignKind, row: Extension) -> Deadline:
    """The date that an extension gives."""
    return Deadline(Wording(row.wording), row.day, row.count_day_in, ZoneInfo(kind.campaign.zone))


def deadline_in_force(kind: CampaignKind, extensions: Iterable[Extension]) -> Deadline:
    """The latest of the kind's date and the extensions that have not been ended."""
    granted = [extended(kind, row) for row in extensions if row.ended_at is None]
    return max((base_deadline(kind), *granted), key=lambda deadline: deadline.instant)


def spared_until(kind: CampaignKind, extensions: Iterable[Extension]) -> datetime | None:
    """Until when extensions held that have been ended since: what came in by then was in time."""
    held = [min(extended(kind, row).instant, row.ended_at) for row in extensions if row.ended_at is not None]
    return max(held, default=None)


def late_until(kind: CampaignKind) -> datetime | None:
    """Until when forms of a kind are taken late, by the kind's rule; None where none is."""
    if kind.late == Late.NEVER or kind.late_through is None:
        return None
    return end_of_day(kind.late_through, ZoneInfo(kind.campaign.zone))


def timetable_under(
    kind: CampaignKind,
    extensions: Sequence[Extension],
    *,
    repair_due: datetime | None = None,
    begun_at: datetime | None = None,
) -> Timetable:
    """When a unit of a kind may act, under these extensions; the kind's own days as instants of the campaign's zone."""
    zone = ZoneInfo(kind.campaign.zone)
    return Timetable(
        kind.opens_at,
        deadline_in_force(kind, extensions),
        repair_due=repair_due,
        remind_from=start_of_day(kind.remind_from, zone) if kind.remind_from else None,
        late=Late(kind.late),
        late_until=late_until(kind),
        edit_until=end_of_day(kind.edit_through, zone) if kind.edit_through else None,
        begun_at=begun_at,
        spared_until=spared_until(kind, extensions),
    )


@dataclass(frozen=True, slots=True)
class Dates:
    """A unit's timetable, the name of its present state, and since when it is what it is."""

    timetable: Timetable
    version: str
    since: datetime


class DeadlineBook:
    """The dates of every form of some campaigns, read with two queries however many forms there are."""

    def __init__(self, session: Session, campaign_ids: Iterable[int]) -> None:
        wanted = list(campaign_ids)
        self._extensions: dict[tuple[int, int | None], list[Extension]] = defaultdict(list)
        for row in session.scalars(
            select(Extension).where(Extension.campaign_id.in_(wanted)).order_by(Extension.id)
        ):
            self._extensions[row.kind_id, row.submission_id].append(row)
        self._session, self._wanted = session, wanted

    @cached_property
    def _moves(self) -> dict[int, tuple[int, datetime]]:
        rows = self._session.execute(
            select(DeadlineMove.kind_id, func.count(), func.max(DeadlineMove.moved_at))
            .join(CampaignKind)
            .where(CampaignKind.campaign_id.in_(self._wanted))
            .group_by(DeadlineMove.kind_id)
        )
        return {kind_id: (count, at) for kind_id, count, at in rows}

    def extensions(self, kind_id: int, submission_id: int | None) -> list[Extension]:
        """Extensions of the kind as a whole, and of this form, ended ones too."""
        own = self._extensions.get((kind_id, submission_id), []) if submission_id is not None else []
        return [*self._extensions.get((kind_id, None), []), *own]

    def extended_forms(self, kind_id: int) -> list[int]:
        """The forms of a kind that have had an extension of their own."""
        return [form for kind, form in self._extensions if kind == kind_id and form is not None]

    def timetable(
        self,
        kind: CampaignKind,
        submission_id: int | None,
        *,
        repair_due: datetime | None = None,
        begun_at: datetime | None = None,
    ) -> Timetable:
        """When the unit of one form may act; without one, any unit of the kind."""
        found = self.extensions(kind.id, submission_id)
        return timetable_under(kind, found, repair_due=repair_due, begun_at=begun_at)

    def dates(
        self,
        kind: CampaignKind,
        submission_id: int,
        *,
        repair_due: datetime | None,
        returned_at: datetime | None,
        begun_at: datetime | None = None,
    ) -> Dates:
        """The dates of one form; ``repair_due`` and ``returned_at`` of a form that was sent back.

        They count since the last act that touched them, and not before reminders may leave.
        """
        found = self.extensions(kind.id, submission_id)
        timetable = timetable_under(kind, found, repair_due=repair_due, begun_at=begun_at)
        moves, moved_at = self._moves.get(kind.id, (0, None))
        acts = [row.granted_at for row in found] + [row.ended_at for row in found if row.ended_at is not None]
        repair = f"r{repair_due:%Y%m%d%H%M}" if repair_due is not None else ""
        returned = (
            f"-{returned_at:%Y%m%d%H%M%S}" if repair_due is not None and returned_at is not None else ""
        )
        back = returned_at if repair_due is not None else None
        instants = (kind.opens_at, timetable.remind_from, moved_at, back, *acts)
        return Dates(
            timetable,
            f"m{moves}e{len(acts)}{repair}{returned}",
            max(instant for instant in instants if instant is not None),
        )


def returned_at(session: Session, submission_ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these forms was last sent back to its unit; one query."""
    rows = session.execute(
        select(Move.submission_id, func.max(Move.at))
        .where(Move.submission_id.in_(list(submission_ids)), Move.action == Action.SEND_BACK)
        .group_by(Move.submission_id)
    )
    return dict(iter(rows))
