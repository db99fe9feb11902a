"""Official papers as Word files: a template of the office, filled in. The one home of docxtpl and of QR pictures.

It knows no form and no table: a template and plain data go in, the bytes of a .docx come out. What people typed is
text wherever it lands: it is never run as a placeholder, and no letter of it can break the file.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import segno
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from criteria.apart import Allowance, GaveUp, do_apart, imports

TEMPLATES = Path(__file__).parent / "data" / "documents"
KEPT_CONTROLS = "\n\t"
UNPRINTABLE = frozenset({"Cc", "Cs", "Cn", "Co"})
# docxtpl turns these into Jinja's own marks after rendering; as entities they stay what was typed.
RESPELT = {"{_{": "{&#95;{", "}_}": "}&#95;}", "{_%": "{&#95;%", "%_}": "%&#95;}"}

# What filling a template of somebody else's can end in: a file that is none, or words that cannot be carried out.
FAULTS = (
    BadZipFile,
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)


class UnusableTemplate(ValueError):
    """A template that cannot be filled: ``unknown`` are its placeholders that nothing fills; none where it cannot
    be read at all.
    """

    def __init__(self, unknown: Sequence[str] = ()) -> None:
        super().__init__(tuple(unknown))
        self.unknown = tuple(unknown)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a paper: PNG bytes and its width on paper in millimetres."""

    png: bytes
    width: int


def write_paper(template: Path | bytes, facts: Mapping[str, Any]) -> bytes:
    """Fill a Word template.

    ``template``: a .docx with ``{{ name }}`` and, around rows of a table, ``{%tr for … %}``. ``facts``: text, numbers,
    booleans, :class:`Picture`, and lists and mappings of these, by the template's names.

    Raises:
        UnusableTemplate: it is no Word file, it is wrongly written, or it asks for what ``facts`` lacks.
    """
    unknown = unknown_placeholders(template, list(facts))
    if unknown:
        raise UnusableTemplate(unknown)
    try:
        paper = DocxTemplate(_stream(template))
        paper.render(_plain(facts, paper), _environment(), autoescape=True)
        written = BytesIO()
        paper.save(written)
    except FAULTS as error:
        raise UnusableTemplate from error
    return written.getvalue()


def write_own_paper(template: bytes, facts: Mapping[str, Any], allowance: Allowance | None = None) -> bytes:
    """As :func:`write_paper`, for a template that somebody sent in: in a process of its own.

    Raises:
        UnusableTemplate: as that does, and where filling it took too much memory or time.
    """
    fill = partial(_fill, facts=dict(facts))
    try:
        return do_apart(fill, template, allowance or Allowance(), (UnusableTemplate,))
    except GaveUp as error:
        raise UnusableTemplate from error


def _fill(stream: BytesIO, *, facts: Mapping[str, Any]) -> bytes:
    return write_paper(stream.getvalue(), facts)


def unknown_placeholders(template: Path | bytes, names: Sequence[str]) -> tuple[str, ...]:
    """The placeholders of a template that are not among ``names``, in alphabetical order.

    Raises:
        UnusableTemplate: it is no Word file, or it is wrongly written.
    """
    try:
        paper = DocxTemplate(_stream(template))
        found: set[str] = paper.get_undeclared_template_variables(_environment(), dict.fromkeys(names))
    except FAULTS as error:
        raise UnusableTemplate from error
    return tuple(sorted(found))


def qr_png(text: str) -> bytes:
    """A QR code as a picture for a Word file."""
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=8, border=2)
    return drawn.getvalue()


def qr_svg(text: str, *, title: str) -> Markup:
    """A QR code to stand in a page; ``title`` is what a screen reader says."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=4, border=2, title=title, svgclass="app-qr", omitsize=True
    )
    return Markup(drawn)  # noqa: S704 - segno draws it; the title is escaped by it


def _stream(template: Path | bytes) -> BytesIO:
    return BytesIO(template if isinstance(template, bytes) else template.read_bytes())


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True)


def _plain(value: Any, paper: DocxTemplate) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Picture):
        return InlineImage(paper, BytesIO(value.png), width=Mm(value.width))
    if isinstance(value, Mapping):
        return {key: _plain(one, paper) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_plain(one, paper) for one in value]
    return value


def _text(typed: str) -> Markup:
    kept = "".join(
        mark for mark in typed if mark in KEPT_CONTROLS or unicodedata.category(mark) not in UNPRINTABLE
    )
    escaped = str(escape(kept))
    for marks, spelt in RESPELT.items():
        escaped = escaped.replace(marks, spelt)
    return Markup(escaped)  # noqa: S704 - escaped just above


imports(__name__)
