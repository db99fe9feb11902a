"""Forms in Excel: a template, its reading, and 222 of them in one .zip, beside bare openpyxl on the same cells.

Bare openpyxl writes the same values with the same looks, limits and locks, and reads them in the same process; the
server makes the rows of a form first, and reads it in a bound process, as it reads what strangers send.
"""

import os
import resource
import zipfile
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
from flask_migrate import upgrade
from openpyxl.cell import WriteOnlyCell

from app import clock, create_app
from app.database import db
from app.queries.workbook_batches import Scope, forms_in
from app.services.batch_books import zip_of
from app.services.form_books import book_of
from bench.rehearsals import make_campaign
from bench.report import Row, interleaved, once
from config import Settings
from criteria.workbook import read_sheets, read_sheets_apart
from criteria.workbook.form import FormBook, FormLine
from criteria.workbook.form_writing import write_forms
from workflows.case import Actor, Grant
from workflows.vocabulary import Role

ROUNDS = 15
CRITERIA = 60
MOST_READ, MOST_WRITTEN = 1.3, 1.0
MEGABYTE = 1024.0  # of the kilobytes in which Linux tells the size of a process
Cells = list[tuple[str, list[list[object]]]]
Drawn = tuple[Any, list[list[tuple[object, dict[str, Any]]]]]
LOOKS = ("font", "fill", "border", "alignment", "protection")


def workbook_rows(folder: Path) -> list[Row]:
    """Times, ratios to bare openpyxl, and how far each makes a process grow."""
    app = create_app(Settings(env="test", data_dir=folder, cheap_passwords=True, tick_seconds=0))
    with app.app_context():
        upgrade()
        campaign = make_campaign()
        officer = Actor(None, "", frozenset({Grant(Role.OFFICE, campaign.root_id)}))
        forms = forms_in(db.session(), officer, campaign.id, Scope(kind="commune"))
        with app.test_request_context():
            form = _of_size(book_of(db.session(), forms[0]), CRITERIA)
            content = _written(form)
            small = _drawn(_written(book_of(db.session(), forms[0])))
            zipped = partial(_zipped, officer, campaign.id)
            return [*_one_form(form, content), *_many_forms(len(forms), zipped, small)]


def _of_size(form: FormBook, criteria: int) -> FormBook:
    """The form with its rows told over again until it has so many criteria."""
    lines: list[FormLine] = []
    again = (replace(line, id=f"{line.id}{turn}") for turn in count() for line in form.lines if line.id)
    left = criteria + 1
    for line in again:
        left -= line.code != ""
        if not left:
            return replace(form, lines=tuple(lines))
        lines.append(line)
    return form


def _one_form(form: FormBook, content: bytes) -> list[Row]:
    works: dict[str, Callable[[], object]] = {
        "write": partial(_written, form),
        "bare write": partial(_bare_write, _drawn(content)),
        "read": partial(read_sheets_apart, content),
        "read here": lambda: read_sheets(BytesIO(content)),
        "bare read": partial(_cells, content),
    }
    times = interleaved(works, ROUNDS)
    return [
        _row(f"template for {CRITERIA} criteria", ("write", "bare write"), works, times, MOST_WRITTEN),
        _row(
            f"reading its {len(form.lines)} rows apart",
            ("read", "bare read"),
            works | {"read": works["read here"]},
            times,
            MOST_READ,
        ),
        _row("  reading them here", ("read here", "bare read"), works, times, MOST_READ),
    ]


def _many_forms(count: int, zipped: Callable[[], object], drawn: list[Drawn]) -> list[Row]:
    works = {"zip": zipped, "bare zip": lambda: _bare_zip(drawn, count)}
    times = {name: once(work) for name, work in works.items()}
    return [_row(f"{count} workbooks in a .zip", ("zip", "bare zip"), works, times, MOST_WRITTEN)]


def _row(
    name: str,
    pair: tuple[str, str],
    works: dict[str, Callable[[], object]],
    times: dict[str, float],
    most: float,
) -> Row:
    ours, bare = pair
    ratio = times[ours] / times[bare]
    sizes = f"+{_growth(works[ours]):.0f} MB, bare +{_growth(works[bare]):.0f} MB"
    return Row(name, times[ours], ratio, f"× bare openpyxl; {sizes}", f"≤ {most}", ratio <= most)


def _growth(work: Callable[[], object]) -> float:
    """By how many megabytes a process grows at most while it does that, measured in one of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        work()
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os.write(writer, str(grown).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        text = told.read()
    os.waitpid(child, 0)
    return int(text or 0) / MEGABYTE


def _written(form: FormBook) -> bytes:
    stream = BytesIO()
    write_forms(stream, [form])
    return stream.getvalue()


def _cells(content: bytes) -> Cells:
    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    found: Cells = [
        (sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)]) for sheet in book.worksheets
    ]
    book.close()
    return found


def _drawn(content: bytes) -> list[Drawn]:
    """The sheets with everything that can be seen of them, ready to be written again."""
    book, looks = openpyxl.load_workbook(BytesIO(content)), {}
    for cell in (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row):
        if cell.style_id not in looks:
            looks[cell.style_id] = {name: copy(getattr(cell, name)) for name in LOOKS}
    return [
        (sheet, [[(cell.value, looks[cell.style_id]) for cell in row] for row in sheet.iter_rows()])
        for sheet in book.worksheets
    ]


def _bare_write(drawn: list[Drawn]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for pattern, rows in drawn:
        sheet = book.create_sheet(pattern.title)
        sheet.protection = pattern.protection
        sheet.conditional_formatting = pattern.conditional_formatting
        for limit in pattern.data_validations.dataValidation:
            sheet.data_validations.append(limit)
        for row in rows:
            sheet.append([_cell(sheet, value, look) for value, look in row])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: Any, value: object, look: dict[str, Any]) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    for name, part in look.items():
        setattr(cell, name, part)
    return cell


def _bare_zip(drawn: list[Drawn], count: int) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.xlsx", _bare_write(drawn))
    return stream.getvalue()


def _zipped(officer: Actor, campaign_id: int) -> bytes:
    db.session.rollback()
    forms = forms_in(db.session(), officer, campaign_id, Scope(kind="commune"))
    return zip_of(db.session(), forms, clock.now(), lambda _done, _total: None)
