"""What a new version changes, criterion by criterion, and what can still be compared with the year before."""

from dataclasses import replace
from decimal import Decimal

import pytest

from criteria.differences import Aspect, Comparability, compare
from criteria.model import Choice, Option, Ratio, YesNo
from tests.criteria.samples import CHOICE, sample_set

D = Decimal


def with_rule(code, rule, **changes):
    """The sample set with another rule for one criterion."""
    known = sample_set()
    groups = tuple(
        replace(
            group,
            criteria=tuple(
                replace(one, rule=rule, **changes) if one.code == code else one for one in group.criteria
            ),
        )
        for group in known.groups
    )
    return replace(known, groups=groups)


def test_a_set_does_not_differ_from_itself_and_everything_is_new_at_first():
    same = compare(sample_set(), sample_set())
    assert same.is_empty
    assert same.unchanged == 13
    first = compare(None, sample_set())
    assert len(first.added) == 13
    assert (first.max_before, first.max_after) == (0, sample_set().max)


@pytest.mark.parametrize(
    ("code", "rule", "changes", "aspects", "comparability"),
    [
        ("A1.1", Ratio(D(4)), {"title": "Tên khác"}, {Aspect.TITLE}, Comparability.FULL),
        ("A1.1", Ratio(D(4)), {"evidence_required": True}, {Aspect.EVIDENCE}, Comparability.FULL),
        ("A1.1", Ratio(D(6)), {}, {Aspect.RULE, Aspect.MAX}, Comparability.ANSWERS),
        ("A1.1", YesNo(D(4)), {}, {Aspect.RULE}, Comparability.NONE),
        (
            "A2.1",
            Choice((Option("degree", "Thạc sĩ", D(4)), *CHOICE.options[1:])),
            {},
            {Aspect.RULE},
            Comparability.NONE,
        ),
    ],
)
def test_what_a_change_means(code, rule, changes, aspects, comparability):
    found = compare(sample_set(), with_rule(code, rule, **changes))
    (changed,) = found.changed
    assert set(changed.aspects) == aspects
    assert changed.comparability == comparability
    assert found.unchanged == 12


def test_groups_settings_and_what_went_or_came():
    known = sample_set()
    first, *rest = known.groups
    fewer = replace(known, title="Tên mới", groups=(replace(first, criteria=first.criteria[1:]), *rest))
    found = compare(known, fewer)
    assert [one.code for one in found.removed] == ["A1.1"]
    assert found.settings == ("title", "order")
    assert found.max_before - found.max_after == 4
    back = compare(fewer, known)
    assert [one.code for one in back.added] == ["A1.1"]
    named = replace(known, groups=(replace(first, title="Hạ tầng"), *rest))
    assert compare(known, named).groups == ("A1",)
