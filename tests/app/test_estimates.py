"""Estimates and the final figures declared in their place: when, by whom, what stays readable, what no longer stands."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.database import db
from app.faults import Forbidden, Invalid, Missing
from app.models import AuditEntry, Replacement, Verb
from app.queries.cases import content_digest, undecided
from app.queries.desk import desk_of
from app.queries.estimates import standing_estimates
from app.services import answers, documents, submissions
from app.services.answers import AnswerInput, Conflict
from app.services.estimates import FinalFigure, replace_estimate
from app.services.verdicts import KEPT
from app.services.verification import decide_many, keep_rest
from tests.app import small
from tests.app.handed_in import CLAIMS, again
from tests.app.test_documents import PDF
from workflows.vocabulary import Action

ENDED = datetime(2019, 10, 31, 17, tzinfo=UTC)
ESTIMATED = CLAIMS | {"B1.1": replace(CLAIMS["B1.1"], estimated=True)}
NINE = FinalFigure({"numerator": "9", "denominator": "10"}, "Số chốt ngày 31/10")


@pytest.fixture
def form(campaign, at):
    """Sở Nội vụ's form, handed in with 8 of 10 as an estimate; the data period has just ended."""
    nam, row = small.actor("nam"), small.form_of("SNV")
    documents.add_document(nam, row.id, content=PDF, file_name="số liệu.pdf")
    answers.save_answers(nam, row.id, ESTIMATED)
    submissions.move(nam, row.id, Action.SELF_ASSESS, version=None)
    at(ENDED)
    return again(row)


def item(form, code="B1.1"):
    return desk_of(db.session(), form).item(code)


def test_the_final_figure_stands_beside_what_was_handed_in(form) -> None:
    handed_in, digest = form.content_digest, content_digest(db.session(), form)
    assert handed_in == digest
    document = desk_of(db.session(), form).evidence[0].id
    replace_estimate(small.actor("nam"), form.id, "B1.1", replace(NINE, document_id=document), version=1)
    now = item(form)
    assert (now.answer.value["numerator"], now.answer.estimated, now.line.points, now.answer.reason) == (
        "9",
        False,
        9,
        "Còn hai thủ tục",
    )
    (made,) = now.replaced
    assert (made.before["value"]["numerator"], made.before["estimated"], made.document_name) == (
        "8",
        True,
        "số liệu.pdf",
    )
    assert (made.made_by_name, made.made_at, made.reason) == ("Nam", ENDED, "Số chốt ngày 31/10")
    assert (again(form).content_digest, content_digest(db.session(), form)) == (handed_in, handed_in)
    assert again(form).self_points == 12
    handed = desk_of(db.session(), again(form), handed_in=True).item("B1.1")
    assert (handed.answer.value["numerator"], handed.answer.points, handed.answer.estimated) == ("8", 8, True)
    assert not db.session.new
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.ESTIMATE_REPLACED)).one()
    assert (told.before["B1.1"]["value"]["numerator"], told.after["B1.1"]["value"]["numerator"]) == ("8", "9")


def test_it_may_be_declared_again_and_everything_stays_readable(form) -> None:
    replace_estimate(small.actor("nam"), form.id, "B1.1", NINE, version=1)
    ten = FinalFigure({"numerator": "10", "denominator": "10"}, "Đếm sót một")
    replace_estimate(small.actor("nam"), form.id, "B1.1", ten, version=2)
    assert [row.after["value"]["numerator"] for row in item(form).replaced] == ["9", "10"]
    assert content_digest(db.session(), form) == again(form).content_digest


def test_verdicts_on_the_estimate_stand_no_longer(form) -> None:
    chi = small.actor("chi")
    decide_many(chi, form.id, {"B1.1": KEPT, "B3.1": KEPT})
    assert (again(form).decided, "B1.1" in undecided(db.session(), form)) == (2, False)
    replace_estimate(small.actor("nam"), form.id, "B1.1", NINE, version=1)
    assert (again(form).decided, "B1.1" in undecided(db.session(), form)) == (1, True)
    keep_rest(chi, form.id, version=None)
    assert again(form).decided == 5


@pytest.mark.parametrize(
    ("name", "code", "final", "version", "refusal"),
    [
        ("giang", "B1.1", NINE, 1, (Forbidden, None)),
        ("thu", "B1.1", NINE, 1, (Missing, None)),
        ("nam", "B3.1", FinalFigure({"option": "full"}, "Chốt"), 1, (Invalid, "")),
        ("nam", "B1.1", replace(NINE, reason=" "), 1, (Invalid, "reason")),
        (
            "nam",
            "B1.1",
            replace(NINE, raw={"numerator": "x", "denominator": "10"}),
            1,
            (Invalid, "numerator"),
        ),
        ("nam", "B1.1", replace(NINE, raw={}), 1, (Invalid, "")),
        ("nam", "B1.1", NINE, 7, (Conflict, "version")),
        ("nam", "B1.1", replace(NINE, document_id=10**6), 1, (Missing, None)),
    ],
)
def test_what_cannot_be_taken_changes_nothing(form, name, code, final, version, refusal) -> None:
    fault, field = refusal
    with pytest.raises(fault) as refused:
        replace_estimate(small.actor(name), form.id, code, final, version=version)
    if field is not None:
        assert [one.field for one in refused.value.faults] == [field]
    assert db.session.scalar(select(Replacement.id)) is None
    assert item(form).answer.estimated


def test_neither_before_the_period_ends_nor_after_verification(form, at) -> None:
    at(datetime(2019, 10, 31, 16, 59, 59, tzinfo=UTC))
    with pytest.raises(Invalid, match="hết ngày 31/10/2019"):
        replace_estimate(small.actor("nam"), form.id, "B1.1", NINE, version=1)
    at(ENDED)
    chi = small.actor("chi")
    decide_many(chi, form.id, {"B4.1": replace(KEPT, points=small.Decimal(4))})
    keep_rest(chi, form.id, version=None)
    submissions.move(chi, form.id, Action.VERIFY, version=None)
    with pytest.raises(Invalid, match="thẩm tra xong"):
        replace_estimate(small.actor("nam"), form.id, "B1.1", NINE, version=1)


def test_a_figure_that_falls_below_the_maximum_is_explained_by_the_act(campaign, at) -> None:
    nam, row = small.actor("nam"), small.form_of("SNV")
    full = AnswerInput({"numerator": "10", "denominator": "10"}, "", estimated=True)
    answers.save_answers(nam, row.id, ESTIMATED | {"B1.1": full})
    submissions.move(nam, row.id, Action.SELF_ASSESS, version=None)
    at(ENDED)
    replace_estimate(nam, row.id, "B1.1", NINE, version=1)
    assert item(row).answer.reason == NINE.reason
    assert item(row).problems == ()


def test_unit_task_force_and_office_see_it(form, sign_in) -> None:
    nam = sign_in("nam")
    assert "Thay số ước bằng số chính thức" in _text(nam.get(f"/phieu/{form.id}"))
    assert "Ghi số chính thức B1.1" in _text(nam.get(f"/phieu/{form.id}/so-uoc"))
    assert 'value="8"' in _text(nam.get(f"/phieu/{form.id}/so-uoc/B1.1"))
    assert "Sở Nội vụ" in _text(sign_in("giang").get("/dot/gia-lai-2019/so-uoc"))
    sent = {"version": "1", "numerator": "9", "denominator": "10"}
    refused = nam.post(f"/phieu/{form.id}/so-uoc/B1.1", data=sent)
    assert (refused.status_code, "Ghi lý do thay" in _text(refused)) == (422, True)
    done = nam.post(f"/phieu/{form.id}/so-uoc/B1.1", data=sent | {"reason": "Số chốt", "document": "0"})
    assert done.location == f"/phieu/{form.id}/so-uoc"
    said = "Tử số: 8; Mẫu số: 10 → Tử số: 9; Mẫu số: 10"
    paper = _text(nam.get(f"/phieu/{form.id}/in"))
    assert ("Tử số: 8" in paper, "Tử số: 9" in paper) == (True, False)
    assert "1 tiêu chí đã thay số ước" in _text(nam.get(f"/phieu/{form.id}/da-nop"))
    for reader, path in (
        (nam, f"/phieu/{form.id}/tc/B1.1"),
        (sign_in("chi"), f"/tham-dinh/{form.id}/B1.1"),
        (sign_in("giang"), f"/huyen/phieu/{form.id}"),
    ):
        assert said in _text(reader.get(path)), path
    assert standing_estimates(db.session(), form.campaign) == ()
    assert "Không có phiếu đã nộp nào còn số ước" in _text(sign_in("giang").get("/dot/gia-lai-2019/so-uoc"))
    assert sign_in("thu").get(f"/phieu/{form.id}/so-uoc").status_code == 404


def _text(response) -> str:
    return response.get_data(as_text=True)
