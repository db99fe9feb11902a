"""Files that are no form's workbook at all: other formats, broken archives, bombs, and what each must be called."""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from stat import S_IFLNK
from typing import NamedTuple
from zipfile import ZipInfo

from criteria.workbook import Limits, WorkbookCode
from tests.corpus.sheets import SHEET, Form

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SOUND = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
MEBIBYTE = 1024 * 1024
ODD = frozenset({WorkbookCode.BROKEN, WorkbookCode.HOSTILE, WorkbookCode.MUDDLED_CELLS})


class Refused(NamedTuple):
    """A file, and the names that its refusal may go by."""

    name: str
    content: bytes
    codes: frozenset[str]


def foreign(form: Form) -> Iterator[Refused]:
    """Other kinds of files under the name of a workbook."""
    for what, content, code in (
        ("nothing", b"", WorkbookCode.EMPTY_FILE),
        ("a table with commas", "Mã,Điểm\nB1.1,5\n".encode(), WorkbookCode.NOT_A_WORKBOOK),
        ("a page", b"<html><table><tr><td>1</td></tr></table></html>", WorkbookCode.NOT_A_WORKBOOK),
        ("a portable document", b"%PDF-1.7\n%%EOF", WorkbookCode.NOT_A_WORKBOOK),
        ("a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, WorkbookCode.NOT_A_WORKBOOK),
        ("an old workbook", OLE + b"\0" * 600, WorkbookCode.OLD_FORMAT),
        ("a locked workbook", OLE + "EncryptedPackage".encode("utf-16-le"), WorkbookCode.ENCRYPTED),
        ("an empty archive", b"PK\x05\x06" + b"\0" * 18, WorkbookCode.NOT_A_WORKBOOK),
        (
            "an OpenDocument sheet",
            _archive({"mimetype": b"x", "content.xml": b"<x/>"}),
            WorkbookCode.NOT_A_WORKBOOK,
        ),
        (
            "a letter",
            _archive({"[Content_Types].xml": b"<T/>", "word/document.xml": b"<d/>"}),
            WorkbookCode.NOT_A_WORKBOOK,
        ),
        ("macros", form.rebuilt({"xl/vbaProject.bin": b"macro"}), WorkbookCode.MACROS),
        ("macros elsewhere", form.rebuilt({"xl/sub/VBAPROJECT.BIN": b"macro"}), WorkbookCode.MACROS),
        (
            "macros by its type",
            form.rebuilt({"[Content_Types].xml": "<T>macroEnabled</T>"}),
            WorkbookCode.MACROS,
        ),
        ("a locked entry", _locked(form.content), WorkbookCode.ENCRYPTED),
    ):
        yield Refused(what, content, frozenset({code}))


def torn(form: Form) -> Iterator[Refused]:
    """The workbook cut off, or with a part lost or spoiled."""
    step = len(form.content) // 40
    for length in range(step, len(form.content) - 22, step):
        yield Refused(
            f"cut off after {length} bytes", form.content[:length], frozenset({WorkbookCode.BROKEN})
        )
    for name in ("xl/workbook.xml", "[Content_Types].xml"):
        lost = {part: content for part, content in form.parts.items() if part != name}
        yield Refused(f"without {name}", _archive(lost), frozenset({WorkbookCode.NOT_A_WORKBOOK}))
    for name in (
        SHEET,
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "xl/_rels/workbook.xml.rels",
    ):
        whole = form.parts[name]
        for what, content in (
            ("cut", whole[: len(whole) // 2]),
            ("empty", b""),
            ("binary", bytes(range(256)) * 4),
            ("unclosed", whole.rpartition(b"</")[0]),
            ("with a stray sign", whole.replace(b">", b">&", 2)),
        ):
            codes = ODD | {WorkbookCode.SHEET_MISSING}
            yield Refused(f"{name} {what}", form.rebuilt({name: content}), frozenset(codes))


def bombs(form: Form) -> Iterator[Refused]:
    """Small files that cost a careless reader minutes, gigabytes, or its secrets."""
    million = f'<worksheet {SOUND}><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    for span in ("A1:XFD200", "A1:XFD1048576", "A1:A1048576"):
        merged = f'{million}<mergeCells><mergeCell ref="{span}"/></mergeCells></worksheet>'
        yield _refused(f"{span} merged", form.rebuilt({SHEET: merged}), WorkbookCode.TOO_MUCH_MERGED)
    far = f'<worksheet {SOUND}><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    yield _refused("the last cell of all", form.rebuilt({SHEET: far}), WorkbookCode.TOO_MANY_ROWS)
    many = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 20_002))
    yield _refused(
        "a row too many",
        form.rebuilt({SHEET: f"<worksheet {SOUND}><sheetData>{many}</sheetData></worksheet>"}),
        WorkbookCode.TOO_MANY_ROWS,
    )
    text = f"<sst {SOUND}><si><t>{'a' * (60 * MEBIBYTE)}</t></si></sst>"
    yield _refused(
        "one endless text", form.rebuilt({"xl/sharedStrings.xml": text}), WorkbookCode.UNPACKS_TOO_BIG
    )
    yield _refused(
        "zeros", form.rebuilt({"xl/media/a.bin": b"\0" * (30 * MEBIBYTE)}), WorkbookCode.UNPACKS_TOO_BIG
    )
    yield _refused(
        "ten thousand entries",
        form.rebuilt({f"x/{one}": b"" for one in range(10_000)}),
        WorkbookCode.TOO_MANY_ENTRIES,
    )
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    quadratic = f'<!ENTITY l0 "{"a" * 100_000}">'
    for what, declared in (
        ("laughs", f'<!ENTITY l0 "ha">{laughs}'),
        ("one long word many times", quadratic),
        ("a file of the server", '<!ENTITY l0 SYSTEM "file:///etc/passwd">'),
        ("a page of somebody", '<!ENTITY l0 SYSTEM "http://127.0.0.1:9/x">'),
        ("a definition from outside", '<!ENTITY % l0 SYSTEM "http://127.0.0.1:9/x.dtd">%l0;'),
    ):
        xml = f"<!DOCTYPE worksheet [{declared}]><worksheet {SOUND}><sheetData>&l0;</sheetData></worksheet>"
        yield _refused(what, form.rebuilt({SHEET: xml}), WorkbookCode.HOSTILE)
    for name in ("../../a.xml", "/a.xml", "xl\\..\\..\\a.xml", "c:/a.xml"):
        yield _refused(f"an entry called {name}", form.rebuilt({name: b"x"}), WorkbookCode.HOSTILE)
    yield _refused("a link to a file", _linked(form), WorkbookCode.HOSTILE)
    yield _refused("entries over each other", _overlapping(form), *ODD)
    yield _refused("a lie about its size", _lying(form), WorkbookCode.BROKEN, WorkbookCode.UNPACKS_TOO_BIG)


def boundaries(form: Form) -> Iterator[tuple[str, bytes, Limits, bool]]:
    """Each limit one below, at, and one above what a file holds; and whether it is read."""
    size, entries = len(form.content), len(form.parts)
    span = '<mergeCells count="2"><mergeCell ref="M1:N3"/><mergeCell ref="M5"/></mergeCells>'
    merged = form.with_sheet(
        lambda xml: xml.replace("<conditionalFormatting", f"{span}<conditionalFormatting", 1)
    )
    for short in (1, 0, -1):
        yield f"size {short}", form.content, Limits(packed=size - short), short <= 0
        yield f"entries {short}", form.content, Limits(entries=entries - short), short <= 0
        yield f"merged {short}", merged, Limits(merged=7 - short), short <= 0
    # Three bytes of zeros for each byte that the archive takes, beyond the first megabyte.
    zeros = form.rebuilt({"xl/media/a.bin": b"\0" * (2 * MEBIBYTE)})
    with zipfile.ZipFile(BytesIO(zeros)) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    ratio = -(-unpacked // len(zeros))
    for less in (1, 0, -1):
        yield f"ratio {less}", zeros, Limits(ratio=ratio - less), less <= 0


def _refused(name: str, content: bytes, *codes: WorkbookCode) -> Refused:
    return Refused(name, content, frozenset(codes))


def _archive(parts: Mapping[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _locked(content: bytes) -> bytes:
    """The same archive, whose directory says that its first entry is encrypted."""
    packed = bytearray(content)
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def _linked(form: Form) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in form.parts.items():
            archive.writestr(name, content)
        link = ZipInfo("xl/media/link")
        link.external_attr = (S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return stream.getvalue()


def _overlapping(form: Form) -> bytes:
    """Every entry of the directory points at the largest one's data."""
    big = form.rebuilt({f"xl/media/{one}.bin": bytes(range(256)) * 400 for one in range(50)})
    packed = bytearray(big)
    with zipfile.ZipFile(BytesIO(big)) as archive:
        target = next(entry for entry in archive.infolist() if entry.filename == "xl/media/0.bin")
    at = packed.index(b"PK\x01\x02")
    while at != -1:
        packed[at + 20 : at + 24] = target.compress_size.to_bytes(4, "little")
        packed[at + 42 : at + 46] = target.header_offset.to_bytes(4, "little")
        at = packed.find(b"PK\x01\x02", at + 4)
    return bytes(packed)


def _lying(form: Form) -> bytes:
    packed = bytearray(form.rebuilt({"zz": b"\0" * (3 * MEBIBYTE)}))
    at = packed.rindex(b"PK\x01\x02")
    packed[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(packed)
