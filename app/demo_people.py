"""Demo accounts: an officer and a head for every unit, the staff of a province, and the few that are listed."""

from collections.abc import Sequence
from random import Random

from sqlalchemy import select

from app.database import db
from app.demo_words import FAMILY_NAMES, GIVEN_NAMES, MIDDLE_NAMES
from app.models import Person, Unit, UnitKind
from app.queries.demo_accounts import DEMO_PASSWORD, LISTED_DOMAIN
from app.services.people import NewPerson, create_people_bulk
from app.unit import SYSTEM
from workflows.vocabulary import Role

STAFF = (
    ("to-cong-tac-1", "Tổ công tác", Role.TASK_FORCE),
    ("to-cong-tac-2", "Tổ công tác", Role.TASK_FORCE),
    ("to-cong-tac-3", "Tổ công tác", Role.TASK_FORCE),
    ("van-phong-1", "Chuyên viên cơ quan chủ trì", Role.OFFICE),
    ("van-phong-2", "Trưởng phòng cơ quan chủ trì", Role.OFFICE),
    ("phe-duyet", "Lãnh đạo UBND tỉnh", Role.APPROVER),
)
EVERYWHERE = (
    ("dung.vanphong", "Trần Văn Dũng", "Cơ quan chủ trì, người thứ nhất", Role.OFFICE),
    ("em.vanphong", "Lê Thị Êm", "Cơ quan chủ trì, người thứ hai", Role.OFFICE),
    ("chi.tocongtac", "Phạm Mai Chi", "Tổ công tác", Role.TASK_FORCE),
    ("giang.pheduyet", "Ngô Hương Giang", "Người phê duyệt", Role.APPROVER),
    ("quang.quantri", "Đỗ Minh Quang", "Quản trị hệ thống", Role.ADMIN),
)
UNIT_KINDS = (UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.COMMUNE)


def populate(province: Unit, units: Sequence[Unit], domain: str, rng: Random) -> int:
    """Make the people of a province that are not there yet; returns how many."""
    wanted = [
        *(
            NewPerson(f"{word}@{domain}", _name(rng), title, roles=((role, province.id),))
            for word, title, role in STAFF
        ),
        *(person for unit in units for person in _of_unit(unit, domain, rng)),
    ]
    return _create(wanted)


def list_accounts(province: Unit, commune: Unit, others: Sequence[Unit], districts: Sequence[Unit]) -> int:
    """Make the listed accounts: officer and head of a commune, officers of districts, staff of every province."""
    over = [province.id, *(one.id for one in others)]
    wanted = [
        _listed("an.xa", "Nguyễn Thị An", f"Cán bộ đầu mối, {commune.full_name}", [(Role.UNIT, commune.id)]),
        _listed("binh.lanhdao", "Võ Thanh Bình", f"Lãnh đạo, {commune.full_name}", [(Role.HEAD, commune.id)]),
        *(
            _listed(
                f"{word}.huyen",
                name,
                f"Đầu mối tổng hợp, {district.full_name}",
                [(role, district.id) for role in (Role.UNIT, Role.HEAD, Role.CONSOLIDATOR)],
            )
            for (word, name), district in zip(
                (("ha", "Hoàng Thu Hà"), ("khanh", "Ksor Khánh")), districts, strict=False
            )
        ),
        *(
            _listed(word, name, title, [(role, unit) for unit in over])
            for word, name, title, role in EVERYWHERE
        ),
    ]
    return _create(wanted)


def units_of(code: str) -> tuple[Unit, list[Unit]]:
    """A province by its code, and the units that stand below it in the tree today."""
    province = db.session.scalars(
        select(Unit).where(Unit.kind == UnitKind.PROVINCE, Unit.code == code, Unit.valid_to.is_(None))
    ).one()
    below = select(Unit).where(
        Unit.path.startswith(province.path), Unit.kind.in_(UNIT_KINDS), Unit.valid_to.is_(None)
    )
    return province, list(db.session.scalars(below.order_by(Unit.id)))


def _of_unit(unit: Unit, domain: str, rng: Random) -> list[NewPerson]:
    word = unit.code.lower()
    consolidates = [(Role.CONSOLIDATOR, unit.id)] if unit.kind == UnitKind.DISTRICT else []
    return [
        NewPerson(
            f"can-bo.{word}@{domain}",
            _name(rng),
            f"Cán bộ đầu mối, {unit.full_name}",
            roles=[(Role.UNIT, unit.id), *consolidates],
        ),
        NewPerson(
            f"lanh-dao.{word}@{domain}",
            _name(rng),
            f"Lãnh đạo, {unit.full_name}",
            roles=((Role.HEAD, unit.id),),
        ),
    ]


def _listed(word: str, name: str, title: str, roles: Sequence[tuple[Role, int]]) -> NewPerson:
    return NewPerson(f"{word}@{LISTED_DOMAIN}", name, title, roles=roles)


def _create(wanted: Sequence[NewPerson]) -> int:
    known = set(db.session.scalars(select(Person.email).where(Person.demo)))
    fresh = [one for one in wanted if one.email not in known]
    return create_people_bulk(SYSTEM, fresh, password=DEMO_PASSWORD, demo=True) if fresh else 0


def _name(rng: Random) -> str:
    return f"{rng.choice(FAMILY_NAMES)} {rng.choice(MIDDLE_NAMES)} {rng.choice(GIVEN_NAMES)}"
