"""The form on paper: its facts on the page and in Word, with its code, unsubmitted, submitted, and blank."""

from io import BytesIO

import pytest
from docx import Document

from app.database import db
from app.form_codes import draft_letters
from app.queries.cases import content_digest
from app.services import answers
from app.services.answers import AnswerInput
from tests.app import small
from tests.app.handed_in import CLAIMS, hand_in

TYPED = "{{7*7}} </w:t> <b>&amp; \x0b {%tr endfor %}"
SHOWN = "{{7*7}} </w:t> <b>&amp;  {%tr endfor %}"


@pytest.fixture
def draft(campaign):
    form = small.form_of("23557").id
    given = {**CLAIMS, "B3.1": AnswerInput({"option": "part"}, TYPED)}
    answers.save_answers(small.actor("an"), form, given)
    return form


def words_of(content):
    paper = Document(BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def test_a_draft_on_paper_says_that_it_is_one_and_bears_its_own_code(draft, sign_in):
    an = sign_in("an")
    page = an.get(f"/phieu/{draft}/in").get_data(as_text=True)
    word = an.get(f"/phieu/{draft}/phieu.docx")
    digest = content_digest(db.session(), small.form_of("23557"))
    said = words_of(word.data)
    for text in (page, said):
        assert draft_letters(draft, digest) in text
        assert digest in text
        assert "BẢN CHƯA NỘP" in text
        assert "UBND PHƯỜNG YÊN ĐỖ" in text
        assert "Tử số: 8; Mẫu số: 10" in text
    assert SHOWN in said
    assert "{{7*7}}" in page
    assert word.headers["Content-Disposition"].endswith(".docx")


def test_a_form_that_was_handed_in_bears_its_receipt(campaign, sign_in):
    (form,) = hand_in("23557")
    key, code = form.id, form.receipt_code
    bao = sign_in("giang")
    for path in ("in", "phieu.docx"):
        answer = bao.get(f"/phieu/{key}/{path}")
        text = answer.get_data(as_text=True) if path == "in" else words_of(answer.data)
        assert f"/bien-nhan/{code}" in text
        assert "BẢN CHƯA NỘP" not in text
    assert sign_in("bao").get(f"/phieu/{key}/phieu.docx").status_code == 404


def test_a_blank_form_holds_no_answer_and_no_code(draft, sign_in):
    an = sign_in("an")
    page = an.get(f"/phieu/{draft}/in?mau=trang").get_data(as_text=True)
    said = words_of(an.get(f"/phieu/{draft}/phieu.docx?mau=trang").data)
    for text in (page, said):
        assert "Tỷ lệ thủ tục công khai" in text
        assert "Còn hai thủ tục" not in text
        assert "SHA-256" not in text
