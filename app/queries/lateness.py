"""Whether a form that was handed in counts as late, and the instants of a form as SQL. Never writes.

The same rules as :class:`workflows.deadlines.Timetable`, for thousands of forms at once: every instant is computed
there, by kind and by extension, and bound here. A test holds both to the same answer at every boundary.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, false, func, literal, or_
from sqlalchemy.orm import Session

from app.database import UTCDateTime
from app.models import Campaign, CampaignKind, CampaignUnit, Submission
from app.queries.campaign_plans import plan_of
from app.queries.cases import BY_PACKAGE, timetable_of
from app.queries.deadlines import DeadlineBook, late_until
from workflows.deadlines import Late, Timetable
from workflows.vocabulary import Route, State

Asked = Callable[[Timetable], datetime]
Instant = ColumnElement[datetime]


def handed_in_late(form: Submission | Row[Any], kind: CampaignKind, timetable: Timetable) -> bool:
    """Was the form taken after its deadline?

    A form that is with its unit is not. One that was sent back keeps the lateness of its first handing-in; handed in
    again it is late besides if it missed its date of repair. Where the package's arrival counts, that is late too.
    """
    if form.state == State.DRAFT or form.submitted_at is None:
        return False
    if _came_late(form, timetable, form.submitted_at):
        return True
    own = replace(timetable, repair_due=None)
    return package_counts(kind) and form.consolidated_at is not None and own.is_late(form.consolidated_at)


def is_late(form: Submission) -> bool:
    """As :func:`handed_in_late`, for a form that is loaded with its unit's kind."""
    kind = form.campaign_unit.kind
    return handed_in_late(form, kind, timetable_of(kind, form))


def would_be_late(form: Submission, timetable: Timetable, now: datetime) -> bool:
    """Would a form that is with its unit be taken at ``now``, and count as late?"""
    return form.state == State.DRAFT and now < timetable.closes and _came_late(form, timetable, now)


def _came_late(form: Submission | Row[Any], timetable: Timetable, at: datetime) -> bool:
    own = replace(timetable, repair_due=None)
    return timetable.is_late(at) or own.is_late(form.first_submitted_at or at)


def package_counts(kind: CampaignKind) -> bool:
    """Is a unit of this kind in time only if its consolidator's package is?"""
    return kind.route == Route.BY_CONSOLIDATOR and plan_of(kind.campaign).late_counts == BY_PACKAGE


@dataclass(frozen=True, slots=True)
class FormInstants:
    """The instants of a form as SQL, over Submission joined with CampaignUnit; exclusive, as in a Timetable."""

    due: Instant
    closes: Instant
    late: ColumnElement[bool]

    def overdue(self, now: datetime) -> ColumnElement[bool]:
        """Is the form still with its unit though nothing is taken any more at ``now``?"""
        return and_(Submission.state == State.DRAFT, self.closes <= _bound(now))

    def behind(self, now: datetime) -> ColumnElement[bool]:
        """Is the form with its unit past its deadline, though it may still come late at ``now``?"""
        return and_(Submission.state == State.DRAFT, self.due <= _bound(now), self.closes > _bound(now))


def form_instants(session: Session, campaign: Campaign) -> FormInstants:
    """The instants of every form of a campaign, whatever extensions there are; two queries to know them."""
    book = DeadlineBook(session, [campaign.id])
    own = _by_kind(campaign.kinds, book, lambda timetable: timetable.due.instant)
    spared = _by_kind(campaign.kinds, book, lambda timetable: timetable.spared_until or timetable.opens)
    due = func.coalesce(Submission.repair_due_at, own, type_=UTCDateTime())
    return FormInstants(due, _closes(campaign.kinds, due), _late(campaign.kinds, due, own, spared))


def _by_kind(kinds: Iterable[CampaignKind], book: DeadlineBook, asked: Asked) -> Instant:
    """For each kind its instant, and another for the forms whose extensions give them one."""
    whens: list[tuple[ColumnElement[bool], Instant]] = []
    for kind in kinds:
        apart: dict[datetime, list[int]] = defaultdict(list)
        for submission_id in book.extended_forms(kind.id):
            apart[asked(book.timetable(kind, submission_id))].append(submission_id)
        whens += [(Submission.id.in_(forms), _bound(instant)) for instant, forms in apart.items()]
        whens.append((CampaignUnit.kind_id == kind.id, _bound(asked(book.timetable(kind, None)))))
    return case(*whens)


def _closes(kinds: Iterable[CampaignKind], due: Instant) -> Instant:
    whens: list[tuple[ColumnElement[bool], Instant]] = []
    for kind in kinds:
        until = late_until(kind)
        if until is None:
            continue
        taken = Submission.begun_at < due if kind.late == Late.BEGUN else literal(True)
        whens.append((and_(CampaignUnit.kind_id == kind.id, taken, due < _bound(until)), _bound(until)))
    return case(*whens, else_=due) if whens else due


def _late(kinds: Iterable[CampaignKind], due: Instant, own: Instant, spared: Instant) -> ColumnElement[bool]:
    counted = [kind.id for kind in kinds if package_counts(kind)]
    first = func.coalesce(Submission.first_submitted_at, Submission.submitted_at, type_=UTCDateTime())

    def after(instant: Any, until: Instant) -> ColumnElement[bool]:
        return and_(instant >= until, instant >= spared)

    by_package = and_(CampaignUnit.kind_id.in_(counted), after(Submission.consolidated_at, own))
    return and_(
        Submission.state != State.DRAFT,
        Submission.submitted_at.is_not(None),
        or_(
            after(Submission.submitted_at, due),
            after(first, own),
            func.coalesce(by_package, false()) if counted else false(),
        ),
    )


def _bound(instant: datetime) -> Instant:
    return literal(instant, UTCDateTime())
