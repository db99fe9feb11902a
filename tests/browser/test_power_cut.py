"""The browser is killed while somebody types: after it has started again, at most the last two seconds are gone."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from itertools import count

import pytest

from tests.app import small
from tests.browser.conftest import FLAGS, chromium, open_campaign, this_year

MOST_LOST = 2.0
TYPED_FOR = 6.0


@contextmanager
def started(browser, profile):
    """A Chromium of its own on this profile, as (its process, a page of it); killed at the end."""
    port = profile / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    command = [chromium(), *FLAGS, "--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        [*command, "--no-first-run", "about:blank"], start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        while not (port.exists() and port.read_text().count("\n")):
            assert process.poll() is None, "Chromium did not start"
        address = f"http://127.0.0.1:{port.read_text().split()[0]}"
        context = browser.browser_type.connect_over_cdp(address).contexts[0]
        yield process, context.pages[0]
    finally:
        if process.poll() is None:
            kill(process)


def kill(process):
    """As a power cut: every process of this browser at once, none asked."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def enter(page, site, address):
    page.goto(f"{site.address}/dang-nhap?next={address}")
    page.locator("input[name=email]").fill("an@gialai.example")
    page.locator("input[name=password]").fill(small.PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{address}")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_killed_browser_loses_the_last_two_seconds_of_typing_at_most(site, browser, tmp_path):
    with site.data():
        open_campaign(this_year())
        criterion = f"/phieu/{small.form_of('23557').id}/tc/B1.1"
    profile = tmp_path / "profile"
    profile.mkdir()
    typed = {}
    with started(browser, profile) as (process, page):
        enter(page, site, criterion)
        page.context.set_offline(True)
        page.focus("#reason")
        begun = time.monotonic()
        for number in count(100):
            page.keyboard.type(f"{number} ")
            typed[number] = time.monotonic()
            if typed[number] - begun > TYPED_FOR:
                break
        kill(process)
        killed = time.monotonic()
    with started(browser, profile) as (_process, page):
        enter(page, site, criterion)
        preview = page.locator(".app-save-state__preview")
        preview.wait_for()
        last = max(int(word) for word in preview.inner_text().split() if word.isdigit())
    assert killed - typed[last] <= MOST_LOST
