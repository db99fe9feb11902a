"""Urging as a district does it in Chromium: few clicks, a minute to take it back, a text to copy; scripts or none."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.database import db
from app.models import Nudge, OutboxMessage, OutboxState
from tests.app import small
from tests.app.handed_in import hand_in
from tests.browser.conftest import WIDTHS, open_campaign, this_year

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
MOST_CLICKS = 3


@pytest.fixture
def board(site):
    """The campaign of this year; one of Chư Păh's two communes has handed in."""
    with site.data():
        open_campaign(this_year(explanation_days=0))
        hand_in("23722")
    return "/huyen"


class Counted:
    """Clicks, counted."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, words):
        self.page.locator("main a, main button").filter(has_text=re.compile(rf"^\s*{words}")).first.click()
        self.clicks += 1


@SCRIPTS
def test_from_the_board_to_sent_mails_in_three_clicks(site, board, sign_in, scripts):
    page = sign_in("lan", width=WIDTHS["phone"], scripts=scripts)
    page.goto(board)
    hand = Counted(page)
    hand.click("Nhắc đơn vị chưa nộp")
    expect(page.locator("main [name=to]:checked")).to_have_count(1)
    hand.click("Gửi e-mail")
    expect(page.locator("h1")).to_contain_text("Nhắc 1 đơn vị chưa nộp")
    assert hand.clicks <= MOST_CLICKS
    with site.data():
        [mail] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.nudge_id.is_not(None)))
        assert (mail.address, mail.state) == ("yen@gialai.example", OutboxState.WAITING)
    hand.click("Hủy gửi")
    expect(page.locator("main")).to_contain_text("Đã hủy 1 thư")
    with site.data():
        assert db.session.scalars(select(Nudge)).one().taken_back_at is not None
        [mail] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.nudge_id.is_not(None)))
        assert mail.state == OutboxState.CANCELLED


@SCRIPTS
def test_the_text_for_zalo_can_be_copied(board, sign_in, scripts):
    page = sign_in("lan", scripts=scripts)
    page.goto(board)
    Counted(page).click("Nhắc đơn vị chưa nộp")
    box = page.locator("textarea[readonly]")
    assert "Chưa nộp: UBND xã Hà Tây." in box.input_value()
    assert len(box.input_value()) <= 300
    press = page.locator("[data-app-copy]")
    if not scripts:
        expect(press).to_be_hidden()
        return
    press.click()
    expect(page.locator(".app-copy [role=status]")).to_have_text("Đã chép")
    assert page.evaluate("document.activeElement.selectionEnd") == len(box.input_value())


@SCRIPTS
def test_a_date_is_agreed_and_the_commune_reads_it(site, board, sign_in, scripts):
    with site.data():
        due = small.form_of("23725").campaign_unit.kind.due_day
    page = sign_in("lan", scripts=scripts)
    page.goto(board)
    hand = Counted(page)
    page.get_by_role("link", name="Hẹn đơn vị nộp sớm hơn").click()
    page.locator("[name=day]").fill(f"{due:%d/%m/%Y}")
    hand.click("Hẹn ngày này")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Chọn ngày trước hạn nộp")
    page.locator("[name=day]").fill(f"{due - timedelta(days=3):%d/%m/%Y}")
    hand.click("Hẹn ngày này")
    expect(page.locator("main")).to_contain_text("Ngày hẹn:")
    commune = sign_in("yen", width=WIDTHS["phone"], scripts=scripts)
    commune.goto("/don-vi")
    expect(commune.locator("main")).to_contain_text("UBND huyện Chư Păh hẹn nộp:")
