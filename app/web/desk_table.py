"""A whole group of criteria as a table, filled in like a sheet and saved at once. Decides nothing."""

from collections.abc import Iterable, Mapping

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.queries.desk import GroupOfItems
from app.queries.reach import READERS
from app.services import answers
from app.web.desk_forms import TableSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.forms import Form
from app.web.presentation import Link
from app.web.table_rows import Row, Typed, locked_words, news, rows_again, shown_rows, typed_rows

CONFLICT = "conflict"
VERSION = ".version"
Page = str | Response | tuple[str, int]


@bp.get(f"{FORM}/nhom/<group>")
@allow(*READERS)
def table(submission_id: int, group: str) -> str:
    """The criteria of a group with what is stored."""
    page = opened(submission_id)
    return _table_page(page, group, shown_rows(page.group(group).items), {})


@bp.post(f"{FORM}/nhom/<group>")
@allow(*READERS)
def save_table(submission_id: int, group: str) -> Page:
    """Keep every row that was changed, or none and say what is wrong with which cell."""
    form = Form(TableSchema())
    items = opened(submission_id).group(group).items
    typed = typed_rows(form, items)
    changed = news(items, typed)
    if form.carry_out(_save, submission_id=submission_id, changed=changed):
        words = _("Đã lưu %(count)s tiêu chí.", count=len(changed)) if changed else _("Không có gì thay đổi.")
        flash(words, "success")
        return redirect(_after(submission_id, group, form.data["then"]), 303)
    again = opened(submission_id)
    collided = [fault.field.removesuffix(VERSION) for fault in form.faults if fault.code == CONFLICT]
    rows = rows_again(again.group(group).items, typed, collided)
    return _table_page(again, group, rows, form.errors, open_still=True), 409 if collided else 422


def _save(*, submission_id: int, changed: Mapping[str, Typed], then: str) -> None:  # noqa: ARG001 - read by the view
    given = {code: one.given for code, one in changed.items()}
    versions = {code: one.version for code, one in changed.items()}
    answers.save_answers(current_actor(), submission_id, given, versions=versions)


def _after(submission_id: int, group: str, then: str) -> str:
    if then != "next":
        return url_for("desk.table", submission_id=submission_id, group=group)
    following = opened(submission_id).group_after(group)
    if following is None:
        return url_for("desk.check", submission_id=submission_id)
    return url_for("desk.table", submission_id=submission_id, group=following.group.code)


def _table_page(
    page: Opened, group: str, rows: tuple[Row, ...], faults: Mapping[str, str], *, open_still: bool = False
) -> str:
    return show(
        "table",
        page,
        group=page.group(group),
        rows=rows,
        faults=faults,
        errors=_summary(rows, faults),
        # What was typed into a form that was locked meanwhile is shown in its cells all the same.
        is_open=page.editable or (page.mine and open_still),
        locked_words=locked_words,
        groups=_links(page, group),
        following=page.group_after(group),
    )


def _summary(rows: tuple[Row, ...], faults: Mapping[str, str]) -> dict[str, str]:
    """The faults with their criteria, how many first."""
    codes = [row.item.code for row in rows]
    named = {field: owner for field in faults if (owner := _owner(field, codes))}
    if not named:
        return dict(faults)
    count = _(
        "Chưa lưu gì: %(cells)s chỗ cần xem lại ở %(rows)s tiêu chí. Mọi chữ đã nhập còn nguyên trong bảng.",
        cells=len(named),
        rows=len(set(named.values())),
    )
    return {"": count} | {field: f"{code}: {faults[field]}" for field, code in named.items()}


def _owner(field: str, codes: Iterable[str]) -> str:
    return max((code for code in codes if field.startswith(f"{code}.")), key=len, default="")


def _links(page: Opened, group: str) -> tuple[Link, ...]:
    return tuple(_link(page, one, is_current=one.group.code == group) for one in page.desk.groups)


def _link(page: Opened, one: GroupOfItems, *, is_current: bool) -> Link:
    address = url_for("desk.table", submission_id=page.desk.submission.id, group=one.group.code)
    return Link(one.group.code, address, current=is_current)
