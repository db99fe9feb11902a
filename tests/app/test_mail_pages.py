"""The delivery ledger as people see it: filters, one mail with its advice, and what the office may do with it."""

import io

import pytest
from sqlalchemy import event, select, update

from app.database import db
from app.i18n.mail_texts import kind_is_open
from app.models import OutboxMessage, OutboxState
from app.queries.mail import PAGE
from app.services import people
from app.unit import SYSTEM
from criteria.workbook import read_rows
from tests.app import small


def mails(**wanted):
    found = db.session.scalars(select(OutboxMessage).filter_by(**wanted).order_by(OutboxMessage.id)).all()
    db.session.rollback()
    return found


def put(mail_id, **values):
    with db.engine.begin() as connection:
        connection.execute(update(OutboxMessage).where(OutboxMessage.id == mail_id).values(**values))
    db.session.rollback()


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


@pytest.fixture
def mail(campaign):
    """The id of An's invitation to the campaign."""
    return mails(address="an@gialai.example")[0].id


def test_the_ledger_names_everybody_and_counts(sign_in, campaign):
    shown = page(sign_in("giang"), "/thu")
    assert f"{len(mails())} thư" in shown
    assert "an@gialai.example" in shown
    assert "UBND phường Yên Đỗ" in shown
    assert "Chưa gửi lần nào." in shown


def test_an_empty_ledger_says_so(sign_in, app):
    assert "Chưa gửi thư nào." in page(sign_in("giang"), "/thu")


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("?tim=yen+do", "an@gialai.example", "bao@gialai.example"),
        ("?tim=XUAN", "xuan@gialai.example", "bao@gialai.example"),
        ("?tim=bao%40gialai", "bao@gialai.example", "xuan@gialai.example"),
        ("?loai=campaign_opened", "an@gialai.example", "Không có thư nào khớp."),
        ("?trang-thai=accepted", "Không có thư nào khớp.", "an@gialai.example"),
        ("?truc-trac=1", "Không có thư nào khớp.", "an@gialai.example"),
        ("?dot=gia-lai-2019", "an@gialai.example", "Không có thư nào khớp."),
        ("?dot=khong-co", "Không có thư nào khớp.", "an@gialai.example"),
    ],
)
def test_the_ledger_is_filtered(sign_in, campaign, query, there, gone):
    shown = page(sign_in("giang"), f"/thu{query}")
    assert there in shown
    assert gone not in shown


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "refused", "outcome": "rcpt: 550 5.1.1 no such user"}, "Địa chỉ không tồn tại."),
        ({"state": "refused", "outcome": "rcpt: 552 5.2.2 quota"}, "Hộp thư người nhận đã đầy."),
        ({"state": "refused", "outcome": "dot: 554 5.7.1 spam"}, "SPF, DKIM"),
        ({"state": "waiting", "attempts": 2, "outcome": "rcpt: 451 greylisted"}, "Tự gửi lại lúc"),
        ({"state": "waiting", "attempts": 2, "outcome": "connect: refused"}, "Máy chủ thư không trả lời."),
        ({"state": "waiting", "attempts": 1, "unknowns": 1, "outcome": "dot: closed"}, "chưa rõ đã đến chưa"),
        ({"state": "held"}, "Thả ra để gửi, hoặc hủy."),
        ({"state": "claimed"}, "Tải lại trang sau một phút."),
        ({"state": "accepted"}, "tìm trong thư rác"),
        ({"state": "failed", "outcome": "connect: refused"}, "Đã thử 5 ngày"),
        ({"state": "unknown", "outcome": "dot: closed"}, "trước khi gửi lại"),
        ({"state": "cancelled", "outcome": "Đợt đánh giá đã kết thúc"}, "Đã hủy: Đợt đánh giá đã kết thúc."),
    ],
)
def test_every_state_comes_with_advice(sign_in, mail, values, words):
    put(mail, **values, first_tried_at=small.WORKING)
    office = sign_in("giang")
    assert words in page(office, "/thu?tim=an%40gialai")
    assert words in page(office, f"/thu/{mail}")


def test_a_page_holds_so_many_and_asks_no_more_for_more(sign_in, campaign):
    office, first = sign_in("giang"), mails()[0]
    few = asked(office, "/thu")
    columns = {column.key for column in OutboxMessage.__table__.columns} - {"id", "key"}
    copied = {name: getattr(first, name) for name in columns}
    with db.engine.begin() as connection:
        rows = [copied | {"key": f"copy-{number}"} for number in range(3 * PAGE)]
        connection.execute(OutboxMessage.__table__.insert(), rows)
    db.session.rollback()
    assert asked(office, "/thu") == few
    assert page(office, "/thu?page=2").count("/thu/") >= PAGE


def asked(client, address):
    counted = []

    def count(*_given):
        counted.append(1)

    event.listen(db.engine, "before_cursor_execute", count)
    page(client, address)
    event.remove(db.engine, "before_cursor_execute", count)
    return len(counted)


def test_the_text_of_a_mail_is_shown_and_its_frame_runs_nothing(sign_in, mail):
    office = sign_in("giang")
    assert "/phieu/" in page(office, f"/thu/{mail}")
    answer = office.get(f"/thu/{mail}/xem")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_mail_that_lets_its_reader_in_is_for_its_reader_alone(sign_in, campaign):
    people.invite_person(SYSTEM, small.person("an").id)
    [invitation] = mails(kind="invitation")
    office = sign_in("giang")
    secret = next(word for word in invitation.text.split() if "://" in word)
    assert not kind_is_open("invitation")
    assert not kind_is_open("khong-ro")
    for address in (f"/thu/{invitation.id}", f"/thu/{invitation.id}/xem", "/thu?loai=invitation"):
        assert secret not in page(office, address)


@pytest.mark.parametrize(
    ("before", "act", "after"),
    [
        ("waiting", "giu", "held"),
        ("held", "tha", "waiting"),
        ("waiting", "huy", "cancelled"),
        ("held", "huy", "cancelled"),
        ("refused", "gui-lai", "waiting"),
    ],
)
def test_the_office_acts_on_a_mail(sign_in, mail, before, act, after):
    put(mail, state=before)
    office = sign_in("giang")
    assert office.post(f"/thu/{mail}/{act}").status_code == 303
    assert mails(id=mail)[0].state == after
    assert "Giang" in page(office, f"/thu/{mail}")


@pytest.mark.parametrize(
    ("state", "act"), [("accepted", "gui-lai"), ("claimed", "huy"), ("held", "giu"), ("waiting", "tha")]
)
def test_what_cannot_be_done_is_said(sign_in, mail, state, act):
    put(mail, state=state)
    answer = sign_in("giang").post(f"/thu/{mail}/{act}")
    assert answer.status_code == 422
    assert "Có chỗ cần sửa" in answer.get_data(as_text=True)
    assert mails(id=mail)[0].state == state


def test_an_administrator_reads_and_changes_nothing(sign_in, mail):
    admin = sign_in("quang")
    assert "Giữ lại" not in page(admin, f"/thu/{mail}")
    assert admin.post(f"/thu/{mail}/giu").status_code == 403


@pytest.mark.parametrize("path", ["", "/xem", "/giu", "/tha", "/huy", "/gui-lai"])
def test_mails_of_another_province_are_missing(sign_in, mail, path):
    office = sign_in("giang")
    put(mail, campaign_id=None, submission_id=None, person_id=small.person("khach").id)
    answer = office.post(f"/thu/{mail}{path}") if path[1:] in ("giu", "tha", "huy", "gui-lai") else None
    assert (answer or office.get(f"/thu/{mail}{path}")).status_code == 404
    assert mails(id=mail)[0].state == OutboxState.WAITING


def test_the_workbook_holds_what_the_filters_leave(sign_in, mail):
    put(mail, subject="=1+1")
    answer = sign_in("giang").get("/thu/so-thu.xlsx?tim=an%40gialai")
    assert answer.status_code == 200
    rows = list(read_rows(io.BytesIO(answer.data)))
    texts = [cell.text for row in rows for cell in row]
    assert "an@gialai.example" in texts
    assert "=1+1" in texts
    assert "bao@gialai.example" not in texts


def test_the_office_corrects_the_address_on_the_page_of_the_mail(sign_in, mail):
    put(mail, state="refused", outcome="rcpt: 550 5.1.1 no such user")
    office, version = sign_in("giang"), small.person("an").version
    wrong = office.post(f"/thu/{mail}/dia-chi", data={"email": "không phải", "version": version})
    assert wrong.status_code == 422
    assert "không phải" in wrong.get_data(as_text=True)
    data = {"email": "an.moi@gialai.example", "version": version, "resend": "1"}
    assert office.post(f"/thu/{mail}/dia-chi", data=data).status_code == 303
    assert (mails(id=mail)[0].state, mails(id=mail)[0].address) == ("waiting", "an.moi@gialai.example")
    assert "Sửa địa chỉ" not in page(sign_in("quang"), f"/thu/{mail}")
