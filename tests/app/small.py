"""A small province for tests: two departments, two districts with two communes each, and a named cast.

Everything is made through the services, as a province would. The roster and the sets are the tests' own.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import select

from app import clock
from app.campaign_files import bundled
from app.campaign_plans import CampaignPlan
from app.database import db
from app.models import Campaign, CampaignUnit, Person, RoleGrant, Submission, Unit
from app.queries.actors import actor_of
from app.rosters import read_roster
from app.services import campaigns
from app.services.accounts import set_password
from app.services.calendar_days import confirm_year
from app.services.units import import_units
from app.unit import SYSTEM, unit
from criteria.model import (
    Adjustment,
    Choice,
    CriteriaSet,
    Criterion,
    Group,
    Option,
    Ratio,
    Survey,
    YesNo,
)
from workflows.case import Actor
from workflows.vocabulary import Role

PASSWORD = "mat-khau-thu-nghiem"
OPENING = datetime(2019, 10, 4, 1, tzinfo=UTC)
WORKING = datetime(2019, 10, 10, 2, tzinfo=UTC)
LATE = datetime(2019, 11, 5, 2, tzinfo=UTC)
ROSTER = (
    ("kind", "code", "name", "type", "full_name", "parent_code", "display_order", "abbreviation"),
    ("province", "64", "Gia Lai", "tỉnh", "Tỉnh Gia Lai", "", 1, ""),
    ("department", "SNV", "Sở Nội vụ", "sở", "Sở Nội vụ", "64", 1, "SNV"),
    ("department", "SYT", "Sở Y tế", "sở", "Sở Y tế", "64", 2, "SYT"),
    ("district", "622", "Pleiku", "thành phố", "Thành phố Pleiku", "64", 1, ""),
    ("district", "627", "Chư Păh", "huyện", "Huyện Chư Păh", "64", 2, ""),
    ("commune", "23557", "Yên Đỗ", "phường", "Phường Yên Đỗ", "622", 1, ""),
    ("commune", "23560", "Diên Hồng", "phường", "Phường Diên Hồng", "622", 2, ""),
    ("commune", "23722", "Phú Hòa", "thị trấn", "Thị trấn Phú Hòa", "627", 1, ""),
    ("commune", "23725", "Hà Tây", "xã", "Xã Hà Tây", "627", 2, ""),
)
# name: (unit code, roles)
CAST = {
    "an": ("23557", (Role.UNIT,)),
    "ha": ("23557", (Role.HEAD,)),
    "bao": ("23560", (Role.UNIT,)),
    "xuan": ("23722", (Role.UNIT,)),
    "yen": ("23725", (Role.UNIT,)),
    "nam": ("SNV", (Role.UNIT, Role.HEAD)),
    "thu": ("SYT", (Role.UNIT, Role.HEAD)),
    "binh": ("622", (Role.CONSOLIDATOR, Role.UNIT, Role.HEAD)),
    "lan": ("627", (Role.CONSOLIDATOR, Role.UNIT, Role.HEAD)),
    "chi": ("64", (Role.TASK_FORCE,)),
    "giang": ("64", (Role.OFFICE,)),
    "oanh": ("64", (Role.OFFICE,)),
    "dung": ("64", (Role.APPROVER,)),
    "quang": ("64", (Role.ADMIN,)),
    "khach": (None, ()),
}


def small_set(kind: str) -> CriteriaSet:
    """Six criteria: ratio, yes or no, choice, survey, bonus, penalty; groups B1 to B4 and C."""
    return CriteriaSet(
        code=f"small-{kind}",
        title="Bộ tiêu chí minh họa để kiểm thử",
        unit_kind=kind,
        groups=(
            Group(
                "B1",
                "Mức độ hiện diện",
                "result",
                (
                    Criterion(
                        "B1.1", "Tỷ lệ thủ tục công khai", Ratio(Decimal(10)), help="Lấy từ trang thông tin"
                    ),
                ),
                1,
            ),
            Group(
                "B2",
                "Mức độ tương tác",
                "result",
                (
                    Criterion(
                        "B2.1", "Có kênh hỏi đáp", YesNo(Decimal(4)), "Đường dẫn", evidence_required=True
                    ),
                ),
                2,
            ),
            Group(
                "B3",
                "Mức độ giao dịch",
                "result",
                (
                    Criterion(
                        "B3.1",
                        "Cán bộ phụ trách",
                        Choice(
                            (
                                Option("full", "Chuyên trách", Decimal(6)),
                                Option("part", "Kiêm nhiệm", Decimal(3)),
                                Option("none-yet", "Chưa có", Decimal(0)),
                            )
                        ),
                    ),
                ),
                3,
            ),
            Group(
                "B4",
                "Mức độ chuyển đổi",
                "result",
                (Criterion("B4.1", "Khảo sát người dân", Survey(Decimal(5))),),
                4,
            ),
            Group(
                "C",
                "Điểm cộng, điểm trừ",
                "adjustment",
                (
                    Criterion(
                        "C1",
                        "Mô hình mới",
                        Adjustment(unit_points=Decimal(1), cap=Decimal(3), floor=Decimal(0)),
                    ),
                    Criterion(
                        "C2",
                        "Báo cáo sai",
                        Adjustment(unit_points=Decimal(-1), cap=Decimal(0), floor=Decimal(-3)),
                    ),
                ),
            ),
        ),
        source="kiểm thử",
        illustrative=True,
    )


def small_plan(**changes: object) -> CampaignPlan:
    """Gia Lai 2019 without report and sign-off, over the small sets; dates are the letter's."""
    plan = bundled("gia-lai-2019")
    kinds = tuple(replace(kind, report_required=False, sign_off=False) for kind in plan.kinds)
    return replace(plan, kinds=kinds, **changes)


def make_province() -> None:
    """Units and people, as of 2017."""
    with clock.put_at(datetime(2017, 1, 2, tzinfo=UTC)):
        import_units(SYSTEM, read_roster(ROSTER), valid_from=date(2017, 1, 1), write=True)
        for year in range(2017, 2041):
            confirm_year(SYSTEM, year)
        with unit(SYSTEM) as work:
            units = {row.code: row for row in work.session.scalars(select(Unit))}
            for name, (code, roles) in CAST.items():
                person = Person(
                    email=f"{name}@gialai.example",
                    name=name.capitalize(),
                    title=units[code].formal_name if code else "",
                    created_at=work.now,
                )
                work.add(person)
                set_password(work, person, PASSWORD)
                work.add(
                    *(
                        RoleGrant(person_id=person.id, role=role, unit_id=units[code].id, valid_from=work.now)
                        for role in roles
                    )
                )


def make_campaign(plan: CampaignPlan | None = None, *, opened: bool = True) -> Campaign:
    """The small campaign, opened on the day of the letter."""
    plan = plan or small_plan()
    with clock.put_at(OPENING):
        campaign = campaigns.create_campaign(
            SYSTEM, plan, {kind.criteria_set: small_set(kind.kind) for kind in plan.kinds}
        )
        if opened:
            campaigns.open_campaign(SYSTEM, plan.slug)
    return campaign


def person(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == f"{name}@gialai.example")).one()


def actor(name: str) -> Actor:
    """Who somebody of the cast is, at the clock's instant."""
    return actor_of(db.session(), person(name), clock.now())


def form_of(code: str) -> Submission:
    """The submission of the unit with this code, in the one campaign there is."""
    return db.session.scalars(select(Submission).join(CampaignUnit).where(CampaignUnit.code == code)).one()
