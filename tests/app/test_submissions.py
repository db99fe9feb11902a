"""Moves of one form through the service: what is kept, what is told, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.database import db
from app.faults import Invalid, Missing, Outdated
from app.models import AuditEntry, Move, OutboxMessage, Remark, Submission, Verb
from app.services import answers, submissions
from tests.app import small
from tests.app.handed_in import CLAIMS, again, hand_in
from workflows.guards import Reason
from workflows.vocabulary import Action, State
from workflows.workflow import MoveRefused, NoSuchMove, NotYourMove

CLOSES = datetime(2019, 10, 24, 17, tzinfo=UTC)  # trước ngày 25/10/2019, communes


@pytest.fixture
def form(campaign):
    return hand_in("23557")[0]


def send_back(form, *, by="binh", remarks=None, due=date(2019, 10, 14), note="Bổ sung", version=None):
    return submissions.send_back(
        small.actor(by),
        form.id,
        note=note,
        remarks={"B1.1": "Số chưa khớp"} if remarks is None else remarks,
        due=due,
        version=version,
    )


def mails(kind):
    return db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all()


def test_handing_in_keeps_the_move_a_receipt_and_tells_the_unit(form):
    form = again(form)
    made = db.session.scalars(select(Move)).one()
    assert (form.state, form.submitted_at) == (State.SELF_ASSESSED, small.WORKING)
    assert len(form.receipt_code) == 9
    assert (made.source, made.target, made.actor_name, made.at) == (
        "DRAFT",
        "SELF_ASSESSED",
        "An",
        small.WORKING,
    )
    assert made.content_digest == form.content_digest != ""
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.MOVED)).one()
    assert (entry.before, entry.after) == (
        {"state": "DRAFT"},
        {"state": "SELF_ASSESSED", "action": "self_assess"},
    )
    told = mails("submitted")
    assert {mail.address for mail in told} == {"an@gialai.example", "ha@gialai.example"}
    assert all(form.receipt_code in mail.text for mail in told)


def test_an_empty_form_names_everything_that_is_missing(campaign):
    form = small.form_of("23557")
    with pytest.raises(MoveRefused) as refused:
        submissions.move(small.actor("an"), form.id, Action.SELF_ASSESS, version=None)
    found = {refusal.code: refusal.items for refusal in refused.value.refusals}
    assert found[Reason.UNANSWERED] == ("B1.1", "B2.1", "B3.1")
    assert db.session.query(Move).count() == 0
    assert mails("submitted") == []


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True), (1, True)])
def test_the_deadline_is_kept_to_the_second(campaign, at, seconds, late):
    answers.save_answers(small.actor("an"), small.form_of("23557").id, CLAIMS)
    at(CLOSES + timedelta(seconds=seconds))
    form = small.form_of("23557").id
    if late:
        with pytest.raises(MoveRefused) as refused:
            submissions.move(small.actor("an"), form, Action.SELF_ASSESS, version=None)
        assert [refusal.code for refusal in refused.value.refusals] == [Reason.TOO_LATE]
    else:
        submissions.move(small.actor("an"), form, Action.SELF_ASSESS, version=None)
        assert db.session.get(Submission, form).state == State.SELF_ASSESSED


def test_taking_a_form_back_takes_the_receipt_back(form):
    submissions.move(small.actor("an"), form.id, Action.WITHDRAW, version=form.version)
    form = again(form)
    assert (form.state, form.submitted_at, form.receipt_code) == (State.DRAFT, None, None)


@pytest.mark.parametrize("name", ["bao", "xuan", "lan", "quang", "khach"])
def test_out_of_reach_is_missing(form, name):
    with pytest.raises(Missing):
        submissions.move(small.actor(name), form.id, Action.WITHDRAW, version=None)


@pytest.mark.parametrize("name", ["chi", "giang", "dung", "binh"])
def test_in_reach_but_not_theirs(form, name):
    with pytest.raises(NotYourMove):
        submissions.move(small.actor(name), form.id, Action.WITHDRAW, version=None)


def test_a_second_time_is_too_late(form):
    with pytest.raises(NoSuchMove):
        submissions.move(small.actor("an"), form.id, Action.SELF_ASSESS, version=None)


def test_an_old_page_is_told_so(form):
    with pytest.raises(Outdated):
        submissions.move(small.actor("an"), form.id, Action.WITHDRAW, version=form.version - 1)


def test_a_note_has_an_end(form):
    with pytest.raises(Invalid) as refused:
        submissions.move(small.actor("an"), form.id, Action.WITHDRAW, note="x" * 2001, version=None)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("note", "too_long")]


def test_sending_back_names_criteria_and_gives_days(form, at):
    send_back(form)
    form = again(form)
    assert form.state == State.DRAFT
    assert form.repair_due_at == datetime(2019, 10, 14, 17, tzinfo=UTC)
    assert [(row.criterion, row.text, row.author_name) for row in db.session.scalars(select(Remark))] == [
        ("B1.1", "Số chưa khớp", "Binh")
    ]
    assert all("Số chưa khớp" in mail.text for mail in mails("returned"))
    assert len(mails("returned")) == 2
    at(form.repair_due_at)
    with pytest.raises(MoveRefused):
        submissions.move(small.actor("an"), form.id, Action.SELF_ASSESS, version=None)


def test_handing_in_again_settles_the_remarks(form):
    send_back(form)
    submissions.move(small.actor("an"), form.id, Action.SELF_ASSESS, version=None)
    assert all(row.settled_at == small.WORKING for row in db.session.scalars(select(Remark)))


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"remarks": {}}, {"remarks"}),
        ({"remarks": {"B9.9": "Sai"}}, {"remark-B9.9"}),
        ({"remarks": {"B1.1": "  ", "B2.1": "Thiếu"}}, {"remark-B1.1"}),
        ({"due": date(2019, 10, 9)}, {"due"}),
        ({"note": "x" * 2001}, {"note"}),
    ],
)
def test_sending_back_is_refused_at_the_place(form, changes, fields):
    with pytest.raises(Invalid) as refused:
        send_back(form, **changes)
    assert {fault.field for fault in refused.value.faults} == fields
    assert again(form).state == State.SELF_ASSESSED
    assert db.session.query(Remark).count() == 0


def test_sending_back_needs_words(form):
    with pytest.raises(MoveRefused):
        send_back(form, note=" ")
    assert again(form).repair_due_at is None


@pytest.mark.parametrize(("name", "error"), [("lan", Missing), ("an", NotYourMove), ("giang", NotYourMove)])
def test_only_the_own_district_sends_back(form, name, error):
    with pytest.raises(error):
        send_back(form, by=name)
