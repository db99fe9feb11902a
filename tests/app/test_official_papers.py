"""Word papers: what people typed stays text, a template tells what it lacks, and a broken one is refused in kind."""

from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from app.official_papers import (
    TEMPLATES,
    Picture,
    UnusableTemplate,
    qr_png,
    qr_svg,
    unknown_placeholders,
    write_paper,
)


def template(*lines):
    paper = Document()
    for line in lines:
        paper.add_paragraph(line)
    kept = BytesIO()
    paper.save(kept)
    return kept.getvalue()


def text_of(content):
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)


ONE = template("[{{ said }}]")


@pytest.mark.parametrize(
    "typed",
    [
        "{{7*7}}",
        "{{ config }} {% for x in y %}",
        "{_{ 7*7 }_} {_% if %_}",
        "</w:t></w:r><w:p/>",
        "A & B < C > D \"E\" 'F'",
        "Đơn vị: Đăk Pơ, số 1.234",
        "{%tr endfor %} {%p if x %}",
        "\U0001f600",
    ],
)
def test_typed_text_arrives_as_typed(typed):
    assert text_of(write_paper(ONE, {"said": typed})) == f"[{typed}]"


def test_marks_that_xml_cannot_hold_are_left_out():
    assert text_of(write_paper(ONE, {"said": "a\x00\x0b\x0c\x07\ud800\ufffeb"})) == "[ab]"


def test_lines_stay_lines():
    assert text_of(write_paper(ONE, {"said": "Tử số: 8\nMẫu số: 10"})) == "[Tử số: 8\nMẫu số: 10]"


@settings(max_examples=30)
@given(st.text())
def test_no_text_breaks_the_file(typed):
    assert text_of(write_paper(ONE, {"said": typed})).startswith("[")


def test_what_nothing_fills_is_named():
    asking = template("{{ unit }} {{ head.name }}", "{% for row in rows %}{{ row.code }}{% endfor %}")
    assert unknown_placeholders(asking, ["unit"]) == ("head", "rows")
    with pytest.raises(UnusableTemplate) as refused:
        write_paper(asking, {"unit": "UBND xã"})
    assert refused.value.unknown == ("head", "rows")


@pytest.mark.parametrize(
    "broken",
    [
        b"no Word file",
        template("{{ said"),
        template("{% if said %}"),
        template("{{ said.__class__.__mro__ }}"),
        template("{{ said() }}"),
    ],
    ids=["bytes", "brace", "block", "reaching for the server", "calling text"],
)
def test_an_unfit_template_is_refused(broken):
    with pytest.raises(UnusableTemplate):
        write_paper(broken, {"said": "x"})


def test_a_code_is_a_picture_in_word_and_in_the_page():
    paper = write_paper(template("{{ qr }}"), {"qr": Picture(qr_png("K7QD-2M4X"), 25)})
    assert len(Document(BytesIO(paper)).inline_shapes) == 1
    assert "<title>Mã &lt;1></title>" in qr_svg("x", title="Mã <1>") or "&lt;1" in qr_svg("x", title="Mã <1>")


def test_the_form_asks_for_what_docs_list():
    names = set(unknown_placeholders(TEMPLATES / "phieu-tu-danh-gia.docx", []))
    assert {"unit", "superior", "groups", "code", "digest", "qr", "head"} <= names
