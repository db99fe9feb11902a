"""What a unit answered last time, and what was found of it: beside the criteria of this year. Never writes.

The last time is the last campaign that ended before this one's period, of the unit itself; else of the units that
went into it. A criterion is compared where code and kind of rule are the same.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.models import (
    Answer,
    Campaign,
    CampaignKind,
    CampaignStatus,
    CampaignUnit,
    CarriedAnswer,
    Document,
    Edition,
    Purpose,
    Submission,
    Succession,
    Verdict,
)
from app.queries.criteria_sets import criteria_set_of
from app.queries.desk_results import is_decided
from criteria.answers import Value, value_from_json, value_problems
from criteria.model import CriteriaSet, Criterion, EnteredBy


@dataclass(frozen=True, slots=True)
class Before:
    """One criterion as it was last time; ``comparable``: it is still the same criterion."""

    earlier: "Earlier"
    criterion: Criterion
    comparable: bool
    value: Value | None
    reason: str
    own: Decimal | None
    verified: Decimal | None
    verdict_reason: str
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class Earlier:
    """An earlier form, with what is needed to show it beside the present one."""

    submission: Submission
    same_unit: bool
    answers: Mapping[str, Answer]
    verdicts: Mapping[str, Verdict]
    proofs: Mapping[str, tuple[Document, ...]]

    @property
    def year(self) -> int:
        """The year of its campaign."""
        return self.submission.campaign.year

    @property
    def unit_name(self) -> str:
        """The unit's name as it was then."""
        return self.submission.campaign_unit.formal_name

    @cached_property
    def criteria_set(self) -> CriteriaSet:
        """The criteria of then."""
        return criteria_set_of(self.submission.campaign_unit.kind)

    def of(self, criterion: Criterion) -> Before | None:
        """What was said of a criterion of today's set; None where its code was not there or nothing was said."""
        code = criterion.code
        if not self.criteria_set.has(code) or not self._said(code):
            return None
        then, row, verdict = (
            self.criteria_set.criterion(code),
            self.answers.get(code),
            self.verdicts.get(code),
        )
        own = row.points if row else None
        return Before(
            earlier=self,
            criterion=then,
            comparable=then.rule.kind == criterion.rule.kind,
            value=value_from_json(then.rule, row.value) if row and row.value is not None else None,
            reason=row.reason if row else "",
            own=own,
            verified=None if verdict is None else own if verdict.points is None else verdict.points,
            verdict_reason=verdict.reason if verdict else "",
            documents=self.proofs.get(code, ()),
        )

    def _said(self, code: str) -> bool:
        row, verdict = self.answers.get(code), self.verdicts.get(code)
        answered = row is not None and (row.value is not None or bool(row.reason))
        return answered or (verdict is not None and verdict.points is not None)


def earlier_forms(session: Session, submission: Submission) -> tuple[Earlier, ...]:
    """The last form of the unit itself; else the last ones of the units that went into it. Constant in queries."""
    own, latest = _latest(session, submission)
    return _filled(session, latest, same_unit=own)


def _latest(session: Session, submission: Submission) -> tuple[bool, Sequence[Submission]]:
    own = _forms_of(session, submission, (submission.campaign_unit.unit_id,))[:1]
    if own:
        return True, own
    before = session.scalars(
        select(Succession.predecessor_id).where(Succession.successor_id == submission.campaign_unit.unit_id)
    ).all()
    found = _forms_of(session, submission, before) if before else ()
    return False, [form for form in found if form.campaign_id == found[0].campaign_id]


def earlier_year(session: Session, submission: Submission) -> int | None:
    """The year of the one earlier form whose figures could be a draft of this one; None where there is none such."""
    own, latest = _latest(session, submission)
    return latest[0].campaign.year if own or len(latest) == 1 else None


def carriable(
    earlier: Sequence[Earlier], criteria_set: CriteriaSet, blank: frozenset[str]
) -> tuple[Before, ...]:
    """What could be a draft of this year's blank criteria: sound by today's rule, and from one form alone."""
    if len(earlier) != 1:
        return ()
    found = (
        earlier[0].of(criterion)
        for criterion in criteria_set.criteria()
        if criterion.code in blank and criterion.entered_by == EnteredBy.UNIT
    )
    return tuple(one for one in found if one is not None and _fits(criteria_set, one))


def carried_of(session: Session, submission_id: int) -> Mapping[str, CarriedAnswer]:
    """The answers of an earlier form that are offered as drafts of this one, whether still wanted or not."""
    rows = session.scalars(select(CarriedAnswer).where(CarriedAnswer.submission_id == submission_id))
    return {row.criterion: row for row in rows}


def _fits(criteria_set: CriteriaSet, one: Before) -> bool:
    if not one.comparable or one.value is None:
        return False
    return not value_problems(criteria_set.criterion(one.criterion.code).rule, one.value)


def _forms_of(session: Session, submission: Submission, units: Sequence[int]) -> Sequence[Submission]:
    published = exists().where(Edition.campaign_id == Campaign.id)
    return session.scalars(
        select(Submission)
        .join(Submission.campaign_unit)
        .join(Submission.campaign)
        .where(
            CampaignUnit.unit_id.in_(units),
            Campaign.id != submission.campaign_id,
            Campaign.period_end < submission.campaign.period_end,
            or_(Campaign.status == CampaignStatus.CLOSED, published),
        )
        .options(
            contains_eager(Submission.campaign),
            contains_eager(Submission.campaign_unit)
            .joinedload(CampaignUnit.kind)
            .joinedload(CampaignKind.criteria_set),
        )
        .order_by(Campaign.period_end.desc(), Campaign.id.desc(), CampaignUnit.display_order, Submission.id)
    ).all()


def _filled(session: Session, forms: Sequence[Submission], *, same_unit: bool) -> tuple[Earlier, ...]:
    if not forms:
        return ()
    keys = [form.id for form in forms]
    answers: dict[int, dict[str, Answer]] = defaultdict(dict)
    for answer in session.scalars(select(Answer).where(Answer.submission_id.in_(keys))):
        answers[answer.submission_id][answer.criterion] = answer
    verdicts: dict[int, dict[str, Verdict]] = defaultdict(dict)
    for verdict in session.scalars(select(Verdict).where(Verdict.submission_id.in_(keys))):
        verdicts[verdict.submission_id][verdict.criterion] = verdict
    proofs = _proofs(session, keys)
    return tuple(
        Earlier(
            form,
            same_unit,
            answers[form.id],
            verdicts[form.id] if is_decided(form) else {},
            {code: tuple(rows) for code, rows in proofs[form.id].items()},
        )
        for form in forms
    )


def _proofs(session: Session, keys: Sequence[int]) -> Mapping[int, Mapping[str, list[Document]]]:
    found: dict[int, dict[str, list[Document]]] = defaultdict(lambda: defaultdict(list))
    rows = session.scalars(
        select(Document)
        .where(Document.submission_id.in_(keys), Document.purpose == Purpose.EVIDENCE)
        .options(joinedload(Document.uses))
        .order_by(Document.id)
    ).unique()
    for document in rows:
        for use in document.uses:
            found[document.submission_id][use.criterion].append(document)
    return found
