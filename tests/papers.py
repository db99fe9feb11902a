"""Small real papers of every kind that is taken, and the locked, cut and disguised ones that are not."""

import struct
import zipfile
import zlib
from collections.abc import Sequence
from hashlib import md5
from io import BytesIO

import pypdfium2
from PIL import Image

from app.demo_papers import pdf_paper, word_paper

SECTOR = 512
PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
BLANK = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/%s" ContentType="%s"/></Types>'
)
MAIN = "application/vnd.openxmlformats-officedocument."


def picture(kind: str, size: tuple[int, int] = (60, 80), mode: str = "RGB", **more: object) -> bytes:
    into = BytesIO()
    Image.radial_gradient("L").resize(size).convert(mode).save(into, kind, **more)
    return into.getvalue()


def giant_png(side: int) -> bytes:
    """A few bytes that say they are a square of so many dots."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + PNG[33:]
    )


def archive(parts: dict[str, str]) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, (2019, 1, 1, 0, 0, 0)), content)
    return into.getvalue()


def office(part: str, kind: str, root: str, **more: str) -> bytes:
    return archive({"[Content_Types].xml": TYPES % (part, MAIN + kind), part: f"<{root}/>"} | more)


def old_office(*streams: tuple[str, bytes]) -> bytes:
    """A compound file: header, one sector of the table, contents, then each stream in sectors of its own."""
    chains, sectors, lines = [0xFFFFFFFD, 0xFFFFFFFE], [], [_line("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, held in streams:
        filled = held.ljust(-(-len(held) // SECTOR) * SECTOR, b"\0")
        lines.append(_line(name, 2, len(chains), len(held)))
        last = len(chains) + len(filled) // SECTOR - 1
        chains += [*range(len(chains) + 1, last + 1), 0xFFFFFFFE]
        sectors.append(filled)
    table = struct.pack("<128I", *(chains + [0xFFFFFFFF] * (128 - len(chains))))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return head + table + b"".join(lines).ljust(SECTOR, b"\0")[:SECTOR] + b"".join(sectors)


def _line(name: str, kind: int, start: int, size: int) -> bytes:
    words = name.encode("utf-16-le") + b"\0\0"
    line = words.ljust(64, b"\0") + struct.pack("<HBB", len(words), kind, 1)
    return line.ljust(116, b"\0") + struct.pack("<IQ", start, size)


def text_head(flags: int = 0) -> bytes:
    return (struct.pack("<HH", 0xA5EC, 0xC1) + bytes(6) + struct.pack("<H", flags)).ljust(4096, b"\0")


def book_head(*kinds: int) -> bytes:
    return b"".join(struct.pack("<HH4x", kind, 4) for kind in (0x809, *kinds)).ljust(4096, b"\0")


def pdf(*lines: str) -> bytes:
    return pdf_paper(lines or ("Quyết định",))


def pages(count: int, size: tuple[float, float] = (595, 842)) -> bytes:
    made, into = pypdfium2.PdfDocument.new(), BytesIO()
    for _page in range(count):
        made.new_page(*size)
    made.save(into)
    return into.getvalue()


PDF = pdf()
PNG = picture("PNG")
JPEG = picture("JPEG")
WORD = word_paper(["Báo cáo"])
EXCEL = office("xl/workbook.xml", "spreadsheetml.sheet.main+xml", "workbook")
OLD_WORD = old_office(("WordDocument", text_head()))
OLD_EXCEL = old_office(("Workbook", book_head(0x42)))
TAKEN = {
    "a.PDF": PDF,
    "a.docx": WORD,
    "a.xlsx": EXCEL,
    "a.doc": OLD_WORD,
    "a.xls": OLD_EXCEL,
    "a.jpeg": JPEG,
    "a.png": PNG,
}


def encrypted_pdf(*, password: str, owner: str = "chu") -> bytes:
    """A blank page behind the oldest standard handler (revision 2, RC4 of 40 bits)."""
    ident, allowed = bytes(16), struct.pack("<i", -64)
    opens, owns = _padded(password), _padded(owner)
    held = _rc4(md5(owns).digest()[:5], opens)  # noqa: S324 - the format asks for it
    key = md5(opens + held + allowed + ident).digest()[:5]  # noqa: S324
    lock = b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -64>>" % tuple(
        one.hex().encode() for one in (held, _rc4(key, PAD))
    )
    objects = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", BLANK, lock)
    return assembled(objects, b"/Encrypt 4 0 R/ID[<%s><%s>]" % ((ident.hex().encode(),) * 2))


def assembled(objects: Sequence[bytes], more: bytes = b"") -> bytes:
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    tail = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (count, more, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table) + tail


def lively_pdf() -> bytes:
    """A PDF that would run a script, start a program and hand over a file when a careless reader opens it."""
    script = b"<</S/JavaScript/JS(app.alert\\(1\\))/Next<</S/Launch/F(calc.exe)>>>>"
    names = b"<</EmbeddedFiles<</Names[(a)4 0 R]>>/JavaScript<</Names[(b)<</S/JavaScript/JS(1)>>]>>>>"
    root = b"<</Type/Catalog/Pages 2 0 R/OpenAction%s/Names%s>>" % (script, names)
    file = b"<</Type/Filespec/F(a.exe)/EF<</F 5 0 R>>>>"
    held = b"<</Type/EmbeddedFile/Length 2>>stream\nMZ\nendstream"
    return assembled((root, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", BLANK, file, held))


def _padded(password: str) -> bytes:
    return (password.encode() + PAD)[:32]


def _rc4(key: bytes, content: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    made, i, j = bytearray(), 0, 0
    for byte in content:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        made.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(made)
