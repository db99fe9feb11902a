"""The pages of a rehearsal: asked for, waited for, shown by day, filtered, downloaded; for the office alone."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database import db
from app.models import Rehearsal, RehearsalState
from app.services import rehearsals
from criteria.workbook import read_rows
from tests.app import small


@pytest.fixture
def office(campaign, sign_in):
    return sign_in("giang")


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@pytest.fixture
def begin(campaign):
    return f"/dot/{campaign.slug}/chay-thu"


@pytest.fixture
def shown(office, begin):
    """The address of a rehearsal that has ended."""
    answer = office.post(begin, data={"start": "", "days": "", "submitted": "50"})
    assert answer.status_code == 303
    rehearsals.rehearse_waiting()
    return answer.headers["Location"]


def test_who_asks_waits_on_a_page_that_reloads_itself(office, begin):
    place = office.post(begin, data={"submitted": ""}).headers["Location"]
    waiting = office.get(place)
    assert (waiting.mimetype, waiting.headers["Refresh"]) == ("text/html", "3")
    assert "Refresh" not in office.get(f"{place}?tai-lai=0").headers
    row = db.session.scalars(select(Rehearsal)).one()
    assert row.options == {"start": None, "days": None, "submitted": 0}
    rehearsals.rehearse_waiting()
    assert "Refresh" not in office.get(place).headers


def test_how_far_it_has_come_is_shown(office, begin):
    place = office.post(begin, data={}).headers["Location"]
    claim = rehearsals._claim()
    rehearsals._keep(claim, done=12, total=40)
    assert "12/40" in page(office, place)
    rehearsals._end(claim, RehearsalState.FAILED, fault="Máy chủ gặp sự cố")
    words = page(office, place)
    assert "Máy chủ gặp sự cố" in words
    assert "Refresh" not in office.get(place).headers


def test_what_was_found_is_shown_by_day(office, shown):
    words = page(office, shown)
    assert "Giả định 50% số phiếu chưa nộp" in words
    assert "Hết hạn nộp: Cấp xã" in words
    assert "/ngay/2019-10-24" in words
    day = page(office, f"{shown}/ngay/2019-10-24")
    assert "Hết hạn nộp: Cấp xã" in day
    assert "đến hết 24:00 ngày 24/10/2019" in day
    assert "đơn vị xếp cuối từ lúc này" in day
    assert "08:00" in day


def test_rows_are_found_by_unit_person_and_kind(office, shown):
    assert "binh@gialai.example" not in page(
        office, f"{shown}/ngay/2019-10-24?tim=Thị trấn Phú Hòa&loai=due_today"
    )
    assert "xuan@gialai.example" in page(office, f"{shown}/ngay/2019-10-24?tim=xuan")
    assert "Không có gì xảy ra" in page(office, f"{shown}?tim=khong-ai-ca")


def test_the_workbook_has_a_sheet_for_each_table(office, shown):
    answer = office.get(f"{shown}/chay-thu.xlsx")
    sheets = {
        name: read_rows(io.BytesIO(answer.data), sheet=name)
        for name in ("Ngày", "Thư", "Bỏ qua", "Mốc", "Xếp cuối")
    }
    assert all(rows for rows in sheets.values())


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"days": "0"}, "Ghi số ngày từ 1 đến 400"),
        ({"days": "mười"}, "Ghi số ngày từ 1 đến 400"),
        ({"days": "9" * 5000}, "Ghi số ngày từ 1 đến 400"),
        ({"submitted": "101"}, "Ghi tỷ lệ từ 0 đến 100"),
        ({"start": "31/02/2019"}, "Ghi ngày theo dạng"),
        ({"start": "01/01/2019"}, "Chọn ngày từ 10/10/2019"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(office, begin, typed, words):
    answer = office.post(begin, data=typed)
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert words in text
    assert next(iter(typed.values())) in text


def test_what_is_not_there_is_missing(office, shown, begin):
    for place in (
        f"{shown}/ngay/2018-01-01",
        f"{shown}/ngay/hom-nay",
        f"{begin}/999999",
        "/dot/khong-co/chay-thu",
    ):
        page(office, place, 404)
    waiting = office.post(begin, data={"days": "7"}).headers["Location"]
    page(office, f"{waiting}/ngay/2019-10-10", 404)
    page(office, f"{waiting}/chay-thu.xlsx", 404)


@pytest.mark.parametrize("name", ["chi", "dung", "binh", "an"])
def test_nobody_but_the_office_sees_it(shown, begin, sign_in, name):
    other = sign_in(name)
    for place in (begin, shown, f"{shown}/ngay/2019-10-24", f"{shown}/chay-thu.xlsx"):
        assert other.get(place).status_code in (403, 404)
    assert other.post(begin, data={}).status_code in (403, 404)


def test_a_campaign_in_preparation_is_walked_as_if_it_were_opened(app, at, sign_in):
    campaign = small.make_campaign(opened=False)
    at(small.OPENING - timedelta(days=2))
    office = sign_in("giang")
    slug = campaign.slug
    place = office.post(f"/dot/{slug}/chay-thu", data={"start": "04/10/2019"}).headers["Location"]
    rehearsals.rehearse_waiting()
    words = page(office, place)
    assert "8 đơn vị" in words
    assert "Mở nhận phiếu: Cấp xã" in words
    assert "Hết hạn nộp: Cấp xã" in words
