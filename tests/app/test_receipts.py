"""The public page of a receipt: what it confirms through handing in, taking back and handing in again, and to whom."""

from datetime import timedelta

import pytest

from app.database import db
from app.form_codes import Named, draft_letters, draft_text, named_by, typed_code
from app.models import Receipt
from app.services import submissions
from tests.app import small
from tests.app.handed_in import hand_in
from workflows.vocabulary import Action

FORM, DIGEST = 118, "4f" * 32


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7QD-2M4X", "K7QD-2M4X"),
        (" k7qd 2m4x ", "K7QD-2M4X"),
        ("K7QD2M4X", "K7QD-2M4X"),
        ("0188-2222", "OIBB-2222"),
        ("K7QD-2M4", ""),
        ("K7QD-2M4XX", ""),
        ("K7QĐ-2M4X", ""),
        ("", ""),
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed, code):
    assert typed_code(typed) == code


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (draft_text(FORM, DIGEST), Named(form=FORM, digest=DIGEST)),
        ("https://dung-han.example/bien-nhan/K7QD-2M4X", Named(receipt="K7QD-2M4X")),
        ("http://127.0.0.1:8000/bien-nhan/k7qd-2m4x", Named(receipt="K7QD-2M4X")),
        ("https://dung-han.example/bien-nhan/", None),
        ("https://elsewhere.example/K7QD-2M4X", None),
        ("http://[bad/bien-nhan/K7QD-2M4X", None),
        ("dunghan:118:4f", None),
        ("", None),
    ],
)
def test_what_the_text_of_a_code_names(text, named):
    assert named_by(text) == named


def test_a_draft_has_letters_of_its_own():
    assert typed_code(draft_letters(FORM, DIGEST)) == draft_letters(FORM, DIGEST)
    assert draft_letters(FORM, DIGEST) != draft_letters(FORM + 1, DIGEST)


def said(client, code):
    answer = client.get(f"/bien-nhan/{code}")
    return answer.status_code, answer.get_data(as_text=True)


def test_the_life_of_a_receipt_as_the_public_sees_it(app, campaign, at, client):
    (form,) = hand_in("23557")
    key, first = form.id, form.receipt_code
    status, page = said(client, first.lower().replace("-", ""))
    assert status == 200
    for words in ("UBND phường Yên Đỗ", "Phiếu đang có hiệu lực", "đúng hạn", "09:00:00 ngày 10/10/2019"):
        assert words in page
    assert form.content_digest in page
    assert "Còn hai thủ tục" not in page
    at(small.WORKING + timedelta(minutes=5))
    submissions.move(small.actor("an"), key, Action.WITHDRAW, version=None)
    assert "Rút lại lúc 09:05:00 ngày 10/10/2019" in said(client, first)[1]
    at(small.WORKING + timedelta(minutes=9))
    submissions.move(small.actor("an"), key, Action.SELF_ASSESS, version=None)
    second = small.form_of("23557").receipt_code
    assert "Đơn vị đã nộp lại lúc 09:09:00 ngày 10/10/2019" in said(client, first)[1]
    assert "Phiếu đang có hiệu lực" in said(client, second)[1]
    at(small.WORKING + timedelta(minutes=12))
    submissions.send_back(
        small.actor("binh"),
        key,
        note="Sửa",
        remarks={"B1.1": "Sai số"},
        due=small.WORKING.date() + timedelta(days=3),
        version=None,
    )
    assert "Trả lại lúc 09:12:00 ngày 10/10/2019" in said(client, second)[1]
    assert db.session.query(Receipt).count() == 2


def test_codes_that_nobody_has_are_told_so_alike(app, at, client):
    for code in ("ZZZZ-ZZZZ", "khong-co", "x" * 3000):
        status, page = said(client, code)
        assert status == 404
        assert "Không có giấy nhận mang mã này" in page


def test_the_box_leads_to_the_page(app, at, client):
    assert client.get("/bien-nhan").status_code == 200
    asked = client.get("/bien-nhan", query_string={"ma": "k7qd 2m4x"})
    assert (asked.status_code, asked.location) == (303, "/bien-nhan/K7QD-2M4X")
    assert client.get("/bien-nhan", query_string={"ma": "abc"}).status_code == 422
