"""Estimates of a form and the final figures declared in their place. Holds no rule."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.queries.desk import Item
from app.queries.reach import READERS
from app.services.estimates import FinalFigure, replace_estimate, replacing_refusal
from app.web.claims import replacements_of
from app.web.desk_forms import prefilled
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.desk_words import boxes, value_words
from app.web.forms import Form
from app.web.inputs import LARGEST_ID, OLD_WORDS, version
from criteria.answers import fields as fields_of
from criteria.answers import value_from_json
from workflows.case import EXACT

ESTIMATES = f"{FORM}/so-uoc"
Page = str | Response | tuple[str, int]


class FinalSchema(Schema):
    """What a final figure asks beside the boxes of its rule; ``document`` 0 is none."""

    reason = fields.String(load_default="")
    version = version()
    document = fields.Integer(
        load_default=0,
        validate=validate.Range(0, LARGEST_ID, error=OLD_WORDS),
        error_messages={"invalid": [OLD_WORDS]},
    )


@bp.get(ESTIMATES)
@allow(*READERS)
def estimates(submission_id: int) -> str:
    """Which figures are estimates, and what became of those that were."""
    page = opened(submission_id)
    items = [item for item in page.desk.items() if item.replaced or _is_estimate(item)]
    rows = [(item, _words(item), replacements_of(item)) for item in items]
    return show("estimates", page, rows=rows, refused=replacing_refusal(page.desk.submission, clock.now()))


@bp.route(f"{ESTIMATES}/<code>", methods=["GET", "POST"])
@allow(*EXACT)
def replace(submission_id: int, code: str) -> Page:
    """Declare the final figure of one criterion."""
    page = opened(submission_id)
    item = page.item(code)
    form = Form(FinalSchema(), prefilled(item) | {"reason": ""})
    if request.method == "POST" and form.carry_out(_replace, page=page, code=code, form=form):
        flash(_("Đã thay số ước của tiêu chí %(code)s bằng số chính thức.", code=code), "success")
        return redirect(url_for("desk.estimates", submission_id=submission_id), 303)
    shown = show(
        "estimate",
        page,
        item=item,
        boxes=boxes(item.criterion.rule),
        said=_words(item),
        earlier=replacements_of(item),
        refused=replacing_refusal(page.desk.submission, clock.now()),
        may=page.mine and (_is_estimate(item) or bool(item.replaced)),
        form=form,
        errors=form.errors,
    )
    return (shown, 422) if form.errors else shown


def _replace(*, page: Opened, code: str, form: Form, reason: str, version: int, document: int) -> None:
    names = [field.name for field in fields_of(page.item(code).criterion.rule)]
    final = FinalFigure({name: form.raw.getlist(name) for name in names}, reason, document or None)
    replace_estimate(current_actor(), page.desk.submission.id, code, final, version=version)


def _is_estimate(item: Item) -> bool:
    return item.answer is not None and item.answer.estimated


def _words(item: Item) -> tuple[tuple[str, str], ...]:
    rule, answer = item.criterion.rule, item.answer
    return (
        ()
        if answer is None or answer.value is None
        else value_words(rule, value_from_json(rule, answer.value))
    )
