"""The ladder as it is written down: names, what may be written, the rules that follow, and editing in mid-campaign."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.facts import Owed
from notifications.ladder import (
    DEFAULT,
    MAY_BE_TOLD,
    MOST_RULES,
    Unfit,
    changed,
    effective,
    ladder,
    rule,
    unfit,
    written,
)
from notifications.obligations import Audience
from notifications.reminders import Reason, plan
from tests.notifications.planning import (
    AN,
    HEAD,
    LAST_DAY,
    Days,
    Memory,
    before,
    form,
    reader,
    reasons,
    told,
    watched,
)

UNIT, OFFICE = {Audience.UNIT}, {Audience.OFFICE}
GIANG = reader(4, Audience.OFFICE)
DUNG = reader(5, Audience.APPROVER)
CHI = reader(6, Audience.TASK_FORCE)


def only(*rules):
    return {"qb": effective(rules)}


def test_the_default_keeps_the_names_by_which_things_were_told():
    names = [each.name for each in effective(DEFAULT)]
    assert names[:9] == ["D-14", "D-7", "D-3", "D-1", "D+0", "D+1", "late1", "package-2", "weekly"]
    assert names[9:] == ["verify-3", "verify-0", "verify+1", "approve+2", "approve+5"]
    assert effective(written((14, 7, 3, 1, 0, -1))) == ladder((14, 7, 3, 1, 0, -1)) == effective(DEFAULT)
    assert not [*unfit(DEFAULT)]


def test_those_above_are_told_of_forms_by_oversight():
    escalation = rule(Owed.FORM, {Audience.UNIT, Audience.CONSOLIDATOR, Audience.OFFICE}, 3, hour=14)
    below, above = effective([escalation])
    assert (below.name, below.audiences) == ("D-3", UNIT)
    assert (above.name, above.owed, above.hour) == ("oversight-3", Owed.OVERSIGHT, 14)
    assert above.audiences == {Audience.CONSOLIDATOR, Audience.OFFICE}
    [alone] = effective([rule(Owed.FORM, OFFICE, -4)])
    assert (alone.name, alone.owed) == ("late4", Owed.OVERSIGHT)


def test_the_office_hears_once_of_all_the_units_that_are_missing():
    rules = only(rule(Owed.FORM, UNIT | OFFICE, 3))
    forms = [form(subject=f"form-{n}", readers=(reader(10 + n, Audience.UNIT),)) for n in range(3)]
    seen = watched(subject="kind-commune", readers=(GIANG,), missing=("xã A", "xã B", "xã C"))
    mails = {mail.person: mail for mail in plan([*forms, seen], rules, Days(), before(3)).mails}
    assert set(mails) == {10, 11, 12, 4}
    [item] = mails[4].items
    assert item.obligation.missing == ("xã A", "xã B", "xã C")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (rule(Owed.FORM, (), 3), Unfit.NOBODY),
        (rule(Owed.FORM, {Audience.APPROVER}, 3), Unfit.AUDIENCE),
        (rule(Owed.PACKAGE, OFFICE, 3), Unfit.AUDIENCE),
        (rule(Owed.VERIFICATION, UNIT, 3), Unfit.AUDIENCE),
        (rule(Owed.FORM, UNIT, 61), Unfit.DAYS),
        (rule(Owed.FORM, UNIT, -61), Unfit.DAYS),
        (rule(Owed.FORM, UNIT, 3, weekdays={1}), Unfit.DAYS_AND_WEEKDAYS),
        (rule(Owed.FORM, UNIT, 3, hour=5), Unfit.HOUR),
        (rule(Owed.FORM, UNIT, 3, hour=21), Unfit.HOUR),
        (rule(Owed.FORM, UNIT | OFFICE, 3, only_untouched=True), Unfit.UNTOUCHED),
        (rule(Owed.PACKAGE, {Audience.HEAD}, 3, only_untouched=True), Unfit.UNTOUCHED),
        (rule(Owed.APPROVAL, {Audience.APPROVER}, 0), Unfit.ONLY_AFTER),
        (rule(Owed.APPROVAL, {Audience.APPROVER}, 2), Unfit.ONLY_AFTER),
        (rule(Owed.APPROVAL, {Audience.APPROVER}, weekdays={0}), Unfit.ONLY_AFTER),
    ],
)
def test_what_may_not_be_written(wrong, words):
    assert (0, words) in [*unfit([wrong])]


def test_a_moment_is_written_once_also_where_it_is_told_above():
    late = rule(Owed.FORM, {Audience.UNIT, Audience.OFFICE}, -1)
    assert [*unfit([late, rule(Owed.FORM, {Audience.HEAD}, -1)])] == [(1, Unfit.TWICE)]
    assert [*unfit([late, rule(Owed.OVERSIGHT, {Audience.CONSOLIDATOR}, -1)])] == [(1, Unfit.TWICE)]
    monday = rule(Owed.OVERSIGHT, OFFICE, weekdays={0})
    assert not [*unfit([*DEFAULT, monday])]
    many = [rule(Owed.FORM, UNIT, day) for day in range(MOST_RULES + 1)]
    assert [*unfit(many)] == [(MOST_RULES, Unfit.TOO_MANY)]


def test_each_rule_speaks_from_its_own_hour():
    rules = only(rule(Owed.FORM, UNIT, 3, hour=14))
    memory = Memory()
    assert not memory.tick([form()], before(3, 13, 59), rules).mails
    assert told(memory.tick([form()], before(3, 14), rules)) == {(1, "D-3")}
    assert not memory.tick([form()], before(2, 14), rules).mails


def test_what_comes_later_the_same_day_is_in_the_mail_of_the_morning():
    rules = only(rule(Owed.FORM, UNIT, 3), rule(Owed.OVERSIGHT, {Audience.CONSOLIDATOR}, 3, hour=16))
    both = reader(7, Audience.UNIT, Audience.CONSOLIDATOR)
    memory = Memory()
    owed = [form(readers=(both,)), watched(readers=(both,))]
    [mail] = memory.tick(owed, before(3), rules).mails
    assert [due.rule.name for due in mail.items] == ["D-3", "oversight-3"]
    assert not memory.tick(owed, before(3, 17), rules).mails
    assert not memory.tick(owed, before(2, 17), rules).mails


def test_who_is_told_of_a_thing_in_two_ways_is_told_once_that_day():
    rules = only(
        rule(Owed.PACKAGE, {Audience.CONSOLIDATOR}, 2),
        rule(Owed.PACKAGE, {Audience.HEAD}, weekdays={LAST_DAY.weekday() - 2}, hour=15),
    )
    both = reader(7, Audience.HEAD, Audience.CONSOLIDATOR)
    package = form(owed=Owed.PACKAGE, subject="package-9", readers=(both, HEAD))
    memory = Memory()
    assert told(memory.tick([package], before(2), rules)) == {(7, "package-2")}
    assert told(memory.tick([package], before(2, 15), rules)) == {(2, "weekly-package-2")}


def test_a_step_that_the_morning_has_told_already_is_noted():
    later = replace(rule(Owed.FORM, {Audience.HEAD}, 3, hour=14), name="D-3 again")
    rules, memory = only(rule(Owed.FORM, UNIT, 3), later), Memory()
    both = form(readers=(reader(7, Audience.UNIT, Audience.HEAD),))
    assert reasons(memory.tick([both], before(3), rules)) == {(7, "D-3 again", Reason.TOLD_TODAY)}
    assert not memory.tick([both], before(2, 14), rules).mails


def test_approval_is_asked_for_after_working_days():
    # Put forward on Thursday the 12th: Friday is the first working day, Monday a holiday, Tuesday the second.
    waiting = form(
        owed=Owed.APPROVAL,
        subject="approval",
        readers=(DUNG,),
        deadline=replace(form().deadline, cutoff=before(8, 15), wording=None, day=None),
        since=before(8, 15),
    )
    calendar = Days(frozenset({LAST_DAY - timedelta(days=4)}))
    memory, now = Memory(calendar), before(8, 16)
    while now < before(-10):
        memory.tick([waiting], now)
        now += timedelta(hours=4)
    assert [(mail.day, mail.items[0].days_left) for _now, mail in memory.mails] == [
        (LAST_DAY - timedelta(days=3), -5),
        (LAST_DAY, -8),
    ]


def test_the_task_force_is_told_before_on_and_after_the_last_day():
    share = form(owed=Owed.VERIFICATION, subject="verify-6", readers=(CHI,), own=True)
    memory, now = Memory(), before(10, 0)
    while now < before(-5):
        memory.tick([share], now)
        now += timedelta(hours=4)
    assert [mail.items[0].rule.name for _now, mail in memory.mails] == ["verify-3", "verify-0", "verify+1"]


def test_a_rule_that_is_added_late_tells_nobody_of_what_has_passed():
    later = changed(DEFAULT, (*DEFAULT, rule(Owed.FORM, UNIT, 5)), before(4, 12))
    assert [each.since for each in later if each.name != "D-5"] == [None] * len(DEFAULT)
    found = plan([form(readers=(AN,))], {"qb": effective(later)}, Days(), before(4, 13), settled=set())
    assert (1, "D-5", Reason.BEFORE) in reasons(found)
    assert not {(1, "D-5")} & told(found)


def test_who_is_added_to_a_rule_that_has_spoken_is_not_told_of_it():
    memory = Memory()
    memory.tick([form()], before(7, 9))
    wider = tuple(
        rule(Owed.FORM, UNIT | {Audience.HEAD}, 7) if each.name == "D-7" else each for each in DEFAULT
    )
    rules = {"qb": effective(changed(DEFAULT, wider, before(7, 10)))}
    found = memory.tick([form()], before(6), rules)
    assert not found.mails
    assert (2, "D-7", Reason.BEFORE) in reasons(found)


def test_restoring_a_rule_does_not_tell_again():
    memory = Memory()
    assert memory.tick([form(readers=(AN,))], before(7)).mails
    without = tuple(each for each in DEFAULT if each.name != "D-7")
    fewer = changed(DEFAULT, without, before(7, 10))
    again = changed(fewer, DEFAULT, before(7, 11))
    assert not memory.tick([form(readers=(AN,))], before(6), {"qb": effective(again)}).mails


rules_written = st.lists(
    st.builds(
        lambda owed, days, hour, who: rule(
            owed, [one for one in MAY_BE_TOLD[owed] if one in who], days, hour=hour
        ),
        st.sampled_from([Owed.FORM, Owed.OVERSIGHT, Owed.PACKAGE]),
        st.integers(-5, 12),
        st.integers(6, 20),
        st.sets(st.sampled_from(Audience), min_size=1),
    ),
    max_size=8,
).map(lambda found: tuple(each for n, each in enumerate(found) if not [w for i, w in unfit(found) if i == n]))
instants = st.lists(st.integers(0, 24 * 18).map(lambda hour: before(13) + timedelta(hours=hour)), max_size=14)


@given(rules_written, rules_written, instants, st.integers(0, 14))
def test_editing_in_mid_campaign_never_sends_a_second_mail_on_a_day_nor_a_step_twice(
    first, second, times, edit
):
    memory = Memory()
    everybody = reader(7, *Audience)
    owed = [
        form(readers=(everybody, AN, HEAD), since=before(11)),
        form(owed=Owed.PACKAGE, subject="package-9", readers=(everybody,)),
        watched(readers=(everybody, GIANG)),
    ]
    rules = first
    for number, now in enumerate(sorted(times)):
        if number == edit:
            rules = changed(first, second, now)
        memory.tick(owed, now, {"qb": effective(rules)})
    days = [(mail.person, mail.day) for _now, mail in memory.mails]
    keys = [(due.key, mail.person) for _now, mail in memory.mails for due in mail.items]
    assert len(days) == len(set(days))
    assert len(keys) == len(set(keys))
    for now, mail in memory.mails:
        for due in mail.items:
            assert now >= due.obligation.since
            assert due.rule.since is None or now >= due.rule.since


@given(rules_written, st.integers(0, 24 * 18).map(lambda hour: before(13) + timedelta(hours=hour)))
def test_every_step_that_has_come_is_told_or_skipped_with_a_reason(rules, now):
    memory = Memory()
    one = form(readers=(AN,))
    found = memory.tick([one], now, {"qb": effective(rules)})
    mine = [each for each in effective(rules) if each.owed is Owed.FORM and Audience.UNIT in each.audiences]
    come = {each.name for each in mine if before(each.days_before, each.hour) <= now}
    answered = {name for _person, name in told(found)} | {name for _p, name, _r in reasons(found)}
    waiting = come - answered  # only for the hour of the morning on a later day
    assert answered >= come or len(waiting) == 1
    again = memory.tick([one], now, {"qb": effective(rules)})
    assert not again.mails
    assert not again.skips
