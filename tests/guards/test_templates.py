"""Every template compiles strictly, names only what is there, and runs no script of its own."""

import re
from pathlib import Path

import pytest
from jinja2 import StrictUndefined, meta

TEMPLATES = Path(__file__).parents[2] / "app" / "web" / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:", re.IGNORECASE)
UNSAFE = re.compile(r"[^'\"\s]\s*\|\s*safe\b")  # marks on literal text are fine
FORM = re.compile(r"<form\b[^>]*method=[\"']?post[^>]*>(.*?)</form>", re.IGNORECASE | re.DOTALL)
SPOKEN = re.compile(r">\s*([^<>{}%#]*[ăâđêôơưĂÂĐÊÔƠƯ][^<>{}%#]*)<")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def source(name):
    return COMMENT.sub("", (TEMPLATES / name).read_text(encoding="utf-8"))


def test_templates_are_strict(bare_app):
    assert issubclass(bare_app.jinja_env.undefined, StrictUndefined)
    assert bare_app.jinja_env.autoescape


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles_and_finds_what_it_includes(bare_app, name):
    environment = bare_app.jinja_env
    environment.get_template(name)
    tree = environment.parse((TEMPLATES / name).read_text(encoding="utf-8"))
    for other in meta.find_referenced_templates(tree):
        if other is not None:
            environment.get_template(other)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_brings_no_script_or_style_of_its_own(name):
    assert INLINE.search(source(name)) is None


@pytest.mark.parametrize("name", NAMES)
def test_every_form_that_posts_carries_its_token(name):
    assert all("csrf" in inner for inner in FORM.findall(source(name)))


@pytest.mark.parametrize("name", NAMES)
def test_every_vietnamese_sentence_can_be_translated(name):
    assert SPOKEN.findall(source(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_called_safe_that_people_wrote(name):
    assert UNSAFE.search(source(name)) is None
