"""The engine: reads a table of transitions; offers moves, makes them, says who is to act. Changes nothing itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from workflows.case import Actor, Case
from workflows.guards import Guard, Reason, Refusal
from workflows.vocabulary import Action, Effect, NoteRule, Role, Route, Scope, State

BOTH = frozenset(Route)
BY_CONSOLIDATOR = frozenset({Route.BY_CONSOLIDATOR})
DIRECT = frozenset({Route.DIRECT})


class UnsoundWorkflow(ValueError):
    """The table contradicts itself; the message names every fault."""


class MoveError(Exception):
    """A move that was not made."""


class NoSuchMove(MoveError):
    """The action does not leave this state: somebody was faster, or the page is old."""

    def __init__(self, action: Action, state: State) -> None:
        super().__init__(f"{action} does not leave {state}")
        self.action, self.state = action, state


class NotYourMove(MoveError):
    """The action leaves this state, but not by this actor."""


class MoveRefused(MoveError):
    """The actor may, but not now; ``refusals`` say why."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. No column has a default: forgetting *who* is an error, not an open door."""

    action: Action
    source: State
    target: State
    routes: frozenset[Route]
    scope: Scope
    who: frozenset[Role]
    guards: tuple[Guard, ...]
    note: NoteRule
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that is the actor's to take: open, or closed for stated reasons."""

    action: Action
    target: State
    scope: Scope
    note: NoteRule
    refusals: tuple[Refusal, ...]

    @property
    def open(self) -> bool:
        """Can it be taken now?"""
        return not self.refusals


@dataclass(frozen=True, slots=True)
class Moved:
    """The fact that a move was made. It is what history keeps."""

    case: int
    action: Action
    source: State
    target: State
    actor: Actor
    at: datetime
    note: str
    effects: tuple[Effect, ...]


class Workflow:
    """A checked table of transitions from ``start`` to ``end``; the guards in ``always`` stand before every row's own.

    Raises:
        UnsoundWorkflow: an action leaves a state twice on one route, a state cannot be reached, a state cannot
            reach the end, or something leaves the end.
    """

    def __init__(
        self, rows: Iterable[Transition], *, start: State, end: State, always: tuple[Guard, ...] = ()
    ) -> None:
        self.rows = tuple(rows)
        self.start, self.end, self.always = start, end, always
        faults = [fault for route in Route for fault in self._faults(route)]
        if faults:
            raise UnsoundWorkflow("; ".join(faults))

    def offers(self, case: Case, actor: Actor, now: datetime) -> tuple[Offer, ...]:
        """What the actor may do with the case, each open or with its refusals; what is not theirs is not shown."""
        return tuple(
            Offer(row.action, row.target, row.scope, row.note, self._refusals(row, case, actor, now))
            for row in self._leaving(case)
            if actor.holds_any(row.who, over=case.place)
        )

    def move(self, case: Case, action: Action, actor: Actor, *, note: str, now: datetime) -> Moved:
        """Decide a move.

        Raises:
            NoSuchMove: the action does not leave the case's state on its route.
            NotYourMove: the actor holds none of the roles over the place.
            MoveRefused: a guard objects, or the words that must come with the action are missing.
        """
        row = next((row for row in self._leaving(case) if row.action is action), None)
        if row is None:
            raise NoSuchMove(action, case.state)
        if not actor.holds_any(row.who, over=case.place):
            raise NotYourMove(action)
        refusals = self._refusals(row, case, actor, now) + _note_refusals(row, case, note)
        if refusals:
            raise MoveRefused(refusals)
        return Moved(case.id, action, row.source, row.target, actor, now, note.strip(), row.effects)

    def next_to_act(self, state: State, route: Route) -> frozenset[Role]:
        """Who is being waited for: those whose action leads onward from the state."""
        return frozenset(
            role
            for row in self.rows
            if row.source is state and route in row.routes and self._forward(row)
            for role in row.who
        )

    def states(self, route: Route) -> tuple[State, ...]:
        """The states of a route, from start to end."""
        reached = self._reachable(route)
        return tuple(state for state in State if state in reached)

    def _refusals(self, row: Transition, case: Case, actor: Actor, now: datetime) -> tuple[Refusal, ...]:
        asked = (guard(case, actor, now) for guard in (*self.always, *row.guards))
        return tuple(found for found in asked if found is not None)

    def _leaving(self, case: Case) -> Iterator[Transition]:
        return (row for row in self.rows if row.source is case.state and case.route in row.routes)

    def _forward(self, row: Transition) -> bool:
        order = list(State)
        return order.index(row.target) > order.index(row.source)

    def _reachable(self, route: Route) -> set[State]:
        return _closure({self.start}, [(row.source, row.target) for row in self.rows if route in row.routes])

    def _faults(self, route: Route) -> Iterator[str]:
        rows = [row for row in self.rows if route in row.routes]
        keys = [(row.action, row.source) for row in rows]
        yield from (f"{route}: {key} twice" for key in set(keys) if keys.count(key) > 1)
        reached = self._reachable(route)
        ending = _closure({self.end}, [(row.target, row.source) for row in rows])
        for row in rows:
            if row.source not in reached:
                yield f"{route}: {row.source} cannot be reached"
            if row.target not in ending:
                yield f"{route}: {row.target} cannot reach {self.end}"
            if row.source is self.end:
                yield f"{route}: {row.action} leaves {self.end}"
            if not row.who:
                yield f"{route}: nobody may {row.action}"
        if self.end not in reached:
            yield f"{route}: {self.end} cannot be reached"


def _note_refusals(row: Transition, case: Case, note: str) -> tuple[Refusal, ...]:
    wanted = row.note is NoteRule.REQUIRED or (row.note is NoteRule.WHERE_GAPS and bool(case.package.missing))
    if wanted and not note.strip():
        return (Refusal(Reason.NOTE_MISSING, case.package.missing),)
    return ()


def _closure(seeds: set[State], edges: list[tuple[State, State]]) -> set[State]:
    found = set(seeds)
    while more := {target for source, target in edges if source in found} - found:
        found |= more
    return found
