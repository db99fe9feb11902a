"""A signed paper is matched with its form by the code printed on it, or by the letters that somebody types."""

from io import BytesIO

import pytest
from PIL import Image

from app.database import db
from app.faults import Forbidden, Invalid
from app.form_codes import draft_letters, draft_text
from app.models import Document, Submission
from app.official_papers import qr_png
from app.queries.cases import content_digest
from app.queries.ease import ease_of
from app.queries.signed_papers import papers_of
from app.services import answers, ease, signed_papers
from app.services.answers import AnswerInput
from tests.app import small
from tests.app.handed_in import CLAIMS, hand_in


def scan(*texts, kind="PDF"):
    """A scanned paper of two pages, a little turned, with the codes on the last one."""
    pages = [Image.new("L", (1240, 1754), 255) for _page in range(2)]
    for number, text in enumerate(texts):
        code = Image.open(BytesIO(qr_png(text))).convert("L").resize((220, 220)).rotate(3, fillcolor=255)
        pages[-1].paste(code, (120 + 400 * number, 1400))
    made = BytesIO()
    if kind == "PDF":
        pages[0].save(made, kind, save_all=True, append_images=pages[1:], resolution=150)
    else:
        pages[-1].save(made, kind)
    return made.getvalue()


def attach(form, content, name="da-ky.pdf", who="an"):
    return signed_papers.attach_signed(small.actor(who), form, content=content, file_name=name)


def matches(form):
    db.session.rollback()
    return [paper.match for paper in papers_of(db.session(), db.session.get(Submission, form))]


@pytest.fixture
def draft(campaign):
    form = small.form_of("23557")
    answers.save_answers(small.actor("an"), form.id, CLAIMS)
    return form.id


def digest_now():
    return content_digest(db.session(), small.form_of("23557"))


def test_a_paper_fits_until_the_content_changes(draft):
    attach(draft, scan(draft_text(draft, digest_now())))
    assert matches(draft) == ["matched"]
    assert digest_now() == content_digest(db.session(), small.form_of("23557"))
    answers.save_answers(small.actor("an"), draft, {"B3.1": AnswerInput({"option": "full"})})
    assert matches(draft) == ["older"]


def test_a_receipt_is_read_from_a_photograph_and_anothers_is_foreign(campaign):
    mine, other = hand_in("23557", "23560")
    mine, code, foreign = mine.id, mine.receipt_code, other.receipt_code
    link = "http://dung-han.example/bien-nhan/{}"
    attach(mine, scan(link.format(code), kind="JPEG"), "da-ky.jpg")
    attach(mine, scan(link.format(foreign), kind="PNG"), "nham.png")
    attach(mine, scan(draft_text(999, "ab" * 32)), "khac.pdf")
    attach(mine, scan(link.format("AAAA-BBBB"), link.format(code)), "hai-ma.pdf")
    attach(mine, scan("https://example.vn"), "la.pdf")
    assert matches(mine) == ["none", "matched", "foreign", "foreign", "matched"]


def test_letters_are_typed_where_no_code_is_read(draft):
    paper = attach(draft, scan())
    letters, key, version = draft_letters(draft, digest_now()), paper.id, paper.version
    assert matches(draft) == ["none"]
    with pytest.raises(Invalid, match="Nhập đủ 8 chữ"):
        signed_papers.type_code(small.actor("an"), draft, key, code="K7QD", version=version)
    signed_papers.type_code(small.actor("an"), draft, key, code="AAAA-BBBB", version=version)
    assert matches(draft) == ["unknown"]
    typed = signed_papers.type_code(small.actor("an"), draft, key, code=letters.lower(), version=None)
    assert (typed.typed, typed.code, matches(draft)) == (True, letters, ["matched"])


def test_a_paper_can_be_taken_out_and_only_its_unit_brings_one(draft):
    key = attach(draft, scan()).id
    signed_papers.remove_signed(small.actor("ha"), draft, key, version=None)
    assert matches(draft) == []
    with pytest.raises(Forbidden):
        attach(draft, scan(), who="binh")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b""),
        ("a.docx", b"PK\x03\x04"),
        ("a.pdf", b"%PDF-1.4 cut"),
        ("a.exe", b"MZ"),
        ("a.png", b"\x89PNG"),
    ],
)
def test_other_files_are_refused(draft, name, content):
    with pytest.raises(Invalid) as refused:
        attach(draft, content, name)
    assert refused.value.faults[0].field == "file"
    assert db.session.query(Document).count() == 0


def test_ease_is_kept_once_for_each_person_and_counted(campaign):
    (form,) = hand_in("23557")
    key, campaign_id = form.id, form.campaign_id
    ease.tell_ease(small.actor("an"), key, score=3)
    ease.tell_ease(small.actor("an"), key, score=6)
    ease.tell_ease(small.actor("ha"), key, score=7)
    found = ease_of(db.session(), campaign_id)
    assert (list(found.counts), str(found.mean)) == ([0, 0, 0, 0, 0, 1, 1], "6.5")
    for wrong in (None, 0, 8):
        with pytest.raises(Invalid):
            ease.tell_ease(small.actor("an"), key, score=wrong)
