"""Opens a workbook of a stranger in a process of its own: see `criteria.apart`."""

from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from typing import TypeVar

from criteria.apart import Allowance, GaveUp, do_apart, imports
from criteria.workbook.annotating import Note, annotate
from criteria.workbook.archive import MEGABYTE, Limits, UnreadableWorkbook, WorkbookCode
from criteria.workbook.bundle import BundleLimits, Member, read_bundle
from criteria.workbook.reading import Cell, Sheet, read_rows, read_sheets

T = TypeVar("T")

LARGEST_FILE = 100 * MEGABYTE  # openpyxl writes each sheet aside before it packs it

imports(__name__)
imports("criteria.workbook.warming")


def read_rows_apart(
    content: bytes,
    *,
    sheet: str | None = None,
    limits: Limits | None = None,
    allowance: Allowance | None = None,
) -> tuple[tuple[Cell, ...], ...]:
    """As :func:`read_rows`, in a process of its own.

    Raises `UnreadableWorkbook` as that does, and with TOO_COSTLY where the process passed its allowance or died.
    """
    return _apart(partial(read_rows, sheet=sheet, limits=limits), content, allowance)


def read_sheets_apart(
    content: bytes, *, limits: Limits | None = None, allowance: Allowance | None = None
) -> tuple[Sheet, ...]:
    """As :func:`read_sheets`, in a process of its own; raises as :func:`read_rows_apart`."""
    return _apart(partial(read_sheets, limits=limits), content, allowance)


def read_bundle_apart(
    content: bytes, *, limits: BundleLimits | None = None, allowance: Allowance | None = None
) -> tuple[Member, ...]:
    """As :func:`read_bundle`, in a process of its own; raises as :func:`read_rows_apart`."""
    return _apart(partial(read_bundle, limits=limits), content, allowance)


def annotate_apart(
    content: bytes, notes: Sequence[Note], *, title: str, allowance: Allowance | None = None
) -> bytes:
    """As :func:`annotate`, in a process of its own; raises as :func:`read_rows_apart`."""
    work = partial(annotate, notes=tuple(notes), title=title)
    return _apart(work, content, allowance or Allowance(file=LARGEST_FILE))


def _apart(work: Callable[[BytesIO], T], content: bytes, allowance: Allowance | None) -> T:
    try:
        return do_apart(work, content, allowance or Allowance(), (UnreadableWorkbook,))
    except GaveUp as error:
        raise UnreadableWorkbook(WorkbookCode.TOO_COSTLY) from error
