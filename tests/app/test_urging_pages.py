"""The pages for urging and for an internal date, as the district, the office and the communes see them."""

import html
import io
import re
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app import clock
from app.database import db
from app.models import InternalDate, Nudge, OutboxMessage, OutboxState, Person, Verb
from app.services.campaigns import close_campaign
from app.services.internal_dates import set_internal_date
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM, unit
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport
from tests.app import small
from tests.app.handed_in import hand_in, unit_id
from tests.app.moving import LAST, at_local
from workflows.deadlines import Wording

AGREED = date(2019, 10, 18)
SOONER = "đến hết ngày 18/10/2019 (đến hết 24:00 ngày 18/10/2019)"
OWN = "trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)"
GIVEN = {"wording": "through_day", "day": "18/10/2019", "note": "Để huyện kịp rà soát"}


def text(answer):
    return re.sub(r"\s+", " ", html.unescape(answer.get_data(as_text=True)))


def ticked(page):
    return [int(key) for key in re.findall(r'name="to" value="(\d+)" checked', page)]


def key(code):
    return small.form_of(code).id


@pytest.fixture
def urge_page(campaign):
    return f"/huyen/nhac/{campaign.id}"


@pytest.fixture
def date_page(campaign):
    return f"/huyen/hen/{campaign.id}"


def agree(day=AGREED):
    campaign = small.form_of("627").campaign_id
    set_internal_date(
        small.actor("lan"), campaign, unit_id("627"), wording=Wording.THROUGH_DAY, day=day, note="Kịp rà soát"
    )


def test_from_the_board_two_presses_urge_everybody_who_is_missing(campaign, sign_in, urge_page):
    lan = sign_in("lan")
    assert f'href="{urge_page}?don_vi={unit_id("627")}"' in text(lan.get("/huyen"))
    page = text(lan.get(urge_page))
    assert ticked(page) == [key("23722"), key("23725")]
    assert "UBND huyện Chư Păh đề nghị UBND thị trấn Phú Hòa nộp phiếu" in page
    sent = lan.post(urge_page, data={"to": ticked(page), "note": "Nộp sớm", "then": "send"})
    [nudge] = db.session.scalars(select(Nudge))
    assert (sent.status_code, sent.location) == (303, f"/nhac/{nudge.id}")
    assert nudge.submissions == [key("23722"), key("23725")]
    result = text(lan.get(sent.location))
    assert "Thư đi lúc 09:01:00" in result
    assert "Hủy gửi" in result
    assert result.count("Chờ gửi") >= 2


def test_taking_back_on_the_page_and_again_when_it_is_too_late(campaign, sign_in, urge_page, at):
    lan = sign_in("lan")
    address = lan.post(urge_page, data={"to": [key("23722")], "then": "send"}).location
    assert lan.post(address).status_code == 303
    page = text(lan.get(address))
    assert "Đã hủy 1 thư; chưa thư nào đi." in page
    assert "Lan hủy gửi lúc 09:00 ngày 10/10/2019" in page
    late = lan.post(address)
    assert late.status_code == 422
    assert "Thư đã đi hết" in text(late)
    assert "Lan hủy gửi lúc" in text(lan.get(urge_page))


def test_the_preview_shows_the_sentence_and_keeps_what_was_chosen(campaign, sign_in, urge_page):
    page = text(
        sign_in("lan").post(
            urge_page, data={"to": [key("23725")], "note": "Chỉ còn ba ngày", "then": "preview"}
        )
    )
    assert ticked(page) == [key("23725")]
    assert "“Chỉ còn ba ngày”" in page
    assert "đề nghị UBND xã Hà Tây nộp phiếu" in page
    assert db.session.scalar(select(Nudge.id)) is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Chọn ít nhất một đơn vị"),
        ({"to": ["x"]}, "Mở lại trang"),
        ({"to": ["9" * 40]}, "Mở lại trang"),
        ({"to": ["all"], "note": "x" * 141}, "ngắn hơn 140 ký tự"),
        ({"to": ["all"], "note": "http://x.vn"}, "Bỏ liên kết"),
    ],
)
def test_a_faulty_urging_is_explained(campaign, sign_in, urge_page, data, words):
    if data.get("to") == ["all"]:
        data = data | {"to": [key("23722")]}
    answer = sign_in("lan").post(urge_page, data=data | {"then": "send"})
    assert answer.status_code == 422
    assert words in text(answer)
    assert "Lỗi:" in text(answer)


def test_who_was_urged_within_a_day_is_not_preselected_and_refused(campaign, sign_in, urge_page, at):
    lan = sign_in("lan")
    lan.post(urge_page, data={"to": [key("23722")], "then": "send"})
    at(clock.now() + timedelta(minutes=1))
    deliver_all(OutboxLedger(), MemoryTransport(), clock.now)
    page = text(lan.get(urge_page))
    assert ticked(page) == [key("23725")]
    assert "Nhắc chưa đủ 24 giờ." in page
    refused = lan.post(urge_page, data={"to": [key("23722")], "then": "send"})
    assert "Đã nhắc UBND thị trấn Phú Hòa lúc 09:00 ngày 10/10/2019" in text(refused)


def test_units_without_address_are_named_with_their_telephone(campaign, sign_in, urge_page):
    with unit(SYSTEM) as work:
        row = work.load(Person, small.person("xuan").id)
        row.email, row.phone = "khong phai dia chi", "0269 3824 404"
        work.record(Verb.PERSON_CHANGED, row)
    lan = sign_in("lan")
    page = text(lan.get(urge_page))
    assert "chưa có địa chỉ" in page
    assert 'href="tel:02693824404"' in page
    sent = lan.post(urge_page, data={"to": ticked(page), "then": "send"})
    assert "Không gửi thư được, gọi điện thoại" in text(lan.get(sent.location))


def test_when_all_are_in_there_is_nobody_to_urge(campaign, sign_in, urge_page):
    hand_in("23722", "23725")
    lan = sign_in("lan")
    assert "Không còn đơn vị nào chưa nộp" in text(lan.get(urge_page))
    board = text(lan.get("/huyen"))
    assert urge_page not in board
    assert "/huyen/hen/" not in board
    assert "Chép tin Zalo" not in board


def test_the_office_sees_every_act_and_urges_by_kind(campaign, sign_in, urge_page):
    sign_in("lan").post(urge_page, data={"to": [key("23722")], "then": "send"})
    giang = sign_in("giang")
    board = text(giang.get(f"/dot/{campaign.slug}"))
    assert "Lan, UBND huyện Chư Păh" in board
    assert f"/dot/{campaign.slug}/nhac" in board
    page = text(giang.get(f"/dot/{campaign.slug}/nhac?cap=department"))
    assert ticked(page) == [key("SNV"), key("SYT")]
    assert "Lan, UBND huyện Chư Păh" in page
    sent = giang.post(f"/dot/{campaign.slug}/nhac", data={"to": ticked(page), "then": "send"})
    assert sent.status_code == 303
    assert "Phòng Công nghệ thông tin" in text(giang.get(f"/dot/{campaign.slug}/nhac"))


def test_the_log_is_a_workbook(campaign, sign_in, urge_page):
    lan = sign_in("lan")
    lan.post(urge_page, data={"to": [key("23722")], "note": "=1+1", "then": "send"})
    for client, address in (
        (lan, f"{urge_page}/nhat-ky.xlsx"),
        (sign_in("giang"), f"/dot/{campaign.slug}/nhac/nhat-ky.xlsx"),
    ):
        answer = client.get(address)
        cells = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
        found = next(row for row in cells if "UBND thị trấn Phú Hòa" in row)
        assert {"UBND huyện Chư Păh", "Lan", "xuan@gialai.example", "Chờ gửi", "=1+1"} <= set(found)


@pytest.mark.parametrize(
    ("name", "status"), [("lan", 200), ("giang", 200), ("dung", 200), ("binh", 404), ("an", 403)]
)
def test_who_reads_an_act_of_urging(campaign, sign_in, urge_page, name, status):
    address = sign_in("lan").post(urge_page, data={"to": [key("23722")], "then": "send"}).location
    assert sign_in(name).get(address).status_code == status


def test_only_the_urging_body_takes_back(campaign, sign_in, urge_page):
    address = sign_in("lan").post(urge_page, data={"to": [key("23722")], "then": "send"}).location
    assert sign_in("giang").post(address).status_code == 404
    assert "Hủy gửi" not in text(sign_in("giang").get(address))
    assert set(
        db.session.scalars(select(OutboxMessage.state).where(OutboxMessage.nudge_id.is_not(None)))
    ) == {OutboxState.WAITING}


def test_other_districts_and_odd_addresses_lead_nowhere(campaign, sign_in, urge_page, date_page):
    binh = sign_in("binh")
    for address in (urge_page, date_page):
        assert binh.get(f"{address}?don_vi={unit_id('627')}").status_code == 404
        assert binh.get(f"{address}?don_vi=x").status_code == 200
        assert binh.get(f"{address}9").status_code == 404


def test_a_date_is_agreed_shown_everywhere_and_given_up(campaign, sign_in, date_page):
    lan = sign_in("lan")
    assert date_page in text(lan.get("/huyen"))
    assert lan.post(date_page, data=GIVEN).location == "/huyen"
    board = text(lan.get("/huyen"))
    assert f"Ngày hẹn:</strong> {SOONER}" in board
    assert f"Hạn: {SOONER}. Nộp tại" in board
    xuan = sign_in("xuan")
    for address in ("/don-vi", f"/phieu/{key('23722')}"):
        page = text(xuan.get(address))
        assert f"UBND huyện Chư Păh hẹn nộp:</strong> {SOONER}" in page
        assert f"Hạn của tỉnh:</strong> {OWN}" in page
        assert "Để huyện kịp rà soát" in page
    assert "hẹn nộp" not in text(sign_in("an").get("/don-vi"))
    assert lan.post(date_page, data={"then": "end"}).location == "/huyen"
    assert "Ngày hẹn:" not in text(lan.get("/huyen"))
    assert "hẹn nộp" not in text(xuan.get("/don-vi"))
    again = lan.post(date_page, data={"then": "end"})
    assert (again.status_code, "đã qua hoặc đã bỏ" in text(again)) == (422, True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": "25/10/2019"}, "Chọn ngày trước hạn nộp của các đơn vị"),
        ({"day": "01/10/2019"}, "Chọn ngày từ hôm nay trở đi"),
        ({"day": "31/31/2019"}, "Ghi ngày theo dạng"),
        ({"wording": "whenever"}, "Mở lại trang"),
        ({"note": "x" * 301}, "ngắn hơn 300 ký tự"),
    ],
)
def test_a_faulty_date_is_explained(campaign, sign_in, date_page, changed, words):
    answer = sign_in("lan").post(date_page, data=GIVEN | changed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert db.session.scalar(select(InternalDate.id)) is None


def test_the_board_says_who_missed_the_date(campaign, sign_in, at):
    agree()
    at(at_local(AGREED + timedelta(days=1), 9))
    hand_in("23722")
    page = text(sign_in("lan").get("/huyen"))
    assert "2 đơn vị không kịp ngày hẹn." in page
    assert "Quá ngày hẹn" in page
    assert "(sau ngày hẹn)" in page
    assert "Đã qua ngày UBND huyện Chư Păh hẹn nộp" in text(sign_in("yen").get("/don-vi"))
    at(at_local(LAST + timedelta(days=1), 9))
    page = text(sign_in("lan").get("/huyen"))
    assert "Quá ngày hẹn" not in page
    assert "Đã qua ngày" not in text(sign_in("yen").get("/don-vi"))


def test_the_text_to_copy_stands_on_the_units_page_until_it_hands_in(campaign, sign_in):
    agree()
    giang, page = sign_in("giang"), f"/dot/{campaign.slug}/don-vi/{key('23722')}"
    assert f"Chưa nộp: UBND thị trấn Phú Hòa. Hạn: {SOONER}. Nộp tại: http" in text(giang.get(page))
    hand_in("23722")
    assert "Chép tin Zalo" not in text(giang.get(page))


def test_a_closed_campaign_is_not_urged(campaign, sign_in, urge_page):
    close_campaign(SYSTEM, campaign.slug)
    answer = sign_in("lan").post(urge_page, data={"to": [key("23722")], "then": "send"})
    assert answer.status_code == 422
    assert "không nhắc được" in text(answer)
