"""One Chromium for the run, a context for each test, and a live server on a random port of this machine.

The server runs on the system's clock, so its campaign is this year's; its people are the small cast.
"""

import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from app import clock, create_app
from app.campaign_plans import shifted
from app.database import db
from app.services import campaigns
from app.unit import SYSTEM
from tests.app import small
from tests.app.province import province_file, settings_for, worker
from tests.app.small import small_plan, small_set
from workflows.deadlines import VIETNAM, local_day

__all__ = ["province_file", "worker"]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = {"phone": 360, "desk": 1280}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))


class Site:
    """A running server: its address, and its application for preparing data through the services."""

    def __init__(self, app, address):
        self.app, self.address = app, address

    @contextmanager
    def data(self):
        """Work on the database as the services do; nothing stays open afterwards."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()


def this_year(**changes):
    """The small plan, open since some days, with its deadlines ahead of today."""
    today = local_day(clock.now(), VIETNAM)
    plan = shifted(small_plan(), today)
    kinds = tuple(replace(kind, opens=today - timedelta(days=5)) for kind in plan.kinds)
    return replace(plan, kinds=kinds, **changes)


def open_campaign(plan):
    """The campaign of this year, opened now."""
    sets = {kind.criteria_set: small_set(kind.kind) for kind in plan.kinds}
    made = campaigns.create_campaign(SYSTEM, plan, sets)
    campaigns.open_campaign(SYSTEM, plan.slug)
    return made


@contextmanager
def serving(folder, prepared):
    """A server on a copy of the prepared database."""
    shutil.copy(prepared, folder / "dunghan.db")
    app = create_app(settings_for(folder))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(app, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def site(tmp_path, province_file):
    """A server of this test's own."""
    with serving(tmp_path, province_file) as running:
        yield running


def chromium():
    """Where the browser of this machine is."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    assert found, "Chromium is missing: install the package chromium (apt-get install chromium)"
    return found


@pytest.fixture(scope="session")
def browser():
    """Chromium, headless."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def new_page(browser, site):
    """Opens a page of a fresh visitor; closed with the test. Whatever the page complains of fails the test."""
    contexts, complaints = [], []

    def open_page(*, width=WIDTHS["desk"], scripts=True, at=None):
        own = at or site.address
        context = browser.new_context(
            base_url=own,
            viewport={"width": width, "height": 800},
            locale="vi-VN",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((own, "data:", "blob:"))
                else complaints.append(f"asks {request.url}")
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sign_in(new_page):
    """A page of somebody of the cast, signed in by the form."""

    def enter(name, **options):
        page = new_page(**options)
        page.goto("/dang-nhap")
        page.locator("input[name=email]").fill(f"{name}@gialai.example")
        page.locator("input[name=password]").fill(small.PASSWORD)
        page.locator("main form button[type=submit], main form button:not([type])").first.click()
        page.wait_for_url(lambda url: "/dang-nhap" not in url)
        return page

    return enter
