"""Forms given to members of the task force: the act, the mail, the reminders, and the pages that show it."""

import html
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.faults import Invalid, Missing
from app.models import Assignment, AuditEntry, OutboxMessage, OutboxState, RankingRun, RoleGrant, Verb
from app.queries.assignments import Wanted, assignments_of
from app.queries.obligations import open_campaigns
from app.queries.office_obligations import office_obligations
from app.services import assignments, rankings, reminders
from app.services.campaigns import close_campaign
from app.unit import SYSTEM, unit
from notifications.facts import Owed
from tests.app import life, small
from tests.app.handed_in import hand_in, send_pleiku
from tests.app.moving import at_local
from tests.app.ticking import mails, tick

SLUG = "gia-lai-2019"
HERE = f"/dot/{SLUG}/phan-cong"
DUE = date(2019, 11, 15)


def ids(*codes):
    return [small.form_of(code).id for code in codes]


def give(*codes, who="giang", to="chi", due=DUE):
    return assignments.assign(small.actor(who), SLUG, ids(*codes), person_id=small.person(to).id, due_day=due)


def given():
    db.session.rollback()
    return {row.submission.campaign_unit.code: row.due_day for row in db.session.scalars(select(Assignment))}


def letters():
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "assigned"))
    return [(row.address.partition("@")[0], row.subject) for row in rows]


def text(answer):
    return html.unescape(answer.get_data(as_text=True))


def owed():
    campaigns = open_campaigns(db.session())
    found = office_obligations(db.session(), campaigns, clock.now(), "https://x.vn")
    return {(each.owed, each.subject, each.done, each.total) for each in found}


@pytest.fixture
def arrived(campaign):
    """Pleiku's package and a department's form are with the task force."""
    send_pleiku()
    hand_in("SNV")
    return campaign


def test_a_member_is_told_once_of_all_that_is_given_in_one_act(arrived):
    assert give("23557", "23560", "SNV") == 3
    assert given() == {"23557": DUE, "23560": DUE, "SNV": DUE}
    assert letters() == [("chi", "Phân công thẩm tra: 3 phiếu, hạn 15/11")]
    [mail] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "assigned"))
    assert "Gồm: Sở Nội vụ, Thành phố Pleiku: 2 phiếu." in mail.text
    assert "/tham-dinh?giao=toi&buoc=all" in mail.text
    assert mail.calendar
    assert give("23557", "23560") == 0
    assert len(letters()) == 1


def test_a_new_day_or_a_new_member_is_a_new_word(arrived):
    give("23557", "23560")
    with unit(SYSTEM) as work:
        grant = RoleGrant(
            person_id=small.person("khach").id,
            role="task_force",
            unit_id=arrived.root_id,
            valid_from=work.now,
        )
        work.add(grant)
        work.record(Verb.ROLE_GRANTED, grant)
    assert give("23557", to="khach") == 1
    assert give("23560", due=DUE + timedelta(days=3)) == 1
    assert [name for name, _subject in letters()] == ["chi", "khach", "chi"]
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == Verb.FORM_ASSIGNED).order_by(AuditEntry.id)
    ).all()
    assert entries[2].before == {"person": "Chi", "due_day": "2019-11-15"}
    assert entries[2].after == {"person": "Khach", "due_day": "2019-11-15"}


def test_what_was_given_is_taken_away(arrived):
    give("23557", "23560")
    assert assignments.take_away(small.actor("oanh"), SLUG, ids("23557", "SNV")) == 1
    assert set(given()) == {"23560"}


@pytest.mark.parametrize(
    ("codes", "to", "due", "field"),
    [
        ((), "chi", DUE, "forms"),
        (("SNV",), "an", DUE, "person"),
        (("SNV",), "giang", DUE, "person"),
        (("SNV",), "chi", date(2019, 10, 9), "due_day"),
    ],
)
def test_what_cannot_be_given_is_refused_as_a_whole(arrived, codes, to, due, field):
    with pytest.raises(Invalid) as refused:
        give(*codes, to=to, due=due)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert not given()
    assert not letters()


def test_a_verified_form_a_foreign_form_and_a_closed_campaign_are_refused(arrived):
    life.verify("SNV", life.CHANGED)
    with pytest.raises(Invalid, match="Sở Nội vụ"):
        give("SNV", "23557")
    with pytest.raises(Missing):
        assignments.assign(small.actor("giang"), SLUG, [99999], person_id=1, due_day=DUE)
    for stranger in ("an", "chi", "dung", "lan"):
        with pytest.raises(Missing):
            give("23557", who=stranger)
    close_campaign(SYSTEM, SLUG)
    with pytest.raises(Invalid):
        give("23557")


def test_who_verifies_part_of_the_province_gets_forms_of_that_part_only(arrived):
    with unit(SYSTEM) as work:
        grant = work.session.scalars(select(RoleGrant).where(RoleGrant.role == "task_force")).one()
        grant.unit_id = small.form_of("627").campaign_unit.unit_id
        work.record(Verb.ROLE_GRANTED, grant)
    assert give("23722") == 1
    with pytest.raises(Invalid, match="Phường Yên Đỗ"):
        give("23722", "23557")


def test_a_member_is_reminded_of_its_own_day_and_only_of_what_is_left(sent, at):
    send_pleiku()
    hand_in("SNV")
    give("23557", "23560", "SNV")
    life.verify("23557", life.CHANGED)
    told = sent(at_local(DUE - timedelta(days=3)))
    assert told["chi"] == "Thẩm tra: còn 2/3 phiếu năm 2019, còn 3 ngày"
    life.verify("23560", life.CHANGED)
    life.verify("SNV", life.CHANGED)
    assert "chi" not in sent(at_local(DUE))
    assert "chi" not in sent(at_local(DUE + timedelta(days=1)))


def test_a_reminder_that_became_false_is_taken_back(sent, at):
    hand_in("SNV")
    give("SNV")
    at(at_local(DUE))
    reminders.plan_reminders()
    life.verify("SNV", life.CHANGED)
    assert "chi" not in sent(at_local(DUE, 8, 1))
    assert [row.outcome for row in mails(OutboxState.CANCELLED) if row.kind == "verification_due"] == [
        str(reminders.DOUBTS[reminders.Doubt.NOT_OWED])
    ]


def test_what_nobody_was_given_is_owed_by_the_whole_task_force(arrived):
    assert owed() == {(Owed.VERIFICATION, "verify-rest", 0, 4)}
    give("23557")
    member = f"verify-{small.person('chi').id}"
    assert owed() == {(Owed.VERIFICATION, "verify-rest", 0, 3), (Owed.VERIFICATION, member, 0, 1)}
    life.verify("23557", life.CHANGED)
    assert owed() == {(Owed.VERIFICATION, "verify-rest", 0, 3)}


def test_the_number_of_queries_does_not_grow_with_what_is_given(arrived, statements):
    db.session.rollback()
    with statements() as none:
        owed()
    give("23557", "23560", "SNV")
    db.session.rollback()
    with statements() as some:
        owed()
    assert len(some) == len(none) <= 8


@pytest.fixture
def waiting(app, at):
    """A ranking that was made on Tuesday, 5 November 2019, and has left in the mails."""
    campaign = life.verified()
    at(small.LATE)
    run = life.ranked(campaign)
    tick(at, small.LATE)
    return run.id


def test_an_approver_is_reminded_after_two_and_five_working_days(waiting, at):
    days = range(6, 20)
    told = {day: tick(at, datetime(2019, 11, day, 1, tzinfo=UTC)).get("dung") for day in days}
    assert {day: subject for day, subject in told.items() if subject} == {
        7: "Chờ phê duyệt 2 ngày: kết quả đánh giá năm 2019",
        12: "Chờ phê duyệt 7 ngày: kết quả đánh giá năm 2019",
    }


def test_nobody_is_reminded_of_a_ranking_that_is_approved_or_old(waiting, at):
    at(datetime(2019, 11, 7, 0, tzinfo=UTC))
    assert (Owed.APPROVAL, "approval", 0, 0) in owed()
    shown = db.session.get_one(RankingRun, waiting).digest
    rankings.approve_run(small.actor("dung"), waiting, shown=shown)
    assert owed() == set()
    rankings.withdraw_approval(small.actor("dung"), waiting, note="Xem lại")
    assert owed()
    assert "dung" in tick(at, datetime(2019, 11, 7, 1, tzinfo=UTC))


def test_the_office_gives_and_takes_away_on_its_page(arrived, sign_in):
    giang = sign_in("giang")
    page = text(giang.get(HERE))
    assert "8 phiếu" in page
    chi, forms = small.person("chi").id, [str(key) for key in ids("23557", "23560")]
    sent = {"forms": forms, "person": str(chi), "due_day": "15/11/2019"}
    answer = giang.post(f"{HERE}/giao?cap=commune", data=sent)
    assert answer.location == f"{HERE}?cap=commune"
    page = text(giang.get(f"{HERE}?giao={chi}"))
    assert "2 phiếu" in page
    assert "15/11/2019" in page
    assert "2 phiếu" in text(giang.get(f"{HERE}?giao=chua&cap=district"))
    giang.post(f"{HERE}/giao", data={"forms": forms, "then": "take_away"})
    assert not given()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"forms": []}, "Chọn ít nhất một đơn vị"),
        ({"forms": ["x"]}, "Mở lại trang"),
        ({"forms": ["9" * 5000]}, "Mở lại trang"),
        ({"person": ""}, "Chọn một thành viên tổ công tác"),
        ({"person": "99999"}, "Chọn một thành viên tổ công tác"),
        ({"due_day": ""}, "Ghi ngày theo dạng"),
        ({"due_day": "09/10/2019"}, "Chọn ngày từ hôm nay trở đi"),
    ],
)
def test_what_cannot_be_given_is_said_on_the_page(arrived, sign_in, change, words):
    sent = {"forms": [str(ids("SNV")[0])], "person": str(small.person("chi").id), "due_day": "15/11/2019"}
    answer = sign_in("giang").post(f"{HERE}/giao", data=sent | change)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not given()


def test_who_may_see_and_who_may_give(arrived, sign_in):
    assert "<input class" not in text(sign_in("dung").get(HERE)).partition("<table")[2]
    assert sign_in("dung").post(f"{HERE}/giao").status_code == 403
    for name in ("an", "lan", "chi", "quang", "khach"):
        assert sign_in(name).get(HERE).status_code == 403
    for odd in ("?giao=-1", "?giao=x", "?page=9999", "?huyen=abc", "?cap=none"):
        assert sign_in("giang").get(HERE + odd).status_code == 200


def test_the_task_force_sees_what_is_its_own_and_may_help_others(arrived, sign_in):
    give("23557", "23560")
    chi = sign_in("chi")
    page = text(chi.get("/tham-dinh"))
    assert "Còn 2 phiếu được giao cho tôi, hạn 15/11/2019" in page
    assert "Sở Nội vụ</a>" in page
    own = text(chi.get("/tham-dinh?giao=toi"))
    assert "2 phiếu" in own
    assert "Sở Nội vụ</a>" not in own
    assert "Phường Yên Đỗ</a>" not in text(chi.get("/tham-dinh?giao=chua"))
    assert "Chi, hạn 15/11/2019" in text(chi.get(f"/tham-dinh/{ids('23557')[0]}"))
    assert "Chưa giao cho ai" in text(chi.get(f"/tham-dinh/{ids('SNV')[0]}"))


def test_the_list_is_in_administrative_order_on_every_database(arrived):
    found = assignments_of(db.session(), arrived, Wanted(), clock.now())
    assert [line.unit for line in found.lines][:4] == [
        "Sở Nội vụ",
        "Sở Y tế",
        "Thành phố Pleiku",
        "Huyện Chư Păh",
    ]
    assert [(one.name, one.done, one.total) for one in found.members] == [("Chi", 0, 0)]
