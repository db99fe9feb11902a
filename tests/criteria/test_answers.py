"""What units type is read one way everywhere, never guessed, and what is lacking is said in full."""

import json
from contextlib import suppress
from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.answers import (
    Answer,
    AnswerSheet,
    FieldKind,
    InvalidValue,
    NumberCode,
    ProblemCode,
    UnreadableNumber,
    comma,
    fields,
    parse_number,
    problems,
    read_value,
    value_from_json,
    value_to_json,
    value_to_raw,
)
from criteria.model import Count, CountLadder, CriteriaSet, Criterion, Group, Normalised, Ratio, Step
from tests.criteria.samples import CHOICE, HIGHEST, PARTS, RULES, VALUES, D, sample_set, sheet


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("8", "8"),
        ("8,5", "8.5"),
        ("8.5", "8.5"),
        (" 8,50\u00a0", "8.5"),
        ("1,234", "1.234"),
        ("118,348", "118.348"),
        ("1234", "1234"),
        ("1234.567", "1234.567"),
        ("0.125", "0.125"),
        ("12.34", "12.34"),
        ("007", "7"),
        ("999999999999", "999999999999"),
        ("0,000001", "0.000001"),
    ],
)
def test_numbers_are_read_with_comma_or_point(text, number):
    assert parse_number(text, ceiling=None) == D(number)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", NumberCode.EMPTY),
        (" \t", NumberCode.EMPTY),
        ("1.234", NumberCode.AMBIGUOUS),
        ("12.345", NumberCode.AMBIGUOUS),
        ("118.348", NumberCode.AMBIGUOUS),
        ("1.234.567", NumberCode.AMBIGUOUS),
        ("1.234,5", NumberCode.AMBIGUOUS),
        ("1,234.5", NumberCode.AMBIGUOUS),
        ("1,234,567", NumberCode.AMBIGUOUS),
        ("1 234", NumberCode.AMBIGUOUS),
        ("abc", NumberCode.NOT_A_NUMBER),
        ("8,", NumberCode.NOT_A_NUMBER),
        (",5", NumberCode.NOT_A_NUMBER),
        ("+8", NumberCode.NOT_A_NUMBER),
        ("8,5,1", NumberCode.NOT_A_NUMBER),
        ("--8", NumberCode.NOT_A_NUMBER),
        ("80%", NumberCode.NOT_A_NUMBER),
        ("NaN", NumberCode.NOT_A_NUMBER),
        ("inf", NumberCode.NOT_A_NUMBER),
        ("1e3", NumberCode.NOT_A_NUMBER),
        ("1_000", NumberCode.NOT_A_NUMBER),
        ("１２", NumberCode.NOT_A_NUMBER),
        ("٣", NumberCode.NOT_A_NUMBER),
        ("²", NumberCode.NOT_A_NUMBER),
        ("5/10", NumberCode.NOT_A_NUMBER),
        ("0x10", NumberCode.NOT_A_NUMBER),
        ("8\x00", NumberCode.NOT_A_NUMBER),
        ("8\n9", NumberCode.NOT_A_NUMBER),
        ("9" * 5000, NumberCode.TOO_LONG),
        ("1000000000000", NumberCode.ABOVE_MAXIMUM),
        ("0,0000001", NumberCode.TOO_PRECISE),
        ("-1", NumberCode.BELOW_MINIMUM),
        ("\u22121", NumberCode.BELOW_MINIMUM),
    ],
)
def test_what_is_no_number_for_sure_is_refused(text, code):
    with pytest.raises(UnreadableNumber) as refused:
        parse_number(text, ceiling=None)
    assert refused.value.code == code


def test_the_limits_are_named_when_passed():
    with pytest.raises(UnreadableNumber) as refused:
        parse_number("5,01", ceiling=D(5))
    assert (refused.value.code, refused.value.detail) == (NumberCode.ABOVE_MAXIMUM, "5")
    assert parse_number("-4,5", ceiling=D(0), least=D(-5)) == D("-4.5")


@given(st.decimals(min_value=0, max_value=10**11, places=6))
def test_every_number_is_read_back_from_its_own_writing(number):
    assert parse_number(comma(number), ceiling=None) == number


@given(st.text())
def test_no_text_breaks_the_number_reader(text):
    with suppress(UnreadableNumber):
        assert parse_number(text, ceiling=None).is_finite()


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("A1.1", [("numerator", FieldKind.NUMBER), ("denominator", FieldKind.NUMBER)]),
        ("A1.2", [("answer", FieldKind.YES_NO)]),
        ("A1.3", [("parts", FieldKind.OPTIONS)]),
        ("A1.4", [("numerator", FieldKind.NUMBER), ("denominator", FieldKind.NUMBER)]),
        ("A2.1", [("option", FieldKind.OPTION)]),
        ("A2.2", [("count", FieldKind.INTEGER)]),
        ("B1.1", [("count", FieldKind.INTEGER)]),
        (
            "B1.2",
            [
                ("own.answer", FieldKind.YES_NO),
                ("share.numerator", FieldKind.NUMBER),
                ("share.denominator", FieldKind.NUMBER),
            ],
        ),
        ("B3.1", []),
        ("B4.1", [("points", FieldKind.NUMBER)]),
        ("C1", [("count", FieldKind.INTEGER)]),
    ],
)
def test_every_rule_says_what_it_asks_for(code, asked):
    assert [(field.name, field.kind) for field in fields(RULES[code])] == asked


def test_fields_bring_what_a_page_needs():
    (option,) = fields(CHOICE)
    assert option.options == CHOICE.options
    assert fields(RULES["B4.1"])[0].ceiling == D(6)
    assert [(one.alternative, one.label, one.required) for one in fields(HIGHEST)] == [
        ("own", "answer", False),
        ("share", "numerator", False),
        ("share", "denominator", False),
    ]


@pytest.mark.parametrize(
    ("rule", "raw", "value"),
    [
        (
            Ratio(D(4)),
            {"numerator": "37", "denominator": "50,5"},
            {"numerator": D(37), "denominator": D("50.5")},
        ),
        (Ratio(D(4)), {"numerator": "0", "denominator": "0"}, {"numerator": D(0), "denominator": D(0)}),
        (Normalised(D(4)), {"numerator": "9", "denominator": "2"}, {"numerator": D(9), "denominator": D(2)}),
        (RULES["A1.2"], {"answer": "yes"}, {"answer": True}),
        (RULES["A1.2"], {"answer": normalize("NFD", "Có")}, {"answer": True}),
        (RULES["A1.2"], {"answer": "Không"}, {"answer": False}),
        (CHOICE, {"option": "college"}, {"option": "college"}),
        (CHOICE, {"option": normalize("NFD", "cao đẳng ")}, {"option": "college"}),
        (PARTS, {"parts": ["backup", "firewall", "backup"]}, {"parts": ("firewall", "backup")}),
        (PARTS, {"parts": "backup"}, {"parts": ("backup",)}),
        (PARTS, {"parts": ["none"]}, {"parts": ()}),
        (Count(D(1), D(3)), {"count": ["12"]}, {"count": D(12)}),
        (CountLadder((Step(D(1), D(1)),), whole=False), {"count": "1,5"}, {"count": D("1.5")}),
        (HIGHEST, {"own.answer": "no", "share.numerator": ""}, {"own.answer": False}),
        (RULES["B3.1"], {}, {}),
    ],
)
def test_what_is_typed_becomes_a_value(rule, raw, value):
    assert read_value(rule, raw) == value


@pytest.mark.parametrize(
    ("rule", "raw", "found"),
    [
        (Ratio(D(4)), {}, [("numerator", "empty"), ("denominator", "empty")]),
        (Ratio(D(4)), {"numerator": "51", "denominator": "50"}, [("numerator", "above_denominator")]),
        (Ratio(D(4)), {"numerator": "-1", "denominator": "50"}, [("numerator", "below_minimum")]),
        (
            Ratio(D(4)),
            {"numerator": "x", "denominator": "1.234"},
            [("numerator", "not_a_number"), ("denominator", "ambiguous")],
        ),
        (Ratio(D(4)), {"numerator": "1", "denominator": "2", "x": "3"}, [("x", "unknown_field")]),
        (Ratio(D(4)), {"numerator": ["1", "2"], "denominator": "2"}, [("numerator", "one_only")]),
        (Ratio(D(4)), {"numerator": 1, "denominator": "2"}, [("numerator", "wrong_type")]),
        (
            Ratio(D(4)),
            {"numerator": [1], "denominator": None},
            [("numerator", "wrong_type"), ("denominator", "wrong_type")],
        ),
        (Normalised(D(4)), {"numerator": "0", "denominator": "0"}, [("denominator", "zero_denominator")]),
        (RULES["A1.2"], {"answer": "maybe"}, [("answer", "not_yes_or_no")]),
        (RULES["A1.2"], {"answer": "1"}, [("answer", "not_yes_or_no")]),
        (CHOICE, {"option": "doctor"}, [("option", "unknown_option")]),
        (CHOICE, {"option": "none"}, [("option", "unknown_option")]),
        (PARTS, {"parts": []}, [("parts", "empty")]),
        (PARTS, {"parts": ["none", "backup"]}, [("parts", "contradictory")]),
        (PARTS, {"parts": ["backup", "moat"]}, [("parts", "unknown_option")]),
        (Count(D(1), D(3)), {"count": "1,5"}, [("count", "not_whole")]),
        (Count(D(1), D(3)), {"count": "9" * 13}, [("count", "above_maximum")]),
        (RULES["B4.1"], {"points": "6,001"}, [("points", "above_maximum")]),
        (HIGHEST, {}, [("own.answer", "no_alternative")]),
        (HIGHEST, {"share.numerator": "1"}, [("share.denominator", "empty")]),
        (
            HIGHEST,
            {"share.numerator": "2", "share.denominator": "1"},
            [("share.numerator", "above_denominator")],
        ),
        (RULES["B3.1"], {"points": "9"}, [("points", "unknown_field")]),
    ],
)
def test_what_cannot_be_taken_is_named_field_by_field(rule, raw, found):
    with pytest.raises(InvalidValue) as refused:
        read_value(rule, raw)
    assert sorted((one.field, one.code) for one in refused.value.problems) == sorted(found)


@pytest.mark.parametrize("code", sorted(VALUES))
def test_a_value_survives_the_form_and_json(code):
    rule, value = RULES[code], VALUES[code]
    assert read_value(rule, value_to_raw(rule, value)) == value
    assert value_from_json(rule, json.loads(json.dumps(value_to_json(value)))) == value


def test_no_part_at_all_survives_the_form_and_json():
    value = {"parts": ()}
    assert read_value(PARTS, value_to_raw(PARTS, value)) == value
    assert value_from_json(PARTS, value_to_json(value)) == value


def test_stored_numbers_are_never_ambiguous():
    value = {"numerator": D("1.234"), "denominator": D("118.348")}
    assert value_to_raw(Ratio(D(4)), value) == {"numerator": "1,234", "denominator": "118,348"}
    assert value_from_json(Ratio(D(4)), value_to_json(value)) == value


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        (Ratio(D(4)), {"numerator": 1, "denominator": "2"}),
        (Ratio(D(4)), {"numerator": "NaN", "denominator": "2"}),
        (Ratio(D(4)), {"numerator": "1e2", "denominator": "200"}),
        (Ratio(D(4)), {"numerator": "3", "denominator": "2"}),
        (RULES["A1.2"], {"answer": "yes"}),
        (CHOICE, {"option": ["college"]}),
        (PARTS, {"parts": ["backup", "backup"]}),
        (PARTS, {"parts": [["backup"]]}),
        (Count(D(1), D(2)), {"count": "1.5"}),
        (Count(D(1), D(2)), {"count": None}),
        (RULES["B4.1"], {"points": "7"}),
    ],
)
def test_json_that_does_not_fit_the_rule_is_refused(rule, data):
    with pytest.raises(InvalidValue):
        value_from_json(rule, data)


@given(
    st.sampled_from(sorted(RULES)),
    st.dictionaries(
        st.sampled_from(
            ["numerator", "denominator", "count", "answer", "option", "parts", "points", "own.answer"]
        ),
        st.text(max_size=30)
        | st.lists(st.text(max_size=8), max_size=3)
        | st.sampled_from(["1", "0", "yes", "none"]),
    ),
)
def test_whatever_is_typed_is_read_or_refused_and_what_is_read_stays(code, raw):
    rule = RULES[code]
    with suppress(InvalidValue):
        value = read_value(rule, raw)
        assert read_value(rule, value_to_raw(rule, value)) == value


def one_criterion(rule, **changes):
    criterion = Criterion("X", "Tiêu chí", rule, **changes)
    return CriteriaSet("s", "Bộ", "xa", (Group("G", "Nhóm", "readiness", (criterion,)),), "", True)


def codes(criteria_set, answer, **changes):
    answers = {} if answer is None else {"X": answer}
    return [problem.code for problem in problems(criteria_set, AnswerSheet(answers), **changes)]


HALF = {"numerator": D(1), "denominator": D(2)}
FULL = {"numerator": D(2), "denominator": D(2)}


def test_a_complete_sheet_has_no_problem():
    assert problems(sample_set(), sheet()) == ()


def test_a_blank_sheet_lists_what_the_unit_must_answer_and_no_more():
    found = problems(sample_set(), AnswerSheet())
    assert {problem.code for problem in found} == {ProblemCode.UNANSWERED}
    assert [problem.criterion for problem in found] == [
        code for code in RULES if code not in {"B3.1", "B4.1", "C1", "C2"}
    ]


def test_what_does_not_apply_is_not_asked():
    assert codes(one_criterion(Ratio(D(4))), None, not_applicable=frozenset({"X"})) == []


def test_less_than_the_maximum_must_be_explained():
    criteria_set = one_criterion(Ratio(D(4)))
    assert codes(criteria_set, Answer("X", HALF)) == [ProblemCode.REASON_MISSING]
    assert codes(criteria_set, Answer("X", HALF, " \n")) == [ProblemCode.REASON_MISSING]
    assert codes(criteria_set, Answer("X", HALF, "Thiếu máy")) == []
    assert codes(criteria_set, Answer("X", FULL)) == []


def test_points_not_yet_known_need_no_reason():
    assert codes(one_criterion(Normalised(D(4))), Answer("X", HALF)) == []


def test_the_sample_sheet_without_reasons_names_exactly_what_is_below_the_maximum():
    found = [
        one.criterion for one in problems(sample_set(), sheet(reason="")) if one.code == "reason_missing"
    ]
    assert found == ["A1.1", "A2.1", "A2.2", "B1.2"]


@pytest.mark.parametrize(("length", "found"), [(1000, []), (1001, [ProblemCode.REASON_TOO_LONG])])
def test_a_reason_has_a_thousand_characters(length, found):
    assert codes(one_criterion(Ratio(D(4))), Answer("X", FULL, "ộ" * length)) == found


def test_evidence_is_asked_only_where_points_are_claimed():
    criteria_set = one_criterion(Ratio(D(4)), evidence="Bảng kê", evidence_required=True)
    nothing = {"numerator": D(0), "denominator": D(2)}
    assert codes(criteria_set, Answer("X", FULL)) == [ProblemCode.EVIDENCE_MISSING]
    assert codes(criteria_set, Answer("X", FULL, evidence_count=1)) == []
    assert codes(criteria_set, Answer("X", nothing, "Chưa có")) == []
    pending = one_criterion(Normalised(D(4)), evidence_required=True)
    assert codes(pending, Answer("X", HALF)) == [ProblemCode.EVIDENCE_MISSING]


def test_a_value_the_set_no_longer_understands_is_said_with_its_field():
    found = problems(one_criterion(CHOICE), AnswerSheet({"X": Answer("X", {"option": "doctor"})}))
    assert [(one.code, one.detail) for one in found] == [(ProblemCode.INVALID_VALUE, "option:wrong_type")]


def test_answers_to_unknown_criteria_are_said():
    stray = replace(sheet(), answers={**sheet().answers, "Z9": Answer("Z9", None)})
    assert [(one.criterion, one.code) for one in problems(sample_set(), stray)] == [
        ("Z9", ProblemCode.UNKNOWN_CRITERION)
    ]
