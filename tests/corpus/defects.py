"""One thing wrong with one place of a workbook, and the cell that the answer must name."""

from collections.abc import Iterator
from typing import NamedTuple

from criteria.workbook.form import Entry, Heading
from tests.corpus.sheets import NUMBERS, Form, date_style, number_cell, text_cell

FORMULA = '<c r="{r}"><f>1+1</f></c>'
NOT_NUMBERS = {
    "a word": text_cell("tám"),
    "a letter for a digit": text_cell("1O"),
    "a unit": text_cell("12 máy"),
    "a thousands dot": text_cell("1.234"),
    "a dot and a comma": text_cell("1.234,5"),
    "two commas": text_cell("12,5,6"),
    "a fraction": text_cell("5/10"),
    "a percentage in words": text_cell("50%"),
    "full-width digits": text_cell("１２"),
    "Arabic digits": text_cell("٣"),
    "an exponent": text_cell("1e999"),
    "not a number": text_cell("NaN"),
    "infinity": text_cell("∞"),
    "thousands of digits in words": text_cell("9" * 5000),
    "a sum": text_cell("4+4"),
    "a negative number in words": text_cell("-5"),
    "a range": text_cell("3-5"),
    "a zero-width joiner inside": text_cell("1\u200d2"),
    "an emoji": text_cell("👍"),
    "marks of direction": text_cell("\u200e12\u200f"),
    "a letter that looks like a digit": text_cell("l2"),
    "groups of thousands": text_cell("1 234"),
    "a date in words": text_cell("18/10/2019"),
    "two lines": text_cell("1\n2"),
    "a negative number": number_cell("-5"),
    "a number beyond all numbers": number_cell("1e999"),
    "thirteen digits": number_cell("1234567890123"),
    "thousands of digits": number_cell("9" * 5000),
    "no number at all": number_cell("NaN"),
    "full-width digits as a number": number_cell("１２"),
    "a truth": '<c r="{r}" t="b"><v>1</v></c>',
}
NOT_CONTENT = {
    "a formula with a result": '<c r="{r}"><f>1+1</f><v>2</v></c>',
    "a formula without a result": FORMULA,
    "a formula with a text": '<c r="{r}" t="str"><f>"8"</f><v>8</v></c>',
    "an array formula": '<c r="{r}"><f t="array" ref="{r}">1+1</f><v>2</v></c>',
    "a link to another file": '<c r="{r}"><f>[1]Sheet1!A1</f><v>2</v></c>',
    "a program to be run": '<c r="{r}"><f>cmd|"/c calc"!A1</f><v>0</v></c>',
    "a division by nothing": '<c r="{r}" t="e"><v>#DIV/0!</v></c>',
    "nothing found": '<c r="{r}" t="e"><v>#N/A</v></c>',
    "a lost reference": '<c r="{r}" t="e"><v>#REF!</v></c>',
}
NOT_CHOICES = {
    "another word": text_cell("Có lẽ"),
    "a number": number_cell("3"),
    "two at once": text_cell("Có, Không"),
    "a formula": FORMULA,
    "an error": '<c r="{r}" t="e"><v>#N/A</v></c>',
}
NOT_TICKS = {
    "another word": text_cell("có"),
    "a cross of another kind": text_cell("✗"),
    "two letters": text_cell("xx"),
    "a number": number_cell("1"),
    "a truth": '<c r="{r}" t="b"><v>1</v></c>',
    "a formula": FORMULA,
    "an error": '<c r="{r}" t="e"><v>#N/A</v></c>',
}
NOT_REASONS = {
    "more than anybody reads": text_cell("x" * 40_000),
    "a formula": FORMULA,
    "a link that runs": '<c r="{r}" t="str"><f>HYPERLINK("http://x")</f><v>x</v></c>',
    "an error": '<c r="{r}" t="e"><v>#NAME?</v></c>',
}
NOT_IDS = {
    "no id": '<c r="{r}"/>',
    "blanks for an id": text_cell("\u00a0 "),
    "the id of no criterion": text_cell("Z9.9#count"),
    "the id of no box": text_cell("B1.1#khac"),
    "a formula for an id": FORMULA,
}


class Case(NamedTuple):
    """A workbook with one defect: what it is, its bytes, and the cells one of which must be named."""

    name: str
    content: bytes
    cells: frozenset[str]


def defects(form: Form) -> Iterator[Case]:
    """Every defect at every place where it can be, in a fixed order."""
    dated, percent = date_style(form), date_style(form) + 1
    looks = {
        "a date": number_cell("45000", dated),
        "a fraction that became a date": number_cell("45787", dated),
        "a percentage": number_cell("0.5", percent),
    }
    yield from _at_boxes(form, Heading.VALUE, form.ids(*NUMBERS), NOT_NUMBERS | NOT_CONTENT | looks)
    yield from _at_boxes(form, Heading.VALUE, form.ids(Entry.LIST), NOT_CHOICES)
    yield from _at_boxes(form, Heading.VALUE, form.ids(Entry.TICK), NOT_TICKS)
    yield from _at_boxes(form, Heading.ESTIMATED, _first_rows(form), NOT_TICKS)
    yield from _at_boxes(form, Heading.REASON, _first_rows(form), NOT_REASONS)
    yield from _at_ids(form)
    yield from _of_places(form)


def _first_rows(form: Form) -> tuple[str, ...]:
    return tuple(line.id for line in form.lines if line.reason is not None)


def _at_boxes(form: Form, heading: Heading, ids: tuple[str, ...], broken: dict[str, str]) -> Iterator[Case]:
    for what, cell in broken.items():
        for name in ids:
            ref = form.cell(name, heading)
            yield Case(f"{what} at {ref}", form.with_cell(ref, cell), frozenset({ref}))


def _at_ids(form: Form) -> Iterator[Case]:
    for what, cell in NOT_IDS.items():
        for name in form.ids(*NUMBERS, Entry.LIST):
            row = form.cell(name, Heading.VALUE)[1:]
            broken = form.with_cell(f"A{row}", cell)
            # A row that lost its id leaves a gap beside it: either place leads there.
            yield Case(
                f"{what} in row {row}", broken, frozenset({f"A{row}", f"E{row}"} | _siblings(form, name))
            )


def _siblings(form: Form, name: str) -> frozenset[str]:
    code = name.partition("#")[0]
    return frozenset(form.cell(one, Heading.VALUE) for one in form.rows if one.partition("#")[0] == code)


def _of_places(form: Form) -> Iterator[Case]:
    """Cells given twice, out of order, merged; rows given twice; headings lost or doubled."""
    for name in form.ids(*NUMBERS, Entry.LIST):
        ref = form.cell(name, Heading.VALUE)
        row = ref[1:]
        twice = form.with_sheet(
            lambda xml, ref=ref: xml.replace(f'<c r="{ref}"', f'<c r="{ref}"/><c r="{ref}"', 1)
        )
        yield Case(f"{ref} twice", twice, frozenset({ref}))
        astray = form.with_sheet(
            lambda xml, ref=ref, row=row: xml.replace(f'<c r="{ref}"', f'<c r="B{row}"', 1)
        )
        yield Case(f"{ref} out of its place", astray, frozenset({f"B{row}"}))
        for other in (f"F{row}", f"E{int(row) + 1}"):
            merged = form.with_sheet(lambda xml, span=f"{ref}:{other}": _merged(xml, span))
            yield Case(f"{ref}:{other} merged", merged, frozenset({ref}))
    header = form.header
    for column in "AEIJ":
        ref = f"{column}{header}"
        yield Case(f"no heading at {ref}", form.with_cell(ref, '<c r="{r}"/>'), frozenset({f"A{header}"}))
        doubled = form.with_cell(f"K{header}", text_cell(_heading(column)))
        yield Case(f"the heading of {column} twice", doubled, frozenset({f"K{header}"}))


def _heading(column: str) -> str:
    return list(Heading)["ABCDEFGHIJK".index(column)].value


def _merged(xml: str, span: str) -> str:
    return xml.replace(
        "<conditionalFormatting",
        f'<mergeCells count="1"><mergeCell ref="{span}"/></mergeCells><conditionalFormatting',
        1,
    )
