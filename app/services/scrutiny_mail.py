"""What units and askers are told of questions, draft results and explanations, inside the caller's unit of work."""

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.effects import about
from app.mailing import link, tell, tell_unit, tell_units
from app.models import Explanation, Person, Question, RankingRun, Submission, Verdict
from app.queries.calendar_entries import reply_entry
from app.queries.campaign_plans import plan_of
from app.unit import UnitOfWork
from notifications.messages import Deadline, DraftResult, ExplanationDecided, QuestionAnswered, QuestionAsked
from workflows.vocabulary import State


def tell_question(work: UnitOfWork, question: Question, submission: Submission) -> None:
    """Ask the unit by mail; the link leads to the criterion, where the answer is written."""
    message = QuestionAsked(
        **about(submission, str(question.id))
        | {"link": link(f"/phieu/{submission.id}/tc/{question.criterion}")},
        criterion=question.criterion,
        question=question.text,
        asked_by=plan_of(submission.campaign).contact.name,
    )
    tell_unit(work, message, submission)


def tell_reply(work: UnitOfWork, question: Question, submission: Submission) -> None:
    """Tell whoever asked of the first answer; a bettered one makes no second mail."""
    asker = None if question.asked_by_id is None else work.session.get(Person, question.asked_by_id)
    if asker is None or not asker.active:
        return
    message = QuestionAnswered(
        **about(submission, str(question.id))
        | {"link": link(f"/tham-dinh/{submission.id}/{question.criterion}")},
        criterion=question.criterion,
        reply=question.reply,
        replied_by=question.replied_by_name,
    )
    tell(work, message, [asker], campaign_id=submission.campaign_id, submission_id=submission.id)


def tell_explanation(work: UnitOfWork, row: Explanation, submission: Submission, *, changed: bool) -> None:
    """Tell the unit what became of its explanation, and why."""
    points = work.session.scalar(
        select(Verdict.points).where(
            Verdict.submission_id == submission.id, Verdict.criterion == row.criterion
        )
    )
    message = ExplanationDecided(
        **about(submission, str(row.id)) | {"link": link(f"/phieu/{submission.id}/ket-qua")},
        criterion=row.criterion,
        changed=changed,
        points=points,
        answer=row.answer,
        decided_by=plan_of(submission.campaign).contact.name,
    )
    tell_unit(work, message, submission)


def tell_draft_results(work: UnitOfWork, run: RankingRun) -> None:
    """Tell every verified unit its draft result where a run opens the time for explanations.

    Once for each verification: a later run over the same verdicts says nothing new, and a score that an explanation
    changed was told with its answer.
    """
    if run.explanations_until is None:
        return
    forms = work.session.scalars(
        select(Submission)
        .where(
            Submission.campaign_id == run.campaign_id,
            Submission.state == State.VERIFIED,
            Submission.verified_points.is_not(None),
        )
        .options(joinedload(Submission.campaign_unit), joinedload(Submission.campaign))
        .order_by(Submission.id)
    ).all()
    changed = _changed(work, run.campaign_id)
    deadline = Deadline(run.explanations_until)
    tell_units(
        work,
        [
            (_draft(form, changed.get(form.id, 0), deadline), form, reply_entry(form, run.explanations_until))
            for form in forms
        ],
    )


def _draft(form: Submission, differences: int, deadline: Deadline) -> DraftResult:
    return DraftResult(
        **about(form, form.verified_at.isoformat() if form.verified_at else "")
        | {"link": link(f"/phieu/{form.id}/ket-qua")},
        own_points=form.self_points,
        found_points=form.verified_points or Decimal(0),
        differences=differences,
        deadline=deadline,
    )


def _changed(work: UnitOfWork, campaign_id: int) -> dict[int, int]:
    """How many criteria of each form were given other points than its own."""
    rows = work.session.execute(
        select(Verdict.submission_id, func.count())
        .join(Submission)
        .where(Submission.campaign_id == campaign_id, Verdict.points.is_not(None))
        .group_by(Verdict.submission_id)
    )
    return dict(iter(rows))
