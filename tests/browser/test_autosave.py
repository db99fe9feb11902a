"""Typing on a criterion's page: what is kept where, in two browsers, without a line, signed out and killed."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from app import clock
from app.database import db
from app.models import Answer, LoginSession
from app.services import answers
from app.services.answers import AnswerInput
from tests.app import small
from tests.browser.conftest import WIDTHS, open_campaign, this_year
from tests.browser.test_accessibility import audit

OTHERS = AnswerInput({"numerator": "7", "denominator": "10"}, "Của Hà")


@pytest.fixture
def form(site):
    with site.data():
        open_campaign(this_year())
        return small.form_of("23557").id


@pytest.fixture
def criterion(form):
    return f"/phieu/{form}/tc/B1.1"


def stored(site):
    """The stored answers by criterion, as (value, reason)."""
    with site.data():
        rows = db.session.scalars(select(Answer))
        return {row.criterion: (row.value, row.reason) for row in rows}


def state(page, words):
    page.locator("[data-app-save-state]").filter(has_text=words).wait_for()


def fill(page, numerator="8", denominator="10", reason=""):
    page.fill("#numerator", numerator)
    page.fill("#denominator", denominator)
    page.fill("#reason", reason)


def leave_field(page):
    page.locator("h1").click()


def drafts(page):
    """How many drafts this machine keeps for the person of the page."""
    return page.evaluate(
        """() => new Promise((resolve) => {
          const asked = indexedDB.open("dung-han-" + document.getElementById("app-autosave").dataset.person);
          asked.onsuccess = () => {
            const database = asked.result;
            if (!database.objectStoreNames.contains("drafts")) return resolve(0);
            const counted = database.transaction("drafts").objectStore("drafts").count();
            counted.onsuccess = () => { database.close(); resolve(counted.result); };
          };
        })"""
    )


def test_what_is_typed_is_saved_without_a_button_and_the_button_goes_on_from_there(site, sign_in, criterion):
    page = sign_in("an")
    page.goto(criterion)
    fill(page, "8,5", reason="Còn thiếu")
    state(page, "Chưa lưu")
    state(page, "Đã lưu lúc")
    assert stored(site)["B1.1"] == ({"numerator": "8.5", "denominator": "10"}, "Còn thiếu")
    assert "Điểm tự chấm: 8,5" in page.locator("[data-app-show=standing]").inner_text()
    page.fill("#reason", "Còn thiếu hai")
    page.get_by_role("button", name="Lưu và sang tiêu chí tiếp").click()
    page.wait_for_url("**/tc/B2.1")
    assert stored(site)["B1.1"][1] == "Còn thiếu hai"
    page.goto(criterion)
    assert drafts(page) == 0
    assert page.locator("[data-app-save-more], .app-save-state__preview").count() == 0


def test_half_an_answer_and_a_wrong_figure_are_kept_here_and_said_quietly(site, sign_in, criterion):
    page = sign_in("an")
    page.goto(criterion)
    page.fill("#numerator", "8")
    leave_field(page)
    state(page, "điền đủ các ô")
    page.fill("#denominator", "1.234")
    leave_field(page)
    state(page, "không dùng dấu chấm")
    assert drafts(page) == 1
    assert page.locator(".govuk-error-summary").count() == 0
    page.fill("#denominator", "10")
    leave_field(page)
    state(page, "Đã lưu lúc")
    assert drafts(page) == 0


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_two_officers_at_one_answer_see_both_and_choose(site, sign_in, form, criterion, width):
    an, ha = sign_in("an", width=width), sign_in("ha", width=width)
    an.goto(criterion)
    ha.goto(criterion)
    fill(ha, "7", reason="Của Hà")
    state(ha, "Đã lưu lúc")
    fill(an, "9", reason="Của An")
    an.get_by_role("heading", name="Hai người cùng sửa tiêu chí này").wait_for()
    panel = an.locator("section.app-decision--warn").inner_text()
    for words in ("Ha ghi lúc", "Của Hà", "Bản của An, chưa lưu", "Của An"):
        assert words in panel
    assert audit(an, "collision") == []
    assert stored(site)["B1.1"][1] == "Của Hà"
    an.get_by_role("button", name="Lưu bản của tôi").click()
    state(an, "Đã lưu lúc")
    assert stored(site)["B1.1"][1] == "Của An"
    fill(ha, "6", reason="Lại của Hà")
    ha.get_by_role("button", name="Lấy bản đang lưu").click()
    assert (ha.input_value("#numerator"), ha.input_value("#reason")) == ("9", "Của An")
    ha.fill("#reason", "Của cả hai")
    state(ha, "Đã lưu lúc")
    assert stored(site)["B1.1"][1] == "Của cả hai"


@pytest.mark.parametrize("scripts", [True, False])
def test_two_officers_see_both_by_the_button_alone(site, sign_in, form, criterion, scripts):
    page = sign_in("an", scripts=scripts, width=WIDTHS["phone"])
    page.route("**/luu", lambda route: route.abort())
    page.goto(criterion)
    with site.data():
        answers.save_answer(small.actor("ha"), form, "B1.1", OTHERS, version=None)
    fill(page, "9", reason="Của An")
    page.get_by_role("button", name="Lưu và ở lại trang này").click()
    shown = page.locator("#version").inner_text()
    for words in ("Ha ghi lúc", "Của Hà", "Bản của An, chưa lưu", "Của An"):
        assert words in shown
    assert not scripts or audit(page, "collision") == []
    page.get_by_role("button", name="Lưu và ở lại trang này").click()
    page.wait_for_url(f"**{criterion}")
    assert stored(site)["B1.1"][1] == "Của An"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_without_a_line_all_stays_here_and_is_offered_again(site, sign_in, criterion, width):
    page = sign_in("an", width=width)
    page.goto(criterion)
    page.context.set_offline(True)
    fill(page, denominator="", reason="Gõ lúc mất mạng")
    state(page, "Chưa lưu được, đã giữ trên máy này.")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(criterion)
    assert page.input_value("#reason") == ""
    assert "Gõ lúc mất mạng" in page.locator(".app-save-state__preview").inner_text()
    assert audit(page, "draft") == []
    page.goto(criterion.partition("/tc/")[0])
    page.locator("[data-app-drafts] a", has_text="B1.1").click()
    page.get_by_role("button", name="Lấy lại").click()
    assert page.input_value("#reason") == "Gõ lúc mất mạng"
    page.fill("#denominator", "10")
    state(page, "Đã lưu lúc")
    assert stored(site)["B1.1"][1] == "Gõ lúc mất mạng"
    assert drafts(page) == 0


def test_when_the_line_is_back_it_is_saved_by_itself(site, sign_in, criterion):
    page = sign_in("an")
    page.goto(criterion)
    page.context.set_offline(True)
    fill(page, reason="Gõ lúc mất mạng")
    state(page, "Chưa lưu được")
    page.context.set_offline(False)
    state(page, "Đã lưu lúc")
    assert stored(site)["B1.1"][1] == "Gõ lúc mất mạng"


def test_a_session_that_ends_while_typing_leads_through_sign_in_to_what_was_typed(site, sign_in, criterion):
    page = sign_in("an")
    page.goto(criterion)
    with site.data():
        db.session.execute(update(LoginSession).values(ended_at=clock.now()))
        db.session.commit()
    fill(page, reason="Gõ sau khi hết phiên")
    state(page, "Phiên làm việc đã hết")
    page.get_by_role("link", name="Đăng nhập lại").click()
    page.locator("input[name=email]").fill("an@gialai.example")
    page.locator("input[name=password]").fill(small.PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{criterion}")
    page.get_by_role("button", name="Lấy lại").click()
    state(page, "Đã lưu lúc")
    assert stored(site)["B1.1"][1] == "Gõ sau khi hết phiên"


def test_a_form_sent_after_the_session_has_ended_waits_and_is_sent_again(site, sign_in, criterion):
    page = sign_in("an", width=WIDTHS["phone"])
    page.route("**/luu", lambda route: route.abort())
    page.goto(criterion)
    with site.data():
        db.session.execute(update(LoginSession).values(ended_at=clock.now()))
        db.session.commit()
    fill(page, reason="Gõ sau khi hết phiên")
    page.get_by_role("button", name="Lưu và ở lại trang này").click()
    page.get_by_role("heading", name="Phiên làm việc đã hết").wait_for()
    assert audit(page, "signed out") == []
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Đăng nhập lại trong thẻ mới").click()
    opened.value.locator("input[name=email]").fill("an@gialai.example")
    opened.value.locator("input[name=password]").fill(small.PASSWORD)
    opened.value.locator("main form button").first.click()
    opened.value.wait_for_url("**/don-vi")
    page.get_by_role("button", name="Gửi lại").click()
    page.wait_for_url(f"**{criterion}")
    assert stored(site)["B1.1"][1] == "Gõ sau khi hết phiên"


def test_a_draft_goes_when_it_is_dropped_and_when_its_owner_signs_out(site, sign_in, criterion):
    page = sign_in("an")
    page.goto(criterion)
    page.fill("#numerator", "8")
    leave_field(page)
    state(page, "điền đủ các ô")
    assert drafts(page) == 1
    page.reload()
    page.get_by_role("button", name="Bỏ", exact=True).click()
    page.locator(".app-save-state__preview").wait_for(state="detached")
    page.fill("#numerator", "9")
    leave_field(page)
    state(page, "điền đủ các ô")
    assert drafts(page) == 1
    page.once("dialog", lambda asked: asked.dismiss())
    page.get_by_role("button", name="Thoát").click()
    assert drafts(page) == 1
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Thoát").click()
    expect(page).to_have_url(re.compile(r":\d+/(\?.*)?$"))
    page.wait_for_load_state()
    assert page.evaluate("indexedDB.databases()") == []


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, "{}", "Chưa lưu được, đã giữ trên máy này."),
        (200, "<p>Cổng đăng nhập Wi-Fi</p>", "Chưa lưu được, đã giữ trên máy này."),
        (413, '{"detail": "Nặng quá."}', "Nặng quá."),
        (423, '{"detail": "Đã hết hạn lúc 24:00."}', "Đã hết hạn lúc 24:00."),
    ],
)
def test_whatever_answers_instead_nothing_typed_is_lost(sign_in, criterion, status, body, words):
    page = sign_in("an")
    page.goto(criterion)
    page.route("**/luu", lambda route: route.fulfill(status=status, body=body))
    fill(page, reason="Vẫn còn")
    state(page, words)
    assert page.input_value("#reason") == "Vẫn còn"
    assert drafts(page) == 1
