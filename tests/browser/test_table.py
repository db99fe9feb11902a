"""A group of criteria filled in like a sheet: keys that move between cells, and blocks pasted from Excel."""

import pytest
from playwright.sync_api import expect

from app.database import db
from app.models import Answer
from app.services import answers
from app.services.answers import AnswerInput
from tests.app import long_form, small
from tests.browser.conftest import WIDTHS, this_year
from tests.browser.test_accessibility import audit

THEIRS = AnswerInput({"answer": "no"}, "Chưa ban hành")

PASTE = """(cell, [text, html]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  if (html) clipboardData.setData("text/html", html);
  cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
FOCUSED = "document.activeElement.id"


@pytest.fixture
def table(site, sign_in):
    """Opens the page of a group of eight criteria."""
    with site.data():
        long_form.make_campaign(this_year(explanation_days=0))
        key = small.form_of("23557").id

    def enter(name="an", group="B1", **options):
        page = sign_in(name, **options)
        page.goto(f"/phieu/{key}/nhom/{group}")
        return page

    return enter


def cell(page, name):
    return page.locator(f"[id='{name}']")


def paste(page, name, text, html=""):
    cell(page, name).evaluate(PASTE, [text, html])


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
    return page.evaluate(FOCUSED)


def test_keys_move_between_cells_and_leave_text_alone(table):
    page = table()
    cell(page, "B1.1.numerator").focus()
    assert press(page, "Tab") == "B1.1.denominator"
    assert press(page, "Tab") == "B1.1.reason"
    assert press(page, "ArrowLeft") == "B1.1.numerator"
    assert press(page, "Enter", "Enter") == "B1.2.option"
    assert press(page, "ArrowDown") == "B1.2.option"
    assert cell(page, "B1.2.option").input_value() == "degree"
    assert press(page, "Shift+Enter") == "B1.1.denominator"
    page.keyboard.type("125")
    assert press(page, "ArrowLeft", "ArrowLeft") == "B1.1.denominator"
    assert press(page, "ArrowLeft") == "B1.1.denominator"
    assert press(page, "ArrowUp", "ArrowDown", "ArrowRight") == "B1.1.reason"
    page.keyboard.type("Một dòng")
    assert press(page, "Alt+Enter") == "B1.1.reason"
    page.keyboard.type("hai dòng")
    assert press(page, "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowRight") == "B1.1.reason"
    expect(cell(page, "B1.1.reason")).to_have_value("Một dòng\nhai dòng")
    assert press(page, "Tab", "ArrowDown") == "B1.2.estimated"
    page.keyboard.press("Space")
    expect(cell(page, "B1.2.estimated")).to_be_checked()


def test_a_block_from_excel_fills_the_cells_and_says_what_does_not_fit(table):
    page = table()
    block = (
        '8,5\t"Dòng một\nDòng ""hai"""\tx\n1.234\nCao đẳng\tChưa đủ kinh phí\t\thết cột\n'
        "3 lớp\n\nCó lẽ\n5\tlý do của ai\n"
    )
    cell(page, "B1.2.option").select_option("nobody")
    paste(page, "B1.1.numerator", block, "<table></table>")
    expect(cell(page, "B1.1.numerator")).to_have_value("8,5")
    expect(cell(page, "B1.1.reason")).to_have_value('Dòng một\nDòng "hai"')
    expect(cell(page, "B1.1.estimated")).to_be_checked()
    expect(cell(page, "B1.1.denominator")).to_have_value("1.234")
    expect(cell(page, "B1.2.option")).to_have_value("college")
    expect(cell(page, "B1.2.reason")).to_have_value("Chưa đủ kinh phí")
    board = page.locator("[data-app-pasted]")
    for words in (
        "Đã dán 8 ô.",
        "3 ô không dán được",
        "B1.2: “hết cột” (ngoài bảng)",
        "B1.5: “Có lẽ” (không có trong danh sách)",
        "B1.5: “lý do của ai” (ô khóa)",
    ):
        expect(board).to_contain_text(words)
    page.get_by_role("button", name="Hoàn tác lần dán").click()
    expect(cell(page, "B1.1.numerator")).to_have_value("")
    expect(cell(page, "B1.1.estimated")).not_to_be_checked()
    expect(cell(page, "B1.2.option")).to_have_value("nobody")


def test_ticks_and_plain_text_are_pasted_as_they_mean(table):
    page = table()
    paste(page, "B1.7.numerator", "x")
    paste(page, "B1.1.reason", "Đoạn một\nĐoạn hai")
    expect(cell(page, "B1.2.reason")).to_have_value("")
    paste(page, "B1.8.answer", "có")
    expect(cell(page, "B1.8.answer")).to_have_value("yes")
    page.goto(page.url.replace("B1", "A1"))
    paste(page, "A1.3.parts", "x\n\nkhông biết")
    expect(cell(page, "A1.3.parts")).to_be_checked()
    expect(cell(page, "A1.3.parts.backup")).not_to_be_checked()
    expect(page.locator("[data-app-pasted]")).to_contain_text("“không biết” (không có trong danh sách)")


def row(page, code):
    return page.locator(f"[data-app-row='{code}']")


def test_rows_are_saved_by_themselves_and_say_how_they_stand(site, table):
    page = table()
    cell(page, "B1.1.numerator").fill("ba mươi")
    expect(row(page, "B1.1")).to_contain_text("Chờ lưu")
    cell(page, "B1.8.answer").select_option("yes")
    cell(page, "B1.8.reason").fill("Đã ban hành")
    cell(page, "B1.2.option").focus()
    expect(row(page, "B1.1")).to_contain_text("Có chỗ sai")
    expect(cell(page, "B1.1.numerator")).to_have_attribute("aria-invalid", "true")
    expect(row(page, "B1.8")).to_contain_text("Hoàn thành")
    expect(row(page, "B1.8")).to_contain_text("Đã lưu lúc")
    cell(page, "B1.1.numerator").fill("30")
    expect(cell(page, "B1.1.numerator")).not_to_have_attribute("aria-invalid", "true")
    cell(page, "B1.1.denominator").fill("40")
    cell(page, "B1.8.answer").select_option("")
    cell(page, "B1.8.reason").fill("")
    page.get_by_role("button", name="Lưu và ở lại trang này").click()
    expect(page.locator(".govuk-notification-banner")).to_be_visible()
    with site.data():
        kept = {one.criterion: one.value for one in db.session.query(Answer)}
    assert kept == {"B1.1": {"numerator": "30", "denominator": "40"}, "B1.8": None}


def test_two_officers_at_one_row_see_both_and_the_header_stays_in_sight(table):
    first, second = table(group="A1"), table("ha", group="A1")
    cell(second, "A1.29.answer").select_option("yes")
    expect(row(second, "A1.29")).to_contain_text("Đã lưu lúc")
    cell(first, "A1.29.answer").select_option("no")
    expect(row(first, "A1.29")).to_contain_text("Bản đang lưu do Ha ghi lúc")
    row(first, "A1.30").scroll_into_view_if_needed()
    assert first.locator("thead th").first.bounding_box()["y"] == pytest.approx(0, abs=1)
    first.get_by_role("button", name="Lưu bản của tôi").click()
    expect(row(first, "A1.29")).to_contain_text("Đã lưu lúc")


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_the_table_is_for_everybody_in_every_state(site, table, width):
    page = table(width=width, scripts=True)
    wrong = audit(page, "empty table")
    paste(page, "B1.1.numerator", "tám\tlý do\tx\tthừa\n1.234\n", "<table>")
    cell(page, "B1.2.option").focus()
    expect(row(page, "B1.1")).to_contain_text("Có chỗ sai")
    wrong += audit(page, "wrong row, pasted block")
    page.get_by_role("button", name="Lưu và ở lại trang này").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("2 chỗ cần xem lại ở 1 tiêu chí")
    wrong += audit(page, "refused table")
    other, slow = table("ha", width=width), table(width=width, scripts=False)
    assert slow.locator("[data-app-keys]").is_hidden()
    cell(slow, "B1.8.reason").fill("Bản của An")
    cell(other, "B1.8.reason").fill("Bản của Hà")
    cell(other, "B1.2.option").focus()
    expect(row(other, "B1.8")).to_contain_text("Đã lưu lúc")
    wrong += audit(other, "saved row")
    slow.get_by_role("button", name="Lưu và sang nhóm tiếp").click()
    expect(row(slow, "B1.8")).to_contain_text("Bản của Hà")
    expect(cell(slow, "B1.8.reason")).to_have_value("Bản của An")
    address = slow.url
    looking = table("ha", width=width)
    cell(looking, "B1.8.reason").fill("Sửa sau")
    with site.data():
        answers.save_answer(small.actor("an"), small.form_of("23557").id, "B1.8", THEIRS, version=None)
    cell(looking, "B1.2.option").focus()
    expect(row(looking, "B1.8")).to_contain_text("Hai người cùng sửa")
    wrong += audit(looking, f"two people in {address}")
    assert wrong == []
