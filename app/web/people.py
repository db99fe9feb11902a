"""Pages of accounts: people, their roles, and invitations. Holds no rule."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, pre_load
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.faults import FieldFault, Invalid
from app.models import Person, Unit
from app.queries.people import (
    BY_OFFICE,
    MANAGERS,
    grants_of,
    history_of,
    people_page,
    person_in_reach,
    person_row,
    units_named,
    units_page,
)
from app.services import people
from app.web.forms import Form
from app.web.inputs import day
from app.web.inputs import version as shown_version
from app.web.office_words import words
from workflows.deadlines import local_day, start_of_day
from workflows.vocabulary import Role

bp = Blueprint("people", __name__, url_prefix="/quan-tri")
bp.context_processor(words)


class PersonSchema(Schema):
    """The particulars of a person."""

    email = fields.String(load_default="")
    name = fields.String(load_default="")
    title = fields.String(load_default="")
    phone = fields.String(load_default="")


class NewPersonSchema(PersonSchema):
    """A person with a first role."""

    role = fields.String(load_default="")
    unit = fields.String(load_default="")


class ChangeSchema(PersonSchema):
    """Changed particulars of a person that was shown at a version."""

    active = fields.String(load_default="")
    version = shown_version()


class GrantSchema(Schema):
    """A role over a unit, to the end of a day if one is given."""

    role = fields.String(load_default="")
    unit = fields.String(load_default="")
    valid_to = day()

    @pre_load
    def _without_blanks(self, given: dict[str, Any], **_rest: Any) -> dict[str, Any]:
        return {name: typed for name, typed in given.items() if typed.strip()}


class EmptySchema(Schema):
    """A form that carries nothing but its address."""


@bp.get("")
@allow(*MANAGERS)
def index() -> str:
    """The people of the reader's units."""
    search, unit_id = request.args.get("tim", "")[:100], _number(request.args.get("don-vi", ""))
    page = people_page(
        db.session(),
        current_actor(),
        clock.now(),
        search=search,
        unit_id=unit_id,
        page=_number(request.args.get("page", "")) or 1,
    )
    over = db.session.get(Unit, unit_id) if unit_id and page.total else None
    return render_template("people/people.html", page=page, search=search, over=over, is_admin=_is_admin())


@bp.route("/tai-khoan/moi", methods=["GET", "POST"])
@allow(*MANAGERS)
def new_person() -> str | Response | tuple[str, int]:
    """Make a person with a role, and invite them."""
    form = Form(NewPersonSchema(), {"unit": request.args.get("don-vi", "")[:100]})
    made: list[Person] = []
    if request.method == "POST" and form.carry_out(lambda **given: made.append(_create(**given))):
        flash(_("Đã tạo tài khoản và gửi thư mời đến %(email)s.", email=made[0].email), "success")
        return redirect(url_for("people.person", person_id=made[0].id), 303)
    return _answer("people/new.html", form.errors, form=form, roles=_roles(), units=_units())


@bp.route("/tai-khoan/<int:person_id>", methods=["GET", "POST"])
@allow(*MANAGERS)
def person(person_id: int) -> str | Response | tuple[str, int]:
    """One person: particulars, roles, what was done to the account."""
    if request.method == "POST":
        return _done(person_id, Form(ChangeSchema()), _change, _("Đã ghi thay đổi."))
    return _person_page(person_id)


@bp.post("/tai-khoan/<int:person_id>/moi-lai")
@allow(*MANAGERS)
def invite(person_id: int) -> str | Response | tuple[str, int]:
    """Send another invitation."""
    done = _("Đã gửi thư mời mới; người nhận đặt mật khẩu trong 7 ngày.")
    return _done(person_id, Form(EmptySchema()), people.invite_person, done)


@bp.post("/tai-khoan/<int:person_id>/vai-tro")
@allow(*MANAGERS)
def grant(person_id: int) -> str | Response | tuple[str, int]:
    """Give a role."""
    return _done(person_id, Form(GrantSchema(partial=("valid_to",))), _grant, _("Đã giao vai trò."))


@bp.post("/tai-khoan/<int:person_id>/vai-tro/<int:grant_id>/ket-thuc")
@allow(*MANAGERS)
def end_grant(person_id: int, grant_id: int) -> str | Response | tuple[str, int]:
    """End a role now."""
    return _done(
        person_id,
        Form(EmptySchema()),
        lambda actor, _person_id: people.end_grant(actor, grant_id),
        _("Đã kết thúc vai trò."),
    )


def _create(*, role: str, unit: str, **particulars: Any) -> Person:
    over = _unit_named(unit)
    return people.create_person(current_actor(), invited=True, roles=[(_role(role), over.id)], **particulars)


def _change(actor: Any, person_id: int, *, active: str, version: int, **particulars: Any) -> None:
    kept = db.session.get(Person, person_id)
    wanted = people.NewPerson(**particulars, language=kept.language if kept else "vi")
    people.change_person(actor, person_id, wanted, active=bool(active), version=version)


def _grant(actor: Any, person_id: int, *, role: str, unit: str, valid_to: date | None = None) -> None:
    over, until = _unit_named(unit), None
    if valid_to is not None:
        until = start_of_day(valid_to + timedelta(days=1))
    people.grant_role(actor, person_id=person_id, role=_role(role), unit_id=over.id, valid_to=until)


def _role(text: str) -> Role:
    if text not in list(Role):
        raise Invalid(FieldFault("role", "unknown", _("Chọn một vai trò")))
    return Role(text)


def _unit_named(text: str) -> Unit:
    found = units_named(db.session(), current_actor(), text, local_day(clock.now()))
    if len(found) == 1:
        return found[0]
    if not found:
        raise Invalid(FieldFault("unit", "unknown", _("Nhập mã hoặc tên một đơn vị trong danh sách")))
    names = ", ".join(f"{one.code} {one.full_name}" for one in found[:5])
    raise Invalid(FieldFault("unit", "ambiguous", _("Nhiều đơn vị khớp, nhập mã: %(names)s", names=names)))


def _done(person_id: int, form: Form, act: Callable[..., Any], done: str) -> str | Response | tuple[str, int]:
    person_in_reach(db.session(), person_id, current_actor(), clock.now())
    if form.carry_out(lambda **given: act(current_actor(), person_id, **given)):
        flash(done, "success")
        return redirect(url_for("people.person", person_id=person_id), 303)
    return _person_page(person_id, form)


def _person_page(person_id: int, sent: Form | None = None) -> str | tuple[str, int]:
    actor, now = current_actor(), clock.now()
    found = person_in_reach(db.session(), person_id, actor, now)
    errors = sent.errors if sent else {}
    return _answer(
        "people/person.html",
        errors,
        person=person_row(found, grants_of(db.session(), person_id), actor, now),
        history=history_of(db.session(), person_id),
        sent=sent.raw if sent else {},
        typed=sent is not None and "email" in sent.raw,
        now=now,
        roles=_roles(),
        units=_units(),
    )


def _answer(template: str, errors: dict[str, str], **more: Any) -> str | tuple[str, int]:
    page = render_template(template, errors=errors, **more)
    return (page, 422) if errors else page


def _is_admin() -> bool:
    return bool(current_actor().units(Role.ADMIN))


def _roles() -> list[Role]:
    return [role for role in Role if _is_admin() or role in BY_OFFICE]


def _units() -> list[Unit]:
    return units_page(db.session(), current_actor(), day=local_day(clock.now()))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
