"""One predicate for each reason to refuse. A guard answers with a Refusal or None; it never acts and never raises.

Names read after "unless refused by": *self_assess, unless refused by answered, reasons_given, in_time*.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflows.case import Actor, Case


class Reason(StrEnum):
    """Why an action is refused. Each has a label in both languages."""

    CAMPAIGN_CLOSED = "campaign_closed"
    INVALID_ANSWERS = "invalid_answers"
    UNANSWERED = "unanswered"
    REASON_MISSING = "reason_missing"
    EVIDENCE_MISSING = "evidence_missing"
    REPORT_MISSING = "report_missing"
    HEAD_NOT_AGREED = "head_not_agreed"
    NOT_YET_OPEN = "not_yet_open"
    TOO_LATE = "too_late"
    PACKAGE_TOO_LATE = "package_too_late"
    TAKEN_UP = "taken_up"
    OWN_FORM_MISSING = "own_form_missing"
    UNDECIDED = "undecided"
    OPEN_QUESTION = "open_question"
    MINUTES_MISSING = "minutes_missing"
    NO_FROZEN_RUN = "no_frozen_run"
    RUN_OUTDATED = "run_outdated"
    NOT_WHAT_WAS_SHOWN = "not_what_was_shown"
    EXPLANATIONS_OPEN = "explanations_open"
    EXPLANATION_UNDECIDED = "explanation_undecided"
    SAME_PERSON = "same_person"
    DECISION_MISSING = "decision_missing"
    NOT_PROPOSED = "not_proposed"
    NOTE_MISSING = "note_missing"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason, with the criteria or units it is about and the instant it turns on, if any."""

    code: Reason
    items: tuple[str, ...] = ()
    at: datetime | None = None


Guard = Callable[[Case, Actor, datetime], Refusal | None]


def _where(items: tuple[str, ...], code: Reason) -> Refusal | None:
    return Refusal(code, items) if items else None


def running(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """The campaign has not been closed; in a closed one nothing moves any more."""
    return None if case.running else Refusal(Reason.CAMPAIGN_CLOSED)


def valid(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """Every answer can be read by its rule."""
    return _where(case.form.invalid, Reason.INVALID_ANSWERS)


def answered(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """Every criterion asked of the unit has an answer ("điền đầy đủ thông tin", dispatch 1252/STTTT-CNTT)."""
    return _where(case.form.unanswered, Reason.UNANSWERED)


def reasons_given(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """Every score below its maximum says why ("nêu rõ lý do không đạt", dispatch 1252/STTTT-CNTT)."""
    return _where(case.form.without_reason, Reason.REASON_MISSING)


def evidence_attached(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """Criteria that ask for a document have one."""
    return _where(case.form.without_evidence, Reason.EVIDENCE_MISSING)


def report_attached(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """The report on results is there where the campaign asks for it (dispatch 1252/STTTT-CNTT, I.3)."""
    return Refusal(Reason.REPORT_MISSING) if case.form.report_missing else None


def head_agreed(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """The unit's head has agreed to this very content, where the campaign asks for it."""
    return Refusal(Reason.HEAD_NOT_AGREED) if case.form.agreement_missing else None


def in_time(case: Case, _actor: Actor, now: datetime) -> Refusal | None:
    """The campaign takes forms from ``opens`` on, and no longer once ``closes`` has come."""
    if case.opens is not None and now < case.opens:
        return Refusal(Reason.NOT_YET_OPEN, at=case.opens)
    if case.closes is not None and now >= case.closes:
        return Refusal(Reason.TOO_LATE, at=case.closes)
    return None


def package_in_time(case: Case, _actor: Actor, now: datetime) -> Refusal | None:
    """The consolidator sends its package before its own deadline."""
    if case.package_closes is not None and now >= case.package_closes:
        return Refusal(Reason.PACKAGE_TOO_LATE, at=case.package_closes)
    return None


def not_taken_up(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """Nobody has begun to work on the form."""
    return Refusal(Reason.TAKEN_UP) if case.taken_up else None


def own_form_there(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """The consolidator's own form is submitted, since the package goes "cấp huyện và cấp xã" together."""
    return Refusal(Reason.OWN_FORM_MISSING) if case.package.own_form_missing else None


def all_decided(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """The task force has decided every criterion."""
    return _where(case.scrutiny.undecided, Reason.UNDECIDED)


def no_open_question(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """Every question to the unit has been closed."""
    return _where(case.scrutiny.open_questions, Reason.OPEN_QUESTION)


def minutes_taken(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """A planned field visit has its minutes."""
    return Refusal(Reason.MINUTES_MISSING) if case.scrutiny.visit_without_minutes else None


def run_frozen(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """There is a ranking run, and nothing that went into it has changed since."""
    if case.run is None:
        return Refusal(Reason.NO_FROZEN_RUN)
    if case.run.digest != case.run.current:
        return Refusal(Reason.RUN_OUTDATED)
    return None


def as_shown(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """The run is the one whose digest the person was shown."""
    if case.run is not None and case.run.shown != case.run.digest:
        return Refusal(Reason.NOT_WHAT_WAS_SHOWN)
    return None


def explanations_over(case: Case, _actor: Actor, now: datetime) -> Refusal | None:
    """The time in which units may explain themselves has passed."""
    until = case.run.explanations_until if case.run else None
    return Refusal(Reason.EXPLANATIONS_OPEN, at=until) if until is not None and now < until else None


def replies_decided(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """Every explanation has its answer."""
    return _where(case.run.undecided_explanations, Reason.EXPLANATION_UNDECIDED) if case.run else None


def second_person(case: Case, actor: Actor, _now: datetime) -> Refusal | None:
    """Not one of those who took the step before."""
    if case.run is not None and actor.id in case.run.hands:
        return Refusal(Reason.SAME_PERSON)
    return None


def decision_recorded(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """The decision's number and date are on record."""
    if case.run is not None and not case.run.decision_recorded:
        return Refusal(Reason.DECISION_MISSING)
    return None


def proposed(case: Case, _actor: Actor, _now: datetime) -> Refusal | None:
    """A first person has put the run forward for publication."""
    return Refusal(Reason.NOT_PROPOSED) if case.run is not None and not case.run.proposed else None
