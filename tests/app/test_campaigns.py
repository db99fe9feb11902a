"""A campaign freezes its units and invites them."""

from sqlalchemy import func, select

from app.database import db
from app.models import Campaign, CampaignUnit, OutboxMessage, Submission
from tests.app import small


def test_opening_gives_every_unit_an_empty_form(campaign: Campaign) -> None:
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 8
    assert small.form_of("23557").asked == 3


def test_a_commune_is_consolidated_by_its_district_and_a_department_by_nobody(campaign: Campaign) -> None:
    units = {row.code: row for row in db.session.scalars(select(CampaignUnit))}
    assert units["23557"].consolidator_id == units["622"].unit_id == units["622"].consolidator_id
    assert units["SNV"].consolidator_id is None


def test_opening_invites_the_officers_and_heads(campaign: Campaign) -> None:
    invited = set(
        db.session.scalars(select(OutboxMessage.address).where(OutboxMessage.kind == "campaign_opened"))
    )
    assert {"an@gialai.example", "ha@gialai.example"} <= invited
    assert "chi@gialai.example" not in invited


def test_an_officer_signs_in(sign_in) -> None:
    assert sign_in("an").get("/khong-co").status_code == 404
