"""Moves of one form: what was moved, and moving it. Packages and runs move their forms together, elsewhere."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import fields

from app.access import allow, current_actor
from app.api.fields import Day, Entries, Instant, OneOf, Shape, Text
from app.api.preconditions import matched, tagged
from app.api.resources import ROW, Resources
from app.api.submissions import OfferShape, SubmissionShape, choices, reached
from app.faults import FieldFault, Invalid
from app.models import Submission
from app.services import submissions
from app.services.submissions import LONGEST_NOTE
from workflows.vocabulary import Action, State

bp = Resources("moves", "Moves of one form")


class MoveShape(Shape):
    """A move that was made."""

    action = OneOf(Action, required=True)
    source = OneOf(State, required=True)
    target = OneOf(State, required=True)
    by = fields.String(attribute="actor_name", required=True)
    at = Instant(required=True)
    note = fields.String(required=True)


class MovesShape(Shape):
    """The moves that were made, oldest first, and those that the caller may make now."""

    made = fields.List(fields.Nested(MoveShape), required=True)
    offered = fields.List(fields.Nested(OfferShape), required=True)


class MoveRequest(Shape):
    """The move to make. Sending back asks for ``remarks`` by criterion and the last day for repair, ``due``."""

    action = OneOf(Action, required=True)
    note = Text(longest=LONGEST_NOTE, load_default="")
    remarks = Entries(Text(longest=LONGEST_NOTE))
    due = Day()


@bp.get(f"/submissions/<{ROW}:submission>/moves")
@allow()
@bp.response(200, MovesShape)
def list_moves(submission: int) -> tuple[dict[str, Any], int, dict[str, str]]:
    """What was moved by whom, and what the caller may do now."""
    form = reached(submission)
    return tagged({"made": form.moves, "offered": choices(form)}, form.version)


@bp.post(f"/submissions/<{ROW}:submission>/moves")
@allow()
@bp.arguments(MoveRequest)
@bp.response(201, SubmissionShape)
def make_move(given: dict[str, Any], submission: int) -> tuple[Submission, int, dict[str, str]]:
    """Move a form; If-Match names the version that was read."""
    form = reached(submission)
    version = matched(form.version)
    _refuse_misfits(given)
    if given["action"] is Action.SEND_BACK:
        moved = submissions.send_back(
            current_actor(),
            submission,
            note=given["note"],
            remarks=given.get("remarks", {}),
            due=given["due"],
            version=version,
        )
        return tagged(moved, moved.version, 201)
    moved = submissions.move(
        current_actor(), submission, given["action"], note=given["note"], version=version
    )
    return tagged(moved, moved.version, 201)


def _refuse_misfits(given: dict[str, Any]) -> None:
    action = given["action"]
    if action is Action.SEND_BACK and "due" not in given:
        raise Invalid(FieldFault("due", "required", _("Ghi ngày cuối để đơn vị sửa")))
    if action is not Action.SEND_BACK:
        unfit = [name for name in ("remarks", "due") if name in given]
        words = _("Chỉ dùng khi trả lại phiếu")
        if unfit:
            raise Invalid(*(FieldFault(name, "not_asked", words) for name in unfit))
