"""Explanations: a unit answers a changed score in time, and gets an answer."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from app.faults import Invalid, Missing, Outdated
from app.models import Campaign, RankingRun, Submission, Verb
from app.services import verification
from app.services.verification import Decision
from app.unit import SYSTEM, unit
from tests.app import small
from tests.app.handed_in import again
from tests.app.with_task_force import faults, form, verified
from workflows.vocabulary import State
from workflows.workflow import NoSuchMove

__all__ = ["form"]


def run_of(campaign: Campaign, *, days: int | None) -> None:
    """A ranking run whose time for explanations ends in so many days."""
    with unit(SYSTEM) as work:
        run = RankingRun(
            campaign_id=campaign.id,
            number=1,
            inputs_digest="",
            digest="",
            rules={},
            standings={},
            made_at=work.now,
            made_by_name="Giang",
            explanations_until=None if days is None else work.now + timedelta(days=days),
        )
        work.add(run)
        work.record(Verb.RUN_MADE, run)


def test_a_changed_score_is_explained_once_and_answered(campaign: Campaign, form: Submission) -> None:
    form = verified(form, B1_1=Decision(Decimal(5), "Thiếu ba thủ tục"))
    run_of(campaign, days=3)
    row = verification.explain(small.actor("nam"), form.id, "B1.1", "Đã công khai đủ tám")
    with pytest.raises(Invalid) as twice:
        verification.explain(small.actor("nam"), form.id, "B1.1", "Nhắc lại")
    assert faults(twice) == {"text": "explained_before"}
    done = verification.decide_explanation(
        small.actor("chi"), row.id, outcome="changed", answer="Tiếp thu một phần", points=Decimal(7)
    )
    assert (done.outcome, done.decided_by_name) == ("changed", "Chi")
    form = again(form)
    assert (form.state, form.verified_points) == (State.VERIFIED, Decimal("14.5"))
    with pytest.raises(Outdated):
        verification.decide_explanation(small.actor("chi"), row.id, outcome="kept", answer="x")


def test_an_explanation_may_bring_the_own_score_back(campaign: Campaign, form: Submission) -> None:
    form = verified(form, B1_1=Decision(Decimal(5), "Thiếu ba thủ tục"))
    run_of(campaign, days=3)
    row = verification.explain(small.actor("nam"), form.id, "B1.1", "Đã công khai đủ tám")
    verification.decide_explanation(
        small.actor("chi"), row.id, outcome="changed", answer="Tiếp thu", points=Decimal(8)
    )
    assert again(form).verified_points == Decimal("15.5")


@pytest.mark.parametrize(
    ("outcome", "answer", "points", "field"),
    [
        ("maybe", "x", None, "outcome"),
        ("kept", " ", None, "answer"),
        ("changed", "x", None, "points"),
        ("changed", "x", "5", "points"),
        ("changed", "x", "10.5", "points"),
    ],
)
def test_an_explanation_is_not_answered_so(
    campaign: Campaign, form: Submission, outcome: str, answer: str, points: str | None, field: str
) -> None:
    form = verified(form, B1_1=Decision(Decimal(5), "Thiếu ba thủ tục"))
    run_of(campaign, days=3)
    row = verification.explain(small.actor("nam"), form.id, "B1.1", "Đã công khai đủ tám")
    with pytest.raises(Invalid) as refused:
        verification.decide_explanation(
            small.actor("chi"),
            row.id,
            outcome=outcome,
            answer=answer,
            points=None if points is None else Decimal(points),
        )
    assert set(faults(refused)) == {field}
    with pytest.raises(Missing):
        verification.decide_explanation(small.actor("giang"), row.id, outcome="kept", answer="x")


def test_a_kept_score_needs_no_explanation(campaign: Campaign, form: Submission) -> None:
    form = verified(form)
    run_of(campaign, days=3)
    with pytest.raises(Invalid) as refused:
        verification.explain(small.actor("nam"), form.id, "B1.1", "x")
    assert faults(refused) == {"text": "not_changed"}


@pytest.mark.parametrize("days", [None, 3])
def test_explanations_end_with_their_time(
    campaign: Campaign, form: Submission, days: int | None, at: Callable[..., None]
) -> None:
    form = verified(form, B1_1=Decision(Decimal(5), "Thiếu ba thủ tục"))
    run_of(campaign, days=days)
    at(small.WORKING + timedelta(days=3))
    with pytest.raises(Invalid) as refused:
        verification.explain(small.actor("nam"), form.id, "B1.1", "x")
    assert faults(refused) == {"text": "not_in_time"}


def test_only_the_unit_of_a_verified_form_explains(campaign: Campaign, form: Submission) -> None:
    with pytest.raises(NoSuchMove):
        verification.explain(small.actor("nam"), form.id, "B1.1", "x")
    form = verified(form, B1_1=Decision(Decimal(5), "Thiếu ba thủ tục"))
    for name in ("thu", "chi", "giang"):
        with pytest.raises(Missing):
            verification.explain(small.actor(name), form.id, "B1.1", "x")
