"""Whom mail can reach: a campaign waits until every unit is told, and a unit that is told otherwise is left in peace."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app import clock
from app.database import db
from app.faults import Invalid, Missing
from app.models import AuditEntry, Campaign, OutboxMessage, Person, Reminder, RoleGrant, Unit, Verb
from app.queries.contacts import contacts_of, unreached
from app.services import campaigns, mutes, reminders
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM
from criteria.workbook import read_rows
from tests.app import small
from tests.app.moving import LAST, at_local

SLUG = "gia-lai-2019"
SILENT = "UBND xã Hà Tây"


@pytest.fixture
def prepared(app, at):
    """The small campaign, not open yet; the clock stands on the day of the letter."""
    small.make_campaign(opened=False)
    at(small.OPENING)
    return db.session.scalars(select(Campaign)).one()


def of(name, **values):
    """Change the account of somebody of the cast behind everybody's back."""
    with db.engine.begin() as connection:
        connection.execute(update(Person).where(Person.email == f"{name}@gialai.example").values(**values))
    db.session.rollback()


def unit_id(code):
    return db.session.scalars(select(Unit.id).where(Unit.code == code)).one()


def silent_units():
    campaign = db.session.scalars(select(Campaign)).one()
    return [one.name for one in unreached(db.session(), campaign, clock.now())]


def test_every_unit_of_the_small_province_is_reached(prepared):
    assert len(contacts_of(db.session(), prepared, clock.now())) == 8
    assert silent_units() == []


@pytest.mark.parametrize(
    "values",
    [
        {"active": False},
        {"address_refused_at": small.OPENING, "address_refused_words": "550 gone"},
        {"email": "không-dùng-được@gialai.example"},
    ],
    ids=["closed", "refused", "unusable"],
)
def test_a_campaign_does_not_open_while_a_unit_cannot_be_reached(prepared, values):
    of("yen", **values)
    assert silent_units() == [SILENT]
    with pytest.raises(Invalid) as refused:
        campaigns.open_campaign(small.actor("giang"), SLUG)
    assert SILENT in refused.value.faults[0].message
    assert refused.value.faults[0].code == "unreached"
    mutes.mute_unit(small.actor("giang"), SLUG, unit_id("23725"), "Báo bằng điện thoại")
    assert silent_units() == []
    assert campaigns.open_campaign(small.actor("giang"), SLUG).status == "open"


def test_a_role_that_has_ended_or_not_begun_reaches_nobody(prepared):
    yen = small.person("yen").id
    for values in (
        {"valid_to": small.OPENING},
        {"valid_to": None, "valid_from": small.OPENING + timedelta(days=1)},
    ):
        with db.engine.begin() as connection:
            connection.execute(update(RoleGrant).where(RoleGrant.person_id == yen).values(**values))
        db.session.rollback()
        assert silent_units() == [SILENT]


def test_only_ten_units_are_named_of_many(prepared):
    with db.engine.begin() as connection:
        connection.execute(update(Person).values(active=False))
    db.session.rollback()
    with pytest.raises(Invalid) as refused:
        campaigns.open_campaign(SYSTEM, SLUG)
    assert refused.value.faults[0].message.startswith("8 đơn vị")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_muting_needs_a_reason(campaign, reason):
    with pytest.raises(Invalid):
        mutes.mute_unit(small.actor("giang"), SLUG, unit_id("23725"), reason)


def test_a_unit_is_muted_once_and_heard_of_again(campaign):
    giang, key = small.actor("giang"), unit_id("23725")
    mutes.mute_unit(giang, SLUG, key, "Báo bằng điện thoại")
    with pytest.raises(Invalid):
        mutes.mute_unit(giang, SLUG, key, "Lần nữa")
    assert mutes.end_mute(giang, SLUG, key).ended_by_name == "Giang"
    with pytest.raises(Invalid):
        mutes.end_mute(giang, SLUG, key)
    verbs = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.subject_id == key)).all()
    assert {Verb.UNIT_MUTED, Verb.MUTE_ENDED} <= set(verbs)


@pytest.mark.parametrize("name", ["quang", "binh", "yen", "dung"])
def test_only_the_office_mutes(campaign, name):
    key = unit_id("23725")
    with pytest.raises(Missing):
        mutes.mute_unit(small.actor(name), SLUG, key, "Báo bằng điện thoại")
    mutes.mute_unit(SYSTEM, SLUG, key, "Báo bằng điện thoại")
    with pytest.raises(Missing):
        mutes.end_mute(small.actor(name), SLUG, key)


def test_units_that_take_no_part_are_missing_and_closed_campaigns_are_left_alone(campaign):
    with pytest.raises(Missing):
        mutes.mute_unit(small.actor("giang"), SLUG, unit_id("64"), "Báo bằng điện thoại")
    campaigns.close_campaign(SYSTEM, SLUG)
    with pytest.raises(Invalid):
        mutes.mute_unit(small.actor("giang"), SLUG, unit_id("23725"), "Báo bằng điện thoại")


def reminders_of(code):
    db.session.rollback()
    rows = db.session.scalars(select(Reminder).where(Reminder.unit_id == unit_id(code)))
    return [(row.state, row.reason, row.person_id is None) for row in rows]


def test_a_muted_unit_gets_no_reminder_and_the_ledger_says_why(campaign, at):
    mutes.mute_unit(small.actor("giang"), SLUG, unit_id("23725"), "Báo bằng điện thoại")
    at(at_local(LAST - timedelta(days=3)))
    reminders.plan_reminders()
    muted = [row for row in reminders_of("23725") if row[1] != "passed"]
    assert ("skipped", "muted", True) in muted
    assert {row[0] for row in muted} == {"skipped"}
    assert "planned" in {row[0] for row in reminders_of("23722")}


def test_a_reminder_that_waits_is_called_off_when_its_unit_is_muted(campaign, at):
    at(at_local(LAST - timedelta(days=3)))
    reminders.plan_reminders()
    mutes.mute_unit(small.actor("giang"), SLUG, unit_id("23725"), "Báo bằng điện thoại")
    at(clock.now() + timedelta(minutes=2))
    OutboxLedger().claim(clock.now(), 500)
    db.session.rollback()
    mine = select(OutboxMessage.kind, OutboxMessage.outcome).filter_by(
        person_id=small.person("yen").id, state="cancelled"
    )
    [(_kind, outcome)] = db.session.execute(mine).all()
    assert outcome == str(reminders.DOUBTS[reminders.Doubt.MUTED])


# -- pages -------------------------------------------------------------------------------------------------------


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_the_page_of_opening_names_who_cannot_be_reached(sign_in, prepared):
    of("yen", active=False)
    office = sign_in("giang")
    assert SILENT in page(office, f"/dot/{SLUG}/mo")
    answer = office.post(f"/dot/{SLUG}/mo")
    assert answer.status_code == 422
    assert "1 đơn vị chưa có ai nhận được thư" in answer.get_data(as_text=True)


def test_the_contacts_page_lists_the_silent_the_muted_and_the_refused(sign_in, prepared):
    of("yen", address_refused_at=small.OPENING, address_refused_words="550 5.1.1 gone", phone="0269 1")
    office = sign_in("giang")
    shown = page(office, "/thu/lien-lac")
    assert SILENT in shown
    assert "550 5.1.1 gone" in shown
    assert "tel:02691" in shown
    one = f"/thu/lien-lac/{SLUG}/{unit_id('23725')}"
    assert "Báo cách khác" in page(office, one)
    assert office.post(f"{one}/ngung", data={"reason": " "}).status_code == 422
    assert office.post(f"{one}/ngung", data={"reason": "Báo bằng điện thoại"}).status_code == 303
    assert "Báo bằng điện thoại" in page(office, "/thu/lien-lac")
    assert "Báo bằng điện thoại" in page(office, one)
    assert office.post(f"{one}/gui-tro-lai").status_code == 303
    assert "Báo cách khác" in page(office, one)


def test_the_unit_of_the_office_says_that_it_is_muted(sign_in, campaign):
    mutes.mute_unit(SYSTEM, SLUG, unit_id("23725"), "Báo bằng điện thoại")
    form = small.form_of("23725").id
    assert "Không nhắc qua thư: Báo bằng điện thoại" in page(sign_in("giang"), f"/dot/{SLUG}/don-vi/{form}")


def test_without_a_campaign_the_page_says_so(sign_in, app):
    assert "Chưa có đợt nào" in page(sign_in("giang"), "/thu/lien-lac")


def test_an_administrator_reads_contacts_and_changes_nothing(sign_in, campaign):
    admin, one = sign_in("quang"), f"/thu/lien-lac/{SLUG}/{unit_id('23725')}"
    assert "Báo cách khác" not in page(admin, one)
    assert admin.post(f"{one}/ngung", data={"reason": "x"}).status_code == 403
    assert page(sign_in("giang"), f"/thu/lien-lac/{SLUG}/{unit_id('64')}", 404)
    assert page(sign_in("giang"), f"/thu/lien-lac/khong-co/{unit_id('23725')}", 404)


def test_contacts_come_as_a_workbook(sign_in, campaign):
    of("yen", address_refused_at=small.OPENING, address_refused_words="=550 gone")
    answer = sign_in("giang").get("/thu/lien-lac/lien-lac.xlsx")
    for sheet in ("Không nhận được thư", "Địa chỉ bị từ chối"):
        texts = [cell.text for row in read_rows(io.BytesIO(answer.data), sheet=sheet) for cell in row]
        assert any(SILENT in text for text in texts)
