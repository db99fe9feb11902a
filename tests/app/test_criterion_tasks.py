"""Criteria given to colleagues: who may, what is kept, what becomes of somebody who leaves; and the list by person."""

import pytest
from flask.testing import FlaskClient

from app import clock
from app.database import db
from app.faults import Forbidden, Invalid, Missing
from app.models import AuditEntry, Verb
from app.queries.criterion_tasks import tasks_of
from app.services import answers, submissions
from app.services.criterion_tasks import give
from app.unit import SYSTEM, unit
from tests.app import small
from tests.app.handed_in import CLAIMS
from tests.app.statements import counted
from workflows.vocabulary import Action


@pytest.fixture
def form(campaign):
    """An's form; ha is its head."""
    return small.form_of("23557")


def held(form) -> dict[str, tuple[str, bool]]:
    found = tasks_of(db.session(), form, clock.now())
    return {code: (holder.name, holder.ended) for code, holder in found.items()}


def test_criteria_are_given_taken_over_and_taken_back(form) -> None:
    an, ha = small.person("an").id, small.person("ha").id
    assert give(small.actor("an"), form.id, ["B1.1", "B2.1", "B1.1"], ha) == ("B1.1", "B2.1")
    assert give(small.actor("ha"), form.id, ["B1.1"], an) == ("B1.1",)
    assert give(small.actor("an"), form.id, ["B1.1"], an) == ()
    assert give(small.actor("ha"), form.id, ["B2.1", "B3.1"], None) == ("B2.1",)
    assert held(form) == {"B1.1": ("An", False)}
    told = db.session.query(AuditEntry).filter_by(verb=Verb.CRITERIA_GIVEN).order_by(AuditEntry.id).all()
    assert [(row.before, row.after) for row in told] == [
        ({"B1.1": "", "B2.1": ""}, {"B1.1": "Ha", "B2.1": "Ha"}),
        ({"B1.1": "Ha"}, {"B1.1": "An"}),
        ({"B2.1": "Ha"}, {"B2.1": ""}),
    ]


@pytest.mark.parametrize(
    ("criteria", "person", "field"),
    [
        ([], "ha", "criteria"),
        (["B4.1"], "ha", "criteria"),
        (["X9"], "ha", "criteria"),
        (["B1.1"], "bao", "person"),
    ],
)
def test_only_own_criteria_go_to_own_people(form, criteria, person, field) -> None:
    with pytest.raises(Invalid) as refused:
        give(small.actor("an"), form.id, criteria, small.person(person).id)
    assert [fault.field for fault in refused.value.faults] == [field]


@pytest.mark.parametrize(("name", "fault"), [("bao", Missing), ("binh", Forbidden), ("giang", Forbidden)])
def test_nobody_else_gives_them(form, name, fault) -> None:
    with pytest.raises(fault):
        give(small.actor(name), form.id, ["B1.1"], small.person("an").id)


def test_a_form_that_was_handed_in_is_not_shared_out_any_more(form) -> None:
    answers.save_answers(small.actor("an"), form.id, CLAIMS)
    submissions.move(small.actor("an"), form.id, Action.SELF_ASSESS, version=None)
    with pytest.raises(Invalid):
        give(small.actor("an"), form.id, ["B1.1"], small.person("ha").id)


def test_giving_shuts_nobody_out_and_somebody_who_left_holds_nothing(form, sign_in) -> None:
    give(small.actor("an"), form.id, ["B1.1", "B2.1"], small.person("ha").id)
    answers.save_answer(small.actor("an"), form.id, "B1.1", CLAIMS["B1.1"], version=None)
    with unit(SYSTEM) as work:
        person = work.load(type(small.person("ha")), small.person("ha").id)
        person.active = False
        work.record(Verb.PERSON_CHANGED, person)
    assert held(form) == {"B1.1": ("Ha", True), "B2.1": ("Ha", True)}
    page = _text(sign_in("an").get(f"/phieu/{form.id}?chua-giao=1"))
    assert "Ha đã thôi việc" in page
    assert "B2.1. Có kênh hỏi đáp" in page


def test_the_officer_shares_out_and_finds_her_own_work(form, sign_in) -> None:
    an: FlaskClient = sign_in("an")
    assert "Chưa giao cho ai" not in _text(an.get(f"/phieu/{form.id}"))
    sent = {"person": str(small.person("ha").id), "groups": "B1", "criteria": ["B2.1"]}
    assert an.post(f"/phieu/{form.id}/phan-cong", data=sent).status_code == 303
    one = {"person": str(small.person("an").id), "criteria": "B3.1", "back": "B3.1"}
    assert an.post(f"/phieu/{form.id}/phan-cong", data=one).location == f"/phieu/{form.id}/tc/B3.1"
    assert "Người phụ trách: An" in _text(an.get(f"/phieu/{form.id}/tc/B3.1"))
    mine = _text(an.get(f"/phieu/{form.id}?cua-toi=1"))
    assert ("B3.1. Cán bộ phụ trách" in mine, "B1.1. Tỷ lệ" in mine) == (True, False)
    assert '<abbr title="Ha">H</abbr>' in _text(an.get(f"/phieu/{form.id}"))
    assert "1 tiêu chí giao cho bạn còn phải làm" in _text(an.get("/don-vi"))
    answers.save_answer(small.actor("an"), form.id, "B3.1", CLAIMS["B3.1"], version=None)
    assert "Các tiêu chí giao cho bạn đã xong" in _text(an.get("/don-vi"))
    empty = an.post(f"/phieu/{form.id}/phan-cong", data={"person": "0"})
    assert (empty.status_code, "Đánh dấu ít nhất một tiêu chí" in _text(empty)) == (422, True)


def test_the_task_list_costs_the_same_however_much_was_given(form, sign_in) -> None:
    an = sign_in("an")
    give(small.actor("an"), form.id, ["B1.1"], small.person("ha").id)
    with counted() as few:
        an.get(f"/phieu/{form.id}")
    give(small.actor("an"), form.id, ["B2.1", "B3.1", "C1"], small.person("an").id)
    answers.save_answers(small.actor("an"), form.id, CLAIMS)
    with counted() as many:
        an.get(f"/phieu/{form.id}")
    assert len(many) == len(few)


def _text(response) -> str:
    return response.get_data(as_text=True)
