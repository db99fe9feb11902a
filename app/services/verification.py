"""What the task force does with a form: verdicts, questions, visits, explanations. The table says when and who.

Everything here raises MoveRefused in a campaign that has been closed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Forbidden, Invalid, Missing, Outdated
from app.models import Explanation, Question, Submission, Verb, Verdict
from app.queries.criteria_sets import criteria_set_of
from app.queries.reach import place_of
from app.queries.verification import may_explain, standing
from app.services.scrutinised import DECIDERS, VERIFIERS, held, refuse_done, said, scrutinised
from app.services.scrutiny_mail import tell_explanation, tell_question, tell_reply
from app.services.verdicts import (
    KEPT,
    Decision,
    Docket,
    as_facts,
    checked,
    decidable,
    docket_for,
    keep,
    keepable,
)
from app.unit import UnitOfWork, unit
from criteria.model import EnteredBy
from workflows.case import EXACT, Actor
from workflows.vocabulary import Action, Role, State
from workflows.workflow import NoSuchMove

__all__ = [
    "Decision",
    "ask",
    "close_question",
    "decide",
    "decide_explanation",
    "decide_many",
    "explain",
    "keep_rest",
    "reply",
]

KEPT_OUTCOME, CHANGED_OUTCOME = "kept", "changed"


def decide(
    actor: Actor, submission_id: int, criterion: str, decision: Decision, *, version: int | None
) -> Verdict:
    """Give the verdict on one criterion.

    ``version``: of the verdict shown, 0 where there was none, None where no page was shown.

    Raises:
        Missing: out of reach. Forbidden: the office may decide only what it enters itself, as a survey.
        NoSuchMove: the form is not with the task force now.
        Outdated: the verdict or the answer has changed since. Invalid: points or reason, as fields.
    """
    with unit(actor) as work:
        submission = scrutinised(work, submission_id, DECIDERS)
        docket = docket_for(work, submission)
        _refuse_office(work.actor, docket, (criterion,))
        _check_version(work, submission, criterion, version)
        return _decide(work, docket, checked(docket, {criterion: decision}))[0]


def decide_many(actor: Actor, submission_id: int, decisions: Mapping[str, Decision]) -> Submission:
    """Give many verdicts on one form, all or none. Fields of faults carry the criterion, as ``2.4.points``.

    Raises:
        As :func:`decide`.
    """
    with unit(actor) as work:
        submission = scrutinised(work, submission_id, DECIDERS)
        docket = docket_for(work, submission)
        _refuse_office(work.actor, docket, tuple(decisions))
        _decide(work, docket, checked(docket, decisions, prefixed=True))
    return submission


def keep_rest(actor: Actor, submission_id: int, *, version: int | None) -> Submission:
    """Keep the own score of every criterion that has no verdict yet, as one declared act.

    Left out: criteria with an open question, and surveys that nobody has entered.

    Raises:
        Missing: out of reach. NoSuchMove: not with the task force. Outdated: the form has changed.
        Invalid: nothing is left to keep.
    """
    with unit(actor) as work:
        submission = scrutinised(work, submission_id, VERIFIERS)
        work.load(Submission, submission_id, version)
        docket = docket_for(work, submission)
        spared = {*standing(work.session, submission_id, docket.versions), *_asked(work, submission)}
        rest = [one.code for one in decidable(docket) if one.code not in spared and keepable(docket, one)]
        if not rest:
            words = _(
                "Không còn tiêu chí nào để giữ nguyên: các tiêu chí còn lại cần nhập điểm hoặc chờ trả lời"
            )
            raise Invalid(FieldFault("", "nothing_to_keep", words))
        _decide(work, docket, dict.fromkeys(rest, KEPT))
    return submission


def ask(actor: Actor, submission_id: int, criterion: str, text: str) -> Question:
    """Ask the unit about one criterion; the form cannot be verified until the question is closed.

    Raises:
        Missing: out of reach, or no such criterion. NoSuchMove: not with the task force. Invalid: no words.
    """
    words = said("text", text, _("Viết câu hỏi cho đơn vị"))
    with unit(actor) as work:
        submission = scrutinised(work, submission_id, VERIFIERS)
        _known(submission, criterion)
        question = Question(
            submission_id=submission.id,
            criterion=criterion,
            text=words,
            asked_by_id=work.actor.id,
            asked_by_name=work.actor.name,
            asked_at=work.now,
        )
        work.add(question)
        tell_question(work, question, submission)
        _record(work, Verb.QUESTION_ASKED, submission, criterion, words)
    return question


def reply(actor: Actor, question_id: int, text: str) -> Question:
    """Answer a question, as the unit; the answer may be bettered until the question is closed.

    Raises:
        Missing: out of reach. Outdated: it is closed. NoSuchMove: not with the task force. Invalid: no words.
    """
    words = said("reply", text, _("Viết câu trả lời"))
    with unit(actor) as work:
        question = work.load(Question, question_id)
        submission = scrutinised(work, question.submission_id, EXACT)
        refuse_done(question.closed_at)
        question.reply, question.replied_by_name, question.replied_at = words, work.actor.name, work.now
        _record(work, Verb.QUESTION_ANSWERED, submission, question.criterion, words)
        tell_reply(work, question, submission)
    return question


def close_question(actor: Actor, question_id: int) -> Question:
    """Close a question, answered or not.

    Raises:
        Missing: out of reach. Outdated: it is closed. NoSuchMove: not with the task force.
    """
    with unit(actor) as work:
        question = work.load(Question, question_id)
        submission = scrutinised(work, question.submission_id, VERIFIERS)
        refuse_done(question.closed_at)
        question.closed_at = work.now
        _record(work, Verb.QUESTION_CLOSED, submission, question.criterion)
    return question


def explain(actor: Actor, submission_id: int, criterion: str, text: str) -> Explanation:
    """Explain, as the unit, a score that the task force changed; once for each criterion.

    Raises:
        Missing: out of reach, or no such criterion. NoSuchMove: the form is not verified.
        Invalid: the time for it is over, the score was not changed, it was explained before, or no words.
    """
    words = said("text", text, _("Viết nội dung giải trình"))
    with unit(actor) as work:
        submission = held(work, submission_id, EXACT)
        _refuse_unverified(submission)
        _known(submission, criterion)
        _refuse_explanation(work, submission, criterion)
        row = Explanation(
            submission_id=submission.id,
            criterion=criterion,
            text=words,
            made_by_name=work.actor.name,
            made_at=work.now,
        )
        work.add(row)
        _record(work, Verb.EXPLAINED, submission, criterion, words)
    return row


def decide_explanation(
    actor: Actor, explanation_id: int, *, outcome: str, answer: str, points: Decimal | None = None
) -> Explanation:
    """Answer an explanation: ``kept`` leaves the verdict, ``changed`` gives the criterion other ``points``.

    A changed verdict stays verified, and makes every ranking run made before it outdated.

    Raises:
        Missing: out of reach. NoSuchMove: the form is not verified. Outdated: it was answered before.
        Invalid: an unknown outcome, no words, points out of range or none, or the points that stood before.
    """
    words = said("answer", answer, _("Viết trả lời cho đơn vị"))
    if outcome not in (KEPT_OUTCOME, CHANGED_OUTCOME):
        raise Invalid(FieldFault("outcome", "unknown", _("Chọn giữ nguyên hoặc đổi điểm")))
    with unit(actor) as work:
        row = work.load(Explanation, explanation_id)
        submission = held(work, row.submission_id, VERIFIERS)
        _refuse_unverified(submission)
        refuse_done(row.decided_at)
        if outcome == CHANGED_OUTCOME:
            _change(work, submission, row.criterion, points, words)
        row.outcome, row.answer = outcome, words
        row.decided_by_name, row.decided_at = work.actor.name, work.now
        tell_explanation(work, row, submission, changed=outcome == CHANGED_OUTCOME)
        after = {"criterion": row.criterion, "outcome": outcome}
        work.record(
            Verb.EXPLANATION_DECIDED, submission, campaign=submission.campaign_id, after=after, note=words
        )
    return row


def _refuse_office(actor: Actor, docket: Docket, codes: tuple[str, ...]) -> None:
    if actor.holds(Role.TASK_FORCE, over=place_of(docket.submission.campaign_unit)):
        return
    for code in codes:
        if (
            docket.criteria_set.has(code)
            and docket.criteria_set.criterion(code).entered_by is not EnteredBy.OFFICE
        ):
            raise Forbidden(f"criterion {code}")


def _verdict_on(work: UnitOfWork, submission: Submission, criterion: str) -> Verdict | None:
    return work.session.scalar(
        select(Verdict).where(Verdict.submission_id == submission.id, Verdict.criterion == criterion)
    )


def _check_version(work: UnitOfWork, submission: Submission, criterion: str, version: int | None) -> None:
    row = _verdict_on(work, submission, criterion)
    if version is not None and version != (row.version if row else 0):
        raise Outdated(f"verdict on {criterion}")


def _decide(work: UnitOfWork, docket: Docket, decisions: Mapping[str, Decision]) -> Sequence[Verdict]:
    submission = docket.submission
    concerned = select(Verdict).where(
        Verdict.submission_id == submission.id, Verdict.criterion.in_(decisions)
    )
    before = {row.criterion: Decision(row.points, row.reason) for row in work.session.scalars(concerned)}
    keep(work, docket, decisions)
    work.record(
        Verb.VERDICT_GIVEN,
        submission,
        campaign=submission.campaign_id,
        before=as_facts(before),
        after=as_facts(decisions),
    )
    return work.session.scalars(concerned).all()


def _asked(work: UnitOfWork, submission: Submission) -> set[str]:
    found = select(Question.criterion).where(
        Question.submission_id == submission.id, Question.closed_at.is_(None)
    )
    return set(work.session.scalars(found))


def _known(submission: Submission, criterion: str) -> None:
    if not criteria_set_of(submission.campaign_unit.kind).has(criterion):
        raise Missing(f"criterion {criterion}")


def _record(work: UnitOfWork, verb: Verb, submission: Submission, criterion: str, note: str = "") -> None:
    work.record(verb, submission, campaign=submission.campaign_id, after={"criterion": criterion}, note=note)


def _refuse_unverified(submission: Submission) -> None:
    if submission.state != State.VERIFIED:
        raise NoSuchMove(Action.REOPEN, State(submission.state))


def _refuse_explanation(work: UnitOfWork, submission: Submission, criterion: str) -> None:
    if not may_explain(work.session, submission, work.now):
        words = _("Thời gian giải trình đã hết hoặc chưa mở; gọi cơ quan chủ trì nếu cần")
        raise Invalid(FieldFault("text", "not_in_time", words))
    verdict = _verdict_on(work, submission, criterion)
    if verdict is None or verdict.points is None:
        words = _("Tiêu chí %(code)s được giữ nguyên điểm, không cần giải trình", code=criterion)
        raise Invalid(FieldFault("text", "not_changed", words))
    made = select(Explanation.id).where(
        Explanation.submission_id == submission.id, Explanation.criterion == criterion
    )
    if work.session.scalar(made.limit(1)) is not None:
        words = _("Tiêu chí %(code)s đã có giải trình", code=criterion)
        raise Invalid(FieldFault("text", "explained_before", words))


def _change(work: UnitOfWork, submission: Submission, code: str, points: Decimal | None, reason: str) -> None:
    if points is None:
        raise Invalid(FieldFault("points", "blank", _("Nhập điểm mới")))
    docket = docket_for(work, submission)
    sound = checked(docket, {code: Decision(points, reason)})
    verdict = _verdict_on(work, submission, code)
    if verdict is not None and verdict.points == sound[code].points:
        raise Invalid(FieldFault("points", "unchanged", _("Nhập điểm khác với điểm đã thẩm tra")))
    _decide(work, docket, sound)
