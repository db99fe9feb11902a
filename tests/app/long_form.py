"""A form of 60 criteria of every kind of rule that units answer, in groups of 30, 8, 8, 8 and 6; and what it posts.

For tests of pages that show a whole form or a whole group.
"""

import json
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import app
from app import clock
from app.campaign_plans import CampaignPlan
from app.models import Campaign
from app.services import campaigns
from app.unit import SYSTEM
from criteria.model import CriteriaSet, Criterion, Group, Section
from tests.app import small
from tests.criteria.samples import RULES, VALUES, sample_set

SIZES = {"A1": 30, "B1": 8, "B2": 8, "B3": 8, "B4": 6}
COUNTED = tuple(code for code in VALUES if not code.startswith("C"))
FULL = {
    "A1.1": {"numerator": "10", "denominator": "10"},
    "A1.2": {"answer": "yes"},
    "A1.3": {"parts": ["firewall", "backup"]},
    "A1.4": {"numerator": "1", "denominator": "2"},
    "A2.1": {"option": "degree"},
    "A2.2": {"count": "4"},
    "B1.1": {"count": "10"},
    "B1.2": {"share.numerator": "9", "share.denominator": "9"},
    "B2.1": {"numerator": "7", "denominator": "7"},
}
LOW = {
    "A1.1": {"numerator": "5", "denominator": "10"},
    "A1.2": {"answer": "no"},
    "A1.3": {"parts": ["firewall"]},
    "A2.1": {"option": "college"},
    "A2.2": {"count": "1"},
    "B1.1": {"count": "3"},
    "B1.2": {"own.answer": "yes"},
    "B2.1": {"numerator": "1", "denominator": "7"},
}
REASONS = 24
REASON = "Chưa đủ kinh phí; đã đưa vào kế hoạch năm sau của đơn vị"
SETS = Path(app.__file__).parent / "data" / "criteria"


def titles() -> list[str]:
    """60 titles that differ as real ones do: those of the bundled sets."""
    named = (
        json.loads((SETS / f"{kind}.json").read_text("utf-8"))
        for kind in ("department", "district", "commune")
    )
    every = (one["title"] for known in named for group in known["groups"] for one in group["criteria"])
    return [*dict.fromkeys(every)][: sum(SIZES.values())]


def long_set(kind: str) -> CriteriaSet:
    """60 criteria that the unit answers; the first half of them asks for a document where points are claimed."""
    models, words = cycle(COUNTED), iter(titles())
    groups = []
    for number, (code, size) in enumerate(SIZES.items()):
        rows = tuple(
            Criterion(
                f"{code}.{place}",
                title,
                RULES[model],
                evidence="Văn bản, quyết định hoặc ảnh chụp màn hình",
                evidence_required=number == 0,
                help="Lấy từ báo cáo của đơn vị trong kỳ số liệu",
            )
            for place, model, title in zip(range(1, size + 1), models, islice(words, size), strict=False)
        )
        groups.append(Group(code, f"Nhóm tiêu chí thứ {number + 1}", Section.READINESS, rows))
    return replace(sample_set(), code=f"long-{kind}", unit_kind=kind, groups=tuple(groups))


def make_campaign(plan: CampaignPlan | None = None, made_of: Any = long_set) -> Campaign:
    """The small campaign over long forms, opened on the day of the letter, or now where a plan is given."""
    with clock.put_at(clock.now() if plan else small.OPENING):
        plan = plan or small.small_plan()
        sets = {kind.criteria_set: made_of(kind.kind) for kind in plan.kinds}
        campaign = campaigns.create_campaign(SYSTEM, plan, sets)
        campaigns.open_campaign(SYSTEM, plan.slug)
    return campaign


def every_kind(kind: str) -> CriteriaSet:
    """The sample set with every kind of rule, for a kind of unit."""
    return replace(sample_set(), code=f"every-{kind}", unit_kind=kind)


def typed() -> dict[str, tuple[dict[str, str | list[str]], str]]:
    """What an officer types: by criterion the boxes and the reason; 24 are below their maximum and say why."""
    models = dict(zip((one.code for one in long_set("commune").criteria()), cycle(COUNTED), strict=False))
    weak = [code for code, model in models.items() if model in LOW][: 2 * REASONS : 2]
    return {
        code: (LOW[model], REASON) if code in weak else (FULL[model], "") for code, model in models.items()
    }
