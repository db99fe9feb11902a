"""Checking a form, handing in, the receipt, and taking it back. The table says what is offered."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.effects import receiver
from app.i18n.labels import label, refusal_text
from app.models import Submission
from app.queries.actors import addressees
from app.queries.cases import case_of
from app.queries.desk_results import moves_of
from app.queries.earlier_forms import earlier_forms
from app.queries.ease import own_ease
from app.queries.lateness import would_be_late
from app.queries.reach import READERS
from app.services import submissions
from app.web.desk_advice import advice_on
from app.web.desk_forms import VersionSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.desk_signing import signing_facts
from app.web.desk_words import to_the_second
from app.web.forms import Form
from workflows.approval import APPROVAL
from workflows.case import EXACT
from workflows.guards import Reason, Refusal
from workflows.vocabulary import Action, Role, State
from workflows.workflow import Offer

PLACES = {Reason.REPORT_MISSING: "desk.report", Reason.HEAD_NOT_AGREED: "desk.sign"}
Page = str | Response | tuple[str, int]


@bp.get(f"{FORM}/kiem-tra")
@allow(*READERS)
def check(submission_id: int) -> Page:
    """What still keeps the form from being handed in, and the whole form group by group."""
    return _check_page(opened(submission_id), {})


@bp.post(f"{FORM}/nop")
@allow(*EXACT)
def submit(submission_id: int) -> Page:
    """Hand the form in."""
    form = Form(VersionSchema())
    if form.carry_out(_move, submission_id=submission_id, action=Action.SELF_ASSESS):
        return redirect(url_for("desk.receipt", submission_id=submission_id), 303)
    page = opened(submission_id)
    offer = _offer(page, Action.SELF_ASSESS)
    blocks = {f"chan-{one.code}": refusal_text(one) for one in offer.refusals} if offer else {}
    return _check_page(page, blocks or form.errors), 422


@bp.get(f"{FORM}/da-nop")
@allow(*READERS)
def receipt(submission_id: int) -> Page:
    """The receipt: code, time, what happens next, and the history."""
    return _receipt_page(opened(submission_id), {})


@bp.post(f"{FORM}/rut-lai")
@allow(*EXACT)
def withdraw(submission_id: int) -> Page:
    """Take the form back while nobody has begun to read it."""
    form = Form(VersionSchema())
    if form.carry_out(_move, submission_id=submission_id, action=Action.WITHDRAW):
        flash(_("Phiếu đã rút lại. Phiếu chưa nộp: sửa xong nhớ nộp lại trước hạn."), "success")
        return redirect(url_for("desk.tasks", submission_id=submission_id), 303)
    return _receipt_page(opened(submission_id), form.errors), 422


def _move(*, submission_id: int, action: Action, version: int) -> None:
    submissions.move(current_actor(), submission_id, action, version=version)


def _offer(page: Opened, action: Action) -> Offer | None:
    case = case_of(db.session(), page.desk.submission)
    offers = APPROVAL.offers(case, current_actor(), clock.now())
    return next((offer for offer in offers if offer.action is action), None)


def _check_page(page: Opened, errors: dict[str, str]) -> str:
    submission = page.desk.submission
    offer = _offer(page, Action.SELF_ASSESS)
    return show(
        "check",
        page,
        offer=offer,
        blocks=tuple(map(_block, offer.refusals)) if offer else (),
        blocked_places=PLACES,
        counts_late=would_be_late(submission, page.desk.timetable, clock.now()),
        receiver=receiver(submission),
        heads=_responsible(submission),
        advice=advice_on(page.desk, earlier_forms(db.session(), submission) if page.mine else ()),
        errors=errors,
        **signing_facts(submission),
    )


def _block(refusal: Refusal) -> dict[str, object]:
    words = refusal_text(Refusal(refusal.code, (), refusal.at))
    return {"code": refusal.code, "words": words, "items": refusal.items, "text": refusal_text(refusal)}


def _receipt_page(page: Opened, errors: dict[str, str]) -> str:
    submission = page.desk.submission
    return show(
        "receipt",
        page,
        offer=_offer(page, Action.WITHDRAW),
        past_due=page.desk.timetable.is_late(clock.now()),
        receiver=receiver(submission),
        moves=moves_of(db.session(), submission),
        errors=errors,
        exactly=to_the_second(submission.submitted_at),
        refusal_text=refusal_text,
        ease=own_ease(db.session(), submission.id, current_actor().id),
        withdrawn=_withdrawn(submission),
        **signing_facts(submission),
        action_words=lambda move: label(Action(move.action)),
    )


def _withdrawn(submission: Submission) -> str:
    """When a form that is with its unit was taken back, to the second; empty where it was not."""
    last = submission.moves[-1] if submission.moves else None
    taken_back = submission.state == State.DRAFT and last is not None and last.action == Action.WITHDRAW
    return to_the_second(last.at) if taken_back and last is not None else ""


def _responsible(submission: Submission) -> list[str]:
    """The heads of the unit with their titles, who answer for the form."""
    heads = addressees(db.session(), Role.HEAD, submission.campaign_unit.unit_id, clock.now())
    return [f"{head.name}, {head.title}" if head.title else head.name for head in heads]
