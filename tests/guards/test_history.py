"""The state of a form is the fold of its moves, whatever people try in whatever order."""

import random
from contextlib import suppress

import pytest
from sqlalchemy import select

from app.database import db
from app.faults import Invalid, Missing, Outdated
from app.models import AuditEntry, Move, Submission, Verb
from app.services import answers, packages, submissions, verification
from tests.app import life, small
from tests.app.handed_in import CLAIMS, OFFICERS, unit_id
from workflows.vocabulary import Action, State
from workflows.workflow import MoveError

ACTIONS = (Action.SELF_ASSESS, Action.WITHDRAW, Action.VERIFY, Action.REOPEN, Action.PUBLISH, Action.APPROVE)
REFUSALS = (MoveError, Invalid, Missing, Outdated)
SEEDS = range(4)
STEPS = 120


def fold(moves):
    """The state that a line of moves leads to; every move must begin where the last one ended."""
    state = State.DRAFT
    for move in moves:
        assert move.source == state
        state = State(move.target)
    return state


def step(dice):
    """Somebody tries something."""
    name, code = dice.choice(list(small.CAST)), dice.choice(list(OFFICERS))
    person, form = small.actor(name), small.form_of(code).id
    tries = (
        lambda: submissions.move(
            person, form, dice.choice(ACTIONS), note=dice.choice(["", "Lý do"]), version=None
        ),
        lambda: submissions.move(small.actor(OFFICERS[code]), form, Action.SELF_ASSESS, version=None),
        lambda: packages.consolidate(
            small.actor("binh"), small.form_of(code).campaign_id, unit_id("622"), note="Còn thiếu"
        ),
        lambda: _return_package(form),
        lambda: life.verify(code, life.SURVEYED),
        lambda: life._send_back(code),
        lambda: verification.decide(small.actor("chi"), form, "B1.1", life.CHANGED["B1.1"], version=None),
        lambda: submissions.move(small.actor("giang"), form, Action.REOPEN, note="Xem lại", version=None),
    )
    with suppress(*REFUSALS):
        dice.choice(tries)()


def _return_package(form):
    package = db.session.get(Submission, form).package_id
    if package is not None:
        packages.return_package(small.actor("giang"), package, note="Thiếu báo cáo")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_state_is_the_fold_of_the_moves(app, campaign, seed):
    for code, name in OFFICERS.items():
        answers.save_answers(small.actor(name), small.form_of(code).id, CLAIMS)
    dice = random.Random(seed)
    for _ in range(STEPS):
        step(dice)
    db.session.rollback()
    walked = 0
    for form in db.session.scalars(select(Submission)):
        walked += len(form.moves)
        assert form.state == fold(form.moves)
        assert (form.submitted_at is None) is (form.state == State.DRAFT)
        assert (form.receipt_code is None) is (form.state == State.DRAFT)
    assert walked > 5
    recorded = db.session.query(AuditEntry).filter(AuditEntry.verb == Verb.MOVED).count()
    assert recorded == walked == db.session.query(Move).count()
