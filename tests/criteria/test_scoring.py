"""What every kind of rule is worth, to the third decimal, and what a scorecard says of it."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.answers import Answer, AnswerSheet
from criteria.model import (
    Adjustment,
    Count,
    CountLadder,
    CriteriaSet,
    Criterion,
    Group,
    Normalised,
    Ratio,
    RollUp,
    Rounding,
    Step,
)
from criteria.scoring import (
    Context,
    DecisionOutOfRange,
    GroupScore,
    LineStatus,
    RolledUp,
    best_ratios,
    raw_ratio,
    roll_up,
    score,
)
from tests.criteria.samples import CHOICE, HIGHEST, LADDER, PARTS, RULES, VALUES, D, sample_set, sheet


def one_rule(rule, **changes):
    """A set with one criterion X1 beside a plain one, so that its own maximum may vanish."""
    section = "adjustment" if isinstance(rule, Adjustment) else "readiness"
    groups = (
        Group("X", "Nhóm", section, (Criterion("X1", "Tiêu chí", rule),)),
        Group("Y", "Nhóm khác", "readiness", (Criterion("Y1", "Tiêu chí khác", Ratio(D(1))),)),
    )
    return CriteriaSet("one", "Một", "xa", groups, "", True, **changes)


def line_for(rule, value, context=None, **changes):
    answers = AnswerSheet({"X1": Answer("X1", value)} if value is not None else {})
    return score(one_rule(rule, **changes), answers, context).line("X1")


@pytest.mark.parametrize(
    ("rule", "value", "points", "working"),
    [
        (RULES["A1.2"], {"answer": True}, "2", "2"),
        (RULES["A1.2"], {"answer": False}, "0", "0"),
        (Ratio(D(4)), {"numerator": D(37), "denominator": D(50)}, "2.96", "37 / 50 × 4 = 2,96"),
        (Ratio(D(4)), {"numerator": D(1), "denominator": D(3)}, "1.333", "1 / 3 × 4 = 1,333"),
        (Ratio(D(4)), {"numerator": D(2), "denominator": D(3)}, "2.667", "2 / 3 × 4 = 2,667"),
        (Ratio(D(1)), {"numerator": D("0.0005"), "denominator": D(1)}, "0.001", "0,0005 / 1 × 1 = 0,001"),
        (Ratio(D(4)), {"numerator": D(0), "denominator": D(0)}, "0", "0 / 0 → 0"),
        (LADDER, {"count": D(0)}, "0", "0 → 0"),
        (LADDER, {"count": D(3)}, "3", "3 ≥ 3 → 3"),
        (LADDER, {"count": D(99)}, "4", "99 ≥ 4 → 4"),
        (CHOICE, {"option": "college"}, "2", "Cao đẳng → 2"),
        (CHOICE, {"option": "nobody"}, "0", "Không có → 0"),
        (PARTS, {"parts": ()}, "0", "0"),
        (PARTS, {"parts": ("backup",)}, "0.5", "0,5"),
        (PARTS, {"parts": ("firewall", "backup")}, "2", "1,5 + 0,5 = 2"),
        (Count(D(2), D(8)), {"count": D(3)}, "6", "3 × 2 = 6"),
        (Count(D(2), D(8)), {"count": D(4)}, "8", "4 × 2 = 8"),
        (Count(D(2), D(8)), {"count": D(5)}, "8", "min(5 × 2; 8) = 8"),
        (HIGHEST, {"own.answer": True}, "2", "2"),
        (HIGHEST, VALUES["B1.2"], "2", "max(2; 1,5) = 2"),
        (HIGHEST, VALUES["B1.2"] | {"share.numerator": D(2)}, "3", "max(2; 3) = 3"),
        (RULES["B4.1"], {"points": D("4.5")}, "4.5", "4,5"),
        (RULES["C1"], {"count": D(2)}, "2", "2 × 1 = 2"),
        (RULES["C1"], {"count": D(7)}, "3", "min(7 × 1; 3) = 3"),
        (RULES["C2"], {"count": D(0)}, "0", "0 × -2 = 0"),
        (RULES["C2"], {"count": D(2)}, "-4", "2 × -2 = -4"),
        (RULES["C2"], {"count": D(3)}, "-5", "max(3 × -2; -5) = -5"),
    ],
)
def test_every_rule_is_worth_what_it_says(rule, value, points, working):
    line = line_for(rule, value)
    assert (line.status, line.points, line.working) == (LineStatus.SCORED, D(points), working)


def test_a_ladder_may_take_fractions_and_its_steps_in_any_order():
    ladder = CountLadder((Step(D(90), D(5)), Step(D(50), D("2.5"))), whole=False)
    assert line_for(ladder, {"count": D("89.9")}).points == D("2.5")
    assert line_for(ladder, {"count": D(90)}).points == D(5)


def test_nothing_to_count_makes_a_ratio_not_applicable_where_the_set_says_so():
    line = line_for(RULES["B2.1"], {"numerator": D(0), "denominator": D(0)})
    assert (line.status, line.points, line.max, line.working) == (LineStatus.NOT_APPLICABLE, 0, 0, "")


def test_a_normalised_criterion_waits_for_the_best_unit():
    value = {"numerator": D(1), "denominator": D(2)}
    assert line_for(Normalised(D(3)), value).status == LineStatus.PENDING
    line = line_for(Normalised(D(3)), value, Context(best={"X1": D("0.8")}))
    assert (line.points, line.working) == (D("1.875"), "1 / 2 / 0,8 × 3 = 1,875")


def test_the_best_unit_gets_exactly_the_maximum_and_nobody_more():
    third = {"numerator": D(1), "denominator": D(3)}
    criteria_set = one_rule(Normalised(D(3)))
    best = best_ratios(criteria_set, [AnswerSheet({"X1": Answer("X1", third)})])
    assert line_for(Normalised(D(3)), third, Context(best=best)).points == D(3)
    assert line_for(
        Normalised(D(3)), {"numerator": D(9), "denominator": D(1)}, Context(best=best)
    ).points == D(3)


def test_where_everybody_has_nothing_nobody_scores():
    nothing = {"numerator": D(0), "denominator": D(5)}
    line = line_for(Normalised(D(3)), nothing, Context(best={"X1": D(0)}))
    assert (line.status, line.points) == (LineStatus.SCORED, 0)


def test_a_figure_set_aside_by_the_verifier_is_nobodys_yardstick():
    sheets = [AnswerSheet({"X1": Answer("X1", {"numerator": D(n), "denominator": D(10)})}) for n in (9, 5, 2)]
    criteria_set = one_rule(Normalised(D(3)))
    assert best_ratios(criteria_set, sheets) == {"X1": D("0.9")}
    assert best_ratios(criteria_set, sheets, [{"X1": D(1)}, {}, {}]) == {"X1": D("0.5")}
    assert best_ratios(criteria_set, sheets, [{"X1": D(1)}] * 3) == {}


def test_only_a_normalised_criterion_with_a_sound_answer_has_a_ratio():
    criteria_set = one_rule(Normalised(D(3)))
    criterion = criteria_set.criterion("X1")
    assert raw_ratio(criterion, None) is None
    assert raw_ratio(criterion, Answer("X1", {"numerator": D(1), "denominator": D(0)})) is None
    assert raw_ratio(criterion, Answer("X1", {"numerator": D(1), "denominator": D(4)})) == D("0.25")
    assert raw_ratio(criteria_set.criterion("Y1"), Answer("Y1", VALUES["A1.1"])) is None


@pytest.mark.parametrize("decided", ["0", "1.5", "4"])
def test_decided_points_replace_the_computed_ones_higher_or_lower(decided):
    line = line_for(Ratio(D(4)), VALUES["A1.1"], Context(decided={"X1": D(decided)}))
    assert (line.status, line.points) == (LineStatus.SCORED, D(decided))


@pytest.mark.parametrize("decided", ["-0.001", "4.001", "NaN", "Infinity"])
def test_decided_points_beyond_the_criterion_are_refused(decided):
    with pytest.raises(DecisionOutOfRange):
        line_for(Ratio(D(4)), None, Context(decided={"X1": D(decided)}))


def test_a_penalty_may_be_decided_down_to_its_floor():
    assert line_for(RULES["C2"], None, Context(decided={"X1": D(-5)})).points == D(-5)


def test_not_applicable_wins_over_every_answer_and_shrinks_the_maximum():
    context = Context(not_applicable=frozenset({"X1"}), decided={"X1": D(4)})
    card = score(one_rule(Ratio(D(4))), AnswerSheet({"X1": Answer("X1", VALUES["A1.1"])}), context)
    assert (card.total, card.max, card.line("X1").status) == (0, D(1), LineStatus.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (Ratio(D(4)), LineStatus.MISSING),
        (RULES["B4.1"], LineStatus.PENDING),
        (RULES["B3.1"], LineStatus.PENDING),
        (RULES["C1"], LineStatus.SCORED),
        (RULES["C2"], LineStatus.SCORED),
    ],
)
def test_what_is_not_answered_scores_nothing_and_says_whom_it_waits_for(rule, status):
    line = line_for(rule, None)
    assert (line.status, line.points) == (status, 0)


@pytest.mark.parametrize(
    "value",
    [{}, {"numerator": D(5), "denominator": D(4)}, {"numerator": D("NaN"), "denominator": D(4)}, {"x": "y"}],
)
def test_an_unsound_stored_value_scores_nothing_and_breaks_nothing(value):
    assert line_for(Ratio(D(4)), value).status == LineStatus.MISSING


def cards(*counts):
    """Scorecards of communes with so many points of ten; None did not submit."""
    criteria_set = one_rule(Count(D(1), D(10)))
    return [
        None if count is None else score(criteria_set, AnswerSheet({"X1": Answer("X1", {"count": D(count)})}))
        for count in counts
    ]


def test_a_roll_up_counts_the_units_that_reached_the_maximum():
    found = roll_up(RollUp(D(10), of="X1", how="ratio"), cards(10, 12, 9, None))
    assert found == RolledUp(D(2), 4)
    line = line_for(RollUp(D(10)), None, Context(rolled_up={"X1": found}))
    assert (line.points, line.working) == (D(5), "2 / 4 × 10 = 5")


def test_a_roll_up_takes_the_mean_of_what_each_reached_with_nothing_for_the_silent():
    assert roll_up(RollUp(D(10), of="X1", how="mean"), cards(10, 5, None)) == RolledUp(D("1.5"), 3)
    total = roll_up(RollUp(D(10), of="", how="mean"), cards(11, None))
    line = line_for(RollUp(D(10)), None, Context(rolled_up={"X1": total}))
    assert (total.units, line.points) == (2, D("4.545"))


def test_a_district_without_communes_is_not_asked_about_them():
    found = roll_up(RollUp(D(10)), [])
    assert line_for(RollUp(D(10)), None, Context(rolled_up={"X1": found})).status == LineStatus.NOT_APPLICABLE


def test_a_whole_scorecard_by_hand():
    context = Context(
        best={"A1.4": D("0.8")},
        rolled_up={"B3.1": RolledUp(D(12), 20)},
        decided={"B4.1": D("5.5"), "C2": D(-2)},
    )
    card = score(sample_set(), sheet(), context)
    assert card.groups == (
        GroupScore("A1", D("8.835"), D(11)),
        GroupScore("A2", D(5), D(8)),
        GroupScore("B1", D(12), D(13)),
        GroupScore("B2", D(0), D(0)),
        GroupScore("B3", D(6), D(10)),
        GroupScore("B4", D("5.5"), D(6)),
        GroupScore("C", D(0), D(0)),
    )
    assert (card.total, card.max, card.percentage) == (D("37.335"), D(48), D("77.781"))
    assert not card.is_provisional


def test_without_other_units_a_scorecard_is_provisional():
    assert score(sample_set(), sheet()).is_provisional


def test_an_empty_sheet_scores_nothing_out_of_everything():
    card = score(sample_set(), AnswerSheet())
    assert (card.total, card.max, card.percentage) == (0, sample_set().max, 0)


def test_rounding_is_per_criterion_and_by_the_set():
    value = {"numerator": D(1), "denominator": D(8)}
    assert line_for(Ratio(D(1)), value, rounding=Rounding(2)).points == D("0.13")
    assert line_for(Ratio(D(1)), value, rounding=Rounding(2, "half_even")).points == D("0.12")
    assert line_for(Ratio(D(1)), value, rounding=Rounding(0)).points == D(0)


def test_six_equal_marks_add_up_the_same_in_every_order():
    marks = [D("1.4"), D("0.7"), D("0.7"), D("0.7"), D("0.7"), D("0.7")]
    assert sum(marks) == sum(reversed(marks)) == D("4.9")


numbers = st.decimals(min_value=0, max_value=10**9, places=3)


@given(part=numbers, whole=numbers, worth=st.decimals(min_value="0.001", max_value=1000, places=3))
def test_a_ratio_lies_between_nothing_and_its_maximum_whatever_the_ambient_precision(part, whole, worth):
    part, whole = sorted((part, whole))
    value = {"numerator": part, "denominator": whole}
    line = line_for(Ratio(worth), value)
    assert 0 <= line.points <= worth
    with localcontext() as ambient:
        ambient.prec = 28
        ambient.rounding = "ROUND_CEILING"
        assert line_for(Ratio(worth), value) == line


@given(st.lists(st.decimals(min_value=0, max_value=4, places=6), min_size=2, max_size=2))
def test_sums_are_exact(decided):
    criteria_set = one_rule(Ratio(D(4)))
    first, second = decided[0], min(decided[1], Decimal(1))
    card = score(criteria_set, AnswerSheet(), Context(decided={"X1": first, "Y1": second}))
    assert card.total == card.line("X1").points + card.line("Y1").points
    assert abs(card.total - first - second) <= D("0.001")
