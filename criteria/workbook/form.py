"""A unit's form as rows of a sheet: what writer and reader agree on. Knows no criteria set, opens no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

FORM_SHEET = "Phiếu"
META_SHEET = "_meta"
LISTS_SHEET = "_ds"
GUIDE_SHEET = "Hướng dẫn"
FORMAT = "1"
SIGNATURE = "signature"
TICK = "x"
MARK = "phieu:"


class Heading(StrEnum):
    """The columns of the form's sheet, found by these words and not by their place."""

    ID = "Mã dòng (không sửa)"
    CODE = "Mã"
    TITLE = "Tiêu chí"
    LABEL = "Mục kê khai"
    VALUE = "Giá trị"
    HINT = "Cách ghi"
    MAX = "Điểm tối đa"
    POINTS = "Điểm đã ghi"
    REASON = "Lý do chưa đạt điểm tối đa"
    ESTIMATED = "Số ước"
    STATE = "Kiểm tra"


class Entry(StrEnum):
    """How a row is filled in; a locked row is only read."""

    LOCKED = "locked"
    NUMBER = "number"
    INTEGER = "integer"
    LIST = "list"
    TICK = "tick"


@dataclass(frozen=True)
class FormLine:
    """One row: a field of a criterion, or one thing to tick.

    `id` names it whatever its place. `code`, `title`, `max`, `points`, `reason` and `estimated` stand on the first
    row of a criterion only; `reason` is None where the row has no box for it. `value` is what is there now.
    """

    id: str
    label: str
    entry: str
    code: str = ""
    title: str = ""
    hint: str = ""
    value: str | Decimal | None = None
    choices: tuple[str, ...] = ()
    ceiling: Decimal | None = None
    required: bool = False
    max: Decimal | None = None
    points: Decimal | None = None
    reason: str | None = None
    estimated: bool | None = None

    @property
    def is_heading(self) -> bool:
        """A group's line: nothing to fill in, nothing to read back."""
        return not self.id


@dataclass(frozen=True)
class FormBook:
    """A whole form: lines above the table, its rows, the guide, and what the server must find again.

    `mark` stands in the sheet itself, hidden, and names the form even where somebody renamed the sheet; `locked` leaves
    no box open.
    """

    title_lines: Sequence[str]
    lines: Sequence[FormLine]
    guide: Sequence[str]
    meta: Mapping[str, str]
    sheet: str = FORM_SHEET
    mark: str = ""
    locked: bool = False


@dataclass(frozen=True)
class Place:
    """A cell of an uploaded workbook, in Excel's own words: sheet and `E12`."""

    sheet: str
    ref: str


class BookFlaw(StrEnum):
    """What is wrong with a workbook or a row of it, before any answer is judged."""

    NOT_OURS = "not_ours"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    ROW_TWICE = "row_twice"
    ROW_UNNAMED = "row_unnamed"
    FORMULA = "formula"
    ERROR_VALUE = "error_value"
    DATE_VALUE = "date_value"
    MERGED = "merged"
    NOT_A_TICK = "not_a_tick"


@dataclass(frozen=True)
class Flaw:
    """One thing wrong: where, what, and the column or value it is about."""

    place: Place
    code: BookFlaw
    detail: str = ""
    line: str = ""


@dataclass(frozen=True)
class ReadLine:
    """What was typed in one row, with the places of its boxes; `reason`, `estimated` None where there is no column."""

    id: str
    value: str
    reason: str
    estimated: str
    places: Mapping[str, Place]


@dataclass(frozen=True)
class ReadForm:
    """A sheet read back: rows by id, in their order, and every flaw found on the way."""

    sheet: str
    lines: Mapping[str, ReadLine] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()
