"""A workbook sent by mail is taken from a real IMAP server, shown, answered; it writes nothing and hands nothing in."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from app import current, jobs
from app.database import db
from app.models import Answer, ImportState, IncomingMail, LetterOutcome, OutboxMessage, WorkbookImport
from app.services import outbox, workbook_imports
from app.services.incoming_mail import LEASE, take_in
from notifications.mailbox import Enclosed, Letter
from tests.app import small
from tests.app.filled_books import filled, template
from tests.app.test_answers import form_id

pytestmark = pytest.mark.usefixtures("campaign")
GOOD = {"B1.1#numerator": 8, "B1.1#denominator": 10}
WRONG = {"B1.1#numerator": 12, "B1.1#denominator": 10}


def address(name):
    return small.person(name).email


def letter(*files, by="an", key="a", **changes):
    said = {
        "key": key,
        "sender": address(by) if by else "la@khac.example",
        "subject": "Phiếu",
        "is_automatic": False,
        "is_too_big": False,
        "enclosed": tuple(Enclosed(name, content) for name, content in files),
    }
    return Letter(**said | changes)


def answers():
    db.session.expire_all()
    return db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "workbook_received").order_by(OutboxMessage.id)
    ).all()


def ledger():
    db.session.expire_all()
    return [(row.outcome, row.attempts) for row in db.session.scalars(select(IncomingMail))]


def test_a_filled_workbook_is_shown_and_its_sender_asked_to_confirm():
    take_in(letter(("phiếu.xlsx", filled(GOOD, reasons=[("B1.1#numerator", "Còn hai thủ tục")]))))
    [row] = db.session.scalars(select(WorkbookImport))
    [mail] = answers()
    assert row.state == ImportState.SHOWN
    assert db.session.scalar(select(Answer.id)) is None
    assert small.form_of("23557").state == "DRAFT"
    assert mail.subject.startswith("Xác nhận 1 thay đổi từ tệp Excel")
    assert f"/phieu/{form_id()}/excel/{row.id}" in mail.text
    assert "không phải là nộp phiếu" in mail.text
    assert mail.enclosure is None
    assert (mail.address, mail.headers["Auto-Submitted"]) == (address("an"), "auto-generated")
    assert ledger() == [(LetterOutcome.SHOWN, 1)]
    workbook_imports.write(small.actor("an"), form_id(), row.id)
    assert db.session.scalar(select(Answer.reason)) == "Còn hai thủ tục"


def test_a_workbook_with_faults_comes_back_marked_with_the_answer():
    take_in(letter(("phieu.xlsx", filled(WRONG))))
    [mail] = answers()
    assert mail.subject.startswith("Tệp Excel có 1 chỗ cần sửa")
    assert mail.enclosure["name"] == "cho-sua-phieu.xlsx"
    enclosed = outbox._email(mail).enclosure
    assert enclosed.content.startswith(b"PK")
    assert ledger() == [(LetterOutcome.FAULTY, 1)]


def test_a_letter_is_taken_once():
    for _again in range(3):
        take_in(letter(("phieu.xlsx", template())))
    assert ledger() == [(LetterOutcome.UNCHANGED, 1)]
    assert len(answers()) == 1
    take_in(letter(("phieu.xlsx", template()), key="b"))
    assert len(answers()) == 2


@pytest.mark.parametrize(
    ("given", "outcome", "words"),
    [
        ({"by": None}, LetterOutcome.STRANGER, None),
        ({"is_automatic": True}, LetterOutcome.AUTOMATIC, None),
        ({"files": ()}, LetterOutcome.NO_WORKBOOK, None),
        ({"is_too_big": True}, LetterOutcome.REFUSED, "thư quá lớn"),
        ({"files": [("phieu.xls", b"x")]}, LetterOutcome.REFUSED, "tệp .xlsx"),
        ({"files": [("phieu.xlsx", b"x")]}, LetterOutcome.REFUSED, "không phải tệp Excel"),
        ({"by": "xuan"}, LetterOutcome.REFUSED, "mẫu của đơn vị khác"),
    ],
    ids=["stranger", "machine", "no file", "too big", "old format", "no workbook", "another unit's"],
)
def test_what_cannot_be_taken_is_kept_in_the_ledger_and_told_to_known_senders_only(given, outcome, words):
    files = given.get("files", [("phieu.xlsx", template())])
    take_in(letter(*files, **{name: value for name, value in given.items() if name != "files"}))
    assert ledger() == [(outcome, 1)]
    assert [words in mail.text for mail in answers()] == ([] if words is None else [True])
    assert db.session.scalar(select(WorkbookImport.id)) is None


def test_a_letter_that_its_readers_died_of_is_given_up(monkeypatch, at):
    def dying(*_given):
        raise MemoryError

    monkeypatch.setattr("app.services.incoming_mail._judged", dying)
    for number in range(3):
        at(small.WORKING + number * 2 * LEASE)
        with pytest.raises(MemoryError):
            take_in(letter(("phieu.xlsx", template())))
    assert ledger() == [(LetterOutcome.TAKING, 3)]
    at(small.WORKING + 9 * LEASE)
    take_in(letter(("phieu.xlsx", template())))
    assert ledger() == [(LetterOutcome.GIVEN_UP, 4)]


def test_one_address_is_looked_at_only_so_often_a_day(monkeypatch):
    monkeypatch.setattr("app.services.incoming_mail.MOST_A_DAY", 1)
    for key in "ab":
        take_in(letter(("phieu.xlsx", template()), key=key))
    assert [outcome for outcome, _ in ledger()] == [LetterOutcome.UNCHANGED, LetterOutcome.TOO_MANY]
    assert len(answers()) == 1


def test_letters_of_a_real_server_are_taken_by_the_tick_and_marked_as_read(app, imap):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"An <{address('an').upper()}>", "may-chu@x.example", "Phiếu"
    mail["Message-ID"] = "<1@x.example>"
    mail.set_content("Gửi phiếu")
    book = filled(GOOD)
    mail.add_attachment(book, maintype="application", subtype="octet-stream", filename="Phiếu xã.xlsx")
    imap.put(mail.as_bytes())
    imap.put(b"From: may@x.example\r\nAuto-Submitted: auto-replied\r\nSubject: away\r\n\r\n")
    app.extensions[current.KEY] = replace(current.settings(), imap_url=imap.url)
    assert jobs.take_letters_in() == 2
    assert (jobs.take_letters_in(), imap.unread()) == (0, 0)
    assert sorted(outcome for outcome, _ in ledger()) == [LetterOutcome.SHOWN, LetterOutcome.STRANGER]
    [row] = db.session.scalars(select(WorkbookImport))
    assert row.file_name == "Phiếu xã.xlsx"


def test_without_a_mailbox_nothing_is_asked(app):
    assert jobs.take_letters_in() == 0


def test_the_office_reads_what_came_and_a_unit_does_not(sign_in):
    take_in(letter(("phieu.xlsx", filled(GOOD))))
    take_in(letter(by=None, key="b", subject="<b>Chào</b>"))
    page = sign_in("giang").get("/thu/den").get_data(as_text=True)
    assert "Đã đọc, chờ đơn vị xác nhận" in page
    assert "Chào" not in page
    assert "&lt;b&gt;Chào" in sign_in("quang").get("/thu/den").get_data(as_text=True)
    assert sign_in("an").get("/thu/den").status_code == 403
