"""What every page of the desk starts with: the form in reach, whether it may be edited, and the way round its pages."""

import itertools
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.access import current_actor
from app.database import db
from app.faults import FieldFault, Missing
from app.i18n.labels import deadline_text, late_text, moment
from app.queries.campaign_plans import hotline_of
from app.queries.desk import Desk, GroupOfItems, Item, desk_of
from app.queries.reach import READERS, place_of, submission_in_reach
from app.services.drafts import edit_refusal
from app.web.presentation import Link
from workflows.case import EXACT
from workflows.vocabulary import State

bp = Blueprint("desk", __name__)
FORM = "/phieu/<int:submission_id>"


@dataclass(frozen=True, slots=True)
class Opened:
    """A form as this reader has it: ``mine`` for its officer or head; ``locked`` says why even they cannot edit."""

    desk: Desk
    mine: bool
    locked: FieldFault | None

    @property
    def editable(self) -> bool:
        """May this reader edit the form now?"""
        return self.mine and self.locked is None

    def item(self, code: str) -> Item:
        """One criterion of the form.

        Raises:
            Missing: the set has none with this code.
        """
        found = self.desk.item(code)
        if found is None:
            raise Missing(f"criterion {code}")
        return found

    def group(self, code: str) -> GroupOfItems:
        """One group of the form.

        Raises:
            Missing: the set has none with this code.
        """
        found = next((one for one in self.desk.groups if one.group.code == code), None)
        if found is None:
            raise Missing(f"group {code}")
        return found

    def group_after(self, code: str) -> GroupOfItems | None:
        """The next group in which the unit answers something, None after the last."""
        later = itertools.dropwhile(lambda one: one.group.code != code, self.desk.groups)
        return next((one for one in list(later)[1:] if one.is_asked), None)


def opened(submission_id: int) -> Opened:
    """The form, for a reader who reaches it.

    Raises:
        Missing: there is none, or it is out of reach.
    """
    actor = current_actor()
    submission = submission_in_reach(db.session(), submission_id, actor, READERS)
    mine = actor.holds_any(EXACT, over=place_of(submission.campaign_unit))
    return Opened(desk_of(db.session(), submission), mine, edit_refusal(submission, clock.now()))


def show(template: str, page: Opened, **more: Any) -> str:
    """A page of the desk."""
    submission = page.desk.submission
    return render_template(
        f"desk/{template}.html",
        page=page,
        desk=page.desk,
        submission=submission,
        unit=submission.campaign_unit,
        campaign=submission.campaign,
        hotline=hotline_of(submission.campaign),
        deadline=deadline_text(page.desk.timetable),
        taken_late=late_text(page.desk.timetable),
        links=_links(page),
        illustrative=page.desk.criteria_set.illustrative,
        moment=moment,
        **more,
    )


def _links(page: Opened) -> tuple[Link, ...]:
    entries = [
        ("desk.tasks", _("Danh sách tiêu chí")),
        ("desk.workbooks", _("Excel")),
        ("desk.library", _("Tài liệu")),
        ("desk.estimates", _("Số ước")),
        ("desk.check", _("Kiểm tra và nộp")),
        ("desk.receipt", _("Đã nộp")),
        ("desk.results", _("Kết quả")),
    ]
    draft = page.desk.submission.state == State.DRAFT
    unfit = {"desk.results"} | ({"desk.receipt"} if draft else {"desk.check"})
    if page.desk.submission.state in {State.VERIFIED, State.APPROVED, State.PUBLISHED}:
        unfit -= {"desk.results"}
    if not page.desk.estimated and not any(item.replaced for item in page.desk.items()):
        unfit |= {"desk.estimates"}
    number = page.desk.submission.id
    return tuple(
        Link(text, url_for(endpoint, submission_id=number), current=request.endpoint == endpoint)
        for endpoint, text in entries
        if endpoint not in unfit
    )
