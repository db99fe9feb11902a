"""Lists of units at the command line: compared, refused by place, taken over when asked."""

import json

import openpyxl
import pytest
from sqlalchemy import select

from app.database import db
from app.demo import UNITS
from app.models import (
    Unit,
)
from tests.app.command_line import bare, count, empty_file, file_of, on_campaign, run

__all__ = ["bare", "empty_file", "on_campaign", "run"]


def test_a_preview_names_rows_and_writes_nothing(run):
    told = run("unit", "import", UNITS / "gia_lai_2025.csv")
    assert "Thêm: 136" in told
    assert "dòng 3: Phường Quy Nhơn Bắc (21553), Tỉnh Gia Lai" in told
    assert "Chưa ghi gì" in told
    assert count(Unit) == 0


def test_an_import_is_written_when_asked(run):
    told = run("unit", "import", UNITS / "gia_lai_2025.csv", "--from", "01/07/2025", "--write")
    assert "Đã ghi." in told
    assert count(Unit) == 136
    assert db.session.scalars(select(Unit.valid_from).distinct()).one().isoformat() == "2025-07-01"


def test_a_preview_for_programs(run):
    found = json.loads(run("unit", "import", UNITS / "gia_lai_2025.csv", "--json"))
    assert (found["province"], found["written"], len(found["added"])) == ("Tỉnh Gia Lai", False, 136)
    assert found["added"][1] == {
        "row": 3,
        "kind": "commune",
        "code": "21553",
        "name": "Phường Quy Nhơn Bắc",
        "parent": "52",
    }


def test_a_renamed_and_a_missing_unit_are_named(run, tmp_path):
    run("unit", "import", UNITS / "gia_lai_2025.csv", "--write")
    lines = (UNITS / "gia_lai_2025.csv").read_text(encoding="utf-8").splitlines()
    changed = [line.replace("Quy Nhơn Bắc", "Quy Nhơn Bấc") for line in lines if "21589" not in line]
    told = run("unit", "import", file_of(tmp_path, "\n".join(changed)))
    assert "Đổi tên, mã hoặc loại: 1\n  · dòng 3: Phường Quy Nhơn Bấc (21553)" in told
    assert "Không còn trong danh sách: 1\n  · Phường Quy Nhơn Tây (21589)" in told


def test_a_workbook_is_read_too(run, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ("Mã", "Tên đơn vị", "Loại", "Thuộc"),
        ("64", "Tỉnh Gia Lai", "tỉnh", ""),
        (622, "Pleiku", "thành phố", "64"),
    ):
        book.active.append(row)
    book.save(tmp_path / "danh-sach.xlsx")
    assert "Thêm: 2" in run("unit", "import", tmp_path / "danh-sach.xlsx")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "tiêu đề"),
        ("a.csv", "Mã,Tên\n64,Gia Lai".encode("utf-16"), "UTF-8"),
        ("a.csv", "code,name,kind\n64,Gia Lai,province\n,Yên Đỗ,commune\n", "code 3: Nhập mã đơn vị"),
        ("a.csv", "code,name,kind\n00001,Yên Đỗ,commune\n", "Thêm một dòng cho tỉnh"),
        ("a.xlsx", b"PK\x03\x04 broken", "lưu lại thành .xlsx"),
        ("a.xlsx", b"no workbook at all", "lưu lại thành .xlsx"),
    ],
)
def test_a_bad_list_is_refused_with_its_place_and_remedy(run, tmp_path, name, content, words):
    assert words in run("unit", "import", file_of(tmp_path, content, name), "--write", code=1)
    assert count(Unit) == 0
