"""Places, levels and grades, against rules written twice and against what must never change them."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.model import InvalidCriteria
from criteria.ranking import (
    By,
    Entry,
    LadderStep,
    LevelThreshold,
    Note,
    RankingRules,
    Ties,
    Unsubmitted,
    rank,
)
from tests.criteria.samples import D

LEVELS = tuple(LevelThreshold(level, f"B{level}", D(50)) for level in (1, 2, 3, 4))
# Bình Phước, 2014: Tốt 85-100, Khá 70-84, Trung bình 50-69, Yếu dưới 50, kept as lower bounds.
GRADES = (
    LadderStep("Yếu", D(0)),
    LadderStep("Tốt", D(85)),
    LadderStep("Khá", D(70)),
    LadderStep("Trung bình", D(50)),
)


def entry(key, total="0", status="ranked", most="100", **more):
    return Entry(key, status, D(total), D(most), **more)


def places(entries, rules=None):
    return {row.key: row.place for row in rank(entries, rules).rows}


FOUR = [entry("a", "9"), entry("b", "8"), entry("c", "8.000"), entry("d", "7")]


def test_equal_scores_share_a_place_and_the_next_is_skipped():
    assert places(FOUR) == {"a": 1, "b": 2, "c": 2, "d": 4}


def test_dense_ties_skip_no_place():
    assert places(FOUR, RankingRules(ties=Ties.DENSE)) == {"a": 1, "b": 2, "c": 2, "d": 3}


def test_a_thousandth_is_no_tie():
    assert places([entry("a", "118.348"), entry("b", "118.347")]) == {"a": 1, "b": 2}


def test_silent_units_share_the_place_after_the_last_ranked_and_have_no_score():
    silent = [entry("x", "99", "not_submitted"), entry("y", status="not_submitted")]
    rows = rank([*silent, *FOUR]).rows
    assert [(row.key, row.place) for row in rows[4:]] == [("x", 5), ("y", 5)]
    assert {(row.points, row.percentage, row.level, row.grade, row.note) for row in rows[4:]} == {
        (None, None, None, None, Note.NOT_SUBMITTED)
    }


def test_dense_ties_do_not_move_the_silent():
    rules = RankingRules(ties=Ties.DENSE)
    assert places([*FOUR, entry("x", status="not_submitted")], rules)["x"] == 5


def test_silent_units_may_go_without_a_place():
    rules = RankingRules(unsubmitted=Unsubmitted.UNRANKED)
    rows = rank([entry("x", status="not_submitted"), entry("u", "50", "unranked"), *FOUR], rules).rows
    assert [(row.key, row.place) for row in rows[4:]] == [("u", None), ("x", None)]


def test_units_assessed_without_being_ranked_keep_their_score_and_move_nobody():
    standings = rank([entry("u", "99", "unranked"), *FOUR, entry("x", status="not_submitted")])
    assert standings.ranked_count == 4
    last = standings.rows[-1]
    assert (last.key, last.place, last.points, last.note) == ("u", None, D(99), Note.UNRANKED)
    assert standings.rows[-2].place == 5


def test_nobody_submitted():
    assert places([entry("x", status="not_submitted"), entry("y", status="not_submitted")]) == {
        "x": 1,
        "y": 1,
    }
    assert rank([]).rows == ()


def test_share_of_ones_own_maximum_where_the_rules_say_so():
    units = [entry("whole", "80", most="100"), entry("small", "65", most="80"), entry("none", "0", most="0")]
    assert places(units) == {"whole": 1, "small": 2, "none": 3}
    assert places(units, RankingRules(by=By.PERCENTAGE)) == {"small": 1, "whole": 2, "none": 3}


def test_shares_are_compared_exactly():
    thirds = [entry("a", "1", most="3"), entry("b", "2", most="6"), entry("c", "0.333", most="1")]
    assert places(thirds, RankingRules(by=By.PERCENTAGE)) == {"a": 1, "b": 1, "c": 3}


def test_declared_tie_breaks_tell_equal_totals_apart_in_their_order():
    def unit(key, b4, b3, *figures):
        return entry(key, "8", groups={"B4": (D(b4), D(9)), "B3": (D(b3), D(9))}, tie_break=figures)

    units = [unit("a", 1, 5), unit("b", 2, 1), unit("c", 2, 3), unit("d", 2, 3)]
    rules = RankingRules(tie_break_groups=("B4", "B3"))
    assert places(units) == {"a": 1, "b": 1, "c": 1, "d": 1}
    assert places(units, rules) == {"c": 1, "d": 1, "b": 3, "a": 4}
    units[3] = unit("d", 2, 3, D(1))
    units[2] = unit("c", 2, 3, D(0))
    assert places(units, rules) == {"d": 1, "c": 2, "b": 3, "a": 4}


@pytest.mark.parametrize(
    ("percents", "level"),
    [
        ((50, 50, 50, 50), 4),
        ((100, 100, 100, "49.999"), 3),
        ((50, 50, 0, 100), 2),
        ((50, 0, 100, 100), 1),
        (("49.999", 100, 100, 100), 0),
    ],
)
def test_a_level_needs_every_level_below_it(percents, level):
    groups = {f"B{place}": (D(percent), D(100)) for place, percent in enumerate(percents, 1)}
    assert rank([entry("a", groups=groups)], RankingRules(level_thresholds=LEVELS)).rows[0].level == level


def test_a_group_that_does_not_apply_stands_in_nobodys_way_and_a_lacking_one_does():
    groups = {f"B{place}": (D(5), D(10)) for place in (1, 3, 4)}
    rules = RankingRules(level_thresholds=LEVELS)
    assert rank([entry("a", groups=groups | {"B2": (D(0), D(0))})], rules).rows[0].level == 4
    assert rank([entry("a", groups=groups)], rules).rows[0].level == 1
    assert rank([entry("a", groups=groups)]).rows[0].level is None


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("136", "Tốt"),
        ("135.999", "Khá"),
        ("112", "Khá"),
        ("80", "Trung bình"),
        ("79.999", "Yếu"),
        ("0", "Yếu"),
    ],
)
def test_grades_go_by_the_percentage_of_the_units_own_maximum_without_gaps(total, grade):
    assert rank([entry("a", total, most="160")], RankingRules(ladder=GRADES)).rows[0].grade == grade


def test_below_the_lowest_grade_there_is_none():
    rules = RankingRules(ladder=GRADES[1:])
    assert rank([entry("a", "10")], rules).rows[0].grade is None
    assert rank([entry("a", "-3")], RankingRules(ladder=GRADES)).rows[0].grade is None


def test_published_scores_of_gia_lai_come_out_in_their_published_order():
    published = {"Chư Pưh": "151.35", "Đức Cơ": "135.815", "Pleiku": "154.603", "Đak Pơ": "151.57"}
    rows = rank([entry(name, total, most="160") for name, total in published.items()]).rows
    assert [(row.place, row.key) for row in rows] == [
        (1, "Pleiku"),
        (2, "Đak Pơ"),
        (3, "Chư Pưh"),
        (4, "Đức Cơ"),
    ]
    assert rows[0].percentage == D("96.627")


def test_a_muddled_list_is_refused():
    with pytest.raises(ValueError, match="twice"):
        rank([entry("a"), entry("a")])
    with pytest.raises(ValueError, match="late"):
        rank([entry("a", status="late")])


@pytest.mark.parametrize(
    "build",
    [
        lambda: RankingRules(ties="random"),
        lambda: RankingRules(by="name"),
        lambda: RankingRules(unsubmitted="first"),
        lambda: RankingRules(tie_break_groups=("B1", "B1")),
        lambda: RankingRules(ladder=(GRADES[0], LadderStep("Khác", D("0.0")))),
        lambda: RankingRules(level_thresholds=(LEVELS[0], replace(LEVELS[0], percent=D(60)))),
        lambda: LevelThreshold(5, "B1", D(50)),
        lambda: LevelThreshold(1, "B1", D("100.1")),
        lambda: LadderStep(" ", D(1)),
        lambda: LadderStep("Tốt", D("NaN")),
        lambda: RankingRules.from_json({"tie": "dense"}),
        lambda: RankingRules.from_json({"ladder": [{"label": "Tốt", "at_least_percent": 85}]}),
        lambda: RankingRules.from_json([]),
    ],
)
def test_rules_that_make_no_sense_are_refused(build):
    with pytest.raises(InvalidCriteria):
        build()


def test_rules_come_back_from_json():
    rules = RankingRules("dense", ("B4", "B3"), "percentage", LEVELS, GRADES, "unranked")
    assert RankingRules.from_json(rules.to_json()) == rules
    assert RankingRules.from_json({}) == RankingRules()


statuses = st.sampled_from(["ranked"] * 4 + ["unranked", "not_submitted"])
few_scores = st.sampled_from(["0", "1.5", "2", "2.000", "2.001", "7", "118.348", "118.347"])
groups = st.fixed_dictionaries({"G": st.tuples(st.sampled_from([D(1), D(2)]), st.just(D(4)))})
all_rules = st.builds(
    RankingRules,
    ties=st.sampled_from(["competition", "dense"]),
    by=st.sampled_from(["points", "percentage"]),
    tie_break_groups=st.sampled_from([(), ("G",)]),
    unsubmitted=st.sampled_from(["last", "unranked"]),
)


@st.composite
def campaigns(draw, least=0):
    count = draw(st.integers(least, 14))
    return [
        Entry(
            f"u{place}",
            draw(statuses),
            D(draw(few_scores)),
            D(draw(st.sampled_from([120, 125, 0]))),
            draw(groups),
        )
        for place in range(count)
    ]


def reference_place(one, entries, rules):
    """A unit's place by counting who is better, in Fractions, sorting nothing."""

    def worth(unit):
        def share(points, most):
            if rules.by == "points":
                return Fraction(str(points))
            return Fraction(str(points)) / Fraction(str(most)) if most else Fraction(0)

        return [
            share(unit.scorecard_total, unit.max),
            *(share(*unit.groups[code]) for code in rules.tie_break_groups),
        ]

    field = [unit for unit in entries if unit.status == "ranked"]
    if one.status == "not_submitted":
        return len(field) + 1 if rules.unsubmitted == "last" else None
    if one.status == "unranked":
        return None
    better = [tuple(worth(unit)) for unit in field if worth(unit) > worth(one)]
    return 1 + len(set(better) if rules.ties == "dense" else better)


@settings(max_examples=300)
@given(campaigns(), all_rules)
def test_places_are_those_of_an_independent_count(entries, rules):
    assert places(entries, rules) == {one.key: reference_place(one, entries, rules) for one in entries}


@given(campaigns(), all_rules, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_no_row(entries, rules, random):
    shuffled = random.sample(entries, len(entries))
    assert {row.key: row for row in rank(shuffled, rules).rows} == {
        row.key: row for row in rank(entries, rules).rows
    }


@given(campaigns(), all_rules)
def test_rows_go_by_place_and_equals_stay_as_given(entries, rules):
    given_order = [one.key for one in entries]
    order = [(row.place, given_order.index(row.key)) for row in rank(entries, rules).rows if row.place]
    assert order == sorted(order)


@given(campaigns(), all_rules)
def test_one_more_silent_unit_changes_no_ranked_place(entries, rules):
    before = rank(entries, rules)
    after = rank([*entries, Entry("late", "not_submitted")], rules)
    assert [row for row in after.rows if row.key != "late"] == list(before.rows)


@given(campaigns(least=1), all_rules, st.data())
def test_a_higher_score_never_worsens_a_place(entries, rules, data):
    place = data.draw(st.integers(0, len(entries) - 1))
    one = entries[place]
    raised = [*entries]
    raised[place] = replace(
        one, scorecard_total=one.scorecard_total + data.draw(st.sampled_from([D("0.001"), D(50)]))
    )
    before, after = places(entries, rules), places(raised, rules)
    if one.status == "ranked":
        assert after[one.key] <= before[one.key]
    else:
        assert after == before


@given(campaigns(), all_rules)
def test_renaming_units_changes_no_place(entries, rules):
    renamed = [replace(one, key=f"z{100 - place}") for place, one in enumerate(entries)]
    assert list(places(renamed, rules).values()) == list(places(entries, rules).values())
