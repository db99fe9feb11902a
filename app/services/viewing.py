"""Showing documents in the page: each page as a picture, drawn in a bound process when it is first asked for.

Nothing in a document is ever executed and no part of it but dots reaches a reader.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app import clock, current
from app.models import Document
from app.page_pictures import KeptPicture, PictureShelf
from app.services.documents import evidence_store
from app.services.file_faults import withheld_words
from criteria.papers import FileFault, UnusableFile, picture_of_page

MEBIBYTE = 1024 * 1024
MOST_KEPT = 500 * MEBIBYTE
TRIED_AGAIN = timedelta(hours=1)  # a busy machine makes light pages look heavy
THUMBNAIL, NORMAL, LARGE = 96, 900, 1800
WIDTHS = (THUMBNAIL, NORMAL, LARGE)
NOT_SHOWN: Mapping[FileFault, LazyString] = {
    FileFault.NO_SUCH_PAGE: _l("Tài liệu không có trang này; mở lại từ trang 1"),
    FileFault.TOO_COSTLY: _l("Trang này quá nặng để xem tại đây; tải tệp về để xem"),
    FileFault.LOCKED: _l("Tệp có mật khẩu, không mở được; hỏi lại đơn vị tệp không có mật khẩu"),
}
LOST = _l("Tệp không mở được; hỏi lại đơn vị tệp này")


@dataclass(frozen=True, slots=True)
class View:
    """A page of a document: its ``picture``, or in ``fault`` why there is none."""

    document: Document
    page: int
    width: int
    picture: KeptPicture | None
    fault: str = ""

    @property
    def pages(self) -> int:
        """How many pages the document has, as far as is known."""
        return self.picture.pages if self.picture is not None else 1


def picture_shelf() -> PictureShelf:
    """The shelf of the running application."""
    return PictureShelf(current.settings().data_dir / "pictures")


def view_of(document: Document, page: int, width: int = NORMAL) -> View:
    """One page, counted from 1, of a viewable document that the reader was found to reach.

    ``width``: one of :data:`WIDTHS`, in dots.
    """
    if document.withheld:
        return View(document, page, width, None, withheld_words(document.scan))
    found = picture_shelf().find(document.sha256, page, width)
    if found is not None:
        return View(document, page, width, found)
    try:
        return View(document, page, width, _drawn(document, page, width))
    except UnusableFile as error:
        return View(document, page, width, None, str(NOT_SHOWN.get(error.fault, LOST)))


def _drawn(document: Document, page: int, width: int) -> KeptPicture:
    store, shelf, digest = evidence_store(), picture_shelf(), document.sha256
    if not store.holds(digest):
        raise UnusableFile(FileFault.DAMAGED)
    if shelf.is_heavy(digest, page, width, since=clock.now() - TRIED_AGAIN):
        raise UnusableFile(FileFault.TOO_COSTLY)
    try:
        content = store.path(digest).read_bytes()
        drawn = picture_of_page(document.media_type, content, page=page, width=width)
    except UnusableFile as error:
        if error.fault is FileFault.TOO_COSTLY:
            shelf.note_heavy(digest, page, width)
        raise
    return shelf.keep(digest, page, width, drawn)


def sweep_pictures() -> int:
    """Let the pictures go that nobody looked at for the longest, beyond :data:`MOST_KEPT` bytes."""
    return picture_shelf().sweep(MOST_KEPT)
