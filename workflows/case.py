"""Frozen snapshots that a decision is made on: the case, the actor and the place. They load nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from workflows.vocabulary import Role, Route, State

EXACT = frozenset({Role.UNIT, Role.HEAD})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a submission belongs: its unit, the units above it (nearest first), and who consolidates it."""

    unit: int
    above: tuple[int, ...] = ()
    consolidator: int | None = None

    def reaches(self, role: Role, unit: int) -> bool:
        """Does a grant of ``role`` over ``unit`` cover this place?

        An officer's grant covers the unit itself, a consolidator's the forms that it consolidates, every other
        role's the whole subtree below the unit.
        """
        if role in EXACT:
            return unit == self.unit
        if role is Role.CONSOLIDATOR:
            return unit == self.consolidator
        return unit == self.unit or unit in self.above


@dataclass(frozen=True, slots=True)
class Grant:
    """One role over one unit, valid at the moment the actor was built."""

    role: Role
    unit: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with the grants that are valid now, or the server itself (``id`` None)."""

    id: int | None
    name: str
    grants: frozenset[Grant] = frozenset()

    def holds(self, role: Role, *, over: Place) -> bool:
        """Role and place in one question; asked nowhere else."""
        return any(grant.role is role and over.reaches(role, grant.unit) for grant in self.grants)

    def holds_any(self, roles: Iterable[Role], *, over: Place) -> bool:
        """Does the actor hold at least one of the roles over the place?"""
        return any(self.holds(role, over=over) for role in roles)

    def units(self, *roles: Role) -> frozenset[int]:
        """The ids of the units over which one of the roles is held."""
        return frozenset(grant.unit for grant in self.grants if grant.role in roles)


@dataclass(frozen=True, slots=True)
class Form:
    """What the unit still owes before it can submit. Codes are criterion codes."""

    invalid: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    without_reason: tuple[str, ...] = ()
    without_evidence: tuple[str, ...] = ()
    report_missing: bool = False
    agreement_missing: bool = False


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """What the task force still owes before it can verify."""

    undecided: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()
    visit_without_minutes: bool = False


@dataclass(frozen=True, slots=True)
class Package:
    """What the consolidator still owes: units of the package that are missing."""

    missing: tuple[str, ...] = ()
    own_form_missing: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """The ranking run that an approval or a publication is about.

    ``digest`` is the run's own, ``shown`` the one the actor was shown, ``current`` what the run would have been
    made of now; ``hands`` are the ids of the persons who made it or took the step before; ``proposed`` says that one
    person has put it forward for publication.
    """

    digest: str
    shown: str
    current: str
    hands: frozenset[int] = frozenset()
    decision_recorded: bool = False
    proposed: bool = False
    explanations_until: datetime | None = None
    undecided_explanations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A submission as the workflow sees it, at one instant.

    ``opens`` and ``closes`` bound the time in which the unit may act, ``package_closes`` the consolidator's;
    ``running`` is the campaign's: nothing moves in a closed one.
    """

    id: int
    state: State
    route: Route
    place: Place
    opens: datetime | None = None
    closes: datetime | None = None
    package_closes: datetime | None = None
    running: bool = True
    taken_up: bool = False
    form: Form = field(default_factory=Form)
    package: Package = field(default_factory=Package)
    scrutiny: Scrutiny = field(default_factory=Scrutiny)
    run: Run | None = None
