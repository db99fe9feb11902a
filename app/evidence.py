"""Where the content of documents lies: a folder of files named by their SHA-256. Knows no table, no page, no person.

What a file is, is told by its content; the name that people gave it never becomes part of a path.
"""

import hashlib
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

import filetype

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLD_WORD = "application/msword"
OLD_EXCEL = "application/vnd.ms-excel"
JPEG = "image/jpeg"
PNG = "image/png"
# A browser shows no PDF in a sandbox, so only pictures are shown in the page; everything else is saved first.
INLINE = frozenset({JPEG, PNG})

BY_EXTENSION: Mapping[str, str] = {
    "pdf": PDF,
    "docx": WORD,
    "xlsx": EXCEL,
    "doc": OLD_WORD,
    "xls": OLD_EXCEL,
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": PNG,
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_LOCKED = "EncryptedPackage".encode("utf-16-le")
PDF_LOCKED = re.compile(rb"/Encrypt\s*(?:<<|\d+\s+\d+\s+R)")
SMALLEST_OLE = 1536
PDF_TAIL = 2048
MOST_ENTRIES = 20_000
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


class FileFault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    WRONG_TYPE = "wrong_type"
    LOCKED = "locked"
    DAMAGED = "damaged"


class UnusableFile(ValueError):
    """A file that is not taken; ``fault`` says why."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault)
        self.fault = fault


def media_type(file_name: str, content: bytes) -> str:
    """What a file is, by its content, which must agree with its extension.

    Raises:
        UnusableFile: it is empty, of another type, locked by a password, or cut off.
    """
    if not content:
        raise UnusableFile(FileFault.EMPTY)
    stem, _dot, extension = file_name.rpartition(".")
    wanted = BY_EXTENSION.get(extension.casefold()) if stem else None
    if wanted is None:
        raise UnusableFile(FileFault.WRONG_TYPE)
    _LOOKS[wanted](content, wanted)
    return wanted


def _look_at_pdf(content: bytes, _wanted: str) -> None:
    if filetype.guess_mime(content) != PDF:
        raise UnusableFile(FileFault.WRONG_TYPE)
    if PDF_LOCKED.search(content):
        raise UnusableFile(FileFault.LOCKED)
    if b"%%EOF" not in content[-PDF_TAIL:]:
        raise UnusableFile(FileFault.DAMAGED)


def _look_at_picture(content: bytes, wanted: str) -> None:
    if filetype.guess_mime(content) != wanted:
        raise UnusableFile(FileFault.WRONG_TYPE)
    end = b"IEND" if wanted == PNG else b"\xff\xd9"
    if end not in content:
        raise UnusableFile(FileFault.DAMAGED)


def _look_at_office(content: bytes, wanted: str) -> None:
    # A locked .docx or .xlsx is an OLE file that holds the encrypted package.
    if content.startswith(OLE):
        raise UnusableFile(FileFault.LOCKED if OLE_LOCKED in content else FileFault.WRONG_TYPE)
    if not content.startswith(b"PK"):
        raise UnusableFile(FileFault.WRONG_TYPE)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnusableFile(FileFault.DAMAGED) from error
    _look_at_entries(entries, wanted)


def _look_at_entries(entries: list[zipfile.ZipInfo], wanted: str) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnusableFile(FileFault.LOCKED)
    names = {entry.filename for entry in entries}
    main = "word/document" if wanted == WORD else "xl/workbook"
    is_office = "[Content_Types].xml" in names and any(name.startswith(main) for name in names)
    if not is_office or len(entries) > MOST_ENTRIES:
        raise UnusableFile(FileFault.WRONG_TYPE)


def _look_at_old_office(content: bytes, _wanted: str) -> None:
    if not content.startswith(OLE):
        raise UnusableFile(FileFault.WRONG_TYPE)
    if OLE_LOCKED in content:
        raise UnusableFile(FileFault.LOCKED)
    if len(content) < SMALLEST_OLE:
        raise UnusableFile(FileFault.DAMAGED)


_LOOKS: Mapping[str, Callable[[bytes, str], None]] = {
    PDF: _look_at_pdf,
    WORD: _look_at_office,
    EXCEL: _look_at_office,
    OLD_WORD: _look_at_old_office,
    OLD_EXCEL: _look_at_old_office,
    JPEG: _look_at_picture,
    PNG: _look_at_picture,
}


@dataclass(frozen=True, slots=True)
class EvidenceStore:
    """Content by its hash, under ``folder``. What was put stays; putting it again costs nothing."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Keep content for good and return its SHA-256: the file and its folder are on disk when this returns."""
        digest = hashlib.sha256(content).hexdigest()
        place = self.path(digest)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(place, content)
        return digest

    def path(self, digest: str) -> Path:
        """Where the content with this SHA-256 lies.

        Raises:
            ValueError: this is no SHA-256 in lower-case hex.
        """
        if not _HASH.fullmatch(digest):
            raise ValueError("not a SHA-256")
        return self.folder / digest[:2] / digest

    def holds(self, digest: str) -> bool:
        """Is the content there?"""
        return self.path(digest).is_file()


def _write(place: Path, content: bytes) -> None:
    # Written aside, then renamed: a power cut leaves the whole file or none.
    with NamedTemporaryFile(dir=place.parent, prefix=".new-", delete=False) as aside:
        aside.write(content)
        aside.flush()
        os.fsync(aside.fileno())
    Path(aside.name).replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
