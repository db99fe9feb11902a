"""Signing a form: the head's page, asking the head, handing back, the signed paper; and how easy it was. No rule here."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.effects import receiver
from app.faults import Missing
from app.models import Submission
from app.queries.desk import Item
from app.queries.reach import READERS, place_of
from app.queries.sign_off import SignOff
from app.queries.space import LARGEST_FILE
from app.services import ease, sign_off, signed_papers
from app.web import inputs
from app.web.claims import claim_in, claim_of
from app.web.desk_forms import AgreementSchema, NoSchema, VersionSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.forms import Form
from app.web.signed import signed_facts
from workflows.case import EXACT
from workflows.vocabulary import Role, State

PAPER = f"{FORM}/ban-ky/<int:paper_id>"
Page = str | Response | tuple[str, int]


class NoteSchema(Schema):
    """Words to the head, or from the head."""

    note = fields.String(load_default="")


class EaseSchema(Schema):
    """How easy it was."""

    score = fields.Integer(load_default=None, allow_none=True, error_messages={"invalid": [inputs.OLD_WORDS]})


@bp.get(f"{FORM}/duyet")
@allow(*READERS)
def sign(submission_id: int) -> Page:
    """The head's page: what changed since the last agreement, the form group by group, agree or hand back."""
    return _sign_page(opened(submission_id), {})


@bp.post(f"{FORM}/trinh")
@allow(*EXACT)
def ask_head(submission_id: int) -> Page:
    """Ask the head to agree."""
    form = Form(NoteSchema())
    if form.carry_out(_ask, submission_id=submission_id):
        flash(_("Đã trình lãnh đạo duyệt; thư kèm đường dẫn đang được gửi."), "success")
        return redirect(url_for("desk.sign", submission_id=submission_id), 303)
    return _sign_page(opened(submission_id), form.errors, form), 422


@bp.post(f"{FORM}/dong-y")
@allow(Role.HEAD)
def agree(submission_id: int) -> Page:
    """The head agrees to the content that was shown."""
    form = Form(AgreementSchema())
    if form.carry_out(_agree, submission_id=submission_id):
        flash(_("Đã ghi ý kiến đồng ý của lãnh đạo đơn vị."), "success")
        return redirect(url_for("desk.check", submission_id=submission_id), 303)
    return _sign_page(opened(submission_id), form.errors), 422


@bp.post(f"{FORM}/chua-dong-y")
@allow(Role.HEAD)
def hand_back(submission_id: int) -> Page:
    """The head hands the form back with a word."""
    form = Form(NoteSchema())
    if form.carry_out(_hand_back, submission_id=submission_id):
        flash(_("Đã trả lại để sửa; cán bộ được báo qua thư."), "success")
        return redirect(url_for("desk.sign", submission_id=submission_id), 303)
    return _sign_page(opened(submission_id), form.errors, form), 422


@bp.route(f"{FORM}/ban-ky", methods=["GET", "POST"])
@allow(*READERS)
def signed(submission_id: int) -> Page:
    """The signed papers; on POST take one in."""
    form = Form(NoSchema())
    if request.method == "POST" and form.carry_out(_attach, submission_id=submission_id):
        return redirect(url_for("desk.signed", submission_id=submission_id), 303)
    page = _signed_page(submission_id, form.errors)
    return (page, 422) if form.errors else page


@bp.post(f"{PAPER}/ma")
@allow(*EXACT)
def type_code(submission_id: int, paper_id: int) -> Page:
    """Note the letters under a code that could not be read."""
    form = Form(VersionSchema())
    code = form.raw.get(f"code-{paper_id}", "")
    if form.carry_out(_type, submission_id=submission_id, paper_id=paper_id, code=code):
        return redirect(url_for("desk.signed", submission_id=submission_id), 303)
    errors = {f"code-{paper_id}" if field == "code" else field: words for field, words in form.errors.items()}
    return _signed_page(submission_id, errors), 422


@bp.post(f"{PAPER}/go")
@allow(*EXACT)
def remove_signed(submission_id: int, paper_id: int) -> Page:
    """Take a signed paper out."""
    form = Form(VersionSchema())
    if form.carry_out(_remove, submission_id=submission_id, paper_id=paper_id):
        flash(_("Đã gỡ bản đã ký."), "success")
        return redirect(url_for("desk.signed", submission_id=submission_id), 303)
    return _signed_page(submission_id, form.errors), 422


@bp.post(f"{FORM}/de-lam")
@allow(*EXACT)
def tell_ease(submission_id: int) -> Page:
    """Say how easy it was."""
    form = Form(EaseSchema())
    done = form.carry_out(_tell_ease, submission_id=submission_id)
    flash(
        _("Cảm ơn, đã ghi câu trả lời.") if done else next(iter(form.errors.values())),
        "success" if done else "info",
    )
    return redirect(url_for("desk.receipt", submission_id=submission_id), 303)


def signing_facts(submission: Submission) -> dict[str, Any]:
    """What the pages around handing in show of the agreement and of signed papers, and whether the head looks on."""
    return signed_facts(submission) | {
        "is_head": current_actor().holds(Role.HEAD, over=place_of(submission.campaign_unit)),
    }


def _sign_page(page: Opened, errors: dict[str, str], form: Form | None = None) -> str:
    submission = page.desk.submission
    facts = signing_facts(submission)
    if facts["sign_off"] is None:
        raise Missing(f"agreement of submission {submission.id}")
    return show(
        "sign_off",
        page,
        changes=_changes(page, facts["sign_off"]),
        claim_of=claim_of,
        receiver=receiver(submission),
        note=form["note"] if form is not None else "",
        is_draft=submission.state == State.DRAFT,
        errors=errors,
        **facts,
    )


def _changes(page: Opened, stands: SignOff) -> list[tuple[Item, str]]:
    """Each changed criterion with what it was, in words."""
    found = []
    for changed in stands.changed:
        item = page.desk.item(changed.criterion)
        if item is not None:
            found.append((item, _before(item, changed.before)))
    return found


def _before(item: Item, before: Mapping[str, Any]) -> str:
    claims = claim_in(item.criterion, before.get("value"))
    said = "; ".join(f"{name}: {text}" for name, text in claims) or _("Chưa có")
    return f"{said}. {before['reason']}" if before.get("reason") else said


def _signed_page(submission_id: int, errors: dict[str, str]) -> str:
    page = opened(submission_id)
    return show("signed", page, errors=errors, **signing_facts(page.desk.submission))


def _ask(*, submission_id: int, note: str) -> None:
    sign_off.ask_head(current_actor(), submission_id, note=note)


def _agree(*, submission_id: int, digest: str) -> None:
    sign_off.agree(current_actor(), submission_id, digest=digest)


def _hand_back(*, submission_id: int, note: str) -> None:
    sign_off.hand_back(current_actor(), submission_id, note=note)


def _attach(*, submission_id: int) -> None:
    upload = request.files.get("file")
    content = upload.stream.read(LARGEST_FILE + 1) if upload is not None else b""
    name = (upload.filename if upload is not None else None) or ""
    signed_papers.attach_signed(current_actor(), submission_id, content=content, file_name=name)
    flash(_("Đã tải bản đã ký lên. Xem kết quả đối chiếu ở dưới."), "success")


def _type(*, submission_id: int, paper_id: int, code: str, version: int) -> None:
    signed_papers.type_code(current_actor(), submission_id, paper_id, code=code, version=version)


def _remove(*, submission_id: int, paper_id: int, version: int) -> None:
    signed_papers.remove_signed(current_actor(), submission_id, paper_id, version=version)


def _tell_ease(*, submission_id: int, score: int | None) -> None:
    ease.tell_ease(current_actor(), submission_id, score=score)
