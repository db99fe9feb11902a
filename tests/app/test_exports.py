"""Downloads: opened again, they hold what the pages show, and nothing in them is a formula."""

import csv
import io
import json
from hashlib import sha256

import openpyxl
import pytest

from app import exports
from app.queries.editions import edition_named
from tests.app import published


@pytest.fixture
def edition(campaign):
    return published.publish(campaign)


def fetched(client, edition, name):
    answer = client.get(f"/ket-qua/{edition.campaign.slug}/tai/{name}")
    assert answer.status_code == 200
    return answer


def sheets(answer):
    """Each sheet of a workbook as rows of values."""
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def line(rows, name):
    return next(row for row in rows if name in row)


def test_one_workbook_holds_every_floor(client, edition):
    answer = fetched(client, edition, "tat-ca.xlsx")
    found = sheets(answer)
    assert list(found) == ["Sở, ban, ngành", "Cấp huyện", "Cấp xã"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="gia-lai-2019-tat-ca.xlsx"'
    district = line(found["Cấp huyện"], "UBND thành phố Đồng Hới")
    assert district[0] == 1
    assert district[2:6] == [25, 22.5, 22.5, 90]
    assert district[6:10] == [8, 4, 6, 4.5]
    assert district[10:13] == ["Mức độ I", "Tốt", 1]
    titles = [row[0] for row in found["Cấp huyện"][:3]]
    assert titles[2].startswith("Kèm theo Quyết định số 318/QĐ-UBND ngày 14/01/2020")


def test_each_district_has_a_workbook_of_its_communes_and_its_own_line(client, edition):
    found = sheets(fetched(client, edition, "don-vi-457.xlsx"))
    assert list(found) == ["Cấp xã", "Cấp huyện"]
    names = [row[1] for row in found["Cấp xã"] if isinstance(row[0], int)]
    assert names == ["UBND xã Thanh Thủy", "UBND xã Kim Thủy", "UBND xã Hóa Sơn"]
    first = line(found["Cấp xã"], "UBND xã Thanh Thủy")
    assert first[-3:-1] == [1, 2]
    late = line(found["Cấp xã"], "UBND xã Kim Thủy")
    assert late[-3:] == [
        "4 (cuối)",
        "4 (cuối)",
        "Không gửi kết quả đánh giá đúng hạn (xem như xếp hạng cuối)",
    ]
    assert late[3:7] == [None] * 4
    assert line(found["Cấp huyện"], "UBND huyện Lệ Thủy")


def test_there_is_a_file_for_all_for_each_floor_and_for_each_district(client, edition):
    text = client.get("/").get_data(as_text=True)
    names = ("tat-ca.xlsx", "so.xlsx", "huyen.xlsx", "xa.xlsx", "don-vi-450.xlsx", "don-vi-457.xlsx")
    for name in (*names, "ket-qua.csv", "ket-qua.json"):
        assert f"/tai/{name}" in text
        fetched(client, edition, name)


def test_a_name_that_looks_like_a_formula_stays_text(client, edition):
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, edition, "so.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == "=Sở Y tế"]
    assert [cell.data_type for cell in cells] == ["s"]
    rows = list(csv.reader(io.StringIO(fetched(client, edition, "ket-qua.csv").get_data(as_text=True))))
    assert "'=Sở Y tế" in [row[2] for row in rows]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", "\t=1", "\r=1"])
def test_no_text_of_a_csv_begins_like_a_formula(text):
    assert exports.harmless(text) == f"'{text}"
    assert exports.harmless(f"Xã {text}") == f"Xã {text}"


def test_csv_carries_a_mark_and_every_row_with_decimal_points(client, edition):
    answer = fetched(client, edition, "ket-qua.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == len(published.UNITS)
    found = next(row for row in rows if row["name"] == "UBND xã Thanh Thủy")
    assert (found["points"], found["place"], found["place_in_parent"]) == ("19.123", "2", "1")
    late = next(row for row in rows if row["note"] == "not_submitted")
    assert (late["points"], late["place"]) == ("", "4")


def test_json_is_the_published_text_itself(client, edition):
    answer = fetched(client, edition, "ket-qua.json")
    assert sha256(answer.data).hexdigest() == edition.digest
    assert answer.headers["ETag"] == f'"{edition.digest}"'
    assert json.loads(answer.data)["decision"]["number"] == "318/QĐ-UBND"


def test_a_file_at_hand_is_not_sent_again(client, edition):
    first = fetched(client, edition, "tat-ca.xlsx")
    address = f"/ket-qua/{edition.campaign.slug}/tai/tat-ca.xlsx"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    english = client.get(address + "?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert english.status_code == 200


def test_equal_editions_give_equal_files(edition):
    read = edition_named(edition.digest)
    first = exports.workbook(read, exports.whole_tables(read))
    assert first == exports.workbook(read, exports.whole_tables(read))
