"""Lists of units and people as an office sends them in: previewed in words, marked, written all or none, undone."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from app.database import db
from app.models import OfficeImport, OutboxMessage, Person, Succession, Unit
from app.queries.units import predecessors_of
from tests.app import small
from tests.app.edited_books import edited, saved, table

UNITS, PEOPLE = "/quan-tri/don-vi/nhap", "/quan-tri/tai-khoan/nhap"
HEAD = (
    "Thư điện tử",
    "Họ và tên",
    "Mã đơn vị",
    "Vai trò",
    "Tình trạng",
    "Thư điện tử cũ",
    "Chuyển từ đơn vị",
)
OTHER_PROVINCE = b"kind,code,name\nprovince,52,T\xe1\xbb\x89nh B\xc3\xacnh \xc4\x90\xe1\xbb\x8bnh\n"

pytestmark = pytest.mark.usefixtures("app", "at")


def text_of(answer):
    return answer.get_data(as_text=True)


def send(client, path, content, **given):
    data = {"valid_from": "01/01/2019", **given, "file": (BytesIO(content), "danh-sach.xlsx")}
    return client.post(path, data=data)


def row_of(answer):
    return db.session.get(OfficeImport, int(answer.location.rpartition("/")[2]))


def unit_of(code):
    wanted = select(Unit).where(Unit.code == code).order_by(Unit.id.desc())
    return db.session.scalars(wanted).first()


def tree():
    """Every unit as it is: what an undone import must give back."""
    db.session.expire_all()
    names = ("id", "code", "full_name", "parent_id", "path", "valid_to")
    return [
        tuple(getattr(one, name) for name in names)
        for one in db.session.scalars(select(Unit).order_by(Unit.id))
    ]


def accounts():
    db.session.expire_all()
    return {
        one.email: (
            one.name,
            one.active,
            sorted((g.role, g.unit_id) for g in one.grants if g.valid_to is None),
        )
        for one in db.session.scalars(select(Person))
    }


def units_template():
    return f"/quan-tri/nhap/mau-don-vi-{unit_of('64').id}.xlsx"


def roster(client):
    return openpyxl.load_workbook(BytesIO(client.get(units_template()).data))


def lines(book):
    """The place of each unit's row by its code."""
    sheet = book.worksheets[0]
    return {sheet.cell(number, 2).value: number for number in range(2, sheet.max_row + 1)}


def test_the_lists_that_are_fetched_change_nothing(sign_in):
    quang = sign_in("quang")
    for path, template in ((UNITS, units_template()), (PEOPLE, "/quan-tri/nhap/mau-tai-khoan.xlsx")):
        sent = send(quang, path, quang.get(template).data)
        counts = row_of(sent).counts
        assert counts["read"] == counts["unchanged"] > 0, row_of(sent).faults
        assert "không có gì khác" in text_of(quang.get(sent.location))
        assert quang.post(f"{sent.location}/ghi").status_code == 422


def merging(client):
    """A roster in which both communes of Pleiku become one under a new name, and one of Chư Păh moves."""
    book = roster(client)
    sheet, at = book.worksheets[0], lines(book)
    sheet.cell(at["23725"], 4).value = "622"
    sheet.delete_rows(max(at["23557"], at["23560"]))
    sheet.delete_rows(min(at["23557"], at["23560"]))
    sheet.append(("Cấp xã", "24000", "Phường Thống Nhất", "622", 9, "", "", "23557; Phường Diên Hồng", ""))
    return saved(book)


def test_a_merger_is_told_written_and_undone(sign_in):
    quang, before = sign_in("quang"), tree()
    sent = send(quang, UNITS, merging(quang), decision="10/NQ-HĐND")
    page = text_of(quang.get(sent.location))
    assert "Phường Yên Đỗ (23557) nhập vào Phường Thống Nhất (24000); văn bản 10/NQ-HĐND" in page
    assert "chuyển từ Huyện Chư Păh sang Thành phố Pleiku" in page
    assert "Đã đọc 8 dòng: 1 thêm, 1 đổi, 6 không đổi, 0 bị từ chối" in page
    assert "Không có trong tệp" not in page
    assert tree() == before

    assert quang.post(f"{sent.location}/ghi").status_code == 303
    merged = unit_of("24000")
    assert [one.predecessor.full_name for one in predecessors_of(db.session(), merged.id)] == [
        "Phường Yên Đỗ",
        "Phường Diên Hồng",
    ]
    assert unit_of("23557").valid_to.isoformat() == "2019-01-01"
    assert unit_of("23725").parent.code == "622"
    again = send(quang, UNITS, merging_again(quang), decision="10/NQ-HĐND")
    assert row_of(again).changes == []

    assert quang.post(f"{sent.location}/hoan-tac").status_code == 303
    assert tree() == before
    assert db.session.scalars(select(Succession)).all() == []
    assert "đã hoàn tác" in text_of(quang.get(sent.location))


def merging_again(client):
    """The roster after the merger, its predecessors still named."""
    book = roster(client)
    book.worksheets[0].cell(lines(book)["24000"], 8).value = "23557; 23560"
    return saved(book)


def test_a_unit_that_is_divided_or_gives_up_a_part_is_told_apart(sign_in):
    quang = sign_in("quang")
    book = roster(quang)
    sheet, at = book.worksheets[0], lines(book)
    sheet.delete_rows(at["23557"])
    for code, name in (("24001", "Phường Một"), ("24002", "Phường Hai")):
        sheet.append(("Cấp xã", code, name, "622", 9, "", "", "23557, 23725", ""))
    sent = send(quang, UNITS, saved(book))
    page = text_of(quang.get(sent.location))
    assert "Phường Yên Đỗ (23557) nhập vào Phường Một" in page
    assert "Một phần Xã Hà Tây (23725) nhập vào Phường Hai" in page
    assert quang.post(f"{sent.location}/ghi").status_code == 303
    assert unit_of("23725").valid_to is None
    assert unit_of("23557").valid_to is not None


@pytest.mark.parametrize(
    ("cells", "words", "ref"),
    [
        ({"G": ("622", "thôi hoạt động")}, "còn đơn vị trực thuộc", "A"),
        ({"H": ("23557", "99999")}, "không có đơn vị cũ", "A"),
        ({"G": ("23557", "không rõ")}, "Để trống, hoặc ghi: thôi hoạt động", "G"),
        ({"C": ("23557", "=A1")}, "Ô chứa công thức", "C"),
        ({"C": ("23557", None)}, "Nhập tên đơn vị", "C"),
    ],
)
def test_what_cannot_be_is_named_at_its_cell_and_nothing_is_written(sign_in, cells, words, ref):
    quang, before = sign_in("quang"), tree()
    book = roster(quang)
    at = lines(book)
    ((column, (code, value)),) = cells.items()
    book.worksheets[0][f"{column}{at[code]}"] = value
    sent = send(quang, UNITS, saved(book))
    (fault,) = [one for one in row_of(sent).faults if words in one["message"]]
    assert fault["cell"] == f"{ref}{at[code]}"
    counts = row_of(sent).counts
    assert counts["read"] == sum(counts[name] for name in ("added", "changed", "unchanged", "refused"))
    assert quang.post(f"{sent.location}/ghi").status_code == 422
    assert tree() == before
    marked = quang.get(f"{sent.location}/cho-sua.xlsx")
    book = openpyxl.load_workbook(BytesIO(marked.data))
    assert words in book.worksheets[1][fault["cell"]].comment.text
    repaired = send(quang, UNITS, edited(marked.data, {}))
    assert row_of(repaired).counts == counts


def test_an_old_province_ends_whole_and_only_when_its_row_says_so(sign_in):
    quang, before = sign_in("quang"), tree()
    short = table(("Cấp", "Mã", "Tên", "Tình trạng"), ("tỉnh", "64", "Tỉnh Gia Lai", ""))
    sent = send(quang, UNITS, short)
    assert row_of(sent).changes == []
    assert send(quang, UNITS, OTHER_PROVINCE).status_code == 422
    ending = table(("Cấp", "Mã", "Tên", "Tình trạng"), ("tỉnh", "64", "Tỉnh Gia Lai", "thôi hoạt động"))
    sent = send(quang, UNITS, ending, valid_from="01/07/2025")
    assert row_of(sent).counts["ended"] == len(before)
    assert quang.post(f"{sent.location}/ghi").status_code == 303
    assert all(row[-1] is not None for row in tree())
    assert quang.post(f"{sent.location}/hoan-tac").status_code == 303
    assert tree() == before


def test_what_is_left_out_ends_only_with_the_tick_and_the_list_is_shown(sign_in):
    quang = sign_in("quang")
    book = roster(quang)
    book.worksheets[0].delete_rows(lines(book)["23725"])
    kept = send(quang, UNITS, saved(book))
    assert "Không có trong tệp, vẫn hoạt động (1)" in text_of(quang.get(kept.location))
    ended = send(quang, UNITS, saved(book), end_missing="1")
    assert "Thôi hoạt động" in text_of(quang.get(ended.location))
    assert quang.post(f"{ended.location}/bo").status_code == 303
    assert quang.post(f"{ended.location}/ghi").status_code == 422
    assert unit_of("23725").valid_to is None


def test_an_import_is_not_written_once_the_tree_has_changed(sign_in):
    quang = sign_in("quang")
    first, second = (send(quang, UNITS, merging(quang)) for _time in range(2))
    assert quang.post(f"{first.location}/ghi").status_code == 303
    answer = quang.post(f"{second.location}/ghi")
    assert answer.status_code == 422
    assert "đã đổi từ lúc xem trước" in text_of(answer)


def people(*rows):
    return table(HEAD, *rows)


def test_people_come_move_change_and_end_and_all_is_undone(sign_in):
    giang, before = sign_in("giang"), accounts()
    content = people(
        ("moi@x.vn", "Mới", "23557", "cán bộ", "", "", ""),
        ("moi@x.vn", "Mới", "23560", "lãnh đạo", "", "", ""),
        ("bao.moi@x.vn", small.person("bao").name, "23560", "cán bộ", "", "bao@gialai.example", ""),
        ("xuan@gialai.example", small.person("xuan").name, "23725", "cán bộ", "", "", "23722"),
        ("ha@gialai.example", small.person("ha").name, "23557", "lãnh đạo", "thôi giữ vai trò", "", ""),
        ("yen@gialai.example", "Yến", "", "", "khóa tài khoản", "", ""),
    )
    sent = send(giang, PEOPLE, content)
    page = text_of(giang.get(sent.location))
    assert "Đã đọc 6 dòng: 2 thêm, 4 đổi, 0 không đổi, 0 bị từ chối" in page
    assert "trước: bao@gialai.example" in page
    assert accounts() == before

    assert giang.post(f"{sent.location}/ghi").status_code == 303
    after = accounts()
    assert "bao@gialai.example" not in after
    assert len(after["moi@x.vn"][2]) == 2
    assert after["yen@gialai.example"][1] is False
    assert after["ha@gialai.example"][2] == []
    assert [role for role, unit in after["xuan@gialai.example"][2] if unit == unit_of("23725").id] == ["unit"]
    assert invited() == []
    assert row_of(send(giang, PEOPLE, content)).changes == []

    assert giang.post(f"{sent.location}/hoan-tac").status_code == 303
    undone = accounts()
    assert undone.pop("moi@x.vn")[1:] == (False, [])
    assert undone == before


def invited():
    return db.session.scalars(select(OutboxMessage.address).where(OutboxMessage.address == "moi@x.vn")).all()


def test_people_are_invited_only_where_that_was_ticked(sign_in):
    giang = sign_in("giang")
    sent = send(giang, PEOPLE, people(("moi@x.vn", "Mới", "23557", "cán bộ")), invite="1")
    assert invited() == []
    assert giang.post(f"{sent.location}/ghi").status_code == 303
    assert invited() == ["moi@x.vn"]


@pytest.mark.parametrize(
    ("row", "code", "ref"),
    [
        (("khong", "X", "23557", "cán bộ"), "email", "A3"),
        (("x@y.vn", "", "23557", "cán bộ"), "name", "B3"),
        (("x@y.vn", "X", "99999", "cán bộ"), "unit", "C3"),
        (("x@y.vn", "X", "23557", "vua"), "role", "D3"),
        (("x@y.vn", "X", "64", "quản trị"), "role", "D3"),
        (("quang@gialai.example", "Q", "23557", "cán bộ"), "taken", "A3"),
        (("x@y.vn", "X", "23557", "cán bộ", "nghỉ mát"), "status", "E3"),
        (("x@y.vn", "X", "23557", "cán bộ", "thôi giữ vai trò"), "status", "E3"),
        (("x@y.vn", "X", "23557", "cán bộ", "khóa tài khoản"), "email", "A3"),
        (("x@y.vn", "X", "23557", "cán bộ", "", "ai@y.vn"), "old_email", "F3"),
        (("an@gialai.example", "An", "23560", "cán bộ", "", "", "23722"), "from_unit", "G3"),
        (("giang@gialai.example", "G", "23557", "cán bộ", "khóa tài khoản"), "taken", "A3"),
        (("tot@x.vn", "Tốt", "23557", "cán bộ"), "repeated", "A3"),
        (("tot@x.vn", "Xấu", "23560", "cán bộ"), "name", "B3"),
        (("x@y.vn", "=1+1", "23557", "cán bộ"), "formula", "B3"),
    ],
)
def test_a_faulty_row_is_named_at_its_cell_and_nobody_is_made(sign_in, row, code, ref):
    giang = sign_in("giang")
    sent = send(giang, PEOPLE, people(("tot@x.vn", "Tốt", "23557", "cán bộ"), row))
    assert (code, ref) in {(one["code"], one["cell"]) for one in row_of(sent).faults}
    assert giang.post(f"{sent.location}/ghi").status_code == 422
    assert "tot@x.vn" not in accounts()


def test_an_office_sees_its_own_files_only(sign_in):
    quang, giang = sign_in("quang"), sign_in("giang")
    roster_sent = send(quang, UNITS, quang.get(units_template()).data)
    for path in (roster_sent.location, f"{roster_sent.location}/cho-sua.xlsx"):
        assert giang.get(path).status_code == 404
    assert giang.post(f"{roster_sent.location}/ghi").status_code == 404
    assert giang.get(units_template()).status_code == 403
    assert "danh-sach.xlsx" in text_of(quang.get(UNITS))
    assert "danh-sach.xlsx" not in text_of(giang.get(PEOPLE))
