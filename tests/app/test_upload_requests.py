"""The protocol that files in parts come over, as a client of tus 1.0 meets it; and the library's way to give one up."""

import hashlib
from base64 import b64encode
from dataclasses import replace

import pytest
from sqlalchemy import select

from app import current
from app.database import db
from app.models import Document
from app.queries import space
from app.services import documents, uploads
from app.services.uploads import Promise
from app.web.tus import LARGEST_PART
from tests.app import small
from tests.papers import pdf

CONTENT = pdf("Báo cáo")
SCRIPT = {"Accept": "application/json", "Tus-Resumable": "1.0.0"}
PART = {**SCRIPT, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def officer(campaign, sign_in):
    return sign_in("an")


def parts():
    return f"/phieu/{small.form_of('23557').id}/tai-len"


def said(**texts):
    return ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in texts.items())


def begin(client, size=None, **texts):
    more = {
        "Upload-Length": str(len(CONTENT) if size is None else size),
        "Upload-Metadata": said(**{"filename": "Báo cáo.pdf", **texts}),
    }
    return client.post(parts(), headers={**SCRIPT, **more})


def send(client, place, offset, content, **headers):
    return client.patch(place, data=content, headers={**PART, "Upload-Offset": str(offset), **headers})


def test_a_file_is_begun_looked_up_sent_and_finished(officer):
    begun = begin(officer, criteria="B1.1", issued_on="01/09/2019")
    place = begun.headers["Location"]
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    assert begun.headers["Upload-Expires"] == "Sun, 13 Oct 2019 02:00:00 GMT"
    first = send(officer, place, 0, CONTENT[:100])
    assert (first.status_code, first.headers["Upload-Offset"], first.data) == (204, "100", b"")
    asked = officer.head(place, headers=SCRIPT)
    assert (asked.status_code, asked.headers["Upload-Offset"], asked.headers["Cache-Control"]) == (
        200,
        "100",
        "no-store",
    )
    assert send(officer, place, 0, b"late").status_code == 409
    last = send(officer, place, 100, CONTENT[100:])
    assert (last.status_code, last.headers["Upload-Finished"]) == (204, "new")
    row = db.session.scalars(select(Document)).one()
    assert (row.file_name, row.sha256) == ("Báo cáo.pdf", hashlib.sha256(CONTENT).hexdigest())
    assert [use.criterion for use in row.uses] == ["B1.1"]
    assert row.issued_on.isoformat() == "2019-09-01"


def test_an_upload_is_given_up_by_the_script_and_by_the_button(officer):
    for give_up, status in (
        (lambda place: officer.delete(place, headers=SCRIPT), 204),
        (lambda place: officer.post(f"{place}/bo"), 303),
    ):
        place = begin(officer).headers["Location"]
        assert give_up(place).status_code == status
        assert officer.head(place, headers=SCRIPT).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "viele"}, 400),
        ({"Upload-Length": "9" * 13}, 400),
        ({"Upload-Length": str(11 * 1024 * 1024)}, 422),
        ({"Upload-Metadata": "filename ###"}, 400),
        ({"Upload-Metadata": "filename gA=="}, 400),
        ({"Upload-Metadata": ""}, 422),
        ({"Upload-Metadata": said(filename="a.pdf", issued_on="hôm qua")}, 422),
        ({"Upload-Metadata": said(filename="a.pdf", purpose="minutes")}, 422),
    ],
    ids=str,
)
def test_what_begins_badly_is_refused(officer, headers, status):
    given = {"Upload-Length": "10", "Upload-Metadata": said(filename="a.pdf"), **SCRIPT, **headers}
    answer = officer.post(parts(), headers=given)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"


def test_what_is_no_part_is_refused_and_costs_nothing(officer):
    place = begin(officer).headers["Location"]
    assert officer.patch(place, data=b"x", headers={**SCRIPT, "Upload-Offset": "0"}).status_code == 415
    assert send(officer, place, "-1", b"x").status_code == 400
    assert send(officer, place, 0, bytes(LARGEST_PART + 1)).status_code == 413
    assert send(officer, place, 0, bytes(len(CONTENT) + 1)).status_code == 422
    assert officer.head(place, headers=SCRIPT).headers["Upload-Offset"] == "0"


def test_words_of_a_refusal_reach_the_script(officer):
    place = begin(officer, size=4).headers["Location"]
    answer = send(officer, place, 0, b"MZ\x90\x00")
    assert answer.status_code == 422
    assert "PDF, Word, Excel, JPG hoặc PNG" in answer.json["errors"][0]["message"]


def test_nothing_is_taken_without_the_token_of_the_page(officer, app):
    place = begin(officer).headers["Location"]
    app.config["WTF_CSRF_ENABLED"] = True
    for answer in (begin(officer), send(officer, place, 0, CONTENT), officer.delete(place, headers=SCRIPT)):
        assert (answer.status_code, answer.json["code"]) == (400, "csrf")


@pytest.mark.parametrize(("who", "status"), [("bao", 404), ("binh", 403), (None, 401)])
def test_strangers_reach_no_upload(officer, sign_in, client, who, status):
    place = begin(officer).headers["Location"]
    stranger = sign_in(who) if who else client
    assert begin(stranger).status_code == status
    assert stranger.head(place, headers=SCRIPT).status_code == status
    assert send(stranger, place, 0, CONTENT).status_code == status


def test_the_library_tells_what_broke_off_and_how_full_the_form_is(officer, monkeypatch):
    begun = uploads.begin(small.actor("an"), small.form_of("23557").id, Promise("bc.pdf", 1000))
    uploads.append(small.actor("an"), small.form_of("23557").id, begun.token, offset=0, part=b"x" * 600)
    library = parts().replace("tai-len", "tai-lieu")
    page = officer.get(library).get_data(as_text=True)
    assert "bc.pdf: mới gửi được 60 %. Chọn lại tệp này" in page
    assert "trên 200 MB, còn 200 MB" in page
    monkeypatch.setattr(space, "QUOTA", 1250)
    assert "Phiếu gần đầy" in officer.get(library).get_data(as_text=True)


def test_a_file_in_quarantine_is_named_and_handed_to_nobody(officer, app):
    app.extensions[current.KEY] = replace(app.extensions[current.KEY], clamd_url="tcp://127.0.0.1:9")
    row = documents.add_document(
        small.actor("an"), small.form_of("23557").id, content=CONTENT, file_name="bc.pdf"
    )
    library = parts().replace("tai-len", "tai-lieu")
    page = officer.get(library).get_data(as_text=True)
    assert "Đang quét mã độc" in page
    assert f"{library}/{row.id}/tep" not in page
    refused = officer.get(f"{library}/{row.id}/tep")
    assert (refused.status_code, "Tệp mở được sau khi quét xong" in refused.get_data(as_text=True)) == (
        409,
        True,
    )
    check = officer.get(library.replace("tai-lieu", "kiem-tra")).get_data(as_text=True)
    assert "1 tài liệu đang chờ quét mã độc" in check
