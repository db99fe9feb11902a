"""A form of 60 criteria of every kind of rule that units answer, in groups of 30, 8, 8, 8 and 6; and what it posts.

For tests of pages that show a whole form or a whole group.
"""

from dataclasses import replace
from itertools import cycle
from typing import Any

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
WORDS = (
    "Tỷ lệ cán bộ, công chức được trang bị máy tính phục vụ công việc",
    "Ban hành kế hoạch ứng dụng công nghệ thông tin của năm",
    "Các giải pháp an toàn thông tin đã triển khai tại đơn vị",
    "Số thủ tục hành chính cung cấp trực tuyến so với đơn vị cao nhất",
    "Trình độ của cán bộ chuyên trách công nghệ thông tin",
    "Số lớp tập huấn kỹ năng số tổ chức trong năm",
    "Số mô hình, sáng kiến chuyển đổi số được công nhận",
    "Hình thức cung cấp thông tin trên trang thông tin điện tử",
    "Tỷ lệ hồ sơ giải quyết đúng hạn qua hệ thống một cửa",
)


def long_set(kind: str) -> CriteriaSet:
    """60 criteria that the unit answers; the first half of them asks for a document where points are claimed."""
    models, words = cycle(COUNTED), cycle(WORDS)
    groups = []
    for number, (code, size) in enumerate(SIZES.items()):
        rows = tuple(
            Criterion(
                f"{code}.{place}",
                f"{title} (mục {place} nhóm {code})",
                RULES[model],
                evidence="Văn bản, quyết định hoặc ảnh chụp màn hình",
                evidence_required=number == 0,
                help="Lấy từ báo cáo của đơn vị trong kỳ số liệu",
            )
            for place, model, title in zip(range(1, size + 1), models, words, strict=False)
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
