"""A district of 26 communes costs its pages no more statements than one of two."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.models import CampaignStatus, RoleGrant, Unit, Verb
from app.queries.consolidation import board_of, boards, sums_of
from app.rosters import read_roster
from app.services.units import import_units
from app.unit import SYSTEM, unit
from tests.app import small
from tests.app.handed_in import hand_in, unit_id
from tests.app.statements import counted
from workflows.vocabulary import Role

MORE = tuple(
    ("commune", f"237{number:02}", f"Ia Thêm {number}", "xã", f"Xã Ia Thêm {number}", "627", number, "")
    for number in range(40, 64)
)


@pytest.fixture
def large(app, at):
    """Chư Păh has 26 communes, Pleiku two; some have handed in."""
    with clock.put_at(datetime(2018, 1, 2, tzinfo=UTC)):
        roster = read_roster((*small.ROSTER, *MORE))
        import_units(SYSTEM, roster, valid_from=date(2018, 1, 1), write=True)
        with unit(SYSTEM) as work:
            xuan = small.person("xuan")
            added = work.session.scalars(select(Unit.id).where(Unit.name.startswith("Ia Thêm"))).all()
            work.add(
                *(
                    RoleGrant(person_id=xuan.id, role=Role.UNIT, unit_id=key, valid_from=work.now)
                    for key in added
                )
            )
            work.record(Verb.ROLE_GRANTED, xuan)
    campaign = small.make_campaign()
    hand_in("23722", "23557")
    return campaign


def cost(client, address):
    db.session.rollback()
    with counted() as seen:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", ["/huyen", "/huyen/tong-hop/{}", "/huyen/nhac/{}", "/huyen/hen/{}"])
def test_a_page_costs_the_same_for_26_communes(large, sign_in, address):
    lan, binh, address = sign_in("lan"), sign_in("binh"), address.format(large.id)
    cost(lan, address), cost(binh, address)
    many, few = cost(lan, address), cost(binh, address)
    assert many <= few + 1
    assert many <= 40


def test_the_board_itself_is_read_in_a_few_statements(large):
    lan, campaign, district = small.actor("lan"), large.id, unit_id("627")
    db.session.expunge_all()
    with counted() as seen:
        [board] = boards(db.session(), lan, statuses=(CampaignStatus.OPEN,))
        assert sum(row.name.startswith("Xã Ia Thêm") for row in board.rows) == len(MORE)
        assert {row.timetable.closes for row in board.rows} == {board.timetable.closes}
        assert sums_of(db.session(), board) is not None
    assert len(seen) <= 10
    assert board_of(db.session(), lan, campaign, district).rows[0].own
