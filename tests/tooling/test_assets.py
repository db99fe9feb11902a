"""The built assets: nothing of the brand they come from, nothing that leaves the server, a true ledger."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "app" / "web" / "static"
VENDOR = STATIC / "vendor"
LEDGER = json.loads((VENDOR / "VENDOR.json").read_text(encoding="utf-8"))
NAMESPACE = re.compile(r"http://www\.w3\.org/(?:2000/svg|1999/xlink)")
ADDRESS = re.compile(r"https?:|//[a-z0-9-]+\.[a-z]", re.IGNORECASE)
COLD_PAGE = ("vendor/govuk-frontend.min.css", "app.css", "app.js")


def static_files() -> list[Path]:
    return sorted(path for path in STATIC.rglob("*") if path.is_file() and path.name != "VENDOR.json")


@pytest.mark.parametrize("path", static_files(), ids=lambda path: path.name)
def test_no_file_names_an_address(path):
    text = NAMESPACE.sub("", path.read_text(encoding="utf-8"))

    assert ADDRESS.findall(text) == []


@pytest.mark.parametrize("path", sorted(VENDOR.glob("*.css")), ids=lambda path: path.name)
def test_no_style_sheet_keeps_the_font_or_the_crest(path):
    css = path.read_text(encoding="utf-8")

    assert not re.search("GDS|@font-face|govuk-crest[.]svg|sourceMappingURL", css)
    assert "var(--app-font" in css


@pytest.mark.parametrize("path", sorted(VENDOR.glob("*.css")), ids=lambda path: path.name)
def test_no_line_is_too_low_for_stacked_accents(path):
    heights = [
        float(height) for height in re.findall(r"line-height:(1\.\d+)", path.read_text(encoding="utf-8"))
    ]

    assert heights
    assert min(heights) >= 1.35


def test_every_picture_a_style_sheet_asks_for_is_there():
    asked = {
        name
        for sheet in VENDOR.glob("*.css")
        for name in re.findall(r"url\(([^)#]+)\)", sheet.read_text(encoding="utf-8"))
    }

    assert asked
    assert {name for name in asked if not (VENDOR / name).is_file()} == set()


@pytest.mark.parametrize("row", LEDGER["files"], ids=lambda row: row["file"])
def test_the_ledger_tells_the_truth(row):
    assert hashlib.sha256((VENDOR / row["file"]).read_bytes()).hexdigest() == row["sha256"]
    assert row["licence"] == "MIT"
    assert row["version"] == locked_version(row["name"])


def locked_version(package):
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    return lock["packages"][f"node_modules/{package}"]["version"]


def test_the_ledger_names_every_vendor_file():
    assert {row["file"] for row in LEDGER["files"]} == {
        path.name for path in VENDOR.iterdir() if path.name != "VENDOR.json"
    }


def test_the_files_of_a_cold_page_leave_room_for_its_text():
    weight = sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in COLD_PAGE)

    assert weight <= 30_000
