"""Public pages: what a visitor finds, what is missing, and what need not be sent twice."""

import re

import pytest
from sqlalchemy import event, insert

from app.database import db
from app.i18n.labels import label
from app.models import Person, UnitKind
from app.queries.demo_accounts import DEMO_PASSWORD
from tests.app import life, published, small
from workflows.approval import APPROVAL

ROW = re.compile(r'<tr class="govuk-table__row">.*?</tr>', re.DOTALL)
LATE = "Không gửi kết quả đánh giá đúng hạn (xem như xếp hạng cuối)"


@pytest.fixture
def edition(campaign):
    return published.publish(campaign)


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def rows(text):
    """The rows of tables as text without tags."""
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in ROW.findall(text)]


def named(text, *names):
    """Where each name stands first, to compare orders."""
    return [text.index(name) for name in names]


def test_before_anything_is_published_the_page_says_so(client, campaign):
    text = page(client, "/")
    assert "Chưa có kết quả được công bố." in text
    assert campaign.name in text
    assert "Chưa có kết quả được công bố." in page(client, "/phuong-phap")


def test_the_first_page_shows_the_latest_result_with_its_decision(client, edition):
    text = page(client, "/")
    assert "Quyết định số 318/QĐ-UBND ngày 14/01/2020" in text
    assert "09:00 ngày 15/01/2020" in text
    assert "Bộ tiêu chí minh họa" in text
    assert [line for line in rows(text) if line.startswith("1 Sở Nội vụ 24")]


def test_equal_units_share_a_place_and_late_ones_are_last(client, edition):
    districts = rows(page(client, "/?cap=district"))
    assert [line[:1] for line in districts[1:]] == ["1", "1", "3"]
    communes = rows(page(client, "/?cap=commune&xem=bang"))
    late = next(line for line in communes if "Kim Thủy" in line)
    assert late.startswith("4 (cuối) UBND xã Kim Thủy –")
    assert LATE in late
    unranked = next(line for line in communes if "Hóa Sơn" in line)
    assert unranked.startswith("– ")
    assert "Được đánh giá, không xếp hạng" in unranked


@pytest.mark.parametrize("words", ["dong hoi", "ĐỒNG HỚI", "Đồng  Hới", "đong hơi"])
def test_search_needs_no_accents_and_finds_the_floor(client, edition, words):
    text = page(client, f"/?tim={words}")
    assert "UBND thành phố Đồng Hới" in text
    assert "Sở Nội vụ" not in text
    assert "Cấp huyện (1)" in text


@pytest.mark.parametrize("words", ["hoá sơn", "hóa sơn", "HOA SON"])
def test_search_takes_both_placements_of_the_tone(client, edition, words):
    assert "UBND xã Hóa Sơn" in page(client, f"/?tim={words}")


def test_a_search_without_result_keeps_the_words_and_says_what_to_do(client, edition):
    text = page(client, "/?tim=<b>xyz")
    assert "Không tìm thấy đơn vị nào" in text
    assert 'value="&lt;b&gt;xyz"' in text
    assert "<b>xyz" not in text


def test_communes_are_shown_by_district_with_both_places(client, edition):
    text = page(client, "/?cap=commune")
    first, second = named(text, ">UBND thành phố Đồng Hới</caption>", ">UBND huyện Lệ Thủy</caption>")
    assert first < second
    lines = rows(text)
    assert next(line for line in lines if "Thanh Thủy" in line).startswith("1 UBND xã Thanh Thủy 19,123")
    assert next(line for line in lines if "Thanh Thủy" in line).endswith(" 2")


def test_one_district_can_be_chosen(client, edition):
    text = page(client, "/?cap=commune&dia-ban=don-vi-457")
    assert "Thanh Thủy" in text
    assert "Hải Thành" not in text


def test_levels_have_a_view_of_their_own(client, edition):
    text = page(client, "/?cap=commune&xem=muc-do")
    found = named(text, "Mức độ I: 3 đơn vị", "Chưa đạt mức độ I: 1 đơn vị", "Chưa có mức độ: 1 đơn vị")
    assert found == sorted(found)


def test_lists_follow_the_vietnamese_alphabet_or_the_official_codes(client, edition):
    by_name = page(client, "/?cap=district&xep=ten")
    found = named(by_name, ">UBND thị xã Ba Đồn<", ">UBND thành phố Đồng Hới<", ">UBND huyện Lệ Thủy<")
    assert found == sorted(found)
    by_code = page(client, "/?cap=district&xep=hanh-chinh")
    found = named(by_code, ">UBND thành phố Đồng Hới<", ">UBND huyện Lệ Thủy<", ">UBND thị xã Ba Đồn<")
    assert found == sorted(found)


def test_unknown_words_in_the_address_fall_back_to_the_usual(client, edition):
    assert "Sở Nội vụ" in page(client, "/?cap=x&xem=y&xep=z&dia-ban=w")


def test_each_campaign_has_an_address_and_the_selector_leads_there(client, edition):
    assert "Sở Nội vụ" in page(client, f"/ket-qua/{edition.campaign.slug}")
    answer = client.get(f"/ket-qua/{edition.campaign.slug}?dot=khac&cap=commune&_method=POST")
    assert (answer.status_code, answer.location) == (302, "/ket-qua/khac?cap=commune")


def test_a_unit_has_its_figures_groups_and_lines(client, edition):
    text = page(client, f"/ket-qua/{edition.campaign.slug}/don-vi-19120")
    assert '<h1 class="govuk-heading-l">UBND xã Thanh Thủy</h1>' in text
    assert "2/3" in text
    assert "1/1" in text
    lines = rows(text)
    assert "B1. Mức độ hiện diện 7 10 70% 70%" in lines
    assert "B1.1 Tỷ lệ thủ tục công khai 10 4 7" in lines
    assert lines.index("B1.1 Tỷ lệ thủ tục công khai 10 4 7") > 0
    assert text.count('role="img"') == 1
    assert "B2.1 Có kênh hỏi đáp 4 4 4" in lines


def test_a_district_leads_to_its_communes(client, edition):
    text = page(client, f"/ket-qua/{edition.campaign.slug}/don-vi-457")
    assert "Kết quả của 3 đơn vị thuộc UBND huyện Lệ Thủy" in text
    assert "cap=commune&amp;dia-ban=don-vi-457" in text


def test_a_unit_that_handed_in_nothing_reads_why(client, edition):
    text = page(client, f"/ket-qua/{edition.campaign.slug}/don-vi-19123")
    assert LATE in text
    assert "Theo nhóm tiêu chí" not in text


def test_the_method_tells_rules_criteria_and_digests(client, edition):
    text = page(client, "/phuong-phap?cap=commune")
    assert "Đơn vị bằng nhau thì đồng hạng; hạng sau bỏ qua số đơn vị đồng hạng (1, 2, 2, 4)." in text
    assert "xem như xếp hạng cuối" in text
    assert "Tỷ lệ (tử số chia mẫu số) nhân 10 điểm." in text
    assert "Điểm trừ: mỗi trường hợp trừ 1 điểm, trừ nhiều nhất 3 điểm." not in text  # not in this edition
    assert "Bộ tiêu chí minh họa" in text
    assert edition.digest in text.replace("<wbr>", "")


@pytest.mark.parametrize(
    "address",
    [
        "/?dot=khong-co",
        "/ket-qua/khong-co",
        "/ket-qua/khong-co/x",
        "/phuong-phap/khong-co",
        "/ket-qua/x/tai/y.csv",
    ],
)
def test_what_is_not_there_answers_404_with_a_search_box(client, edition, address):
    text = page(client, address, 404)
    assert 'name="tim"' in text
    assert edition.campaign.name in text


def test_an_unknown_unit_or_file_answers_404_with_a_search_box(client, edition):
    slug = edition.campaign.slug
    for address in (f"/ket-qua/{slug}/khong-co", f"/ket-qua/{slug}/tai/khong-co.xlsx"):
        assert 'name="tim"' in page(client, address, 404)


def test_a_visitor_who_has_the_page_gets_304(client, edition):
    first = client.get("/?cap=commune")
    tag = first.headers["ETag"]
    again = client.get("/?cap=commune", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/?cap=district", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/?cap=commune&lang=en", headers={"If-None-Match": tag}).status_code == 200


def test_a_correction_takes_the_place_of_the_first_edition(client, campaign, edition):
    tag = client.get("/").headers["ETag"]
    published.publish(campaign, number=2)
    answer = client.get("/", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "bản đính chính lần 1" in answer.get_data(as_text=True)


def test_pages_of_a_signed_in_reader_are_kept_nowhere(client, sign_in, edition):
    before = page(client, "/")
    answer = sign_in("an").get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "UBND phường Yên Đỗ" in answer.get_data(as_text=True)
    assert page(client, "/") == before
    assert "UBND phường Yên Đỗ" not in before


def test_a_page_made_once_is_served_again_as_it_was(client, edition, monkeypatch):
    first = page(client, "/?cap=commune")
    monkeypatch.setattr("app.web.public_cache.render_template", None)
    assert page(client, "/?cap=commune") == first


def test_a_page_costs_few_queries_however_many_units(client, edition):
    client.get("/")
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *_arguments: asked.append(1))
    client.get("/?cap=commune")
    assert len(asked) <= 4


def test_a_demo_server_says_so_and_lists_who_may_sign_in(client, edition):
    assert "Đây là dữ liệu chạy thử" not in page(client, "/")
    values = {"language": "vi", "active": True, "demo": True, "created_at": published.PUBLISHED, "version": 1}
    with db.engine.begin() as connection:
        someone = insert(Person).values(
            email="xa@demo.example", name="Lê An", title="UBND xã Thanh Thủy", **values
        )
        connection.execute(someone.values(phone="", password_hash=""))
    db.session.rollback()  # the first page was read at an instant of its own
    text = page(client, "/")
    assert "Đây là dữ liệu chạy thử" in text
    assert "xa@demo.example Lê An UBND xã Thanh Thủy" in rows(text)
    assert DEMO_PASSWORD in text


def test_the_help_page_shows_every_row_of_the_workflow(client, app):
    lines = rows(page(client, "/huong-dan"))
    assert len(lines) == len(APPROVAL.rows) + 1
    assert lines[1].startswith(label(APPROVAL.rows[0].action))


@pytest.mark.parametrize("topic", ["don-vi", "huyen", "to-cong-tac", "co-quan-chu-tri"])
def test_each_help_page_is_short(client, app, topic):
    text = page(client, f"/huong-dan/{topic}")
    main = re.sub(r"<[^>]+>", " ", text.split("<main")[1].split("</main>")[0])
    assert 80 < len(main.split()) <= 400


def test_other_help_is_missing_and_accessibility_is_stated(client, app):
    page(client, "/huong-dan/khong-co", 404)
    assert "WCAG 2.2" in page(client, "/tro-nang")


def test_what_the_office_published_is_what_a_visitor_reads(client, app, at):
    campaign = life.verified()
    at(small.LATE)
    edition = life.published(campaign)
    text = page(client, f"/ket-qua/{edition.campaign.slug}?cap=commune&xem=bang")
    late = next(line for line in rows(text) if "Hà Tây" in line)
    assert LATE in late
    assert "12/QĐ-UBND" in text
    for floor in (UnitKind.DEPARTMENT, UnitKind.DISTRICT, UnitKind.COMMUNE):
        assert label(floor) in text


@pytest.mark.parametrize("query", ["_method=X", "endpoint=x", "slug=y", "_external=1", "lang=en&_anchor=a"])
def test_no_argument_of_an_address_reaches_the_maker_of_addresses(client, query):
    assert client.get(f"/?{query}").status_code == 200


@pytest.mark.parametrize("address", ["/?q=%00", "/ket-qua/a%00b", "/?%00=1"])
def test_an_address_with_a_nul_is_refused_in_words(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "tải lại trang" in answer.get_data(as_text=True)
