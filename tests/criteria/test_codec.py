"""A criteria set keeps its meaning and its hash through JSON, and bad files are told all that is wrong."""

import hashlib
import json
from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.codec import digest, from_json, to_json
from criteria.model import (
    Adjustment,
    Alternative,
    Choice,
    Count,
    CountLadder,
    CriteriaSet,
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
)
from tests.criteria.samples import D, sample_set

worth = st.decimals(min_value="0.001", max_value=500, places=3)
title = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20).map(
    lambda text: normalize("NFC", text)
)
options = st.lists(worth, min_size=2, max_size=4).map(
    lambda all_worth: tuple(Option(f"o{i}", f"Mức {i}", one) for i, one in enumerate(all_worth))
)
simple = st.one_of(
    st.builds(YesNo, worth),
    st.builds(Ratio, worth),
    st.builds(CountLadder, st.builds(lambda p: (Step(D(1), p),), worth), st.booleans()),
    st.builds(Choice, options),
    st.builds(Parts, options),
    st.builds(Count, worth, worth),
)
rules = st.one_of(
    simple,
    st.builds(Ratio, worth, st.sampled_from(["zero", "not_applicable"])),
    st.builds(lambda a, b: Highest((Alternative("a", "A", a), Alternative("b", "B", b))), simple, simple),
    st.builds(Normalised, worth),
    st.builds(Survey, worth),
    st.builds(RollUp, worth, st.sampled_from(["", "B1.1"]), st.sampled_from(["ratio", "mean"])),
)


@st.composite
def criteria_sets(draw):
    criteria = [
        Criterion(f"A{place}", draw(title), rule, draw(title), draw(st.booleans()), draw(title))
        for place, rule in enumerate(draw(st.lists(rules, min_size=1, max_size=6)))
    ]
    bonus = Criterion("C", draw(title), Adjustment(D(-1), D(0), -draw(worth)))
    groups = (
        Group("A", draw(title), "result", tuple(criteria), draw(st.sampled_from([None, 1, 4]))),
        Group("C", draw(title), "adjustment", (bonus,)),
    )
    return CriteriaSet(
        "s", draw(title), "xa", groups, "", draw(st.booleans()), Rounding(draw(st.integers(0, 6)))
    )


@given(criteria_sets())
def test_a_set_comes_back_from_its_json_equal_in_meaning_text_and_hash(criteria_set):
    text = to_json(criteria_set)
    again = from_json(text)
    assert again == criteria_set
    assert to_json(again) == text
    assert again.hash == criteria_set.hash == digest(again) == hashlib.sha256(text.encode()).hexdigest()


def test_the_hash_knows_no_trailing_zeros_no_order_of_keys_and_no_unicode_form():
    text = to_json(sample_set())
    shuffled = json.dumps(dict(reversed(json.loads(text).items())), indent=2)
    decomposed = normalize("NFD", text).replace('"max":"4"', '"max":"4.00"')
    assert from_json(shuffled).hash == from_json(decomposed).hash == sample_set().hash


def test_the_hash_changes_with_every_word():
    assert sample_set().hash != replace(sample_set(), title="Bộ tiêu chí khác").hash
    assert sample_set().hash != replace(sample_set(), rounding=Rounding(2)).hash


def test_the_text_holds_no_float_and_names_each_kind():
    data = json.loads(to_json(sample_set()), parse_float=pytest.fail)
    kinds = {one["rule"]["kind"] for group in data["groups"] for one in group["criteria"]}
    assert len(kinds) == 11


def changed(change):
    data = json.loads(to_json(sample_set()))
    change(data)
    return json.dumps(data)


def flaws(text):
    with pytest.raises(InvalidCriteria) as refused:
        from_json(text)
    return [(flaw.path, flaw.code) for flaw in refused.value.problems]


def test_every_flaw_is_listed_with_its_path():
    def spoil(data):
        first = data["groups"][0]["criteria"]
        first[0]["rule"]["max"] = "-4"
        first[1]["rule"]["points"] = 2
        first[2]["title"] = " "
        first[3]["rule"]["kind"] = "magic"
        data["groups"][1]["colour"] = "red"
        del data["groups"][2]["title"]
        data["illustrative"] = "yes"
        data["groups"][4]["criteria"][0]["rule"]["max"] = "1e3"

    assert set(flaws(changed(spoil))) == {
        ("groups[0].criteria[0].rule.max", FlawCode.OUT_OF_RANGE),
        ("groups[0].criteria[1].rule.points", FlawCode.WRONG_TYPE),
        ("groups[0].criteria[2].title", FlawCode.BLANK),
        ("groups[0].criteria[3].rule.kind", FlawCode.UNKNOWN_VALUE),
        ("groups[1].colour", FlawCode.UNKNOWN_KEY),
        ("groups[2].title", FlawCode.MISSING),
        ("illustrative", FlawCode.WRONG_TYPE),
        ("groups[4].criteria[0].rule.max", FlawCode.BAD_NUMBER),
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        '{"a": 1, "a": 2}',
        '{"a": 1.5}',
        '{"a": NaN}',
        '{"a": Infinity}',
        "[" * 100_000,
        '"\\ud800',
    ],
)
def test_what_is_not_strict_json_is_refused(text):
    assert flaws(text) == [("", FlawCode.NOT_JSON)]


@pytest.mark.parametrize("text", ["[]", "null", "3", '"set"'])
def test_json_of_another_shape_is_refused(text):
    assert flaws(text) == [("", FlawCode.WRONG_TYPE)]


def test_a_file_too_long_is_not_even_read():
    assert flaws(" " * 2_000_001) == [("", FlawCode.TOO_LONG)]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["code", "groups", "criteria", "rule", "kind", "max", "title"]), inner
            )
        ),
    )
)
def test_no_json_breaks_the_reader(data):
    with pytest.raises(InvalidCriteria) as refused:
        from_json(json.dumps(data))
    assert refused.value.problems
