"""What people and programs do to a workbook that must change nothing of what it says."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from criteria.workbook.form import Entry, Heading
from tests.corpus.sheets import NUMBERS, SHEET, Form, text_cell


class Harmless(NamedTuple):
    """A workbook that was touched and says the same."""

    name: str
    content: bytes


def harmless(form: Form) -> Iterator[Harmless]:
    """Every harmless thing, in a fixed order."""
    yield from _other_spellings(form)
    yield Harmless("no validation", form.with_sheet(lambda xml: _without(xml, "dataValidations")))
    yield Harmless("no protection", form.with_sheet(lambda xml: re.sub("<sheetProtection[^>]*/>", "", xml)))
    yield Harmless("hidden rows", form.with_sheet(lambda xml: xml.replace("<row ", '<row hidden="1" ')))
    yield Harmless(
        "hidden columns", form.with_sheet(lambda xml: xml.replace('<col min="2"', '<col hidden="1" min="2"'))
    )
    yield Harmless(
        "a size that lies",
        form.with_sheet(lambda xml: re.sub("<dimension[^>]*>", '<dimension ref="A1"/>', xml)),
    )
    yield Harmless(
        "a title row taken out", form.with_sheet(lambda xml: re.sub(r'<row r="2".*?</row>', "", xml))
    )
    yield Harmless(
        "a note beside the table",
        form.with_sheet(
            lambda xml: xml.replace(
                "</row></sheetData>", f"{text_cell('ghi chú').format(r=f'M{_last(xml)}')}</row></sheetData>"
            )
        ),
    )
    yield Harmless(
        "a link to another file", form.rebuilt({"xl/externalLinks/externalLink1.xml": "<externalLink/>"})
    )
    yield Harmless("a picture", form.rebuilt({"xl/media/image1.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 64}))
    yield Harmless("an archive inside", form.rebuilt({"xl/embeddings/a.zip": form.content}))
    yield Harmless(
        "a comment part", form.rebuilt({"xl/comments1.xml": "<comments><text>x</text></comments>"})
    )
    yield Harmless(
        "a form feed in a note",
        form.rebuilt({SHEET: form.xml.replace("</sheetData>", "</sheetData><!-- x -->")}),
    )


def _other_spellings(form: Form) -> Iterator[Harmless]:
    """The same number as text, with blanks around it, or with a comma; the same choice with other marks."""
    for name in form.ids(*NUMBERS, Entry.LIST):
        line, ref = form.rows[name], form.cell(name, Heading.VALUE)
        for what, text in (
            ("as text", line.value),
            ("between blanks", f"  {line.value}\u00a0"),
        ):
            yield Harmless(f"{ref} {what}", form.with_cell(ref, text_cell(text)))


def _without(xml: str, tag: str) -> str:
    return re.sub(f"<{tag}.*</{tag}>", "", xml)


def _last(xml: str) -> str:
    return re.findall(r'<row r="(\d+)"', xml)[-1]
