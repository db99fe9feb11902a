"""What goes into a ranking: sets, rules, and each unit's answers, decided points and waivers. Scores nothing.

Everything is read in a constant number of queries, however many units a campaign has. The digest of the inputs is
what a ranking run is frozen on: it names contents only, no row ids and no times, so that it survives a move to
another database.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
from app.queries.granted import named_extensions
from app.queries.lateness import handed_in_late
from criteria.canonical import decimal_text
from criteria.model import CriteriaSet
from criteria.ranking import RankingRules
from workflows.deadlines import Timetable
from workflows.vocabulary import Route, State

Extensions = Sequence[Mapping[str, Any]]
COUNTED_STATES = frozenset({State.VERIFIED, State.APPROVED, State.PUBLISHED})


class Part(StrEnum):
    """How a unit takes part: its form counts, it stayed silent, or it is still waited for."""

    COUNTED = "counted"
    SILENT = "silent"
    AWAITED = "awaited"


@dataclass(frozen=True, slots=True)
class UnitInput:
    """One unit of the frozen list and what it brings. ``id`` and ``parent_id`` are ids of campaign units.

    ``late``: its form was taken after its deadline. ``extensions``: its own ones, as they are made public.
    """

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
    late: bool
    extensions: Extensions
    answers: Mapping[str, dict[str, Any] | None]
    decided: Mapping[str, Decimal]
    waived: frozenset[str]


@dataclass(frozen=True, slots=True)
class KindInput:
    """How one kind of unit is measured and ranked, and the extensions of all its units."""

    kind: str
    criteria_set: CriteriaSet
    set_digest: str
    rules: RankingRules
    extensions: Extensions = ()


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
            "kinds": {
                one.kind: {"set": one.set_digest, "rules": one.rules.to_json(), **given(one)}
                for one in self.kinds
            },
            "units": {
                names[unit.id]: {
                    "parent": names.get(unit.parent_id or 0),
                    "ranked": unit.ranked,
                    "part": unit.part,
                    "answers": unit.answers,
                    "decided": {code: decimal_text(points) for code, points in unit.decided.items()},
                    "waived": sorted(unit.waived),
                    **given(unit),
                }
                for unit in self.units
            },
        }


def given(one: UnitInput | KindInput) -> dict[str, Any]:
    """What was out of the ordinary about time, as a document says it: nothing where nothing was."""
    late = {"late": True} if isinstance(one, UnitInput) and one.late else {}
    return {**late, **({"extensions": list(one.extensions)} if one.extensions else {})}


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
    times = _Times(session, campaign, now)
    units = [
        _unit(
            row,
            times,
            answers=answers.get(row.submission_id, {}),
            decided=decided.get(row.submission_id, {}),
            waived=frozenset(waived.get(row.submission_id, {})),
        )
        for row in _unit_rows(session, campaign)
    ]
    kinds = tuple(_kind(kind, times) for kind in campaign.kinds)
    return Inputs(campaign.id, kinds, tuple(_in_order(units)))


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


class _Times:
    """What the dates in force say of each form at one instant."""

    def __init__(self, session: Session, campaign: Campaign, now: datetime) -> None:
        self._kinds = {kind.id: kind for kind in campaign.kinds}
        self._book, self._now = DeadlineBook(session, [campaign.id]), now

    def of(self, row: Row[Any]) -> tuple[Part, bool]:
        """How a form takes part, and whether it came late."""
        kind = self._kinds[row.kind_id]
        timetable = self._book.timetable(
            kind, row.submission_id, repair_due=row.repair_due_at, begun_at=row.begun_at
        )
        return part_of(row, kind, timetable, self._now), handed_in_late(row, kind, timetable)

    def extensions(self, kind_id: int, submission_id: int | None) -> Extensions:
        """The extensions of a whole kind, or those of one form alone, as they are made public."""
        rows = self._book.extensions(kind_id, submission_id)
        return named_extensions(
            self._kinds[kind_id], [row for row in rows if row.submission_id == submission_id]
        )


def _kind(kind: CampaignKind, times: _Times) -> KindInput:
    return KindInput(
        kind.unit_kind,
        criteria_set_of(kind),
        kind.criteria_set.digest,
        RankingRules.from_json(kind.ranking),
        times.extensions(kind.id, None),
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
            Submission.begun_at,
            Submission.first_submitted_at,
            Submission.submitted_at,
            Submission.consolidated_at,
        )
        .join(Submission, Submission.campaign_unit_id == CampaignUnit.id)
        .where(CampaignUnit.campaign_id == campaign.id)
    )


def _unit(
    row: Row[Any],
    times: _Times,
    *,
    answers: Mapping[str, Any],
    decided: Mapping[str, Decimal],
    waived: frozenset[str],
) -> UnitInput:
    part, late = times.of(row)
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
        late=late,
        extensions=times.extensions(row.kind_id, row.submission_id),
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
