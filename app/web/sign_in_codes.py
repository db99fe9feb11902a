"""Signing in by a mailed code or link. A link opens a page with a button: mail scanners follow links. Holds no rule."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from app import current
from app.access import public
from app.services import sign_in_codes
from app.web.forms import Form
from app.web.session import local_next, start_session

bp = Blueprint("sign_in_codes", __name__, url_prefix="/dang-nhap")
EMPTY = _l("Nhập ô này")
ASKED_FOR = "code_for"
Page = Response | str | tuple[str, int]


class AddressSchema(Schema):
    """Where to send a code."""

    email = fields.String(
        required=True,
        validate=validate.Length(min=1, error=EMPTY),
        error_messages={"required": [EMPTY]},
    )


class CodeSchema(Schema):
    """The code that came."""

    code = fields.String(required=True, error_messages={"required": [_l("Nhập 6 số trong thư")]})


class NothingSchema(Schema):
    """A button alone."""


@bp.post("/ma")
@public
def send() -> Page:
    """Send a code, and lead to where it is typed, whether or not anybody has the address."""
    form = Form(AddressSchema())
    if not form.carry_out(_send):
        page = render_template("account/sign_in.html", form=form, errors=form.errors)
        return page, 422
    session[ASKED_FOR] = form.data["email"]
    return redirect(url_for("sign_in_codes.confirm", next=request.args.get("next")), 303)


@bp.route("/xac-nhan", methods=["GET", "POST"])
@public
def confirm() -> Page:
    """Take the code."""
    email = session.get(ASKED_FOR)
    if not email:
        return redirect(url_for("session.sign_in"), 303)
    form = Form(CodeSchema())
    if request.method == "POST" and form.carry_out(_enter, email=email):
        return redirect(local_next(), 303)
    page = render_template("account/code.html", email=email, form=form, errors=form.errors)
    return (page, 422) if form.errors else page


@bp.route("/xac-nhan/<secret>", methods=["GET", "POST"])
@public
def follow(secret: str) -> Page:
    """Show whom a link lets in, and let that person in when the button is pressed."""
    form = Form(NothingSchema())
    if request.method == "POST" and form.carry_out(_follow, secret=secret):
        return redirect(local_next(), 303)
    found = sign_in_codes.link_of(secret)
    page = render_template("account/link.html", found=found, secret=secret, errors={})
    return page if found.opens else (page, 410)


@bp.post("/xac-nhan/<secret>/moi")
@public
def again(secret: str) -> Page:
    """Send a new code to the person of a link that no longer opens."""
    form, sent = Form(NothingSchema()), []
    asked = {"secret": secret, "address": request.remote_addr or ""}
    if form.carry_out(lambda: sent.append(sign_in_codes.send_again(**asked))):
        current.hurry()
        session[ASKED_FOR] = sent[0]
        flash(_("Đã gửi mã mới."), "success")
    return redirect(url_for("sign_in_codes.confirm"), 303)


def _send(email: str) -> None:
    sign_in_codes.send_code(email=email, address=request.remote_addr or "")
    current.hurry()


def _enter(**given: Any) -> None:
    start_session(*sign_in_codes.enter_by_code(**given, address=request.remote_addr or ""))
    session.pop(ASKED_FOR, None)


def _follow(secret: str) -> None:
    start_session(*sign_in_codes.enter_by_link(secret=secret))
    session.pop(ASKED_FOR, None)
