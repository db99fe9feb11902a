"""Claiming a key for one request, keeping its answer, and letting the key go. Knows nothing of HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select

from app.database import db
from app.faults import FieldFault, Invalid, Outdated
from app.models.idempotency import IdempotencyKey
from app.unit import unit
from workflows.case import Actor

KEPT = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What the first request under a key was answered."""

    status: int
    headers: Mapping[str, str]
    body: str


def claim(actor: Actor, person_id: int, key: str, fingerprint: str) -> KeptAnswer | int:
    """The answer kept for this very request, or the id of a fresh claim.

    Two requests that claim at once: the second gets Duplicate. Keys older than ``KEPT`` are forgotten here.

    Raises:
        Invalid: the key stands for another request. Outdated: the first request is under way, or was cut off, so
        that nobody can say whether it was done.
    """
    kept = db.session.scalar(
        select(IdempotencyKey).where(IdempotencyKey.person_id == person_id, IdempotencyKey.key == key)
    )
    if kept is not None:
        return _kept(kept, fingerprint)
    with unit(actor) as work:
        work.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < work.now - KEPT))
        row = IdempotencyKey(
            person_id=person_id, key=key, fingerprint=fingerprint, headers={}, created_at=work.now
        )
        work.add(row)
        return row.id


def keep(actor: Actor, claimed: int, answer: KeptAnswer) -> None:
    """Keep the answer of a claimed request."""
    with unit(actor) as work:
        row = work.load(IdempotencyKey, claimed)
        row.status, row.headers, row.body = answer.status, dict(answer.headers), answer.body


def let_go(actor: Actor, claimed: int) -> None:
    """Free the key of a request that was refused: nothing was done, so it may be mended and sent again."""
    with unit(actor) as work:
        work.session.execute(delete(IdempotencyKey).where(IdempotencyKey.id == claimed))


def _kept(row: IdempotencyKey, fingerprint: str) -> KeptAnswer:
    if row.fingerprint != fingerprint:
        words = _("Khóa này đã dùng cho một yêu cầu khác; dùng khóa mới")
        raise Invalid(FieldFault("Idempotency-Key", "reused", words))
    if not row.status:
        raise Outdated(f"idempotency_key {row.id}")
    return KeptAnswer(row.status, row.headers, row.body)
