"""The library of a form: files come in, are recognised, changed, and handed out safely."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.database import db
from app.models import Document
from app.services import documents
from tests.app import small
from tests.app.officers_desk import form_id, officer, path, text
from tests.papers import PDF, PNG

__all__ = ["officer"]


def test_an_oversize_request_gets_its_own_page(officer) -> None:
    answer = officer.post(
        path("/tai-lieu"), data=bytes(13 * 1024 * 1024), content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "Tệp quá lớn" in text(answer)


def test_the_library_takes_in_names_changes_and_removes(officer) -> None:
    data = {"purpose": "evidence", "number": "12/BC", "issued_on": "01/09/2019"}
    answer = officer.post(path("/tai-lieu"), data=data | {"file": (BytesIO(PDF), "a.pdf")})
    assert answer.status_code == 303
    page = text(officer.get(path("/tai-lieu")))
    for words in ("a.pdf", "số 12/BC", "ngày 01/09/2019", "Chưa gắn vào tiêu chí nào"):
        assert words in page
    document = db.session.scalars(select(Document)).one()
    own = path(f"/tai-lieu/{document.id}")
    assert "a.pdf" in text(officer.get(own))
    changed = officer.post(own, data={"version": document.version, "criteria": ["B1.1", "B2.1"]})
    assert changed.status_code == 303
    assert "/tc/B2.1" in text(officer.get(path("/tai-lieu")))
    db.session.expire_all()
    assert officer.post(f"{own}/go", data={"version": "99"}).status_code == 409
    assert officer.post(f"{own}/go", data={"version": document.version}).status_code == 303
    assert "Chưa có tài liệu" in text(officer.get(path("/tai-lieu")))


def test_the_same_file_twice_is_recognised(officer) -> None:
    for name in ("a.pdf", "b.pdf"):
        officer.post(path("/tai-lieu"), data={"file": (BytesIO(PDF), name)})
    assert "Tệp này đã có trong phiếu" in text(officer.get(path("/tai-lieu")))
    assert db.session.scalars(select(Document)).one().file_name == "a.pdf"


@pytest.mark.parametrize("name", [None, "", "a.pdf"])
def test_a_library_upload_without_content_is_refused_in_words(officer, name) -> None:
    upload = {} if name is None else {"file": (BytesIO(b""), name)}
    answer = officer.post(
        path("/tai-lieu"), data={"number": "7/BC", **upload}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert 'href="#file"' in text(answer)
    assert "7/BC" in text(answer)


def test_a_download_is_safe_and_for_readers_only(officer, sign_in) -> None:
    kept = documents.add_document(
        small.actor("an"), form_id(), content=PDF, file_name="Báo cáo.pdf", criteria=["B1.1"]
    )
    address = path(f"/tai-lieu/{kept.id}/tep")
    answer = officer.get(address)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''B%C3%A1o%20c%C3%A1o.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert sign_in("chi").get(address).status_code == 200
    assert sign_in("bao").get(address).status_code == 404
    assert sign_in("bao").get(f"/phieu/{form_id('23560')}/tai-lieu/{kept.id}/tep").status_code == 404


def test_a_lost_file_is_missing_and_no_fault_of_the_server(officer, tmp_path) -> None:
    kept = documents.add_document(small.actor("an"), form_id(), content=PNG, file_name="a.png")
    documents.evidence_store().path(kept.sha256).unlink()
    assert officer.get(path(f"/tai-lieu/{kept.id}/tep")).status_code == 404
