"""A criteria set that could mislead cannot be built."""

from dataclasses import replace

import pytest

from criteria.canonical import decimal_text
from criteria.model import (
    Adjustment,
    Alternative,
    Choice,
    Count,
    CountLadder,
    Criterion,
    FlawCode,
    Group,
    Highest,
    InvalidCriteria,
    Normalised,
    Option,
    Parts,
    Ratio,
    RollUp,
    Rounding,
    Step,
    Survey,
    YesNo,
    floor,
)
from tests.criteria.samples import RULES, D, criterion, sample_set

ONE, TWO = Option("a", "Một", D(1)), Option("b", "Hai", D(2))


@pytest.mark.parametrize(
    ("build", "path", "code"),
    [
        (lambda: YesNo(D(0)), "points", FlawCode.OUT_OF_RANGE),
        (lambda: YesNo(2), "points", FlawCode.WRONG_TYPE),
        (lambda: YesNo(0.5), "points", FlawCode.WRONG_TYPE),
        (lambda: YesNo(D("NaN")), "points", FlawCode.BAD_NUMBER),
        (lambda: Ratio(D("Infinity")), "max", FlawCode.BAD_NUMBER),
        (lambda: Ratio(D("0.0000001")), "max", FlawCode.BAD_NUMBER),
        (lambda: Ratio(D("1e12")), "max", FlawCode.BAD_NUMBER),
        (lambda: Ratio(D(-1)), "max", FlawCode.OUT_OF_RANGE),
        (lambda: Ratio(D(1), "maybe"), "when_zero", FlawCode.UNKNOWN_VALUE),
        (lambda: CountLadder(()), "steps", FlawCode.OUT_OF_RANGE),
        (lambda: CountLadder((Step(D(1), D(1)), Step(D("1.0"), D(2)))), "steps", FlawCode.REPEATED),
        (lambda: CountLadder((Step(D(1), D(2)), Step(D(2), D(1)))), "steps", FlawCode.FALLING_LADDER),
        (lambda: Step(D(-1), D(1)), "at_least", FlawCode.OUT_OF_RANGE),
        (lambda: Choice((ONE,)), "options", FlawCode.TOO_FEW),
        (lambda: Choice((ONE, replace(TWO, code="a"))), "options", FlawCode.REPEATED),
        (lambda: Choice((ONE, replace(TWO, label="MỘT"))), "options", FlawCode.REPEATED),
        (lambda: Parts(()), "parts", FlawCode.TOO_FEW),
        (lambda: Parts((replace(ONE, points=D(0)),)), "parts", FlawCode.OUT_OF_RANGE),
        (lambda: Option("none", "Không có", D(0)), "code", FlawCode.UNKNOWN_VALUE),
        (lambda: Option("đ", "Đạt", D(0)), "code", FlawCode.BAD_CODE),
        (lambda: Count(D(-1), D(1)), "unit_points", FlawCode.OUT_OF_RANGE),
        (lambda: Highest((Alternative("a", "Một", YesNo(D(1))),)), "alternatives", FlawCode.TOO_FEW),
        (lambda: Alternative("a", "Một", Survey(D(1))), "rule", FlawCode.MISPLACED),
        (lambda: Alternative("a", "Một", RULES["B2.1"]), "rule.when_zero", FlawCode.MISPLACED),
        (lambda: Normalised(D(0)), "max", FlawCode.OUT_OF_RANGE),
        (lambda: Adjustment(D(0), D(1), D(0)), "unit_points", FlawCode.OUT_OF_RANGE),
        (lambda: Adjustment(D(1), D(-1), D(0)), "cap", FlawCode.OUT_OF_RANGE),
        (lambda: Adjustment(D(1), D(1), D(1)), "floor", FlawCode.OUT_OF_RANGE),
        (lambda: RollUp(D(1), how="sum"), "how", FlawCode.UNKNOWN_VALUE),
        (lambda: RollUp(D(1), of="a b"), "of", FlawCode.BAD_CODE),
        (lambda: Rounding(7), "places", FlawCode.UNKNOWN_VALUE),
        (lambda: Rounding(mode="up"), "mode", FlawCode.UNKNOWN_VALUE),
        (lambda: Criterion("", "T", YesNo(D(1))), "code", FlawCode.BAD_CODE),
        (lambda: Criterion("A", "T\x00", YesNo(D(1))), "title", FlawCode.BAD_TEXT),
        (lambda: Criterion("A", "a\u0306", YesNo(D(1))), "title", FlawCode.BAD_TEXT),
        (lambda: Criterion("A", "x" * 501, YesNo(D(1))), "title", FlawCode.TOO_LONG),
        (lambda: Criterion("A", "T", "yes_no"), "rule", FlawCode.WRONG_TYPE),
        (lambda: Group("A", "T", "readiness", ()), "criteria", FlawCode.TOO_FEW),
        (lambda: Group("A", "T", "other", (criterion("A1.1"),)), "section", FlawCode.UNKNOWN_VALUE),
        (lambda: Group("A", "T", "readiness", (criterion("A1.1"),), 1), "level", FlawCode.MISPLACED),
        (lambda: Group("A", "T", "result", (criterion("A1.1"),), 5), "level", FlawCode.MISPLACED),
        (lambda: Group("A", "T", "result", (criterion("C1"),)), "criteria[0].rule", FlawCode.MISPLACED),
        (lambda: Group("A", "T", "adjustment", (criterion("A1.1"),)), "criteria[0].rule", FlawCode.MISPLACED),
        (lambda: sample_set(groups=()), "groups", FlawCode.TOO_FEW),
        (lambda: sample_set(groups=sample_set().groups[:1] * 2), "groups", FlawCode.REPEATED),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(build, path, code):
    with pytest.raises(InvalidCriteria) as refused:
        build()
    assert (path, code) in {(flaw.path, flaw.code) for flaw in refused.value.problems}


def test_two_groups_of_one_level_are_refused():
    groups = tuple(
        Group(code, "Nhóm", "result", (Criterion(code, "Tiêu chí", YesNo(D(1))),), 2) for code in ("A", "B")
    )
    with pytest.raises(InvalidCriteria, match="level 2"):
        sample_set(groups=groups)


def test_maxima_leave_bonus_and_penalty_out():
    assert sample_set().max == D(53)
    assert [group.max for group in sample_set().groups] == [D(11), D(8), D(13), D(5), D(10), D(6), D(0)]


def test_criteria_come_in_the_order_of_the_set_and_by_code():
    assert [one.code for one in sample_set().criteria()] == list(RULES)
    assert sample_set().criterion("B1.2").rule == RULES["B1.2"]
    assert sample_set().has("B1.2")
    assert not sample_set().has("B9")


@pytest.mark.parametrize(
    ("code", "entered_by", "must_answer"),
    [
        ("A1.1", "unit", True),
        ("A1.4", "unit", True),
        ("B3.1", "system", False),
        ("B4.1", "office", False),
        ("C1", "unit", False),
        ("C2", "office", False),
    ],
)
def test_the_rule_says_who_answers(code, entered_by, must_answer):
    one = criterion(code)
    assert (one.entered_by, one.answer_required, one.reason_required_below_max) == (
        entered_by,
        must_answer,
        must_answer,
    )


def test_only_a_penalty_goes_below_nothing():
    assert {code: floor(rule) for code, rule in RULES.items() if floor(rule)} == {"C2": D(-5)}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("4.00", "4"),
        ("100", "100"),
        ("1E+2", "100"),
        ("0.50", "0.5"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("-2.10", "-2.1"),
    ],
)
def test_one_spelling_for_each_number(number, text):
    assert decimal_text(D(number)) == text
