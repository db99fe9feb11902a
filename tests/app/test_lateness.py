"""Python and SQL say the same of every form at every boundary; and what late means is said once."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from app.campaign_plans import KindDates
from app.database import db
from app.models import CampaignUnit, Submission, Verb
from app.queries.cases import timetable_of
from app.queries.lateness import form_instants, handed_in_late, would_be_late
from app.queries.moved_dates import NewDate
from app.services import deadlines, packages, submissions
from app.unit import SYSTEM, unit
from tests.app import small
from tests.app.handed_in import again, hand_in, unit_id
from tests.app.late import AROUND, DUE, LATE_END, SECOND, SLUG, TAKEN_LATE, fill_in, set_dates
from tests.app.moving import at_local
from workflows.deadlines import Late, Wording
from workflows.vocabulary import Action, State

EXTENDED = at_local(date(2019, 11, 2), 0)
REPAIRED = at_local(date(2019, 10, 27), 0)
ENDED = DUE + timedelta(hours=9)
SUBMITTED = {"state": State.SELF_ASSESSED}
# What each form of the small campaign looks like; ``step`` is added to the instants below.
FORMS = {
    "SNV": {"begun_at": DUE},
    "SYT": SUBMITTED | {"submitted_at": DUE},
    "622": SUBMITTED | {"submitted_at": LATE_END},
    "627": {"begun_at": DUE},
    "23557": SUBMITTED | {"submitted_at": REPAIRED, "first_submitted_at": DUE, "repair_due_at": REPAIRED},
    "23560": SUBMITTED | {"submitted_at": ENDED},
    "23722": SUBMITTED | {"submitted_at": EXTENDED, "consolidated_at": EXTENDED},
    "23725": {"begun_at": REPAIRED, "repair_due_at": REPAIRED},
}


def grant(at, code, *, ended=None):
    given = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ", "88/UBND-VX")
    row = deadlines.grant_extension(small.actor("giang"), small.form_of(code).id, given)
    if ended is not None:
        at(ended)
        deadlines.end_extension(small.actor("giang"), row.id, reason="Đã khắc phục")


def dress(step):
    with unit(SYSTEM) as work:
        for code, columns in FORMS.items():
            form = work.load(Submission, small.form_of(code).id)
            for name, value in columns.items():
                moved = name in {"begun_at", "submitted_at", "first_submitted_at", "consolidated_at"}
                setattr(form, name, value + step if moved else value)
            work.record(Verb.MOVED, form, note="kiểm thử")
    db.session.expire_all()


def by_python(now):
    found = {}
    for form in db.session.scalars(select(Submission)):
        timetable = timetable_of(form.campaign_unit.kind, form)
        draft = form.state == State.DRAFT
        found[form.campaign_unit.code] = (
            timetable.due_at,
            timetable.closes,
            handed_in_late(form, form.campaign_unit.kind, timetable),
            draft and now >= timetable.closes,
            draft and timetable.due_at <= now < timetable.closes,
        )
    return found


def by_sql(campaign, now):
    instants = form_instants(db.session(), campaign)
    columns = (instants.due, instants.closes, instants.late, instants.overdue(now), instants.behind(now))
    rows = db.session.execute(
        select(CampaignUnit.code, *columns).join(Submission, Submission.campaign_unit_id == CampaignUnit.id)
    )
    return {code: tuple(found) for code, *found in rows}


@pytest.mark.parametrize(
    ("late", "late_counts"), [(Late.NEVER, "unit"), (Late.BEGUN, "unit"), (Late.ANY, "package")]
)
def test_python_and_sql_agree_on_every_form_at_every_boundary(app, at, late, late_counts):
    campaign = small.make_campaign(small.small_plan(late_counts=late_counts))
    at(small.WORKING)
    through = None if late is Late.NEVER else TAKEN_LATE.late_through
    set_dates(replace(TAKEN_LATE, late=late, late_through=through), "department", "district", "commune")
    grant(at, "23722")
    grant(at, "23560", ended=ENDED)
    for step in AROUND:
        dress(step)
        for turn, near in product((DUE, REPAIRED, ENDED, LATE_END, EXTENDED), AROUND):
            assert by_sql(campaign, turn + near) == by_python(turn + near), (step, turn, near)


def test_a_kind_wide_extension_is_known_to_sql(campaign, at):
    given = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ")
    row = deadlines.grant_kind_extension(small.actor("giang"), SLUG, "commune", given)
    assert by_sql(campaign, DUE) == by_python(DUE)
    assert by_sql(campaign, DUE)["23557"][:2] == (EXTENDED, EXTENDED)
    at(ENDED)
    deadlines.end_extension(small.actor("giang"), row.id, reason="Đã khắc phục")
    db.session.expire_all()
    assert by_sql(campaign, ENDED) == by_python(ENDED)
    assert by_sql(campaign, ENDED)["23557"][:2] == (DUE, DUE)


def is_late(code):
    form = small.form_of(code)
    return handed_in_late(form, form.campaign_unit.kind, timetable_of(form.campaign_unit.kind, form))


def test_a_late_form_stays_late_when_it_is_sent_back_and_repaired_in_time(campaign, at):
    set_dates()
    at(DUE)
    [form] = hand_in("23722")
    assert is_late("23722")
    back = {"note": "Bổ sung", "remarks": {"B1.1": "Thiếu"}, "due": date(2019, 10, 30), "version": None}
    submissions.send_back(small.actor("lan"), form.id, **back)
    returned = again(form)
    assert would_be_late(returned, timetable_of(returned.campaign_unit.kind, returned), DUE)
    submissions.move(small.actor("xuan"), form.id, Action.SELF_ASSESS, version=None)
    assert is_late("23722")


def test_a_form_in_time_stays_in_time_when_it_is_repaired_in_time(campaign, at):
    [form] = hand_in("23722")
    at(DUE - SECOND)
    back = {"note": "Bổ sung", "remarks": {"B1.1": "Thiếu"}, "due": date(2019, 10, 30), "version": None}
    submissions.send_back(small.actor("lan"), form.id, **back)
    at(DUE + SECOND)
    submissions.move(small.actor("xuan"), form.id, Action.SELF_ASSESS, version=None)
    assert not is_late("23722")


def test_withdrawn_and_handed_in_again_after_the_deadline_is_late(campaign, at):
    set_dates()
    [form] = hand_in("23722")
    assert again(form).first_submitted_at == small.WORKING
    at(DUE)
    submissions.move(small.actor("xuan"), form.id, Action.WITHDRAW, version=None)
    assert again(form).first_submitted_at is None
    submissions.move(small.actor("xuan"), form.id, Action.SELF_ASSESS, version=None)
    assert is_late("23722")


def test_a_later_date_for_all_forgives_who_came_before_it(campaign, at):
    set_dates()
    at(DUE)
    hand_in("23722")
    given = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Hệ thống gián đoạn")
    deadlines.move_deadline(small.actor("giang"), SLUG, "commune", given)
    db.session.expire_all()
    assert not is_late("23722")


def test_an_extension_that_is_ended_after_the_handing_in_makes_nobody_late(campaign, at):
    given = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ")
    row = deadlines.grant_kind_extension(small.actor("giang"), SLUG, "commune", given)
    at(DUE + timedelta(days=1))
    hand_in("23722")
    at(DUE + timedelta(days=2))
    deadlines.end_extension(small.actor("giang"), row.id, reason="Đã khắc phục")
    db.session.expire_all()
    assert not is_late("23722")


@pytest.mark.parametrize(("late_counts", "late"), [("unit", False), ("package", True)])
def test_a_late_package_makes_its_forms_late_where_the_package_counts(app, at, late_counts, late):
    campaign = small.make_campaign(small.small_plan(late_counts=late_counts))
    at(small.WORKING)
    set_dates(TAKEN_LATE, "district", "commune")
    hand_in("622", "23557", "23560")
    at(DUE)
    packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"))
    assert is_late("23557") is late


def test_begun_in_time_may_finish_and_not_begun_may_not(campaign, at):
    set_dates(KindDates(late=Late.BEGUN, late_through=date(2019, 10, 27)))
    at(DUE - SECOND)
    fill_in("23722")
    at(DUE)
    submissions.move(small.actor("xuan"), small.form_of("23722").id, Action.SELF_ASSESS, version=None)
    assert is_late("23722")
    form = small.form_of("23725")
    assert timetable_of(form.campaign_unit.kind, form).closes == DUE
