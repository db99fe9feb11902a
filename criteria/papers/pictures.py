"""Pages as pictures: of PDF files and of pictures. Meant to run in a bound process; runs nothing that a file holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin
from pypdfium2 import PdfDocument, PdfiumError, PdfPage
from pypdfium2 import raw as pdfium

from criteria.apart import imports
from criteria.papers.kinds import JPEG, PDF, PNG, FileFault, UnusableFile

PDF_TAIL = 2048
MOST_PAGES = 5_000
MOST_DOTS = 12_000_000  # of a page as it is shown
MOST_PICTURE_DOTS = {JPEG: 120_000_000, PNG: 40_000_000}
MOST_CLEAR_DOTS = 16_000_000
TALLEST = 4  # times the width
QUALITY = 80
FORMATS = {JPEG: JpegImagePlugin.JpegImageFile.format, PNG: PngImagePlugin.PngImageFile.format}
WHITE = (255, 255, 255)
# Pillow reads an own check of sizes; ours comes first and knows JPEG from PNG.
Image.MAX_IMAGE_PIXELS = None
# What Pillow is seen to raise on files that no camera or scanner wrote.
PICTURE_FAULTS = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, EOFError, TypeError)

imports(__name__)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page as a JPEG without anything but dots; ``pages`` is how many the file has."""

    content: bytes
    pages: int
    width: int
    height: int


def look_at_pdf(stream: BytesIO, _media: str) -> None:
    """Raises `UnusableFile` where the PDF does not open without a password, or was cut off."""
    if b"%%EOF" not in stream.getvalue()[-PDF_TAIL:]:
        raise UnusableFile(FileFault.DAMAGED)
    with _opened(stream) as document:
        for number in {0, len(document) - 1}:
            _size(document[number])


def look_at_picture(stream: BytesIO, media: str) -> None:
    """Raises `UnusableFile` where the picture cannot be read to its end."""
    with _picture(stream, media) as picture:
        _draft(picture, 1)
        picture.load()


def show_page(stream: BytesIO, *, media: str, page: int, width: int) -> PagePicture:
    """A page, counted from 1, about ``width`` dots wide.

    Raises:
        UnusableFile: it has no such page, or cannot be shown.
    """
    if media == PDF:
        return _show_pdf(stream, page, width)
    return _show_picture(stream, media, page, width)


def _show_pdf(stream: BytesIO, page: int, width: int) -> PagePicture:
    with _opened(stream) as document:
        if not 1 <= page <= len(document):
            raise UnusableFile(FileFault.NO_SUCH_PAGE)
        found = document[page - 1]
        wide, tall = _size(found)
        scale = min(width / wide, (MOST_DOTS / (wide * tall)) ** 0.5, width * TALLEST / tall)
        shown = found.render(scale=scale, may_draw_forms=False).to_pil()
        return _pressed(shown, len(document))


def _show_picture(stream: BytesIO, media: str, page: int, width: int) -> PagePicture:
    if page != 1:
        raise UnusableFile(FileFault.NO_SUCH_PAGE)
    with _picture(stream, media) as picture:
        _draft(picture, width)
        plain = _plain(picture)
        plain.thumbnail((width * TALLEST, width * TALLEST))
        turned = ImageOps.exif_transpose(plain)
        turned.thumbnail((width, width * TALLEST))
        return _pressed(turned, 1)


def _plain(picture: Image.Image) -> Image.Image:
    """The same dots without a palette, eight bits each, and not too many where they let light through."""
    picture.load()
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda dot: dot / 256).convert("L")
    plain = picture.convert("RGBA") if picture.mode == "P" else picture
    if plain.has_transparency_data and plain.width * plain.height > MOST_CLEAR_DOTS:
        # Pillow copies such a picture before it makes it smaller, unless dots are just left out.
        return plain.resize((plain.width // 2, plain.height // 2), Image.Resampling.NEAREST)
    return plain


def _pressed(shown: Image.Image, pages: int) -> PagePicture:
    # A new sheet, so that nothing of the file comes along: no place, no date, no thumbnail of its own.
    flat = Image.new("RGB", shown.size, WHITE)
    if shown.has_transparency_data:
        clear = shown.convert("RGBA")
        flat.paste(clear, mask=clear)
    else:
        flat.paste(shown.convert("RGB"))
    into = BytesIO()
    flat.save(into, "JPEG", quality=QUALITY, optimize=True)
    return PagePicture(into.getvalue(), pages, *flat.size)


@contextmanager
def _opened(stream: BytesIO) -> Iterator[PdfDocument]:
    document = None
    try:
        document = PdfDocument(stream.getvalue())
        if not 1 <= len(document) <= MOST_PAGES:
            raise UnusableFile(FileFault.DAMAGED)
        yield document
    except PdfiumError as error:
        is_locked = error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}
        raise UnusableFile(FileFault.LOCKED if is_locked else FileFault.DAMAGED) from error
    finally:
        if document is not None:
            document.close()


def _size(page: PdfPage) -> tuple[float, float]:
    wide, tall = page.get_size()
    if not (0 < wide < 1e6 and 0 < tall < 1e6):
        raise UnusableFile(FileFault.DAMAGED)
    return wide, tall


@contextmanager
def _picture(stream: BytesIO, media: str) -> Iterator[Image.Image]:
    try:
        with Image.open(stream, formats=[FORMATS[media]]) as picture:
            _refuse_giant(picture, media)
            yield picture
    except UnusableFile:
        raise
    except PICTURE_FAULTS as error:
        raise UnusableFile(FileFault.DAMAGED) from error


def _refuse_giant(picture: Image.Image, media: str) -> None:
    if picture.width * picture.height > MOST_PICTURE_DOTS[media]:
        raise UnusableFile(FileFault.TOO_COSTLY)


def _draft(picture: Image.Image, width: int) -> None:
    # A JPEG is read at a fraction of its size; it is still read to its end.
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        picture.draft("RGB", (width, width))
