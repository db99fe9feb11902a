"""Signing in by a mailed code or link in a real browser, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.database import db
from app.models import OutboxMessage
from tests.browser.conftest import WIDTHS, open_campaign, this_year

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def newest_mail(site):
    with site.data():
        wanted = select(OutboxMessage).where(OutboxMessage.kind == "sign_in_code")
        mail = db.session.scalars(wanted.order_by(OutboxMessage.id.desc())).first()
        return mail.subject, mail.text


def ask_for_a_code(page):
    page.goto("/dang-nhap")
    page.locator("input[name=email]").fill("an@gialai.example")
    page.get_by_role("button", name="Gửi mã đăng nhập").click()
    page.wait_for_url("**/dang-nhap/xac-nhan*")


@pytest.fixture(autouse=True)
def campaign(site):
    with site.data():
        open_campaign(this_year())


@SCRIPTS
def test_an_officer_enters_with_the_code(site, new_page, scripts):
    page = new_page(width=WIDTHS["phone"], scripts=scripts)
    ask_for_a_code(page)
    code = re.search(r"\d{3} \d{3}", newest_mail(site)[0])[0]
    page.locator("input[name=code]").fill("12")
    page.get_by_role("button", name="Vào làm việc").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Mã chưa đúng")
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Vào làm việc").click()
    page.wait_for_url(lambda url: "/dang-nhap" not in url)
    expect(page.locator("header")).to_contain_text("An")


@SCRIPTS
def test_a_link_asks_once_more_and_opens_once(site, new_page, scripts):
    page = new_page(scripts=scripts)
    ask_for_a_code(page)
    link = re.search(r"(/dang-nhap/xac-nhan/\S+)", newest_mail(site)[1])[1]
    scanner = new_page(scripts=scripts)
    scanner.goto(link)
    expect(scanner.locator("main")).to_contain_text("an@gialai.example")
    page.goto(link)
    page.get_by_role("button", name="Vào làm việc").click()
    page.wait_for_url(lambda url: "/dang-nhap" not in url)
    scanner.get_by_role("button", name="Vào làm việc").click()
    expect(scanner.locator("h1")).to_contain_text("Liên kết không còn dùng được")
    scanner.get_by_role("button", name="Nhận mã mới").click()
    expect(scanner.locator("h1")).to_contain_text("Nhập mã đăng nhập")
