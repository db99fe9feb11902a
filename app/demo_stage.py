"""The stage of the demo: who takes part in a campaign, on which days, and scenes played in their own time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from app import clock
from app.database import db
from app.models import Campaign, CampaignKind, CampaignUnit, Person, RoleGrant, Submission
from app.queries.cases import timetable_of
from app.queries.criteria_sets import criteria_set_of
from criteria.model import CriteriaSet
from workflows.case import Actor, Grant
from workflows.deadlines import VIETNAM
from workflows.vocabulary import Role

WEEKEND = 5
DiceOf = Callable[[str], Random]


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens at an instant. What happens at the same instant happens in the order of writing."""

    at: datetime
    play: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Form:
    """One unit's form, as far as the demo needs to know it."""

    submission: int
    unit: int
    code: str
    name: str
    kind: str
    consolidator: int | None
    criteria_set: CriteriaSet
    days: tuple[date, ...]
    sign_off: bool
    report: bool
    evidence: bool


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts: by role and unit."""

    by_role: Mapping[tuple[Role, int], Sequence[Actor]]

    def one(self, role: Role, unit: int) -> Actor:
        """The first person who holds a role over a unit."""
        return self.by_role[role, unit][0]

    def all(self, role: Role, unit: int) -> Sequence[Actor]:
        """Everybody who holds a role over a unit."""
        return self.by_role[role, unit]


def cast_of(domain: str) -> Cast:
    """The people of a mail domain with all their roles."""
    rows = db.session.execute(
        select(Person.id, Person.name, RoleGrant.role, RoleGrant.unit_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.email.endswith(f"@{domain}"))
        .order_by(Person.id, RoleGrant.id)
    ).all()
    held: defaultdict[tuple[int, str], list[Grant]] = defaultdict(list)
    for person, name, role, unit in rows:
        held[person, name].append(Grant(Role(role), unit))
    by_role: defaultdict[tuple[Role, int], list[Actor]] = defaultdict(list)
    for (person, name), grants in held.items():
        for grant in grants:
            by_role[grant.role, grant.unit].append(Actor(person, name, frozenset(grants)))
    return Cast(by_role)


def forms_of(campaign: Campaign) -> list[Form]:
    """Every form of an open campaign, in the order of the frozen list."""
    kinds = {kind.id: (kind, criteria_set_of(kind), _days(kind)) for kind in campaign.kinds}
    rows = db.session.execute(
        select(Submission.id, CampaignUnit)
        .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
        .where(Submission.campaign_id == campaign.id)
        .order_by(CampaignUnit.id)
    ).all()
    return [_form(submission, unit, *kinds[unit.kind_id]) for submission, unit in rows]


def _form(
    submission: int, unit: CampaignUnit, kind: CampaignKind, criteria_set: CriteriaSet, days: tuple[date, ...]
) -> Form:
    return Form(
        submission=submission,
        unit=unit.unit_id,
        code=unit.code,
        name=unit.formal_name,
        kind=unit.unit_kind,
        consolidator=unit.consolidator_id,
        criteria_set=criteria_set,
        days=days,
        sign_off=kind.sign_off,
        report=kind.report_required,
        evidence=kind.evidence_required,
    )


def _days(kind: CampaignKind) -> tuple[date, ...]:
    opened = kind.opens_at.astimezone(VIETNAM).date()
    return working_days(opened + timedelta(days=1), timetable_of(kind).due.last_day)


def working_days(first: date, last: date) -> tuple[date, ...]:
    """Monday to Friday, both ends included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in days if day.weekday() < WEEKEND)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a day in Vietnam."""
    return datetime.combine(day, time(hour, minute), VIETNAM)


def play(scenes: Iterable[Scene], until: datetime, told: Callable[[], None]) -> None:
    """Play the scenes that lie before an instant, each with the clock put to its own."""
    for scene in sorted(scenes, key=lambda one: one.at):
        if scene.at < until:
            with clock.put_at(scene.at):
                scene.play()
        told()
