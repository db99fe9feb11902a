"""Accounts: who may make, change, invite and empower whom, by services and by pages."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from app.database import db
from app.faults import Forbidden, Invalid, Missing, Outdated
from app.models import AuditEntry, LoginSession, OutboxMessage, Person, RoleGrant, Unit, Verb
from app.rosters import csv_rows, read_roster
from app.services import people
from app.services.units import import_units
from app.unit import SYSTEM
from tests.app import small
from workflows.vocabulary import Role

HEADING = ("Thư điện tử", "Họ và tên", "Mã đơn vị", "Vai trò")
OTHER = """kind,code,name,type,full_name,parent_code
province,44,Quảng Bình,tỉnh,Tỉnh Quảng Bình,
district,450,Đồng Hới,thành phố,Thành phố Đồng Hới,44
"""


def unit_of(code: str) -> Unit:
    return db.session.scalars(select(Unit).where(Unit.code == code)).one()


def make(
    actor: str, role: Role = Role.UNIT, code: str = "23557", email: str = "moi@gialai.example"
) -> Person:
    return people.create_person(
        small.actor(actor), email=email, name="Người mới", roles=[(role, unit_of(code).id)], invited=True
    )


def grant_of(name: str, role: Role) -> RoleGrant:
    wanted = select(RoleGrant).where(RoleGrant.person_id == small.person(name).id, RoleGrant.role == role)
    return db.session.scalars(wanted).one()


@pytest.fixture
def elsewhere(app: Any, at: Any) -> Unit:
    """Another province on the same server."""
    import_units(SYSTEM, read_roster(csv_rows(OTHER.encode())), valid_from=small.OPENING.date(), write=True)
    return unit_of("450")


def test_a_person_is_made_invited_and_recorded(campaign):
    person = make("giang")

    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.person_id == person.id)).one()
    assert (mail.kind, mail.address) == ("invitation", "moi@gialai.example")
    verbs = select(AuditEntry.verb).where(
        AuditEntry.subject_id == person.id, AuditEntry.subject_type == "person"
    )
    assert list(db.session.scalars(verbs)) == [Verb.PERSON_CREATED, Verb.PERSON_INVITED]
    assert person.password_hash == ""


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.UNIT, Role.HEAD, Role.CONSOLIDATOR}))
def test_the_office_gives_no_role_beyond_the_units(app, at, role):
    with pytest.raises(Forbidden):
        make("giang", role, "64")
    assert make("quang", role, "64").id


@pytest.mark.parametrize("name", ["an", "binh", "chi", "dung", "khach"])
def test_who_manages_nobody_makes_nobody(app, at, name):
    with pytest.raises(Forbidden):
        make(name)


def test_another_province_is_out_of_reach(elsewhere):
    for name in ("giang", "quang"):
        with pytest.raises(Forbidden):
            make(name, Role.UNIT, "450")


def test_a_person_of_another_province_is_missing(elsewhere):
    stranger = people.create_person(
        SYSTEM, email="la@qb.example", name="Lạ", roles=[(Role.UNIT, elsewhere.id)]
    )
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == stranger.id)).one()

    with pytest.raises(Missing):
        people.invite_person(small.actor("quang"), stranger.id)
    with pytest.raises(Missing):
        people.end_grant(small.actor("quang"), grant.id)
    with pytest.raises(Missing):
        people.grant_role(
            small.actor("quang"), person_id=stranger.id, role=Role.UNIT, unit_id=unit_of("23557").id
        )


def test_the_office_cannot_take_over_an_administrator(app, at):
    quang = small.person("quang")

    for act in (
        lambda: people.invite_person(small.actor("giang"), quang.id),
        lambda: people.change_person(small.actor("giang"), quang.id, people.NewPerson("x@y.vn", "X")),
    ):
        with pytest.raises(Missing):
            act()
    with pytest.raises(Forbidden):
        people.end_grant(small.actor("giang"), grant_of("quang", Role.ADMIN).id)


def test_nobody_ends_their_own_role_or_closes_their_own_account(app, at):
    quang = small.person("quang")

    with pytest.raises(Invalid) as fault:
        people.end_grant(small.actor("quang"), grant_of("quang", Role.ADMIN).id)
    assert fault.value.faults[0].code == "own_grant"
    with pytest.raises(Invalid) as fault:
        people.change_person(
            small.actor("quang"), quang.id, people.NewPerson(quang.email, quang.name), active=False
        )
    assert fault.value.faults[0].code == "own_account"


def test_a_closed_account_loses_its_sessions_at_once(app, at, sign_in):
    an = sign_in("an")
    assert an.get("/trang-chu").status_code != 401
    person = small.person("an")

    people.change_person(
        small.actor("giang"), person.id, people.NewPerson(person.email, person.name), active=False
    )

    open_ones = select(LoginSession).where(
        LoginSession.person_id == person.id, LoginSession.ended_at.is_(None)
    )
    assert db.session.scalars(open_ones).all() == []
    assert an.get("/trang-chu").headers["Location"].startswith("/dang-nhap")
    with pytest.raises(Invalid):
        people.invite_person(small.actor("giang"), person.id)


def test_an_ended_role_gives_nothing_any_more(app, at):
    people.end_grant(small.actor("giang"), grant_of("an", Role.UNIT).id)

    assert not small.actor("an").grants


def test_a_role_is_held_once_and_does_not_end_before_it_begins(app, at):
    an, over = small.person("an"), unit_of("23557")
    for more, code in (({}, "held"), ({"valid_to": small.OPENING}, "before_start")):
        with pytest.raises(Invalid) as fault:
            people.grant_role(small.actor("giang"), person_id=an.id, role=Role.UNIT, unit_id=over.id, **more)
        assert fault.value.faults[0].code == code


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "khong-co-a-cong"}, "email"),
        ({"email": "a b@c.vn"}, "email"),
        ({"email": "a\n@c.vn"}, "email"),
        ({"email": "AN@gialai.example"}, "email"),
        ({"name": " \u200b "}, "name"),
        ({"phone": "9" * 70}, "phone"),
        ({"title": "x" * 300}, "title"),
        ({"language": "fr"}, "language"),
    ],
)
def test_particulars_are_checked(app, at, change, field):
    given = {"email": "moi@gialai.example", "name": "Mới"} | change
    with pytest.raises(Invalid) as fault:
        people.create_person(small.actor("giang"), **given)
    assert fault.value.faults[0].field == field


def test_an_old_page_changes_nobody(app, at):
    an = small.person("an")
    with pytest.raises(Outdated):
        people.change_person(
            small.actor("giang"), an.id, people.NewPerson(an.email, "Khác"), version=an.version + 7
        )


def test_many_are_made_with_one_password_or_none_at_all(app, at):
    rows = [
        people.NewPerson(f"p{number}@x.vn", f"P{number}", roles=[(Role.UNIT, unit_of("SNV").id)])
        for number in range(30)
    ]
    assert people.create_people_bulk(SYSTEM, rows, password="mat-khau-chung", demo=True) == 30
    made = db.session.scalars(select(Person).where(Person.demo)).all()
    assert len({one.password_hash for one in made}) == 1

    with pytest.raises(Invalid) as fault:
        people.create_people_bulk(SYSTEM, [people.NewPerson("q@x.vn", "Q"), people.NewPerson("Q@x.vn", "Q")])
    assert fault.value.faults[0].field == "rows[1].email"


# Pages


PATHS = (
    "/quan-tri",
    "/quan-tri/tai-khoan/moi",
    "/quan-tri/tai-khoan/1",
    "/quan-tri/tai-khoan/nhap",
    "/quan-tri/don-vi",
    "/quan-tri/don-vi/nhap",
    "/quan-tri/nhat-ky",
)


@pytest.mark.parametrize("path", PATHS)
def test_strangers_are_kept_out(app, at, sign_in, client, path):
    assert client.get(path).status_code == 302
    for name in ("an", "binh", "chi", "dung", "khach"):
        assert sign_in(name).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/quan-tri/don-vi/nhap", "/quan-tri/nhat-ky"])
def test_the_office_neither_imports_units_nor_reads_the_trail(app, at, sign_in, path):
    assert sign_in("giang").get(path).status_code == 403
    assert sign_in("quang").get(path).status_code == 200


def test_people_are_found_without_accents_and_by_unit(app, at, sign_in):
    giang = sign_in("giang")

    assert "an@gialai.example" in giang.get("/quan-tri?tim=yen+do").get_data(as_text=True)
    assert "Không có ai khớp" in giang.get("/quan-tri?tim=zzz").get_data(as_text=True)
    page = giang.get(f"/quan-tri?don-vi={unit_of('23560').id}").get_data(as_text=True)
    assert "bao@gialai.example" in page
    assert "an@gialai.example" not in page


def test_a_person_is_made_by_the_page_and_what_was_typed_is_kept(campaign, sign_in):
    giang = sign_in("giang")
    given = {"email": "sai", "name": "Người Mới", "role": "unit", "unit": "Phường Yên Đỗ"}

    answer = giang.post("/quan-tri/tai-khoan/moi", data=given)
    assert answer.status_code == 422
    assert "Người Mới" in answer.get_data(as_text=True)
    assert giang.post("/quan-tri/tai-khoan/moi", data=given | {"unit": "không có"}).status_code == 422
    assert giang.post("/quan-tri/tai-khoan/moi", data=given | {"role": "vua"}).status_code == 422
    done = giang.post("/quan-tri/tai-khoan/moi", data=given | {"email": "moi@x.vn"})
    assert done.status_code == 303
    assert "UBND phường Yên Đỗ" in giang.get(done.headers["Location"]).get_data(as_text=True)


def test_a_person_is_changed_empowered_and_invited_by_the_page(campaign, sign_in):
    giang, an = sign_in("giang"), small.person("an")
    address = f"/quan-tri/tai-khoan/{an.id}"
    given = {"email": an.email, "name": "An Nguyễn", "active": "1", "version": an.version}

    assert giang.post(address, data=given).status_code == 303
    assert giang.post(address, data=given).status_code == 409
    wrong = giang.post(f"{address}/vai-tro", data={"role": "head", "unit": "23557", "valid_to": "mai"})
    assert (wrong.status_code, "mai" in wrong.get_data(as_text=True)) == (422, True)
    role = {"role": "head", "unit": "23557", "valid_to": "31/12/2019"}
    assert giang.post(f"{address}/vai-tro", data=role).status_code == 303
    held = db.session.scalars(
        select(RoleGrant).where(RoleGrant.role == "head", RoleGrant.person_id == an.id)
    ).one()
    assert held.valid_to.isoformat() == "2019-12-31T17:00:00+00:00"
    assert giang.post(f"{address}/vai-tro/{held.id}/ket-thuc").status_code == 303
    assert giang.post(f"{address}/moi-lai").status_code == 303
    assert giang.post(f"{address}/vai-tro", data={"role": "admin", "unit": "64"}).status_code == 403


def test_a_person_out_of_reach_has_no_page(app, at, sign_in):
    quang = small.person("quang").id
    giang = sign_in("giang")

    assert giang.get(f"/quan-tri/tai-khoan/{quang}").status_code == 404
    for step in ("", "/moi-lai", "/vai-tro", f"/vai-tro/{grant_of('quang', Role.ADMIN).id}/ket-thuc"):
        assert giang.post(f"/quan-tri/tai-khoan/{quang}{step}", data={"version": "1"}).status_code == 404


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xff\xfe\x00", b"a,b\n1,2\n", b'"'])
def test_any_file_is_answered(app, at, sign_in, content):
    for path in ("/quan-tri/tai-khoan/nhap", "/quan-tri/don-vi/nhap"):
        data = {"file": (BytesIO(content), "a.xlsx"), "valid_from": "01/01/2020"}
        assert sign_in("quang").post(path, data=data).status_code == 422


def test_the_trail_is_filtered_and_paged(campaign, sign_in):
    make("giang")
    quang = sign_in("quang")

    page = quang.get("/quan-tri/nhat-ky?viec=person:create&nguoi=Giang").get_data(as_text=True)
    assert "1 dòng" in page
    assert "moi@gialai.example" in page
    assert "0 dòng" in quang.get("/quan-tri/nhat-ky?den=01/01/2016").get_data(as_text=True)
    for odd in ("page=99999", "page=x", "tu=x&den=99/99/9999", "viec=%F0", "nguoi=%27"):
        assert quang.get(f"/quan-tri/nhat-ky?{odd}").status_code == 200
