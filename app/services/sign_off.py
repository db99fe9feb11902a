"""The agreement of a unit's head: the officer asks for it, the head gives it or hands the form back with a word.

One person may hold both roles; that the same person filled in and agreed is shown to whoever reads the form, never
refused: a small commune has few people, and no letter asks for two.
"""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.effects import about
from app.faults import FieldFault, Forbidden, Invalid
from app.mailing import link, printed_deadline, tell
from app.models import Agreement, SignOffKind, SignOffStep, Submission, Verb
from app.queries.actors import addressees
from app.queries.cases import content_digest
from app.queries.reach import place_of
from app.queries.sign_off import content_of
from app.services.answer_faults import prose
from app.services.drafts import draft
from app.unit import UnitOfWork, unit
from notifications.messages import AgreementAsked, AgreementRefused
from workflows.case import Actor
from workflows.vocabulary import Role

LONGEST_WORD = 1000


def ask_head(actor: Actor, submission_id: int, *, note: str = "") -> SignOffStep:
    """Ask the unit's head to agree to what the form holds now: one mail to each head, with the way to the page.

    Asking again for the same content says nothing new and sends nothing.

    Raises:
        Missing, Forbidden, Invalid: as :func:`app.services.drafts.editable`. Invalid: the campaign asks for no
        agreement, the unit has no head to ask, or the note is too long.
    """
    _check_note(note)
    with unit(actor) as work:
        submission = _asked_of(work, submission_id)
        heads = addressees(work.session, Role.HEAD, submission.campaign_unit.unit_id, work.now)
        if not heads:
            words = _("Đơn vị chưa có tài khoản lãnh đạo. Gọi cơ quan chủ trì để thêm tài khoản.")
            raise Invalid(FieldFault("head", "nobody", words))
        digest = content_digest(work.session, submission)
        last = _last_step(work, submission)
        if last is not None and (last.kind, last.content_digest) == (SignOffKind.ASKED, digest):
            return last
        step = _step(work, submission, SignOffKind.ASKED, digest, note)
        facts = _facts(submission, step)
        message = AgreementAsked(**facts, asked_by=actor.name, note=step.note)
        tell(work, message, heads, campaign_id=submission.campaign_id, submission_id=submission.id)
    return step


def hand_back(actor: Actor, submission_id: int, *, note: str) -> SignOffStep:
    """The head does not agree yet and says why; the officers are told by mail. What was agreed to this content before
    is taken back.

    Raises:
        Missing, Forbidden, Invalid: as :func:`agree`. Invalid: no word, or too long a one.
    """
    _check_note(note)
    if not note.strip():
        raise Invalid(FieldFault("note", "blank", _("Viết ý kiến để cán bộ biết phải sửa gì")))
    with unit(actor) as work:
        submission = _asked_of(work, submission_id)
        _require_head(work, submission)
        digest = content_digest(work.session, submission)
        _take_back(work, submission, digest)
        step = _step(work, submission, SignOffKind.HANDED_BACK, digest, note)
        officers = [
            person
            for person in addressees(work.session, Role.UNIT, submission.campaign_unit.unit_id, work.now)
            if person.id != actor.id
        ]
        message = AgreementRefused(**_facts(submission, step), returned_by=actor.name, reason=step.note)
        tell(work, message, officers, campaign_id=submission.campaign_id, submission_id=submission.id)
    return step


def agree(actor: Actor, submission_id: int, *, digest: str) -> Agreement:
    """The unit's head agrees to exactly the content whose digest was shown; agreeing twice changes nothing.

    Raises:
        Missing, Invalid: as :func:`app.services.drafts.editable`. Forbidden: the actor is not the unit's head.
        Invalid: the content has changed since it was shown.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        person_id = _require_head(work, submission)
        if digest != content_digest(work.session, submission):
            words = _("Nội dung phiếu đã đổi từ lúc mở trang. Xem lại rồi bấm đồng ý lần nữa.")
            raise Invalid(FieldFault("digest", "changed", words))
        agreement = work.session.scalar(
            select(Agreement).where(
                Agreement.submission_id == submission.id,
                Agreement.content_digest == digest,
                Agreement.person_id == person_id,
            )
        )
        return agreement or _agreement(work, submission, digest, person_id)


def _agreement(work: UnitOfWork, submission: Submission, digest: str, person_id: int) -> Agreement:
    agreement = Agreement(
        submission_id=submission.id,
        content_digest=digest,
        person_id=person_id,
        person_name=work.actor.name,
        at=work.now,
        content=content_of(work.session, submission),
    )
    work.add(agreement)
    work.record(Verb.AGREED, submission, campaign=submission.campaign_id, after={"content_digest": digest})
    return agreement


def _take_back(work: UnitOfWork, submission: Submission, digest: str) -> None:
    given = work.session.scalars(
        select(Agreement).where(Agreement.submission_id == submission.id, Agreement.content_digest == digest)
    )
    for agreement in given:
        work.session.delete(agreement)


def _asked_of(work: UnitOfWork, submission_id: int) -> Submission:
    submission = draft(work, submission_id)
    if not submission.campaign_unit.kind.sign_off:
        words = _("Đợt này không cần ý kiến đồng ý của lãnh đạo trên hệ thống")
        raise Invalid(FieldFault("", "not_asked", words))
    return submission


def _require_head(work: UnitOfWork, submission: Submission) -> int:
    actor = work.actor
    if actor.id is None or not actor.holds(Role.HEAD, over=place_of(submission.campaign_unit)):
        raise Forbidden(f"agreement to submission {submission.id}")
    return actor.id


def _last_step(work: UnitOfWork, submission: Submission) -> SignOffStep | None:
    return work.session.scalars(
        select(SignOffStep).where(SignOffStep.submission_id == submission.id).order_by(SignOffStep.id.desc())
    ).first()


def _step(work: UnitOfWork, submission: Submission, kind: SignOffKind, digest: str, note: str) -> SignOffStep:
    if work.actor.id is None:
        raise Forbidden(f"agreement to submission {submission.id}")
    step = SignOffStep(
        submission_id=submission.id,
        kind=kind,
        content_digest=digest,
        note=prose(note),
        person_id=work.actor.id,
        person_name=work.actor.name,
        at=work.now,
    )
    work.add(step)
    verb = Verb.AGREEMENT_ASKED if kind is SignOffKind.ASKED else Verb.AGREEMENT_REFUSED
    work.record(verb, submission, campaign=submission.campaign_id, note=step.note)
    return step


def _facts(submission: Submission, step: SignOffStep) -> dict[str, Any]:
    return about(submission, f"step{step.id}") | {
        "link": link(f"/phieu/{submission.id}/duyet"),
        "deadline": printed_deadline(submission.campaign_unit.kind, submission),
    }


def _check_note(note: str) -> None:
    if len(note) > LONGEST_WORD:
        words = _("Viết ngắn hơn %(limit)s ký tự", limit=LONGEST_WORD)
        raise Invalid(FieldFault("note", "too_long", words))
