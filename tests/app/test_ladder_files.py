"""Rules of reminders in campaign files: the short list, the tables, every fault at its place, and what the docs say."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaign_clones import cloned
from app.campaign_files import CAMPAIGNS, InvalidCampaignFile, bundled, dump, load
from notifications.facts import Owed
from notifications.ladder import DEFAULT, MAY_BE_TOLD, rule, unfit, written
from notifications.obligations import Audience

ROOT = Path(__file__).parents[2]
SHORT = "reminders = [14, 7, 3, 1, 0, -1]"
RULE = """
[[reminders]]
owed = "form"
days_before = 5
audiences = ["unit", "office"]
"""


@pytest.fixture(scope="module")
def text():
    found = (CAMPAIGNS / "gia-lai-2019.toml").read_text(encoding="utf-8")
    assert SHORT in found
    return found


def with_rules(text, rules):
    return text.replace(SHORT, "") + rules


def faults(text):
    with pytest.raises(InvalidCampaignFile) as caught:
        load(text)
    return {problem.path: problem.detail for problem in caught.value.problems}


def test_the_short_list_stands_for_the_declared_default(text):
    assert load(text).reminders == DEFAULT
    assert load(text.replace(SHORT, "reminders = [10, -2]")).reminders == written([10, -2])
    assert load(text.replace(SHORT, "reminders = []")).reminders == ()


def test_tables_are_read_with_what_they_leave_out(text):
    [found] = load(with_rules(text, RULE)).reminders
    assert found == rule(Owed.FORM, {Audience.UNIT, Audience.OFFICE}, 5)
    weekly = RULE.replace("days_before = 5", 'weekdays = ["friday", "monday"]\nhour = 14')
    [found] = load(
        with_rules(text, weekly.replace('"form"', '"oversight"').replace('"unit", ', ""))
    ).reminders
    assert (found.weekdays, found.hour, found.name) == ({0, 4}, 14, "weekly-04")


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ('owed = "form"', 'owed = "tax"', "reminders[0].owed"),
        ('owed = "form"', "", "reminders[0].owed"),
        ("days_before = 5", "days_before = 61", "reminders[0].days_before"),
        ("days_before = 5", "days_before = -61", "reminders[0].days_before"),
        ("days_before = 5", "days_before = true", "reminders[0].days_before"),
        ("days_before = 5", "", "reminders[0].days_before"),
        ("days_before = 5", 'days_before = 5\nweekdays = ["monday"]', "reminders[0].days_before"),
        ("days_before = 5", 'weekdays = ["thu hai"]', "reminders[0].weekdays[0]"),
        ("days_before = 5", 'weekdays = ["monday", "monday"]', "reminders[0].weekdays[1]"),
        ('"unit", "office"', "", "reminders[0]"),
        ('"unit", "office"', '"everybody"', "reminders[0].audiences[0]"),
        ('"unit", "office"', '"approver"', "reminders[0]"),
        ("days_before = 5", "days_before = 5\nhour = 23", "reminders[0].hour"),
        ("days_before = 5", "days_before = 5\nhours = 9", "reminders[0].hours"),
        ("days_before = 5", "days_before = 5\nonly_untouched = true", "reminders[0]"),
        ("days_before = 5", "days_before = 5\nsince = 2019-10-10", "reminders[0].since"),
        ("days_before = 5", "days_before = 5\nsince = 2019-10-10T08:00:00", "reminders[0].since"),
        (RULE, RULE + RULE, "reminders[1]"),
        (RULE, RULE + RULE.replace('"form"', '"oversight"').replace('"unit", ', ""), "reminders[1]"),
        (RULE, "".join(RULE.replace("5", str(day)) for day in range(21)), "reminders"),
    ],
)
def test_every_fault_of_a_rule_is_named_at_its_place(text, before, after, path):
    assert before in RULE
    found = faults(with_rules(text, RULE.replace(before, after)))
    assert path in found
    assert all(re.search(r"[ạ-ỹđă-ư]", words) for words in found.values())


@pytest.mark.parametrize(
    ("short", "path"),
    [
        ("[61]", "reminders[0]"),
        ("[7, -61]", "reminders[1]"),
        ("[7, 7]", "reminders"),
        ('["7"]', "reminders[0]"),
        (f"{[*range(20)]}", "reminders"),
        ("7", "reminders"),
        ('[7, {owed = "form"}]', "reminders[0]"),
    ],
)
def test_every_fault_of_the_short_list_is_named(text, short, path):
    assert path in faults(text.replace(SHORT, f"reminders = {short}"))


ladders = st.lists(
    st.builds(
        lambda owed, days, hour, untouched, since: replace(
            rule(owed, MAY_BE_TOLD[owed], -abs(days) - 1 if owed is Owed.APPROVAL else days, hour=hour)
            if not untouched
            else rule(Owed.FORM, {Audience.UNIT}, days, hour=hour, only_untouched=True),
            since=since,
        ),
        st.sampled_from(Owed),
        st.integers(-50, 50),
        st.integers(6, 20),
        st.booleans(),
        st.none() | st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    ),
    max_size=20,
).map(lambda found: tuple(each for n, each in enumerate(found) if n not in {i for i, _ in unfit(found)}))


@given(ladders)
def test_what_is_written_is_read_back_exactly(found):
    plan = replace(bundled("gia-lai-2019"), reminders=found)
    assert load(dump(plan)) == plan


def test_a_clone_has_rules_that_always_held():
    rules = tuple(replace(each, since=datetime(2019, 10, 10, tzinfo=UTC)) for each in DEFAULT)
    assert cloned(replace(bundled("gia-lai-2019"), reminders=rules), 2020).reminders == DEFAULT


def test_the_table_of_the_docs_is_the_default():
    page = (ROOT / "docs" / "reminders.md").read_text(encoding="utf-8")
    rows = [
        line.strip("| ").split(" | ")
        for line in page.splitlines()
        if re.match(r"\| `[\w+-]*\d|\| `weekly", line)
    ]
    assert [(row[0].strip("`"), row[1], set(row[3].split(", "))) for row in rows] == [
        (each.name, each.owed, {one.value for one in each.audiences}) for each in DEFAULT
    ]
