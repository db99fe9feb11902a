"""The days around a deadline and extensions of a whole kind: acts of the office, previewed, refused, kept, made public."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import exports
from app.campaign_plans import KindDates
from app.database import db
from app.faults import Invalid, Missing
from app.i18n.result_texts import footnotes
from app.models import AuditEntry, CampaignKind, Extension, OutboxMessage, RankingRun, Verb
from app.queries.moved_dates import NewDate
from app.queries.standings_runs import as_published
from app.services import deadlines, kind_dates, packages, rankings, reminders
from tests.app import small
from tests.app.handed_in import hand_in, unit_id
from tests.app.late import DUE, LATE_END, SECOND, SLUG, TAKEN_LATE, set_dates
from tests.app.moving import at_local
from tests.app.published import PUBLISHED
from tests.app.verified import FULL, verify
from workflows.deadlines import Late, Wording

DATES, EXTEND = f"/dot/{SLUG}/han/commune/moc", f"/dot/{SLUG}/han/commune/gia-han"
TYPED = {
    "remind_from": "15/10/2019",
    "late": "any",
    "late_through": "27/10/2019",
    "edit_through": "29/10/2019",
    "reason": "Theo văn bản của UBND tỉnh",
    "document": "90/UBND-VX",
}
EXTENDED = {"day": "01/11/2019", "reason": "Mưa lũ kéo dài", "document": "88/UBND-VX"}
NOVEMBER = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ kéo dài", "88/UBND-VX")


def text_of(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def communes():
    db.session.rollback()
    return db.session.scalars(select(CampaignKind).where(CampaignKind.unit_kind == "commune")).one()


def fault(raised):
    return [(one.field, one.code) for one in raised.value.faults]


@pytest.mark.parametrize(
    ("dates", "faults"),
    [
        (KindDates(), [("late", "same")]),
        (replace(TAKEN_LATE, remind_from=date(2019, 10, 25)), [("remind_from", "after_deadline")]),
        (KindDates(late=Late.ANY), [("late_through", "missing")]),
        (KindDates(late_through=date(2019, 10, 27)), [("late_through", "unused")]),
        (replace(TAKEN_LATE, late_through=date(2019, 10, 23)), [("late_through", "before_deadline")]),
        (replace(TAKEN_LATE, edit_through=date(2019, 10, 26)), [("edit_through", "before_acceptance")]),
        (replace(TAKEN_LATE, edit_through=date(2060, 1, 1)), [("edit_through", "calendar_unconfirmed")]),
    ],
)
def test_days_that_cannot_be_are_refused(campaign, dates, faults):
    with pytest.raises(Invalid) as raised:
        set_dates(dates)
    assert fault(raised) == faults


def test_a_day_that_is_past_is_refused_unless_it_stands_already(campaign, at):
    set_dates()
    at(LATE_END)
    set_dates(replace(TAKEN_LATE, edit_through=date(2019, 10, 30)))
    with pytest.raises(Invalid) as raised:
        set_dates(replace(TAKEN_LATE, late_through=date(2019, 10, 26), edit_through=None))
    assert fault(raised) == [("late_through", "past_day")]


def test_the_act_is_kept_with_what_was_before(campaign):
    set_dates()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.KIND_DATES_SET)).one()
    assert entry.before == {"late": "never", "remind_from": None, "late_through": None, "edit_through": None}
    assert entry.after == {
        "late": "any",
        "remind_from": None,
        "late_through": "2019-10-27",
        "edit_through": "2019-10-29",
        "document": "",
    }
    assert entry.note == "Theo văn bản 90/STTTT"


@pytest.mark.parametrize("name", ["an", "lan", "chi", "dung", "quang", "khach"])
def test_only_the_office_sets_days_and_extends_all(campaign, sign_in, name):
    given = kind_dates.NewKindDates(TAKEN_LATE, "Lý do")
    with pytest.raises(Missing):
        kind_dates.set_kind_dates(small.actor(name), SLUG, "commune", given)
    stranger = sign_in(name)
    for address, sent in ((DATES, TYPED), (EXTEND, EXTENDED)):
        assert stranger.get(address).status_code == 403
        assert stranger.post(address, data=sent | {"then": "confirm"}).status_code == 403
    assert communes().late == Late.NEVER


def test_no_reminder_leaves_before_its_day(campaign, at):
    set_dates(KindDates(remind_from=date(2019, 10, 22)))
    told = {}
    for day in (17, 21, 22, 23):
        at(at_local(date(2019, 10, day)))
        reminders.plan_reminders()
        rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.address.like("yen@%")))
        told[day] = sum(row.kind in reminders.REMINDER_KINDS for row in rows)
        db.session.rollback()
    assert told == {17: 0, 21: 0, 22: 0, 23: 1}


def test_the_mail_to_who_is_overdue_says_how_long_a_late_form_is_taken(campaign, at):
    set_dates()
    at(at_local(date(2019, 10, 25)))
    reminders.plan_reminders()
    [text] = db.session.scalars(
        select(OutboxMessage.text).where(
            OutboxMessage.kind == "overdue", OutboxMessage.address == "yen@gialai.example"
        )
    )
    assert "còn được nhận đến hết 24:00 ngày 27/10/2019" in re.sub(r"\s+", " ", text)


def test_the_page_previews_corrects_and_sets_the_days(campaign, sign_in):
    giang = sign_in("giang")
    assert DATES in text_of(giang.get(f"/dot/{SLUG}"))
    assert "trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)" in text_of(giang.get(DATES))
    seen = text_of(giang.post(DATES, data=TYPED | {"then": "preview"}))
    assert "Nhắc từ 00:00 ngày 15/10/2019" in seen
    assert "Còn nhận phiếu nộp muộn đến hết 24:00 ngày 27/10/2019" in seen
    assert "Sửa phiếu được đến hết 24:00 ngày 29/10/2019" in seen
    assert communes().late == Late.NEVER
    again = text_of(giang.post(DATES, data=TYPED | {"then": "edit"}))
    assert 'value="27/10/2019"' in again
    assert giang.post(DATES, data=TYPED | {"then": "confirm"}).location == f"/dot/{SLUG}"
    kind = communes()
    assert (kind.remind_from, kind.late, kind.late_through, kind.edit_through) == (
        date(2019, 10, 15),
        "any",
        date(2019, 10, 27),
        date(2019, 10, 29),
    )
    assert 'value="15/10/2019"' in text_of(giang.get(DATES))
    assert "Còn nhận phiếu nộp muộn đến hết 24:00 ngày 27/10/2019" in text_of(giang.get(f"/dot/{SLUG}"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"late_through": "x"}, "Ghi ngày theo dạng"),
        ({"late": "x"}, "Mở lại trang"),
        ({"reason": " "}, "Nhập lý do"),
        ({"late_through": ""}, "Ghi ngày cuối còn nhận phiếu nộp muộn"),
        ({"remind_from": "26/10/2019"}, "trở về trước"),
        ({"document": "9" * 51}, "ngắn hơn 50"),
    ],
)
@pytest.mark.parametrize("then", ["preview", "confirm"])
def test_a_fault_is_said_and_what_was_typed_is_kept(campaign, sign_in, change, words, then):
    answer = sign_in("giang").post(DATES, data=TYPED | change | {"then": then})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="29/10/2019"' in text_of(answer)


def test_the_preview_counts_what_opens_and_what_shuts(campaign, at, sign_in):
    at(DUE)
    opening = sign_in("giang").post(DATES, data=TYPED | {"remind_from": "", "then": "preview"})
    assert counts(opening) == {"nộp lại": "4", "không còn": "0", "sửa lại": "4", "bị khóa": "0"}
    set_dates()
    closing = TYPED | {"remind_from": "", "late": "never", "late_through": "", "edit_through": ""}
    shutting = sign_in("giang").post(DATES, data=closing | {"then": "preview"})
    assert counts(shutting) == {"nộp lại": "0", "không còn": "4", "sửa lại": "0", "bị khóa": "4"}


def counts(answer):
    keys = {
        "nộp lại": "Đơn vị nộp lại được ngay",
        "không còn": "Đơn vị không còn nộp được",
        "sửa lại": "Phiếu sửa lại được ngay",
        "bị khóa": "Phiếu bị khóa ngay",
    }
    page = text_of(answer)
    return {name: re.search(rf"{words}</dt> <dd[^>]*>(\d+)", page)[1] for name, words in keys.items()}


def test_before_the_opening_a_date_is_moved_and_days_are_set_but_nothing_is_extended(app, at, sign_in):
    small.make_campaign(opened=False)
    giang = sign_in("giang")
    board = text_of(giang.get(f"/dot/{SLUG}"))
    assert DATES in board
    assert EXTEND not in board
    refused = giang.post(EXTEND, data=EXTENDED | {"then": "preview"})
    assert refused.status_code == 422
    assert "dời hạn thay cho gia hạn" in text_of(refused)
    assert giang.post(DATES, data=TYPED | {"then": "confirm"}).location == f"/dot/{SLUG}"
    moved = EXTENDED | {"wording": "through_day", "then": "confirm"}
    assert giang.post(f"/dot/{SLUG}/han/commune", data=moved).location == f"/dot/{SLUG}"
    asked = text_of(giang.get(f"/dot/{SLUG}/mo"))
    assert "đến hết ngày 01/11/2019 (đến hết 24:00 ngày 01/11/2019)" in asked
    assert "Nhắc từ 00:00 ngày 15/10/2019" in asked


def test_a_date_is_not_moved_before_reminders_begin(campaign):
    set_dates(KindDates(remind_from=date(2019, 10, 20)))
    sooner = NewDate(Wording.THROUGH_DAY, date(2019, 10, 19), "Rút ngắn đợt")
    with pytest.raises(Invalid) as raised:
        deadlines.move_deadline(small.actor("giang"), SLUG, "commune", sooner)
    assert fault(raised) == [("day", "before_reminders")]


def test_a_moved_date_brings_back_in_time_who_may_only_come_late(campaign, at):
    set_dates()
    at(DUE)
    seen = deadlines.check_move(small.actor("giang"), SLUG, "commune", NOVEMBER)
    assert (seen.opened, seen.shifted) == (4, 4)


def test_a_whole_kind_is_extended_after_a_preview(campaign, sign_in):
    giang = sign_in("giang")
    assert EXTEND in text_of(giang.get(f"/dot/{SLUG}"))
    assert giang.get(EXTEND).status_code == 200
    seen = text_of(giang.post(EXTEND, data=EXTENDED | {"then": "preview"}))
    assert "đến hết ngày 01/11/2019 (đến hết 24:00 ngày 01/11/2019)" in seen
    assert db.session.scalars(select(Extension)).first() is None
    assert giang.post(EXTEND, data=EXTENDED | {"then": "confirm"}).location == f"/dot/{SLUG}"
    listed = text_of(giang.get(EXTEND))
    assert "88/UBND-VX" in listed
    assert "/cham-dut" in listed
    sooner = giang.post(EXTEND, data=EXTENDED | {"day": "31/10/2019", "then": "preview"})
    assert "Chọn ngày sau hạn hiện tại" in text_of(sooner)


def rank_all(at, campaign):
    for code in ("SNV", "SYT", "622", "627", "23557", "23560"):
        verify(code, FULL, {"B4.1": "5"})
    at(PUBLISHED)
    return as_published(rankings.make_run(small.actor("giang"), campaign.id))


def test_the_published_result_names_who_had_more_time_until_when_and_why(campaign, at):
    giang, form = small.actor("giang"), small.form_of("23557").id
    deadlines.grant_kind_extension(giang, SLUG, "department", NOVEMBER)
    deadlines.grant_extension(giang, form, NOVEMBER)
    unused = deadlines.grant_extension(giang, small.form_of("23560").id, NOVEMBER)
    deadlines.end_extension(giang, unused.id, reason="Cấp nhầm")
    shown = rank_all(at, campaign)
    until = "đến hết ngày 01/11/2019 (đến hết 24:00 ngày 01/11/2019)"
    why = f"{until}; theo văn bản 88/UBND-VX; lý do: Mưa lũ kéo dài"
    said = {kind.kind: list(footnotes(kind, kind.rows)) for kind in shown.kinds}
    assert said == {
        "department": [f"Sở, ban, ngành: gia hạn cho cả cấp, {why}"],
        "district": [],
        "commune": [f"UBND phường Yên Đỗ: gia hạn, {why}"],
    }
    notes = {table.sheet_name: table.notes[0] for table in exports.whole_tables(shown)}
    assert notes["Cấp xã"] == said["commune"][0]
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(exports.csv_text(shown)))}
    assert (rows["23557"]["extended_until"], rows["23557"]["extension_document"]) == (
        "2019-11-01T17:00:00+00:00",
        "88/UBND-VX",
    )
    assert rows["SNV"]["extension_reason"] == "Mưa lũ kéo dài"
    assert rows["23560"]["extended_until"] == ""


def test_an_extension_that_was_ended_after_it_gave_time_is_named_with_its_end(campaign, at):
    row = deadlines.grant_extension(small.actor("giang"), small.form_of("23557").id, NOVEMBER)
    at(DUE + timedelta(hours=9))
    deadlines.end_extension(small.actor("giang"), row.id, reason="Đã nộp")
    shown = rank_all(at, campaign)
    [words] = [words for kind in shown.kinds for words in footnotes(kind, kind.rows)]
    assert words.endswith("chấm dứt lúc 09:00 ngày 25/10/2019")


def test_a_result_without_late_forms_and_extensions_says_nothing_new(campaign, at):
    shown = rank_all(at, campaign)
    run = db.session.scalars(select(RankingRun)).one()
    assert not any(
        "late" in row or "extensions" in row for kind in run.standings["kinds"] for row in kind["rows"]
    )
    assert [words for kind in shown.kinds for words in footnotes(kind, kind.rows)] == []


def test_the_package_and_the_district_board_say_which_forms_came_late(campaign, at, sign_in):
    set_dates(TAKEN_LATE, "district", "commune")
    hand_in("622", "23557")
    at(LATE_END - SECOND)
    hand_in("23560")
    board = text_of(sign_in("binh").get("/huyen"))
    assert board.count('app-tag--yellow">Nộp muộn<') == 1
    assert "Hồ sơ gửi muộn còn được nhận đến hết 24:00 ngày 27/10/2019" in board
    packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"))
    received = text_of(sign_in("giang").get(f"/dot/{SLUG}/ho-so"))
    assert "Nộp muộn" in received
    sent = text_of(sign_in("binh").get(f"/huyen/tong-hop/{campaign.id}"))
    assert 'Trong đó nộp muộn</dt> <dd class="govuk-summary-list__value">Phường Diên Hồng' in sent
