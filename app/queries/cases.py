"""The workflow's snapshot of a submission: everything that guards look at, gathered. Never writes, never decides."""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from app.models import (
    Agreement,
    Answer,
    CampaignKind,
    CampaignStatus,
    Document,
    EvidenceUse,
    FieldVisit,
    Purpose,
    Question,
    Scan,
    Submission,
    Verdict,
    Waiver,
)
from app.queries.campaign_plans import plan_of
from app.queries.criteria_sets import criteria_set_of
from app.queries.deadlines import timetable_under
from app.queries.estimates import handed_in_answers
from app.queries.reach import place_of
from criteria.answers import Answer as GivenAnswer
from criteria.answers import AnswerSheet, Problem, ProblemCode, problems, value_from_json
from criteria.model import CriteriaSet, EnteredBy
from workflows.case import Case, Form, Scrutiny
from workflows.deadlines import Timetable
from workflows.vocabulary import Route, State

BY_PACKAGE = "package"
NOT_HANDED_IN = frozenset({Purpose.MINUTES, Purpose.SIGNED})


def timetable_of(kind: CampaignKind, submission: Submission | None = None) -> Timetable:
    """When units of a kind may act, extensions counted in; with a submission, its own ones and its date of repair.

    For the forms of a whole campaign ask :class:`app.queries.deadlines.DeadlineBook`.
    """
    if submission is None:
        return timetable_under(kind, kind.extensions)
    return timetable_under(
        kind,
        [*kind.extensions, *submission.extensions],
        repair_due=submission.repair_due_at,
        begun_at=submission.begun_at,
    )


def waived(session: Session, submission: Submission) -> frozenset[str]:
    """The criteria that the office does not ask of this unit."""
    return frozenset(session.scalars(select(Waiver.criterion).where(Waiver.submission_id == submission.id)))


def evidence_counts(session: Session, submission: Submission) -> Mapping[str, int]:
    """Documents attached to each criterion."""
    rows = session.execute(
        select(EvidenceUse.criterion, func.count())
        .join(Document)
        .where(Document.submission_id == submission.id, Document.scan != Scan.INFECTED)
        .group_by(EvidenceUse.criterion)
    )
    return dict(iter(rows))


def sheet_of(session: Session, submission: Submission) -> AnswerSheet:
    """The unit's answers as the criteria leaf understands them."""
    criteria_set = criteria_set_of(submission.campaign_unit.kind)
    counts = evidence_counts(session, submission)
    rows = session.scalars(select(Answer).where(Answer.submission_id == submission.id))
    given = {row.criterion: given_answer(criteria_set, row, counts.get(row.criterion, 0)) for row in rows}
    for code in counts.keys() - given.keys():
        given[code] = GivenAnswer(code, None, evidence_count=counts[code])
    return AnswerSheet(given)


def given_answer(criteria_set: CriteriaSet, row: Answer, evidence: int = 0) -> GivenAnswer:
    """One stored answer as the criteria leaf understands it."""
    rule = criteria_set.criterion(row.criterion).rule
    value = None if row.value is None else value_from_json(rule, row.value)
    return GivenAnswer(row.criterion, value, row.reason, row.estimated, evidence)


def form_problems(
    session: Session, submission: Submission, sheet: AnswerSheet | None = None
) -> tuple[Problem, ...]:
    """What the unit still owes, by criterion, under the campaign's options; ``sheet`` where it was read already."""
    kind = submission.campaign_unit.kind
    given = sheet if sheet is not None else sheet_of(session, submission)
    found = problems(criteria_set_of(kind), given, not_applicable=waived(session, submission))
    dropped = set()
    if not kind.reasons_required:
        dropped.add(ProblemCode.REASON_MISSING)
    if not kind.evidence_required:
        dropped.add(ProblemCode.EVIDENCE_MISSING)
    return tuple(problem for problem in found if problem.code not in dropped)


def content_digest(session: Session, submission: Submission) -> str:
    """SHA-256 over everything the unit hands in: answers, reasons, documents and their uses.

    Not over minutes, nor over the signed paper, which bears this very digest. Of a form that was handed in it stays
    the digest of what was handed in, also when the unit has replaced estimates by final figures since.
    """
    answers = session.execute(
        select(Answer.criterion, Answer.value, Answer.reason, Answer.estimated)
        .where(Answer.submission_id == submission.id)
        .order_by(Answer.criterion)
    )
    documents = session.execute(
        select(Document.sha256, Document.purpose, Document.number, EvidenceUse.criterion)
        .outerjoin(EvidenceUse)
        .where(Document.submission_id == submission.id, Document.purpose.not_in(NOT_HANDED_IN))
        .order_by(Document.sha256, Document.purpose, EvidenceUse.criterion)
    )
    before = handed_in_answers(session, submission)
    content = {
        "answers": [_handed_in(row, before) for row in answers],
        "documents": [list(row) for row in documents],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _handed_in(row: Row[Any], before: Mapping[str, Mapping[str, Any]]) -> list[Any]:
    kept = before.get(row.criterion)
    return list(row) if kept is None else [row.criterion, kept["value"], kept["reason"], kept["estimated"]]


def bare_case(submission: Submission) -> Case:
    """State, route, place and times, without what the form, the scrutiny or a package still owe."""
    unit = submission.campaign_unit
    timetable = timetable_of(unit.kind, submission)
    return Case(
        id=submission.id,
        state=State(submission.state),
        route=Route(unit.kind.route),
        place=place_of(unit),
        running=unit.kind.campaign.status == CampaignStatus.OPEN,
        opens=timetable.opens,
        closes=timetable.closes,
        package_closes=timetable.package_closes if _package_counts(unit.kind) else None,
    )


def _package_counts(kind: CampaignKind) -> bool:
    # Where the unit's own time counts, a district that is late with its package does not make its communes late.
    return plan_of(kind.campaign).late_counts == BY_PACKAGE


def case_of(session: Session, submission: Submission) -> Case:
    """The whole case, as needed by a page or an action about one submission."""
    return replace(
        bare_case(submission),
        taken_up=_taken_up(session, submission),
        form=_form(session, submission),
        scrutiny=_scrutiny(session, submission),
    )


def _form(session: Session, submission: Submission) -> Form:
    found = form_problems(session, submission)

    def criteria(*codes: ProblemCode) -> tuple[str, ...]:
        return tuple(problem.criterion for problem in found if problem.code in codes)

    return Form(
        invalid=criteria(ProblemCode.INVALID_VALUE, ProblemCode.REASON_TOO_LONG),
        unanswered=criteria(ProblemCode.UNANSWERED),
        without_reason=criteria(ProblemCode.REASON_MISSING),
        without_evidence=criteria(ProblemCode.EVIDENCE_MISSING),
        report_missing=_report_missing(session, submission),
        agreement_missing=_agreement_missing(session, submission),
    )


def _report_missing(session: Session, submission: Submission) -> bool:
    if not submission.campaign_unit.kind.report_required:
        return False
    report = select(Document.id).where(
        Document.submission_id == submission.id,
        Document.purpose == Purpose.REPORT,
        Document.scan != Scan.INFECTED,
    )
    return session.scalar(report.limit(1)) is None


def _agreement_missing(session: Session, submission: Submission) -> bool:
    if not submission.campaign_unit.kind.sign_off:
        return False
    agreed = select(Agreement.id).where(
        Agreement.submission_id == submission.id,
        Agreement.content_digest == content_digest(session, submission),
    )
    return session.scalar(agreed.limit(1)) is None


def _taken_up(session: Session, submission: Submission) -> bool:
    verdict = select(Verdict.id).where(Verdict.submission_id == submission.id)
    question = select(Question.id).where(Question.submission_id == submission.id)
    return session.scalar(verdict.limit(1)) is not None or session.scalar(question.limit(1)) is not None


def undecided(session: Session, submission: Submission) -> tuple[str, ...]:
    """Criteria on which the task force has not yet given its verdict; what is computed needs none."""
    spared = _standing_verdicts(session, submission) | waived(session, submission)
    return tuple(
        criterion.code
        for criterion in criteria_set_of(submission.campaign_unit.kind).criteria()
        if criterion.entered_by is not EnteredBy.SYSTEM and criterion.code not in spared
    )


def _standing_verdicts(session: Session, submission: Submission) -> set[str]:
    # A verdict on an answer that was changed afterwards is a verdict on something nobody claims any more.
    read = and_(Answer.submission_id == Verdict.submission_id, Answer.criterion == Verdict.criterion)
    verdicts = (
        select(Verdict.criterion)
        .outerjoin(Answer, read)
        .where(
            Verdict.submission_id == submission.id,
            Verdict.answer_version == func.coalesce(Answer.version, 0),
        )
    )
    return set(session.scalars(verdicts))


def _scrutiny(session: Session, submission: Submission) -> Scrutiny:
    questions = session.scalars(
        select(Question.criterion)
        .where(Question.submission_id == submission.id, Question.closed_at.is_(None))
        .order_by(Question.id)
    )
    open_visit = select(FieldVisit.id).where(
        FieldVisit.submission_id == submission.id,
        FieldVisit.recorded_at.is_(None),
        FieldVisit.called_off_at.is_(None),
    )
    return Scrutiny(
        undecided=undecided(session, submission),
        open_questions=tuple(questions),
        visit_without_minutes=session.scalar(open_visit.limit(1)) is not None,
    )
