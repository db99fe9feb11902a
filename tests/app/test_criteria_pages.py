"""Criteria sets as the office walks: fetch, edit in Excel, look, mend, publish, and let a campaign use the version."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select

from app.database import db
from app.demo_sets import SETS, bundled_set
from app.models import AuditEntry, OfficeImport, StoredCriteriaSet, Verb
from app.queries.campaign_plans import plan_of
from app.queries.criteria_sets import criteria_set_of
from app.services.campaign_texts import sets_named
from criteria.workbook import read_sheets
from criteria.workbook.set_reading import read_set
from criteria.workbook.set_writing import set_bytes
from tests.app import small
from tests.app.edited_books import edited

CRITERIA = "Tiêu chí"


@pytest.fixture
def prepared(app, at):
    """The small campaign before it is opened."""
    return small.make_campaign(opened=False)


def text_of(answer):
    return answer.get_data(as_text=True)


def send(client, content, name="bo.xlsx", path="/bo-tieu-chi"):
    return client.post(path, data={"file": (BytesIO(content), name)})


def set_id(kind):
    return db.session.scalars(
        select(StoredCriteriaSet.id).where(StoredCriteriaSet.code == f"small-{kind}")
    ).one()


def fetched(client, kind="commune"):
    return client.get(f"/bo-tieu-chi/{set_id(kind)}/tep.xlsx").data


def stored_sets():
    return db.session.scalar(select(func.count()).select_from(StoredCriteriaSet))


@pytest.mark.parametrize("name", sorted(path.stem for path in SETS.glob("*.json")))
def test_every_shipped_set_comes_back_from_its_workbook_unchanged(name):
    known = bundled_set(f"{name}.json")
    found = read_set(read_sheets(BytesIO(set_bytes(known, []))))
    assert found.flaws == ()
    assert found.criteria_set == known


def test_a_faulty_file_comes_back_marked_and_the_mended_one_takes_its_place(prepared, sign_in):
    giang = sign_in("giang")
    assert "Dùng ở đợt" in text_of(giang.get("/bo-tieu-chi"))
    book = fetched(giang)
    same = giang.get(send(giang, book).location)
    assert "giống hệt" in text_of(same)
    assert "0 thêm, 0 đổi, 6 không đổi, 0 bị từ chối" in text_of(same)

    wrong = send(giang, edited(book, {(CRITERIA, "F2"): "mười", (CRITERIA, "D3"): None}))
    page = text_of(giang.get(wrong.location))
    assert "Có 2 chỗ cần sửa" in page
    assert "6 dòng: 0 thêm, 0 đổi, 4 không đổi, 2 bị từ chối" in page
    row = db.session.scalars(select(OfficeImport).order_by(OfficeImport.id.desc())).first()
    marked = openpyxl.load_workbook(BytesIO(giang.get(f"/quan-tri/nhap/{row.id}/cho-sua.xlsx").data))
    assert marked.sheetnames[0] == "Chỗ cần sửa"
    assert "8,5" in marked[CRITERIA]["F2"].comment.text
    assert giang.post(f"{wrong.location}/ban-hanh", data={"base": ""}).status_code == 422

    page = text_of(giang.get(send(giang, edited(book, {(CRITERIA, "F2"): 12}), path=wrong.location).location))
    assert "So với bản 1" in page
    assert "Tổng điểm tối đa: 25 → 27" in page
    assert "So được câu trả lời, không so được điểm" in page
    db.session.expire_all()
    assert row.state == "withdrawn"


def publish(client):
    """Send in a commune's set with two points more and publish it; answers with the version's address."""
    draft = send(client, edited(fetched(client), {(CRITERIA, "F2"): 12})).location
    base, before = db.session.get(StoredCriteriaSet, set_id("commune")).digest, stored_sets()
    assert client.post(f"{draft}/ban-hanh", data={"base": "0" * 64}).status_code == 422
    assert stored_sets() == before
    done = client.post(f"{draft}/ban-hanh", data={"base": base, "decision": "12/QĐ-STTTT"})
    assert done.status_code == 303
    assert stored_sets() == before + 1
    assert client.post(f"{draft}/ban-hanh", data={"base": base}).status_code == 422
    return done.location


def test_a_draft_becomes_a_version_and_a_campaign_in_preparation_uses_it(prepared, sign_in):
    giang = sign_in("giang")
    version = publish(giang)
    assert "Bản 2" in text_of(giang.get(version))
    assert giang.get(f"{version}/tep.json").get_json()["code"] == "small-commune"
    given = {"kind": "commune", "set": int(version.rpartition("/")[2]), "version": prepared.version}
    path = "/dot/gia-lai-2019/bo-tieu-chi"
    assert giang.post(path, data=given | {"kind": "district"}).status_code == 422
    assert giang.post(path, data=given).status_code == 303
    assert "bản 2" in text_of(giang.get(path))
    db.session.expire_all()
    kind = next(one for one in prepared.kinds if one.unit_kind == "commune")
    assert criteria_set_of(kind).max == 27
    named = next(one.criteria_set for one in plan_of(prepared).kinds if one.kind == "commune")
    assert sets_named(db.session(), plan_of(prepared))[named].max == 27
    assert set(db.session.scalars(select(AuditEntry.verb))) >= {Verb.CRITERIA_PUBLISHED, Verb.CRITERIA_CHOSEN}


def test_an_open_campaign_keeps_its_set(campaign, sign_in):
    giang = sign_in("giang")
    given = {"kind": "commune", "set": set_id("commune"), "version": campaign.version}
    answer = giang.post("/dot/gia-lai-2019/bo-tieu-chi", data=given)
    assert answer.status_code == 422
    assert "Đợt đã mở" in text_of(answer)
    assert 'name="set"' not in text_of(giang.get("/dot/gia-lai-2019/bo-tieu-chi"))


def test_drafts_are_put_aside_and_json_is_taken_too(prepared, sign_in):
    giang = sign_in("giang")
    text = giang.get(f"/bo-tieu-chi/{set_id('commune')}/tep.json").data
    sent = send(giang, text.replace(b"small-commune", b"other-commune"), "bo.json")
    assert "Chưa có bản nào mang mã này" in text_of(giang.get(sent.location))
    assert giang.post(f"{sent.location}/bo").status_code == 303
    assert giang.post(f"{sent.location}/bo").status_code == 422
    assert "Đã bỏ" in text_of(giang.get("/bo-tieu-chi"))
    broken = send(giang, b'{"code": "x"', "bo.json")
    assert "dở dang" in text_of(giang.get(broken.location))


def test_what_is_no_workbook_is_refused_on_the_same_page_and_others_see_nothing(prepared, sign_in):
    giang, quang = sign_in("giang"), sign_in("quang")
    assert send(giang, b"%PDF-1.7").status_code == 422
    assert send(giang, b"").status_code == 422
    sent = send(giang, fetched(giang))
    assert quang.get("/bo-tieu-chi").status_code == 403
    assert quang.get(sent.location).status_code == 403
    assert giang.get("/bo-tieu-chi/mau/commune.xlsx").status_code == 200
    assert giang.get("/bo-tieu-chi/mau/khong-co.xlsx").status_code == 404
    assert giang.get("/bo-tieu-chi/999").status_code == 404
