"""Cases and actors for the tests of the workflow: one submission of a commune, far away from any database."""

from dataclasses import replace
from datetime import UTC, datetime

from workflows.case import Actor, Case, Form, Grant, Package, Place, Run, Scrutiny
from workflows.vocabulary import Role, Route, State

COMMUNE, OTHER_COMMUNE, DISTRICT, OTHER_DISTRICT, PROVINCE, NATION = 5, 6, 3, 4, 2, 1
PLACES = {
    Route.BY_CONSOLIDATOR: Place(COMMUNE, (DISTRICT, PROVINCE, NATION), DISTRICT),
    Route.DIRECT: Place(COMMUNE, (PROVINCE, NATION), None),
}
OPENS = datetime(2019, 10, 4, tzinfo=UTC)
NOW = datetime(2019, 10, 10, 2, tzinfo=UTC)
CLOSES = datetime(2019, 10, 17, 17, tzinfo=UTC)
HOME = {Role.UNIT: COMMUNE, Role.HEAD: COMMUNE, Role.CONSOLIDATOR: DISTRICT}
DIGEST = "f" * 64


def actor(role: Role, unit: int | None = None, *, number: int = 7) -> Actor:
    """Somebody with one role, over the place where that role belongs unless said otherwise."""
    return Actor(number, "Người thử", frozenset({Grant(role, unit or HOME.get(role, PROVINCE))}))


def run(**changes: object) -> Run:
    """A ranking run that nothing objects to."""
    sound = Run(DIGEST, DIGEST, DIGEST, frozenset({99}), decision_recorded=True, proposed=True)
    return replace(sound, **changes)


def case(state: State = State.DRAFT, route: Route = Route.BY_CONSOLIDATOR, **changes: object) -> Case:
    """A case that nothing objects to."""
    sound = Case(1, state, route, PLACES[route], opens=OPENS, closes=CLOSES, package_closes=CLOSES, run=run())
    return replace(sound, **changes)


__all__ = ["Form", "Package", "Scrutiny", "actor", "case", "run"]
