"""Workbooks of strangers are refused or read with every cell in its place; exports hold text as text."""

import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest

from criteria.workbook import (
    CellKind,
    Column,
    Limits,
    Table,
    UnreadableWorkbook,
    WorkbookCode,
    read_rows,
    write_table,
)
from tests.criteria.samples import D

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def workbook(*rows, titles=("Danh sách",)):
    book = openpyxl.Workbook()
    book.active.title = titles[0]
    for row in rows:
        book.active.append(row)
    for title in titles[1:]:
        book.create_sheet(title).append([title])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def rebuilt(packed, changes=None, more=()):
    """The archive with some entries replaced and some added."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, (changes or {}).get(name, old.read(name)))
        for name, content in more:
            new.writestr(name, content)
    return stream.getvalue()


def with_sheet(xml, start=HEAD):
    return rebuilt(workbook(["x"]), {SHEET: f"{start}{xml}</worksheet>"})


def refusal(packed, **options):
    with pytest.raises(UnreadableWorkbook) as refused:
        read_rows(BytesIO(packed), **options)
    return refused.value.code


def contents(packed, **options):
    return [[(cell.text, cell.kind) for cell in row] for row in read_rows(BytesIO(packed), **options)]


def test_cells_are_read_as_a_person_sees_them_with_their_place():
    packed = workbook(
        ["Mã", None, " Đắk Rơ Nga\u00a0", "a\u0306"],
        [],
        [52, 8.5, 0.1 + 0.2, True],
        [date(2019, 10, 18), "=1+1"],
    )
    assert contents(packed) == [
        [("Mã", "text"), ("", "empty"), ("Đắk Rơ Nga", "text"), ("ă", "text")],
        [("", "empty")] * 4,
        [("52", "number"), ("8,5", "number"), ("0,3", "number"), ("Có", "yes_no")],
        [("18/10/2019", "date"), ("=1+1", "formula"), ("", "empty"), ("", "empty")],
    ]
    rows = read_rows(BytesIO(packed))
    assert [(cell.sheet, cell.ref) for cell in rows[2]][1] == ("Danh sách", "B3")


def test_a_file_is_read_from_its_path_too(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook(["x"]))
    assert read_rows(tmp_path / "a.xlsx") == read_rows(str(tmp_path / "a.xlsx"))


def test_the_first_visible_sheet_is_read_unless_another_is_named():
    book = openpyxl.load_workbook(BytesIO(workbook(["a"], titles=("Ẩn", "Hiện"))))
    book["Ẩn"].sheet_state = "hidden"
    stream = BytesIO()
    book.save(stream)
    assert contents(stream.getvalue()) == [[("Hiện", "text")]]
    assert contents(stream.getvalue(), sheet="Ẩn") == [[("a", "text")]]
    assert refusal(stream.getvalue(), sheet="Khác") == WorkbookCode.SHEET_MISSING


def test_an_empty_sheet_has_no_rows():
    assert contents(workbook()) == []


def test_a_declared_size_hides_no_cell():
    xml = '<dimension ref="A1"/><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    packed = with_sheet(f'{xml}<row r="2"><c r="A2"><v>3</v></c></row></sheetData>')
    assert [[text for text, _ in row] for row in contents(packed)] == [["1", "2"], ["3", ""]]


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (b"", WorkbookCode.EMPTY_FILE),
        (b"M\xc3\xa3,T\xc3\xaan\n", WorkbookCode.NOT_A_WORKBOOK),
        (b"%PDF-1.7", WorkbookCode.NOT_A_WORKBOOK),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, WorkbookCode.OLD_FORMAT),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            WorkbookCode.ENCRYPTED,
        ),
        (b"PK\x03\x04 and no more", WorkbookCode.BROKEN),
        (workbook(["x"])[:-30], WorkbookCode.BROKEN),
        (rebuilt(workbook(["x"]), more=[("xl/vbaProject.bin", b"macro")]), WorkbookCode.MACROS),
        (
            rebuilt(workbook(["x"]), {"[Content_Types].xml": "<Types>application/vnd.macroEnabled</Types>"}),
            WorkbookCode.MACROS,
        ),
        (rebuilt(workbook(["x"]), more=[("../../etc/passwd", b"")]), WorkbookCode.HOSTILE),
        (rebuilt(workbook(["x"]), more=[("/etc/passwd", b"")]), WorkbookCode.HOSTILE),
        (rebuilt(workbook(["x"]), more=[("XL/Workbook.xml", b"")]), WorkbookCode.HOSTILE),
        (rebuilt(workbook(["x"]), more=[(f"x/{i}", b"") for i in range(200)]), WorkbookCode.TOO_MANY_ENTRIES),
        (rebuilt(workbook(["x"]), {"xl/workbook.xml": "<workbook"}), WorkbookCode.BROKEN),
        (rebuilt(workbook(["x"]), {"xl/workbook.xml": "<other/>"}), WorkbookCode.SHEET_MISSING),
        (rebuilt(workbook(["x"]), {"xl/styles.xml": "<styles"}), WorkbookCode.BROKEN),
        (with_sheet("<sheetData>"), WorkbookCode.BROKEN),
    ],
)
def test_what_is_no_sound_workbook_is_refused_by_name(packed, code):
    assert refusal(packed) == code


def test_a_word_document_is_no_workbook():
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    assert refusal(stream.getvalue()) == WorkbookCode.NOT_A_WORKBOOK


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_hide_and_however_written(name, encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l8;</x>'
    assert refusal(rebuilt(workbook(["x"]), {name: xml.encode(encoding)})) == WorkbookCode.HOSTILE


def test_an_external_entity_is_refused_even_across_a_chunk():
    xml = " " * (64 * 1024 - 5) + '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    assert refusal(rebuilt(workbook(["x"]), {"xl/styles.xml": xml})) == WorkbookCode.HOSTILE


def test_a_bomb_is_refused_while_it_unpacks():
    zeros = b"\0" * (8 * 1024 * 1024)
    assert refusal(rebuilt(workbook(["x"]), more=[("xl/media/a.bin", zeros)])) == WorkbookCode.UNPACKS_TOO_BIG


def test_the_sizes_an_archive_declares_are_not_believed():
    packed = bytearray(rebuilt(workbook(["x"]), more=[("zz", b"\0" * 3_000_000)]))
    at = packed.rindex(b"PK\x01\x02")
    packed[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(packed)) in {WorkbookCode.BROKEN, WorkbookCode.UNPACKS_TOO_BIG}


@pytest.mark.parametrize("short", [0, 1])
def test_the_unpacked_limit_is_exact(short):
    packed = rebuilt(workbook(["x"]), more=[("xl/a.bin", bytes(range(256)) * 1200)])
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    limits = Limits(unpacked=size - short)
    if short:
        assert refusal(packed, limits=limits) == WorkbookCode.UNPACKS_TOO_BIG
    else:
        assert contents(packed, limits=limits) == [[("x", "text")]]


def test_the_limits_on_size_rows_columns_and_cells_are_exact():
    packed = workbook([1, 2, 3], [4, 5, 6])
    assert len(contents(packed, limits=Limits(packed=len(packed), rows=2, columns=3, cells=6))) == 2
    assert refusal(packed, limits=Limits(packed=len(packed) - 1)) == WorkbookCode.TOO_BIG
    assert refusal(packed, limits=Limits(rows=1)) == WorkbookCode.TOO_MANY_ROWS
    assert refusal(packed, limits=Limits(columns=2)) == WorkbookCode.TOO_MANY_COLUMNS
    assert refusal(packed, limits=Limits(cells=5)) == WorkbookCode.TOO_MANY_CELLS


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', WorkbookCode.MUDDLED_CELLS),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>', WorkbookCode.MUDDLED_CELLS),
        ('<row r="2"/><row r="1"/>', WorkbookCode.MUDDLED_CELLS),
        ('<row r="1"/><row r="1"/>', WorkbookCode.MUDDLED_CELLS),
        ('<row r="1"><c r="A2"><v>1</v></c></row>', WorkbookCode.MUDDLED_CELLS),
        ('<row r="1"><c r="a1"/></row>', WorkbookCode.MUDDLED_CELLS),
        ('<row r="x"/>', WorkbookCode.MUDDLED_CELLS),
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', WorkbookCode.TOO_MANY_ROWS),
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', WorkbookCode.TOO_MANY_COLUMNS),
        ('<row r="1"><c r="A1"><v>NaN</v></c></row>', WorkbookCode.BAD_NUMBER),
        (f'<row r="1"><c r="A1"><v>{"9" * 5000}</v></c></row>', WorkbookCode.BAD_NUMBER),
        ('<row r="1"><c r="A1" t="s"><v>999</v></c></row>', WorkbookCode.BROKEN),
        ('<row r="1"><c r="A1"><v>abc</v></c></row>', WorkbookCode.BAD_NUMBER),
    ],
)
def test_sheets_no_program_wrote_are_refused(cells, code):
    assert refusal(with_sheet(f"<sheetData>{cells}</sheetData>")) == code


def test_a_refused_value_is_named_by_its_cell():
    packed = with_sheet('<sheetData><row r="7"><c r="C7"><v>１２</v></c></row></sheetData>')
    with pytest.raises(UnreadableWorkbook) as refused:
        read_rows(BytesIO(packed))
    assert (refused.value.code, refused.value.detail) == (WorkbookCode.BAD_NUMBER, f"{SHEET} C7")


def test_a_sheet_hidden_under_another_name_is_looked_at_too():
    xml = f'{HEAD}<sheetData><row r="1048576"><c r="A1048576"/></row></sheetData></worksheet>'
    assert refusal(rebuilt(workbook(["x"]), more=[("xl/notes.dat", xml)])) == WorkbookCode.TOO_MANY_ROWS


def test_millions_of_empty_elements_are_not_parsed():
    limits = Limits(cells=1000, ratio=100_000)
    strings = "<sst>" + "<si/>" * 70_000 + "</sst>"
    packed = rebuilt(workbook(["x"]), more=[("xl/sharedStrings.xml", strings)])
    assert refusal(packed, limits=limits) == WorkbookCode.TOO_MANY_CELLS


def test_a_failed_formula_is_an_error_and_no_figure():
    packed = with_sheet('<sheetData><row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c></row></sheetData>')
    assert contents(packed) == [[("#DIV/0!", CellKind.ERROR)]]


@pytest.mark.parametrize("value", ["1e999", "-1E999"])
def test_a_number_beyond_all_numbers_is_an_error(value):
    packed = with_sheet(f'<sheetData><row r="1"><c r="A1"><v>{value}</v></c></row></sheetData>')
    assert [kind for _, kind in contents(packed)[0]] == [CellKind.ERROR]


COLUMNS = (
    Column("Đơn vị", 30),
    Column("Điểm", 10, "number"),
    Column("Hạng", 8, "integer"),
    Column("Ngày", 12, "date"),
)


def written(*tables, **options):
    stream = BytesIO()
    write_table(stream, tables, **options)
    return stream.getvalue()


def table(rows, **changes):
    return Table(**({"sheet_name": "Xếp hạng", "columns": COLUMNS, "rows": rows} | changes))


def test_an_export_comes_back_with_types_titles_and_notes():
    rows = [["Sở Y tế", D("100.32"), 20, date(2019, 10, 18)], ["Sở Nội vụ", None, None, None]]
    packed = written(table(rows, title_lines=("Kết quả năm 2019",), notes=("Nguồn: 318/QĐ-UBND",)))
    sheet = openpyxl.load_workbook(BytesIO(packed)).active
    assert sheet["A1"].value == "Kết quả năm 2019"
    assert [cell.value for cell in sheet[3]] == [column.title for column in COLUMNS]
    assert [cell.value for cell in sheet[4]] == ["Sở Y tế", 100.32, 20, datetime(2019, 10, 18)]
    assert [cell.value for cell in sheet[5]] == ["Sở Nội vụ", None, None, None]
    assert sheet["A7"].value == "Nguồn: 318/QĐ-UBND"
    assert contents(packed)[3] == [
        ("Sở Y tế", "text"),
        ("100,32", "number"),
        ("20", "number"),
        ("18/10/2019", "date"),
    ]


def test_an_export_prints_well():
    sheet = openpyxl.load_workbook(BytesIO(written(table([["a", D(1), 1, None]])))).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:D2", "$1:$1")
    setup = sheet.page_setup
    assert (setup.orientation, int(setup.paperSize), setup.fitToHeight) == ("landscape", 9, 0)
    assert sheet["A2"].font.name == "Times New Roman"


PAYLOADS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    '=HYPERLINK("http://x")',
    "http://x.vn",
    "{=1}",
    "007",
    "",
    "5",
]


def test_what_users_wrote_never_becomes_a_formula_a_link_or_a_number():
    packed = written(
        table(
            [[text, None, None, None] for text in PAYLOADS],
            title_lines=["=1+1"],
            notes=["=2+2"],
            sheet_name="=3",
        )
    )
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        xml = archive.read(SHEET).decode()
    assert "<f" not in xml.replace("<formatCode", "")
    assert "<hyperlink" not in xml
    sheet = openpyxl.load_workbook(BytesIO(packed)).active
    values = [sheet.cell(row, 1) for row in range(4, 4 + len(PAYLOADS))]
    assert {cell.data_type for cell in values if cell.value} == {"s"}
    assert [cell.value or "" for cell in values] == PAYLOADS


def test_control_characters_long_texts_and_odd_numbers_break_no_export():
    rows = [
        ["a\x00\x0b\ud800\ufffeb\n", D("-5"), 1, None],
        ["ộ" * 40_000, D("NaN"), "x", "18/10"],
        ["e\u0302", True, 2, datetime(2019, 10, 18, 9, tzinfo=UTC)],
    ]
    sheet = openpyxl.load_workbook(BytesIO(written(table(rows)))).active
    assert sheet["A2"].value == "ab\n"
    assert sheet["B2"].value == -5
    assert len(sheet["A3"].value) == 32_767
    assert sheet["A3"].value.endswith("…")
    assert [sheet[ref].value for ref in ("B3", "C3", "D3", "A4", "B4")] == ["NaN", "x", "18/10", "ê", "True"]


def test_sheet_names_are_made_acceptable_and_distinct():
    names = ["Huyện A/B", "huyện a b", "'x'", "", "H" * 40, "H" * 40, "History"]
    book = openpyxl.load_workbook(BytesIO(written(*(table([], sheet_name=name) for name in names))))
    assert book.sheetnames == [
        "Huyện A B",
        "huyện a b (2)",
        "x",
        "Sheet",
        "H" * 31,
        "H" * 27 + " (2)",
        "History (2)",
    ]


def test_equal_tables_give_equal_files_unless_dated():
    assert written(table([])) == written(table([]))
    assert written(table([])) != written(table([]), made_at=datetime(2026, 3, 1, tzinfo=UTC))


def test_a_row_must_fit_the_header_and_a_workbook_needs_a_table():
    with pytest.raises(ValueError, match="argument"):
        written(table([["a"]]))
    with pytest.raises(ValueError, match="no table"):
        written()


def test_importing_criteria_loads_no_spreadsheet_library():
    code = (
        "import sys, criteria.answers, criteria.codec, criteria.ranking, criteria.scoring;"
        "sys.exit(bool({'openpyxl', 'xlsxwriter', 'flask', 'sqlalchemy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
