"""The QR codes on a paper: those on its first and last page, as text. Reads in a bound process, judges none of them."""

from functools import partial
from io import BytesIO

import zxingcpp
from PIL import Image

from criteria.apart import Allowance, GaveUp, do_apart, imports
from criteria.papers.kinds import FileFault, UnusableFile
from criteria.papers.pictures import show_page

# Dots across: a small one first, since a scan's noise is smoothed in it; then one that shows a small code.
WIDTHS = (1600, 2600)

imports(__name__)


def codes_on(media: str, content: bytes, *, allowance: Allowance | None = None) -> tuple[str, ...]:
    """The texts of the QR codes on the first and the last page of a viewable file; none where none is seen.

    Raises:
        UnusableFile: it is locked, damaged, or costs more than the allowance.
    """
    try:
        return do_apart(partial(codes_seen, media=media), content, allowance or Allowance(), (UnusableFile,))
    except GaveUp as error:
        raise UnusableFile(FileFault.TOO_COSTLY) from error


def codes_seen(stream: BytesIO, *, media: str) -> tuple[str, ...]:
    """As :func:`codes_on`, in this process."""
    for width in WIDTHS:
        first = show_page(stream, media=media, page=1, width=width)
        found = _read(first.content)
        if first.pages > 1:
            found += _read(show_page(stream, media=media, page=first.pages, width=width).content)
        if found:
            return found
    return ()


def _read(picture: bytes) -> tuple[str, ...]:
    with Image.open(BytesIO(picture), formats=["JPEG"]) as page:
        seen = zxingcpp.read_barcodes(
            page.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )
    return tuple(one.text for one in seen if one.valid)
