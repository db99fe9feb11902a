"""Receipts of handings-in, as the public page confirms them: when, on time or late, and whether one still holds.

It gives neither answers nor points nor names of people. Never writes.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import CampaignUnit, Move, Receipt, Submission
from app.queries.cases import timetable_of
from app.queries.lateness import handed_in_late
from workflows.vocabulary import Action, State


class ReceiptState(StrEnum):
    """What became of a handing-in."""

    CURRENT = "current"
    REPLACED = "replaced"
    SENT_BACK = "sent_back"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A receipt and what became of it; ``late`` is None where nobody noted it, ``ended_at`` where it holds."""

    receipt: Receipt
    unit_name: str
    campaign_name: str
    late: bool | None
    state: ReceiptState
    ended_at: datetime | None


def receipt_named(session: Session, code: str) -> Confirmed | None:
    """The receipt with this code, as printed; None where there is none."""
    receipt = session.scalar(
        select(Receipt)
        .where(Receipt.code == code)
        .options(
            joinedload(Receipt.submission).joinedload(Submission.campaign),
            joinedload(Receipt.submission).joinedload(Submission.campaign_unit).joinedload(CampaignUnit.kind),
        )
    )
    return _confirmed(session, receipt) if receipt is not None else None


def _confirmed(session: Session, receipt: Receipt) -> Confirmed:
    submission = receipt.submission
    state, ended_at = _became(session, receipt)
    return Confirmed(
        receipt,
        unit_name=submission.campaign_unit.formal_name,
        campaign_name=submission.campaign.name,
        late=_late(receipt, state),
        state=state,
        ended_at=ended_at,
    )


def _late(receipt: Receipt, state: ReceiptState) -> bool | None:
    if receipt.late is not None or state is not ReceiptState.CURRENT:
        return receipt.late
    submission = receipt.submission
    kind = submission.campaign_unit.kind
    return handed_in_late(submission, kind, timetable_of(kind, submission))


def _became(session: Session, receipt: Receipt) -> tuple[ReceiptState, datetime | None]:
    if receipt.submission.receipt_code == receipt.code:
        return ReceiptState.CURRENT, None
    later = session.scalar(
        select(Receipt.at)
        .where(Receipt.submission_id == receipt.submission_id, Receipt.id > receipt.id)
        .order_by(Receipt.id)
        .limit(1)
    )
    if later is not None:
        return ReceiptState.REPLACED, later
    back = session.scalars(
        select(Move)
        .where(
            Move.submission_id == receipt.submission_id,
            Move.target == State.DRAFT,
            Move.at >= receipt.at,
        )
        .order_by(Move.id.desc())
    ).first()
    if back is not None and back.action == Action.SEND_BACK:
        return ReceiptState.SENT_BACK, back.at
    return ReceiptState.TAKEN_BACK, back.at if back is not None else None
