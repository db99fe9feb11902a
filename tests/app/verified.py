"""Campaigns that have come as far as the ranking: forms with answers and verdicts, verified without their own story."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from app import clock
from app.campaign_plans import CampaignPlan
from app.models import Answer, Campaign, Submission, Verb, Verdict
from app.services import campaigns
from app.unit import SYSTEM, unit
from criteria.model import CriteriaSet, Criterion, Group, Normalised, RollUp
from tests.app import small

Given = Mapping[str, Mapping[str, Any]]
FULL: Given = {
    "B1.1": {"numerator": "10", "denominator": "10"},
    "B2.1": {"answer": True},
    "B3.1": {"option": "full"},
}
NINE: Given = {**FULL, "B1.1": {"numerator": "9", "denominator": "10"}}
POOR: Given = {**NINE, "B2.1": {"answer": False}, "B3.1": {"option": "none-yet"}}


def district_set() -> CriteriaSet:
    """The small set with the mean of the communes' results on top, and a normalised criterion."""
    plain = small.small_set("district")
    more = Group(
        "A1",
        "Kết quả cấp xã và chuẩn hóa",
        "readiness",
        (
            Criterion("A1.1", "Kết quả bình quân của cấp xã", RollUp(Decimal(10), "", "mean")),
            Criterion("A1.2", "Hồ sơ trực tuyến so với đơn vị cao nhất", Normalised(Decimal(5))),
        ),
    )
    return replace(plain, groups=(more, *plain.groups))


def make_campaign(plan: CampaignPlan | None = None) -> Campaign:
    """The small campaign, opened, with roll-up and normalisation in the districts' set."""
    plan = plan or small.small_plan()
    sets = {kind.criteria_set: small.small_set(kind.kind) for kind in plan.kinds}
    for kind in plan.kinds:
        if kind.kind == "district":
            sets[kind.criteria_set] = district_set()
    with clock.put_at(small.OPENING):
        campaign = campaigns.create_campaign(SYSTEM, plan, sets)
        campaigns.open_campaign(SYSTEM, plan.slug)
    return campaign


def verify(code: str, answers: Given, decided: Mapping[str, str]) -> Submission:
    """Put answers and decided points into a form and call it verified."""
    chi = small.person("chi")
    with unit(SYSTEM) as work:
        form = work.load(Submission, small.form_of(code).id)
        for criterion, value in answers.items():
            work.add(_answer(form, criterion, dict(value), work.now))
        for criterion, points in decided.items():
            row = Verdict(
                submission_id=form.id,
                criterion=criterion,
                points=Decimal(points),
                reason="Kiểm tra hồ sơ",
                answer_version=1,
                decided_by_id=chi.id,
                decided_by_name=chi.name,
                decided_at=work.now,
            )
            work.add(row)
        form.state, form.verified_at = "VERIFIED", work.now
        work.record(Verb.MOVED, form, campaign=form.campaign_id, note="kiểm thử")
    return form


def _answer(form: Submission, criterion: str, value: dict[str, Any], now: datetime) -> Answer:
    return Answer(
        submission_id=form.id,
        criterion=criterion,
        value=value,
        saved_at=now,
        saved_by_name="kiểm thử",
    )


def verify_all() -> None:
    """Every unit but the commune Hà Tây, which stays silent. Yên Đỗ and Diên Hồng tie."""
    verify("SNV", FULL, {"B4.1": "5"})
    verify("SYT", NINE, {"B4.1": "3"})
    verify("622", {**FULL, "A1.2": {"numerator": "40", "denominator": "50"}}, {"B4.1": "4"})
    verify("627", {**FULL, "A1.2": {"numerator": "20", "denominator": "50"}}, {"B4.1": "4"})
    verify("23557", NINE, {"B4.1": "4"})
    verify("23560", NINE, {"B4.1": "4"})
    verify("23722", FULL, {"B4.1": "5", "B3.1": "3"})
