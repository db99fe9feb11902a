"""Looks at an uploaded workbook as an archive before anything parses it. It refuses; it never repairs."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate

MEGABYTE = 1024 * 1024
_CHUNK = 64 * 1024
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_NEEDED = ("[Content_Types].xml", "xl/workbook.xml")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_VALUE = re.compile(r"\s*[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]{1,3})?\s*", re.ASCII)
_LONGEST_VALUE = 40
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_TAGS_A_CELL = 12
_TAGS_BESIDE = 50_000

# What zipfile, expat and openpyxl are seen to raise on files that no spreadsheet program wrote.
PARSER_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ExpatError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


class WorkbookCode(StrEnum):
    """Why a workbook is not read."""

    EMPTY_FILE = "empty_file"
    TOO_BIG = "too_big"
    NOT_A_WORKBOOK = "not_a_workbook"
    OLD_FORMAT = "old_format"
    MACROS = "macros"
    ENCRYPTED = "encrypted"
    TOO_MANY_ENTRIES = "too_many_entries"
    UNPACKS_TOO_BIG = "unpacks_too_big"
    HOSTILE = "hostile"
    BROKEN = "broken"
    MUDDLED_CELLS = "muddled_cells"
    BAD_NUMBER = "bad_number"
    SHEET_MISSING = "sheet_missing"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_MUCH_MERGED = "too_much_merged"
    TOO_COSTLY = "too_costly"


class UnreadableWorkbook(ValueError):
    """A file that is refused; `detail` is the limit passed, or the place in the file."""

    def __init__(self, code: WorkbookCode, detail: object = "") -> None:
        self.code = code
        self.detail = str(detail)
        super().__init__(f"{code} {detail}".strip())

    def __reduce__(self) -> tuple[type[UnreadableWorkbook], tuple[WorkbookCode, str]]:
        return type(self), (self.code, self.detail)


@dataclass(frozen=True)
class Limits:
    """How much a workbook may hold. Sizes are bytes; `ratio` is unpacked to packed, once over a megabyte; `merged` is
    the cells of a sheet that lie under merged ranges.
    """

    packed: int = 10 * MEGABYTE
    unpacked: int = 50 * MEGABYTE
    ratio: int = 100
    entries: int = 200
    rows: int = 20_000
    columns: int = 100
    cells: int = 200_000
    merged: int = 10_000


def open_archive(source: str | Path | BinaryIO, limits: Limits) -> BytesIO:
    """The bytes of a file that is a sound .xlsx archive within the limits. Raises `UnreadableWorkbook`."""
    packed = _read_packed(source, limits)
    _refuse_other_formats(packed)
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            _refuse_directory(archive, len(packed), limits)
            _inflate(archive, len(packed), limits)
            _refuse_sheets(archive, limits)
    except UnreadableWorkbook:
        raise
    except PARSER_FAULTS as fault:
        raise UnreadableWorkbook(WorkbookCode.BROKEN, type(fault).__name__) from fault
    return BytesIO(packed)


def _read_packed(source: str | Path | BinaryIO, limits: Limits) -> bytes:
    if isinstance(source, (str, Path)):
        with Path(source).open("rb") as stream:
            return _read_packed(stream, limits)
    packed = source.read(limits.packed + 1)
    if not packed:
        raise UnreadableWorkbook(WorkbookCode.EMPTY_FILE)
    if len(packed) > limits.packed:
        raise UnreadableWorkbook(WorkbookCode.TOO_BIG, limits.packed)
    return packed


def _refuse_other_formats(packed: bytes) -> None:
    if packed.startswith(_OLE):
        is_encrypted = _ENCRYPTED_PACKAGE in packed
        raise UnreadableWorkbook(WorkbookCode.ENCRYPTED if is_encrypted else WorkbookCode.OLD_FORMAT)
    if not packed.startswith(b"PK\x03\x04"):
        raise UnreadableWorkbook(WorkbookCode.NOT_A_WORKBOOK)


def _refuse_directory(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > limits.entries:
        raise UnreadableWorkbook(WorkbookCode.TOO_MANY_ENTRIES, limits.entries)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableWorkbook(WorkbookCode.ENCRYPTED)
    if len({name.casefold() for name in names}) < len(names) or any(map(leaves_home, names)):
        raise UnreadableWorkbook(WorkbookCode.HOSTILE)
    # Entries that lie over each other hold more than the file does.
    if sum(entry.compress_size for entry in entries) > size or any(map(_is_link, entries)):
        raise UnreadableWorkbook(WorkbookCode.HOSTILE)
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise UnreadableWorkbook(WorkbookCode.MACROS)
    if not set(_NEEDED) <= set(names):
        raise UnreadableWorkbook(WorkbookCode.NOT_A_WORKBOOK)


def leaves_home(name: str) -> bool:
    """Would this path of an archive lie outside the folder it is unpacked into?"""
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _inflate(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    """Unpack everything once, counting and keeping nothing; the sizes an archive declares are not believed."""
    allowed = min(limits.unpacked, max(MEGABYTE, size * limits.ratio))
    unpacked, tags = 0, 0
    for name, chunk, seam in _chunks(archive):
        unpacked, tags = unpacked + len(chunk), tags + chunk.count(b"<")
        if unpacked > allowed:
            raise UnreadableWorkbook(WorkbookCode.UNPACKS_TOO_BIG, allowed)
        if tags > limits.cells * _TAGS_A_CELL + _TAGS_BESIDE:
            raise UnreadableWorkbook(WorkbookCode.TOO_MANY_CELLS, limits.cells)
        _refuse_content(name, seam + chunk)


def _chunks(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes, bytes]]:
    """Each entry's name, a chunk of it, and the end of the chunk before, so that no word is cut in two."""
    for entry in archive.infolist():
        with archive.open(entry) as stream:
            seam = b""
            while chunk := stream.read(_CHUNK):
                yield entry.filename, chunk, seam
                seam = chunk[-32:]


def _refuse_content(name: str, chunk: bytes) -> None:
    if name.endswith((".xml", ".rels")) and _DECLARATION.search(chunk):
        raise UnreadableWorkbook(WorkbookCode.HOSTILE, name)
    if name == "[Content_Types].xml" and b"macroEnabled" in chunk:
        raise UnreadableWorkbook(WorkbookCode.MACROS)


def _refuse_sheets(archive: zipfile.ZipFile, limits: Limits) -> None:
    cells = 0
    for name in archive.namelist():
        with archive.open(name) as stream:
            is_xml = stream.read(64).lstrip(_BEFORE_XML).startswith(b"<")
        if not is_xml:
            continue
        with archive.open(name) as stream:
            cells += _count_cells(stream, name, limits)
        if cells > limits.cells:
            raise UnreadableWorkbook(WorkbookCode.TOO_MANY_CELLS, limits.cells)


def _count_cells(stream: IO[bytes], name: str, limits: Limits) -> int:
    """How many cells a worksheet has, 0 for a part of any other kind; refused as :class:`_Walk` says."""
    walk = _Walk(name, limits)
    parser = ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = walk.refuse_declaration
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.read
    try:
        parser.ParseFile(stream)
    except _NoSheetError:
        return 0
    return walk.count


class _NoSheetError(Exception):
    """The part is no worksheet: nothing in it is walked."""


class _Walk:
    """Walks a sheet's cells without building it: they must come in order, each once, within the limits.

    Readers disagree about cells given twice, so such a file could show one value and store another. Nothing may be
    declared in front of a part: no entity is ever read.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self.count = 0
        self._name, self._limits = name, limits
        self._row = self._column = self._merged = 0
        self._cell: Mapping[str, str] = {}
        self._text: list[str] | None = None
        self._is_sheet = False
        self._steps: Mapping[str, Callable[[Mapping[str, str]], None]] = {"worksheet": self._begin}

    def refuse_declaration(self, *_said: object) -> None:
        raise UnreadableWorkbook(WorkbookCode.HOSTILE, self._name)

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        step = self._steps.get(tag.rpartition("}")[2])
        if step is not None:
            step(given)
        elif not self._is_sheet:
            raise _NoSheetError

    def read(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """A numeric cell holds a number as programs write it, not NaN nor thousands of digits."""
        if self._text is None or not tag.endswith("}v"):
            return
        text, self._text = "".join(self._text) or "0", None
        if len(text) > _LONGEST_VALUE or not _VALUE.fullmatch(text):
            place = f"{self._name} {self._cell.get('r', '')[:10]}"
            raise UnreadableWorkbook(WorkbookCode.BAD_NUMBER, place)

    def _begin(self, _given: Mapping[str, str]) -> None:
        self._is_sheet = True
        self._steps = {
            "row": self._on_row,
            "c": self._on_cell,
            "v": self._on_value,
            "mergeCell": self._on_merge,
        }

    def _on_row(self, given: Mapping[str, str]) -> None:
        self._row, self._column = _next_row(given, self._row, self._name), 0
        self._refuse_beyond()

    def _on_cell(self, given: Mapping[str, str]) -> None:
        self._column = _next_column(given, self._row, self._column, self._name)
        self._cell = given
        self.count += 1
        self._refuse_beyond()

    def _on_value(self, _given: Mapping[str, str]) -> None:
        self._text = [] if self._cell.get("t", "n") == "n" else None

    def _on_merge(self, given: Mapping[str, str]) -> None:
        self._merged += _area(given.get("ref", ""), self._name)
        if self._merged > self._limits.merged:
            raise UnreadableWorkbook(WorkbookCode.TOO_MUCH_MERGED, self._limits.merged)

    def _refuse_beyond(self) -> None:
        limits = self._limits
        if self._row > limits.rows:
            raise UnreadableWorkbook(WorkbookCode.TOO_MANY_ROWS, limits.rows)
        if self._column > limits.columns:
            raise UnreadableWorkbook(WorkbookCode.TOO_MANY_COLUMNS, limits.columns)
        if self.count > limits.cells:
            raise UnreadableWorkbook(WorkbookCode.TOO_MANY_CELLS, limits.cells)


def _next_row(given: Mapping[str, str], row: int, name: str) -> int:
    said = given.get("r", str(row + 1))
    if not said.isascii() or not said.isdigit() or len(said) > 7 or int(said) <= row:
        raise UnreadableWorkbook(WorkbookCode.MUDDLED_CELLS, f"{name} {said[:10]}")
    return int(said)


def _next_column(given: Mapping[str, str], row: int, column: int, name: str) -> int:
    said = given.get("r")
    if said is None:
        return column + 1
    found = _REFERENCE.fullmatch(said)
    if not found or int(found[2]) != row or column_number(found[1]) <= column:
        raise UnreadableWorkbook(WorkbookCode.MUDDLED_CELLS, f"{name} {said[:10]}")
    return column_number(found[1])


def _area(reference: str, name: str) -> int:
    """How many cells a range as `A1:C2` has."""
    first, last = map(_REFERENCE.fullmatch, (reference.partition(":")[0], reference.rpartition(":")[2]))
    width = height = 0
    if first and last:
        width = column_number(last[1]) - column_number(first[1]) + 1
        height = int(last[2]) - int(first[2]) + 1
    if min(width, height) < 1:
        raise UnreadableWorkbook(WorkbookCode.MUDDLED_CELLS, f"{name} {reference[:20]}")
    return width * height


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
