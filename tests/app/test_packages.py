"""A consolidator sends its forms as one package, with gaps declared; the office may send the package back."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.database import db
from app.faults import Invalid, Missing, Outdated
from app.models import AuditEntry, Campaign, OutboxMessage, Package, Verb
from app.services import packages, submissions
from app.services.submissions import LONGEST_NOTE
from tests.app import small
from tests.app.handed_in import PLEIKU, hand_in, send_pleiku, unit_id
from workflows.guards import Reason
from workflows.vocabulary import Action, State
from workflows.workflow import MoveRefused

Clock = Callable[[datetime], None]
AFTER_DEADLINE = datetime(2019, 10, 25, 2, tzinfo=UTC)


def states(*codes: str) -> set[str]:
    return {small.form_of(code).state for code in codes}


def reasons(error: pytest.ExceptionInfo[MoveRefused]) -> set[Reason]:
    return {refusal.code for refusal in error.value.refusals}


def mails(kind: str) -> list[str]:
    found = select(OutboxMessage.address).where(OutboxMessage.kind == kind).order_by(OutboxMessage.address)
    return list(db.session.scalars(found))


def test_all_forms_go_together_pinned_to_what_was_read(campaign: Campaign) -> None:
    forms = hand_in(*PLEIKU)
    shown = {form.id: form.version for form in forms}
    package = packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"), shown=shown)
    assert states(*PLEIKU) == {State.DISTRICT_CONSOLIDATED}
    assert states("23722", "SNV") == {State.DRAFT}
    assert {int(key): pin["version"] for key, pin in package.pinned.items()} == shown
    assert all(pin["digest"] == small.form_of("23557").content_digest for pin in package.pinned.values())
    assert (package.gaps, package.sent_by_name, package.sent_at) == ([], "Binh", clock.now())
    assert {small.form_of(code).package_id for code in PLEIKU} == {package.id}
    assert mails("package_sent") == ["giang@gialai.example", "oanh@gialai.example"]
    assert db.session.scalar(select(func.count()).where(AuditEntry.verb == Verb.PACKAGE_SENT)) == 1


def test_a_partial_package_needs_words(campaign: Campaign) -> None:
    hand_in("622", "23557")
    with pytest.raises(MoveRefused) as refused:
        packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"), note="  ")
    assert reasons(refused) == {Reason.NOTE_MISSING}
    assert refused.value.refusals[0].items == ("Phường Diên Hồng",)
    assert states("622", "23557") == {State.SELF_ASSESSED}
    package = packages.consolidate(
        small.actor("binh"), campaign.id, unit_id("622"), note=" Diên Hồng xin nộp sau "
    )
    assert package.note == "Diên Hồng xin nộp sau"
    assert package.gaps == [{"code": "23560", "name": "Phường Diên Hồng"}]
    assert states("23560") == {State.DRAFT}


def test_a_late_commune_goes_in_a_further_package(campaign: Campaign) -> None:
    first = send_pleiku(handed=("622", "23557"), note="Còn một phường")
    (late,) = hand_in("23560")
    second = packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"))
    assert list(second.pinned) == [str(late.id)]
    assert (small.form_of("23560").package_id, small.form_of("23557").package_id) == (second.id, first.id)


def test_without_the_own_form_nothing_goes(campaign: Campaign) -> None:
    hand_in("23557", "23560")
    with pytest.raises(MoveRefused) as refused:
        packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"), note="Gửi trước")
    assert reasons(refused) == {Reason.OWN_FORM_MISSING}
    assert db.session.scalar(select(func.count()).select_from(Package)) == 0


def test_an_empty_package_is_refused(campaign: Campaign) -> None:
    with pytest.raises(Invalid) as refused:
        packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"), note="Chưa ai nộp")
    assert [fault.code for fault in refused.value.faults] == ["nothing_to_send"]


def test_where_the_package_counts_nothing_goes_after_its_deadline(app: Flask, at: Clock) -> None:
    campaign = small.make_campaign(small.small_plan(late_counts="package"))
    hand_in(*PLEIKU)
    with clock.put_at(AFTER_DEADLINE), pytest.raises(MoveRefused) as refused:
        packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"))
    assert reasons(refused) == {Reason.PACKAGE_TOO_LATE}


def test_where_the_units_own_time_counts_a_late_district_does_not_make_its_communes_late(
    campaign: Campaign,
) -> None:
    hand_in(*PLEIKU)
    with clock.put_at(AFTER_DEADLINE):
        packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"))
    assert states(*PLEIKU) == {State.DISTRICT_CONSOLIDATED}


def test_a_district_that_stayed_silent_itself_still_sends_its_communes(campaign: Campaign) -> None:
    hand_in("23557", "23560")
    with clock.put_at(AFTER_DEADLINE):
        package = packages.consolidate(
            small.actor("binh"), campaign.id, unit_id("622"), note="Huyện chưa làm"
        )
    assert package.gaps == [{"code": "622", "name": "Thành phố Pleiku"}]
    assert states("622") == {State.DRAFT}


def test_the_last_instant_before_the_deadline_is_in_time(campaign: Campaign) -> None:
    hand_in(*PLEIKU)
    closing = datetime(2019, 10, 24, 16, 59, 59, tzinfo=UTC)
    with clock.put_at(closing):
        assert packages.consolidate(small.actor("binh"), campaign.id, unit_id("622")).sent_at == closing


@pytest.mark.parametrize("name", ["lan", "an", "giang", "chi", "dung", "quang", "khach"])
def test_only_its_own_consolidator_sends(campaign: Campaign, name: str) -> None:
    hand_in(*PLEIKU)
    with pytest.raises(Missing):
        packages.consolidate(small.actor(name), campaign.id, unit_id("622"))
    assert states(*PLEIKU) == {State.SELF_ASSESSED}


def test_a_campaign_without_forms_of_the_consolidator_is_missing(campaign: Campaign) -> None:
    with pytest.raises(Missing):
        packages.consolidate(small.actor("binh"), campaign.id + 1, unit_id("622"))


def test_a_form_withdrawn_or_submitted_since_the_page_was_shown_is_noticed(campaign: Campaign) -> None:
    forms = hand_in("622", "23557")
    shown = {form.id: form.version for form in forms}
    hand_in("23560")
    with pytest.raises(Outdated):
        packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"), note="x", shown=shown)
    submissions.move(small.actor("an"), forms[1].id, Action.WITHDRAW, version=None)
    with pytest.raises(Outdated):
        packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"), note="x", shown=shown)


def test_an_endless_note_is_refused(campaign: Campaign) -> None:
    endless = "a" * (LONGEST_NOTE + 1)
    with pytest.raises(Invalid) as refused:
        packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"), note=endless)
    assert refused.value.faults[0].field == "note"
    with pytest.raises(Invalid) as unreturned:
        packages.return_package(small.actor("giang"), 1, note=endless)
    assert unreturned.value.faults[0].field == "note"


def test_the_office_returns_what_is_still_consolidated(campaign: Campaign) -> None:
    package = send_pleiku()
    returned = packages.return_package(small.actor("giang"), package.id, note="Thiếu báo cáo")
    assert states(*PLEIKU) == {State.SELF_ASSESSED}
    assert returned.returned_at == clock.now()
    assert small.form_of("622").package_id is None
    assert mails("package_returned") == ["binh@gialai.example"]
    again = packages.consolidate(small.actor("binh"), campaign.id, unit_id("622"))
    assert again.id != package.id


def test_a_package_is_not_returned_without_words_nor_twice(campaign: Campaign) -> None:
    package = send_pleiku()
    with pytest.raises(MoveRefused) as refused:
        packages.return_package(small.actor("giang"), package.id, note="")
    assert reasons(refused) == {Reason.NOTE_MISSING}
    packages.return_package(small.actor("giang"), package.id, note="Thiếu báo cáo")
    with pytest.raises(Outdated):
        packages.return_package(small.actor("oanh"), package.id, note="Thiếu báo cáo")


@pytest.mark.parametrize("name", ["binh", "an", "chi", "dung", "quang", "khach"])
def test_only_the_office_returns(campaign: Campaign, name: str) -> None:
    package = send_pleiku()
    with pytest.raises(Missing):
        packages.return_package(small.actor(name), package.id, note="Thiếu báo cáo")
    assert states(*PLEIKU) == {State.DISTRICT_CONSOLIDATED}


def test_an_unknown_package_is_missing(campaign: Campaign) -> None:
    with pytest.raises(Missing):
        packages.return_package(small.actor("giang"), 999, note="Thiếu báo cáo")
