"""Standings of a whole campaign, as the JSON document that a ranking run keeps and an edition publishes.

Shape of the standings (numbers are text with a decimal point, absent ones null)::

    {"kinds": [{"kind", "title", "illustrative", "set", "max", "rules", "ranked_count", "silent_count",
                "groups": [{"code", "title", "level", "max", "criteria": [{"code", "title", "max", "entered_by"}]}],
                "rows": [{"unit", "code", "name", "formal_name", "slug", "parent", "parent_name", "place",
                          "place_in_parent", "points", "max", "percentage", "level", "grade", "note",
                          "self_points", "difference", "groups": {code: [points, max]}}]}],
     "units": {unit: [{"code", "points", "max", "self", "status", "working"}]}}

A row of a unit whose form was taken late has ``"late": true`` besides. A row, or a kind where all its units were
meant, has ``"extensions": [{"wording", "day", "until", "reason", "document", "ended_at"}]`` where there were any.

``unit`` and ``parent`` are ids of campaign units (text as a key of ``units``); ``note`` is "not_submitted",
"unranked" or null. Computes from frozen inputs only and never writes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

from app.models import Campaign, RankingRun
from app.queries.campaign_plans import plan_of
from app.queries.standings_inputs import Inputs, KindInput, Part, UnitInput, canonical, given
from app.queries.standings_scores import Cards, Scored, scorecards
from criteria.canonical import decimal_text
from criteria.model import CriteriaSet
from criteria.ranking import Entry, EntryStatus, Note, Row, rank

EDITION_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """A computed ranking: the rules by kind, the standings, and the digest that names inputs and outcome."""

    inputs_digest: str
    rules: dict[str, Any]
    standings: dict[str, Any]
    digest: str


def outcome_of(inputs: Inputs) -> Outcome:
    """Score and rank the units of a campaign, each kind by its own rules."""
    cards = scorecards(inputs)
    units = {unit.id: unit for unit in inputs.units}
    rules = {kind.kind: kind.rules.to_json() for kind in inputs.kinds}
    standings = {
        "kinds": [_kind(kind, inputs, cards, units) for kind in inputs.kinds],
        "units": {str(unit_id): _lines(scored) for unit_id, scored in cards.items()},
    }
    whole = canonical({"inputs": inputs.digest, "rules": rules, "standings": standings})
    return Outcome(inputs.digest, rules, standings, sha256(whole.encode()).hexdigest())


def edition_document(campaign: Campaign, run: RankingRun, number: int) -> str:
    """The canonical JSON text of a published result; it needs nothing else to be read."""
    plan = plan_of(campaign)
    decided_on = run.decision_date.isoformat() if run.decision_date else None
    return canonical(
        {
            "format": EDITION_FORMAT,
            "edition": number,
            "campaign": {
                "slug": campaign.slug,
                "name": campaign.name,
                "year": campaign.year,
                "period_start": campaign.period_start.isoformat(),
                "period_end": campaign.period_end.isoformat(),
                "zone": campaign.zone,
                "province": campaign.root.full_name,
                "verify_term": plan.verify_term,
                "publish_per_parent": {kind.kind: kind.ranking.publish_per_parent for kind in plan.kinds},
            },
            "decision": {
                "number": run.decision_number,
                "date": decided_on,
                "signer": run.decision_signer,
            },
            "run": {"number": run.number, "digest": run.digest, "inputs_digest": run.inputs_digest},
            **run.standings,
        }
    )


def _kind(kind: KindInput, inputs: Inputs, cards: Cards, units: Mapping[int, UnitInput]) -> dict[str, Any]:
    members = [unit for unit in inputs.units if unit.kind == kind.kind]
    entries = [_entry(unit, cards.get(unit.id)) for unit in members]
    standings = rank(entries, kind.rules)
    local = _places_in_parent(kind, members, entries)
    rows = [_row(row, units, cards, local) for row in standings.rows]
    return {
        "kind": kind.kind,
        "title": kind.criteria_set.title,
        "illustrative": kind.criteria_set.illustrative,
        "set": kind.set_digest,
        "max": decimal_text(kind.criteria_set.max),
        "rules": kind.rules.to_json(),
        "ranked_count": standings.ranked_count,
        "silent_count": sum(unit.part is not Part.COUNTED for unit in members),
        "groups": _groups(kind.criteria_set),
        "rows": rows,
        **given(kind),
    }


def _entry(unit: UnitInput, scored: Scored | None) -> Entry:
    if scored is None:
        return Entry(str(unit.id), EntryStatus.NOT_SUBMITTED if unit.ranked else EntryStatus.UNRANKED)
    card = scored.verified
    return Entry(
        key=str(unit.id),
        status=EntryStatus.RANKED if unit.ranked else EntryStatus.UNRANKED,
        scorecard_total=card.total,
        max=card.max,
        groups={group.code: (group.points, group.max) for group in card.groups},
    )


def _places_in_parent(
    kind: KindInput, members: Sequence[UnitInput], entries: Sequence[Entry]
) -> dict[str, int | None]:
    """Each unit's place among the units of its own parent, by the same rules."""
    families: dict[int, list[Entry]] = defaultdict(list)
    for unit, entry in zip(members, entries, strict=True):
        if unit.parent_id is not None:
            families[unit.parent_id].append(entry)
    return {row.key: row.place for family in families.values() for row in rank(family, kind.rules).rows}


def _row(
    row: Row, units: Mapping[int, UnitInput], cards: Cards, local: Mapping[str, int | None]
) -> dict[str, Any]:
    unit = units[int(row.key)]
    parent = units.get(unit.parent_id or 0)
    scored = cards.get(unit.id)
    if scored is None:  # silent, and perhaps not ranked either: no figure of its own
        row = replace(row, points=None, percentage=None, level=None, grade=None, note=Note.NOT_SUBMITTED)
    return {
        "unit": unit.id,
        "code": unit.code,
        "name": unit.name,
        "formal_name": unit.formal_name,
        "slug": unit.slug,
        "parent": parent.id if parent else None,
        "parent_name": parent.name if parent else "",
        "place": row.place,
        "place_in_parent": local.get(row.key),
        "points": _text(row.points),
        "max": _text(row.max) if scored else None,
        "percentage": _text(row.percentage),
        "level": row.level,
        "grade": row.grade,
        "note": row.note,
        "self_points": _text(scored.claimed.total) if scored else None,
        "difference": _text(scored.difference) if scored else None,
        "groups": _group_points(scored),
        **given(unit),
    }


def _group_points(scored: Scored | None) -> dict[str, list[str]]:
    if scored is None:
        return {}
    groups = scored.verified.groups
    return {group.code: [decimal_text(group.points), decimal_text(group.max)] for group in groups}


def _lines(scored: Scored) -> list[dict[str, str]]:
    return [
        {
            "code": line.code,
            "points": decimal_text(line.points),
            "max": decimal_text(line.max),
            "self": decimal_text(scored.claimed.line(line.code).points),
            "status": str(line.status),
            "working": line.working,
        }
        for line in scored.verified.lines
    ]


def _groups(criteria_set: CriteriaSet) -> list[dict[str, Any]]:
    return [
        {
            "code": group.code,
            "title": group.title,
            "level": group.level,
            "max": decimal_text(group.max),
            "criteria": [
                {
                    "code": one.code,
                    "title": one.title,
                    "max": decimal_text(one.max),
                    "entered_by": str(one.entered_by),
                }
                for one in group.criteria
            ],
        }
        for group in criteria_set.groups
    ]


def _text(number: Decimal | None) -> str | None:
    return None if number is None else decimal_text(number)


def all_rows(standings: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Every row of standings, of every kind."""
    return (row for kind in standings["kinds"] for row in kind["rows"])
