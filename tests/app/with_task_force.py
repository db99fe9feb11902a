"""A form that lies with the task force, and what the task force does to it."""

from decimal import Decimal

import pytest

from app.faults import Invalid
from app.models import Campaign, Submission, Verdict
from app.services import submissions, verification
from app.services.verification import Decision
from tests.app import small
from tests.app.handed_in import again, hand_in
from workflows.vocabulary import Action

SURVEYED = {"B4.1": Decision(Decimal("4.5"))}


@pytest.fixture
def form(campaign: Campaign) -> Submission:
    """The form of a department, handed in on the direct route: 11 points of its own."""
    return hand_in("SNV")[0]


def decide(
    form: Submission,
    code: str = "B1.1",
    points: str | None = None,
    *,
    by: str = "chi",
    reason: str = "",
    read: int | None = None,
) -> Verdict:
    decision = Decision(None if points is None else Decimal(points), reason, answer_version=read)
    return verification.decide(small.actor(by), form.id, code, decision, version=None)


def keep_all(form: Submission) -> None:
    verification.decide_many(small.actor("chi"), form.id, SURVEYED)
    verification.keep_rest(small.actor("chi"), form.id, version=None)


def verified(form: Submission, **decisions: Decision) -> Submission:
    named = {code.replace("_", "."): decision for code, decision in decisions.items()}
    verification.decide_many(small.actor("chi"), form.id, named | SURVEYED)
    verification.keep_rest(small.actor("chi"), form.id, version=None)
    submissions.move(small.actor("chi"), form.id, Action.VERIFY, version=None)
    return again(form)


def faults(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {fault.field: fault.code for fault in error.value.faults}
