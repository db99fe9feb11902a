"""Files that somebody chooses arrive whole over a line that breaks, and what cannot be taken is named at the file."""

import hashlib

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.database import db
from app.models import Document, EvidenceUse, Upload
from tests.app import small
from tests.browser.conftest import WIDTHS, open_campaign, this_year
from tests.browser.lines import breaking
from tests.browser.test_accessibility import audit
from tests.papers import pdf

MEGABYTE = 1024 * 1024
SMALL = pdf("Quyết định")
# Pauses between tries pass twenty times as fast; the clock of a request does not.
IMPATIENT = """const wait = window.setTimeout;
window.setTimeout = (act, time) => wait(act, time < 60000 ? time / 20 : time);"""


def large_pdf(size):
    """A PDF of about so many bytes that a machine opens."""
    return SMALL[:9] + b"%" + bytes(range(48, 58)) * (size // 10) + b"\n" + SMALL[9:]


@pytest.fixture
def library(site):
    """The address of a form's library, in a campaign of this year."""
    with site.data():
        open_campaign(this_year())
        return f"/phieu/{small.form_of('23557').id}/tai-lieu"


def documents(site):
    with site.data():
        rows = select(Document.file_name, Document.sha256, EvidenceUse.criterion).outerjoin(EvidenceUse)
        return sorted(map(tuple, db.session.execute(rows)))


def test_five_megabytes_survive_three_broken_connections(site, library, sign_in):
    content = large_pdf(5 * MEGABYTE)
    with breaking(site.address, [MEGABYTE, 2 * MEGABYTE, 4 * MEGABYTE]) as line:
        page = sign_in("an", at=line.address)
        page.goto(library)
        page.locator("input[type=file]").set_input_files(
            {"name": "Báo cáo.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        page.get_by_role("button", name="Tải lên", exact=True).click()
        page.get_by_text("Đã tải lên", exact=True).wait_for(timeout=60_000)
        assert line.cuts == 3
        expect(page.locator("[data-app-documents]")).to_contain_text("Báo cáo.pdf")
    assert documents(site) == [("Báo cáo.pdf", hashlib.sha256(content).hexdigest(), None)]


def test_a_file_goes_on_after_the_page_was_loaded_anew(site, library, sign_in):
    content = large_pdf(MEGABYTE)
    file = {"name": "bc.pdf", "mimeType": "application/pdf", "buffer": content}
    page = sign_in("an")
    page.add_init_script(IMPATIENT)
    page.goto(library)
    seen = []
    page.on("request", lambda request: request.method == "PATCH" and seen.append(request))
    page.route("**/tai-len/*", lambda route: route.continue_() if len(seen) < 2 else route.abort())
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Tải lên", exact=True).click()
    page.get_by_role("button", name="Gửi tiếp bc.pdf").wait_for()
    assert audit(page, "broken off") == []
    page.unroute("**/tai-len/*")
    page.goto(library)
    assert "bc.pdf: mới gửi được" in page.locator("[data-app-documents]").inner_text()
    seen.clear()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Tải lên", exact=True).click()
    page.get_by_text("Đã tải lên", exact=True).wait_for()
    assert int(seen[0].headers["upload-offset"]) > 0
    assert documents(site) == [("bc.pdf", hashlib.sha256(content).hexdigest(), None)]
    with site.data():
        assert db.session.scalar(select(Upload.id).where(Upload.finished_at.is_(None))) is None


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_many_files_are_judged_one_by_one_and_names_are_only_proposals(site, library, sign_in, width):
    page = sign_in("an", width=width)
    page.goto(library)
    assert audit(page, "empty") == []
    files = [("B1.1 Quyết định.pdf", SMALL), ("hỏng.pdf", SMALL[:-30]), ("lạ.exe", b"MZ")]
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in files]
    )
    page.get_by_role("button", name="Tải lên", exact=True).click()
    page.get_by_text("Đã tải lên 1 trên 3 tệp").wait_for()
    assert "không mở được" in page.locator(".app-upload", has_text="hỏng.pdf").inner_text()
    assert "PDF, Word, Excel" in page.locator(".app-upload", has_text="lạ.exe").inner_text()
    assert audit(page, "refused") == []
    assert documents(site)[0][2] is None
    page.get_by_role("button", name="Gắn tệp đã đánh dấu").click()
    assert documents(site)[0][2] == "B1.1"


def test_a_criterions_file_is_sent_at_once_and_saving_waits_for_it(site, library, sign_in):
    page = sign_in("an")
    page.goto(library.replace("tai-lieu", "tc/B1.1"))
    page.route("**/tai-len", lambda route: (page.wait_for_timeout(200), route.continue_()))
    page.locator("input[type=file]").set_input_files(
        {"name": "bc.pdf", "mimeType": "application/pdf", "buffer": SMALL}
    )
    page.get_by_role("button", name="Lưu, làm sau").click()
    page.wait_for_url("**/phieu/*")
    assert documents(site) == [("bc.pdf", hashlib.sha256(SMALL).hexdigest(), "B1.1")]


def test_without_scripts_the_form_takes_many_files_and_names_the_bad_ones(site, library, sign_in):
    page = sign_in("an", scripts=False)
    page.goto(library)
    files = [("một.pdf", SMALL), ("lạ.exe", b"MZ"), ("hai.pdf", pdf("Hai"))]
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in files]
    )
    page.get_by_label("Trích yếu").fill("Giữ lại chữ này")
    page.get_by_role("button", name="Tải lên", exact=True).click()
    assert "“lạ.exe” không phải" in page.locator("main").inner_text()
    assert page.get_by_label("Trích yếu").input_value() == "Giữ lại chữ này"
    assert [row[0] for row in documents(site)] == ["hai.pdf", "một.pdf"]
