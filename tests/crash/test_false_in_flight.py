"""A reminder that becomes false while it is on its way leaves only if the server was told its content already."""

import random
from datetime import date

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.models import CampaignUnit, OutboxState, Verb
from app.queries.moved_dates import NewDate
from app.queries.reminders import Doubt
from app.services import answers, deadlines, submissions
from app.services.campaigns import close_campaign
from app.services.reminders import DOUBTS
from app.unit import SYSTEM, unit
from tests.app import small
from tests.app.gialai import address
from tests.app.handed_in import CLAIMS
from tests.crash.conftest import ROUNDS
from tests.crash.ledger import MONDAY, everybody, mails, states
from workflows.deadlines import Wording
from workflows.vocabulary import Action

PEOPLE = ("can-bo", "lanh-dao")
CLOSED = "Tài khoản người nhận đã đóng"
GIVEN = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ", "88/UBND-VX")


def submit(code):
    officer, form = small.actor(f"can-bo.{code}"), small.form_of(code).id
    answers.save_answers(officer, form, CLAIMS)
    submissions.move(officer, form, Action.SELF_ASSESS, version=None)


def extend(code):
    deadlines.grant_extension(small.actor("van-phong.1"), small.form_of(code).id, GIVEN)


def close_accounts(code):
    with unit(SYSTEM) as work:
        for word in PEOPLE:
            person = small.person(f"{word}.{code.lower()}")
            person.active = False
            work.record(Verb.PERSON_CHANGED, person)


class Race:
    """Does one thing for each unit, drawn beforehand, while a sender waits for an answer about one of its mails."""

    def __init__(self, app, codes, dice):
        self._app = app
        self.drawn = {
            code: (dice.choice(("rcpt", "rcpt", "data", "never")), self._act(code, dice)) for code in codes
        }
        self.done = set()

    def _act(self, code, dice):
        # Departments were due days ago: they can hand in no more.
        return dice.choice((submit, extend, close_accounts) if code.isdigit() else (extend, close_accounts))

    def __call__(self, point, reader):
        code = reader.partition("@")[0].rpartition(".")[2]
        code = next((each for each in self.drawn if each.lower() == code), code)
        if code in self.done or self.drawn.get(code, ("never",))[0] != point:
            return
        self.done.add(code)
        with self._app.app_context(), clock.put_at(MONDAY):
            self.drawn[code][1](code)
            db.session.remove()


@pytest.mark.parametrize("seed", range(1252, 1252 + ROUNDS))
def test_what_became_false_leaves_only_if_its_content_was_under_way(app, dunghan, sink, seed):
    codes = db.session.scalars(select(CampaignUnit.code).order_by(CampaignUnit.id)).all()
    db.session.rollback()
    sink.script = race = Race(app, codes, random.Random(seed))
    dunghan.tick(MONDAY)
    gone = {row.address: row.outcome for row in mails(OutboxState.CANCELLED)}
    told = {row.address for row in mails(OutboxState.ACCEPTED)}
    assert len(race.done) >= 25
    assert {code for code, (point, _act) in race.drawn.items() if point != "never"} == race.done
    for code, (point, act) in race.drawn.items():
        both = {address(word, code) for word in PEOPLE}
        assert len(both & told) == {"rcpt": 0, "data": 1, "never": 2}[point], (code, point, act)
        words = CLOSED if act is close_accounts else str(DOUBTS[Doubt.NOT_OWED])
        assert {gone[reader] for reader in both - told} <= {words}
    assert set(sink.copies().values()) == {1}


def test_a_campaign_that_ends_takes_back_all_that_has_not_left(app, dunghan, sink):
    db.session.rollback()

    def end(point, _reader):
        if point == "rcpt" and len(sink.taken) == 5:
            with app.app_context(), clock.put_at(MONDAY):
                close_campaign(SYSTEM, "gia-lai-2019")
                db.session.remove()
            sink.script = lambda _point, _reader: None

    sink.script = end
    dunghan.tick(MONDAY)
    assert states() == {OutboxState.ACCEPTED: 5, OutboxState.CANCELLED: len(everybody()) - 5}
    assert {row.outcome for row in mails(OutboxState.CANCELLED)} == {str(DOUBTS[Doubt.CAMPAIGN_ENDED])}
