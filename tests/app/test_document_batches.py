"""Several files at once, links in place of files, and proposals from names: nothing lost, nothing silently wrong."""

import pytest
from sqlalchemy import func, select

from app.database import db
from app.evidence import EvidenceStore
from app.faults import Forbidden, Invalid, Missing
from app.models import Document, Scan
from app.queries.cases import content_digest
from app.services import document_batches, documents
from app.web.proposals import proposed_code
from tests.app import small
from tests.papers import PDF, PNG, pdf

LINK = "https://gialai.gov.vn/van-ban/12?trang=2#dau"
in_campaign = pytest.mark.usefixtures("campaign")


def form_id(code="23557"):
    return small.form_of(code).id


def add_link(link=LINK, *, by="an", **said):
    return document_batches.add_link(small.actor(by), form_id(), link, **said)


@in_campaign
def test_good_files_are_kept_and_bad_ones_are_named_each_with_its_reason():
    taken = document_batches.add_each(
        small.actor("an"),
        form_id(),
        [("một.pdf", PDF), ("lạ.exe", b"MZ"), ("hỏng.png", PNG[:40]), ("hai.png", PNG)],
    )
    assert [row.file_name for row in taken.kept] == ["một.pdf", "hai.png"]
    with pytest.raises(Invalid) as refused:
        taken.refuse()
    [fault] = refused.value.faults
    assert (fault.field, fault.code) == ("file", "several")
    assert "“lạ.exe” không phải" in fault.message
    assert "“hỏng.png” không mở được" in fault.message


@in_campaign
def test_an_unfit_description_keeps_no_file():
    with pytest.raises(Invalid) as refused:
        document_batches.add_each(small.actor("an"), form_id(), [("a.pdf", PDF)], number="9" * 65)
    assert refused.value.faults[0].field == "number"
    assert db.session.scalar(select(func.count()).select_from(Document)) == 0


@in_campaign
def test_the_same_file_sent_again_changes_nothing():
    (first,) = document_batches.add_each(small.actor("an"), form_id(), [("a.pdf", PDF)]).kept
    (again,) = document_batches.add_each(small.actor("an"), form_id(), [("b.pdf", PDF)]).kept
    assert (again.id, again.file_name) == (first.id, "a.pdf")


@in_campaign
def test_a_link_is_a_document_with_its_host_as_name_and_nobody_fetches_it(monkeypatch):
    monkeypatch.setattr(EvidenceStore, "put", lambda *_given: 1 // 0)
    before = content_digest(db.session(), small.form_of("23557"))
    row = add_link(f" {LINK} ", number="12/QĐ-UBND", criteria=["B2.1"])
    assert (row.link, row.file_name, row.size, row.scan) == (
        LINK,
        "gialai.gov.vn/van-ban/12",
        0,
        Scan.UNSCANNED,
    )
    assert [use.criterion for use in row.uses] == ["B2.1"]
    assert content_digest(db.session(), small.form_of("23557")) != before
    assert add_link().id == row.id
    assert add_link("https://gialai.gov.vn/khac").id != row.id


@in_campaign
@pytest.mark.parametrize(
    "link",
    [
        "",
        "gialai.gov.vn/van-ban",
        "http://gialai.gov.vn",
        "javascript:alert(1)",
        "https://",
        "https://localhost/",
        "https://an:mk@gialai.gov.vn",
        "https://gialai.gov.vn/a b",
        "https://gialai.gov.vn/<script>",
        "https://[gialai.gov.vn",
        "https://gialai.gov.vn:cong/",
        "https://gialai.gov.vn/" + "a" * 2000,
        "https://gialai.gov.vn/\u202egpj.exe",
    ],
)
def test_what_is_no_public_link_is_refused(link):
    with pytest.raises(Invalid) as refused:
        add_link(link)
    assert {fault.field for fault in refused.value.faults} == {"link"}


@in_campaign
@pytest.mark.parametrize(("who", "error"), [("bao", Missing), ("chi", Forbidden)])
def test_a_link_is_the_units_own_to_add(who, error):
    with pytest.raises(error):
        add_link(by=who)


@in_campaign
def test_ticked_proposals_are_attached_besides_what_was_there():
    one = documents.add_document(small.actor("an"), form_id(), content=PDF, file_name="B1.1 a.pdf")
    other = documents.add_document(
        small.actor("an"), form_id(), content=pdf("b"), file_name="B2.1 b.pdf", criteria=["C1"]
    )
    assert (
        document_batches.attach_named(small.actor("an"), form_id(), {one.id: "B1.1", other.id: "B2.1"}) == 2
    )
    uses = {row.id: sorted(use.criterion for use in row.uses) for row in db.session.scalars(select(Document))}
    assert uses == {one.id: ["B1.1"], other.id: ["B2.1", "C1"]}
    with pytest.raises(Missing):
        document_batches.attach_named(small.actor("an"), form_id(), {10**6: "B1.1"})
    with pytest.raises(Invalid):
        document_batches.attach_named(small.actor("an"), form_id(), {one.id: "B4.1"})


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("1.2 Quyết định.pdf", "1.2"),
        ("1.2.pdf", "1.2"),
        ("1.2-1 bis.pdf", "1.2"),
        ("1.2_3.pdf", None),
        ("1.20 khác.pdf", "1.20"),
        ("1.2.3 sâu hơn.pdf", None),
        ("1 Báo cáo.pdf", None),
        ("Tiêu chí 1.2 a.pdf", "1.2"),
        ("TC1.2.pdf", "1.2"),
        ("b1.1 viết thường.pdf", "B1.1"),
        ("B1.10 mới.pdf", None),
        ("Báo cáo 1.2.pdf", None),
    ],
)
def test_a_name_proposes_the_code_that_it_begins_with_and_no_other(name, code):
    assert proposed_code(name, ["1.2", "1.20", "B1.1"]) == code
