"""The district's pages: the board, reading and sending back a form, the package; and the office's view of packages."""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from app.database import db
from app.models import Campaign, Package, Remark
from app.services import answers, campaigns, packages
from app.unit import SYSTEM
from tests.app import small
from tests.app.handed_in import CLAIMS, PLEIKU, hand_in, send_pleiku
from workflows.vocabulary import State

SignIn = Callable[[str], FlaskClient]


def text(answer: object) -> str:
    return html.unescape(answer.get_data(as_text=True))  # type: ignore[attr-defined]  # a test response


def reading(code: str) -> str:
    return f"/huyen/phieu/{small.form_of(code).id}"


def package_page(campaign: Campaign) -> str:
    return f"/huyen/tong-hop/{campaign.id}"


def shown(*codes: str) -> str:
    return " ".join(f"{form.id}:{form.version}" for form in map(small.form_of, codes))


def test_the_board_counts_and_lists(campaign: Campaign, sign_in: SignIn) -> None:
    hand_in("23557")
    answers.save_answers(small.actor("bao"), small.form_of("23560").id, {"B1.1": CLAIMS["B1.1"]})
    page = text(sign_in("binh").get("/huyen"))
    assert re.findall(r'app-figure__number">(\d+)<', page) == ["1", "1", "1"]
    assert "Phường Yên Đỗ" in page
    assert "Phường Diên Hồng" in page
    assert "Thị trấn Phú Hòa" not in page
    assert "3/3" in page
    assert "trước ngày 25/10/2019" in page
    assert "24:00 ngày 24/10/2019" in page


@pytest.mark.parametrize(("progress", "named"), [("in", "Phường Yên Đỗ"), ("todo", "Phường Diên Hồng")])
def test_the_three_numbers_filter(campaign: Campaign, sign_in: SignIn, progress: str, named: str) -> None:
    hand_in("23557")
    page = text(sign_in("binh").get(f"/huyen?loc={progress}"))
    assert {name for name in ("Phường Yên Đỗ", "Phường Diên Hồng") if name in page} == {named}


def test_the_board_says_when_all_are_in_and_when_nothing_is_open(campaign: Campaign, sign_in: SignIn) -> None:
    hand_in(*PLEIKU)
    someone = sign_in("binh")
    assert "3/3 đơn vị đã nộp" in text(someone.get("/huyen"))
    campaigns.close_campaign(SYSTEM, campaign.slug)
    page = text(someone.get("/huyen?loc=xyz"))
    assert "Chưa có đợt đánh giá nào đang mở" in page
    assert "Đợt đã kết thúc" in page


@pytest.mark.parametrize(
    ("name", "status"),
    [("binh", 200), ("giang", 200), ("lan", 404), ("an", 403), ("chi", 403), ("quang", 403)],
)
def test_who_reads_a_form(campaign: Campaign, sign_in: SignIn, name: str, status: int) -> None:
    hand_in("23557")
    assert sign_in(name).get(reading("23557")).status_code == status


def test_a_form_shows_claims_reasons_and_what_lacks_proof(campaign: Campaign, sign_in: SignIn) -> None:
    hand_in("23557")
    page = text(sign_in("binh").get(reading("23557")))
    assert "8/10 = 80% × 10 điểm = 8 điểm" in page
    assert "Còn hai thủ tục" in page
    assert "Kiêm nhiệm" in page
    assert "11 trên 25 điểm" in page
    assert "Mọi tiêu chí có điểm đều có tài liệu kiểm chứng" in text(
        sign_in("binh").get(f"{reading('23557')}?loc=thieu")
    )


def test_a_form_is_sent_back_with_remarks(campaign: Campaign, sign_in: SignIn) -> None:
    (form,) = hand_in("23557")
    sent = {"mark": "B1.1", "remark-B1.1": "Sai mẫu số", "note": "Sửa số", "due": "20/10/2019"}
    answer = sign_in("binh").post(reading("23557"), data=sent | {"version": form.version})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/huyen")
    assert small.form_of("23557").state == State.DRAFT
    assert db.session.scalars(select(Remark.text)).all() == ["Sai mẫu số"]
    assert "Bị trả lại" in text(sign_in("binh").get("/huyen"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"due": "40/10/2019"}, "ngày/tháng/năm"),
        ({"due": "31/12/9999"}, "ngày/tháng/năm"),
        ({"due": "01/10/2019"}, "Chọn ngày từ hôm nay trở đi"),
        ({"note": " "}, "Nhập lý do"),
        ({"note": "x" * 2001}, "ngắn hơn 2000 ký tự"),
        ({"mark": ["B1.1", "B2.1"]}, "Viết nội dung cần sửa"),
        ({"mark": [], "remark-B1.1": ""}, "Ghi ít nhất một tiêu chí cần sửa"),
        ({"version": "x"}, "Mở lại trang"),
    ],
)
def test_a_faulty_sending_back_keeps_what_was_typed(
    campaign: Campaign, sign_in: SignIn, changed: dict[str, object], words: str
) -> None:
    (form,) = hand_in("23557")
    sent = {"mark": "B1.1", "remark-B1.1": "Sai mẫu số", "note": "Sửa số", "due": "20/10/2019"}
    sent |= {"version": str(form.version), "remark-B3.1": "Gắn quyết định"}
    if changed.get("mark") == []:
        sent["remark-B3.1"] = ""
    answer = sign_in("binh").post(reading("23557"), data=sent | changed)
    page = text(answer)
    assert answer.status_code == 422
    assert words in page
    assert "Lỗi:" in page
    assert all(str(value) in page for value in (sent | changed).values() if isinstance(value, str))
    assert small.form_of("23557").state == State.SELF_ASSESSED


def test_sending_back_an_old_page_is_a_conflict(campaign: Campaign, sign_in: SignIn) -> None:
    (form,) = hand_in("23557")
    sent = {"remark-B1.1": "Sai", "note": "Sửa", "due": "20/10/2019", "version": form.version - 1}
    assert sign_in("binh").post(reading("23557"), data=sent).status_code == 409


def test_the_office_sends_back_on_the_direct_route_only(campaign: Campaign, sign_in: SignIn) -> None:
    hand_in("23557", "SNV")
    office = sign_in("giang")
    assert "Trả lại để sửa" not in text(office.get(reading("23557")))
    assert "Trả lại để sửa" in text(office.get(reading("SNV")))
    sent = {"remark-B1.1": "Sai", "note": "Sửa", "due": "16/10/2019"}
    refused = office.post(reading("23557"), data=sent | {"version": small.form_of("23557").version})
    assert refused.status_code == 403
    done = office.post(reading("SNV"), data=sent | {"version": small.form_of("SNV").version})
    assert (done.status_code, done.headers["Location"]) == (303, reading("SNV"))


def test_the_package_page_adds_up_what_communes_claim(campaign: Campaign, sign_in: SignIn) -> None:
    hand_in(*PLEIKU)
    page = text(sign_in("binh").get(package_page(campaign)))
    assert "Cộng từ phiếu của 2 đơn vị đã nộp" in page
    assert "Trung bình cả phiếu: 11 điểm" in page
    assert "Gửi Sở (3/3 đơn vị)" in page
    assert "Lý do còn đơn vị chưa nộp" not in page


def test_a_whole_package_goes_at_once(campaign: Campaign, sign_in: SignIn) -> None:
    hand_in(*PLEIKU)
    someone = sign_in("binh")
    answer = someone.post(package_page(campaign), data={"shown": shown(*PLEIKU)})
    assert (answer.status_code, answer.headers["Location"]) == (303, package_page(campaign))
    page = text(someone.get(package_page(campaign)))
    assert "Đã gửi cơ quan chủ trì" in page
    assert small.form_of("23557").content_digest[:12] in page
    assert "Gửi Sở" not in page


def test_a_partial_package_is_asked_about_then_goes(campaign: Campaign, sign_in: SignIn) -> None:
    hand_in("622", "23557")
    someone, sent = sign_in("binh"), {"shown": shown("622", "23557"), "note": ""}
    silent = someone.post(package_page(campaign), data=sent)
    assert silent.status_code == 422
    assert "Nhập lý do" in text(silent)
    asked = someone.post(package_page(campaign), data=sent | {"note": "Diên Hồng mất điện"})
    assert asked.status_code == 200
    assert "Gửi khi còn 1 đơn vị chưa nộp?" in text(asked)
    assert "Diên Hồng mất điện" in text(asked)
    assert db.session.scalar(select(func.count()).select_from(Package)) == 0
    done = someone.post(package_page(campaign), data=sent | {"note": "Diên Hồng mất điện", "confirmed": "1"})
    assert done.status_code == 303
    assert "Phường Diên Hồng" in text(someone.get(package_page(campaign)))


def test_without_the_own_form_the_page_says_so(campaign: Campaign, sign_in: SignIn) -> None:
    hand_in("23557", "23560")
    sent = {"shown": shown("23557", "23560"), "note": "Gửi trước", "confirmed": "1"}
    answer = sign_in("binh").post(package_page(campaign), data=sent)
    assert answer.status_code == 422
    assert "Nộp phiếu của chính cấp huyện trước" in text(answer)
    assert "Gửi trước" in text(answer)


@pytest.mark.parametrize("typed", ["", "1", "1:x", "x:1", "1:99999999999", "²:1", f"{'1' * 5000}:1"])
def test_odd_versions_are_refused(campaign: Campaign, sign_in: SignIn, typed: str) -> None:
    hand_in(*PLEIKU)
    answer = sign_in("binh").post(package_page(campaign), data={"shown": typed})
    assert answer.status_code in {409, 422}


def test_an_old_package_page_is_a_conflict(campaign: Campaign, sign_in: SignIn) -> None:
    hand_in("622", "23557")
    old = shown("622", "23557")
    hand_in("23560")
    assert sign_in("binh").post(package_page(campaign), data={"shown": old}).status_code == 409


@pytest.mark.parametrize(
    ("name", "address", "status"),
    [
        ("binh", "/huyen/tong-hop/99", 404),
        ("binh", "/huyen/tong-hop/99999999999999999999", 404),
        ("binh", "/huyen/phieu/99999999999999999999", 404),
        ("binh", "/huyen/tong-hop/1?don_vi=1", 404),
        ("binh", "/huyen/tong-hop/1?don_vi=abc", 200),
        ("an", "/huyen/tong-hop/1", 403),
        ("giang", "/huyen", 403),
        ("binh", "/dot/gia-lai-2019/ho-so", 403),
        ("giang", "/dot/khong-co/ho-so", 404),
        ("giang", "/dot/gia-lai-2019/ho-so/99", 404),
        ("giang", "/dot/gia-lai-2019/ho-so/99999999999999999999", 404),
    ],
)
def test_who_may_open_what(campaign: Campaign, sign_in: SignIn, name: str, address: str, status: int) -> None:
    assert sign_in(name).get(address).status_code == status


def test_the_office_sees_packages_and_returns_one(campaign: Campaign, sign_in: SignIn) -> None:
    package = send_pleiku(handed=("622", "23557"), note="Còn một phường")
    office, listed = sign_in("giang"), f"/dot/{campaign.slug}/ho-so"
    page = text(office.get(listed))
    assert "Thành phố Pleiku" in page
    assert "2/3" in page
    assert "Chưa gửi hồ sơ (1)" in page
    assert "Huyện Chư Păh" in page
    silent = office.post(f"{listed}/{package.id}", data={"note": ""})
    assert silent.status_code == 422
    done = office.post(f"{listed}/{package.id}", data={"note": "Thiếu chữ ký"})
    assert (done.status_code, done.headers["Location"]) == (303, listed)
    assert "Đã trả lại" in text(office.get(listed))
    assert "Thiếu chữ ký" in text(sign_in("binh").get(package_page(campaign)))
    assert office.post(f"{listed}/{package.id}", data={"note": "Nữa"}).status_code == 409


def queries_for(someone: FlaskClient, address: str) -> int:
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    assert someone.get(address).status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("address", ["/huyen", "/huyen/tong-hop/1", "/dot/gia-lai-2019/ho-so"])
def test_a_list_costs_as_many_queries_for_three_forms_as_for_one(
    campaign: Campaign, sign_in: SignIn, address: str
) -> None:
    someone = sign_in("giang" if "dot" in address else "binh")
    hand_in("622", "23557")
    packages.consolidate(
        small.actor("binh"), campaign.id, small.form_of("622").campaign_unit.unit_id, note="Còn một"
    )
    before = queries_for(someone, address)
    hand_in("23560", "627", "23722", "23725")
    packages.consolidate(small.actor("binh"), campaign.id, small.form_of("622").campaign_unit.unit_id)
    packages.consolidate(small.actor("lan"), campaign.id, small.form_of("627").campaign_unit.unit_id)
    assert queries_for(someone, address) <= before
