"""The office calendar on its page and its command: looked through, changed, confirmed, and asked before opening."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.cli import cli
from app.database import db
from app.faults import Forbidden
from app.models import AuditEntry, CalendarDay, CalendarYear, Campaign, CampaignStatus, DayKind, Verb
from app.queries.calendar_days import calendar_of, unconfirmed
from app.services import calendar_days
from app.unit import SYSTEM, unit
from tests.app import small

PAGE = "/dot/lich/2019"


def text_of(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


@pytest.fixture
def unseen(app, at):
    """Nobody has confirmed 2019."""
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(CalendarYear).where(CalendarYear.year == 2019))
        work.session.delete(row)
        work.record(Verb.CALENDAR_CHANGED, row)


@pytest.fixture
def run(app, at):
    """Run a command; gives what it said."""

    def call(*words, code=0):
        result = app.test_cli_runner().invoke(cli, [str(word) for word in words])
        assert result.exit_code == code, result.output
        db.session.rollback()
        return result.stderr if code else result.stdout

    return call


@pytest.mark.parametrize("name", ["giang", "quang"])
def test_a_year_shows_its_holidays_by_name_and_weekday(app, sign_in, name):
    page = text_of(sign_in(name).get(PAGE))

    assert "Lịch làm việc năm 2019" in page
    assert (
        '02/09/2019</th><td class="govuk-table__cell">Thứ Hai</td><td class="govuk-table__cell">Nghỉ' in page
    )
    assert "Mùng ba Tết Nguyên Đán" in page
    assert (
        '05/01/2019</th><td class="govuk-table__cell">Thứ Bảy</td><td class="govuk-table__cell">Làm việc'
        in page
    )
    assert "Đã xác nhận" in page


def test_a_year_is_shown_in_english_too(app, sign_in):
    page = text_of(sign_in("giang").get(f"{PAGE}?lang=en"))

    assert "Lunar New Year" in page
    assert "Monday" in page
    assert "Confirmed" in page


@pytest.mark.parametrize("path", ["", "/ngay", "/bo", "/xac-nhan"])
def test_strangers_are_kept_out(app, sign_in, client, path):
    for name in ("an", "lan", "chi", "dung", "khach"):
        assert sign_in(name).open(PAGE + path, method="POST" if path else "GET").status_code == 403
    assert unconfirmed(db.session(), [2019]) == ()


def test_only_who_runs_a_province_may_change_it(app, at):
    for name in ("an", "chi", "dung"):
        with pytest.raises(Forbidden):
            calendar_days.confirm_year(small.actor(name), 2019)
        with pytest.raises(Forbidden):
            calendar_days.set_day(small.actor(name), date(2019, 10, 14), DayKind.OFF)
        with pytest.raises(Forbidden):
            calendar_days.clear_day(small.actor(name), date(2019, 10, 14))


@pytest.mark.parametrize("year", [2000, 2100])
def test_the_first_and_the_last_year_are_shown(app, sign_in, year):
    assert f"01/01/{year}" in text_of(sign_in("giang").get(f"/dot/lich/{year}"))


@pytest.mark.parametrize("year", ["1999", "2101", "99999999999999999999", "khong-co"])
def test_a_year_that_nobody_knows_is_not_found(app, sign_in, year):
    assert sign_in("giang").get(f"/dot/lich/{year}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "year"), [("2021", 2021), ("", 2019), ("x", 2019), ("9999", 2019), ("²", 2019)]
)
def test_the_calendar_leads_to_the_year_asked_for(app, sign_in, asked, year):
    answer = sign_in("giang").get("/dot/lich", query_string={"nam": asked})

    assert answer.location == f"/dot/lich/{year}"


def test_a_day_is_set_shown_and_cleared(app, sign_in):
    giang = sign_in("giang")

    answer = giang.post(f"{PAGE}/ngay", data={"day": "14/10/2020", "kind": "off", "note": "1/TB-BNV"})
    assert answer.location == "/dot/lich/2020"
    page = text_of(giang.get("/dot/lich/2020"))
    assert "1/TB-BNV" in page
    assert "Bỏ ngày 14/10/2020" in page
    assert not calendar_of(db.session(), [2020]).is_working(date(2020, 10, 14))
    assert giang.post("/dot/lich/2020/bo", data={"day": "14/10/2020"}).status_code == 303
    assert calendar_of(db.session(), [2020]).is_working(date(2020, 10, 14))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"day": "31/02/2019", "kind": "off", "note": "giữ lại"}, "Ghi ngày theo dạng"),
        ({"day": "14/10/2019", "kind": "x", "note": "giữ lại"}, "Chọn ngày nghỉ hoặc ngày làm việc"),
        ({"day": "14/10/2019", "note": "giữ lại"}, "Chọn ngày nghỉ hoặc ngày làm việc"),
        ({"day": "14/10/2019", "kind": "off", "note": "giữ lại" * 100}, "ngắn hơn 500"),
        ({"note": "giữ lại"}, "Ghi ngày theo dạng"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(app, sign_in, sent, words):
    answer = sign_in("giang").post(f"{PAGE}/ngay", data=sent)

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "giữ lại" in text_of(answer)
    assert db.session.scalars(select(CalendarDay)).first() is None


def test_an_unconfirmed_year_is_one_click_from_the_campaign_that_waits_for_it(unseen, sign_in):
    small.make_campaign(opened=False)
    giang = sign_in("giang")
    refused = giang.post("/dot/gia-lai-2019/mo")

    assert refused.status_code == 422
    assert f'href="{PAGE}"' in text_of(refused)
    assert f'href="{PAGE}"' in text_of(giang.get("/dot/gia-lai-2019/mo"))
    assert "Chưa xác nhận" in text_of(giang.get(PAGE))
    assert giang.post(f"{PAGE}/xac-nhan").status_code == 303
    assert "Giang xác nhận lúc" in text_of(giang.get(PAGE))
    assert PAGE not in text_of(giang.get("/dot/gia-lai-2019/mo"))
    assert giang.post("/dot/gia-lai-2019/mo").status_code == 303
    assert db.session.scalars(select(Campaign.status)).one() == CampaignStatus.OPEN
    assert Verb.CALENDAR_CONFIRMED in set(db.session.scalars(select(AuditEntry.verb)))


def test_the_lists_lead_to_the_calendar(app, sign_in):
    assert 'href="/dot/lich"' in text_of(sign_in("giang").get("/dot"))
    assert 'href="/dot/lich"' in text_of(sign_in("quang").get("/quan-tri/don-vi"))


def test_the_command_shows_sets_and_confirms(unseen, run):
    small.make_campaign(opened=False)
    assert "dunghan calendar confirm 2019" in run("campaign", "open", "gia-lai-2019", code=1)
    assert "02/09/2019  thứ Hai  nghỉ  Quốc khánh" in run("calendar", "show", 2019)
    assert "dunghan calendar confirm 2019" in run("calendar", "show", 2019)
    run("calendar", "set", "14/10/2019", "off", "--note", "Hoán đổi")
    assert "14/10/2019  thứ Hai  nghỉ  Hoán đổi" in run("calendar", "show", 2019)
    run("calendar", "set", "2019-10-14", "plain")
    assert "14/10/2019" not in run("calendar", "show", 2019)
    run("calendar", "confirm", 2019)
    shown = json.loads(run("calendar", "show", 2019, "--json"))
    assert shown["confirmed"] is True
    assert {"day": "2019-09-02", "off": True, "name": "Quốc khánh"} in shown["days"]
    assert "8 đơn vị" in run("campaign", "open", "gia-lai-2019")


def test_the_command_refuses_what_is_no_year_or_day(run):
    run("calendar", "show", 1999, code=2)
    run("calendar", "set", "31/02/2019", "off", code=2)
    run("calendar", "set", "14/10/2019", "maybe", code=2)


def test_the_desk_counts_working_days_by_the_calendar(campaign, sign_in):
    an = sign_in("an")
    assert "Còn 11 ngày làm việc." in text_of(an.get("/don-vi"))
    calendar_days.set_day(SYSTEM, date(2019, 10, 14), DayKind.OFF)
    assert "Còn 10 ngày làm việc." in text_of(an.get("/don-vi"))
    calendar_days.set_day(SYSTEM, date(2019, 10, 12), DayKind.WORKING)
    assert "Còn 11 ngày làm việc." in text_of(an.get("/don-vi"))


def test_the_desk_opens_in_a_later_year_than_its_deadline(campaign, at, sign_in):
    at(datetime(2021, 3, 1, 2, tzinfo=UTC))
    assert "Đã hết hạn." in text_of(sign_in("an").get("/don-vi"))


def test_the_desk_says_when_nobody_confirmed_the_calendar(campaign, sign_in):
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(CalendarYear).where(CalendarYear.year == 2019))
        work.session.delete(row)
        work.record(Verb.CALENDAR_CHANGED, row)
    assert "theo lịch nghỉ lễ chưa được xác nhận" in text_of(sign_in("an").get("/don-vi"))
