"""How points came about: for every kind of rule the way of reckoning, its figures, and whether they were rounded."""

import pytest

from criteria.answers import Answer, AnswerSheet
from criteria.model import Count, CountLadder, Normalised, Ratio, RollUp, RollUpHow, Rule, Step
from criteria.scoring import Context, RolledUp, score
from criteria.working import Way, explain
from tests.criteria.samples import CHOICE, HIGHEST, LADDER, PARTS, RULES, VALUES, D, sample_set, sheet
from tests.criteria.test_scoring import one_rule

HALF = {"numerator": D(1), "denominator": D(2)}
THIRD = {"numerator": D(1), "denominator": D(3)}
NOTHING = {"numerator": D(0), "denominator": D(0)}


def explained(rule: Rule, value, context: Context | None = None):
    answers = AnswerSheet({"X1": Answer("X1", value)} if value is not None else {})
    criteria_set = one_rule(rule)
    return explain(criteria_set, criteria_set.criterion("X1"), answers, context)


@pytest.mark.parametrize(
    ("rule", "value", "way", "facts"),
    [
        (RULES["A1.2"], {"answer": True}, Way.YES, {"points": "2"}),
        (RULES["A1.2"], {"answer": False}, Way.NO, {"points": "0"}),
        (
            Ratio(D(4)),
            {"numerator": D(45), "denominator": D(60)},
            Way.SHARE,
            {"part": "45", "whole": "60", "percent": "75", "sign": "=", "most": "4", "points": "3"},
        ),
        (Ratio(D(4)), NOTHING, Way.NOTHING_COUNTED, {"points": "0"}),
        (RULES["B2.1"], NOTHING, Way.NOTHING_COUNTED_SPARED, {"points": "0"}),
        (LADDER, {"count": D(3)}, Way.STEP, {"count": "3", "least": "3", "points": "3"}),
        (LADDER, {"count": D(0)}, Way.BELOW_STEPS, {"count": "0", "least": "1", "points": "0"}),
        (CHOICE, {"option": "college"}, Way.CHOSEN, {"label": "Cao đẳng", "points": "2"}),
        (PARTS, {"parts": ("firewall", "backup")}, Way.PARTS, {"points": "2"}),
        (PARTS, {"parts": ()}, Way.NO_PARTS, {"points": "0"}),
        (
            Count(D(2), D(8)),
            {"count": D(3)},
            Way.COUNT,
            {"count": "3", "each": "2", "product": "6", "most": "8", "points": "6"},
        ),
        (
            Count(D(2), D(8)),
            {"count": D(5)},
            Way.COUNT_CAPPED,
            {"count": "5", "each": "2", "product": "10", "most": "8", "points": "8"},
        ),
        (HIGHEST, VALUES["B1.2"], Way.HIGHEST, {"points": "2"}),
        (Normalised(D(3)), HALF, Way.NORMALISED_AWAITED, {"points": "0"}),
        (RULES["B4.1"], {"points": D("4.5")}, Way.SURVEY, {"points": "4,5"}),
        (RULES["B4.1"], None, Way.SURVEY_AWAITED, {}),
        (RULES["C1"], {"count": D(2)}, Way.BONUS, {"count": "2", "each": "1", "product": "2", "most": "3"}),
        (RULES["C1"], {"count": D(7)}, Way.BONUS_CAPPED, {"product": "7", "most": "3", "points": "3"}),
        (RULES["C1"], None, Way.NO_BONUS, {}),
        (RULES["C2"], {"count": D(2)}, Way.PENALTY, {"each": "2", "product": "4", "points": "-4"}),
        (RULES["C2"], {"count": D(3)}, Way.PENALTY_FLOORED, {"product": "6", "most": "5", "points": "-5"}),
        (RULES["C2"], None, Way.PENALTY_AWAITED, {}),
        (RULES["B3.1"], None, Way.ROLL_UP_AWAITED, {"points": "0"}),
        (Ratio(D(4)), None, Way.UNANSWERED, {}),
        (Ratio(D(4)), {"numerator": D(3), "denominator": D(2)}, Way.UNREADABLE, {}),
    ],
)
def test_every_rule_names_its_way_and_its_figures(rule, value, way, facts) -> None:
    found = explained(rule, value)
    assert found.way is way
    assert facts.items() <= found.facts.items()


def test_rounding_is_named_only_where_it_changed_the_points() -> None:
    rounded = explained(Ratio(D(4)), THIRD)
    assert (rounded.places, rounded.facts["percent"], rounded.facts["sign"]) == (3, "33,33", "≈")
    assert explained(Ratio(D(4)), HALF).places is None


def test_parts_and_alternatives_come_with_their_labels() -> None:
    assert explained(PARTS, {"parts": ("firewall", "backup")}).pairs == (
        ("Tường lửa", "1,5"),
        ("Sao lưu", "0,5"),
    )
    assert explained(HIGHEST, VALUES["B1.2"]).pairs == (("Trang riêng", "2"), ("Tỷ lệ chuyên mục", "1,5"))


def test_a_normalised_criterion_tells_the_best_share_once_it_is_known() -> None:
    found = explained(Normalised(D(3)), HALF, Context(best={"X1": D("0.8")}))
    assert found.way is Way.NORMALISED
    assert (found.facts["percent"], found.facts["best"], found.facts["points"]) == ("50", "80", "1,875")
    none = explained(Normalised(D(3)), HALF | {"numerator": D(0)}, Context(best={"X1": D("0.8")}))
    assert none.way is Way.NORMALISED_NOTHING


@pytest.mark.parametrize(("how", "way"), [("ratio", Way.ROLLED_UP), ("mean", Way.ROLLED_UP_MEAN)])
def test_a_roll_up_tells_how_many_subordinates_it_rests_on(how, way) -> None:
    rule = RollUp(D(10), how=RollUpHow(how))
    found = explained(rule, None, Context(rolled_up={"X1": RolledUp(D(3), 4)}))
    assert (found.way, found.facts["part"], found.facts["whole"], found.facts["points"]) == (
        way,
        "3",
        "4",
        "7,5",
    )
    assert explained(rule, None, Context(rolled_up={"X1": RolledUp(D(0), 0)})).way is Way.NO_SUBORDINATES


def test_what_is_excused_or_decided_is_not_reckoned() -> None:
    assert explained(Ratio(D(4)), HALF, Context(not_applicable=frozenset({"X1"}))).way is Way.WAIVED
    found = explained(Ratio(D(4)), HALF, Context(decided={"X1": D("1.5")}))
    assert (found.way, found.facts) == (Way.DECIDED, {"points": "1,5"})


def test_a_ladder_takes_its_steps_in_any_order() -> None:
    ladder = CountLadder((Step(D(90), D(5)), Step(D(50), D("2.5"))), whole=False)
    assert explained(ladder, {"count": D("89.9")}).facts["least"] == "50"
    assert explained(ladder, {"count": D(10)}).facts["least"] == "50"


def test_the_points_told_are_those_of_the_scorecard() -> None:
    criteria_set, answers = sample_set(), sheet()
    card = score(criteria_set, answers)
    for criterion in criteria_set.criteria():
        told = explain(criteria_set, criterion, answers).facts.get("points", "0")
        assert D(told.replace(",", ".")) == card.line(criterion.code).points
