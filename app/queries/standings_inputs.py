"""What goes into a ranking: sets, rules, and each unit's answers, decided points and waivers. Scores nothing.

Everything is read in a constant number of queries, however many units a campaign has. The digest of the inputs is
what a ranking run is frozen on: it names contents only, no row ids and no times, so that it survives a move to
another database.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.models import Answer, Campaign, CampaignKind, CampaignUnit, Submission, UnitKind, Verdict, Waiver
from app.queries.campaign_plans import plan_of
from app.queries.cases import BY_PACKAGE
from app.queries.criteria_sets import criteria_set_of
from app.queries.deadlines import DeadlineBook
from criteria.canonical import decimal_text
from criteria.model import CriteriaSet
from criteria.ranking import RankingRules
from workflows.deadlines import Timetable
from workflows.vocabulary import Route, State

COUNTED_STATES = frozenset({State.VERIFIED, State.APPROVED, State.PUBLISHED})


class Part(StrEnum):
    """How a unit takes part: its form counts, it stayed silent, or it is still waited for."""

    COUNTED = "counted"
    SILENT = "silent"
    AWAITED = "awaited"


@dataclass(frozen=True, slots=True)
class UnitInput:
    """One unit of the frozen list and what it brings. ``id`` and ``parent_id`` are ids of campaign units."""

    id: int
    submission_id: int
    parent_id: int | None
    kind: str
    code: str
    name: str
    formal_name: str
    slug: str
    order: int
    ranked: bool
    state: State
    part: Part
    answers: Mapping[str, dict[str, Any] | None]
    decided: Mapping[str, Decimal]
    waived: frozenset[str]


@dataclass(frozen=True, slots=True)
class KindInput:
    """How one kind of unit is measured and ranked."""

    kind: str
    criteria_set: CriteriaSet
    set_digest: str
    rules: RankingRules


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a ranking is made of, at one instant."""

    campaign_id: int
    kinds: tuple[KindInput, ...]
    units: tuple[UnitInput, ...]

    def of_part(self, part: Part) -> tuple[UnitInput, ...]:
        """The units that take part in this way, in the order of the list."""
        return tuple(unit for unit in self.units if unit.part is part)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of the inputs."""
        return sha256(canonical(self._document()).encode()).hexdigest()

    def _document(self) -> dict[str, Any]:
        names = {unit.id: f"{unit.kind}/{unit.code}" for unit in self.units}
        return {
            "kinds": {one.kind: {"set": one.set_digest, "rules": one.rules.to_json()} for one in self.kinds},
            "units": {
                names[unit.id]: {
                    "parent": names.get(unit.parent_id or 0),
                    "ranked": unit.ranked,
                    "part": unit.part,
                    "answers": unit.answers,
                    "decided": {code: decimal_text(points) for code, points in unit.decided.items()},
                    "waived": sorted(unit.waived),
                }
                for unit in self.units
            },
        }


def canonical(document: Mapping[str, Any]) -> str:
    """One spelling for a document: sorted keys, no spaces, plain Unicode."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def inputs_of(session: Session, campaign: Campaign, now: datetime) -> Inputs:
    """What a ranking run of this campaign would be made of at ``now``."""
    answers = _by_submission(session, campaign, select(Answer.submission_id, Answer.criterion, Answer.value))
    decided = _by_submission(
        session,
        campaign,
        select(Verdict.submission_id, Verdict.criterion, Verdict.points).where(Verdict.points.is_not(None)),
    )
    waived = _by_submission(
        session, campaign, select(Waiver.submission_id, Waiver.criterion, Waiver.id), counted=False
    )
    kinds = {kind.id: kind for kind in campaign.kinds}
    book = DeadlineBook(session, [campaign.id])
    units = [
        _unit(
            row,
            _part(row, kinds[row.kind_id], book, now),
            answers=answers.get(row.submission_id, {}),
            decided=decided.get(row.submission_id, {}),
            waived=frozenset(waived.get(row.submission_id, {})),
        )
        for row in _unit_rows(session, campaign)
    ]
    return Inputs(campaign.id, tuple(map(_kind, campaign.kinds)), tuple(_in_order(units)))


def part_of(row: Row[Any], kind: CampaignKind, timetable: Timetable, now: datetime) -> Part:
    """Does a form count, was its unit silent, or is it waited for?

    "Silent" is computed, never stored: an empty form past its deadline, and where the campaign lets the package's
    arrival count, a form that its consolidator did not send in time.
    """
    if row.state in COUNTED_STATES:
        return Part.COUNTED
    if row.state == State.DRAFT:
        return Part.SILENT if now >= timetable.closes else Part.AWAITED
    left_behind = row.state == State.SELF_ASSESSED and kind.route == Route.BY_CONSOLIDATOR
    by_package = plan_of(kind.campaign).late_counts == BY_PACKAGE
    if left_behind and by_package and now >= timetable.package_closes:
        return Part.SILENT
    return Part.AWAITED


def _part(row: Row[Any], kind: CampaignKind, book: DeadlineBook, now: datetime) -> Part:
    timetable = book.timetable(kind, row.submission_id, repair_due=row.repair_due_at)
    return part_of(row, kind, timetable, now)


def _kind(kind: CampaignKind) -> KindInput:
    return KindInput(
        kind.unit_kind,
        criteria_set_of(kind),
        kind.criteria_set.digest,
        RankingRules.from_json(kind.ranking),
    )


def _unit_rows(session: Session, campaign: Campaign) -> Iterable[Row[Any]]:
    return session.execute(
        select(
            CampaignUnit.id,
            CampaignUnit.kind_id,
            CampaignUnit.parent_id,
            CampaignUnit.unit_kind,
            CampaignUnit.code,
            CampaignUnit.full_name,
            CampaignUnit.formal_name,
            CampaignUnit.slug,
            CampaignUnit.display_order,
            CampaignUnit.ranked,
            Submission.id.label("submission_id"),
            Submission.state,
            Submission.repair_due_at,
        )
        .join(Submission, Submission.campaign_unit_id == CampaignUnit.id)
        .where(CampaignUnit.campaign_id == campaign.id)
    )


def _unit(
    row: Row[Any],
    part: Part,
    *,
    answers: Mapping[str, Any],
    decided: Mapping[str, Decimal],
    waived: frozenset[str],
) -> UnitInput:
    return UnitInput(
        id=row.id,
        submission_id=row.submission_id,
        parent_id=row.parent_id,
        kind=row.unit_kind,
        code=row.code,
        name=row.full_name,
        formal_name=row.formal_name,
        slug=row.slug,
        order=row.display_order,
        ranked=row.ranked,
        state=State(row.state),
        part=part,
        answers={code: value for code, value in answers.items() if code not in waived},
        decided={code: points for code, points in decided.items() if code not in waived},
        waived=waived,
    )


def _in_order(units: list[UnitInput]) -> list[UnitInput]:
    """Administrative order: by floor, then as the parents stand, then as the units stand."""
    floors = list(UnitKind)
    places = {unit.id: unit.order for unit in units}
    return sorted(
        units,
        key=lambda unit: (
            floors.index(UnitKind(unit.kind)),
            places.get(unit.parent_id or 0, 0),
            unit.order,
            unit.id,
        ),
    )


def _by_submission(
    session: Session, campaign: Campaign, wanted: Any, *, counted: bool = True
) -> dict[int, dict[str, Any]]:
    # Only the rows of forms that count: a draft may change every minute and goes into no ranking.
    forms = select(Submission.id).where(Submission.campaign_id == campaign.id)
    if counted:
        forms = forms.where(Submission.state.in_(COUNTED_STATES))
    column = wanted.selected_columns[0]
    grouped: dict[int, dict[str, Any]] = defaultdict(dict)
    for submission_id, criterion, value in session.execute(wanted.where(column.in_(forms))):
        grouped[submission_id][criterion] = value
    return grouped
