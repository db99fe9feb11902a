"""Make the Word templates that ship with the server, laid out as Decree 30/2020/NĐ-CP has it.

Run by hand after a change here (``python -m deploy.documents``); the files are kept beside the code so that the
server needs nothing to make them. An office may put its own file in their place: the placeholders are listed in
docs/signing.md. Nothing is filled in here.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

DOCUMENTS = Path(__file__).resolve().parent.parent / "app" / "data" / "documents"
FORM = "phieu-tu-danh-gia.docx"
REPORT = "bao-cao-ket-qua.docx"
FONT = "Times New Roman"
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
# How a row is shared between the two heads and the two ends of a paper, in millimetres.
TURNED, UPRIGHT = (112, 140), (63, 102)
# A4 turned, with 30 mm on the left and 15 mm on the right: 252 mm of room
COLUMNS = (
    ("TT", 14, "{{ row.code }}"),
    ("Tiêu chí", 62, "{{ row.title }}"),
    ("Điểm tối đa", 17, "{{ row.max }}"),
    ("Số liệu, kết quả", 42, "{{ row.said }}"),
    ("Điểm tự chấm", 18, "{{ row.points }}"),
    ("Tài liệu kiểm chứng", 36, "{{ row.evidence }}"),
    ("Lý do chưa đạt điểm tối đa", 63, "{{ row.reason }}"),
)


def main(folder: Path = DOCUMENTS) -> int:
    """Write every template into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    form().save(str(folder / FORM))
    report().save(str(folder / REPORT))
    return 0


def form() -> Any:
    """The unit's form, landscape, with the row of headings repeated on every page."""
    paper = _page()
    _head(paper)
    _line(paper, "PHIẾU TỰ ĐÁNH GIÁ", align=CENTRE, bold=True, size=14, before=12)
    _line(paper, "{{ campaign }}", align=CENTRE, bold=True)
    _line(paper, "{{ period }}", align=CENTRE)
    _line(paper, "{%p if mark %}")
    _line(paper, "{{ mark }}", align=CENTRE, bold=True)
    _line(paper, "{%p endif %}")
    _line(paper, "Kính gửi: {{ receiver }}", align=CENTRE, before=6, after=6)
    _answers(paper)
    _signatures(paper)
    return paper


def report() -> Any:
    """The unit's report on results, upright: its own figures are filled in, what only it can tell is marked […]."""
    paper = _page("Báo cáo kết quả", upright=True)
    _head(paper, UPRIGHT)
    _line(paper, "BÁO CÁO", align=CENTRE, bold=True, size=14, before=12)
    _line(paper, "Kết quả thực hiện các tiêu chí năm {{ year }}", align=CENTRE, bold=True)
    _line(paper, "({{ campaign }})", align=CENTRE)
    _line(paper, "{{ period }}", align=CENTRE, after=6)
    _line(paper, "Kính gửi: {{ receiver }}", align=CENTRE, after=6)
    _each(paper, "base in bases", "Thực hiện {{ base }};")
    _line(paper, "{{ unit_name }} báo cáo kết quả như sau:", after=6)
    _section(paper, "I. ĐẶC ĐIỂM, TÌNH HÌNH CHUNG")
    _line(paper, "[Đơn vị viết: tổ chức, nhân lực, hạ tầng; thuận lợi, khó khăn trong năm.]", italic=True)
    _results(paper)
    _shortcomings(paper)
    _section(paper, "IV. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM {{ next_year }}")
    _line(paper, "[Đơn vị viết: việc sẽ làm, thời hạn, người chịu trách nhiệm.]", italic=True)
    _section(paper, "V. KIẾN NGHỊ, ĐỀ XUẤT")
    _line(paper, "[Đơn vị viết; nếu không có thì ghi “Không”.]", italic=True, after=6)
    _signatures(paper, UPRIGHT, coded=False)
    return paper


def _results(paper: Any) -> None:
    _section(paper, "II. KẾT QUẢ THỰC HIỆN")
    _line(paper, "Đơn vị tự chấm {{ total_points }}/{{ total_max }} điểm. Kết quả theo từng nhóm tiêu chí:")
    _line(paper, "{%p for group in groups %}")
    _line(
        paper,
        "{{ group.title }}: {{ group.points }}{% if group.max %}/{{ group.max }}{% endif %} điểm",
        bold=True,
    )
    _each(
        paper,
        "row in group.rows",
        "- {{ row.code }}. {{ row.title }}: {{ row.said }}{% if row.points %} ({{ row.points }} điểm){% endif %}.",
    )
    _line(paper, "{%p endfor %}")
    _line(paper, "[Đơn vị viết: cách làm hay, kết quả nổi bật.]", italic=True)


def _shortcomings(paper: Any) -> None:
    _section(paper, "III. TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN")
    _line(paper, "{%p if lacking %}")
    _each(
        paper,
        "row in lacking",
        "- {{ row.code }}. {{ row.title }}: đạt {{ row.points }}/{{ row.max }} điểm. Nguyên nhân: {{ row.reason }}.",
    )
    _line(paper, "{%p else %}")
    _line(paper, "Không có tiêu chí nào đạt dưới điểm tối đa.")
    _line(paper, "{%p endif %}")
    _line(paper, "{%p if estimates %}")
    _line(paper, "Số liệu của các tiêu chí sau là số ước, vì kỳ số liệu chưa kết thúc: {{ estimates }}.")
    _line(paper, "{%p endif %}")


def _section(paper: Any, title: str) -> None:
    _line(paper, title, bold=True, before=8, after=2)


def _each(paper: Any, every: str, text: str) -> None:
    _line(paper, f"{{%p for {every} %}}")
    _line(paper, text)
    _line(paper, "{%p endfor %}")


def _page(title: str = "Phiếu tự đánh giá", *, upright: bool = False) -> Any:
    paper = Document()
    section = paper.sections[0]
    if upright:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    else:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    _number(section.header.paragraphs[0])
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    properties = paper.core_properties
    properties.author, properties.comments = "Đúng Hạn", "Mẫu do deploy/documents.py lập"
    properties.title = title
    return paper


def _number(paragraph: Any) -> None:
    paragraph.alignment = CENTRE
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)  # noqa: SLF001 - python-docx has no word for fields


def _head(paper: Any, widths: Sequence[int] = TURNED) -> None:
    left, right = _table(paper, 1, widths).rows[0].cells
    _line(left, "{{ superior }}", align=CENTRE, first=True)
    _line(left, "{{ unit }}", align=CENTRE, bold=True)
    _line(left, "────────", align=CENTRE, size=8)
    _line(left, "Số: ……/……", align=CENTRE)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", align=CENTRE, bold=True, first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", align=CENTRE, bold=True)
    _line(right, "────────────────", align=CENTRE, size=8)
    _line(right, "{{ place }}, ngày …… tháng …… năm {{ year }}", align=CENTRE, italic=True)


def _answers(paper: Any) -> None:
    table = _table(paper, 8, tuple(width for _heading, width, _text in COLUMNS), grid=True)
    headings, groups, group, rows, row, end_rows, end_groups, total = table.rows
    for cell, (heading, _width, _text) in zip(headings.cells, COLUMNS, strict=True):
        _line(cell, heading, align=CENTRE, bold=True, size=11, first=True)
    _repeat(headings)
    for marked, words in (
        (groups, "{%tr for group in groups %}"),
        (rows, "{%tr for row in group.rows %}"),
        (end_rows, "{%tr endfor %}"),
        (end_groups, "{%tr endfor %}"),
    ):
        _line(marked.cells[0], words, first=True)
    _sums(group, "{{ group.title }}", "{{ group.max }}", "{{ group.points }}")
    for place, (cell, (_heading, _width, text)) in enumerate(zip(row.cells, COLUMNS, strict=True)):
        _line(cell, text, align=CENTRE if place in {0, 2, 4} else None, size=11, first=True)
    _sums(total, "Cộng", "{{ total_max }}", "{{ total_points }}")
    for one in table.rows:
        _whole(one)


def _sums(row: Any, title: str, most: str, points: str) -> None:
    _line(row.cells[0].merge(row.cells[1]), title, bold=True, size=11, first=True)
    _line(row.cells[2], most, align=CENTRE, bold=True, size=11, first=True)
    _line(row.cells[4], points, align=CENTRE, bold=True, size=11, first=True)


def _signatures(paper: Any, widths: Sequence[int] = TURNED, *, coded: bool = True) -> None:
    _line(paper, "", size=6)
    table = _table(paper, 1, widths)
    _whole(table.rows[0])
    left, right = table.rows[0].cells
    _line(left, "Nơi nhận:", bold=True, italic=True, size=12, first=True)
    _line(left, "- {{ receiver }};", size=11)
    _line(left, "- Lưu: VT.", size=11)
    if coded:
        _stamp(left)
    _line(right, "{%p if on_behalf %}", first=True)
    _line(right, "{{ on_behalf }}", align=CENTRE, bold=True)
    _line(right, "{%p endif %}")
    _line(right, "{{ office }}", align=CENTRE, bold=True)
    _line(right, "(Ký, ghi rõ họ tên, đóng dấu)", align=CENTRE, italic=True, after=52)
    _line(right, "{{ head }}", align=CENTRE, bold=True)


def _stamp(place: Any) -> None:
    _line(place, "{%p if code %}")
    _line(place, "{{ qr }}", before=4)
    _line(place, "Mã: {{ code }}. {{ state }}", bold=True, size=10)
    _line(place, "Dấu vết nội dung (SHA-256): {{ digest }}", size=9)
    _line(place, "{{ check }}", size=9)
    _line(place, "{%p endif %}")


def _table(paper: Any, rows: int, widths: Sequence[int], *, grid: bool = False) -> Any:
    table = paper.add_table(rows=rows, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    if grid:
        table.style = "Table Grid"
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _line(place: Any, text: str, *, first: bool = False, align: Any = None, **look: Any) -> None:
    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(look.get("before", 0))
    paragraph.paragraph_format.space_after = Pt(look.get("after", 0))
    run = paragraph.add_run(text)
    run.bold, run.italic = look.get("bold"), look.get("italic")
    run.font.name, run.font.size = FONT, Pt(look.get("size", 13))


def _repeat(row: Any) -> None:
    _mark(row, "w:tblHeader")


def _whole(row: Any) -> None:
    _mark(row, "w:cantSplit")


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - python-docx has no word for it


if __name__ == "__main__":
    sys.exit(main())
