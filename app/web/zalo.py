"""Texts to copy into a chat group, for pages that list who has not handed in. Decides nothing, sends nothing."""

from collections.abc import Iterable
from datetime import datetime

from app.mailing import link
from app.models import Campaign
from app.queries.consolidation import Board
from app.queries.internal_dates import Internal
from app.queries.obligations import printed
from notifications.facts import Deadline
from notifications.zalo import zalo_text
from workflows.deadlines import Timetable


def texts(
    campaign: Campaign, missing: Iterable[tuple[str, Deadline]], total: int | None, now: datetime
) -> tuple[str, ...]:
    """One text for each date that holds; ``missing`` are names with their dates, ``total`` said if they share one."""
    groups: dict[Deadline, list[str]] = {}
    for name, deadline in missing:
        groups.setdefault(deadline, []).append(name)
    said = total if len(groups) == 1 else None
    return tuple(
        zalo_text(
            campaign.year,
            deadline,
            link("/don-vi"),
            names,
            said,
            overdue=now >= deadline.cutoff,
        )
        for deadline, names in sorted(groups.items(), key=lambda group: group[0].cutoff)
    )


def of_board(board: Board, now: datetime) -> tuple[str, ...]:
    """The texts for a consolidator's units; its own form is not among them."""
    missing = [
        (row.submission.campaign_unit.formal_name, counted_to(row.timetable, row.internal, now))
        for row in board.missing
        if not row.own
    ]
    return texts(board.campaign, missing, sum(not row.own for row in board.rows), now)


def counted_to(timetable: Timetable, internal: Internal | None, now: datetime) -> Deadline:
    """The date that a unit is asked to keep: its date of repair, the internal one as long as it is ahead, or its own."""
    if timetable.repair_due is not None:
        return Deadline(timetable.repair_due)
    if internal is not None and internal.ahead(now):
        return printed(internal.deadline)
    return printed(timetable.due)
