"""A paper is what opening it shows: taken, or refused with the reason; nothing in it runs, nothing kills the reader."""

import random
from io import BytesIO

import pytest
from PIL import Image

from criteria.apart import Allowance
from criteria.papers import JPEG, PDF, PNG, FileFault, UnusableFile, look_inside, media_type, picture_of_page
from criteria.papers.pictures import show_page
from criteria.papers.reading import LOOKS
from tests import papers

MACROS = {"word/vbaProject.bin": "x"}
BIG_PAGE = papers.pages(1, (14_400, 14_400))
BOMB = papers.giant_png(8_000)
LOCKED_PACKAGE = papers.old_office(("EncryptedPackage", bytes(600)), ("EncryptionInfo", bytes(600)))
WORD_TYPE = "wordprocessingml.document.main+xml"


def judged(name, content):
    media = media_type(name, content)
    LOOKS[media](BytesIO(content), media)


def fault_of(name, content):
    try:
        judged(name, content)
    except UnusableFile as refused:
        return refused.fault
    return ""


@pytest.mark.parametrize("name", papers.TAKEN)
def test_the_seven_kinds_are_taken(name):
    assert fault_of(name, papers.TAKEN[name]) == ""


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"MZ\x90\x00", "wrong_type"),
        ("a.pdf", b"<html><script>1</script></html>", "wrong_type"),
        ("a.pdf", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "wrong_type"),
        ("a.exe", papers.PDF, "wrong_type"),
        ("pdf", papers.PDF, "wrong_type"),
        ("a.jpg", papers.PNG, "wrong_type"),
        ("a.xlsx", papers.WORD, "wrong_type"),
        ("a.docx", papers.archive({"a.txt": "x"}), "wrong_type"),
        ("a.docx", papers.OLD_WORD, "wrong_type"),
        ("a.xls", papers.OLD_WORD, "wrong_type"),
        ("a.pdf", papers.encrypted_pdf(password="bi-mat"), "locked"),
        ("a.docx", LOCKED_PACKAGE, "locked"),
        ("a.xls", LOCKED_PACKAGE, "locked"),
        ("a.doc", papers.old_office(("WordDocument", papers.text_head(0x0100))), "locked"),
        ("a.xls", papers.old_office(("Workbook", papers.book_head(0x2F))), "locked"),
        ("a.docx", papers.office("word/document.xml", WORD_TYPE, "document", **MACROS), "macros"),
        (
            "a.docx",
            papers.archive(
                {
                    "[Content_Types].xml": papers.TYPES
                    % ("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml")
                }
            ),
            "macros",
        ),
        (
            "a.doc",
            papers.old_office(("WordDocument", papers.text_head()), ("_VBA_PROJECT", bytes(9))),
            "macros",
        ),
        ("a.docx", papers.office("word/document.xml", WORD_TYPE, "other"), "damaged"),
        ("a.pdf", b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF", "damaged"),
        ("a.png", BOMB, "too_costly"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_cannot_be_used_is_told_by_its_reason(name, content, fault):
    assert fault_of(name, content) == fault


def test_a_pdf_that_opens_without_asking_is_taken():
    content = papers.encrypted_pdf(password="")
    assert fault_of("a.pdf", content) == ""
    assert show_page(BytesIO(content), media=PDF, page=1, width=90).width == 90


def test_what_a_pdf_would_do_is_not_done_and_only_its_dots_are_shown():
    shown = picture_of_page(PDF, papers.lively_pdf(), page=1, width=90)
    assert (shown.pages, shown.width, shown.content[:2]) == (1, 90, b"\xff\xd8")


def test_a_second_nature_behind_a_true_pdf_stays_unread():
    assert fault_of("a.pdf", papers.PDF[:-6] + b"<script>alert(1)</script>\n%%EOF\n") == ""
    assert fault_of("a.docx", papers.PDF + papers.WORD) == "wrong_type"


@pytest.mark.parametrize("name", papers.TAKEN)
def test_a_file_that_was_cut_off_anywhere_is_answered(name):
    content = papers.TAKEN[name]
    whole = len(content) - papers.SECTOR if name in {"a.doc", "a.xls"} else len(content)
    cuts = {whole * part // 24 for part in range(1, 24)}
    assert {fault_of(name, content[:cut]) for cut in cuts} <= {"damaged", "wrong_type"}


@pytest.mark.parametrize("name", papers.TAKEN)
def test_a_file_with_bytes_changed_is_taken_or_refused_and_never_a_surprise(name):
    chance, content = random.Random(f"đổi {name}"), papers.TAKEN[name]
    for _time in range(40):
        changed = bytearray(content)
        for _byte in range(chance.randint(1, 6)):
            changed[chance.randrange(len(content))] = chance.randrange(256)
        assert fault_of(name, bytes(changed)) in {"", *FileFault}


@pytest.mark.parametrize(("width", "height"), [(120, 170), (900, 1274)])
def test_a_page_is_shown_as_wide_as_asked(width, height):
    shown = show_page(BytesIO(papers.pages(3)), media=PDF, page=3, width=width)
    assert (shown.pages, shown.width) == (3, width)
    assert abs(shown.height - height) <= 1


def test_a_giant_page_is_shown_small_enough():
    shown = show_page(BytesIO(BIG_PAGE), media=PDF, page=1, width=1800)
    assert shown.width == 1800
    tall = show_page(BytesIO(papers.pages(1, (100, 10_000))), media=PDF, page=1, width=900)
    assert tall.height <= 3600


@pytest.mark.parametrize(("media", "content"), [(PDF, papers.PDF), (PNG, papers.PNG)])
def test_there_is_no_page_beyond_the_last(media, content):
    for page in (0, 2):
        with pytest.raises(UnusableFile, match="no_such_page"):
            show_page(BytesIO(content), media=media, page=page, width=90)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_make_are_shown(mode):
    shown = show_page(BytesIO(papers.picture("PNG", mode=mode)), media=PNG, page=1, width=30)
    assert (shown.width, shown.height) == (30, 40)


def test_a_photograph_is_turned_as_it_was_held_and_loses_where_it_was_taken():
    told = Image.Exif()
    told[0x0112] = 6  # held on its side
    told[0x010E] = "nơi chụp"
    content = papers.picture("JPEG", (80, 40), exif=told, comment=b"noi chup")
    shown = show_page(BytesIO(content), media=JPEG, page=1, width=40)
    assert (shown.width, shown.height) == (40, 80)
    assert b"Exif" not in shown.content
    assert b"chup" not in shown.content


def test_a_reader_that_passes_its_allowance_dies_alone():
    with pytest.raises(UnusableFile, match="too_costly"):
        picture_of_page(PDF, BIG_PAGE, page=1, width=1800, allowance=Allowance(memory=1))
    look_inside(PDF, papers.PDF)
