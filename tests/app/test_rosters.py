"""Rosters are read however they are headed, and no unit is taken for another one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.roster_matching import Change, KnownUnit, Match, match
from app.rosters import Roster, RosterRow, UnreadableRoster, csv_rows, read_roster

UNITS = Path(__file__).parents[2] / "app" / "data" / "units"
LATER = Path(__file__).parent / "units"


def roster_of(path: Path) -> Roster:
    return read_roster(csv_rows(path.read_bytes()))


def known(rows: Sequence[RosterRow]) -> list[KnownUnit]:
    return [
        KnownUnit(number, row.code, row.kind, row.full_name, row.parent_code, row.parent_name)
        for number, row in enumerate(rows)
    ]


def read(*rows: Sequence[object]) -> Roster:
    return read_roster(rows)


def codes(matches: Sequence[Match]) -> list[str]:
    return [one.row.code for one in matches]


@pytest.fixture(scope="module")
def gia_lai() -> tuple[RosterRow, ...]:
    return roster_of(UNITS / "gia_lai_2019.csv").rows


@pytest.fixture(scope="module")
def quang_binh() -> tuple[RosterRow, ...]:
    return roster_of(UNITS / "quang_binh_2018.csv").rows


# -- reading -----------------------------------------------------------------------------------------------------


def test_vietnamese_headings_under_a_title_and_codes_made_numbers() -> None:
    roster = read(
        ["DANH SÁCH ĐƠN VỊ", None, None, None],
        [],
        ["STT", "Mã", "Tên đơn vị", "Cấp", "Thuộc"],
        [1, 1, "Thành phố Hà Nội", "Tỉnh", None],
        [2, 1.0, "Quận Ba Đình", "Huyện", "Thành phố Hà Nội"],
        [3, 1, "Phường Phúc Xá", "Cấp xã", "Ba Đình"],
        [None, None, None, None, None],
        [4, "00004", "Phường Trúc Bạch", "Xã", 1],
    )
    assert roster.problems == ()
    assert [(row.row_number, row.kind, row.code, row.parent_code) for row in roster.rows] == [
        (4, "province", "01", ""),
        (5, "district", "001", "01"),
        (6, "commune", "00001", "001"),
        (8, "commune", "00004", "001"),
    ]
    assert roster.rows[2].parent_name == "Quận Ba Đình"
    assert [row.display_order for row in roster.rows] == [1, 2, 3, 4]


def test_type_column_or_the_name_itself_tells_the_kind() -> None:
    roster = read(
        ["Mã đơn vị", "Tên", "Loại", "Mã đơn vị cha"],
        ["622", "Pleiku", "Thành phố", "64"],
        ["23557", "Yên Đỗ", "phường", "622"],
        ["23560", "UBND Phường Diên Hồng", "", "622"],
        ["STP", "Sở Tư pháp", "", "64"],
        ["TTr", "Thanh tra tỉnh", "", "64"],
    )
    assert roster.problems == ()
    assert [(row.kind, row.full_name, row.name) for row in roster.rows] == [
        ("district", "Thành phố Pleiku", "Pleiku"),
        ("commune", "Phường Yên Đỗ", "Yên Đỗ"),
        ("commune", "Phường Diên Hồng", "Diên Hồng"),
        ("department", "Sở Tư pháp", "Sở Tư pháp"),
        ("department", "Thanh tra tỉnh", "Thanh tra tỉnh"),
    ]
    assert [row.parent_code for row in roster.rows] == ["64", "622", "622", "64", "64"]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (["", "Xã A", "xã"], "missing_code", "Mã"),
        (["23557", None, "xã"], "missing_name", "Tên đơn vị"),
        (["23557", "Yên Đỗ", ""], "unknown_kind", "Loại"),
        (["23557", "Yên Đỗ", "trạm"], "unknown_kind", "Loại"),
        (["2" * 21, "Xã A", "xã"], "code_too_long", "Mã"),
        (["23557", "Xã " + "a" * 200, "xã"], "name_too_long", "Tên đơn vị"),
        (["23556", "Xã B", "xã"], "repeated_code", "Mã"),
        (["23999", "UBND xã đak ó", "xã"], "repeated_name", "Tên đơn vị"),
    ],
)
def test_each_fault_names_row_and_column(row: list[object], code: str, column: str) -> None:
    roster = read(["Mã", "Tên đơn vị", "Loại"], ["23556", "Xã Đak Ó", "xã"], row)
    (problem,) = roster.problems
    assert (problem.row_number, problem.column, problem.code) == (3, column, code)
    assert problem.detail


@pytest.mark.parametrize("rows", [[], [[]], [["a", "b"], ["1", "2"]], [["Mã", "Loại"]]])
def test_missing_headings(rows: list[list[object]]) -> None:
    assert [problem.code for problem in read_roster(rows).problems] == ["missing_heading"]


def test_headings_alone_are_no_roster() -> None:
    assert [problem.code for problem in read(["Mã", "Tên"]).problems] == ["no_rows"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_with_or_without_mark(separator: str, mark: bytes) -> None:
    text = separator.join(["Mã", "Tên"]) + "\r\n" + separator.join(["00004", '"Xã ""A"""']) + "\r\n"
    assert csv_rows(mark + text.encode()) == (("Mã", "Tên"), ("00004", 'Xã "A"'))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("Mã,Tên\n1,Đồng Hới".encode("utf-16"), "not_utf8"),
        (b"M\xe3,T\xean\n1,\xd0\xf4ng H\xf5i", "not_utf8"),
        (b"Ma,Ten\x00", "not_text"),
        (b'Ma,"' + b"x" * 140_000, "bad_csv"),
    ],
)
def test_other_encodings_are_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableRoster) as caught:
        csv_rows(content)
    assert caught.value.problem.code == code
    assert caught.value.problem.detail


def test_control_characters_and_odd_cells_do_no_harm() -> None:
    roster = read(["Mã", "Tên", "Thứ tự"], ["23557\x00", "Xã\u200b A\x07\ud800", "٣"], [True, 2.5, b"x"])
    assert [(row.code, row.full_name, row.display_order) for row in roster.rows] == [("23557", "Xã A", 3)]
    assert {problem.row_number for problem in roster.problems} == {3}


# -- matching ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["quang_binh_2018", "gia_lai_2019", "gia_lai_2025"])
def test_a_list_taken_twice_changes_nothing(name: str) -> None:
    roster = roster_of(UNITS / f"{name}.csv")
    rows = roster.rows
    assert roster.problems == ()
    preview = match(rows, known(rows))
    assert codes(preview.unchanged) == [row.code for row in rows]
    others = (
        preview.added,
        preview.renamed,
        preview.moved,
        preview.code_reused,
        preview.ambiguous,
        preview.missing,
    )
    assert not any(others)


def test_a_list_taken_first_is_all_new(gia_lai: tuple[RosterRow, ...]) -> None:
    assert match(gia_lai, []).added == gia_lai


def test_118_codes_were_given_out_again_and_84_to_another_name(
    gia_lai: tuple[RosterRow, ...], quang_binh: tuple[RosterRow, ...]
) -> None:
    now = (*roster_of(UNITS / "gia_lai_2025.csv").rows, *roster_of(LATER / "quang_tri_2025.csv").rows)
    old = {row.code: row.full_name for row in (*gia_lai, *quang_binh) if row.kind == "commune"}
    new = {row.code: row.full_name for row in now if row.kind == "commune"}
    again = old.keys() & new.keys()
    assert len(again) == 118
    assert sum(old[code] != new[code] for code in again) == 84


def test_no_reused_code_merges_two_units_silently(quang_binh: tuple[RosterRow, ...]) -> None:
    rows = [row for row in roster_of(LATER / "quang_tri_2025.csv").rows if row.kind == "commune"]
    preview = match(rows, known(quang_binh))
    flagged = {(one.row.full_name, one.unit.full_name) for one in preview.code_reused}
    assert ("Phường Đồng Hới", "Phường Đức Ninh Đông") in flagged
    assert ("Xã Minh Hoá", "Thị trấn Quy Đạt") in flagged
    assert ("Xã Quảng Trạch", "Xã Quảng Phương") in flagged
    assert preview.unchanged == ()
    assert preview.renamed == ()
    assert all(Change.NAME not in one.changes for one in preview.moved)
    assert len(preview.added) + len(preview.moved) + len(preview.code_reused) == len(rows)


def test_another_provinces_code_is_flagged(quang_binh: tuple[RosterRow, ...]) -> None:
    preview = match(roster_of(LATER / "quang_tri_2025.csv").rows[:1], known(quang_binh))
    assert [one.unit.full_name for one in preview.code_reused] == ["Tỉnh Quảng Bình"]


def test_mergers_of_2019_to_2021(gia_lai: tuple[RosterRow, ...]) -> None:
    gone = {"23587", "23758"}
    later = [
        replace(row, full_name="Xã Hra", name="Hra") if row.code == "23800" else row
        for row in gia_lai
        if row.code not in gone
    ]
    preview = match(later, known(gia_lai))
    assert [(one.unit.full_name, one.row.full_name, one.changes) for one in preview.renamed] == [
        ("Xã Hà Ra", "Xã Hra", (Change.NAME,))
    ]
    assert {unit.code for unit in preview.missing} == gone
    assert not preview.code_reused


def test_another_name_under_the_same_code_needs_a_decision(quang_binh: tuple[RosterRow, ...]) -> None:
    row = next(row for row in quang_binh if row.code == "18868")
    preview = match([replace(row, full_name="Phường Đồng Hải", name="Đồng Hải")], known(quang_binh))
    assert [one.unit.full_name for one in preview.code_reused] == ["Phường Hải Đình"]


def test_names_that_repeat_inside_gia_lai_find_their_own_unit(gia_lai: tuple[RosterRow, ...]) -> None:
    repeated = {"Tây Sơn", "An Phú", "Ia Sao", "Ia Băng", "Ia O", "Ayun", "AYun"}
    rows = [row for row in gia_lai if row.kind == "commune" and row.name in repeated]
    assert len(rows) == 12
    recoded = [replace(row, code=f"9{number:04}") for number, row in enumerate(rows)]
    preview = match(recoded, known(gia_lai))
    assert [one.unit.code for one in preview.renamed] == [row.code for row in rows]
    assert {one.changes for one in preview.renamed} == {(Change.CODE,)}


def test_two_communes_of_one_district_that_fold_alike_stay_two(gia_lai: tuple[RosterRow, ...]) -> None:
    rows = [row for row in gia_lai if row.parent_code == "632" and row.name in {"Ia Băng", "Ia Bang"}]
    preview = match([replace(row, code="9" + row.code) for row in rows], known(gia_lai))
    assert [one.unit.code for one in preview.renamed] == ["23905", "23924"]
    doubt = match([replace(rows[0], code="99999", full_name="Xã Ia Bâng", name="Ia Bâng")], known(gia_lai))
    assert [len(one.candidates) for one in doubt.ambiguous] == [2]


def test_repeated_name_without_its_district_is_ambiguous(gia_lai: tuple[RosterRow, ...]) -> None:
    row = next(row for row in gia_lai if row.full_name == "Xã Ia O")
    preview = match([replace(row, code="99999", parent_code="", parent_name="")], known(gia_lai))
    (doubt,) = preview.ambiguous
    assert {unit.parent_name for unit in doubt.candidates} == {"Huyện Ia Grai", "Huyện Chư Prông"}


def test_two_rows_for_one_unit_are_ambiguous(gia_lai: tuple[RosterRow, ...]) -> None:
    row = next(row for row in gia_lai if row.full_name == "Xã Ia O")
    preview = match([replace(row, code="99998"), replace(row, code="99999")], known(gia_lai))
    assert len(preview.ambiguous) == 2
    assert preview.renamed == ()


@pytest.mark.parametrize(
    "name", ["KBang", "Đăk Đoa", "Kông Chro", "Chư Prông", "Chư Sê", "Phú Thiện", "Ba Đồn", "Minh Hóa"]
)
def test_commune_with_its_districts_name_stays_a_commune(
    gia_lai: tuple[RosterRow, ...], quang_binh: tuple[RosterRow, ...], name: str
) -> None:
    rows = [replace(row, code="9" + row.code) for row in (*gia_lai, *quang_binh) if row.name == name]
    preview = match(rows, known((*gia_lai, *quang_binh)))
    assert sorted(one.unit.kind for one in preview.renamed) == ["commune", "district"]
    assert all(one.unit.kind == one.row.kind for one in preview.renamed)


@pytest.mark.parametrize(
    ("code", "full_name"),
    [("634", "Huyện Đak Pơ"), ("23698", "Xã K'Dang"), ("23701", "Xã H’Neng"), ("625", "Huyện Kbang")],
)
def test_spelling_is_no_other_unit(gia_lai: tuple[RosterRow, ...], code: str, full_name: str) -> None:
    row = next(row for row in gia_lai if row.code == code)
    for new_code, expected in ((code, (Change.SPELLING,)), ("99999", (Change.CODE, Change.SPELLING))):
        given = replace(row, code=new_code, full_name=full_name, name=full_name.split(" ", 1)[1])
        (found,) = match([given], known(gia_lai)).renamed
        assert (found.unit.code, found.changes) == (code, expected)


def test_tone_placement_is_spelling(quang_binh: tuple[RosterRow, ...]) -> None:
    row = next(row for row in quang_binh if row.full_name == "Huyện Minh Hóa")
    (found,) = match([replace(row, full_name="Huyện Minh Hoá", name="Minh Hoá")], known(quang_binh)).renamed
    assert found.changes == (Change.SPELLING,)


def test_commune_that_became_a_ward_and_one_that_changed_district(gia_lai: tuple[RosterRow, ...]) -> None:
    ward, moved = (row for row in gia_lai if row.full_name in {"Xã Trà Đa", "Xã Ia Pếch"})
    rows = [
        replace(ward, full_name="Phường Trà Đa", type="phường"),
        replace(moved, parent_code="622", parent_name="Thành phố Pleiku"),
    ]
    preview = match(rows, known(gia_lai))
    assert [one.changes for one in preview.renamed] == [(Change.TYPE,)]
    assert [one.changes for one in preview.moved] == [(Change.PARENT,)]


def test_only_kinds_in_the_roster_can_be_missing(gia_lai: tuple[RosterRow, ...]) -> None:
    districts = [row for row in gia_lai if row.kind == "district"]
    preview = match(districts[1:], known(gia_lai))
    assert [unit.full_name for unit in preview.missing] == ["Thành phố Pleiku"]
