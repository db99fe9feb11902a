"""Last year's answers beside this year's criteria, and as a draft of the form: previewed, confirmed, dropped.

Holds no rule.
"""

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.queries.desk import GroupOfItems, Item, answerable
from app.queries.earlier_forms import Before, Earlier, carriable, earlier_forms
from app.services import carried_answers
from app.web.desk_forms import NoSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.desk_words import value_words
from app.web.forms import Form
from workflows.case import EXACT

LAST_YEAR = f"{FORM}/nam-truoc"
Page = str | Response | tuple[str, int]


class ConfirmSchema(Schema):
    """Which of the offered figures are this year's, and whether last year's documents prove them again."""

    criteria = fields.List(fields.String(), load_default=list)
    documents = fields.Boolean(load_default=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A criterion of last year in words."""

    before: Before
    said: tuple[tuple[str, str], ...]

    @property
    def year(self) -> int:
        """The year of the earlier campaign."""
        return self.before.earlier.year


@bp.route(LAST_YEAR, methods=["GET", "POST"])
@allow(*EXACT)
def last_year(submission_id: int) -> Page:
    """Show which of last year's answers could be a draft; on POST offer them."""
    page, form = opened(submission_id), Form(NoSchema())
    if request.method == "POST" and form.carry_out(_carry, submission_id=submission_id):
        return redirect(_next_place(opened(submission_id)), 303)
    earlier = earlier_forms(db.session(), page.desk.submission)
    blank = {item.code for item in page.desk.items() if answerable(item) and _is_blank(item)}
    found = carriable(earlier, page.desk.criteria_set, frozenset(blank))
    rows = [(page.item(one.criterion.code), shown(one)) for one in found]
    answer = show("last_year_preview", page, earlier=earlier, rows=rows, errors=form.errors)
    return (answer, 422) if form.errors else answer


@bp.post(f"{LAST_YEAR}/bo")
@allow(*EXACT)
def drop_last_year(submission_id: int) -> Response:
    """Take away what nobody has confirmed."""
    count = carried_answers.drop(current_actor(), submission_id)
    flash(_("Đã bỏ số liệu năm trước chưa xác nhận của %(count)s tiêu chí.", count=count), "success")
    return redirect(url_for("desk.tasks", submission_id=submission_id), 303)


@bp.route(f"{LAST_YEAR}/<group>", methods=["GET", "POST"])
@allow(*EXACT)
def confirm_last_year(submission_id: int, group: str) -> Page:
    """Show the offered figures of a group; on POST make the ticked ones the unit's own."""
    page, form = opened(submission_id), Form(ConfirmSchema())
    chosen = _group(page, group)
    done: list[int] = []
    if request.method == "POST" and form.carry_out(_confirm, submission_id=submission_id, done=done):
        flash(_("Đã xác nhận %(count)s tiêu chí của nhóm %(group)s.", count=done[0], group=group), "success")
        return redirect(_next_place(opened(submission_id), group), 303)
    again = opened(submission_id) if form.errors else page
    earlier = earlier_forms(db.session(), page.desk.submission)
    rows = [(item, _first(earlier, item)) for item in _group(again, group).items if item.carried]
    answer = show(
        "last_year_confirm",
        again,
        group=chosen.group,
        rows=rows,
        files=len({document.id for _item, one in rows if one for document in one.before.documents}),
        ticked=form.raw.getlist("criteria") if form.errors else [item.code for item, _one in rows],
        form=form,
        errors=form.errors,
    )
    return (answer, 422) if form.errors else answer


def shown(before: Before) -> Shown:
    """Last year's answer in words."""
    return Shown(before, value_words(before.criterion.rule, before.value))


def beside(page: Opened, item: Item) -> tuple[Shown, ...]:
    """What was said of a criterion last time, by the unit or by each of those that went into it."""
    earlier = earlier_forms(db.session(), page.desk.submission)
    found = (one.of(item.criterion) for one in earlier)
    return tuple(shown(one) for one in found if one is not None)


def _carry(*, submission_id: int) -> None:
    count = carried_answers.carry(current_actor(), submission_id)
    words = _(
        "Đã lấy số liệu năm trước của %(count)s tiêu chí làm bản nháp. Xem và xác nhận từng nhóm.",
        count=count,
    )
    flash(words, "success")


def _confirm(*, submission_id: int, done: list[int], criteria: list[str], documents: bool) -> None:
    done.append(carried_answers.confirm(current_actor(), submission_id, criteria, documents=documents))


def _is_blank(item: Item) -> bool:
    return item.carried is None and (
        item.answer is None or (item.answer.value is None and not item.answer.reason)
    )


def _first(earlier: tuple[Earlier, ...], item: Item) -> Shown | None:
    before = next((one.of(item.criterion) for one in earlier), None)
    return None if before is None else shown(before)


def _group(page: Opened, code: str) -> GroupOfItems:
    found = next((group for group in page.desk.groups if group.group.code == code), None)
    if found is None:
        raise Missing(f"group {code}")
    return found


def _next_place(page: Opened, after: str = "") -> str:
    """The next group in which something waits to be confirmed, from the start again after the last; else the list."""
    waiting = [group.group.code for group in page.desk.groups if any(item.carried for item in group.items)]
    codes = [group.group.code for group in page.desk.groups]
    later = [code for code in waiting if not after or codes.index(code) > codes.index(after)]
    number = page.desk.submission.id
    if not waiting:
        return url_for("desk.tasks", submission_id=number)
    return url_for("desk.confirm_last_year", submission_id=number, group=(later or waiting)[0])
