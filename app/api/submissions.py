"""Forms, to list and to read, each with the moves that are open to the caller; and its head's agreement."""

from dataclasses import dataclass
from typing import Any

from flask_login import current_user
from marshmallow import fields

from app import clock
from app.access import allow, current_actor
from app.api.fields import INSTANT, Instant, OneOf, Points, Shape, Text, instant_text
from app.api.preconditions import tagged
from app.api.resources import ROOT, ROW, Resources
from app.api.shapes import FormQuery, PageShape, UnitShape, wanted_of, window_of
from app.database import db
from app.i18n.labels import refusal_text
from app.models import Submission
from app.queries.cases import content_digest, timetable_of
from app.queries.lateness import handed_in_late
from app.queries.listings import Page, forms_of
from app.queries.offers import latest_run, offers_for
from app.queries.reach import READERS, STAFF, place_of, submission_in_reach
from app.services.sign_off import agree
from workflows.approval import APPROVAL
from workflows.deadlines import Timetable
from workflows.guards import Reason, Refusal
from workflows.vocabulary import Action, NoteRule, Role, Route, Scope, State
from workflows.workflow import Offer

bp = Resources("submissions", "Forms of the units, and what may be done with them")
ROLES = {"type": "array", "items": {"type": "string", "enum": list(Role)}}
OFFERS = {"type": "array", "items": {"$ref": "#/components/schemas/Offer"}}
FIGURE = {"type": ["string", "null"]}
AFTER_SCRUTINY = frozenset({State.VERIFIED, State.APPROVED, State.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Choice:
    """A move that is the caller's to make, and the address that takes it."""

    offer: Offer
    href: str


class RefusalShape(Shape):
    """A reason against a move: its code, the criteria or units it is about, and words for people."""

    code = OneOf(Reason, required=True)
    items = fields.List(fields.String(), required=True)
    detail = fields.Method("words", required=True, metadata={"type": "string"})

    def words(self, refusal: Refusal) -> str:
        """Why not, and what to do."""
        return refusal_text(refusal)


class OfferShape(Shape):
    """A move that is the caller's to make; it is open unless something refuses it. ``href`` takes it by POST."""

    action = OneOf(Action, attribute="offer.action", required=True)
    target = OneOf(State, attribute="offer.target", required=True)
    scope = OneOf(Scope, attribute="offer.scope", required=True)
    note = OneOf(NoteRule, attribute="offer.note", required=True)
    open = fields.Boolean(attribute="offer.open", required=True)
    refusals = fields.List(fields.Nested(RefusalShape), attribute="offer.refusals", required=True)
    href = fields.String(required=True)


class SubmissionRowShape(Shape):
    """A form in a list. Verified figures are null to its unit until the form is verified.

    What is handed in between ``due_at`` and ``closes`` is taken and ``late``. The server's time of receipt counts.
    """

    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    campaign = fields.String(attribute="campaign.slug", required=True)
    unit = fields.Nested(UnitShape, attribute="campaign_unit", required=True)
    state = OneOf(State, required=True)
    waits_for = fields.Method("next_roles", required=True, metadata=ROLES)
    due_at = fields.Method("due_of", required=True, metadata=INSTANT)
    closes = fields.Method("closes_of", required=True, metadata=INSTANT)
    locks = fields.Method("locks_of", required=True, metadata=INSTANT)
    late = fields.Method("late_of", required=True, metadata={"type": "boolean"})
    asked = fields.Integer(required=True)
    complete = fields.Integer(required=True)
    self_points = Points(required=True)
    self_max = Points(required=True)
    verified_points = fields.Method("verified_points_of", required=True, metadata=FIGURE)
    verified_max = fields.Method("verified_max_of", required=True, metadata=FIGURE)
    submitted_at = Instant(required=True, allow_none=True)
    consolidated_at = Instant(required=True, allow_none=True)
    verified_at = Instant(required=True, allow_none=True)
    receipt_code = fields.String(required=True, allow_none=True)
    package = fields.Integer(attribute="package_id", required=True, allow_none=True)

    def next_roles(self, form: Submission) -> list[str]:
        """The roles that are waited for."""
        return sorted(APPROVAL.next_to_act(State(form.state), Route(form.campaign_unit.kind.route)))

    def due_of(self, form: Submission) -> str:
        """The first instant at which a form handed in counts as late."""
        return instant_text(_timetable(form).due_at, _timetable(form))

    def closes_of(self, form: Submission) -> str:
        """The first instant at which the unit can no longer hand in, not even late."""
        return instant_text(_timetable(form).closes, _timetable(form))

    def locks_of(self, form: Submission) -> str:
        """The first instant at which the unit can no longer change its answers."""
        return instant_text(_timetable(form).locks, _timetable(form))

    def late_of(self, form: Submission) -> bool:
        """Was the form taken after its deadline?"""
        return handed_in_late(form, form.campaign_unit.kind, _timetable(form))

    def verified_points_of(self, form: Submission) -> str | None:
        """The verified points, for whoever may see them."""
        return self._figure(form, "verified_points")

    def verified_max_of(self, form: Submission) -> str | None:
        """The verified maximum, for whoever may see it."""
        return self._figure(form, "verified_max")

    def _figure(self, form: Submission, name: str) -> str | None:
        return Points().serialize(name, form) if sees_verdicts(form) else None


class SubmissionShape(SubmissionRowShape):
    """A form with its content's digest, which a head agrees to, and the caller's moves."""

    digest = fields.Method("digest_of", required=True, metadata={"type": "string"})
    moves = fields.Method("moves_of", required=True, metadata=OFFERS)

    def digest_of(self, form: Submission) -> str:
        """SHA-256 of what the unit has filled in and attached."""
        return content_digest(db.session(), form)

    def moves_of(self, form: Submission) -> list[dict[str, Any]]:
        """What the caller may do now."""
        return OfferShape(many=True).dump(choices(form))


class SubmissionPageShape(PageShape):
    """A part of the forms in reach."""

    items = fields.List(fields.Nested(SubmissionRowShape), required=True)


class SubmissionQuery(FormQuery):
    """Which forms are wanted."""

    campaign = Text(longest=64, metadata={"description": "Slug of the campaign."})


class AgreementRequest(Shape):
    """The digest of the content that the head has read."""

    digest = Text(longest=64, least=64, required=True)


class AgreementShape(Shape):
    """Whose agreement, to what, when."""

    digest = fields.String(attribute="content_digest", required=True)
    by = fields.String(attribute="person_name", required=True)
    at = Instant(required=True)


@bp.get("/submissions")
@allow()
@bp.arguments(SubmissionQuery, location="query")
@bp.response(200, SubmissionPageShape)
def list_submissions(asked: dict[str, Any]) -> Page:
    """The forms that the caller may read."""
    return forms_of(db.session(), current_actor(), wanted_of(asked), window_of(asked))


@bp.get(f"/submissions/<{ROW}:submission>")
@allow()
@bp.response(200, SubmissionShape)
def show_submission(submission: int) -> tuple[Submission, int, dict[str, str]]:
    """One form; its ETag is its version, which a move must name."""
    form = reached(submission)
    return tagged(form, form.version)


@bp.post(f"/submissions/<{ROW}:submission>/agreement")
@allow(Role.HEAD)
@bp.arguments(AgreementRequest)
@bp.response(201, AgreementShape)
def make_agreement(given: dict[str, str], submission: int) -> Any:
    """Agree, as the unit's head, to exactly the content that was read."""
    return agree(current_actor(), submission, digest=given["digest"])


def _timetable(form: Submission) -> Timetable:
    return timetable_of(form.campaign_unit.kind, form)


def reached(submission: int) -> Submission:
    """A form that the caller may read.

    Raises:
        Missing: there is none, or it is out of reach.
    """
    return submission_in_reach(db.session(), submission, current_actor(), READERS)


def sees_verdicts(form: Submission) -> bool:
    """May the caller see what the task force decided: its own people at any time, units once the form is verified."""
    if State(form.state) in AFTER_SCRUTINY:
        return True
    return bool(current_user.actor.holds_any(STAFF, over=place_of(form.campaign_unit)))


def choices(form: Submission) -> list[Choice]:
    """The caller's moves on a form, each with the address that takes it."""
    offers = offers_for(db.session(), form, current_actor(), clock.now())
    return [Choice(offer, _href(form, offer)) for offer in offers]


def _href(form: Submission, offer: Offer) -> str:
    if offer.scope is Scope.SUBMISSION:
        return f"{ROOT}/submissions/{form.id}/moves"
    if offer.action is Action.CONSOLIDATE:
        return f"{ROOT}/campaigns/{form.campaign.slug}/packages"
    if offer.scope is Scope.PACKAGE:
        return f"{ROOT}/packages/{form.package_id}/moves"
    run = latest_run(db.session(), form.campaign_id)
    return f"{ROOT}/runs/{run.id}/moves" if run else f"{ROOT}/campaigns/{form.campaign.slug}/runs"
