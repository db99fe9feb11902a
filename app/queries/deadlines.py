"""Which date holds for whom: the letter's, the moved one, or an extension. Loads in bulk; never writes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import CampaignKind, DeadlineMove, Extension, Move
from workflows.deadlines import Deadline, Timetable, Wording
from workflows.vocabulary import Action


def base_deadline(kind: CampaignKind) -> Deadline:
    """The date of a kind of unit, without extensions."""
    zone = ZoneInfo(kind.campaign.zone)
    return Deadline(Wording(kind.wording), kind.due_day, kind.count_day_in, zone)


def deadline_in_force(kind: CampaignKind, extensions: Iterable[Extension]) -> Deadline:
    """The latest of the kind's date and the extensions that have not been ended."""
    zone = ZoneInfo(kind.campaign.zone)
    granted = [
        Deadline(Wording(row.wording), row.day, row.count_day_in, zone)
        for row in extensions
        if row.ended_at is None
    ]
    return max((base_deadline(kind), *granted), key=lambda deadline: deadline.instant)


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

    def timetable(
        self, kind: CampaignKind, submission_id: int, *, repair_due: datetime | None = None
    ) -> Timetable:
        """When the unit of one form may act."""
        due = deadline_in_force(kind, self.extensions(kind.id, submission_id))
        return Timetable(kind.opens_at, due, repair_due=repair_due)

    def dates(
        self,
        kind: CampaignKind,
        submission_id: int,
        *,
        repair_due: datetime | None,
        returned_at: datetime | None,
    ) -> Dates:
        """The dates of one form; ``repair_due`` and ``returned_at`` of a form that was sent back."""
        found = self.extensions(kind.id, submission_id)
        moves, moved_at = self._moves.get(kind.id, (0, None))
        acts = [row.granted_at for row in found] + [row.ended_at for row in found if row.ended_at is not None]
        repair = f"r{repair_due:%Y%m%d%H%M}" if repair_due is not None else ""
        returned = (
            f"-{returned_at:%Y%m%d%H%M%S}" if repair_due is not None and returned_at is not None else ""
        )
        instants = (kind.opens_at, moved_at, returned_at if repair_due is not None else None, *acts)
        return Dates(
            self.timetable(kind, submission_id, repair_due=repair_due),
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
