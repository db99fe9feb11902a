"""The head's agreement: asked for by mail, given to one content, handed back with a word, and what changed since."""

from dataclasses import replace

import pytest

from app.database import db
from app.faults import Forbidden, Invalid
from app.models import OutboxMessage
from app.queries.cases import content_digest
from app.queries.sign_off import sign_off_of
from app.services import answers, sign_off, submissions
from app.services.answers import AnswerInput
from tests.app import small
from tests.app.handed_in import CLAIMS
from workflows.vocabulary import Action
from workflows.workflow import MoveRefused


@pytest.fixture
def form(app, at):
    """A filled draft in a campaign that asks for the head's agreement."""
    plan = small.small_plan()
    small.make_campaign(replace(plan, kinds=tuple(replace(kind, sign_off=True) for kind in plan.kinds)))
    key = small.form_of("23557").id
    answers.save_answers(small.actor("an"), key, CLAIMS)
    return key


def stand():
    db.session.rollback()
    return sign_off_of(db.session(), small.form_of("23557"), small.WORKING)


def mails(kind):
    found = db.session.query(OutboxMessage).filter_by(kind=kind).order_by(OutboxMessage.id)
    return [(one.address, one.text) for one in found]


def agree(form):
    return sign_off.agree(
        small.actor("ha"), form, digest=content_digest(db.session(), small.form_of("23557"))
    )


def test_the_head_is_asked_once_for_each_content(form):
    sign_off.ask_head(small.actor("an"), form, note="Xem giúp nhóm II")
    sign_off.ask_head(small.actor("an"), form)
    ((address, text),) = mails("agreement_asked")
    assert address == "ha@gialai.example"
    assert f"/phieu/{form}/duyet" in text
    assert "Xem giúp nhóm II" in text
    assert stand().waiting
    answers.save_answers(small.actor("an"), form, {"B3.1": AnswerInput({"option": "full"})})
    sign_off.ask_head(small.actor("an"), form)
    assert len(mails("agreement_asked")) == 2


def test_what_changed_since_the_last_agreement_is_named(form):
    sign_off.ask_head(small.actor("an"), form)
    agree(form)
    assert not stand().waiting
    assert stand().changed == ()
    answers.save_answers(small.actor("an"), form, {"B3.1": AnswerInput({"option": "full"})})
    (changed,) = stand().changed
    assert (changed.criterion, changed.before["value"]) == ("B3.1", {"option": "part"})
    assert not stand().agreements
    with pytest.raises(MoveRefused):
        submissions.move(small.actor("an"), form, Action.SELF_ASSESS, version=None)
    agree(form)
    submissions.move(small.actor("an"), form, Action.SELF_ASSESS, version=None)


def test_handing_back_tells_the_officer_and_takes_the_agreement_back(form):
    agree(form)
    sign_off.hand_back(small.actor("ha"), form, note="Số thủ tục chưa khớp")
    assert [address for address, _text in mails("agreement_refused")] == ["an@gialai.example"]
    assert not stand().agreements
    assert stand().handed_back.note == "Số thủ tục chưa khớp"
    with pytest.raises(MoveRefused):
        submissions.move(small.actor("an"), form, Action.SELF_ASSESS, version=None)


def test_who_may_and_what_is_asked(form):
    with pytest.raises(Forbidden):
        sign_off.hand_back(small.actor("an"), form, note="Không")
    with pytest.raises(Invalid):
        sign_off.hand_back(small.actor("ha"), form, note=" ")
    with pytest.raises(Invalid, match="chưa có tài khoản lãnh đạo"):
        sign_off.ask_head(small.actor("bao"), small.form_of("23560").id)


def test_a_campaign_without_sign_off_asks_for_none(campaign):
    form = small.form_of("23557")
    assert sign_off_of(db.session(), form, small.WORKING) is None
    with pytest.raises(Invalid):
        sign_off.ask_head(small.actor("an"), form.id)


def test_that_one_person_filled_in_and_agreed_is_seen(form):
    nam = small.form_of("SNV").id
    answers.save_answers(small.actor("nam"), nam, CLAIMS)
    sign_off.agree(small.actor("nam"), nam, digest=content_digest(db.session(), small.form_of("SNV")))
    assert sign_off_of(db.session(), small.form_of("SNV"), small.WORKING).same_person
    agree(form)
    assert not stand().same_person
