"""The Excel way as an officer walks it: fetch, fill in, send, look, write, undo; and her own file marked where it is wrong."""

from io import BytesIO

import openpyxl
import pytest

from tests.app import small
from tests.app.filled_books import filled
from tests.app.test_answers import form_id
from tests.app.test_workbook_imports import CHANGES, REASONS, stored

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

pytestmark = pytest.mark.usefixtures("campaign")


def path(rest=""):
    return f"/phieu/{form_id()}{rest}"


@pytest.fixture
def an(sign_in):
    return sign_in("an")


def send(client, content, name="phieu.xlsx"):
    return client.post(path("/excel"), data={"file": (BytesIO(content), name)})


def test_the_whole_way(an):
    assert "Tải mẫu Excel" in an.get(path("/excel")).get_data(as_text=True)
    fetched = an.get(path("/mau.xlsx"))
    assert fetched.mimetype == XLSX
    assert "phieu-" in fetched.headers["Content-Disposition"]

    sent = send(an, filled(CHANGES, fetched.data, reasons=REASONS))
    assert sent.status_code == 303
    preview = an.get(sent.location).get_data(as_text=True)
    assert "2 tiêu chí thay đổi" in preview
    assert "Còn hai thủ tục" in preview
    assert stored() == {}

    assert an.post(f"{sent.location}/ghi").status_code == 303
    written = an.get(sent.location).get_data(as_text=True)
    assert "Phiếu chưa nộp" in written
    assert stored()["B1.1"][0] == {"numerator": "8", "denominator": "10"}
    assert "Đã ghi lúc" in an.get(path("/excel")).get_data(as_text=True)

    assert an.post(f"{sent.location}/ghi").status_code == 422
    assert an.post(f"{sent.location}/hoan-tac").status_code == 303
    assert "đã hoàn tác" in an.get(sent.location).get_data(as_text=True)
    assert an.post(f"{sent.location}/hoan-tac").status_code == 422


def test_the_officers_own_file_comes_back_with_its_wrong_cells_marked(an):
    sent = send(an, filled({"B1.1#numerator": "=cmd()", "B1.1#denominator": "tám"}, reasons=REASONS))
    page = an.get(sent.location).get_data(as_text=True)
    assert "Ô chứa công thức" in page
    assert an.post(f"{sent.location}/ghi").status_code == 422

    marked = an.get(f"{sent.location}/cho-sua.xlsx")
    book = openpyxl.load_workbook(BytesIO(marked.data))
    assert book.sheetnames[0] == "Chỗ cần sửa"
    assert book["Chỗ cần sửa"]["B2"].value == "E7"
    cell = book["Phiếu"]["E7"]
    assert "Ô chứa công thức" in cell.comment.text
    assert cell.fill.fgColor.rgb == "FFFDE2E1"
    assert cell.value == "=cmd()"


def test_what_is_no_workbook_of_this_form_is_refused_on_the_same_page(an):
    answer = send(an, b"%PDF-1.7 khong phai Excel")
    assert answer.status_code == 422
    assert "không phải tệp Excel" in answer.get_data(as_text=True)
    assert an.post(path("/excel"), data={}).status_code == 422


def test_others_read_or_see_nothing(sign_in):
    binh, bao = sign_in("binh"), sign_in("bao")
    assert binh.get(path("/mau.xlsx")).status_code == 200
    assert send(binh, filled(CHANGES)).status_code == 403
    for rest in ("/excel", "/mau.xlsx", "/excel/1", "/excel/1/cho-sua.xlsx"):
        assert bao.get(path(rest)).status_code == 404


def test_an_import_of_another_form_is_missing(an, sign_in):
    sent = send(an, filled(CHANGES, reasons=REASONS))
    number = sent.location.rpartition("/")[2]
    other = small.form_of("23560").id
    assert sign_in("bao").get(f"/phieu/{other}/excel/{number}").status_code == 404
