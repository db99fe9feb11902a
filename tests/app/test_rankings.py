"""From a ranking run to a published edition: who may, when, and what stays as it was."""

import json
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from app.database import db
from app.faults import Invalid, Missing
from app.models import (
    AuditEntry,
    Campaign,
    Edition,
    OutboxMessage,
    RankingRun,
    RoleGrant,
    Submission,
    Unit,
    Verb,
)
from app.services import rankings
from app.services.submissions import move
from app.services.waivers import end_waiver, grant_waiver
from app.unit import SYSTEM, unit
from tests.app import small, verified
from workflows.vocabulary import Action
from workflows.workflow import MoveRefused, NoSuchMove

DECISION = {"number": "12/QĐ-UBND", "date": date(2019, 11, 5), "signer": "Chủ tịch"}


@pytest.fixture
def ready(app: Any, at: Callable[[datetime], None]) -> Campaign:
    """Everybody verified but one silent commune; the clock stands after the deadline."""
    campaign = verified.make_campaign()
    verified.verify_all()
    at(small.LATE)
    return campaign


@pytest.fixture
def run(ready: Campaign) -> RankingRun:
    """The first run, made by Giang."""
    return rankings.make_run(small.actor("giang"), ready.id)


@pytest.fixture
def approved(run: RankingRun) -> RankingRun:
    """The first run, approved by Dung."""
    return rankings.approve_run(small.actor("dung"), run.id, shown=run.digest)


@pytest.fixture
def proposed(approved: RankingRun) -> RankingRun:
    """Approved, with its decision, put forward by Giang."""
    rankings.record_decision(small.actor("giang"), approved.id, **DECISION)
    return rankings.propose_publication(small.actor("giang"), approved.id, shown=approved.digest)


def states() -> dict[str, str]:
    rows = db.session.scalars(select(Submission))
    return {form.campaign_unit.code: form.state for form in rows}


def refused(refusal: pytest.ExceptionInfo[MoveRefused]) -> set[str]:
    return {one.code for one in refusal.value.refusals}


def test_a_run_is_refused_while_units_are_waited_for_and_names_them(campaign):
    with pytest.raises(Invalid) as fault:
        rankings.make_run(small.actor("giang"), campaign.id)

    codes = {one.code for one in fault.value.faults}
    assert codes == {"awaited"}
    assert "units.23557" in {one.field for one in fault.value.faults}


def test_a_run_of_nothing_is_refused(campaign, at):
    at(small.LATE)
    with pytest.raises(Invalid) as fault:
        rankings.make_run(small.actor("giang"), campaign.id)
    assert fault.value.faults[0].code == "nothing_verified"


def test_a_run_is_for_the_office_only(ready):
    for name in ("dung", "chi", "an", "binh", "quang", "khach"):
        with pytest.raises(Missing):
            rankings.make_run(small.actor(name), ready.id)


def test_a_run_is_kept_with_its_inputs_and_told_to_the_approver(run):
    kept = db.session.get(RankingRun, run.id)

    assert (kept.number, kept.made_by_name) == (1, "Giang")
    assert set(kept.rules) == {"department", "district", "commune"}
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "ranking_for_approval")).one()
    assert mail.address == "dung@gialai.example"
    assert "/dot/gia-lai-2019/xep-hang/1" in mail.text


def test_equal_inputs_give_equal_digests(run):
    again = rankings.make_run(small.actor("oanh"), run.campaign_id)

    assert again.number == 2
    assert (again.digest, again.inputs_digest) == (run.digest, run.inputs_digest)


def test_approval_moves_every_verified_form_and_leaves_the_silent_one(approved):
    found = states()

    assert found.pop("23725") == "DRAFT"
    assert set(found.values()) == {"APPROVED"}
    assert approved.approved_by_name == "Dung"


def test_an_outdated_run_is_not_approved(run):
    verified.verify("SNV", {}, {"B3.1": "3"})

    with pytest.raises(MoveRefused) as refusal:
        rankings.approve_run(small.actor("dung"), run.id, shown=run.digest)

    assert refused(refusal) == {"run_outdated"}
    assert set(states().values()) == {"VERIFIED", "DRAFT"}


def test_a_reopened_form_makes_the_run_outdated(run):
    move(small.actor("giang"), small.form_of("SNV").id, Action.REOPEN, note="Sai số", version=None)

    with pytest.raises(MoveRefused) as refusal:
        rankings.approve_run(small.actor("dung"), run.id, shown=run.digest)
    assert "run_outdated" in refused(refusal)


def test_what_is_approved_is_what_was_shown(run):
    with pytest.raises(MoveRefused) as refusal:
        rankings.approve_run(small.actor("dung"), run.id, shown="another")
    assert refused(refusal) == {"not_what_was_shown"}


def test_nobody_approves_a_run_of_their_own(ready):
    with unit(SYSTEM) as work:
        province = small.actor("giang").units("office")
        work.add(
            *(
                RoleGrant(
                    person_id=small.person("dung").id, role="office", unit_id=one, valid_from=small.OPENING
                )
                for one in province
            )
        )
        work.record(Verb.ROLE_GRANTED, small.person("dung"))
    run = rankings.make_run(small.actor("dung"), ready.id)

    with pytest.raises(MoveRefused) as refusal:
        rankings.approve_run(small.actor("dung"), run.id, shown=run.digest)
    assert refused(refusal) == {"same_person"}


def test_approving_twice_is_no_move(approved):
    with pytest.raises(NoSuchMove):
        rankings.approve_run(small.actor("dung"), approved.id, shown=approved.digest)


def test_no_new_run_while_one_is_approved(approved):
    with pytest.raises(Invalid) as fault:
        rankings.make_run(small.actor("giang"), approved.campaign_id)
    assert fault.value.faults[0].code == "approved"


def test_a_withdrawn_approval_lets_a_new_run_be_made(approved):
    with pytest.raises(MoveRefused) as refusal:
        rankings.withdraw_approval(small.actor("dung"), approved.id, note=" ")
    assert refused(refusal) == {"note_missing"}

    rankings.withdraw_approval(small.actor("dung"), approved.id, note="Nhầm bảng")

    assert set(states().values()) == {"VERIFIED", "DRAFT"}
    assert rankings.make_run(small.actor("giang"), approved.campaign_id).number == 2


def test_explanations_keep_the_approval_waiting_until_the_end_of_the_last_day(app, at):
    campaign = verified.make_campaign(small.small_plan(explanation_days=3))
    verified.verify_all()
    at(small.LATE)
    run = rankings.make_run(small.actor("giang"), campaign.id)

    assert run.explanations_until.isoformat() == "2019-11-08T17:00:00+00:00"
    with pytest.raises(MoveRefused) as refusal:
        rankings.approve_run(small.actor("dung"), run.id, shown=run.digest)
    assert refused(refusal) == {"explanations_open"}

    at(datetime.fromisoformat("2019-11-08T17:00:00+00:00"))
    rankings.approve_run(small.actor("dung"), run.id, shown=run.digest)


def test_publication_asks_for_decision_and_proposal(approved):
    with pytest.raises(MoveRefused) as refusal:
        rankings.publish(small.actor("oanh"), approved.id, shown=approved.digest)
    assert refused(refusal) == {"decision_missing", "not_proposed"}

    with pytest.raises(MoveRefused) as refusal:
        rankings.propose_publication(small.actor("giang"), approved.id, shown=approved.digest)
    assert refused(refusal) == {"decision_missing"}
    assert db.session.scalars(select(Edition)).first() is None


def test_who_proposed_does_not_publish(proposed):
    with pytest.raises(MoveRefused) as refusal:
        rankings.publish(small.actor("giang"), proposed.id, shown=proposed.digest)
    assert refused(refusal) == {"same_person"}


def test_a_changed_decision_needs_a_new_proposal(proposed):
    rankings.record_decision(small.actor("oanh"), proposed.id, **DECISION | {"number": "13/QĐ-UBND"})

    with pytest.raises(MoveRefused) as refusal:
        rankings.publish(small.actor("oanh"), proposed.id, shown=proposed.digest)
    assert refused(refusal) == {"not_proposed"}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"number": "  "}, "number"), ({"date": date(2019, 11, 6)}, "date"), ({"signer": "x" * 300}, "signer")],
)
def test_a_decision_is_checked(approved, change, field):
    with pytest.raises(Invalid) as fault:
        rankings.record_decision(small.actor("giang"), approved.id, **DECISION | change)
    assert fault.value.faults[0].field == field


def test_publishing_writes_the_edition_moves_the_forms_and_tells_the_units(proposed):
    edition = rankings.publish(small.actor("oanh"), proposed.id, shown=proposed.digest)

    document = json.loads(edition.document)
    assert edition.digest == sha256(edition.document.encode()).hexdigest()
    assert document["decision"] == {"number": "12/QĐ-UBND", "date": "2019-11-05", "signer": "Chủ tịch"}
    assert document["campaign"]["province"] == "Tỉnh Gia Lai"
    assert set(states().values()) == {"PUBLISHED", "DRAFT"}
    mails = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "published")).all()
    assert "an@gialai.example" in {mail.address for mail in mails}


def test_a_published_edition_keeps_its_bytes(proposed):
    edition = rankings.publish(small.actor("oanh"), proposed.id, shown=proposed.digest)
    number, digest, document = edition.id, edition.digest, edition.document

    with unit(SYSTEM) as work:
        renamed = work.session.scalars(select(Unit).where(Unit.code == "SNV")).one()
        renamed.full_name = renamed.formal_name = "Sở khác"
        work.record(Verb.UNIT_CHANGED, renamed)
    verified.verify("SYT", {}, {"B3.1": "0"})
    db.session.expire_all()

    kept = db.session.get(Edition, number)
    assert (kept.document, kept.digest) == (document, digest)


def test_what_is_published_is_final(proposed):
    rankings.publish(small.actor("oanh"), proposed.id, shown=proposed.digest)
    tries: list[Callable[[], object]] = [
        lambda: rankings.make_run(small.actor("giang"), proposed.campaign_id),
        lambda: rankings.approve_run(small.actor("dung"), proposed.id, shown=proposed.digest),
        lambda: rankings.withdraw_approval(small.actor("dung"), proposed.id, note="x"),
        lambda: rankings.record_decision(small.actor("giang"), proposed.id, **DECISION),
        lambda: rankings.propose_publication(small.actor("giang"), proposed.id, shown=proposed.digest),
        lambda: rankings.publish(small.actor("oanh"), proposed.id, shown=proposed.digest),
    ]
    for attempt in tries:
        with pytest.raises(Invalid) as fault:
            attempt()
        assert fault.value.faults[0].code == "published"


def test_every_step_is_on_record(proposed):
    rankings.publish(small.actor("oanh"), proposed.id, shown=proposed.digest)
    verbs = list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))

    steps = [verb for verb in verbs if verb.startswith(("run:", "edition:"))]
    assert steps == [
        Verb.RUN_MADE,
        Verb.RUN_APPROVED,
        Verb.DECISION_RECORDED,
        Verb.PUBLICATION_PROPOSED,
        Verb.PUBLISHED,
    ]


def test_strangers_find_no_run(run):
    for name in ("an", "binh", "chi", "quang", "khach"):
        with pytest.raises(Missing):
            rankings.approve_run(small.actor(name), run.id, shown=run.digest)
        with pytest.raises(Missing):
            rankings.publish(small.actor(name), run.id, shown=run.digest)


def test_a_waiver_is_granted_for_a_reason_and_ended(campaign):
    form = small.form_of("SNV")
    with pytest.raises(Invalid) as fault:
        grant_waiver(small.actor("giang"), form.id, "Z9", " ")
    assert [one.code for one in fault.value.faults] == ["unknown_criterion", "blank"]

    grant_waiver(small.actor("giang"), form.id, "B2.1", "Không có trụ sở tiếp dân")
    assert db.session.get(Submission, form.id).self_max == 21

    with pytest.raises(Invalid):
        grant_waiver(small.actor("giang"), form.id, "B2.1", "lần nữa")
    end_waiver(small.actor("giang"), form.id, "B2.1")
    assert db.session.get(Submission, form.id).self_max == 25


def test_only_the_office_waives_and_not_after_verification(ready):
    with pytest.raises(Missing):
        grant_waiver(small.actor("nam"), small.form_of("SNV").id, "B2.1", "x")
    with pytest.raises(Invalid) as fault:
        grant_waiver(small.actor("giang"), small.form_of("SNV").id, "B2.1", "x")
    assert fault.value.faults[0].code == "verified"
