"""The report on results: a skeleton with the unit's own figures, taken back, asked for before handing in; and the
office's own Word files in the place of those that ship.
"""

from io import BytesIO

import pytest
from docx import Document

from app import clock
from app.database import db
from app.faults import Forbidden, Invalid, Missing
from app.models import Paper
from app.paper_samples import sample_of
from app.queries.desk import desk_of
from app.services import answers, paper_templates
from app.services.answers import AnswerInput
from app.web.paper_forms import for_word, paper_of
from app.web.report_papers import report_of
from tests.app import small
from tests.app.test_answers import form_id
from tests.papers import pdf

pytestmark = pytest.mark.usefixtures("campaign")


def text_of(content):
    paper = Document(BytesIO(content))
    cells = (cell for table in paper.tables for row in table.rows for cell in row.cells)
    return "\n".join(line.text for place in (paper, *cells) for line in place.paragraphs)


def word(*lines):
    paper = Document()
    for line in lines:
        paper.add_paragraph(line)
    kept = BytesIO()
    paper.save(kept)
    return kept.getvalue()


def put(content, by="giang", paper=Paper.REPORT, name="mau.docx"):
    slug = small.form_of("23557").campaign.slug
    return paper_templates.put_template(small.actor(by), slug, paper, file_name=name, content=content)


def skeleton(client):
    return text_of(client.get(f"/phieu/{form_id()}/bao-cao.docx").get_data())


@pytest.mark.parametrize("paper", list(Paper))
def test_an_example_names_just_what_a_form_states(app, paper):
    desk = desk_of(db.session(), small.form_of("23557"))
    with app.test_request_context():
        stated = {
            Paper.FORM: lambda: for_word(paper_of(db.session(), desk, clock.now(), blank=False)),
            Paper.REPORT: lambda: report_of(db.session(), desk, clock.now()),
        }[paper]()
    assert set(stated) == set(sample_of(paper))


def test_the_skeleton_holds_the_units_own_figures(sign_in):
    answers.save_answers(
        small.actor("an"),
        form_id(),
        {
            "B1.1": AnswerInput(
                {"numerator": "8", "denominator": "10"}, "Còn {{ 7*7 }} thủ tục", estimated=True
            ),
            "B2.1": AnswerInput({"answer": "yes"}),
            "B3.1": AnswerInput(
                {"option": small.small_set("commune").criterion("B3.1").rule.options[-1].code}
            ),
        },
    )
    said = skeleton(sign_in("an"))
    assert "Đơn vị tự chấm" in said
    assert "Nguyên nhân: Còn {{ 7*7 }} thủ tục." in said
    assert "là số ước, vì kỳ số liệu chưa kết thúc: B1.1." in said
    assert "Thực hiện văn bản số 169/QĐ-UBND ngày 05/04/2019" in said
    assert "B2.1." in said.partition("III.")[0]
    shortcomings = said.partition("III.")[2]
    assert "B2.1." not in shortcomings
    assert "C1." not in shortcomings


def test_the_finished_report_is_taken_back_and_lets_the_form_go(sign_in):
    an = sign_in("an")
    address = f"/phieu/{form_id()}/bao-cao"
    assert "Chưa có" in an.get(address).get_data(as_text=True)
    assert an.post(address, data={}).status_code == 422
    wrong = an.post(address, data={"file": (BytesIO(b"x"), "bao-cao.exe")})
    assert "Tệp phải là" in wrong.get_data(as_text=True)
    sent = an.post(address, data={"file": (BytesIO(pdf("Báo cáo")), "bao-cao.pdf")})
    assert sent.status_code == 303
    assert "bao-cao.pdf" in an.get(address).get_data(as_text=True)
    assert sign_in("xuan").get(address).status_code == 404


def test_the_office_puts_its_own_template_and_takes_it_away(sign_in):
    put(
        word(
            "Báo cáo của {{ unit_name }}", "{%p for group in groups %}", "{{ group.title }}", "{%p endfor %}"
        )
    )
    said = skeleton(sign_in("an"))
    assert said.startswith("Báo cáo của UBND phường Yên Đỗ")
    assert "B1." in said
    slug = small.form_of("23557").campaign.slug
    paper_templates.drop_template(small.actor("giang"), slug, Paper.REPORT)
    assert "ĐẶC ĐIỂM, TÌNH HÌNH CHUNG" in skeleton(sign_in("an"))
    with pytest.raises(Missing):
        paper_templates.drop_template(small.actor("giang"), slug, Paper.REPORT)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (word("{{ don_vi }} {{ unit_name }} {{ diem }}"), "diem, don_vi"),
        (word("{{ unit_name"), "đủ cặp"),
        (
            word(
                "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}"
            ),
            "đủ cặp",
        ),
        (b"x", "Tệp phải là"),
        (b"", "rỗng"),
    ],
    ids=["unknown names", "a brace", "endless", "no Word file", "nothing"],
)
def test_an_unfit_template_is_refused_and_the_old_one_stays(content, words):
    with pytest.raises(Invalid) as refused:
        put(content)
    assert words in refused.value.faults[0].message


def test_only_the_office_of_the_province_changes_templates(sign_in):
    for somebody in ("an", "binh", "chi", "quang"):
        with pytest.raises((Forbidden, Missing)):
            put(word("{{ unit_name }}"), by=somebody)


def test_the_page_of_templates_offers_each_as_it_is_and_filled_in(sign_in):
    address = f"/dot/{small.form_of('23557').campaign.slug}/mau-van-ban"
    giang = sign_in("giang")
    page = giang.get(address).get_data(as_text=True)
    assert "{{ lacking }}" in page
    for kind in Paper:
        assert "{{ unit }}" in text_of(giang.get(f"{address}/{kind}/mau.docx").get_data())
        assert "UBND XÃ THANH THỦY" in text_of(giang.get(f"{address}/{kind}/thu.docx").get_data())
    refused = giang.post(f"{address}/form", data={"file-form": (BytesIO(word("{{ la }}")), "m.docx")})
    assert refused.status_code == 422
    assert "không biết: la" in refused.get_data(as_text=True)
    assert (
        giang.post(f"{address}/form", data={"file-form": (BytesIO(word("{{ unit }}")), "m.docx")}).status_code
        == 303
    )
    assert giang.post(f"{address}/form/goc").status_code == 303
    assert giang.post(f"{address}/khac", data={}).status_code == 404
