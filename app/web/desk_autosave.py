"""Keeping an answer while it is typed: one criterion's page for the page's own script. Speaks JSON; holds no rule."""

from http import HTTPStatus
from typing import Any

from flask import get_template_attribute
from flask_babel import gettext as _

from app.access import allow, current_actor
from app.i18n.working_texts import working_text
from app.queries.desk import Item
from app.queries.reach import READERS
from app.services import answers
from app.web.desk_forms import AutosaveSchema, prefilled
from app.web.desk_open import FORM, Opened, bp, opened
from app.web.desk_words import typed_words, value_words
from app.web.forms import Form
from app.web.presentation import clock_vi, datetime_vi, number
from criteria.answers import FieldCode, value_from_json

CONFLICT = "conflict"
LOCKED = frozenset({"locked", "campaign_closed", "not_yet_open", "too_late"})
Answered = tuple[dict[str, Any], int]


@bp.post(f"{FORM}/tc/<code>/luu")
@allow(*READERS)
def autosave(submission_id: int, code: str) -> Answered:
    """Keep what was typed for one criterion so far. It asks for nothing that is missing and leaves no message."""
    form = Form(AutosaveSchema())
    if form.carry_out(_keep, submission_id=submission_id, code=code, form=form):
        return _kept(opened(submission_id), code), HTTPStatus.OK
    codes = {fault.code for fault in form.faults}
    if CONFLICT in codes:
        return _collided(opened(submission_id).item(code), form), HTTPStatus.CONFLICT
    status = HTTPStatus.LOCKED if codes & LOCKED else HTTPStatus.UNPROCESSABLE_ENTITY
    return _refused(form, codes), status


def _keep(*, submission_id: int, code: str, form: Form, version: int) -> None:
    typed = form.raw.to_dict(flat=False)
    answers.autosave_answer(current_actor(), submission_id, code, typed, version=version)


def _kept(page: Opened, code: str) -> dict[str, Any]:
    item, desk = page.item(code), page.desk
    answer = item.answer
    return {
        "version": 0 if answer is None else answer.version,
        "saved_at": "" if answer is None else _("Đã lưu lúc %(time)s", time=clock_vi(answer.saved_at)),
        "points": "" if answer is None or answer.points is None else number(answer.points),
        "working": working_text(item.working),
        "standing": _piece("desk/pieces.html", "standing", item),
        "stage": item.stage,
        "stage_tag": _tag(item),
        "left": desk.left,
        "left_words": _("Còn %(count)s tiêu chí", count=desk.left),
        "total": number(desk.card.total),
    }


def _tag(item: Item) -> str:
    words = _piece("desk/pieces.html", "stage_words", item)
    return _piece("ui/state.html", "state_tag", item.stage, words)


def _piece(template: str, macro: str, *given: Any) -> str:
    return str(get_template_attribute(template, macro)(*given)).strip()


def _collided(item: Item, form: Form) -> dict[str, Any]:
    """Both answers, side by side and in words; ``theirs`` as the boxes of the page would hold it."""
    return {
        "code": CONFLICT,
        "detail": form.errors["version"],
        "version": 0 if item.answer is None else item.answer.version,
        "saved_by": "" if item.answer is None else item.answer.saved_by_name,
        "saved_at": "" if item.answer is None else datetime_vi(item.answer.saved_at),
        "theirs": prefilled(item),
        "panel": _panel(item, form),
    }


def _panel(item: Item, form: Form) -> str:
    answer, rule = item.answer, item.criterion.rule
    value = None if answer is None or answer.value is None else value_from_json(rule, answer.value)
    typed = typed_words(rule, form.raw.getlist)
    mine = (typed, current_actor().name, form["reason"], form["estimated"])
    return _piece("desk/collided.html", "panel", answer, value_words(rule, value), *mine)


def _refused(form: Form, codes: set[str]) -> dict[str, Any]:
    return {
        "code": "invalid",
        # An answer that is only half there is no mistake while it is typed.
        "half": codes == {FieldCode.EMPTY},
        "detail": " ".join(f"{words}." for words in form.errors.values()),
        "errors": form.errors,
    }
