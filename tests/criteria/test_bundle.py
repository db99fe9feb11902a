"""Workbooks packed in one .zip: names any system takes; what a stranger sends is looked at member by member."""

import io
import zipfile
from datetime import datetime

import pytest

from criteria.workbook import BundleLimits, MemberFault, UnreadableWorkbook, WorkbookCode, write_bundle
from criteria.workbook.apart import read_bundle_apart
from criteria.workbook.bundle import read_bundle

UTF8_FLAG = 0x800


def packed(*files, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def read(content, **limits):
    return read_bundle(io.BytesIO(content), limits=BundleLimits(**limits))


def test_what_is_packed_comes_back_and_names_bear_the_flag_of_utf_8_where_they_need_it():
    stream, files = io.BytesIO(), [("huyen/xa.xlsx", b"mot"), ("huyện/xã.xlsx", b"hai")]
    assert write_bundle(stream, files, made_at=datetime(2026, 11, 22, 9, 30)) == 2
    with zipfile.ZipFile(stream) as archive:
        assert [one.flag_bits & UTF8_FLAG for one in archive.infolist()] == [0, UTF8_FLAG]
        assert {one.date_time for one in archive.infolist()} == {(2026, 11, 22, 9, 30, 0)}
    assert [(one.name, one.content) for one in read(stream.getvalue())] == files


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.docx", b"x", MemberFault.NOT_XLSX),
        ("a", b"x", MemberFault.NOT_XLSX),
        ("nua.zip", packed(("a.xlsx", b"x")), MemberFault.NESTED),
        ("../a.xlsx", b"x", MemberFault.BAD_NAME),
        ("/etc/a.xlsx", b"x", MemberFault.BAD_NAME),
        ("C:\\a.xlsx", b"x", MemberFault.BAD_NAME),
        ("a.xlsx", b"x" * 11, MemberFault.TOO_BIG),
        ("a.xlsx", b"x" * 10, None),
    ],
)
def test_a_member_that_is_not_taken_says_why_and_holds_up_no_other(name, content, fault):
    found = read(packed((name, content), ("tot.xlsx", b"x")), member=10)
    assert [one.fault for one in found] == [fault, None]


@pytest.mark.parametrize(
    "name", ["__MACOSX/._a.xlsx", "x/~$a.xlsx", "Thumbs.db", "x/desktop.ini", ".DS_Store", "x/"]
)
def test_what_systems_leave_behind_is_passed_over(name):
    assert [one.name for one in read(packed((name, b""), ("a.xlsx", b"x")))] == ["a.xlsx"]


def test_two_members_of_one_name_are_told():
    content = packed(("a.xlsx", b"1"), ("A.xlsx", b"2"))
    assert [one.fault for one in read(content)] == [None, MemberFault.TWICE]


def test_a_locked_and_a_damaged_member_are_told():
    locked = bytearray(packed(("a.xlsx", b"x")))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert [one.fault for one in read(bytes(locked))] == [MemberFault.ENCRYPTED]
    content = packed(("a.xlsx", b"noi dung"), compression=zipfile.ZIP_STORED)
    assert [one.fault for one in read(content.replace(b"noi dung", b"noi dumg", 1))] == [MemberFault.BROKEN]


def test_a_zip_that_holds_too_much_is_refused():
    many = packed(*((f"{number}.xlsx", b"x") for number in range(4)))
    with pytest.raises(UnreadableWorkbook, match=WorkbookCode.TOO_MANY_ENTRIES):
        read(many, members=3)
    with pytest.raises(UnreadableWorkbook, match=WorkbookCode.UNPACKS_TOO_BIG):
        read(many, unpacked=3)
    bomb = packed(*((f"{number}.xlsx", bytes(100_000)) for number in range(9)))
    with pytest.raises(UnreadableWorkbook, match=WorkbookCode.UNPACKS_TOO_BIG):
        read(bomb, member=10_000, unpacked=50_000)


def test_what_is_no_zip_is_refused_in_a_process_of_its_own():
    with pytest.raises(UnreadableWorkbook, match=WorkbookCode.BROKEN):
        read_bundle_apart(b"PK\x03\x04 khong phai")
    [member] = read_bundle_apart(packed(("a.xlsx", b"x")))
    assert member.content == b"x"
