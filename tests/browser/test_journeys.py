"""From an empty form to the published ranking in Chromium, as each of the people does it, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from app.services import packages
from tests.app import life, small
from tests.app.handed_in import OFFICERS, hand_in, unit_id
from tests.browser.conftest import WIDTHS, open_campaign, this_year

HEADING = "h1"
PLEIKU = ("622", "23557", "23560")
OTHERS = tuple(code for code in OFFICERS if code != "23557")
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@pytest.fixture
def slug(site):
    """The campaign of this year, just opened."""
    with site.data():
        return open_campaign(this_year(explanation_days=0)).slug


def press(page, text):
    page.locator("main button", has_text=re.compile(rf"^\s*{text}")).first.click()


def says(page, text):
    expect(page.locator("main")).to_contain_text(text)


def fill_in(page, key, criterion, values, reason=""):
    """Answer one criterion as its page asks."""
    page.goto(f"/phieu/{key}/tc/{criterion}")
    for name, value in values.items():
        field = page.locator(f"main [name={name}]").first
        if field.get_attribute("type") == "radio":
            page.locator(f"main [name={name}][value={value}]").check(force=True)
        else:
            field.fill(value)
    if reason:
        page.locator("main textarea[name=reason]").fill(reason)
    # With scripts the form leaves only when a save that is under way has ended.
    with page.expect_navigation():
        page.locator("main form button.govuk-button").first.click()


@SCRIPTS
def test_an_officer_fills_in_and_hands_in(site, slug, sign_in, scripts):
    with site.data():
        key = small.form_of("23557").id
    page = sign_in("an", width=WIDTHS["phone"], scripts=scripts)
    page.goto("/don-vi")
    page.goto(f"/phieu/{key}/kiem-tra")
    press(page, "Nộp phiếu")
    says(page, "B1.1")
    fill_in(page, key, "B1.1", {"numerator": "tám", "denominator": "10"})
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    expect(page.locator("[name=numerator]")).to_have_value("tám")
    fill_in(page, key, "B1.1", {"numerator": "8", "denominator": "10"}, "Còn hai thủ tục chưa công khai")
    fill_in(page, key, "B2.1", {"answer": "no"}, "Chưa có kinh phí")
    fill_in(page, key, "B3.1", {"option": "part"}, "Thiếu biên chế")
    page.goto(f"/phieu/{key}/kiem-tra")
    press(page, "Nộp phiếu")
    page.wait_for_url("**/da-nop")
    with site.data():
        receipt = small.form_of("23557").receipt_code
        assert receipt
    says(page, receipt)


@SCRIPTS
def test_a_district_sends_back_and_consolidates(site, slug, sign_in, scripts):
    with site.data():
        hand_in(*PLEIKU)
        campaign, commune = small.form_of("622").campaign_id, small.form_of("23560").id
    page = sign_in("binh", scripts=scripts)
    page.goto("/huyen")
    says(page, "Diên Hồng")
    page.goto(f"/huyen/phieu/{commune}")
    says(page, "Còn hai thủ tục")
    page.goto(f"/huyen/tong-hop/{campaign}")
    press(page, "Gửi")
    with site.data():
        assert life.states()["23560"] == "DISTRICT_CONSOLIDATED"
        assert life.states()["622"] == "DISTRICT_CONSOLIDATED"


@SCRIPTS
def test_the_task_force_decides_asks_and_verifies(site, slug, sign_in, scripts):
    with site.data():
        key = hand_in("SNV")[0].id
    page = sign_in("chi", scripts=scripts)
    page.goto("/tham-dinh")
    says(page, "Nội vụ")
    page.goto(f"/tham-dinh/{key}/B1.1")
    decide(page, "7,5", "Một thủ tục chưa công khai đúng chỗ")
    page.goto(f"/tham-dinh/{key}/B4.1")
    decide(page, "rất tốt")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    expect(page.locator("[name=points]")).to_have_value("rất tốt")
    decide(page, "4,5")
    page.goto(f"/tham-dinh/{key}")
    page.locator("main [name=declared]").check(force=True)
    press(page, "Giữ nguyên")
    press(page, "Hoàn thành thẩm tra")
    page.goto("/tham-dinh")
    with site.data():
        form = small.form_of("SNV")
        assert (form.state, str(form.verified_points)) == ("VERIFIED", "15")


def decide(page, points, reason=""):
    page.locator("main [name=points]").fill(points)
    page.locator("main [name=reason]").fill(reason)
    press(page, "Lưu")


@pytest.fixture
def verified(site, slug):
    """Every form is verified; gives the address of the run that the office will make."""
    with site.data():
        hand_in(*OFFICERS)
        campaign = small.form_of("622").campaign_id
        for name, (district, *_communes) in life.COMMUNES.items():
            packages.consolidate(small.actor(name), campaign, unit_id(district))
        for code in OFFICERS:
            life.verify(code, life.CHANGED)
    return f"/dot/{slug}/xep-hang/1"


@SCRIPTS
def test_the_office_ranks_approves_and_publishes_and_everybody_reads(
    site, slug, verified, sign_in, new_page, scripts
):
    office = sign_in("giang", scripts=scripts)
    office.goto(f"/dot/{slug}/xep-hang")
    press(office, "Lập bảng xếp hạng")
    says(office, "Kết quả")

    approver = sign_in("dung", scripts=scripts)
    approver.goto(verified)
    press(approver, "Phê duyệt")
    assert stands(site) == {"APPROVED"}

    office.goto(verified)
    office.locator("[name=number]").fill("169/QĐ-UBND")
    _date(office)
    press(office, "Ghi quyết định")
    press(office, "Đề nghị công bố")

    second = sign_in("oanh", scripts=scripts)
    second.goto(f"{verified}/cong-bo")
    press(second, "Công bố")
    assert stands(site) == {"PUBLISHED"}
    _read_as_the_public(site, slug, new_page(width=WIDTHS["phone"], scripts=scripts))


def stands(site):
    with site.data():
        return set(life.states().values())


def _read_as_the_public(site, slug, reader):
    reader.goto("/")
    says(reader, "169/QĐ-UBND")
    with site.data():
        unit = small.form_of("23557").campaign_unit.slug
    reader.goto(f"/ket-qua/{slug}/{unit}")
    expect(reader.locator(HEADING)).to_contain_text("Yên Đỗ")
    says(reader, "Mức độ hiện diện")
    reader.goto("/?lang=en")
    expect(reader.locator("html")).to_have_attribute("lang", "en")


def _date(page):
    today = life.today()
    whole = page.locator("[name=date]")
    if whole.count():
        whole.fill(f"{today:%d/%m/%Y}")
        return
    for part, value in (("day", today.day), ("month", today.month), ("year", today.year)):
        page.locator(f"[name=date-{part}]").fill(str(value))
