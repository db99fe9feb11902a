"""Unit rosters: reads rows of a unit list, whoever laid them out, and compares them with the units known.

Pure: it opens no file and no workbook, and changes no unit. The office decides on what the preview shows.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.folding import fold, proper_name, tidy, type_word

HEADINGS = {
    "kind": ("kind", "level", "cap", "capdonvi", "caphanhchinh"),
    "code": ("code", "ma", "madonvi", "madinhdanh", "maso", "madvhc"),
    "full_name": ("fullname", "tendaydu"),
    "name": ("name", "ten", "tendonvi", "tengoi", "donvi"),
    "type": ("type", "loai", "loaidonvi", "loaihinh"),
    "parent": (
        "parentcode",
        "parent",
        "thuoc",
        "tructhuoc",
        "madonvicha",
        "donvicha",
        "donvicaptren",
        "madonvicaptren",
        "thuochuyen",
        "districtcode",
    ),
    "order": ("displayorder", "thutu", "thutuhienthi", "stt"),
    "abbreviation": ("abbreviation", "viettat", "tenviettat"),
    "status": ("status", "tinhtrang", "thoihoatdong"),
    "predecessors": ("predecessors", "sapnhaptu", "hopnhattu", "donvicu", "madonvicu", "tudonvicu"),
    "decision": ("decision", "quyetdinh", "soquyetdinh", "vanban", "sovanban"),
}
ENDED_WORDS = ("ended", "x", "thoihoatdong", "ketthuc", "giaithe", "khonghoatdong")
IN_FORCE_WORDS = ("", "inforce", "hoatdong", "danghoatdong")
KIND_WORDS = {
    "province": ("province", "tinh", "captinh", "thanhphotructhuoctrunguong"),
    "department": ("department", "so", "capso", "sobannganh", "ban", "nganh", "vanphong", "thanhtra"),
    "district": ("district", "huyen", "caphuyen", "quan", "thixa", "thanhpho"),
    "commune": ("commune", "xa", "capxa", "phuong", "thitran", "dackhu"),
}
DEPARTMENT_BEGINNINGS = ("Sở ", "Ban ", "Văn phòng ", "Thanh tra ")
KINDS_ABOVE = {"department": ("province",), "district": ("province",), "commune": ("district", "province")}
CODE_DIGITS = {"province": 2, "district": 3, "commune": 5}
ROWS_BEFORE_HEADING = 20
LONGEST_CODE = 20
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One unit as the roster has it; `row_number` counts from 1, headings included.

    `is_ended`: the roster says that the unit is no more. `predecessors`: codes or names of units that went into it.
    """

    row_number: int
    kind: str
    code: str
    name: str
    type: str
    full_name: str
    parent_code: str
    parent_name: str
    display_order: int
    abbreviation: str
    is_ended: bool = False
    predecessors: tuple[str, ...] = ()
    decision: str = ""


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """One fault: row (0 for the whole file), column as it is headed, code, in Vietnamese what to do, and the cell."""

    row_number: int
    column: str
    code: str
    detail: str
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows that could be read, of how many, and every fault; rows are to be used only when there is no fault."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]
    read: int = 0


class UnreadableRoster(Exception):
    """The file is no CSV that can be read; `problem` says why."""

    def __init__(self, problem: RosterProblem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def csv_rows(content: bytes) -> tuple[tuple[str, ...], ...]:
    """Split a CSV file into rows of cells; separated by comma, semicolon or tab, with or without BOM.

    :raises UnreadableRoster: when it is not UTF-8 or its quotes never end.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _unreadable(
            "not_utf8",
            "Tệp không dùng bảng mã UTF-8 (có thể là cp1258, TCVN3 hoặc Unicode 16 bit). "
            "Trong Excel chọn Lưu thành, loại tệp CSV UTF-8, hoặc nộp thẳng tệp .xlsx",
        ) from fault
    if "\x00" in text:
        raise _unreadable("not_text", "Tệp không phải văn bản CSV; nộp tệp .csv hoặc .xlsx")
    try:
        return tuple(
            tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
        )
    except csv.Error as fault:
        raise _unreadable("bad_csv", f"Tệp CSV có ô viết dở dang, kiểm tra dấu ngoặc kép: {fault}") from fault


def read_roster(rows: Iterable[Sequence[object]]) -> Roster:
    """Read rows of cells, of which one among the first 20 holds the headings, ours or Vietnamese.

    Codes stay text; digits that Excel made a number get their leading zeros back. A parent may be given by
    code or by name; the names of parents are filled in where the roster holds them.
    """
    table = [tuple(_text(cell) for cell in row) for row in rows]
    heading = heading_row(table)
    if heading is None:
        detail = "Không tìm thấy dòng tiêu đề; cần ít nhất cột Mã và cột Tên đơn vị"
        return Roster((), (RosterProblem(0, "", "missing_heading", detail),))
    columns = columns_of(table[heading])
    reader = _Reader({field: (place, table[heading][place]) for field, place in columns.items()})
    for number, cells in enumerate(table[heading + 1 :], start=heading + 2):
        if any(cells):
            reader.take(number, cells)
    return reader.roster()


class _Reader:
    """Collects rows and faults; the second look, at codes and parents, needs all rows."""

    def __init__(self, columns: dict[str, tuple[int, str]]) -> None:
        self._columns = columns
        self._rows: list[RosterRow] = []
        self._problems: list[RosterProblem] = []
        self._read = 0

    def take(self, number: int, cells: Sequence[str]) -> None:
        self._read += 1
        given, name = self._cell(cells, "type"), self._cell(cells, "full_name") or self._cell(cells, "name")
        full_name = _full_name(given, name)
        kind = _kind(self._cell(cells, "kind"), given, full_name)
        code = _padded(self._cell(cells, "code"), kind)
        status = fold(self._cell(cells, "status"))
        if status not in (*ENDED_WORDS, *IN_FORCE_WORDS):
            self._fault(number, "status", "unknown_status", "Để trống, hoặc ghi: thôi hoạt động")
            return
        if self._faulty(number, code, full_name, kind):
            return
        order = self._cell(cells, "order")
        self._rows.append(
            RosterRow(
                row_number=number,
                kind=kind,
                code=code,
                name=proper_name(full_name),
                type=type_word(full_name) or given.lower(),
                full_name=full_name,
                parent_code=self._cell(cells, "parent"),
                parent_name="",
                display_order=int(order) if order.isdecimal() and len(order) < 7 else len(self._rows) + 1,
                abbreviation=self._cell(cells, "abbreviation"),
                is_ended=fold(self._cell(cells, "status")) in ENDED_WORDS,
                predecessors=_listed(self._cell(cells, "predecessors")),
                decision=self._cell(cells, "decision")[:LONGEST_NAME],
            )
        )

    def roster(self) -> Roster:
        parents = _Parents(self._rows)
        rows = tuple(parents.filled_in(row) for row in self._rows)
        self._repeats(rows, "code", "repeated_code", lambda row: (row.kind, row.code, str(row.is_ended)))
        self._repeats(
            rows,
            "name",
            "repeated_name",
            lambda row: (row.kind, row.full_name.lower(), row.parent_code, str(row.is_ended)),
        )
        if not self._rows and not self._problems:
            self._problems.append(RosterProblem(0, "", "no_rows", "Tệp có tiêu đề nhưng chưa có đơn vị nào"))
        problems = tuple(sorted(self._problems, key=lambda problem: problem.row_number))
        return Roster(rows, problems, self._read)

    def _cell(self, cells: Sequence[str], field: str) -> str:
        place, _ = self._columns.get(field, (len(cells), ""))
        return cells[place] if place < len(cells) else ""

    def _fault(self, number: int, field: str, code: str, detail: str) -> None:
        if field == "name" and field not in self._columns:
            field = "full_name"
        place, heading = self._columns.get(field, (0, ""))
        self._problems.append(RosterProblem(number, heading, code, detail, f"{letters(place)}{number}"))

    def _faulty(self, number: int, code: str, full_name: str, kind: str) -> bool:
        before = len(self._problems)
        if not code:
            self._fault(number, "code", "missing_code", "Nhập mã đơn vị")
        if len(code) > LONGEST_CODE:
            self._fault(number, "code", "code_too_long", f"Mã phải ngắn hơn {LONGEST_CODE + 1} ký tự")
        if not full_name:
            self._fault(number, "name", "missing_name", "Nhập tên đơn vị")
        if len(full_name) > LONGEST_NAME:
            self._fault(number, "name", "name_too_long", f"Tên phải ngắn hơn {LONGEST_NAME + 1} ký tự")
        if full_name and not kind:
            detail = f"Chưa rõ cấp của {full_name[:80]}; ghi cấp (tỉnh, sở, huyện, xã) hoặc loại (xã, phường, huyện)"
            self._fault(number, "kind" if "kind" in self._columns else "type", "unknown_kind", detail)
        return len(self._problems) > before

    def _repeats(
        self, rows: Sequence[RosterRow], field: str, code: str, key_of: Callable[[RosterRow], tuple[str, ...]]
    ) -> None:
        first: dict[tuple[str, ...], RosterRow] = {}
        for row in rows:
            other = first.setdefault(key_of(row), row)
            if other is not row:
                detail = (
                    f"{row.full_name} (mã {row.code}) trùng với {other.full_name} ở dòng {other.row_number}"
                )
                self._fault(row.row_number, field, code, detail)


def letters(place: int) -> str:
    """What a spreadsheet calls a column: A for 0, AA for 26."""
    high, low = divmod(place, 26)
    return (letters(high - 1) if high else "") + chr(ord("A") + low)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;,\n]", text) if part.strip())


def _unreadable(code: str, detail: str) -> UnreadableRoster:
    return UnreadableRoster(RosterProblem(0, "", code, detail))


def _separator(text: str) -> str:
    first_lines = text[:2000]
    return max(",;\t", key=first_lines.count)


def _text(cell: object) -> str:
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return tidy(str(cell))


def heading_row(table: Sequence[Sequence[str]]) -> int | None:
    """Which of the first rows holds the headings; None where none does."""
    for number, cells in enumerate(table[:ROWS_BEFORE_HEADING]):
        found = columns_of(cells)
        if "code" in found and ("name" in found or "full_name" in found):
            return number
    return None


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """The place of each column that a heading row names, by our own name of it."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        field = next((field for field, names in HEADINGS.items() if fold(cell) in names), None)
        if field:
            places.setdefault(field, place)
    return places


def _full_name(given_type: str, name: str) -> str:
    typed = type_word(name)
    if typed:
        return f"{typed.capitalize()} {proper_name(name)}"
    if name and _kind_of_word(given_type) in CODE_DIGITS:
        return f"{given_type.capitalize()} {name}"
    return name


def _kind(given: str, given_type: str, full_name: str) -> str:
    from_name = (
        "department" if full_name.startswith(DEPARTMENT_BEGINNINGS) else _kind_of_word(type_word(full_name))
    )
    return _kind_of_word(given) or _kind_of_word(given_type) or from_name


def _kind_of_word(word: str) -> str:
    folded = fold(word)
    return next((kind for kind, words in KIND_WORDS.items() if folded in words), "")


def _padded(code: str, kind: str) -> str:
    return code.zfill(CODE_DIGITS.get(kind, 0)) if code.isdecimal() else code


class _Parents:
    """Finds the unit a row names as its parent, by code before name, the nearer kind first."""

    def __init__(self, rows: Sequence[RosterRow]) -> None:
        self._found: dict[tuple[str, str, str], RosterRow] = {}
        for row in sorted(rows, key=lambda one: one.is_ended):
            spellings = (("code", row.code), ("full_name", fold(row.full_name)), ("name", fold(row.name)))
            for way, text in spellings:
                self._found.setdefault((row.kind, way, text), row)

    def filled_in(self, row: RosterRow) -> RosterRow:
        given = row.parent_code
        if not given:
            return row
        found = self._parent(given, KINDS_ABOVE.get(row.kind, ()))
        if found:
            return replace(row, parent_code=found.code, parent_name=found.full_name)
        is_code = given.isdecimal()
        return replace(row, parent_code=given if is_code else "", parent_name="" if is_code else given)

    def _parent(self, given: str, kinds: Sequence[str]) -> RosterRow | None:
        folded = fold(given)
        keys = (
            *((kind, "code", given) for kind in kinds),
            *((kind, "code", _padded(given, kind)) for kind in kinds),
            *((kind, "full_name", folded) for kind in kinds),
            *((kind, "name", folded) for kind in kinds),
        )
        return next((self._found[key] for key in keys if key in self._found), None)
