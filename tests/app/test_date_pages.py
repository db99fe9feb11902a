"""Extensions, moved dates and reminders on the office's pages, and what others see of them."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.models import CampaignKind, DeadlineMove, Extension
from app.queries.moved_dates import NewDate
from app.services import deadlines, reminders
from app.services.campaigns import close_campaign
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport
from tests.app import small
from tests.app.handed_in import hand_in
from tests.app.moving import LAST, at_local
from workflows.deadlines import Wording

SLUG = "gia-lai-2019"
MOVE = f"/dot/{SLUG}/han/commune"
GIVEN = {"day": "01/11/2019", "reason": "Mưa lũ kéo dài", "document": "88/UBND-VX"}
MOVED = {**GIVEN, "wording": "before_day"}


def text_of(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def page_of(code):
    return f"/dot/{SLUG}/don-vi/{small.form_of(code).id}"


def extended(code="23722"):
    given = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ", "88/UBND-VX")
    return deadlines.grant_extension(small.actor("giang"), small.form_of(code).id, given)


def test_a_unit_is_extended_and_everybody_reads_the_new_date(campaign, sign_in):
    giang, page = sign_in("giang"), page_of("23722")

    assert f'href="{page}/gia-han"' in text_of(giang.get(page))
    assert "Gia hạn cho đơn vị" in text_of(giang.get(f"{page}/gia-han"))
    assert giang.post(f"{page}/gia-han", data=GIVEN).location == page
    until = "đến hết ngày 01/11/2019 (đến hết 24:00 ngày 01/11/2019)"
    shown = text_of(giang.get(page))
    assert shown.count(until) == 3, "the deadline, the extension, and the text to copy"
    assert "88/UBND-VX" in shown
    assert until in text_of(sign_in("xuan").get("/don-vi"))
    assert "đến hết 24:00 ngày 01/11/2019" in text_of(sign_in("lan").get("/huyen"))
    assert "01/11/2019" not in text_of(sign_in("binh").get("/huyen"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day": "24/10/2019"}, "Chọn ngày sau hạn hiện tại"),
        ({"day": "09/10/2019"}, "Chọn ngày từ hôm nay trở đi"),
        ({"day": "04/01/2060"}, "Xác nhận lịch nghỉ lễ năm"),
        ({"day": "x"}, "Ghi ngày theo dạng"),
        ({"reason": " "}, "Nhập lý do"),
        ({"reason": "x" * 2001}, "Viết lý do ngắn hơn"),
        ({"document": "88/UBND-VX" * 9}, "ngắn hơn 50"),
    ],
)
def test_an_extension_that_cannot_be_is_said_and_kept(campaign, sign_in, change, words):
    sent = GIVEN | change
    answer = sign_in("giang").post(f"{page_of('23722')}/gia-han", data=sent)

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert sent["document"] in text_of(answer)
    assert db.session.scalars(select(Extension)).first() is None


def test_what_was_handed_in_or_closed_is_not_extended(campaign, sign_in):
    hand_in("23557")
    giang = sign_in("giang")

    refused = giang.post(f"{page_of('23557')}/gia-han", data=GIVEN)
    assert refused.status_code == 422
    assert "Đơn vị đã nộp phiếu" in text_of(refused)
    assert "/gia-han" not in text_of(giang.get(page_of("23557")))
    close_campaign(SYSTEM, SLUG)
    assert giang.post(f"{page_of('23722')}/gia-han", data=GIVEN).status_code == 422
    assert giang.post(MOVE, data=MOVED | {"then": "preview"}).status_code == 422
    assert "/han/" not in text_of(giang.get(f"/dot/{SLUG}"))


def test_an_extension_is_ended_with_a_reason(campaign, sign_in):
    row = extended()
    giang, page, end = sign_in("giang"), page_of("23722"), f"/dot/{SLUG}/gia-han/{row.id}/cham-dut"

    assert end in text_of(giang.get(page))
    assert "Chấm dứt gia hạn này?" in text_of(giang.get(end))
    blank = giang.post(end, data={"reason": ""})
    assert blank.status_code == 422
    assert "Nhập lý do" in text_of(blank)
    assert giang.post(end, data={"reason": "Đã khắc phục"}).location == page
    shown = text_of(giang.get(page))
    assert "Giang chấm dứt lúc" in shown
    assert "Đã khắc phục" in shown
    assert end not in shown
    assert "đến hết 24:00 ngày 24/10/2019" in shown
    assert giang.post(end, data={"reason": "Lần nữa"}).status_code == 422


def test_an_extension_of_a_whole_kind_is_listed_and_ended(campaign, sign_in):
    given = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ")
    row = deadlines.grant_kind_extension(small.actor("giang"), SLUG, "commune", given)
    giang, end = sign_in("giang"), f"/dot/{SLUG}/gia-han/{row.id}/cham-dut"

    assert "Cả cấp: Mưa lũ" in text_of(giang.get(page_of("23722")))
    assert end in text_of(giang.get(MOVE))
    assert giang.post(end, data={"reason": "Đã khắc phục"}).location == MOVE


@pytest.mark.parametrize("name", ["an", "lan", "chi", "dung", "quang", "khach"])
def test_strangers_are_kept_out(campaign, sign_in, name):
    row, stranger = extended(), sign_in(name)
    for address in (f"{page_of('23722')}/gia-han", f"/dot/{SLUG}/gia-han/{row.id}/cham-dut", MOVE):
        assert stranger.get(address).status_code == 403
        assert stranger.post(address, data=MOVED | {"then": "confirm"}).status_code == 403
    assert db.session.scalars(select(DeadlineMove)).first() is None


def test_what_is_not_there_is_not_found(campaign, sign_in):
    giang, row = sign_in("giang"), extended()
    form = small.form_of("23722").id
    for address in (
        f"/dot/khac/don-vi/{form}/gia-han",
        f"/dot/{SLUG}/don-vi/99999/gia-han",
        f"/dot/khac/gia-han/{row.id}/cham-dut",
        f"/dot/{SLUG}/gia-han/99999/cham-dut",
        f"/dot/{SLUG}/han/nation",
        f"/dot/{SLUG}/han/x",
        "/dot/khac/han/commune",
    ):
        assert giang.get(address).status_code == 404


def test_a_date_is_previewed_corrected_and_moved(campaign, sign_in, at):
    at(at_local(LAST - timedelta(days=3)))
    reminders.plan_reminders()
    extended("23725")
    giang = sign_in("giang")
    assert MOVE in text_of(giang.get(f"/dot/{SLUG}"))
    assert "trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)" in text_of(giang.get(MOVE))

    seen = giang.post(MOVE, data=MOVED | {"then": "preview"})
    page = text_of(seen)
    assert seen.status_code == 200
    assert "trước ngày 01/11/2019 (đến hết 24:00 ngày 31/10/2019)" in page
    assert "Đơn vị đã được nhắc (3)" in page
    assert "UBND phường Yên Đỗ: 21/10/2019" in page
    assert db.session.scalars(select(DeadlineMove)).first() is None
    again = text_of(giang.post(MOVE, data=MOVED | {"then": "edit"}))
    assert 'value="88/UBND-VX"' in again
    assert "Xem lại trước khi dời" not in again

    assert giang.post(MOVE, data=MOVED | {"then": "confirm"}).location == f"/dot/{SLUG}"
    assert "Mưa lũ kéo dài" in text_of(giang.get(MOVE))
    assert "trước ngày 01/11/2019 (đến hết 24:00 ngày 31/10/2019)" in text_of(giang.get(f"/dot/{SLUG}"))
    assert "đến hết 24:00 ngày 01/11/2019" in text_of(sign_in("lan").get("/huyen"))
    assert "đến hết 24:00 ngày 31/10/2019" in text_of(sign_in("an").get("/don-vi"))


@pytest.mark.parametrize("then", ["preview", "confirm"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day": "25/10/2019"}, "Chọn một ngày khác với hạn hiện tại"),
        ({"day": "09/10/2019"}, "Chọn ngày từ hôm nay trở đi"),
        ({"day": ""}, "Ghi ngày theo dạng"),
        ({"reason": ""}, "Nhập lý do"),
        ({"wording": "someday"}, "Chọn cách ghi hạn"),
        ({"count_day_in": "maybe"}, "Mở lại trang rồi gửi lần nữa"),
    ],
)
def test_a_move_that_cannot_be_is_said_before_anything_is_done(campaign, sign_in, then, change, words):
    answer = sign_in("giang").post(MOVE, data=MOVED | change | {"then": then})

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "88/UBND-VX" in text_of(answer)
    assert db.session.scalars(select(DeadlineMove)).first() is None


def test_a_day_may_be_counted_in(campaign, sign_in):
    counted = MOVED | {"count_day_in": "1"}
    giang = sign_in("giang")

    assert "đến hết 24:00 ngày 01/11/2019" in text_of(giang.post(MOVE, data=counted | {"then": "preview"}))
    giang.post(MOVE, data=counted | {"then": "confirm"})
    kind = db.session.scalars(select(CampaignKind).where(CampaignKind.unit_kind == "commune")).one()
    assert kind.count_day_in


def test_the_office_sees_what_became_of_reminders(campaign, sign_in, at):
    page = page_of("23722")
    assert "Chưa đến mốc nhắc nào." in text_of(sign_in("giang").get(page))
    at(at_local(LAST - timedelta(days=3)))
    reminders.plan_reminders()
    assert "Thư nhắc: Chờ gửi" in text_of(sign_in("giang").get(page))
    deliver_all(OutboxLedger(), MemoryTransport(), clock.now)
    at(at_local(LAST - timedelta(days=1)))
    reminders.plan_reminders()
    extended("23722")
    deliver_all(OutboxLedger(), MemoryTransport(), clock.now)

    shown = text_of(sign_in("giang").get(page))
    assert "Thư nhắc: Máy chủ thư đã nhận" in shown
    assert "Đã rút thư: Việc được nhắc đã xong" in shown
    assert "Không nhắc: " in shown
    assert shown.index("Còn 1 ngày") < shown.index("Còn 3 ngày")


def test_a_late_form_with_an_extension_is_not_late_on_the_board_of_its_district(campaign, sign_in, at):
    extended("23722")
    at(at_local(LAST + timedelta(days=2)))
    page = sign_in("lan").get("/huyen").get_data(as_text=True)

    row = {name: page[page.index(name) :].partition("</tr>")[0] for name in ("Thị trấn Phú Hòa", "Xã Hà Tây")}
    assert "Quá hạn" not in row["Thị trấn Phú Hòa"]
    assert "Quá hạn" in row["Xã Hà Tây"]
