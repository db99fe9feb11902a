"""Nobody opens a file before the scanner has called it clean; what holds a virus is refused for good, in every form."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import current
from app.database import db
from app.faults import Invalid, Withheld
from app.models import AuditEntry, Document, Scan, Verb
from app.queries import readiness, troubles
from app.scanner import ScannerAway, ScannerPuzzled, scan
from app.services import answers, documents, scanning
from app.services.answers import AnswerInput
from app.services.troubles import tell_troubles
from notifications.messages import Trouble
from tests.app import small
from tests.clamd import VIRUS, Puzzled, Rude, scanner
from tests.papers import PDF, pdf

INFECTED = PDF[:9] + b"%" + VIRUS + b"\n" + PDF[9:]
AWAY = "tcp://127.0.0.1:9"

pytestmark = pytest.mark.usefixtures("campaign")


@pytest.fixture
def clamd(app):
    """A scanner that the running application asks."""
    with scanner() as running:
        ask(app, running.url)
        yield running


def ask(app, url):
    app.extensions[current.KEY] = replace(app.extensions[current.KEY], clamd_url=url)


def add(content=PDF, name="bc.pdf", *, by="an", code="23557", **said):
    return documents.add_document(
        small.actor(by), small.form_of(code).id, content=content, file_name=name, **said
    )


def kept(document):
    db.session.rollback()
    return db.session.get_one(Document, document.id)


def entries(verb):
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)))


def test_without_a_scanner_nothing_is_withheld():
    row = add()
    assert row.scan == Scan.UNSCANNED
    assert scanning.scan_waiting() == 0
    assert documents.document_for_reading(small.actor("chi"), row.id).id == row.id


@pytest.mark.parametrize("reader", ["an", "chi", "binh"])
def test_a_file_is_in_quarantine_until_it_is_called_clean(clamd, reader):
    row = add()
    with pytest.raises(Withheld, match="Đang quét mã độc"):
        documents.document_for_reading(small.actor(reader), row.id)
    assert scanning.scan_waiting() == 1
    assert clamd.seen == [PDF]
    assert (kept(row).scan, kept(row).scanned_at) == (Scan.CLEAN, small.WORKING)
    assert documents.document_for_reading(small.actor(reader), row.id).id == row.id
    assert add(by="bao", code="23560").scan == Scan.CLEAN
    assert scanning.scan_waiting() == 0


def test_what_holds_a_virus_is_refused_in_every_form_and_its_content_is_gone(clamd):
    answers.save_answer(
        small.actor("an"), small.form_of("23557").id, "B2.1", AnswerInput({"answer": "yes"}), version=None
    )
    one, other = add(INFECTED, criteria=["B2.1"]), add(INFECTED, by="bao", code="23560")
    digest, version = one.sha256, one.version
    assert small.form_of("23557").complete == 1
    assert scanning.scan_waiting() == 1
    assert [kept(row).scan for row in (one, other)] == [Scan.INFECTED] * 2
    assert kept(one).finding == "Test.Virus-1"
    assert not documents.evidence_store().holds(digest)
    assert small.form_of("23557").complete == 0
    assert {entry.subject_id for entry in entries(Verb.DOCUMENT_INFECTED)} == {one.id, other.id}
    with pytest.raises(Withheld, match="Tệp có mã độc, không nhận"):
        documents.document_for_reading(small.actor("chi"), one.id)
    with pytest.raises(Invalid, match="có mã độc, không nhận"):
        add(INFECTED, "khác.pdf")
    scanning.scan_waiting()
    assert not documents.evidence_store().holds(digest)
    documents.remove_document(small.actor("an"), one.id, version=version)


def test_a_document_that_was_taken_out_does_not_come_back_unscanned(clamd):
    row = add(INFECTED)
    documents.remove_document(small.actor("an"), row.id, version=row.version)
    assert scanning.scan_waiting() == 1
    assert not documents.evidence_store().holds(row.sha256)
    with pytest.raises(Invalid, match="có mã độc"):
        add(INFECTED)


@pytest.mark.parametrize("kind", [None, Rude])
def test_while_the_scanner_is_away_files_wait_and_the_next_tick_tries_again(app, kind):
    with scanner(kind or Rude) as away:
        ask(app, away.url if kind else AWAY)
        row = add()
        assert scanning.scan_waiting() == 0
    assert (kept(row).scan, kept(row).scan_attempts) == (Scan.WAITING, 1)
    with scanner() as back:
        ask(app, back.url)
        assert scanning.scan_waiting() == 1
    assert kept(row).scan == Scan.CLEAN


def test_a_file_without_a_verdict_does_not_hold_up_the_others(app, at):
    with scanner(Puzzled) as puzzled:
        ask(app, puzzled.url)
        first = add()
        assert scanning.scan_waiting() == 0
    with scanner() as sound:
        ask(app, sound.url)
        second = add(pdf("Khác"))
        assert scanning.scan_waiting() == 1
        assert (kept(first).scan, kept(second).scan) == (Scan.WAITING, Scan.CLEAN)
        at(small.WORKING + scanning.PAUSE)
        assert scanning.scan_waiting() == 1
    assert kept(first).scan == Scan.CLEAN


def test_a_claim_of_a_process_that_died_runs_out(clamd, at):
    add()
    scanning._claim()
    assert scanning.scan_waiting() == 0
    at(small.WORKING + scanning.LEASE)
    assert scanning.scan_waiting() == 1


def test_whoever_takes_the_scanner_away_opens_what_waits_and_the_trail_says_so(app):
    ask(app, AWAY)
    row = add()
    ask(app, "")
    assert scanning.scan_waiting() == 1
    assert documents.document_for_reading(small.actor("chi"), row.id).scan == Scan.UNSCANNED
    assert [entry.subject_id for entry in entries(Verb.DOCUMENT_UNSCANNED)] == [row.id]


def test_files_from_before_are_scanned_later_and_stay_open_meanwhile(app):
    row = add()
    with scanner() as running:
        ask(app, running.url)
        assert documents.document_for_reading(small.actor("chi"), row.id).id == row.id
        assert scanning.scan_waiting() == 1
    assert kept(row).scan == Scan.CLEAN


def test_administrators_hear_of_files_that_wait_for_more_than_an_hour(app, at, monkeypatch):
    monkeypatch.setattr(troubles, "free_space", lambda _folder: 10 * readiness.LEAST_FREE)
    settings = app.extensions[current.KEY]
    ask(app, AWAY)
    add()

    def state():
        return {one.name: one for one in readiness.checks(db.session(), settings)}["scanner"]

    at(small.WORKING + timedelta(hours=1))
    assert (state().ok, tell_troubles()) == (True, 0)
    at(small.WORKING + timedelta(hours=1, seconds=1))
    assert (state().ok, state().found) == (False, "1 files waiting, oldest 3601 s")
    [found] = troubles.troubles(db.session(), settings, small.WORKING + timedelta(hours=2))
    assert (found.trouble, found.what, found.since) == (Trouble.SCANNER, "1", small.WORKING)
    assert tell_troubles() == 1


def test_the_scanner_is_asked_over_a_unix_socket_too(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(INFECTED)
    with scanner(socket=str(tmp_path / "clamd.ctl")) as running:
        assert scan(running.url, path).finding == "Test.Virus-1"
    with pytest.raises(ScannerAway):
        scan(running.url, path)
    with scanner(Puzzled) as puzzled, pytest.raises(ScannerPuzzled, match="StreamMaxLength"):
        scan(puzzled.url, path)
