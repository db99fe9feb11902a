"""Opens a stranger's paper in a process of its own, to judge it or to show a page of it."""

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import TypeVar

from criteria.apart import Allowance, GaveUp, do_apart, imports
from criteria.papers.kinds import EXCEL, JPEG, OLD_EXCEL, OLD_WORD, PDF, PNG, WORD, FileFault, UnusableFile
from criteria.papers.office import look_at_old_file, look_at_package
from criteria.papers.pictures import PagePicture, look_at_pdf, look_at_picture, show_page

T = TypeVar("T")

LOOKS: Mapping[str, Callable[[BytesIO, str], None]] = {
    PDF: look_at_pdf,
    WORD: look_at_package,
    EXCEL: look_at_package,
    OLD_WORD: look_at_old_file,
    OLD_EXCEL: look_at_old_file,
    JPEG: look_at_picture,
    PNG: look_at_picture,
}

imports(__name__)


def look_inside(media: str, content: bytes, *, allowance: Allowance | None = None) -> None:
    """Open a file of one of the kinds of :data:`LOOKS`, as far as is needed to say that it can be read.

    Raises:
        UnusableFile: it is locked, damaged, holds macros, is of another kind, or costs more than the allowance.
    """
    _apart(partial(_look, media=media), content, allowance)


def picture_of_page(
    media: str, content: bytes, *, page: int, width: int, allowance: Allowance | None = None
) -> PagePicture:
    """A page of a viewable file, counted from 1, as a JPEG about ``width`` dots wide.

    Raises:
        UnusableFile: as :func:`look_inside`, and where there is no such page.
    """
    return _apart(partial(show_page, media=media, page=page, width=width), content, allowance)


def _look(stream: BytesIO, *, media: str) -> None:
    LOOKS[media](stream, media)


def _apart(work: Callable[[BytesIO], T], content: bytes, allowance: Allowance | None) -> T:
    try:
        return do_apart(work, content, allowance or Allowance(), (UnusableFile,))
    except GaveUp as error:
        raise UnusableFile(FileFault.TOO_COSTLY) from error
