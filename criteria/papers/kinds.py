"""Which kinds of file are taken as evidence, and which one a file says it is. Opens nothing."""

from collections.abc import Mapping
from enum import StrEnum

import filetype

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLD_WORD = "application/msword"
OLD_EXCEL = "application/vnd.ms-excel"
JPEG = "image/jpeg"
PNG = "image/png"
# What is shown in the page, as pictures; everything else is saved first.
VIEWABLE = frozenset({PDF, JPEG, PNG})

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
PACKED = b"PK\x03\x04"
OFFICE = frozenset({WORD, EXCEL})


class FileFault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    WRONG_TYPE = "wrong_type"
    LOCKED = "locked"
    DAMAGED = "damaged"
    MACROS = "macros"
    TOO_COSTLY = "too_costly"
    NO_SUCH_PAGE = "no_such_page"


class UnusableFile(ValueError):
    """A file that is not taken; ``fault`` says why."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault)
        self.fault = fault


def media_type(file_name: str, content: bytes) -> str:
    """What a file says it is: its first bytes must agree with its extension. :func:`look_inside` opens it.

    Raises:
        UnusableFile: it is empty or of another type.
    """
    if not content:
        raise UnusableFile(FileFault.EMPTY)
    stem, _dot, extension = file_name.rpartition(".")
    wanted = BY_EXTENSION.get(extension.casefold()) if stem else None
    if wanted is None or not _begins_as(content, wanted):
        raise UnusableFile(FileFault.WRONG_TYPE)
    return wanted


def _begins_as(content: bytes, wanted: str) -> bool:
    if wanted in OFFICE:
        # A locked .docx or .xlsx is an OLE file that holds the encrypted package.
        return content.startswith((PACKED, OLE))
    if wanted in {OLD_WORD, OLD_EXCEL}:
        return content.startswith(OLE)
    return bool(filetype.guess_mime(content) == wanted)
