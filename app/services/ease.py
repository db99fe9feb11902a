"""How easy the work was: one question on the receipt, answered by whoever handed in, counted for the office."""

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Forbidden, Invalid
from app.models import Ease, Verb
from app.queries.reach import READERS, place_of, submission_in_reach
from app.unit import unit
from workflows.case import EXACT, Actor
from workflows.vocabulary import State

EASIEST = 7


def tell_ease(actor: Actor, submission_id: int, *, score: int | None) -> Ease:
    """Keep one person's answer about one form, 1 (very hard) to 7 (very easy); answering again replaces it.

    Raises:
        Missing: out of reach. Forbidden: not a person of the unit. Invalid: nothing chosen (field ``score``), or the
        form has not been handed in.
    """
    if score is None or not 1 <= score <= EASIEST:
        raise Invalid(FieldFault("score", "none", _("Chọn một mức từ 1 đến 7")))
    with unit(actor) as work:
        submission = submission_in_reach(work.session, submission_id, actor, READERS)
        if actor.id is None or not actor.holds_any(EXACT, over=place_of(submission.campaign_unit)):
            raise Forbidden(f"submission {submission_id}")
        if submission.state == State.DRAFT:
            raise Invalid(FieldFault("score", "not_submitted", _("Nộp phiếu rồi mới trả lời câu hỏi này")))
        row = work.session.scalar(
            select(Ease).where(Ease.submission_id == submission.id, Ease.person_id == actor.id)
        )
        if row is None:
            row = Ease(submission_id=submission.id, person_id=actor.id, score=score, at=work.now)
            work.add(row)
        row.score, row.at = score, work.now
        work.record(Verb.EASE_TOLD, submission, campaign=submission.campaign_id)
    return row
