"""Pages about mail: the delivery ledger, one mail, and what may be done with it. Holds no rule."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.labels import label
from app.i18n.mail_texts import KINDS, advice, answer_text, kind_is_open, kind_text, shown_subject
from app.mail_tables import XLSX, ledger_workbook
from app.models import OutboxMessage, OutboxState, Person
from app.queries import mail as mails
from app.queries.people import grants_of, manageable
from app.services import mail_desk, outbox
from app.web.forms import Form
from app.web.inputs import version as shown_version
from app.web.office_words import words
from workflows.case import Actor

bp = Blueprint("mail", __name__, url_prefix="/thu")
bp.context_processor(words)
LONGEST_SEARCH = 100
PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


class EmptySchema(Schema):
    """A form that carries nothing but its address."""


class AddressSchema(Schema):
    """Another address for the recipient of a mail, whose account was shown at a version."""

    email = fields.String(load_default="")
    resend = fields.Boolean(load_default=False, truthy={"1"}, falsy={""})
    version = shown_version()


@bp.context_processor
def mail_words() -> dict[str, Any]:
    """Words that the templates about mail use."""
    return {
        "advice": advice,
        "answer_text": answer_text,
        "kind_text": kind_text,
        "shown_subject": shown_subject,
    }


@bp.get("")
@allow(*mails.READERS)
def ledger() -> str:
    """The mails of the reader's province, the newest first."""
    sought, number = _sought(), request.args.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    found = mails.ledger(db.session(), current_actor(), sought, page)
    return render_template(
        "mail/ledger.html",
        found=found,
        sought=sought,
        states=[("", _("Tất cả")), *((state.value, label(state)) for state in OutboxState)],
        kinds=[("", _("Tất cả")), *((kind, kind_text(kind)) for kind in _in_order(found.kinds))],
        arguments=_arguments(sought),
    )


@bp.get("/so-thu.xlsx")
@allow(*mails.READERS)
def workbook() -> Response:
    """The filtered ledger as a workbook."""
    lines = mails.all_lines(db.session(), current_actor(), _sought())
    headers = {"Content-Disposition": 'attachment; filename="so-thu.xlsx"'}
    return Response(ledger_workbook(lines, clock.now()), mimetype=XLSX, headers=headers)


@bp.get("/<int:mail_id>")
@allow(*mails.READERS)
def mail(mail_id: int) -> str:
    """One mail as it was written, what became of it, and what may be done."""
    return _page(_read(mail_id))


@bp.get("/<int:mail_id>/xem")
@allow(*mails.READERS)
def preview(mail_id: int) -> Response:
    """The HTML part alone, for a frame in which nothing runs and nothing is loaded."""
    row = _read(mail_id)
    shown = row.html if kind_is_open(row.kind) else ""
    return Response(shown, headers={"Content-Security-Policy": PREVIEW_POLICY})


@bp.post("/<int:mail_id>/gui-lai")
@allow(*mails.KEEPERS)
def retry(mail_id: int) -> str | Response | tuple[str, int]:
    """Let a mail that ended badly be tried again."""
    return _done(mail_id, outbox.retry, _("Thư sẽ được gửi lại trong lượt tới."))


@bp.post("/<int:mail_id>/huy")
@allow(*mails.KEEPERS)
def cancel(mail_id: int) -> str | Response | tuple[str, int]:
    """Stop a mail that has not left."""
    return _done(mail_id, outbox.cancel, _("Đã hủy thư."))


@bp.post("/<int:mail_id>/giu")
@allow(*mails.KEEPERS)
def hold(mail_id: int) -> str | Response | tuple[str, int]:
    """Keep back a mail that has not left."""
    return _done(mail_id, outbox.hold, _("Đã giữ thư lại; thư không đi cho đến khi được thả ra."))


@bp.post("/<int:mail_id>/tha")
@allow(*mails.KEEPERS)
def release(mail_id: int) -> str | Response | tuple[str, int]:
    """Let a mail go that was kept back."""
    return _done(mail_id, outbox.release, _("Thư sẽ được gửi trong lượt tới."))


@bp.post("/<int:mail_id>/dia-chi")
@allow(*mails.KEEPERS)
def address(mail_id: int) -> str | Response | tuple[str, int]:
    """Correct the recipient's address, and send the mail again if asked."""
    form = Form(AddressSchema())
    if form.carry_out(lambda **given: mail_desk.correct_address(current_actor(), mail_id, **given)):
        flash(_("Đã sửa địa chỉ; thư chưa gửi của người này đi theo địa chỉ mới."), "success")
        return redirect(url_for("mail.mail", mail_id=mail_id), 303)
    return _page(_read(mail_id), form), 422


def _read(mail_id: int) -> OutboxMessage:
    return mails.mail_in_reach(db.session(), mail_id, current_actor(), mails.READERS)


def _done(mail_id: int, act: Callable[[Actor, int], object], done: str) -> str | Response | tuple[str, int]:
    form = Form(EmptySchema())
    if form.carry_out(lambda: act(current_actor(), mail_id)):
        flash(done, "success")
        return redirect(url_for("mail.mail", mail_id=mail_id), 303)
    return _page(_read(mail_id), form), 422


def _page(row: OutboxMessage, sent: Form | None = None) -> str:
    session, actor = db.session(), current_actor()
    person = None if row.person_id is None else session.get(Person, row.person_id)
    return render_template(
        "mail/mail.html",
        mail=row,
        line=mails.line_of(session, row),
        person=person,
        manageable=person is not None and manageable(actor, grants_of(session, person.id), clock.now()),
        history=mails.history_of(session, row),
        is_keeper=bool(actor.units(*mails.KEEPERS)),
        readable=kind_is_open(row.kind),
        errors=sent.errors if sent else {},
        typed=sent["email"] if sent and "email" in sent.raw else None,
    )


def _arguments(sought: mails.Sought) -> dict[str, str]:
    given = {
        "dot": sought.campaign,
        "trang-thai": sought.state,
        "loai": sought.kind,
        "tim": sought.search,
        "truc-trac": "1" if sought.trouble else "",
    }
    return {name: value for name, value in given.items() if value}


def _sought() -> mails.Sought:
    asked = request.args
    return mails.Sought(
        campaign=asked.get("dot", "")[:LONGEST_SEARCH],
        state=asked.get("trang-thai", ""),
        kind=asked.get("loai", "")[:LONGEST_SEARCH],
        search=asked.get("tim", "")[:LONGEST_SEARCH],
        trouble=bool(asked.get("truc-trac")),
    )


def _in_order(kinds: tuple[str, ...]) -> list[str]:
    order = [*KINDS]
    return sorted(kinds, key=lambda kind: order.index(kind) if kind in order else len(order))
