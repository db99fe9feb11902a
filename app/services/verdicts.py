"""Verdicts as rows: which points a decision may give, how it is kept, and the totals that follow from all of them.

Asks nobody for permission; ``app.services.verification`` does, and holds the unit of work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select

from app.faults import FieldFault, Invalid, Outdated
from app.models import Answer, Submission, Verdict
from app.queries.cases import sheet_of, waived
from app.queries.criteria_sets import criteria_set_of
from app.queries.verification import standing
from app.services.answer_faults import prose
from app.unit import UnitOfWork
from criteria.answers import AnswerSheet
from criteria.model import CriteriaSet, Criterion, EnteredBy, Survey, floor
from criteria.numbers import comma
from criteria.scoring import Context, Line, LineStatus, Scorecard, score

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Decision:
    """What the task force makes of one criterion: ``points`` None keeps the unit's own score.

    ``on_site``: decided by what a visit found. ``answer_version``: the version of the answer that was shown (0 for
    none), None where no page was shown.
    """

    points: Decimal | None = None
    reason: str = ""
    on_site: bool = False
    answer_version: int | None = None


KEPT = Decision()


@dataclass(frozen=True, slots=True)
class Docket:
    """What decisions on one form are judged by: its set, its answers and own scores, and the versions of its answers."""

    submission: Submission
    criteria_set: CriteriaSet
    sheet: AnswerSheet
    own: Scorecard
    not_applicable: frozenset[str]
    versions: Mapping[str, int]
    answered: frozenset[str]


def docket_for(work: UnitOfWork, submission: Submission) -> Docket:
    """Gather what decisions on a form are judged by, in a constant number of queries."""
    criteria_set = criteria_set_of(submission.campaign_unit.kind)
    spared = waived(work.session, submission)
    sheet = sheet_of(work.session, submission)
    versions = select(Answer.criterion, Answer.version).where(Answer.submission_id == submission.id)
    return Docket(
        submission,
        criteria_set,
        sheet,
        score(criteria_set, sheet, Context(not_applicable=spared)),
        spared,
        dict(work.session.execute(versions).all()),
        frozenset(code for code, answer in sheet.answers.items() if answer.value is not None),
    )


def decidable(docket: Docket) -> tuple[Criterion, ...]:
    """The criteria that ask for a verdict: all but what is computed and what does not apply."""
    return tuple(
        criterion
        for criterion in docket.criteria_set.criteria()
        if criterion.entered_by is not EnteredBy.SYSTEM and criterion.code not in docket.not_applicable
    )


def keepable(docket: Docket, criterion: Criterion) -> bool:
    """Is there an own score to keep? A survey that nobody has entered has none."""
    return not isinstance(criterion.rule, Survey) or criterion.code in docket.answered


def checked(
    docket: Docket, decisions: Mapping[str, Decision], *, prefixed: bool = False
) -> dict[str, Decision]:
    """The decisions as they are to be kept: tidy reasons, and points that equal the own score as "kept".

    Raises:
        Invalid: points out of range, a changed score without its reason, or a criterion that is not decided on.
        Outdated: an answer has changed since it was shown.
    """
    faults: list[FieldFault] = []
    sound: dict[str, Decision] = {}
    for code, decision in decisions.items():
        found = _faults(docket, code, decision, f"{code}." if prefixed else "")
        faults += found
        if not found:
            sound[code] = _settled(docket, code, decision)
    if faults:
        raise Invalid(*faults)
    return sound


def keep(work: UnitOfWork, docket: Docket, decisions: Mapping[str, Decision]) -> None:
    """Write checked decisions, new ones in one statement, and bring the form's totals up to date."""
    rows = work.session.scalars(
        select(Verdict).where(
            Verdict.submission_id == docket.submission.id, Verdict.criterion.in_(decisions.keys())
        )
    )
    there = {row.criterion: row for row in rows}
    for code, row in there.items():
        for column, value in _values(work, docket, code, decisions[code]).items():
            setattr(row, column, value)
    work.session.flush()
    fresh = [
        {"submission_id": docket.submission.id, "criterion": code} | _values(work, docket, code, decision)
        for code, decision in decisions.items()
        if code not in there
    ]
    if fresh:
        work.session.execute(insert(Verdict), fresh)
    _refresh(work, docket)


def refresh(work: UnitOfWork, submission: Submission) -> None:
    """Bring a form's kept totals up to date after one of its answers changed under verdicts already given."""
    work.session.flush()
    _refresh(work, docket_for(work, submission))


def as_facts(decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """Decisions as JSON, for the audit trail."""
    return {
        code: {
            "points": None if one.points is None else comma(one.points).replace(",", "."),
            "reason": one.reason,
        }
        for code, one in decisions.items()
    }


def _refresh(work: UnitOfWork, docket: Docket) -> None:
    # Totals are those of this form alone; what other units' figures decide comes in with the ranking run.
    found = standing(work.session, docket.submission.id, docket.versions)
    decided = {code: points for code, points in found.items() if points is not None}
    card = score(
        docket.criteria_set, docket.sheet, Context(not_applicable=docket.not_applicable, decided=decided)
    )
    submission = docket.submission
    submission.decided = sum(criterion.code in found for criterion in decidable(docket))
    submission.verified_points, submission.verified_max = card.total, card.max


def _values(work: UnitOfWork, docket: Docket, code: str, decision: Decision) -> dict[str, Any]:
    return {
        "points": decision.points,
        "reason": decision.reason,
        "on_site": decision.on_site,
        "answer_version": docket.versions.get(code, 0),
        "decided_by_id": work.actor.id,
        "decided_by_name": work.actor.name,
        "decided_at": work.now,
    }


def _faults(docket: Docket, code: str, decision: Decision, prefix: str) -> list[FieldFault]:
    unfit = _unfit(docket, code)
    if unfit:
        return [FieldFault(f"{prefix}criterion", "not_decided_on", unfit)]
    if decision.answer_version is not None and decision.answer_version != docket.versions.get(code, 0):
        raise Outdated(f"answer {code}")
    criterion = docket.criteria_set.criterion(code)
    return [
        *_points_faults(docket, criterion, decision, prefix),
        *_reason_faults(docket, code, decision, prefix),
    ]


def _unfit(docket: Docket, code: str) -> str:
    if not docket.criteria_set.has(code):
        return str(_("Bộ tiêu chí không có mã %(code)s", code=code))
    if docket.criteria_set.criterion(code).entered_by is EnteredBy.SYSTEM:
        return str(_("Tiêu chí %(code)s do máy tính từ kết quả của cấp dưới, không chấm tay", code=code))
    if code in docket.not_applicable:
        return str(_("Tiêu chí %(code)s không áp dụng cho đơn vị này", code=code))
    return ""


def _points_faults(
    docket: Docket, criterion: Criterion, decision: Decision, prefix: str
) -> Sequence[FieldFault]:
    points, least, most = decision.points, floor(criterion.rule), criterion.max
    if points is None:
        words = _("Nhập điểm của tiêu chí %(code)s: đơn vị không tự chấm tiêu chí này", code=criterion.code)
        return () if keepable(docket, criterion) else (FieldFault(f"{prefix}points", "blank", words),)
    if not points.is_finite() or not least <= points <= most:
        words = _("Điểm thẩm tra phải từ %(least)s đến %(most)s", least=comma(least), most=comma(most))
        return (FieldFault(f"{prefix}points", "out_of_range", words),)
    if points != docket.criteria_set.rounding.round(points):
        places = docket.criteria_set.rounding.places
        words = _("Ghi điểm thẩm tra với nhiều nhất %(places)s chữ số sau dấu phẩy", places=places)
        return (FieldFault(f"{prefix}points", "too_precise", words),)
    return ()


def _reason_faults(docket: Docket, code: str, decision: Decision, prefix: str) -> Sequence[FieldFault]:
    reason = prose(decision.reason)
    if len(reason) > LONGEST_REASON:
        words = _(
            "Lý do phải ngắn hơn %(limit)s ký tự (đang là %(length)s)",
            limit=LONGEST_REASON,
            length=len(reason),
        )
        return (FieldFault(f"{prefix}reason", "too_long", words),)
    is_survey = isinstance(docket.criteria_set.criterion(code).rule, Survey)
    if decision.points is None or is_survey or reason or _equals(docket.own.line(code), decision.points):
        return ()
    words = _("Nhập lý do cho điểm khác với điểm đơn vị tự chấm")
    return (FieldFault(f"{prefix}reason", "blank", words),)


def _settled(docket: Docket, code: str, decision: Decision) -> Decision:
    same = decision.points is not None and _equals(docket.own.line(code), decision.points)
    points = None if same and keepable(docket, docket.criteria_set.criterion(code)) else decision.points
    return Decision(points, prose(decision.reason), decision.on_site)


def _equals(line: Line, points: Decimal) -> bool:
    return line.status is LineStatus.SCORED and line.points == points
