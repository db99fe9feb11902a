"""The planner: what is due, when, to whom, and why not. Table-driven, with properties and an independent count."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.facts import Deadline, Owed
from notifications.ladder import ladder
from notifications.messages_reminders import Digest, DueToday, NotStarted, NotSubmitted, Overdue, SeveralDue
from notifications.obligations import Audience, Reader, Rule
from notifications.reminder_letters import letter
from notifications.reminders import Reason, plan
from tests.notifications.planning import (
    AN,
    BINH,
    CAMPAIGN,
    HEAD,
    LAST_DAY,
    RULES,
    ZONE,
    Days,
    Memory,
    before,
    form,
    local,
    reader,
    reasons,
    told,
    watched,
)


@pytest.mark.parametrize(
    ("days", "untouched", "expected"),
    [
        (14, True, {(1, "D-14")}),
        (14, False, set()),
        (7, False, {(1, "D-7")}),
        (3, False, {(1, "D-3"), (2, "D-3")}),
        (1, False, {(1, "D-1")}),
        (0, False, {(1, "D+0"), (2, "D+0")}),
        (-1, False, {(1, "D+1"), (2, "D+1")}),
    ],
)
def test_the_ladder_speaks_at_eight_to_its_readers(days, untouched, expected):
    memory = Memory()
    early = memory.tick([form(untouched=untouched)], before(days, 7, 59))
    assert not {step for step in told(early) if step in expected}
    assert expected <= told(memory.tick([form(untouched=untouched)], before(days)))


def test_a_whole_ladder_lived_hour_by_hour_tells_each_step_once():
    memory, now = Memory(), before(20)
    while now < before(-30):
        memory.tick([form()], now)
        now += timedelta(hours=1)
    assert [(mail.person, mail.day, mail.items[0].days_left) for _now, mail in memory.mails] == [
        (1, LAST_DAY - timedelta(days=7), 7),
        (1, LAST_DAY - timedelta(days=3), 3),
        (2, LAST_DAY - timedelta(days=3), 3),
        (1, LAST_DAY - timedelta(days=1), 1),
        (1, LAST_DAY, 0),
        (2, LAST_DAY, 0),
        (1, LAST_DAY + timedelta(days=1), -1),
        (2, LAST_DAY + timedelta(days=1), -1),
    ]
    assert {now.astimezone(ZONE).hour for now, _mail in memory.mails} == {8}


def test_a_form_that_was_begun_is_not_told_to_begin():
    found = plan([form()], RULES, Days(), before(14))
    assert reasons(found) == {(1, "D-14", Reason.STARTED)}


def test_after_a_standstill_only_the_newest_leaves_and_the_others_say_why():
    found = plan([form(untouched=True)], RULES, Days(), before(2))
    assert told(found) == {(1, "D-3"), (2, "D-3")}
    assert reasons(found) == {(1, "D-14", Reason.OVERTAKEN), (1, "D-7", Reason.OVERTAKEN)}
    assert {due.days_left for mail in found.mails for due in mail.items} == {2}


def test_long_after_the_deadline_nobody_is_told_that_it_is_late():
    found = plan([form()], RULES, Days(), before(-16))
    assert not found.mails
    assert (1, "D+1", Reason.PASSED) in reasons(found)


def test_between_the_cut_off_and_the_next_morning_nothing_leaves():
    assert not plan([form()], RULES, Days(), before(-1, 0)).mails
    assert not plan([form()], RULES, Days(), before(-1, 7, 59)).mails


@pytest.mark.parametrize(
    ("days", "off", "leaves_on"),
    [
        (7, {7}, 8),  # Friday the 13th is free: the day before
        (3, {3, 4}, 7),  # Tuesday and Monday are free: Friday, past the weekend
        (-1, {-1}, -3),  # Saturday is free: the next working day is Monday
    ],
)
def test_a_holiday_moves_a_reminder_to_a_working_day(days, off, leaves_on):
    calendar = Days(frozenset(LAST_DAY - timedelta(days=day) for day in off))
    rules = {"qb": ladder([days])}
    memory, now = Memory(calendar), before(15, 0)
    while now < before(-6):
        memory.tick([form(readers=(AN,))], now, rules)
        now += timedelta(hours=4)
    assert [mail.day for _now, mail in memory.mails] == [LAST_DAY - timedelta(days=leaves_on)]


def test_the_last_day_on_a_holiday_is_not_announced_but_noted():
    calendar = Days(frozenset({LAST_DAY}))
    found = plan([form(readers=(AN,))], RULES, calendar, before(0))
    assert not found.mails
    assert (1, "D+0", Reason.HOLIDAY) in reasons(found)


def test_an_ordinary_weekend_moves_nothing():
    sunday = form(deadline=Deadline(local(date(2026, 11, 23), 0)), readers=(AN,))
    assert told(plan([sunday], RULES, Days(), local(date(2026, 11, 15)))) == {(1, "D-7")}


def test_a_reminder_of_before_the_date_was_set_is_none():
    found = plan([form(since=before(7, 8, 1))], RULES, Days(), before(5))
    assert not found.mails
    assert (1, "D-7", Reason.BEFORE) in reasons(found)


def test_a_new_date_reminds_again():
    memory = Memory()
    assert memory.tick([form()], before(3)).mails
    later = form(
        deadline=Deadline(local(LAST_DAY + timedelta(days=8), 0)), version="m0e1", since=before(3, 10)
    )
    assert not memory.tick([later], before(3, 11)).mails
    assert (1, "D-7") in told(memory.tick([later], before(0)))


def test_who_has_no_usable_address_is_noted():
    found = plan([form(readers=(Reader(1, None, frozenset({Audience.UNIT})),))], RULES, Days(), before(7))
    assert not found.mails
    assert (1, "D-7", Reason.NO_ADDRESS) in reasons(found)


def test_a_unit_without_people_is_noted():
    found = plan([form(readers=())], RULES, Days(), before(7))
    assert (None, "D-7", Reason.NOBODY) in reasons(found)


def test_a_muted_unit_is_noted_once_for_each_step_and_told_nothing():
    found = plan([form(muted=True)], RULES, Days(), before(7))
    assert not found.mails
    assert sorted(reasons(found), key=str) == [(None, "D-14", Reason.MUTED), (None, "D-7", Reason.MUTED)]
    settled = {skip.key for skip in found.skips}
    assert plan([form(muted=True)], RULES, Days(), before(6), settled=settled).skips == ()


def test_a_unit_that_is_heard_of_again_gets_the_newest_step():
    settled = {skip.key for skip in plan([form(muted=True)], RULES, Days(), before(3)).skips}
    found = plan([form(readers=(AN,))], RULES, Days(), before(3, 9), settled=settled)
    assert [due.rule.name for mail in found.mails for due in mail.items] == ["D-3"]


def test_one_person_with_many_duties_gets_one_mail():
    everything = reader(7, *Audience)
    owed = [
        form(subject="form-1", readers=(everything,)),
        form(subject="form-2", readers=(everything,)),
        form(owed=Owed.PACKAGE, subject="package-9", readers=(everything,)),
        watched(readers=(everything,)),
    ]
    [mail] = plan(owed, RULES, Days(), before(1)).mails
    assert len(mail.items) == 4
    assert mail.person == 7


def test_who_was_served_today_waits_for_tomorrow():
    found = plan([form(readers=(AN,))], RULES, Days(), before(7), served={1})
    assert not found.mails
    assert told(plan([form(readers=(AN,))], RULES, Days(), before(6))) == {(1, "D-7")}


def test_digests_come_on_monday_and_thursday_and_end_with_the_deadline():
    memory, now = Memory(), before(11, 0)
    while now < before(-10):
        memory.tick([watched()], now)
        now += timedelta(hours=6)
    assert [(mail.day.isoformat(), mail.items[0].rule.name) for _now, mail in memory.mails] == [
        ("2026-11-09", "weekly"),
        ("2026-11-12", "weekly"),
        ("2026-11-16", "weekly"),
        ("2026-11-19", "weekly"),
        ("2026-11-21", "late1"),
    ]


def test_the_package_is_asked_for_two_days_before():
    package = form(owed=Owed.PACKAGE, subject="package-9", readers=(BINH,))
    assert told(plan([package], RULES, Days(), before(2))) == {(3, "package-2")}
    assert not plan([package], RULES, Days(), before(3)).mails


@pytest.mark.parametrize(
    ("obligation", "days", "kind"),
    [
        (form(untouched=True), 14, NotStarted),
        (form(), 7, NotSubmitted),
        (form(), 0, DueToday),
        (form(), -1, Overdue),
        (watched(), 1, Digest),
    ],
)
def test_the_letter_fits_the_day(obligation, days, kind):
    mail = plan([obligation], RULES, Days(), before(days)).mails[0]
    message = letter(mail, attempt=1, home="https://x.vn/trang-chu")
    assert type(message) is kind
    assert message.key == f"reminder:{mail.day.isoformat()}:1"


def test_a_letter_about_several_things_leads_home():
    owed = [form(subject="form-1", readers=(AN,)), form(subject="form-2", readers=(AN,))]
    [mail] = plan(owed, RULES, Days(), before(7)).mails
    message = letter(mail, attempt=2, home="https://x.vn/trang-chu")
    assert type(message) is SeveralDue
    assert message.link == "https://x.vn/trang-chu"
    assert message.occurrence.endswith(":2")


def test_custom_days_make_the_rules():
    assert [rule.name for rule in ladder([5, -2]) if rule.owed is Owed.FORM] == ["D-5", "D+2"]
    assert {rule.name for rule in ladder([]) if rule.owed is Owed.FORM} == set()


hours = st.integers(0, 24 * 45).map(lambda hour: before(30) + timedelta(hours=hour))
holidays = st.frozensets(
    st.integers(-5, 20).map(lambda days: LAST_DAY - timedelta(days=days)), max_size=6
).map(Days)
cut_offs = st.lists(st.integers(0, 12), min_size=1, max_size=4)


def many(shifts):
    return [
        form(
            subject=f"form-{number}",
            deadline=Deadline(local(LAST_DAY + timedelta(days=1 + shift), 0)),
            readers=(AN, HEAD, BINH) if number % 2 else (AN,),
        )
        for number, shift in enumerate(shifts)
    ]


@given(st.lists(hours, min_size=1, max_size=25), holidays, cut_offs)
def test_however_it_ticks_nobody_gets_two_on_a_day_and_each_step_goes_once(instants, calendar, shifts):
    memory = Memory(calendar)
    owed = many(shifts)
    for now in instants:  # in any order: the clock may step back
        memory.tick(owed, now)
    people_days = [(mail.person, mail.day) for _now, mail in memory.mails]
    keys = [due.key for _now, mail in memory.mails for due in mail.items]
    assert len(people_days) == len(set(people_days))
    assert len(keys) == len(set(keys))


@given(st.lists(hours, min_size=1, max_size=25), holidays, cut_offs)
def test_what_leaves_is_in_the_morning_or_later_on_no_holiday_and_true(instants, calendar, shifts):
    memory = Memory(calendar)
    owed = many(shifts)
    for now in sorted(instants):
        memory.tick(owed, now)
    for now, mail in memory.mails:
        here = now.astimezone(ZONE)
        assert here.hour >= 8
        assert here.date() == mail.day
        assert mail.day not in calendar.off
        for due in mail.items:
            cutoff = due.obligation.deadline.cutoff
            assert (due.rule.days_before < 0) == (now >= cutoff)
            assert due.days_left == ((cutoff - timedelta(hours=1)).astimezone(ZONE).date() - mail.day).days


@given(hours, holidays, cut_offs)
def test_asking_twice_gives_nothing_new(now, calendar, shifts):
    memory = Memory(calendar)
    owed = many(shifts)
    memory.tick(owed, now)
    again = memory.tick(owed, now)
    assert not again.mails
    assert not again.skips


@given(st.lists(hours, max_size=12), holidays, st.integers(0, 10))
def test_missed_ticks_lose_nothing_that_is_still_true(instants, calendar, shift):
    """Independent count: whoever is up on the last evening has said one step, newer than all that were skipped."""
    memory = Memory(calendar)
    owed = many([shift])
    evening = local(LAST_DAY + timedelta(days=shift), 23)
    for now in sorted(instant for instant in instants if instant < evening):
        memory.tick(owed, now)
    final = memory.tick(owed, evening)
    spoken = {due.key.split(":")[1] for _now, mail in memory.mails for due in mail.items if mail.person == 1}
    skipped = {skip.rule.name for skip in final.skips if skip.reason is Reason.OVERTAKEN}
    last = LAST_DAY + timedelta(days=shift)
    if last not in calendar.off:
        assert "D+0" in spoken
    assert not spoken & skipped


def test_two_campaigns_share_the_one_mail_of_a_day():
    other = replace(CAMPAIGN, slug="gl", name="Đợt khác")
    owed = [form(readers=(AN,)), form(campaign=other, subject="form-9", readers=(AN,))]
    rules = {**RULES, "gl": (Rule("D-7", Owed.FORM, frozenset({Audience.UNIT}), 7),)}
    [mail] = plan(owed, rules, Days(), before(7)).mails
    assert {due.obligation.campaign.slug for due in mail.items} == {"qb", "gl"}
