"""Documents are what their content says, lie under their hash, and are there for the readers of their form only."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app import clock
from app.database import db
from app.evidence import EvidenceStore
from app.faults import Forbidden, Invalid, Missing, Outdated
from app.models import WITH_REMOVED, AuditEntry, Document, EvidenceUse, Purpose, Submission, Verb
from app.queries import space
from app.queries.cases import content_digest, timetable_of
from app.queries.evidence import KEPT_REMOVED, removed_documents
from app.queries.space import LARGEST_FILE
from app.services import answers, document_records, documents
from app.services.answers import AnswerInput
from tests.app import small
from tests.papers import PDF, PNG, encrypted_pdf, giant_png, office, pdf
from workflows.deadlines import local_day

WITH_MACROS = office(
    "word/document.xml",
    "wordprocessingml.document.main+xml",
    "document",
    **{"word/vbaProject.bin": "x"},
)

in_campaign = pytest.mark.usefixtures("campaign")


def form_id(code: str = "23557") -> int:
    return small.form_of(code).id


def add(content: bytes = PDF, name: str = "bc.pdf", *, by: str = "an", **described: object) -> Document:
    return documents.add_document(small.actor(by), form_id(), content=content, file_name=name, **described)


def codes(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {fault.field: fault.code for fault in error.value.faults}


@in_campaign
@pytest.mark.parametrize(
    ("content", "name", "code", "words"),
    [
        (b"", "a.pdf", "empty", "rỗng"),
        (b"MZ\x90\x00", "a.pdf", "wrong_type", "PDF, Word, Excel, JPG hoặc PNG"),
        (encrypted_pdf(password="mo"), "a.pdf", "locked", "gỡ mật khẩu"),
        (PDF[:-8], "a.pdf", "damaged", "không mở được"),
        (WITH_MACROS, "a.docx", "macros", "có macro"),
        (giant_png(8_000), "a.png", "too_costly", "quá nặng để mở"),
    ],
    ids=lambda given: given if isinstance(given, str) else str(len(given)),
)
def test_what_cannot_be_used_is_refused_in_words(content, name, code, words) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        add(content, name)
    assert codes(refused) == {"file": code}


@in_campaign
def test_ten_megabytes_are_taken_and_one_byte_more_is_not() -> None:
    fill = LARGEST_FILE - len(PDF)
    assert add(PDF[:9] + bytes(fill) + PDF[9:]).size == LARGEST_FILE
    with pytest.raises(Invalid, match="nhỏ hơn 10 MB") as refused:
        add(BytesIO(PDF[:9] + bytes(fill + 1) + PDF[9:]))
    assert codes(refused) == {"file": "too_big"}


@in_campaign
def test_a_form_has_room_for_so_much(monkeypatch) -> None:
    monkeypatch.setattr(space, "QUOTA", len(PDF) + 1)
    add()
    with pytest.raises(Invalid) as refused:
        add(PNG, "a.png")
    assert codes(refused) == {"file": "quota"}


@in_campaign
def test_a_document_lies_under_its_hash_and_keeps_its_name_as_data(app, tmp_path) -> None:
    kept = add(name="../../C:\\Bao ca\u0301o\u202e.pdf", number="12/BC-UBND", issued_on=date(2019, 9, 1))
    assert kept.file_name == "Bao c\u00e1o.pdf"
    place = tmp_path / "evidence" / kept.sha256[:2] / kept.sha256
    assert place.read_bytes() == PDF
    assert (kept.media_type, kept.size, kept.number) == ("application/pdf", len(PDF), "12/BC-UBND")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.DOCUMENT_ADDED)).one()
    assert entry.after["sha256"] == kept.sha256


def test_the_store_takes_a_hash_and_nothing_else(tmp_path) -> None:
    store = EvidenceStore(tmp_path)
    digest = store.put(b"x")
    assert store.holds(digest)
    assert store.put(b"x") == digest
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [digest]
    with pytest.raises(ValueError, match="SHA-256"):
        store.path("../../etc/passwd")


@in_campaign
def test_the_same_content_is_kept_once_and_its_uses_are_joined() -> None:
    first = add(criteria=["B1.1"])
    again = add(name="ban sao.pdf", criteria=["B2.1"])
    assert again.id == first.id
    assert {use.criterion for use in again.uses} == {"B1.1", "B2.1"}
    assert db.session.scalar(select(func.count()).select_from(Document)) == 1
    assert add(purpose=Purpose.REPORT).id != first.id


@in_campaign
def test_evidence_makes_an_answer_complete_and_counts_as_content() -> None:
    answers.save_answer(small.actor("an"), form_id(), "B2.1", AnswerInput({"answer": "yes"}), version=None)
    form = small.form_of("23557")
    assert form.complete == 0
    before = content_digest(db.session(), form)
    kept = add(criteria=["B2.1"])
    assert small.form_of("23557").complete == 1
    assert content_digest(db.session(), form) != before
    documents.set_uses(small.actor("an"), kept.id, [], version=kept.version)
    assert small.form_of("23557").complete == 0


@in_campaign
def test_attaching_minds_only_what_was_shown() -> None:
    one, other = add(criteria=["B1.1"]), add(PNG, "a.png", criteria=["B1.1"])
    documents.attach(small.actor("an"), form_id(), "B1.1", ticked=[], shown=[one.id])
    uses = {row.id: {use.criterion for use in row.uses} for row in db.session.scalars(select(Document))}
    assert uses == {one.id: set(), other.id: {"B1.1"}}
    documents.attach(small.actor("an"), form_id(), "B2.1", ticked=[one.id], shown=[one.id, other.id])
    with pytest.raises(Missing):
        documents.attach(small.actor("an"), form_id(), "B2.1", ticked=[10**9], shown=[])


@in_campaign
@pytest.mark.parametrize("criterion", ["B4.1", "C2", "Z9"])
def test_a_document_proves_only_what_the_unit_answers(criterion) -> None:
    with pytest.raises(Invalid) as refused:
        add(criteria=[criterion])
    assert set(codes(refused)) == {"criteria"}


@in_campaign
def test_a_removed_document_leaves_its_content_and_its_trace(tmp_path) -> None:
    kept = add(criteria=["B1.1"])
    digest = kept.sha256
    with pytest.raises(Outdated):
        documents.remove_document(small.actor("an"), kept.id, version=kept.version + 1)
    documents.remove_document(small.actor("an"), kept.id, version=kept.version)
    assert db.session.scalar(select(Document.id)) is None
    assert (tmp_path / "evidence" / digest[:2] / digest).exists()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.DOCUMENT_REMOVED)).one()
    assert entry.before["criteria"] == ["B1.1"]


@in_campaign
def test_a_description_that_is_too_long_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        add(number="9" * 65, summary="x" * 501)
    assert codes(refused) == {"number": "too_long", "summary": "too_long"}


@in_campaign
def test_minutes_are_not_the_units_to_add() -> None:
    with pytest.raises(Invalid) as refused:
        add(purpose=Purpose.MINUTES)
    assert codes(refused) == {"purpose": "not_yours"}


@in_campaign
@pytest.mark.parametrize("stranger", ["bao", "lan", "nam", "khach"])
def test_for_strangers_and_sibling_units_there_is_no_document(stranger) -> None:
    kept = add()
    with pytest.raises(Missing):
        add(PNG, "a.png", by=stranger)
    with pytest.raises(Missing):
        documents.document_for_reading(small.actor(stranger), kept.id)
    with pytest.raises(Missing):
        documents.remove_document(small.actor(stranger), kept.id, version=None)


@in_campaign
@pytest.mark.parametrize("reader", ["binh", "chi", "giang", "dung"])
def test_readers_open_documents_and_change_none(reader) -> None:
    kept = add()
    assert documents.document_for_reading(small.actor(reader), kept.id).id == kept.id
    with pytest.raises(Forbidden):
        documents.set_uses(small.actor(reader), kept.id, ["B1.1"], version=None)
    with pytest.raises(Forbidden):
        add(PNG, "a.png", by=reader)


@in_campaign
@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, False), (1, False)])
def test_documents_keep_the_deadline_to_the_second(seconds, taken) -> None:
    closes = timetable_of(small.form_of("23557").campaign_unit.kind).closes
    with clock.put_at(closes + timedelta(seconds=seconds)):
        if taken:
            assert add().id
            return
        with pytest.raises(Invalid, match="Đã hết hạn"):
            add()


@in_campaign
def test_a_document_is_described_anew_and_the_trail_keeps_both() -> None:
    kept = add(criteria=["B1.1"], number="1/BC")
    said = {
        "number": "12/BC-UBND",
        "issued_on": date(2019, 9, 1),
        "summary": "Báo cáo quý",
        "criteria": ["B2.1"],
    }
    changed = document_records.change_record(small.actor("an"), kept.id, version=kept.version, **said)
    assert (changed.number, changed.summary, [use.criterion for use in changed.uses]) == (
        "12/BC-UBND",
        "Báo cáo quý",
        ["B2.1"],
    )
    first, second = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.DOCUMENT_CHANGED))
    assert (first.before["number"], first.after["number"], first.after["date"]) == (
        "1/BC",
        "12/BC-UBND",
        "2019-09-01",
    )
    assert (second.before["criteria"], second.after["criteria"]) == (["B1.1"], ["B2.1"])
    with pytest.raises(Outdated):
        document_records.change_record(small.actor("an"), kept.id, version=1, **said)


@in_campaign
def test_a_document_of_a_day_to_come_is_refused() -> None:
    tomorrow = local_day(clock.now()) + timedelta(days=1)
    with pytest.raises(Invalid, match="sau hôm nay") as refused:
        add(issued_on=tomorrow)
    assert codes(refused) == {"issued_on": "in_future"}
    kept = add(issued_on=tomorrow - timedelta(days=1))
    said = {"number": "", "issued_on": tomorrow, "summary": "x" * 501, "criteria": []}
    with pytest.raises(Invalid) as refused:
        document_records.change_record(small.actor("an"), kept.id, version=None, **said)
    assert codes(refused) == {"issued_on": "in_future", "summary": "too_long"}


@in_campaign
def test_a_date_outside_the_period_of_the_figures_is_seen() -> None:
    period = small.form_of("23557").campaign
    days = [period.period_start, period.period_start - timedelta(days=1), None]
    assert [add(pdf(str(day)), issued_on=day).outside_period for day in days] == [False, True, False]


@in_campaign
def test_many_documents_are_attached_to_many_criteria_at_once() -> None:
    one, other, left = add(criteria=["B1.1"]), add(PNG, "a.png"), add(pdf("khác"), "b.pdf")
    attach_many, officer = document_records.attach_many, small.actor("an")
    assert attach_many(officer, form_id(), documents=[one.id, other.id], criteria=["B2.1", "B3.1"]) == 2
    uses = {row.id: {use.criterion for use in row.uses} for row in db.session.scalars(select(Document))}
    assert uses == {one.id: {"B1.1", "B2.1", "B3.1"}, other.id: {"B2.1", "B3.1"}, left.id: set()}
    with pytest.raises(Invalid) as refused:
        attach_many(officer, form_id(), documents=[], criteria=[])
    assert codes(refused) == {"documents": "missing", "criteria": "missing"}
    with pytest.raises(Missing):
        attach_many(officer, form_id(), documents=[10**6], criteria=["B2.1"])


@in_campaign
def test_what_was_taken_out_comes_back_for_thirty_days() -> None:
    kept = add(criteria=["B1.1"])
    officer, number = small.actor("an"), kept.id
    documents.remove_document(officer, number, version=None)
    (removed,) = removed_documents(db.session(), small.form_of("23557"), clock.now())
    assert (removed.id, removed.removed_by_name) == (number, officer.name)
    late = clock.now() + KEPT_REMOVED
    assert removed_documents(db.session(), small.form_of("23557"), late) == []
    with pytest.raises(Missing):
        document_records.put_back(small.actor("bao"), number, version=None)
    back = document_records.put_back(officer, number, version=removed.version)
    assert [use.criterion for use in back.uses] == ["B1.1"]
    assert db.session.scalar(select(Document.id)) == number
    with pytest.raises(Missing):
        document_records.put_back(officer, number, version=None)


@in_campaign
def test_what_was_taken_in_again_is_not_put_back_beside_itself() -> None:
    kept = add()
    documents.remove_document(small.actor("an"), kept.id, version=None)
    add(name="ban moi.pdf")
    with pytest.raises(Invalid, match="ban moi"):
        document_records.put_back(small.actor("an"), kept.id, version=None)


@in_campaign
def test_no_query_meets_what_was_taken_out() -> None:
    kept = add(criteria=["B1.1"])
    number = kept.id
    documents.remove_document(small.actor("an"), kept.id, version=None)
    other = aliased(Document)
    session = db.session()
    session.expunge_all()
    asked = (
        select(Document),
        select(Document.id),
        select(other.sha256),
        select(func.count()).select_from(Document).having(func.count() > 0),
        select(EvidenceUse).join(Document),
        select(EvidenceUse).where(select(Document.id).where(Document.id == EvidenceUse.document_id).exists()),
        select(other.id).join(Document, Document.sha256 == other.sha256),
        select(Submission.id).join(other, other.submission_id == Submission.id),
        select(EvidenceUse.id).join(other, other.id == EvidenceUse.document_id),
    )
    assert [session.execute(query).all() for query in asked] == [[]] * len(asked)
    assert session.get(Document, number) is None
    assert session.scalars(select(Document).execution_options(**{WITH_REMOVED: True})).one().removed_at
    with pytest.raises(Missing):
        documents.document_for_reading(small.actor("an"), number)
