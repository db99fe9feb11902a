"""Generated parts of the documentation equal the code, and what the README names is there."""

import re
import tomllib
from pathlib import Path

import pytest

from app import docs
from app.cli import cli

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#]+)")
PATH = re.compile(r"`((?:app|criteria|workflows|notifications|migrations|deploy|docs|tests|bench)/[\w./-]+)`")
WRITTEN = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_generated_parts_equal_the_code(bare_app):
    for path, text in docs.rendered(bare_app).items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path} is old: run `make docs`"


def test_writing_twice_changes_nothing(bare_app, tmp_path):
    (tmp_path / "README.md").write_text((ROOT / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    assert set(docs.write(bare_app, tmp_path)) >= {Path("docs/permissions.md")}
    assert docs.write(bare_app, tmp_path) == []


def test_a_readme_without_marks_is_refused(bare_app, tmp_path):
    (tmp_path / "README.md").write_text("# Đúng Hạn\n", encoding="utf-8")
    with pytest.raises(ValueError, match="<!-- diagram -->"):
        docs.rendered(bare_app, tmp_path)


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_what_the_pages_name_is_there(page):
    text = page.read_text(encoding="utf-8")
    missing = [name for name in LINK.findall(text) if not (page.parent / name).exists()]
    missing += [name for name in PATH.findall(text) if not (ROOT / name).exists()]
    assert missing == []


def test_make_targets_that_the_readme_names_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named
    assert {name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()


def test_commands_that_the_readme_names_are_there():
    named = re.findall(
        r"^\.venv/bin/dunghan ((?:[a-z]+ ?)+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert named
    for words in named:
        command = cli
        for word in words.split():
            command = getattr(command, "commands", {}).get(word, command)
        assert command is not cli, words


def test_the_changelog_is_the_source_of_the_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = re.search(
        r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert newest is not None
    assert newest[1] == project["version"]
