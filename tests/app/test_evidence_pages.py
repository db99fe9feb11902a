"""Documents as people read them: pages as pictures, for readers of the form only; what is said of them; what is shared."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import update

from app import clock
from app.database import db
from app.jobs import tick
from app.models import Document, RoleGrant, Scan, Verb
from app.page_pictures import PictureShelf
from app.queries.evidence import elsewhere, shared_files
from app.services import documents, viewing
from app.unit import SYSTEM, unit
from criteria.papers import FileFault, PagePicture, UnusableFile
from tests import papers
from tests.app import small
from tests.guards.pages import faults, parse
from tests.papers import PDF, PNG, WORD
from workflows.vocabulary import Role

HERE = "23557"
pytestmark = [pytest.mark.http, pytest.mark.usefixtures("campaign")]


def add(content=PDF, name="Báo cáo.pdf", by="an", code=HERE, **described):
    form = small.form_of(code).id
    return documents.add_document(small.actor(by), form, content=content, file_name=name, **described)


def at(row, end=""):
    return f"/phieu/{row.submission_id}/tai-lieu/{row.id}{end}"


def page_of(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    text = answer.get_data(as_text=True)
    assert list(faults(parse(text))) == []
    return text


def test_pages_of_a_document_are_shown_to_its_readers_and_nobody_else(sign_in):
    kept = add(papers.pages(3))
    officer, picture = sign_in("an"), at(kept, "/trang/2.jpg?rong=900")
    page = page_of(officer.get(at(kept, "/xem?trang=2")))
    assert "Trang 2/3" in page
    assert "trang=1#xem" in page
    assert "trang=3#xem" in page
    assert at(kept, "/trang/2.jpg?rong=900") in page
    answer = officer.get(picture)
    assert Image.open(BytesIO(answer.data)).size == (900, 1274)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = officer.get(picture, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Thu nhỏ" in page_of(officer.get(at(kept, "/xem?trang=2&to=1")))
    for reader in ("binh", "chi", "giang"):
        assert sign_in(reader).get(picture).status_code == 200
    for stranger in ("bao", "lan"):
        assert sign_in(stranger).get(picture).status_code == 404
        assert sign_in(stranger).get(at(kept, "/xem")).status_code == 404
    elsewhere_form = picture.replace(f"/phieu/{kept.submission_id}/", f"/phieu/{small.form_of('23560').id}/")
    assert officer.get(elsewhere_form).status_code == 404


def test_what_is_not_shown_says_so(sign_in):
    officer, kept, word = sign_in("an"), add(), add(WORD, "a.docx")
    assert "không có trang này" in page_of(officer.get(at(kept, "/xem?trang=9")))
    assert officer.get(at(kept, "/trang/9.jpg")).status_code == 404
    assert officer.get(at(word, "/xem")).headers["Location"] == at(word)
    assert "tải về để xem" in page_of(officer.get(at(word)))
    assert officer.get(at(word, "/trang/1.jpg")).status_code == 404
    documents.evidence_store().path(kept.sha256).unlink()
    assert "Tệp không mở được" in page_of(officer.get(at(kept, "/xem?to=1")))


def test_a_document_that_a_scanner_holds_is_shown_to_nobody(sign_in):
    kept, officer = add(criteria=["B1.1"]), sign_in("an")
    with db.engine.begin() as connection:
        connection.execute(update(Document).values(scan=Scan.WAITING))
    db.session.rollback()
    page = page_of(officer.get(f"/phieu/{kept.submission_id}/tai-lieu"))
    assert "Đang quét mã độc" in page
    assert at(kept, "/trang/") not in page


def test_a_page_is_drawn_once(sign_in, monkeypatch):
    kept, officer = add(), sign_in("an")
    assert officer.get(at(kept, "/trang/1.jpg?rong=96")).status_code == 200
    monkeypatch.setattr(viewing, "picture_of_page", lambda *_a, **_k: pytest.fail("drawn again"))
    assert officer.get(at(kept, "/trang/1.jpg?rong=96")).status_code == 200
    assert "96" in page_of(officer.get(f"/phieu/{kept.submission_id}/tai-lieu"))


def test_a_page_that_costs_too_much_is_tried_once(sign_in, monkeypatch):
    def heavy(*_content, **_page):
        tried.append(1)
        raise UnusableFile(FileFault.TOO_COSTLY)

    kept, officer, tried = add(), sign_in("an"), []
    monkeypatch.setattr(viewing, "picture_of_page", heavy)
    for _time in range(2):
        assert "quá nặng để xem tại đây" in page_of(officer.get(at(kept, "/xem")))
    assert tried == [1]


def test_pictures_nobody_looked_at_go_first(app, tmp_path, monkeypatch):
    shelf = PictureShelf(tmp_path)
    for number in (1, 2, 3):
        shelf.keep("ab" * 32, number, 900, PagePicture(b"x" * 100, 3, 9, 9))
    assert shelf.find("ab" * 32, 1, 900).pages == 3
    assert shelf.sweep(250) == 1
    left = [shelf.find("ab" * 32, number, 900) is not None for number in (1, 2, 3)]
    assert left == [True, False, True]
    assert shelf.find("cd" * 32, 1, 900) is None
    assert tick(app)["pictures"] == 0


def test_what_is_said_of_a_document_is_changed_on_its_page(sign_in):
    kept, officer = add(), sign_in("an")
    day = small.form_of(HERE).campaign.period_start - timedelta(days=1)
    said = {
        "number": "12/BC",
        "issued_on": f"{day:%d/%m/%Y}",
        "summary": "Báo cáo",
        "criteria": ["B1.1", "B2.1"],
    }
    assert officer.post(at(kept), data=said | {"version": kept.version}).status_code == 303
    page = page_of(officer.get(at(kept)))
    assert "nằm ngoài kỳ số liệu" in page
    assert 'value="12/BC"' in page
    assert "1 tài liệu có ngày nằm ngoài kỳ" in page_of(officer.get(f"/phieu/{kept.submission_id}/kiem-tra"))
    assert officer.post(at(kept), data=said | {"version": 1}).status_code == 409
    late = clock.now() + timedelta(days=3)
    wrong = officer.post(at(kept), data=said | {"version": 9, "issued_on": f"{late:%d/%m/%Y}"})
    assert "sau hôm nay" in page_of(wrong, 422)


def test_several_are_attached_and_one_comes_back_from_the_trash(sign_in):
    one, other, officer = add(), add(PNG, "Ảnh.png"), sign_in("an")
    library = f"/phieu/{one.submission_id}/tai-lieu"
    nothing = officer.post(f"{library}/gan", data={"documents": [one.id]})
    assert 'href="#criteria"' in page_of(nothing, 422)
    ticked = {"documents": [one.id, other.id], "criteria": ["B1.1", "B2.1"]}
    assert officer.post(f"{library}/gan", data=ticked).status_code == 303
    assert page_of(officer.get(library)).count(f"/phieu/{one.submission_id}/tc/B2.1") == 2
    number, version = one.id, db.session.get(Document, one.id).version
    assert officer.post(at(one, "/go"), data={"version": version}).status_code == 303
    page = page_of(officer.get(library))
    assert "Tài liệu đã gỡ trong 30 ngày (1)" in page
    back = f"{library}/{number}/dat-lai"
    assert sign_in("chi").post(back, data={"version": version + 1}).status_code in {403, 404}
    assert officer.post(back, data={"version": version + 1}).status_code == 303
    assert "đã gỡ" not in page_of(officer.get(library))


def test_a_file_of_two_units_is_told_to_those_who_reach_both(sign_in, statements):
    here, there = add(criteria=["B1.1"]), add(by="bao", code="23560", name="Của xã khác.pdf")
    form = small.form_of(HERE)
    name = small.form_of("23560").campaign_unit.formal_name
    seen = {}
    for reader in ("an", "binh", "chi", "giang"):
        actor, _unit = small.actor(reader), form.campaign_unit.unit_id
        with statements() as asked:
            found = elsewhere(db.session(), form, actor)
        assert len(asked) == 1
        seen[reader] = [one.unit_name for one in found.get(here.id, ())]
    assert seen == {"an": [], "binh": [name], "chi": [name], "giang": [name]}
    assert name not in page_of(sign_in("an").get(at(here)))
    assert at(there) in page_of(sign_in("chi").get(at(here)))
    assert name in page_of(sign_in("chi").get(f"/tham-dinh/{form.id}/B1.1"))
    listed = page_of(sign_in("giang").get(f"/dot/{form.campaign.slug}/tep-chung"))
    assert at(there) in listed
    (file,) = shared_files(db.session(), form.campaign, small.actor("giang"))
    assert [row.id for row in file.documents] == [here.id, there.id]
    assert shared_files(db.session(), form.campaign, small.actor("an")) == ()
    documents.remove_document(small.actor("bao"), there.id, version=None)
    assert elsewhere(db.session(), form, small.actor("giang")) == {}
    assert "Chưa có tệp nào" in page_of(sign_in("giang").get(f"/dot/{form.campaign.slug}/tep-chung"))


def test_the_task_force_looks_at_the_evidence_beside_the_claim(sign_in):
    first, second = add(papers.pages(2), criteria=["B1.1"]), add(PNG, "Ảnh.png", criteria=["B1.1"])
    chi, form = sign_in("chi"), first.submission_id
    page = page_of(chi.get(f"/tham-dinh/{form}/B1.1"))
    assert "Trang 1/2" in page
    assert f"?tep={second.id}#xem" in page
    assert "Trang 1/1" in page_of(chi.get(f"/tham-dinh/{form}/B1.1?tep={second.id}"))
    assert at(second, "/trang/1.jpg?rong=1800") in page_of(
        chi.get(f"/tham-dinh/{form}/B1.1?tep={second.id}&to=1")
    )


def test_a_document_comes_back_through_its_own_form_only(sign_in):
    with unit(SYSTEM) as work:
        person, other = small.person("an"), small.form_of("23560")
        work.add(
            RoleGrant(
                person_id=person.id,
                role=Role.UNIT,
                unit_id=other.campaign_unit.unit_id,
                valid_from=small.OPENING,
            )
        )
        work.record(Verb.ROLE_GRANTED, person)
        elsewhere_form = f"/phieu/{other.id}/tai-lieu"
    one = add()
    documents.remove_document(small.actor("an"), one.id, version=None)
    version, back = one.version, f"{elsewhere_form}/{one.id}/dat-lai"
    assert sign_in("an").post(back, data={"version": version}).status_code == 404
    assert sign_in("an").post(at(one, "/dat-lai"), data={"version": version}).status_code == 303
