"""Looks into Word and Excel files, new and old, as the packages that they are. Runs nothing and keeps nothing."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse

from criteria.apart import MEGABYTE
from criteria.papers.kinds import EXCEL, OLD_WORD, OLE, WORD, FileFault, UnusableFile

TYPES = "[Content_Types].xml"
OFFICE_TYPES = "application/vnd.openxmlformats-officedocument."
MAIN = {WORD: "wordprocessingml.document.main+xml", EXCEL: "spreadsheetml.sheet.main+xml"}
ROOT = {WORD: "document", EXCEL: "workbook"}
MOST_ENTRIES = 5_000
MOST_UNPACKED = 200 * MEGABYTE
LONGEST_TYPES = 2 * MEGABYTE
CHUNK = 64 * 1024
ARCHIVE_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    DefusedXmlException,
    SyntaxError,
    ValueError,
    LookupError,
    EOFError,
    OSError,
    RuntimeError,
    struct.error,
)

FREE = 0xFFFFFFFF
LAST = 0xFFFFFFFA  # sector numbers from here on have meanings of their own
ENTRY = 128  # bytes of a line in an old file's table of contents
FILEPASS = 0x002F
ENCRYPTED = 0x0100  # a bit of the flags at the head of an old Word text


def look_at_package(stream: BytesIO, media: str) -> None:
    """Raises `UnusableFile` where a .docx or .xlsx is locked, cut off, holds macros, or is something else."""
    content = stream.getvalue()
    if content.startswith(OLE):
        names = {one.name for one in _Compound(content).entries()}
        raise UnusableFile(FileFault.LOCKED if "EncryptedPackage" in names else FileFault.WRONG_TYPE)
    try:
        with zipfile.ZipFile(stream) as archive:
            _look_at_entries(archive)
            _look_at_types(archive, media)
    except UnusableFile:
        raise
    except ARCHIVE_FAULTS as error:
        raise UnusableFile(FileFault.DAMAGED) from error


def look_at_old_file(stream: BytesIO, media: str) -> None:
    """Raises `UnusableFile` where a .doc or .xls is locked, cut off, holds macros, or is something else."""
    try:
        _look_at_compound(_Compound(stream.getvalue()), media)
    except struct.error as error:
        raise UnusableFile(FileFault.DAMAGED) from error


def _look_at_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnusableFile(FileFault.LOCKED)
    if len(entries) > MOST_ENTRIES:
        raise UnusableFile(FileFault.TOO_COSTLY)
    if any(entry.filename.casefold().endswith("vbaproject.bin") for entry in entries):
        raise UnusableFile(FileFault.MACROS)
    unpacked = 0
    for entry in entries:
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > MOST_UNPACKED:
                    raise UnusableFile(FileFault.TOO_COSTLY)


def _look_at_types(archive: zipfile.ZipFile, media: str) -> None:
    if TYPES not in archive.namelist():
        raise UnusableFile(FileFault.WRONG_TYPE)
    with archive.open(TYPES) as part:
        types = fromstring(part.read(LONGEST_TYPES))
    parts = {one.get("ContentType", ""): one.get("PartName", "") for one in types}
    if any("macroEnabled" in kind for kind in parts):
        raise UnusableFile(FileFault.MACROS)
    main = parts.get(OFFICE_TYPES + MAIN[media])
    if main is None:
        raise UnusableFile(FileFault.WRONG_TYPE)
    with archive.open(main.lstrip("/")) as part:
        _event, root = next(iterparse(part, events=("start",)))
    if root.tag.rpartition("}")[2] != ROOT[media]:
        raise UnusableFile(FileFault.DAMAGED)


def _look_at_compound(found: "_Compound", media: str) -> None:
    streams = {one.name: one for one in found.entries()}
    if "EncryptedPackage" in streams:
        raise UnusableFile(FileFault.LOCKED)
    wanted = ("WordDocument",) if media == OLD_WORD else ("Workbook", "Book")
    main = next((streams[name] for name in wanted if name in streams), None)
    if main is None:
        raise UnusableFile(FileFault.WRONG_TYPE)
    head = found.sector(main.start)
    if _is_locked_text(head) if media == OLD_WORD else FILEPASS in _first_records(head):
        raise UnusableFile(FileFault.LOCKED)
    if any(name.startswith("_VBA_PROJECT") for name in streams):
        raise UnusableFile(FileFault.MACROS)


def _is_locked_text(head: bytes) -> bool:
    (flags,) = struct.unpack_from("<H", head, 10)
    return bool(flags & ENCRYPTED)


def _first_records(head: bytes) -> set[int]:
    found: set[int] = set()
    place = 0
    while place + 4 <= len(head) and len(found) < 8:
        kind, length = struct.unpack_from("<HH", head, place)
        found.add(kind)
        place += 4 + length
    return found


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    start: int


class _Compound:
    """An old Office file: sectors, a table of which sector follows which, and a table of contents [MS-CFB]."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        shift, self.first = struct.unpack_from("<H", content, 30)[0], struct.unpack_from("<I", content, 48)[0]
        if shift not in {9, 12}:
            raise UnusableFile(FileFault.DAMAGED)
        self.size = 1 << shift
        self.next = self._table()
        used = max((number for number, after in enumerate(self.next) if after != FREE), default=0)
        # Some programs leave the last sector short.
        if (used + 1) * self.size >= len(content):
            raise UnusableFile(FileFault.DAMAGED)

    def sector(self, number: int) -> bytes:
        """The bytes of a sector; none beyond the end."""
        place = (number + 1) * self.size
        return self.content[place : place + self.size]

    def entries(self) -> Iterator[_Entry]:
        """What the table of contents names."""
        for number in self._chain(self.first):
            held = self.sector(number)
            for place in range(0, len(held) - ENTRY + 1, ENTRY):
                length, kind = struct.unpack_from("<HB", held, place + 64)
                if kind:
                    name = held[place : place + min(max(length - 2, 0), 64)].decode("utf-16-le", "replace")
                    yield _Entry(name, struct.unpack_from("<I", held, place + 116)[0])

    def _table(self) -> list[int]:
        whole = f"<{self.size // 4}I"
        places = list(struct.unpack_from("<109I", self.content, 76))
        more = struct.unpack_from("<I", self.content, 68)[0]
        while more < LAST and len(places) < len(self.content) // 4:
            *held, more = struct.unpack(whole, self.sector(more))
            places += held
        table: list[int] = []
        for place in places:
            if place < LAST:
                table += struct.unpack(whole, self.sector(place))
        return table

    def _chain(self, start: int) -> Iterator[int]:
        seen: set[int] = set()
        while start < len(self.next) and start not in seen:
            seen.add(start)
            yield start
            start = self.next[start]
