"""How far the agreement of a unit's head has come, and what changed since the last one. Never writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Agreement,
    Answer,
    Document,
    EvidenceUse,
    Person,
    Purpose,
    SignOffKind,
    SignOffStep,
    Submission,
)
from app.queries.actors import addressees
from app.queries.cases import content_digest
from workflows.vocabulary import Role, State

Content = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Changed:
    """One criterion that is not what the head last agreed to: what it was then, nothing if it was blank."""

    criterion: str
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SignOff:
    """Where the agreement stands. ``agreements`` are those to today's content, ``last`` the newest to another one."""

    digest: str
    heads: tuple[Person, ...]
    agreements: tuple[Agreement, ...]
    last: Agreement | None
    asked: SignOffStep | None
    handed_back: SignOffStep | None
    changed: tuple[Changed, ...]
    same_person: bool

    @property
    def waiting(self) -> bool:
        """Does the form wait for its head?"""
        return self.asked is not None and not self.agreements


def sign_off_of(session: Session, submission: Submission, now: datetime) -> SignOff | None:
    """The agreement of a form whose campaign asks for one; None where it asks for none."""
    if not submission.campaign_unit.kind.sign_off:
        return None
    digest = content_digest(session, submission)
    given = session.scalars(
        select(Agreement).where(Agreement.submission_id == submission.id).order_by(Agreement.id)
    ).all()
    current = tuple(row for row in given if row.content_digest == digest)
    last = next((row for row in reversed(given) if row.content_digest != digest), None)
    step = _open_step(session, submission, given[-1].at if given else None)
    kind = step.kind if step is not None else ""
    return SignOff(
        digest=digest,
        heads=tuple(addressees(session, Role.HEAD, submission.campaign_unit.unit_id, now)),
        agreements=current,
        last=last,
        asked=step if kind == SignOffKind.ASKED else None,
        handed_back=step if kind == SignOffKind.HANDED_BACK else None,
        changed=() if current else _changed(last, content_of(session, submission)),
        same_person=_same_person(session, submission, current),
    )


def content_of(session: Session, submission: Submission) -> dict[str, dict[str, Any]]:
    """What an agreement agrees to, by criterion; what belongs to no criterion stands under an empty code."""
    found: dict[str, dict[str, Any]] = {}
    for row in session.scalars(select(Answer).where(Answer.submission_id == submission.id)):
        found[row.criterion] = {"value": row.value, "reason": row.reason, "estimated": row.estimated}
    documents = session.execute(
        select(Document.sha256, Document.purpose, EvidenceUse.criterion)
        .outerjoin(EvidenceUse)
        .where(
            Document.submission_id == submission.id, Document.purpose.in_((Purpose.EVIDENCE, Purpose.REPORT))
        )
        .order_by(Document.sha256, EvidenceUse.criterion)
    )
    for sha256, _purpose, criterion in documents:
        found.setdefault(criterion or "", {}).setdefault("documents", []).append(sha256)
    return found


def _open_step(session: Session, submission: Submission, agreed_at: datetime | None) -> SignOffStep | None:
    if submission.state != State.DRAFT:
        return None
    step = session.scalars(
        select(SignOffStep).where(SignOffStep.submission_id == submission.id).order_by(SignOffStep.id.desc())
    ).first()
    if step is None or (agreed_at is not None and agreed_at >= step.at):
        return None
    return step


def _changed(last: Agreement | None, now: Content) -> tuple[Changed, ...]:
    return tuple(_differences(last.content, now)) if last is not None and last.content is not None else ()


def _differences(before: Content, now: Content) -> Iterator[Changed]:
    for code in sorted({*before, *now}):
        if before.get(code, {}) != now.get(code, {}):
            yield Changed(code, before.get(code, {}))


def _same_person(session: Session, submission: Submission, agreements: tuple[Agreement, ...]) -> bool:
    people = {row.person_id for row in agreements}
    if not people:
        return False
    typed = select(Answer.id).where(Answer.submission_id == submission.id, Answer.saved_by_id.in_(people))
    return session.scalar(typed.limit(1)) is not None
