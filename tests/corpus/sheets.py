"""A filled form as a workbook whose cells can be exchanged one by one, as no spreadsheet program would let anybody."""

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from app.demo_answers import filled_form
from app.models import Answer
from app.services.form_books import lines_of
from criteria.answers import read_value, value_to_json
from criteria.codec import from_json
from criteria.model import CriteriaSet
from criteria.workbook import read_sheets
from criteria.workbook.form import Entry, FormBook, FormLine, Heading, ReadLine
from criteria.workbook.form_reading import read_form
from criteria.workbook.form_writing import write_forms

SET = Path(__file__).parents[2] / "app" / "data" / "criteria" / "commune.json"
SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
ROWS = 26  # enough for every kind of box; a short sheet is read fast, and a thousand of them are
DATE_FORMAT, PERCENT_FORMAT = 14, 9


@dataclass(frozen=True)
class Form:
    """A sound workbook of one form, the set it belongs to, and where its rows are."""

    known: CriteriaSet
    lines: tuple[FormLine, ...]
    content: bytes

    @cached_property
    def parts(self) -> Mapping[str, bytes]:
        """The entries of the archive, by name."""
        with zipfile.ZipFile(BytesIO(self.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @cached_property
    def xml(self) -> str:
        """The form's sheet as it lies in the archive."""
        return self.parts[SHEET].decode()

    @cached_property
    def rows(self) -> Mapping[str, ReadLine]:
        """The rows as they are read, by id."""
        return read_form(read_sheets(BytesIO(self.content))[0]).lines

    @cached_property
    def header(self) -> int:
        """The number of the row that has the headings."""
        return min(int(line.places[Heading.VALUE].ref[1:]) for line in self.rows.values()) - 2

    def ids(self, *entries: str) -> tuple[str, ...]:
        """The rows that are filled in in one of these ways and hold something, in their order."""
        return tuple(
            line.id for line in self.lines if line.entry in entries and self.rows[line.id].value != ""
        )

    def cell(self, name: str, heading: Heading) -> str:
        """Where a row's box is: `E12`."""
        return self.rows[name].places[heading].ref

    def rebuilt(self, changes: Mapping[str, bytes | str]) -> bytes:
        """The workbook with entries replaced or added."""
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**self.parts, **changes}.items():
                archive.writestr(name, content)
        return stream.getvalue()

    def with_sheet(self, change: Callable[[str], str]) -> bytes:
        """The workbook with its sheet rewritten; a rewriting that changes nothing is a fault of the corpus."""
        changed = change(self.xml)
        if changed == self.xml:
            raise LookupError("nothing was changed")
        return self.rebuilt({SHEET: changed, STYLES: _with_formats(self.parts[STYLES].decode())})

    def with_cell(self, ref: str, cell: str) -> bytes:
        """The workbook with one cell exchanged for another, written as XML with `{r}` where its place stands."""
        return self.with_sheet(lambda xml: _cell(ref).sub(lambda _found: cell.format(r=ref), xml, count=1))


def sound_form() -> Form:
    """A form of the illustrative set for communes, wholly filled in and below the maximum here and there.

    To be called inside a request of the application, whose words it carries.
    """
    known = from_json(SET.read_text(encoding="utf-8"))
    given = filled_form(known, 0.5, Random(7), estimated=False, spared=frozenset()).answers
    stored = {
        code: Answer(
            criterion=code,
            value=value_to_json(read_value(known.criterion(code).rule, one.raw or {})),
            reason="Còn thiếu kinh phí",
            estimated=False,
        )
        for code, one in given.items()
    }
    lines = tuple(lines_of(known, frozenset(), stored))[:ROWS]
    stream = BytesIO()
    titles = ("Phiếu tự đánh giá", "Đợt đánh giá", "Hạn nộp")
    write_forms(stream, [FormBook(titles, lines, ("Cách điền",), {"unit": "23557"})])
    return Form(known, lines, stream.getvalue())


NUMBERS = (Entry.NUMBER, Entry.INTEGER)


def text_cell(text: str) -> str:
    """A cell that holds a text of its own."""
    shown = escape(text).replace("{", "{{").replace("}", "}}")
    return f'<c r="{{r}}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def number_cell(value: str, style: int = 0) -> str:
    """A cell that holds a number, written as given."""
    return f'<c r="{{r}}" s="{style}"><v>{value}</v></c>'


def _cell(ref: str) -> re.Pattern[str]:
    return re.compile(rf'<c r="{ref}"(?:[^>]*/>|.*?</c>)')


def _with_formats(styles: str) -> str:
    """Two looks more at the end: a date and a percentage."""
    looks = "".join(
        f'<xf numFmtId="{look}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for look in (DATE_FORMAT, PERCENT_FORMAT)
    )
    return styles.replace("</cellXfs>", f"{looks}</cellXfs>")


def date_style(form: Form) -> int:
    """The number of the look that shows a number as a date; the next one shows it as a percentage."""
    return form.parts[STYLES].decode().split("<cellXfs", 1)[1].split("</cellXfs>")[0].count("<xf ")
