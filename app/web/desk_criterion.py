"""One criterion: answering it, proving it, and replying to a question about it. Holds no rule."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.queries.criterion_tasks import colleagues
from app.queries.desk_results import verdicts_of
from app.queries.reach import READERS
from app.services import answers, documents, verification
from app.web.claims import replacements_of
from app.web.desk_documents import chosen_files, take_files
from app.web.desk_forms import CriterionSchema, NoSchema, prefilled, typed_answer
from app.web.desk_last_year import beside
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.desk_tasks import holders_of
from app.web.desk_words import boxes, rule_words, typed_words, value_words
from app.web.forms import Form
from criteria.answers import value_from_json
from workflows.case import EXACT

CONFLICT = "conflict"
Page = str | Response | tuple[str, int]


@bp.route(f"{FORM}/tc/<code>", methods=["GET", "POST"])
@allow(*READERS)
def criterion(submission_id: int, code: str) -> Page:
    """Show one criterion; on POST keep its documents, then its answer."""
    page = opened(submission_id)
    form = Form(CriterionSchema(), prefilled(page.item(code)))
    if request.method == "POST" and form.carry_out(_save, page=page, code=code, form=form):
        flash(_("Đã lưu tiêu chí %(code)s.", code=code), "success")
        return redirect(_after(submission_id, code, form.data["then"]), 303)
    if request.method == "GET":
        return _criterion_page(page, code, form, {})
    collided = any(fault.code == CONFLICT for fault in form.faults)
    again = opened(submission_id)
    return _criterion_page(again, code, form, form.errors, collided=collided), 409 if collided else 422


@bp.post(f"{FORM}/tc/<code>/tra-loi/<int:question_id>")
@allow(*EXACT)
def reply(submission_id: int, code: str, question_id: int) -> Page:
    """Answer a reader's question."""
    page = opened(submission_id)
    questions = {question.id for question in page.item(code).questions}
    box = f"reply-{question_id}"
    form = Form(NoSchema())
    if question_id in questions and form.carry_out(_reply, question_id=question_id, text=form[box]):
        flash(_("Đã gửi câu trả lời."), "success")
        return redirect(url_for("desk.criterion", submission_id=submission_id, code=code), 303)
    errors = {box if field == "reply" else field: words for field, words in form.errors.items()}
    return _criterion_page(opened(submission_id), code, form, errors), 422


def _save(*, page: Opened, code: str, form: Form, **typed: Any) -> None:
    actor, number = current_actor(), page.desk.submission.id
    if chosen_files():
        described = {name: typed[name] for name in ("number", "issued_on", "summary") if name in typed}
        take_files(page, criteria=[code], **described)
    if typed["shown"]:
        documents.attach(actor, number, code, ticked=typed["documents"], shown=typed["shown"])
    given = typed_answer(form, page.item(code))
    answers.save_answer(actor, number, code, given, version=typed["version"])


def _reply(*, question_id: int, text: str) -> None:
    verification.reply(current_actor(), question_id, text)


def _after(submission_id: int, code: str, then: str) -> str:
    if then == "stay":
        return url_for("desk.criterion", submission_id=submission_id, code=code)
    if then != "next":
        return url_for("desk.tasks", submission_id=submission_id)
    following = opened(submission_id).desk.next_after(code)
    if following is None:
        return url_for("desk.check", submission_id=submission_id)
    return url_for("desk.criterion", submission_id=submission_id, code=following.code)


def _criterion_page(
    page: Opened, code: str, form: Form, errors: dict[str, str], *, collided: bool = False
) -> str:
    item = page.item(code)
    rule, answer = item.criterion.rule, item.answer
    value = None if answer is None or answer.value is None else value_from_json(rule, answer.value)
    return show(
        "criterion",
        page,
        item=item,
        form=form,
        errors=errors,
        boxes=boxes(rule),
        counting=rule_words(rule),
        stored=answer,
        conflict=collided,
        said=value_words(rule, value),
        beside=beside(page, item),
        replaced=replacements_of(item),
        holder=holders_of(page).get(code),
        people=colleagues(db.session(), page.desk.submission, clock.now()) if page.editable else (),
        mine=typed_words(rule, form.raw.getlist),
        verdict=verdicts_of(db.session(), page.desk.submission).get(code),
    )
