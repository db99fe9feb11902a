"""Saving a unit's answers. A draft may be incomplete, but never unreadable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, null, select

from app.faults import FieldFault, Invalid, Missing
from app.i18n.labels import moment
from app.models import Answer, Remark, Submission, Verb
from app.queries.cases import waived
from app.queries.criteria_sets import criteria_set_of
from app.services.answer_faults import prose, reason_fault, value_fault
from app.services.drafts import draft, recount, worked
from app.unit import UnitOfWork, unit
from criteria.answers import Answer as GivenAnswer
from criteria.answers import AnswerSheet, InvalidValue, fields, read_value, value_from_json, value_to_json
from criteria.model import CriteriaSet, EnteredBy
from criteria.scoring import LineStatus, score
from workflows.case import Actor

Raw = Mapping[str, str | list[str]]
SETTLED = frozenset({LineStatus.SCORED, LineStatus.NOT_APPLICABLE})


class Conflict(Invalid):
    """Somebody else has saved this answer since it was shown; nothing was changed."""


@dataclass(frozen=True, slots=True)
class AnswerInput:
    """What was typed for one criterion: text by field name; ``raw`` None or all blank takes the answer back."""

    raw: Raw | None
    reason: str = ""
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    value: dict[str, Any] | None
    reason: str
    estimated: bool

    def as_audit(self) -> dict[str, Any]:
        return {"value": self.value, "reason": self.reason, "estimated": self.estimated}


def save_answer(
    actor: Actor, submission_id: int, criterion: str, given: AnswerInput, *, version: int | None
) -> Answer:
    """Save one answer. Faults carry the field's own name, or ``reason``. What is stored already is not stored again,
    unless a reader's remark waits for an answer: then saving it again is the unit's word that it stays.

    ``version`` is the one of the answer that was shown, 0 where there was none, None not to check.

    Raises:
        Missing: out of reach. Forbidden: the actor may only read. Conflict: the answer was saved by somebody else
        meanwhile. Invalid: the form is locked or late, the criterion is not the unit's to answer, or a figure
        cannot be read.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        read = _read_all(work, submission, {criterion: given}, prefixed=False)
        stored = _stored(work, submission)
        # Two people who say the same do not contradict each other.
        if version is not None and not _same(read[criterion], stored.get(criterion)):
            _refuse_conflicts(stored, {criterion: version}, prefixed=False)
        _keep(work, submission, _news(work, submission, read, stored), stored)
        return work.session.scalars(
            select(Answer).where(Answer.submission_id == submission.id, Answer.criterion == criterion)
        ).one()


def autosave_answer(
    actor: Actor, submission_id: int, criterion: str, typed: Mapping[str, list[str]], *, version: int
) -> None:
    """Keep one answer while it is typed. What is stored already changes nothing, whatever version was shown.

    ``typed`` holds the texts of a whole form by name: the boxes of the criterion's rule, ``reason``, ``estimated``.

    Raises:
        As :func:`save_answer`.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        given = _given(submission, criterion, typed)
        read = _read_all(work, submission, {criterion: given}, prefixed=False)
        stored = _stored(work, submission)
        if not _same(read[criterion], stored.get(criterion)):
            _refuse_conflicts(stored, {criterion: version}, prefixed=False)
            _keep(work, submission, read, stored)


def _given(submission: Submission, criterion: str, typed: Mapping[str, list[str]]) -> AnswerInput:
    known = criteria_set_of(submission.campaign_unit.kind)
    if not known.has(criterion):
        raise Missing(f"criterion {criterion}")
    names = [field.name for field in fields(known.criterion(criterion).rule)]
    return AnswerInput(
        {name: typed[name] for name in names if name in typed},
        "".join(typed.get("reason", ())),
        estimated=any(typed.get("estimated", ())),
    )


def save_answers(
    actor: Actor,
    submission_id: int,
    given: Mapping[str, AnswerInput],
    *,
    versions: Mapping[str, int] | None = None,
) -> Submission:
    """Save many answers, all or none. Faults are named ``<criterion>.<field>``.

    Raises:
        As :func:`save_answer`.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        write_answers(work, submission, given, versions or {})
    return submission


def write_answers(
    work: UnitOfWork, submission: Submission, given: Mapping[str, AnswerInput], versions: Mapping[str, int]
) -> None:
    """As :func:`save_answers`, for a draft that the caller's unit of work has loaded as one.

    Raises:
        Conflict, Invalid: as :func:`save_answers`.
    """
    read = _read_all(work, submission, given, prefixed=True)
    stored = _stored(work, submission)
    _refuse_conflicts(stored, versions, prefixed=True)
    _keep(work, submission, _news(work, submission, read, stored), stored)


def _read_all(
    work: UnitOfWork, submission: Submission, given: Mapping[str, AnswerInput], *, prefixed: bool
) -> dict[str, _Read]:
    known = criteria_set_of(submission.campaign_unit.kind)
    excused = waived(work.session, submission)
    read: dict[str, _Read] = {}
    faults: list[FieldFault] = []
    for code, one in given.items():
        refused = _not_asked(known, excused, code)
        found = [refused] if refused else list(_read_one(known, code, one, read))
        faults += [replace(fault, field=f"{code}.{fault.field}") for fault in found] if prefixed else found
    if faults:
        raise Invalid(*faults)
    return read


def _not_asked(known: CriteriaSet, excused: frozenset[str], code: str) -> FieldFault | None:
    if not known.has(code):
        return FieldFault("", "unknown_criterion", _("Bộ tiêu chí không có mã %(code)s", code=code[:40]))
    if known.criterion(code).entered_by != EnteredBy.UNIT:
        words = _(
            "Tiêu chí %(code)s do cơ quan chủ trì nhập hoặc hệ thống tính; đơn vị không kê khai", code=code
        )
        return FieldFault("", "not_yours", words)
    if code in excused:
        words = _("Tiêu chí %(code)s không áp dụng cho đơn vị; không cần kê khai", code=code)
        return FieldFault("", "waived", words)
    return None


def _read_one(
    known: CriteriaSet, code: str, given: AnswerInput, read: dict[str, _Read]
) -> Iterator[FieldFault]:
    """Read one input into ``read``, or yield what is wrong with it."""
    reason = prose(given.reason)
    too_long = reason_fault(reason)
    if too_long:
        yield too_long
    rule = known.criterion(code).rule
    try:
        value = None if _blank(given.raw) else value_to_json(read_value(rule, given.raw or {}))
    except InvalidValue as error:
        yield from (value_fault(rule, problem) for problem in error.problems)
        return
    if not too_long:
        read[code] = _Read(value, reason, given.estimated)


def _blank(raw: Raw | None) -> bool:
    texts = (
        text for typed in (raw or {}).values() for text in (typed if isinstance(typed, list) else [typed])
    )
    return not any(not isinstance(text, str) or text.strip() for text in texts)


def _stored(work: UnitOfWork, submission: Submission) -> dict[str, Answer]:
    rows = work.session.scalars(select(Answer).where(Answer.submission_id == submission.id))
    return {row.criterion: row for row in rows}


def _news(
    work: UnitOfWork, submission: Submission, read: Mapping[str, _Read], stored: Mapping[str, Answer]
) -> dict[str, _Read]:
    """What is to be written: all that differs from what is stored, and all at which a remark waits."""
    waiting = _remarked(work, submission) if any(code in stored for code in read) else {}
    return {
        code: one
        for code, one in read.items()
        if code not in stored
        or not _same(one, stored[code])
        or (code in waiting and waiting[code] >= stored[code].saved_at)
    }


def _remarked(work: UnitOfWork, submission: Submission) -> dict[str, datetime]:
    """When the last remark was made that nobody has settled, by criterion."""
    rows = work.session.execute(
        select(Remark.criterion, Remark.at)
        .where(Remark.submission_id == submission.id, Remark.settled_at.is_(None))
        .order_by(Remark.at)
    )
    return dict(iter(rows))


def _same(read: _Read, row: Answer | None) -> bool:
    return read == (_Read(None, "", estimated=False) if row is None else _content(row))


def _refuse_conflicts(stored: Mapping[str, Answer], versions: Mapping[str, int], *, prefixed: bool) -> None:
    lost = [
        code
        for code, version in versions.items()
        if version != (stored[code].version if code in stored else 0)
    ]
    faults = [
        _conflict(code, stored.get(code), f"{code}.version" if prefixed else "version") for code in lost
    ]
    if faults:
        raise Conflict(*faults)


def _conflict(code: str, row: Answer | None, field: str) -> FieldFault:
    if row is None:
        return FieldFault(field, "conflict", _("Trang này đã cũ. Mở lại tiêu chí %(code)s.", code=code))
    words = _(
        "%(person)s đã lưu tiêu chí %(code)s lúc %(moment)s, sau khi trang này được mở",
        person=row.saved_by_name,
        code=code,
        moment=moment(row.saved_at),
    )
    return FieldFault(field, "conflict", words)


def _keep(
    work: UnitOfWork, submission: Submission, read: Mapping[str, _Read], stored: Mapping[str, Answer]
) -> None:
    if not read:
        return
    before = {code: _before(stored.get(code)) for code in read}
    points = _points(submission, read)
    fresh = []
    for code, one in read.items():
        content = _columns(work, one, points[code])
        if code in stored:
            _overwrite(stored[code], content)
        else:
            fresh.append({"submission_id": submission.id, "criterion": code, **content})
    if fresh:
        work.session.execute(insert(Answer), fresh)
    worked(work, submission)
    recount(work, submission)
    work.record(
        Verb.ANSWER_SAVED,
        submission,
        campaign=submission.campaign_id,
        before=before,
        after={code: one.as_audit() for code, one in read.items()},
    )


def _columns(work: UnitOfWork, read: _Read, points: Decimal | None) -> dict[str, Any]:
    columns = {
        "reason": read.reason,
        "estimated": read.estimated,
        "points": points,
        "saved_at": work.now,
        "saved_by_id": work.actor.id,
        "saved_by_name": work.actor.name,
    }
    # A missing value is NULL in the table, not the JSON word null.
    return columns if read.value is None else {**columns, "value": read.value}


def _overwrite(row: Answer, columns: Mapping[str, Any]) -> None:
    for name, entry in {"value": null(), **columns}.items():
        setattr(row, name, entry)


def _points(submission: Submission, read: Mapping[str, _Read]) -> dict[str, Decimal | None]:
    """What each answer earns so far; None where nothing is said or other units' figures are awaited."""
    criteria_set = criteria_set_of(submission.campaign_unit.kind)
    given = {
        code: GivenAnswer(code, value_from_json(criteria_set.criterion(code).rule, one.value))
        for code, one in read.items()
        if one.value is not None
    }
    lines = {line.code: line for line in score(criteria_set, AnswerSheet(given)).lines}
    return {
        code: lines[code].points if code in given and lines[code].status in SETTLED else None for code in read
    }


def _before(row: Answer | None) -> dict[str, Any] | None:
    return None if row is None else _content(row).as_audit()


def _content(row: Answer) -> _Read:
    return _Read(row.value, row.reason, row.estimated)
