"""The locks, the Makefile and the set-up script."""

import importlib.util
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "package-lock.json")
TARGETS = ("setup", "run", "test", "test-fast", "check", "fix", "bench", "demo", "docs", "lock")


def load(script):
    spec = importlib.util.spec_from_file_location(f"deploy_{script}", ROOT / "deploy" / f"{script}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def assets():
    return load("assets")


@pytest.fixture
def setup():
    return load("setup")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name):
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_every_npm_package_is_pinned_by_its_content():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


@pytest.mark.parametrize("name", LOCKS[:2])
def test_every_python_package_is_pinned_with_hashes(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())

    assert all(re.match(r"\S+==\S+", entry) and "--hash=sha256:" in entry for entry in entries)


def test_the_development_lock_holds_the_same_versions_as_the_other():
    pins = [
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in LOCKS[:2]
    ]

    assert pins[0] <= pins[1]


def test_make_alone_lists_every_target():
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert set(re.findall(r"^  make ([a-z-]+) ", shown, re.MULTILINE)) == {"help", *TARGETS}


def test_macros_and_style_sheet_are_of_one_major_version():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    macros = re.search(
        r"^govuk-frontend-jinja==4\.", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
    )

    assert macros
    assert package["dependencies"]["govuk-frontend"].startswith("6.")


def test_one_entry_of_a_lock_can_be_installed_alone(setup):
    lock = "a==1 \\\n    --hash=sha256:11\n    # via b\nb==2 \\\n    --hash=sha256:22 \\\n    --hash=sha256:23\nc==3\n"

    assert setup.entry(lock, "b") == "b==2 \\\n    --hash=sha256:22 \\\n    --hash=sha256:23\n"
    assert setup.entry(lock, "a") == "a==1 \\\n    --hash=sha256:11\n"


def test_a_step_is_repeated_when_its_source_changes(setup, tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "STAMPS", tmp_path)
    lock = tmp_path / "some.lock"
    lock.write_text("one")
    setup.stamp("run", lock)

    assert setup.is_stamped("run", lock)
    lock.write_text("two")
    assert not setup.is_stamped("run", lock)


def test_set_up_refuses_a_word_it_does_not_know(setup, capsys):
    assert setup.main(["build"]) == 2
    assert "run|dev|test" in capsys.readouterr().out


def test_what_may_not_be_installed_is_named(setup, monkeypatch, capsys):
    absent = setup.SystemPackage("PostgreSQL", ("no-such-program",), "postgresql")
    monkeypatch.setattr(setup, "NEEDED", (absent,))
    monkeypatch.setattr(setup, "superuser", lambda: None)

    assert setup.install_programs() == 1
    assert "sudo apt-get install postgresql" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "roomy"), [("1.05", "1.35"), ("1.3157894737", "1.5"), ("1.25", "1.5"), ("1.6", "1.6")]
)
def test_line_heights_make_room(assets, given, roomy):
    assert assets.roomy(given) == roomy


def test_a_style_sheet_is_rebranded(assets):
    css = (
        "/*! font */@font-face{font-family:GDS Transport;src:url(/assets/x.woff2)}"
        "p{font-family:GDS Transport,arial,sans-serif;line-height:1.05;background:url(/assets/images/govuk-crest.svg)}"
        "a{background:url(/assets/images/icon.svg)}/*# sourceMappingURL=x.map */"
    )

    assert assets.rebrand(css) == (
        "p{font-family:var(--app-font,arial,sans-serif);line-height:1.35;background:none}a{background:url(icon.svg)}\n"
    )
