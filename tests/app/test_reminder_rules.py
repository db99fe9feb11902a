"""The ladder of a campaign edited by its office: what is kept, what goes out afterwards, and the pages."""

import html
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.campaign_files import dump, load
from app.database import db
from app.faults import Invalid, Missing, Outdated
from app.models import AuditEntry, Campaign, OutboxState, ReminderState, Verb
from app.queries.campaign_plans import plan_of
from app.services import reminder_rules, reminders
from app.services.campaigns import close_campaign
from app.unit import SYSTEM
from notifications.facts import Owed
from notifications.ladder import DEFAULT, rule
from notifications.obligations import Audience
from tests.app import small
from tests.app.moving import LAST, at_local
from tests.app.ticking import kept, mails

SLUG = "gia-lai-2019"
HERE = f"/dot/{SLUG}/nhac-viec"
UNIT = {Audience.UNIT}
D3 = LAST - timedelta(days=3)
TYPED = {"owed": "form", "moment": "before", "days": "5", "audiences": ["unit", "office"], "hour": "14"}


def the_campaign():
    db.session.rollback()
    return db.session.scalars(select(Campaign)).one()


def names():
    return [each.name for each in plan_of(the_campaign()).reminders]


def edit(act, *given, who="giang", version=None):
    shown = the_campaign().version if version is None else version
    return act(small.actor(who), SLUG, *given, version=shown)


def text(answer):
    return html.unescape(answer.get_data(as_text=True))


def test_a_campaign_begins_with_the_declared_default(campaign):
    assert plan_of(the_campaign()).reminders == DEFAULT


def test_rules_are_added_changed_removed_and_restored(campaign):
    edit(reminder_rules.add_rule, rule(Owed.FORM, UNIT, 5))
    assert names()[:4] == ["D-14", "D-7", "D-5", "D-3"]
    edit(reminder_rules.change_rule, "D-5", rule(Owed.FORM, UNIT, 6, hour=10))
    assert "D-6" in names()
    assert "D-5" not in names()
    edit(reminder_rules.remove_rule, "weekly")
    assert "weekly" not in names()
    edit(reminder_rules.restore_ladder)
    assert sorted(names()) == sorted(each.name for each in DEFAULT)
    [added, *_rest] = db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == Verb.LADDER_CHANGED).order_by(AuditEntry.id)
    )
    assert added.before == {"reminders": {}}
    assert added.after == {"reminders": {"D-5": "unit; 08:00"}}


def test_what_is_new_counts_from_now_and_the_file_says_so(campaign):
    edit(reminder_rules.add_rule, rule(Owed.FORM, UNIT, 5))
    plan = plan_of(the_campaign())
    [new] = [each for each in plan.reminders if each.since is not None]
    assert (new.name, new.since) == ("D-5", small.WORKING)
    assert load(dump(plan)) == plan


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (rule(Owed.FORM, (), 5), "audiences"),
        (rule(Owed.FORM, UNIT, 7), "moment"),
        (rule(Owed.OVERSIGHT, {Audience.OFFICE}, -1), "moment"),
        (rule(Owed.APPROVAL, {Audience.APPROVER}, 1), "moment"),
        (rule(Owed.FORM, UNIT, 5, hour=3), "hour"),
    ],
)
def test_what_is_not_fit_changes_nothing(campaign, wrong, field):
    with pytest.raises(Invalid) as refused:
        edit(reminder_rules.add_rule, wrong)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert plan_of(the_campaign()).reminders == DEFAULT


def test_a_ladder_holds_no_more_than_twenty_rules(campaign):
    for day in range(20, 27):
        edit(reminder_rules.add_rule, rule(Owed.FORM, UNIT, day))
    with pytest.raises(Invalid):
        edit(reminder_rules.add_rule, rule(Owed.FORM, UNIT, 30))


def test_who_edits_an_old_page_overwrites_nobody(campaign):
    shown = the_campaign().version
    edit(reminder_rules.remove_rule, "D-1")
    with pytest.raises(Outdated):
        edit(reminder_rules.remove_rule, "D-3", version=shown, who="oanh")
    assert "D-3" in names()


def test_only_its_own_office_edits_a_campaign_that_runs(campaign):
    for stranger in ("an", "chi", "dung", "quang"):
        with pytest.raises(Missing):
            edit(reminder_rules.remove_rule, "D-1", who=stranger)
    with pytest.raises(Missing):
        edit(reminder_rules.remove_rule, "D-2")
    close_campaign(SYSTEM, SLUG)
    with pytest.raises(Invalid):
        edit(reminder_rules.remove_rule, "D-1")


def test_a_step_that_is_added_after_its_moment_tells_nobody(sent, at):
    assert "xuan" in sent(at_local(LAST - timedelta(days=7)))
    sent(at_local(LAST - timedelta(days=4)))
    at(at_local(LAST - timedelta(days=4), 12))
    edit(reminder_rules.add_rule, rule(Owed.FORM, UNIT | {Audience.OFFICE}, 5))
    assert not sent(at_local(LAST - timedelta(days=4), 12, 1))
    reasons = {reason for _p, name, _s, reason in kept(state=ReminderState.SKIPPED) if name == "D-5"}
    assert reasons == {"before"}
    assert "xuan" in sent(at_local(D3))


def test_editing_on_the_day_sends_nobody_a_second_mail(sent, at):
    told = sent(at_local(D3))
    at(at_local(D3, 9))
    everybody = UNIT | {Audience.HEAD, Audience.CONSOLIDATOR, Audience.OFFICE}
    edit(reminder_rules.change_rule, "D-3", rule(Owed.FORM, everybody, 3, hour=14))
    edit(reminder_rules.add_rule, rule(Owed.FORM, everybody, 4))
    for hour in (9, 14, 20):
        assert not set(sent(at_local(D3, hour, 1))) & set(told)
    # The office had its digest in the morning: what the new step adds waits for the next day.
    assert set(sent(at_local(D3 + timedelta(days=1), 14, 1))) & {"giang", "oanh"} == {"giang", "oanh"}


def test_a_step_that_is_removed_stops_also_what_is_queued(sent, at):
    at(at_local(D3))
    reminders.plan_reminders()
    edit(reminder_rules.remove_rule, "D-3")
    assert "xuan" not in sent(at_local(D3, 8, 1))
    gone = [row for row in mails(OutboxState.CANCELLED) if row.address.startswith("xuan")]
    assert [row.outcome for row in gone] == [str(reminders.DOUBTS[reminders.Doubt.RULE_GONE])]
    assert "xuan" not in sent(at_local(D3 + timedelta(days=1)))
    assert "xuan" in sent(at_local(D3 + timedelta(days=2)))


def test_the_page_says_the_rules_in_words(campaign, sign_in):
    page = text(sign_in("giang").get(HERE))
    assert "3 ngày trước hạn, 08:00" in page
    assert "đơn vị, lãnh đạo, đầu mối tổng hợp và cơ quan chủ trì" in page
    assert "hằng tuần vào thứ Hai và thứ Năm, 08:00" in page
    assert "5 ngày làm việc sau khi trình, 08:00" in page
    assert "chỉ đơn vị chưa bắt đầu" in page


def test_a_rule_is_added_changed_and_removed_on_the_pages(campaign, sign_in):
    giang = sign_in("giang")
    typed = TYPED | {"version": str(the_campaign().version)}
    assert giang.post(f"{HERE}/them", data=typed).location == HERE
    page = text(giang.get(HERE))
    assert "5 ngày trước hạn, 14:00" in page
    assert "tính từ" in page

    shown = text(giang.get(f"{HERE}/D-5/sua"))
    assert 'value="5"' in shown
    weekly = {
        "owed": "oversight",
        "moment": "weekly",
        "weekdays": ["1"],
        "audiences": ["office"],
        "hour": "9",
    }
    answer = giang.post(f"{HERE}/D-5/sua", data=weekly | {"version": str(the_campaign().version)})
    assert answer.location == HERE
    assert "hằng tuần vào thứ Ba, 09:00" in text(giang.get(HERE))
    assert 'value="1" checked' in text(giang.get(f"{HERE}/weekly-1/sua"))

    giang.post(f"{HERE}/weekly-1/bo", data={"version": str(the_campaign().version)})
    giang.post(f"{HERE}/D+1/bo", data={"version": str(the_campaign().version)})
    assert "D+1" not in names()
    giang.post(f"{HERE}/mac-dinh", data={"version": str(the_campaign().version)})
    assert "D+1" in names()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"moment": ""}, "Chọn thời điểm nhắc"),
        ({"owed": "nothing"}, "Chọn việc được nhắc"),
        ({"days": ""}, "Ghi số ngày từ 1 đến 60"),
        ({"days": "nhiều"}, "Ghi số ngày từ 1 đến 60"),
        ({"days": "9" * 5000}, "Ghi số ngày từ 1 đến 60"),
        ({"days": "7"}, "Mốc này đã có"),
        ({"moment": "weekly"}, "Chọn ít nhất một thứ trong tuần"),
        ({"weekdays": ["9"]}, "Mở lại trang"),
        ({"audiences": []}, "Chọn ít nhất một nhóm người nhận"),
        ({"audiences": ["nobody"]}, "Chọn người nhận trong danh sách"),
        ({"audiences": ["approver"]}, "không nhắc được nhóm người nhận"),
        ({"hour": "3"}, "Ghi giờ gửi từ 6 đến 20"),
        ({"only_untouched": "1"}, "Chỉ nhắc đơn vị chưa bắt đầu khi"),
        ({"version": ""}, "Mở lại trang"),
    ],
)
def test_what_cannot_be_read_is_said_beside_what_was_typed(campaign, sign_in, change, words):
    typed = TYPED | {"version": str(the_campaign().version)} | change
    answer = sign_in("giang").post(f"{HERE}/them", data=typed)
    assert answer.status_code == 422
    assert words in text(answer)
    assert plan_of(the_campaign()).reminders == DEFAULT


def test_an_old_page_is_told_that_it_is_old(campaign, sign_in):
    giang, old = sign_in("giang"), str(the_campaign().version)
    giang.post(f"{HERE}/D-1/bo", data={"version": old})
    assert giang.post(f"{HERE}/D-3/bo", data={"version": old}).status_code == 409
    assert giang.post(f"{HERE}/D-3/bo", data={"version": "x"}).status_code == 422


def test_who_may_read_and_who_may_edit(campaign, sign_in):
    dung = sign_in("dung")
    page = text(dung.get(HERE))
    assert "3 ngày trước hạn" in page
    assert "/sua" not in page
    sent = {"version": str(the_campaign().version)}
    for name in ("an", "lan", "chi", "quang", "khach"):
        assert sign_in(name).get(HERE).status_code == 403
    for address in ("/them", "/D-1/sua", "/D-1/bo", "/mac-dinh"):
        assert dung.post(HERE + address, data=sent).status_code == 403
    assert sign_in("giang").get(f"{HERE}/D-99/sua").status_code == 404
    assert sign_in("giang").get("/dot/khac/nhac-viec").status_code == 404
