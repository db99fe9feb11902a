"""The office's pages: what they show, to whom, and that nothing typed is lost."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import event, select

from app.campaign_files import bundled, dump
from app.database import db
from app.models import Campaign, CampaignStatus, Edition, RankingRun, Submission, Waiver
from app.services import rankings
from criteria.workbook import read_rows
from tests.app import small, verified

SLUG = "gia-lai-2019"
DECISION = {"number": "12/QĐ-UBND", "date": "05/11/2019", "signer": "Chủ tịch"}


@pytest.fixture
def ready(app: Any, at: Callable[..., None]) -> Campaign:
    """Everybody verified but one silent commune; the clock stands after the deadline."""
    campaign = verified.make_campaign()
    verified.verify_all()
    at(small.LATE)
    return campaign


@pytest.fixture
def run(ready: Campaign) -> RankingRun:
    """The first run, made by Giang."""
    return rankings.make_run(small.actor("giang"), ready.id)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_the_list_shows_the_campaigns_of_the_province_with_their_deadlines(campaign, sign_in):
    page = text_of(sign_in("giang").get("/dot"))

    assert "/dot/gia-lai-2019" in page
    assert "trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)" in page
    assert "0/8" in page


@pytest.mark.parametrize(
    "path", ["", "/don-vi/1", "/xep-hang", "/xep-hang/1", "/xep-hang/1/tai", "/mo", "/ket-thuc", "/tep"]
)
def test_strangers_are_kept_out(run, sign_in, client, path):
    assert client.get(f"/dot/{SLUG}{path}").status_code == 302
    for name in ("an", "binh", "chi", "khach", "quang"):
        assert sign_in(name).get(f"/dot/{SLUG}{path}").status_code == 403


def test_what_is_not_there_is_not_found(campaign, sign_in):
    giang = sign_in("giang")

    for path in ("/dot/khac", f"/dot/{SLUG}/don-vi/999", f"/dot/{SLUG}/xep-hang/7", "/dot/khac/xep-hang"):
        assert giang.get(path).status_code == 404


def test_the_board_counts_and_filters_without_accents(campaign, sign_in):
    giang = sign_in("giang")

    whole = text_of(giang.get(f"/dot/{SLUG}"))
    found = text_of(giang.get(f"/dot/{SLUG}?tim=yen+do"))
    assert "8 trên 8 đơn vị" in whole
    assert "Đang mở" in whole
    assert "1 trên 8 đơn vị" in found
    assert "Phường Yên Đỗ" in found
    assert "0 trên 8 đơn vị" in text_of(giang.get(f"/dot/{SLUG}?trang-thai=VERIFIED"))
    assert "4 trên 8 đơn vị" in text_of(giang.get(f"/dot/{SLUG}?cap=commune&huyen=x"))


def test_the_board_says_who_is_late(ready, sign_in):
    page = text_of(sign_in("giang").get(f"/dot/{SLUG}?trang-thai=missing"))

    assert "1 trên 8 đơn vị" in page
    assert "Xã Hà Tây" in page


def test_the_board_costs_the_same_for_more_units(campaign, sign_in):
    giang = sign_in("giang")
    giang.get(f"/dot/{SLUG}")
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    giang.get(f"/dot/{SLUG}?tim=khong-co")
    few = len(statements)
    giang.get(f"/dot/{SLUG}")

    assert len(statements) - few == few


def test_a_campaign_is_made_from_its_text_and_opened(app, at, sign_in):
    giang = sign_in("giang")

    answer = giang.post("/dot/moi", data={"text": dump(bundled("gia-lai-2019"))})
    assert answer.status_code == 303
    assert "Mở đợt" in text_of(giang.get(f"/dot/{SLUG}"))
    assert "Mở đợt đánh giá này?" in text_of(giang.get(f"/dot/{SLUG}/mo"))
    assert giang.post(f"/dot/{SLUG}/mo").status_code == 303
    assert db.session.scalars(select(Campaign)).one().status == CampaignStatus.OPEN
    assert giang.post(f"/dot/{SLUG}/mo").status_code == 422


def test_a_faulty_campaign_file_keeps_its_text_and_names_every_place(app, at, sign_in):
    text = (
        dump(bundled("gia-lai-2019"))
        .replace("year = 2019", 'year = "x"')
        .replace('late_counts = "unit"', 'late_counts = "?"')
    )
    answer = sign_in("giang").post("/dot/moi", data={"text": text})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "year:" in page
    assert "late_counts:" in page
    assert "late_counts = &#34;?&#34;" in page


@pytest.mark.parametrize("text", ["", "   ", "slug = ", "\ud7ff", "x" * 300_000])
def test_any_text_is_answered(app, at, sign_in, text):
    assert sign_in("giang").post("/dot/moi", data={"text": text}).status_code == 422


def test_a_taken_name_and_an_unknown_province_are_said(campaign, sign_in):
    giang, text = sign_in("giang"), dump(bundled("gia-lai-2019"))

    assert "Đã có đợt tên" in text_of(giang.post("/dot/moi", data={"text": text}))
    other = text.replace("gia-lai-2019", "khac-2019").replace('province_code = "64"', 'province_code = "44"')
    answer = giang.post("/dot/moi", data={"text": other})
    assert answer.status_code == 422
    assert "mã 44" in text_of(answer)


def test_an_uploaded_file_is_shown_before_it_is_taken(app, at, sign_in):
    answer = sign_in("giang").post(
        "/dot/moi", data={"file": (BytesIO("tên = 1\x00\xff".encode("latin-1", "replace")), "a.toml")}
    )

    assert answer.status_code == 200
    assert db.session.scalars(select(Campaign)).first() is None


def test_a_clone_begins_from_the_campaign_chosen(campaign, sign_in):
    page = sign_in("giang").get(f"/dot/moi?tu={SLUG}").get_data(as_text=True)

    assert "gia-lai-2020" in page
    assert "2020-10-18" in page


def test_a_campaign_is_closed_after_a_question(campaign, sign_in):
    giang = sign_in("giang")

    assert "Kết thúc đợt đánh giá này?" in text_of(giang.get(f"/dot/{SLUG}/ket-thuc"))
    assert giang.post(f"/dot/{SLUG}/ket-thuc").status_code == 303
    assert db.session.scalars(select(Campaign)).one().status == CampaignStatus.CLOSED


def test_a_unit_shows_its_people_and_a_waiver_is_granted_and_ended(campaign, sign_in):
    giang, form = sign_in("giang"), small.form_of("SNV")
    address = f"/dot/{SLUG}/don-vi/{form.id}"

    assert "nam@gialai.example" in text_of(giang.get(address))
    refused = giang.post(f"{address}/khong-ap-dung", data={"criterion": "B2.1", "reason": " "})
    assert refused.status_code == 422
    assert "Nhập lý do không áp dụng" in text_of(refused)
    assert (
        giang.post(
            f"{address}/khong-ap-dung", data={"criterion": "B2.1", "reason": "Không tiếp dân"}
        ).status_code
        == 303
    )
    assert "Không tiếp dân" in text_of(giang.get(address))
    assert giang.post(f"{address}/ap-dung-lai", data={"criterion": "B2.1"}).status_code == 303
    assert db.session.scalars(select(Waiver)).first() is None
    assert giang.post(f"{address}/ap-dung-lai", data={"criterion": "B2.1"}).status_code == 404


def test_a_verified_form_is_reopened_for_a_reason(ready, sign_in):
    giang, form = sign_in("giang"), small.form_of("SNV")
    address = f"/dot/{SLUG}/don-vi/{form.id}"

    assert "Mở lại để thẩm tra" in text_of(giang.get(address))
    refused = giang.post(f"{address}/mo-lai", data={"note": "", "version": form.version})
    assert (refused.status_code, "Nhập lý do" in text_of(refused)) == (422, True)
    assert giang.post(f"{address}/mo-lai", data={"note": "Sai", "version": 0}).status_code == 409
    assert giang.post(f"{address}/mo-lai", data={"note": "Sai", "version": form.version}).status_code == 303
    assert db.session.get(Submission, form.id).state == "SELF_ASSESSED"


def test_a_direct_form_is_sent_back_and_what_was_typed_is_kept(ready, sign_in):
    giang, form = sign_in("giang"), small.form_of("SNV")
    address = f"/dot/{SLUG}/don-vi/{form.id}"
    giang.post(f"{address}/mo-lai", data={"note": "Sai", "version": form.version})
    given = {
        "version": str(small.form_of("SNV").version),
        "note": "Sửa rồi nộp lại",
        "due": "ngày mai",
        "criterion": ["B1.1", "", ""],
        "remark": ["Số liệu chưa khớp", "", ""],
    }

    refused = giang.post(f"{address}/tra-lai", data=given)
    assert refused.status_code == 422
    assert "Số liệu chưa khớp" in text_of(refused)
    assert "Sửa rồi nộp lại" in text_of(refused)
    assert giang.post(f"{address}/tra-lai", data=given | {"due": "30/11/2019"}).status_code == 303
    assert db.session.get(Submission, form.id).state == "DRAFT"


def test_a_form_is_reached_under_its_own_campaign_only(campaign, sign_in):
    form = small.form_of("SNV")

    assert sign_in("giang").get(f"/dot/khac/don-vi/{form.id}").status_code == 404
    assert sign_in("dung").post(f"/dot/{SLUG}/don-vi/{form.id}/mo-lai").status_code == 403


def test_a_run_is_refused_with_the_units_waited_for(campaign, sign_in):
    giang = sign_in("giang")

    page = text_of(giang.get(f"/dot/{SLUG}/xep-hang"))
    assert "Đơn vị còn chờ" in page
    answer = giang.post(f"/dot/{SLUG}/xep-hang")
    assert answer.status_code == 422
    assert "Còn 8 đơn vị chưa thẩm tra xong" in text_of(answer)


def test_from_run_to_publication_by_the_pages(ready, sign_in):
    giang, oanh, dung = sign_in("giang"), sign_in("oanh"), sign_in("dung")
    assert giang.post(f"/dot/{SLUG}/xep-hang").headers["Location"].endswith("/xep-hang/1")
    address = f"/dot/{SLUG}/xep-hang/1"
    shown = {"shown": db.session.scalars(select(RankingRun)).one().digest}

    page = text_of(dung.get(f"{address}?cap=commune"))
    assert "Đồng hạng: hạng 1 (UBND phường Yên Đỗ, UBND phường Diên Hồng)" in page
    assert "(cuối)" in page
    assert dung.post(f"{address}/phe-duyet", data={"shown": "x"}).status_code == 422
    assert dung.post(f"{address}/phe-duyet", data=shown).status_code == 303
    assert dung.post(f"{address}/phe-duyet", data=shown).status_code == 409

    assert giang.post(f"{address}/de-nghi", data=shown).status_code == 422
    wrong = giang.post(f"{address}/quyet-dinh", data=DECISION | {"date": "5 tháng 11"})
    assert (wrong.status_code, "5 tháng 11" in text_of(wrong)) == (422, True)
    assert giang.post(f"{address}/quyet-dinh", data=DECISION).status_code == 303
    assert giang.post(f"{address}/de-nghi", data=shown).status_code == 303

    assert "Công bố không rút lại được" in text_of(oanh.get(f"{address}/cong-bo"))
    same = giang.post(f"{address}/cong-bo", data=shown)
    assert (same.status_code, "một người khác" in text_of(same)) == (422, True)
    assert db.session.scalars(select(Edition)).first() is None
    assert oanh.post(f"{address}/cong-bo", data=shown).status_code == 303

    final = text_of(oanh.get(address))
    assert "Bản công bố là cuối cùng" in final
    assert dung.post(f"{address}/rut-phe-duyet", data={"note": "x"}).status_code == 422


def test_an_approval_is_taken_back_for_a_reason(run, sign_in):
    dung, address = sign_in("dung"), f"/dot/{SLUG}/xep-hang/1"
    dung.post(f"{address}/phe-duyet", data={"shown": run.digest})

    assert dung.post(f"{address}/rut-phe-duyet", data={"note": " "}).status_code == 422
    assert dung.post(f"{address}/rut-phe-duyet", data={"note": "Nhầm bảng"}).status_code == 303


def test_an_outdated_run_says_so_and_a_new_one_is_compared(run, sign_in):
    giang = sign_in("giang")
    verified.verify("23557", {}, {"B3.1": "0"})

    assert "Kết quả này đã cũ" in text_of(giang.get(f"/dot/{SLUG}/xep-hang/1"))
    giang.post(f"/dot/{SLUG}/xep-hang")
    page = text_of(giang.get(f"/dot/{SLUG}/xep-hang/2?cap=commune"))
    assert "Kết quả này đã cũ" not in page
    assert "UBND phường Yên Đỗ (1 → 3)" in page


def test_standings_are_filtered(run, sign_in):
    page = text_of(sign_in("dung").get(f"/dot/{SLUG}/xep-hang/1?cap=commune&tim=dien+hong"))
    table = page[page.index("<table") :]

    assert "UBND phường Diên Hồng" in table
    assert "UBND thị trấn Phú Hòa" not in table


def test_the_workbook_is_a_draft_until_publication(run, sign_in):
    answer = sign_in("dung").get(f"/dot/{SLUG}/xep-hang/1/tai")

    rows = read_rows(BytesIO(answer.data))
    assert "Dự thảo: bảng số 1" in rows[2][0].text


def test_nobody_steps_where_they_may_not(run, sign_in):
    address = f"/dot/{SLUG}/xep-hang/1"

    assert sign_in("giang").post(f"{address}/phe-duyet", data={"shown": run.digest}).status_code == 403
    assert sign_in("dung").post(f"{address}/quyet-dinh", data=DECISION).status_code == 403
    assert sign_in("dung").post(f"/dot/{SLUG}/xep-hang").status_code == 403
