"""A criteria set survives its workbook, and whatever an office types wrong is named at its own cell."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings

from criteria.model import Ratio
from criteria.workbook import read_sheets
from criteria.workbook.set_reading import read_set
from criteria.workbook.set_writing import set_bytes
from tests.criteria.samples import sample_set
from tests.criteria.test_codec import criteria_sets
from tests.criteria.test_differences import with_rule

SETTINGS, GROUPS, CRITERIA, POINTS = "Bộ tiêu chí", "Nhóm", "Tiêu chí", "Mức điểm"


def back(content):
    return read_set(read_sheets(BytesIO(content)))


def edited(cells, known=None):
    """The sample's workbook with other values in some cells, by (sheet, ref); None empties."""
    book = openpyxl.load_workbook(BytesIO(set_bytes(known or sample_set(), ["Hướng dẫn"])))
    for (sheet, ref), value in cells.items():
        book[sheet][ref] = value
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@given(criteria_sets())
@settings(max_examples=25)
def test_a_set_comes_back_from_its_workbook_as_it_was(known):
    found = back(set_bytes(known, ["Hướng dẫn"]))
    assert found.flaws == ()
    assert found.criteria_set == known
    assert found.origin == known.hash


def test_a_number_longer_than_excel_keeps_is_not_rounded():
    known = with_rule("A1.1", Ratio(Decimal("123456789012.123456")))
    assert back(set_bytes(known, [])).criteria_set == known


def test_the_sample_with_every_kind_of_rule_comes_back_also_after_openpyxl_saved_it():
    found = back(edited({}))
    assert found.criteria_set == sample_set()
    assert found.read == len(found.criteria) == 13


def test_what_is_edited_is_the_only_thing_that_changes():
    found = back(edited({(CRITERIA, "D2"): "Tỷ lệ máy tính", (CRITERIA, "F2"): 5}))
    assert found.flaws == ()
    assert found.criteria["A1.1"].title == "Tỷ lệ máy tính"
    assert found.criteria["A1.1"].max == 5
    others = {one.code: one for one in sample_set().criteria() if one.code != "A1.1"}
    assert {code: one for code, one in found.criteria.items() if code != "A1.1"} == others


def test_a_new_option_gets_a_letter_that_is_free_and_old_ones_keep_their_codes():
    book = openpyxl.load_workbook(BytesIO(set_bytes(sample_set(), [])))
    book[POINTS].append(["A2.1", None, None, "Trung cấp", None, 1])
    stream = BytesIO()
    book.save(stream)
    options = back(stream.getvalue()).criteria["A2.1"].rule.options
    assert [(one.code, one.label) for one in options] == [
        ("degree", "Đại học"),
        ("college", "Cao đẳng"),
        ("nobody", "Không có"),
        ("a", "Trung cấp"),
    ]


@pytest.mark.parametrize(
    ("sheet", "ref", "value", "code"),
    [
        (SETTINGS, "B2", "mã có dấu cách", "bad_code"),
        (SETTINGS, "B3", None, "blank"),
        (SETTINGS, "B4", "cấp nào đó", "bad_code"),
        (SETTINGS, "B6", "maybe", "unknown_word"),
        (SETTINGS, "B7", "12", "unknown_value"),
        (SETTINGS, "B8", "Làm tròn", "unknown_word"),
        (GROUPS, "A3", "A1", "repeated"),
        (GROUPS, "B2", None, "blank"),
        (GROUPS, "C2", "Hạng mục khác", "unknown_word"),
        (GROUPS, "D2", "1", "misplaced"),
        (GROUPS, "D4", "9", "misplaced"),
        (GROUPS, "D4", "một", "misplaced"),
        (GROUPS, "D5", "1", "repeated"),
        (CRITERIA, "A3", "A1.1", "repeated"),
        (CRITERIA, "A3", "A 1", "bad_code"),
        (CRITERIA, "A3", 1.5, "code_number"),
        (CRITERIA, "C3", "Z9", "unknown_group"),
        (CRITERIA, "C3", "C", "misplaced"),
        (CRITERIA, "D3", None, "blank"),
        (CRITERIA, "D3", "x" * 501, "too_long"),
        (CRITERIA, "E3", "Chấm theo cảm tính", "unknown_word"),
        (CRITERIA, "E3", None, "missing"),
        (CRITERIA, "F3", None, "missing"),
        (CRITERIA, "F3", "năm", "bad_number"),
        (CRITERIA, "F3", "1.234", "bad_number"),
        (CRITERIA, "F3", -2, "out_of_range"),
        (CRITERIA, "F3", "=1+1", "formula"),
        (CRITERIA, "F4", 7, "max_differs"),
        (CRITERIA, "G3", 2, "not_used"),
        (CRITERIA, "I2", "chịu", "unknown_word"),
        (CRITERIA, "M3", "x" * 4001, "too_long"),
        (CRITERIA, "N3", "ờ", "unknown_word"),
        (POINTS, "A2", "A9.9", "unknown_criterion"),
        (POINTS, "C2", "m ã", "bad_code"),
        (POINTS, "D2", None, "blank"),
        (POINTS, "D3", "Tường lửa", "repeated"),
        (POINTS, "F2", None, "missing"),
        (POINTS, "F2", -1, "out_of_range"),
        (POINTS, "E8", "1", "repeated"),
        (POINTS, "F9", 0, "falling_ladder"),
    ],
)
def test_one_wrong_cell_is_named(sheet, ref, value, code):
    found = back(edited({(sheet, ref): value}))
    assert found.criteria_set is None
    named = {(flaw.place.sheet, flaw.place.ref, str(flaw.code)) for flaw in found.flaws}
    if code == "falling_ladder":
        assert (sheet, "E9", code) in named
    elif code == "misplaced" and ref == "C3":
        assert (sheet, "E3", code) in named
    else:
        assert (sheet, ref, code) in named


def test_a_ladder_that_is_no_longer_a_ladder_has_points_that_nothing_uses():
    found = back(edited({(CRITERIA, "E7"): "Có hoặc không", (CRITERIA, "J7"): None}))
    assert {(flaw.place.sheet, flaw.code) for flaw in found.flaws} == {(POINTS, "not_used")}
    assert len(found.criteria) == found.read - 1


@pytest.mark.parametrize("name", [SETTINGS, GROUPS, CRITERIA, POINTS])
def test_a_sheet_that_is_gone_is_named(name):
    book = openpyxl.load_workbook(BytesIO(set_bytes(sample_set(), [])))
    del book[name]
    stream = BytesIO()
    book.save(stream)
    found = back(stream.getvalue())
    assert (name, "sheet_missing") in {(flaw.detail, flaw.code) for flaw in found.flaws}


def test_nothing_of_a_user_becomes_a_formula():
    known = sample_set(title="=cmd()", source="=HYPERLINK(1)")
    content = set_bytes(known, ["=1+1"])
    assert back(content).criteria_set == known
    assert replace(known, title="x") != known


def test_any_other_workbook_is_told_from_one_of_ours():
    book = openpyxl.Workbook()
    book.active["A1"] = "STT"
    stream = BytesIO()
    book.save(stream)
    assert {flaw.code for flaw in back(stream.getvalue()).flaws} == {"sheet_missing"}
