"""Field checks: planned, moved, called off, recorded. The unit and whoever planned the visit are told each time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask_babel import gettext as _

from app.effects import about
from app.faults import FieldFault, Invalid
from app.mailing import tell
from app.models import FieldVisit, Person, Submission, Verb
from app.models.verification import VISITS_START
from app.queries.actors import addressees
from app.queries.calendar_entries import visit_entry
from app.services.scrutinised import LONGEST_LINE, VERIFIERS, refuse_done, said, scrutinised
from app.unit import UnitOfWork, unit
from notifications.messages import Visit
from workflows.case import Actor
from workflows.deadlines import VIETNAM, local_day
from workflows.vocabulary import Role

LONGEST_PAPERS = 1000
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """When and where a field check takes place, who goes, and which papers the unit is to have at hand."""

    planned_on: date
    team: str
    place: str = ""
    papers: str = ""
    planned_time: time = VISITS_START


def plan_visit(actor: Actor, submission_id: int, plan: VisitPlan) -> FieldVisit:
    """Plan a field check; the form cannot be verified until its minutes are recorded or it is called off.

    Raises:
        Missing: out of reach. NoSuchMove: not with the task force.
        Invalid: a day that has passed, no team, or too many words.
    """
    checked = _checked(plan)
    with unit(actor) as work:
        submission = scrutinised(work, submission_id, VERIFIERS)
        _refuse_past(work, plan.planned_on)
        visit = FieldVisit(submission_id=submission.id, planned_by_id=actor.id, **checked)
        work.add(visit)
        work.record(Verb.VISIT_PLANNED, submission, campaign=submission.campaign_id, after=_facts(visit))
        _tell(work, visit, submission)
    return visit


def move_visit(
    actor: Actor, visit_id: int, plan: VisitPlan, *, reason: str, version: int | None
) -> FieldVisit:
    """Give a field check another day, hour, place or team; ``version`` is that of the visit shown.

    Raises:
        Missing: out of reach. NoSuchMove: not with the task force.
        Outdated: it was recorded, called off or changed since.
        Invalid: a day that has passed, no team, no reason, too many words, or nothing that differs.
    """
    checked = _checked(plan)
    why = said("reason", reason, _("Ghi lý do đổi lịch"), longest=LONGEST_REASON)
    with unit(actor) as work:
        visit, submission = _ahead(work, visit_id, version)
        _refuse_past(work, plan.planned_on)
        before = _facts(visit)
        for name, value in checked.items():
            setattr(visit, name, value)
        if _facts(visit) == before:
            raise Invalid(FieldFault("planned_on", "same", _("Chọn ngày, giờ hoặc nơi khác với lịch cũ")))
        work.record(
            Verb.VISIT_MOVED,
            submission,
            campaign=submission.campaign_id,
            before=before,
            after=_facts(visit),
            note=why,
        )
        _tell(work, visit, submission, moved=True, reason=why)
    return visit


def call_off_visit(actor: Actor, visit_id: int, *, reason: str, version: int | None) -> FieldVisit:
    """Call a field check off; it holds the verification up no longer.

    Raises:
        Missing: out of reach. NoSuchMove: not with the task force.
        Outdated: it was recorded, called off or changed since. Invalid: no reason, or too many words.
    """
    why = said("reason", reason, _("Ghi lý do hủy chuyến"), longest=LONGEST_REASON)
    with unit(actor) as work:
        visit, submission = _ahead(work, visit_id, version)
        visit.called_off_at, visit.called_off_by_name = work.now, work.actor.name
        visit.called_off_reason = why
        after = {"visit": visit.id}
        work.record(Verb.VISIT_CALLED_OFF, submission, campaign=submission.campaign_id, after=after, note=why)
        _tell(work, visit, submission, called_off=True, reason=why)
    return visit


def record_minutes(
    actor: Actor, visit_id: int, *, visited_on: date, minutes: str, attendees: str
) -> FieldVisit:
    """Record the minutes of a field check that took place.

    Raises:
        Missing: out of reach. Outdated: they are recorded, or it was called off. NoSuchMove: not with the task force.
        Invalid: a day that has not come, no text, or nobody who was there.
    """
    text = said("minutes", minutes, _("Ghi nội dung biên bản"))
    present = said("attendees", attendees, _("Ghi thành phần dự kiểm tra"))
    with unit(actor) as work:
        visit, submission = _ahead(work, visit_id, None)
        if visited_on > local_day(work.now, VIETNAM):
            raise Invalid(FieldFault("visited_on", "future_day", _("Chọn ngày đã qua hoặc hôm nay")))
        visit.visited_on, visit.minutes, visit.attendees = visited_on, text, present
        visit.recorded_by_name, visit.recorded_at = work.actor.name, work.now
        after = {"visit": visit.id, "visited_on": visited_on.isoformat()}
        work.record(Verb.MINUTES_RECORDED, submission, campaign=submission.campaign_id, after=after)
    return visit


def _ahead(work: UnitOfWork, visit_id: int, version: int | None) -> tuple[FieldVisit, Submission]:
    visit = work.load(FieldVisit, visit_id)
    submission = scrutinised(work, visit.submission_id, VERIFIERS)
    work.load(FieldVisit, visit_id, version)
    refuse_done(visit.recorded_at)
    refuse_done(visit.called_off_at)
    return visit, submission


def _checked(plan: VisitPlan) -> dict[str, Any]:
    return {
        "planned_on": plan.planned_on,
        "planned_time": plan.planned_time,
        "team": said("team", plan.team, _("Ghi tên những người đi kiểm tra"), longest=LONGEST_LINE),
        "place": said("place", plan.place, "", longest=LONGEST_LINE),
        "papers": said("papers", plan.papers, "", longest=LONGEST_PAPERS),
    }


def _refuse_past(work: UnitOfWork, day: date) -> None:
    if day < local_day(work.now, VIETNAM):
        raise Invalid(FieldFault("planned_on", "past_day", _("Chọn ngày từ hôm nay trở đi")))


def _facts(visit: FieldVisit) -> dict[str, str]:
    return {
        "planned_on": visit.planned_on.isoformat(),
        "planned_time": f"{visit.planned_time:%H:%M}",
        "team": visit.team,
        "place": visit.place,
        "papers": visit.papers,
    }


def _tell(work: UnitOfWork, visit: FieldVisit, submission: Submission, **change: Any) -> None:
    work.session.flush()
    message = Visit(
        **about(submission, f"visit{visit.id}/{visit.version}"),
        at=visit.starts_at,
        team=visit.team,
        place=visit.place,
        papers=visit.papers,
        **change,
    )
    tell(
        work,
        message,
        dict.fromkeys(_concerned(work, visit, submission)),
        campaign_id=submission.campaign_id,
        submission_id=submission.id,
        calendar=visit_entry(visit),
    )


def _concerned(work: UnitOfWork, visit: FieldVisit, submission: Submission) -> Iterator[Person]:
    """The unit's people, whoever planned the visit, and whoever changes it now; the team is free text."""
    unit_id = submission.campaign_unit.unit_id
    yield from addressees(work.session, Role.UNIT, unit_id, work.now)
    yield from addressees(work.session, Role.HEAD, unit_id, work.now)
    for person_id in (visit.planned_by_id, work.actor.id):
        person = work.session.get(Person, person_id) if person_id is not None else None
        if person is not None and person.active:
            yield person
