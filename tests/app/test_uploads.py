"""A file that comes in parts becomes one whole document or none, whatever breaks on its way."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.faults import Forbidden, Invalid, Missing, Outdated
from app.models import Document, Purpose, Upload
from app.queries import space
from app.queries.cases import timetable_of
from app.services import documents, uploads
from app.services.uploads import Promise
from app.unfinished import UnfinishedStore
from tests.app import small
from tests.papers import pdf

CONTENT = pdf("Báo cáo kết quả", "của đơn vị")

pytestmark = pytest.mark.usefixtures("campaign")


def form_id(code="23557"):
    return small.form_of(code).id


def begin(content=CONTENT, name="bc.pdf", *, by="an", **more):
    more.setdefault("fingerprint", hashlib.sha256(content).hexdigest())
    return uploads.begin(small.actor(by), form_id(), Promise(name, len(content), **more))


def send(token, offset, part, by="an"):
    return uploads.append(small.actor(by), form_id(), token, offset=offset, part=part)


def kept_documents():
    db.session.rollback()
    return list(db.session.scalars(select(Document)))


def codes(refused):
    return {fault.field: fault.code for fault in refused.value.faults}


def test_parts_become_one_whole_document_with_what_was_said_of_it(app):
    begun = begin(criteria=("B1.1",), number="12/BC-UBND", summary="Báo cáo")
    assert send(begun.token, 0, CONTENT[:100]).received == 100
    assert kept_documents() == []
    assert send(begun.token, 100, CONTENT[100:]).finished
    [row] = kept_documents()
    assert (row.sha256, row.media_type) == (hashlib.sha256(CONTENT).hexdigest(), "application/pdf")
    assert (row.number, row.summary, [use.criterion for use in row.uses]) == (
        "12/BC-UBND",
        "Báo cáo",
        ["B1.1"],
    )
    assert documents.evidence_store().path(row.sha256).read_bytes() == CONTENT
    assert list(uploads.unfinished_store().tokens()) == []


def test_what_was_acknowledged_is_continued_by_choosing_the_file_again():
    first = begin()
    send(first.token, 0, CONTENT[:200])
    again = begin()
    assert (again.token, again.received) == (first.token, 200)
    assert begin(CONTENT + b"\n").token != first.token


def test_of_two_parts_for_one_place_the_second_is_refused_and_leaves_no_trace():
    begun = begin()
    send(begun.token, 0, CONTENT[:50])
    with pytest.raises(Outdated):
        send(begun.token, 0, b"y" * 300)
    assert send(begun.token, 50, CONTENT[50:]).finished
    assert kept_documents()[0].sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_part_that_was_written_but_never_acknowledged_is_written_over():
    begun = begin()
    send(begun.token, 0, CONTENT[:50])
    uploads.unfinished_store().write(begun.token, 50, b"half of a part that a power cut ended" * 9)
    assert send(begun.token, 50, CONTENT[50:60]).received == 60
    assert send(begun.token, 60, CONTENT[60:]).finished


def test_a_whole_file_whose_taking_in_was_cut_off_is_taken_in_on_the_next_asking(monkeypatch):
    begun = begin()
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "refuse_file", lambda _new: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            send(begun.token, 0, CONTENT)
    assert kept_documents() == []
    assert not uploads.progress_of(small.actor("an"), form_id(), begun.token).finished
    assert send(begun.token, len(CONTENT), b"").finished
    assert send(begun.token, len(CONTENT), b"").finished
    assert len(kept_documents()) == 1


@pytest.mark.parametrize(
    ("content", "more", "code"),
    [
        (b"MZ" + CONTENT, {}, "wrong_type"),
        (CONTENT[:-8], {}, "damaged"),
        (CONTENT, {"fingerprint": "0" * 64}, "torn"),
        (CONTENT, {"criteria": ("Z9",)}, "unknown_criterion"),
    ],
    ids=["type", "damaged", "torn", "criterion"],
)
def test_a_whole_file_that_cannot_be_taken_is_refused_in_words_and_gives_its_room_back(content, more, code):
    begun = begin(content, **more)
    with pytest.raises(Invalid) as refused:
        send(begun.token, 0, content)
    assert list(codes(refused).values()) == [code]
    assert kept_documents() == []
    assert db.session.scalar(select(Upload.id)) is None
    assert list(uploads.unfinished_store().tokens()) == []


@pytest.mark.parametrize(
    ("name", "size", "more", "code"),
    [
        ("a.exe", 10, {}, "wrong_type"),
        ("a.pdf", 0, {}, "empty"),
        ("a.pdf", space.LARGEST_FILE + 1, {}, "too_big"),
        ("a.pdf", 10, {"number": "9" * 65}, "too_long"),
        ("a.pdf", 10, {"purpose": Purpose.MINUTES}, "not_yours"),
        ("a.pdf", 10, {"fingerprint": "0" * 65}, "too_long"),
    ],
    ids=["type", "empty", "size", "number", "purpose", "fingerprint"],
)
def test_what_can_be_told_beforehand_is_refused_before_it_is_sent(name, size, more, code):
    with pytest.raises(Invalid) as refused:
        uploads.begin(small.actor("an"), form_id(), Promise(name, size, **more))
    assert list(codes(refused).values()) == [code]


def test_unfinished_files_take_room_until_they_are_dropped(monkeypatch):
    monkeypatch.setattr(space, "QUOTA", len(CONTENT) + 20)
    begun = begin()
    for refused_way in (lambda: begin(CONTENT + b"\n"), lambda: _at_once(CONTENT + b"\n")):
        with pytest.raises(Invalid) as refused:
            refused_way()
        assert codes(refused) == {"file": "quota"}
    uploads.drop(small.actor("an"), form_id(), begun.token)
    assert _at_once(CONTENT + b"\n").id


def _at_once(content):
    return documents.add_document(small.actor("an"), form_id(), content=content, file_name="b.pdf")


def test_only_so_many_are_unfinished_at_once(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNFINISHED", 1)
    begin()
    with pytest.raises(Invalid) as refused:
        begin(CONTENT + b"\n")
    assert codes(refused) == {"file": "too_many"}


@pytest.mark.parametrize(("who", "error"), [("bao", Missing), ("khach", Missing), ("binh", Forbidden)])
def test_an_upload_is_the_units_own(who, error):
    begun = begin()
    with pytest.raises(error):
        uploads.progress_of(small.actor(who), form_id(), begun.token)
    with pytest.raises(error):
        send(begun.token, 0, CONTENT, by=who)
    with pytest.raises(error):
        begin(by=who)
    with pytest.raises(error):
        uploads.drop(small.actor(who), form_id(), begun.token)


def test_a_colleague_may_continue_and_another_form_may_not(app):
    begun = begin()
    assert send(begun.token, 0, CONTENT[:10], by="ha").received == 10
    with pytest.raises(Missing):
        uploads.append(small.actor("bao"), form_id("23560"), begun.token, offset=10, part=CONTENT[10:])


def test_a_file_that_is_not_whole_at_the_deadline_is_late():
    closes = timetable_of(small.form_of("23557").campaign_unit.kind).closes
    with clock.put_at(closes - timedelta(seconds=1)):
        begun = begin()
        send(begun.token, 0, CONTENT[:10])
    with clock.put_at(closes), pytest.raises(Invalid, match="Đã hết hạn"):
        send(begun.token, 10, CONTENT[10:])
    assert kept_documents() == []


def test_what_nobody_continues_is_swept_and_so_is_what_belongs_to_nothing(at):
    begun = begin()
    send(begun.token, 0, CONTENT[:10])
    uploads.unfinished_store().write("0" * 32, 0, b"left behind")
    assert uploads.sweep_uploads() == 0
    assert list(uploads.unfinished_store().tokens()) == [begun.token]
    at(small.WORKING + uploads.KEPT + timedelta(seconds=1))
    with pytest.raises(Missing):
        send(begun.token, 10, CONTENT[10:])
    assert uploads.sweep_uploads() == 1
    assert list(uploads.unfinished_store().tokens()) == []


def test_a_file_that_the_form_has_already_is_not_kept_twice(at):
    first = begin()
    assert not send(first.token, 0, CONTENT).known
    at(small.WORKING + timedelta(minutes=1))
    again = begin(name="bản sao.pdf")
    assert again.token != first.token
    assert send(again.token, 0, CONTENT).known
    assert send(begin(criteria=("B1.1",)).token, 0, CONTENT).known
    [row] = kept_documents()
    assert (row.file_name, [use.criterion for use in row.uses]) == ("bc.pdf", ["B1.1"])


def test_two_who_finish_one_file_at_once_make_one_document(monkeypatch):
    begun, read, waiting = begin(), UnfinishedStore.read, [None]

    def read_late(store, token, size):
        while waiting:
            waiting.pop()
            assert send(token, len(CONTENT), b"").finished
        return read(store, token, size)

    monkeypatch.setattr(UnfinishedStore, "read", read_late)
    assert send(begun.token, 0, CONTENT).finished
    assert len(kept_documents()) == 1
    assert uploads.progress_of(small.actor("an"), form_id(), begun.token).finished
