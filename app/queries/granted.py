"""Extensions as a ranking freezes them and the public reads them: until when, why, by which paper. Never writes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.models import CampaignKind, Extension
from app.queries.deadlines import base_deadline, extended


def named_extensions(kind: CampaignKind, rows: Iterable[Extension]) -> list[dict[str, Any]]:
    """The extensions that gave more time than the kind's own date, in the order in which they were granted.

    One that was ended before that date came gave nobody any time and is not named.
    """
    due = base_deadline(kind).instant
    return [_named(kind, row) for row in rows if _held_until(kind, row) > due]


def _held_until(kind: CampaignKind, row: Extension) -> datetime:
    until = extended(kind, row).instant
    return until if row.ended_at is None else min(until, row.ended_at)


def _named(kind: CampaignKind, row: Extension) -> dict[str, Any]:
    return {
        "wording": row.wording,
        "day": row.day.isoformat(),
        "until": extended(kind, row).instant.isoformat(),
        "reason": row.reason,
        "document": row.document_number,
        "ended_at": row.ended_at.isoformat() if row.ended_at is not None else None,
    }
