"""The campaign of Gia Lai on a moving clock with everything that goes wrong, against an oracle of every mail.

Ticks die in the midst of planning, before anything is sent, and between an accepted mail and its note; they run twice
and inside each other; the clock is put back and forth; the server stands still for days.
"""

from collections import Counter
from datetime import datetime, time
from functools import partial

import pytest
from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.database import db
from app.models import CampaignUnit, Person, Reminder, ReminderState, Submission
from tests import postgres
from tests.app import gialai
from tests.app.campaign_oracle import DAY, Left, Oracle, opening
from tests.app.campaign_script import DAYS, SLICE, STANDSTILL, USUAL, october, places, script
from tests.app.campaign_server import Server, item_of
from tests.app.province import _fill, settings_for

SETTINGS = [
    pytest.param(("sqlite", ()), id="sqlite-259 units"),
    pytest.param(("postgresql", SLICE), id="postgresql", marks=pytest.mark.postgres),
]
SPECIAL = {
    october(10, 8, 5): Server.dying_before_sending,
    october(17, 8, 5): Server.dying_before_sending,
    october(22, 8, 5): Server.dying_after_accepted,
    october(23, 8, 5): Server.ticking_inside,
    october(24, 8, 5): Server.dying_in_planning,
    october(31, 8, 5): Server.dying_before_sending,
}
# When more ticks run, and what the clock shows then: what a dead one left, the end of its lease, and clocks put wrong.
MORE = [
    *((at, at) for day in (10, 17, 22, 24) for at in (october(day, 8, 20), october(day, 8, 40))),
    (october(24, 10), october(24, 9)),
    (october(24, 10, 1), october(24, 7, 30)),
    (october(24, 10, 2), october(24, 10, 2)),
    (october(25, 9), october(24, 9)),
    (october(25, 9, 1), october(24, 23)),
    (october(25, 9, 2), october(25, 8, 2)),
    (october(25, 9, 3), october(25, 9, 3)),
    (october(28, 13), october(29, 9)),
    (october(28, 13, 1), october(28, 13, 1)),
    (october(28, 13, 2), october(29, 10)),
    (october(28, 13, 3), october(28, 7)),
    (october(28, 13, 4), october(28, 13, 4)),
]


@pytest.fixture
def database_url(request, tmp_path, worker):
    """A database of the test's own with Gia Lai in it."""
    url = f"sqlite:///{tmp_path / 'dunghan.db'}"
    kind, only = request.param
    if kind == "postgresql":
        url = postgres.create(postgres.server(), f"campaign_{worker}")
    _fill(create_app(settings_for(tmp_path, url)), upgrade, partial(gialai.make_gialai, only))
    return url


def regular():
    """Twice a morning, of which the first is too early to tell anything."""
    days = (DAYS[0] + number * DAY for number in range((DAYS[1] - DAYS[0]).days + 1))
    for day in days:
        if day not in STANDSTILL:
            yield datetime.combine(day, time(7, 5))
            yield datetime.combine(day, USUAL)


def live(server, acts):
    """Everything in the order in which it happens."""
    ticks = [(at, SPECIAL.get(at, Server.tick), at) for at in regular()]
    ticks += [(at, Server.tick, shown) for at, shown in MORE]
    happening = [*ticks, *((act.at, Server.do, act) for act in acts)]
    for _at, what, about in sorted(happening, key=lambda row: row[0]):
        what(server, about)


def skipped():
    """What was noted as left out, in the oracle's words."""
    rows = db.session.execute(
        select(
            Person.email, Reminder.rule, Reminder.subject, Reminder.due_at, CampaignUnit.code, Reminder.reason
        )
        .outerjoin(Person, Reminder.person_id == Person.id)
        .outerjoin(Submission, Reminder.submission_id == Submission.id)
        .outerjoin(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
        .where(Reminder.state == ReminderState.SKIPPED)
    ).all()
    return {Left((email or "").partition("@")[0], item_of(*about), reason) for email, *about, reason in rows}


@pytest.fixture
def oracle(request):
    """What has to happen to the units of the test's database."""
    _kind, only = request.node.callspec.params["database_url"]
    taking_part = places(only)
    found = Oracle(taking_part, script(taking_part))
    found.reckon()
    return found


def check_mails(arrived, oracle):
    """Exactly the mails of the oracle, each once, and once more only what a dead tick had sent already."""
    found = {(mail.person, mail.at.date(), item) for mail in arrived for item in mail.items}
    expected = {(*key, item) for key, items in oracle.told.items() for item in items}
    assert (found - expected, expected - found) == (set(), set())
    mails = Counter(mail.message_id for mail in arrived)
    assert len(mails) == len(oracle.told), "two mails to one person on a day"
    assert sorted(mails.values())[-2:] == [1, 2]


def check_truth(arrived, oracle):
    """No mail is about a form that was handed in, and each says how many days are left on its day."""
    for mail in arrived:
        local = mail.at.replace(tzinfo=None)
        assert all(local < oracle.submitted(item.about) for item in mail.items)
        if len(mail.items) == 1 and "D" in min(mail.items).step:
            assert mail.subject.startswith(opening(min(mail.items), local.date())), mail


@pytest.mark.slow
@pytest.mark.parametrize("database_url", SETTINGS, indirect=True)
def test_what_leaves_is_exactly_what_the_oracle_says(app, at, oracle):
    server = Server(at)
    live(server, oracle.acts)
    assert server.deaths == len(SPECIAL) - 1
    check_mails(server.post.arrived, oracle)
    check_truth(server.post.arrived, oracle)
    assert oracle.left <= skipped()
    assert {each.reason for each in oracle.left} == {"muted", "before", "passed", "overtaken", "started"}
