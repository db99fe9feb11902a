"""Who of the unit looks after what: giving criteria to colleagues, and the filters of the task list. Holds no rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.queries.criterion_tasks import Holder, colleagues, tasks_of
from app.queries.desk import Desk, GroupOfItems, Item, answerable
from app.services import criterion_tasks
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.forms import Form
from app.web.inputs import LARGEST_ID, OLD_WORDS
from workflows.case import EXACT

Page = str | Response | tuple[str, int]
Holders = Mapping[str, Holder]


class GiveSchema(Schema):
    """To whom, which criteria, and whether to come back to the page of one of them."""

    person = fields.Integer(
        required=True,
        validate=validate.Range(0, LARGEST_ID, error=OLD_WORDS),
        error_messages=dict.fromkeys(("required", "invalid", "null"), OLD_WORDS),
    )
    criteria = fields.List(fields.String(), load_default=list)
    groups = fields.List(fields.String(), load_default=list)
    back = fields.String(load_default="")


@dataclass(frozen=True, slots=True)
class Sieve:
    """One filter of the task list: its argument, its words, which items it keeps."""

    argument: str
    words: str
    keeps: Callable[[Item], bool]


@bp.route(f"{FORM}/phan-cong", methods=["GET", "POST"])
@allow(*EXACT)
def give(submission_id: int) -> Page:
    """Give criteria, one, a group or many, to a colleague, or take them back."""
    page, form = opened(submission_id), Form(GiveSchema())
    changed: list[str] = []
    if request.method == "POST" and form.carry_out(_give, page=page, changed=changed):
        flash(_told(len(changed)), "success")
        return redirect(_after(page, form.data["back"]), 303)
    shown = show(
        "give",
        page,
        form=form,
        errors=form.errors,
        holders=holders_of(page),
        people=colleagues(db.session(), page.desk.submission, clock.now()),
        ticked=form.raw.getlist("criteria") or request.args.getlist("tc"),
    )
    return (shown, 422) if form.errors else shown


def holders_of(page: Opened) -> Holders:
    """Who looks after which criterion of the form."""
    return tasks_of(db.session(), page.desk.submission, clock.now())


def waits_for(desk: Desk, holders: Holders, person_id: int | None) -> int:
    """How many criteria that were given to somebody are not done yet."""
    return sum(item.is_left and _is_of(holders, item, person_id) for item in desk.items())


def sieves(holders: Holders) -> tuple[Sieve, ...]:
    """The filters of the task list; those about people only where something was given to somebody."""
    left = Sieve("con-lai", _("Chỉ hiện việc còn lại"), lambda item: item.is_left)
    if not holders:
        return (left,)
    me = current_actor().id
    return (
        left,
        Sieve("cua-toi", _("Việc của tôi"), lambda item: _is_of(holders, item, me)),
        Sieve("chua-giao", _("Chưa giao cho ai"), lambda item: _is_free(holders, item)),
    )


def sifted(desk: Desk, chosen: tuple[Sieve, ...]) -> tuple[tuple[GroupOfItems, tuple[Item, ...]], ...]:
    """The groups with those of their items that every chosen filter keeps; groups without any are left out."""
    kept = (
        (group, tuple(item for item in group.items if all(sieve.keeps(item) for sieve in chosen)))
        for group in desk.groups
    )
    return tuple((group, items) for group, items in kept if items)


def _is_of(holders: Holders, item: Item, person_id: int | None) -> bool:
    holder = holders.get(item.code)
    return holder is not None and not holder.ended and holder.person_id == person_id


def _is_free(holders: Holders, item: Item) -> bool:
    holder = holders.get(item.code)
    return answerable(item) and (holder is None or holder.ended)


def _give(
    *, page: Opened, changed: list[str], person: int, criteria: list[str], groups: list[str], back: str
) -> None:
    del back
    whole = (
        item.code
        for group in page.desk.groups
        if group.group.code in groups
        for item in group.items
        if answerable(item)
    )
    codes = list(dict.fromkeys([*criteria, *whole]))
    changed += criterion_tasks.give(current_actor(), page.desk.submission.id, codes, person or None)


def _told(count: int) -> str:
    if not count:
        return _("Không có gì đổi: các tiêu chí này đã giao như vậy.")
    return _("Đã ghi người phụ trách của %(count)s tiêu chí.", count=count)


def _after(page: Opened, back: str) -> str:
    number = page.desk.submission.id
    if back and page.desk.item(back) is not None:
        return url_for("desk.criterion", submission_id=number, code=back)
    return url_for("desk.give", submission_id=number)
