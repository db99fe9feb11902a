"""Gia Lai 2019 with its real units and dates, whole or in part, for tests of many mails.

Every unit has an officer and a head, every district somebody who consolidates, the office two people; nobody holds
two roles. Their addresses say who they are: ``can-bo.622@``, ``lanh-dao.622@``, ``tong-hop.622@``, ``van-phong.1@``.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from app import clock
from app.campaign_files import bundled
from app.database import db
from app.demo import roster_of
from app.models import OutboxMessage, OutboxState, Unit, UnitKind
from app.rosters import Roster
from app.services.calendar_days import confirm_year
from app.services.people import NewPerson, create_people_bulk
from app.services.units import import_units
from app.unit import SYSTEM, unit
from tests.app import small
from workflows.vocabulary import Role

SINCE = date(2017, 1, 1)
DOMAIN = "gialai.example"


def make_gialai(only: Sequence[str] = ()) -> None:
    """Units, people and the open campaign, its first mails sent; of these departments and districts, if any are named."""
    with clock.put_at(small.OPENING):
        roster = roster_of(bundled("gia-lai-2019"))
        import_units(SYSTEM, _part(roster, only) if only else roster, valid_from=SINCE, write=True)
        for year in range(2018, 2032):
            confirm_year(SYSTEM, year)
        create_people_bulk(SYSTEM, _people())
    small.make_campaign()
    with unit(SYSTEM) as work:
        gone = {"state": OutboxState.ACCEPTED, "settled_at": small.OPENING, "attempts": 1}
        work.session.execute(update(OutboxMessage).values(gone))


def address(word: str, code: str) -> str:
    """Somebody's address."""
    return f"{word}.{code.lower()}@{DOMAIN}"


def _part(roster: Roster, only: Sequence[str]) -> Roster:
    """The province, these units and what lies in them."""
    kept = (
        row for row in roster.rows if row.kind == UnitKind.PROVINCE or {row.code, row.parent_code} & {*only}
    )
    return Roster(tuple(kept), ())


def _people() -> list[NewPerson]:
    found: list[NewPerson] = []
    for each in db.session.scalars(select(Unit).order_by(Unit.id)):
        if each.kind == UnitKind.PROVINCE:
            found += [_person("van-phong", number, Role.OFFICE, each) for number in ("1", "2")]
            continue
        found += [
            _person("can-bo", each.code, Role.UNIT, each),
            _person("lanh-dao", each.code, Role.HEAD, each),
        ]
        if each.kind == UnitKind.DISTRICT:
            found.append(_person("tong-hop", each.code, Role.CONSOLIDATOR, each))
    return found


def _person(word: str, code: str, role: Role, over: Unit) -> NewPerson:
    return NewPerson(address(word, code), f"{word} {code}", over.full_name, roles=((role, over.id),))
