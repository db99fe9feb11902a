"""Signing in and out, and setting a password from an invitation. Holds no rule about who may what."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock
from app.access import SignedIn, allow, current_actor, public
from app.models import Person
from app.services import accounts
from app.web.forms import Form
from workflows.case import Actor

bp = Blueprint("session", __name__)
REQUIRED = {"required": _l("Nhập ô này")}


class SignInSchema(Schema):
    """What the sign-in page asks."""

    email = fields.String(required=True, error_messages=REQUIRED)
    password = fields.String(required=True, error_messages=REQUIRED)


class PasswordSchema(Schema):
    """What the invitation page asks."""

    password = fields.String(required=True, error_messages=REQUIRED)


@bp.route("/dang-nhap", methods=["GET", "POST"])
@public
def sign_in() -> str | Response | tuple[str, int]:
    """Ask for address and password; then lead to where the visitor wanted to go."""
    form = Form(SignInSchema())
    if request.method == "POST" and form.carry_out(_enter):
        return redirect(local_next())
    page = render_template("account/sign_in.html", form=form, errors=form.errors)
    return (page, 422) if form.errors else page


@bp.post("/dang-xuat")
@allow()
def sign_out() -> Response:
    """End the session on the server and forget the cookie."""
    accounts.sign_out(current_actor(), current_user.token)
    logout_user()
    flash(_("Đã thoát. Hẹn gặp lại."), "success")
    return redirect(url_for("public.index"))


@bp.route("/mat-khau/<secret>", methods=["GET", "POST"])
@public
def set_password(secret: str) -> str | Response | tuple[str, int]:
    """Let an invited person set a password, once."""
    invitation = accounts.invited(secret)
    form = Form(PasswordSchema())
    if request.method == "POST" and form.carry_out(accounts.accept_invitation, secret=secret):
        flash(_("Đã đặt mật khẩu. Đăng nhập để bắt đầu."), "success")
        return redirect(url_for("session.sign_in"))
    page = render_template(
        "account/set_password.html", form=form, errors=form.errors, person=invitation.person
    )
    return (page, 422) if form.errors else page


def _enter(email: str, password: str) -> None:
    start_session(*accounts.sign_in(email=email, password=password, address=request.remote_addr or ""))


def start_session(person: Person, secret: str) -> None:
    """Give the browser the secret of a session that was opened for this person."""
    login_user(SignedIn(person, Actor(person.id, person.name), secret))
    session["seen"] = clock.now().timestamp()


def local_next() -> str:
    """Where the visitor wanted to go, if that is a page of ours; else the start page."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return wanted if local else url_for("home.index")
