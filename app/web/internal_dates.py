"""The page on which a consolidator sets an earlier date for its units, or gives it up. Decides nothing."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.labels import date_text
from app.queries.consolidation import Board, board_of
from app.queries.internal_dates import Internal
from app.services import internal_dates
from app.web import inputs
from app.web.forms import Form
from workflows.deadlines import Wording
from workflows.vocabulary import Role

bp = Blueprint("internal_dates", __name__)
WORDING_WORDS = inputs.OLD_WORDS
NO_WORDING: inputs.Messages = {
    "required": [WORDING_WORDS],
    "unknown": [WORDING_WORDS],
    "invalid": [WORDING_WORDS],
}


class InternalDateSchema(Schema):
    """The date, in the words of a letter, and a line to the units."""

    wording = fields.Enum(Wording, by_value=True, required=True, error_messages=NO_WORDING)
    day = inputs.day()
    note = fields.String(load_default="")


class EndSchema(Schema):
    """Giving the date up takes nothing."""


@bp.route("/huyen/hen/<int:campaign_id>", methods=["GET", "POST"])
@allow(Role.CONSOLIDATOR)
def internal_date(campaign_id: int) -> Response | str | tuple[str, int]:
    """The date that the consolidator's units are asked to keep."""
    board = board_of(db.session(), current_actor(), campaign_id, inputs.number_of("don_vi"))
    form = Form(InternalDateSchema(), _present(board.internal))
    ending = Form(EndSchema())
    gives_up = form["then"] == "end"
    if request.method == "POST" and gives_up and ending.carry_out(lambda: _end(board)):
        flash(_("Đã bỏ ngày hẹn; các đơn vị làm theo hạn của tỉnh."), "success")
        return redirect(url_for("consolidation.board"), 303)
    if request.method == "POST" and not gives_up and form.carry_out(lambda **given: _set(board, **given)):
        flash(_("Đã hẹn ngày nộp; thư nhắc từ nay theo ngày này."), "success")
        return redirect(url_for("consolidation.board"), 303)
    errors = ending.errors if gives_up else form.errors
    page = render_template(
        "consolidation/internal_date.html",
        board=board,
        form=form,
        errors=errors,
        date_text=date_text,
        now=clock.now(),
    )
    return (page, 422) if errors else page


def _present(found: Internal | None) -> dict[str, Any]:
    if found is None:
        return {"wording": Wording.THROUGH_DAY.value}
    deadline = found.deadline
    return {"wording": deadline.wording.value, "day": f"{deadline.day:%d/%m/%Y}", "note": found.note}


def _set(board: Board, *, wording: Wording, day: date, note: str) -> None:
    internal_dates.set_internal_date(
        current_actor(), board.campaign.id, board.consolidator.id, wording=wording, day=day, note=note
    )


def _end(board: Board) -> None:
    internal_dates.end_internal_date(current_actor(), board.campaign.id, board.consolidator.id)
