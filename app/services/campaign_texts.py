"""Campaigns from the text that people edit: every fault at its path, every set found, the province checked."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.campaign_files import CampaignPlan, InvalidCampaignFile, load
from app.database import db
from app.demo_sets import SETS, bundled_set
from app.faults import FieldFault, Invalid, Missing
from app.models import Campaign, StoredCriteriaSet
from app.queries.campaign_plans import plan_of
from app.queries.criteria_sets import criteria_set_of, stored_set
from app.queries.reach import campaign_in_reach
from app.queries.units import province_in_force
from app.services import campaigns
from criteria.model import CriteriaSet
from workflows.case import Actor, Place
from workflows.vocabulary import Role

LONGEST_TEXT = 200_000
SHOWN_OF_DIGEST = 12


def create_from_text(actor: Actor, text: str) -> Campaign:
    """Make a campaign in preparation from a campaign file.

    A criteria set is found among those that come with the program, then in earlier campaigns that name the same
    file, then by its code among the imported ones.

    Raises:
        Invalid: faults of the file, each with its path as field; an unknown set; a name that is taken; a province
        that is not the actor's.
    """
    plan = read_plan(text)
    session = db.session()
    _refuse(session, actor, plan)
    return campaigns.create_campaign(actor, plan, sets_named(session, plan))


def open_campaign(actor: Actor, slug: str) -> Campaign:
    """Open a campaign of the actor's province; as :func:`app.services.campaigns.open_campaign`.

    Raises:
        Missing: out of the office's reach.
    """
    campaign_in_reach(db.session(), slug, actor, {Role.OFFICE})
    return campaigns.open_campaign(actor, slug)


def close_campaign(actor: Actor, slug: str) -> Campaign:
    """Close a campaign of the actor's province; as :func:`app.services.campaigns.close_campaign`.

    Raises:
        Missing: out of the office's reach.
    """
    campaign_in_reach(db.session(), slug, actor, {Role.OFFICE})
    return campaigns.close_campaign(actor, slug)


def read_plan(text: str) -> CampaignPlan:
    """The plan in a campaign file.

    Raises:
        Invalid: every fault, its path as field and in front of its words.
    """
    if not text.strip():
        raise Invalid(FieldFault("text", "empty", _("Dán nội dung tệp hoặc chọn một tệp .toml")))
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            FieldFault("text", "too_long", _("Tệp dài hơn mọi tệp đợt đánh giá; chọn đúng tệp .toml"))
        )
    try:
        return load(text)
    except InvalidCampaignFile as fault:
        raise Invalid(
            *(
                FieldFault(
                    problem.path or "text",
                    "campaign_file",
                    f"{problem.path}: {problem.detail}" if problem.path else problem.detail,
                )
                for problem in fault.problems
            )
        ) from fault


def sets_named(session: Session, plan: CampaignPlan) -> dict[str, CriteriaSet]:
    """The criteria sets that a plan names and that are known here, by file name."""
    wanted = {kind.criteria_set for kind in plan.kinds}
    used = _used_sets(session)
    found = {name: _set_named(session, name, used) for name in wanted}
    return {name: one for name, one in found.items() if one is not None}


def _set_named(session: Session, name: str, used: Mapping[str, CriteriaSet]) -> CriteriaSet | None:
    if (SETS / name).is_file():
        return bundled_set(name)
    if name in used:
        return used[name]
    plain = name.removesuffix(".json")
    # A campaign whose set was chosen on its page names the version: code, dash, beginning of the digest.
    code, _dash, beginning = plain.rpartition("-")
    stored = session.scalar(
        select(StoredCriteriaSet)
        .where(
            StoredCriteriaSet.code == plain
            if len(beginning) != SHOWN_OF_DIGEST
            else or_(
                StoredCriteriaSet.code == plain,
                and_(
                    func.lower(StoredCriteriaSet.code) == code,
                    StoredCriteriaSet.digest.startswith(beginning, autoescape=True),
                ),
            )
        )
        .order_by(StoredCriteriaSet.id.desc())
        .limit(1)
    )
    return None if stored is None else stored_set(stored)


def _used_sets(session: Session) -> dict[str, CriteriaSet]:
    found: dict[str, CriteriaSet] = {}
    for campaign in session.scalars(select(Campaign).order_by(Campaign.id)):
        names = {kind.kind: kind.criteria_set for kind in plan_of(campaign).kinds}
        found |= {names[kind.unit_kind]: criteria_set_of(kind) for kind in campaign.kinds}
    return found


def _refuse(session: Session, actor: Actor, plan: CampaignPlan) -> None:
    taken = session.scalar(select(Campaign.id).where(Campaign.slug == plan.slug))
    if taken is not None:
        words = _("slug: Đã có đợt tên “%(slug)s”; đặt tên khác", slug=plan.slug)
        raise Invalid(FieldFault("slug", "taken", words))
    root = province_in_force(session, plan.units.province_code, plan.kinds[0].opens)
    if root is not None and not actor.holds(Role.OFFICE, over=Place(root.id, root.above)):
        raise Missing(f"unit {root.id}")
