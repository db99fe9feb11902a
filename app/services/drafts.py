"""May this form be edited now, by this person; and the totals that are kept beside a form. It reads no answer's text."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.faults import FieldFault, Forbidden, Invalid
from app.i18n.labels import moment
from app.models import CampaignStatus, Submission
from app.queries.campaign_plans import hotline_of
from app.queries.cases import form_problems, sheet_of, timetable_of, waived
from app.queries.criteria_sets import criteria_set_of
from app.queries.reach import READERS, place_of, submission_in_reach
from app.unit import UnitOfWork
from criteria.scoring import Context, Scorecard, score
from workflows.case import EXACT, Actor
from workflows.deadlines import Timetable
from workflows.vocabulary import State


def editable(session: Session, submission_id: int, actor: Actor, now: datetime) -> Submission:
    """A form that this actor may edit at ``now``: its own unit's, a draft, in an open campaign, before
    its lock.

    Raises:
        Missing: out of reach. Forbidden: the actor may read it only. Invalid: locked, not open yet, or too late.
    """
    submission = submission_in_reach(session, submission_id, actor, READERS)
    if not actor.holds_any(EXACT, over=place_of(submission.campaign_unit)):
        raise Forbidden(f"submission {submission_id}")
    why_not = edit_refusal(submission, now)
    if why_not is not None:
        raise Invalid(why_not)
    return submission


def draft(work: UnitOfWork, submission_id: int) -> Submission:
    """As :func:`editable`, inside a unit of work; two people who save at once take turns on every database."""
    work.session.execute(select(Submission.id).where(Submission.id == submission_id).with_for_update())
    return editable(work.session, submission_id, work.actor, work.now)


def worked(work: UnitOfWork, submission: Submission) -> None:
    """Note that somebody of the unit has worked on the form now, and when the first work was."""
    submission.begun_at = submission.begun_at or work.now
    submission.last_worked_at = work.now


def edit_refusal(submission: Submission, now: datetime) -> FieldFault | None:
    """Why the unit cannot edit its form at ``now``, in words; None if it can."""
    if submission.state != State.DRAFT:
        words = _("Phiếu đã nộp nên không sửa được. Rút lại phiếu nếu chưa được tiếp nhận, rồi sửa.")
        return FieldFault("", "locked", words)
    if submission.campaign.status != CampaignStatus.OPEN:
        words = _("Đợt đánh giá này không còn nhận phiếu. Gọi %(hotline)s.", hotline=_hotline(submission))
        return FieldFault("", "campaign_closed", words)
    timetable = timetable_of(submission.campaign_unit.kind, submission)
    if now < timetable.opens:
        words = _("Đợt đánh giá nhận phiếu từ %(moment)s.", moment=moment(timetable.opens))
        return FieldFault("", "not_yet_open", words)
    return _too_late(submission, timetable) if now >= timetable.locks else None


def _too_late(submission: Submission, timetable: Timetable) -> FieldFault:
    if timetable.locks > timetable.closes:
        words = _(
            "Phiếu đã khóa lúc %(moment)s. Phiếu vẫn còn nguyên. Gọi %(hotline)s để xin gia hạn.",
            moment=moment(timetable.locks),
            hotline=_hotline(submission),
        )
        return FieldFault("", "too_late", words)
    words = _(
        "Đã hết hạn lúc %(moment)s. Phiếu vẫn còn nguyên. Gọi %(hotline)s để xin gia hạn.",
        moment=moment(timetable.closes),
        hotline=_hotline(submission),
    )
    return FieldFault("", "too_late", words)


def _hotline(submission: Submission) -> str:
    return hotline_of(submission.campaign)


def recount(work: UnitOfWork, submission: Submission) -> Scorecard:
    """Bring the kept totals of a form up to date, inside the caller's unit of work; returns its scorecard.

    To be called after any change to answers, uses of documents or waivers.
    """
    session = work.session
    session.flush()
    criteria_set, excused = criteria_set_of(submission.campaign_unit.kind), waived(session, submission)
    sheet = sheet_of(session, submission)
    lacking = {problem.criterion for problem in form_problems(session, submission, sheet)}
    asked = [one.code for one in criteria_set.criteria() if one.answer_required and one.code not in excused]
    card = score(criteria_set, sheet, Context(not_applicable=excused))
    submission.asked = len(asked)
    submission.complete = sum(code not in lacking for code in asked)
    submission.self_points, submission.self_max = card.total, card.max
    return card
