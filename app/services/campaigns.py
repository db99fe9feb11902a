"""Making, opening and closing a campaign from its plan. Opening freezes the list of units."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from app.campaign_files import dump
from app.campaign_plans import CampaignPlan, KindPlan
from app.effects import about
from app.faults import FieldFault, Invalid, Missing
from app.folding import search_key
from app.i18n.labels import listed
from app.mailing import printed_deadline, tell_unit
from app.models import Campaign, CampaignKind, CampaignStatus, CampaignUnit, Submission, Unit, Verb
from app.queries.calendar_days import campaign_years
from app.queries.calendar_entries import form_entry
from app.queries.campaign_plans import plan_of
from app.queries.contacts import unreached
from app.queries.criteria_sets import criteria_set_of
from app.queries.joining import Joining, units_to_join
from app.queries.units import province_in_force
from app.services.calendar_days import refuse_unconfirmed
from app.services.criteria_sets import keep_criteria_set
from app.unit import UnitOfWork, unit
from criteria.model import CriteriaSet
from notifications.messages import CampaignOpened
from workflows.case import Actor
from workflows.deadlines import start_of_day

MINUTES_A_CRITERION = 2
NAMED = 10


def create_campaign(
    actor: Actor, plan: CampaignPlan, sets: Mapping[str, CriteriaSet], *, demo: bool = False
) -> Campaign:
    """Make a campaign in preparation.

    ``sets``: the criteria sets by the file names that the plan uses.

    Raises:
        Invalid: the province is not known, a set is missing, or the plan asks for a group that its set lacks.
    """
    with unit(actor) as work:
        root = province_in_force(work.session, plan.units.province_code, plan.kinds[0].opens)
        _refuse_plan(plan, sets, root)
        campaign = Campaign(
            slug=plan.slug,
            name=plan.name,
            year=plan.year,
            root_id=root.id if root else 0,
            period_start=plan.period.start,
            period_end=plan.period.end,
            zone=plan.timezone,
            plan=dump(plan),
            demo=demo,
        )
        work.add(campaign)
        work.add(*(_kind(work, campaign, plan, kind, sets[kind.criteria_set]) for kind in plan.kinds))
        work.record(Verb.CAMPAIGN_CREATED, campaign, campaign=campaign.id, after={"slug": plan.slug})
    return campaign


def open_campaign(actor: Actor, slug: str) -> Campaign:
    """Open a campaign: freeze its units, give each an empty form, and invite them.

    Raises:
        Invalid: it is open already, nobody has confirmed the holidays of one of its years, there is no unit to assess,
        or a unit can be reached neither by mail nor, as the office has noted, otherwise.
    """
    with unit(actor) as work:
        campaign = _campaign(work, slug)
        if campaign.status != CampaignStatus.PREPARED:
            raise Invalid(FieldFault("campaign", "not_prepared", _("Đợt này đã mở rồi")))
        years = campaign_years(campaign)
        refuse_unconfirmed(work.session, years[0], years[-1], "campaign")
        _refuse_unreached(work, campaign)
        campaign.status, campaign.opened_at = CampaignStatus.OPEN, work.now
        submissions = [_form(frozen) for frozen in _freeze(work, campaign)]
        if not submissions:
            words = _("Nhập danh sách đơn vị trước khi mở đợt; chưa có đơn vị nào thuộc các cấp của đợt này")
            raise Invalid(FieldFault("campaign", "no_units", words))
        work.add(*submissions)
        for submission in submissions:
            _invite(work, submission)
        work.record(Verb.CAMPAIGN_OPENED, campaign, campaign=campaign.id, after={"units": len(submissions)})
    return campaign


def close_campaign(actor: Actor, slug: str) -> Campaign:
    """Close a campaign: nothing in it moves any more.

    Raises:
        Invalid: it is not open.
    """
    with unit(actor) as work:
        campaign = _campaign(work, slug)
        if campaign.status != CampaignStatus.OPEN:
            raise Invalid(FieldFault("campaign", "not_open", _("Chỉ kết thúc được đợt đang mở")))
        campaign.status, campaign.closed_at = CampaignStatus.CLOSED, work.now
        work.record(Verb.CAMPAIGN_CLOSED, campaign, campaign=campaign.id)
    return campaign


def _refuse_unreached(work: UnitOfWork, campaign: Campaign) -> None:
    silent = unreached(work.session, campaign, work.now)
    if silent:
        words = _(
            "%(count)s đơn vị chưa có ai nhận được thư: %(names)s. Thêm người, sửa địa chỉ hoặc ghi cách báo khác ở "
            "mục Thư, trang Liên lạc",
            count=len(silent),
            names=listed([one.name for one in silent], NAMED),
        )
        raise Invalid(FieldFault("campaign", "unreached", words))


def _campaign(work: UnitOfWork, slug: str) -> Campaign:
    found = work.session.scalar(select(Campaign).where(Campaign.slug == slug))
    if found is None:
        raise Missing(f"campaign {slug}")
    return found


def _kind(
    work: UnitOfWork, campaign: Campaign, plan: CampaignPlan, kind: KindPlan, criteria_set: CriteriaSet
) -> CampaignKind:
    return CampaignKind(
        campaign_id=campaign.id,
        unit_kind=kind.kind,
        criteria_set_id=keep_criteria_set(work, criteria_set).id,
        route=kind.route,
        opens_at=start_of_day(kind.opens, ZoneInfo(plan.timezone)),
        wording=kind.deadline.wording,
        due_day=kind.deadline.date,
        count_day_in=kind.deadline.count_day_in,
        remind_from=kind.remind_from,
        late=kind.late,
        late_through=kind.late_through,
        edit_through=kind.edit_through,
        report_required=kind.report_required,
        sign_off=kind.sign_off,
        reasons_required=kind.reasons_required,
        evidence_required=kind.evidence_required == "as_set",
        explanation_days=plan.explanation_days,
        ranking=kind.ranking.rules.to_json(),
    )


def _refuse_plan(plan: CampaignPlan, sets: Mapping[str, CriteriaSet], root: Unit | None) -> None:
    faults = []
    if root is None:
        words = _("Nhập danh sách đơn vị của tỉnh có mã %(code)s trước", code=plan.units.province_code)
        faults.append(FieldFault("units.province_code", "unknown_province", words))
    for number, kind in enumerate(plan.kinds):
        if kind.criteria_set not in sets:
            words = _("Không có bộ tiêu chí %(name)s", name=kind.criteria_set)
            faults.append(FieldFault(f"kinds[{number}].criteria_set", "unknown_set", words))
            continue
        groups = {group.code for group in sets[kind.criteria_set].groups}
        named = {*kind.ranking.tie_break_groups, *(row.group for row in kind.ranking.level_thresholds)}
        for group in sorted(named - groups):
            words = _("Bộ tiêu chí %(name)s không có nhóm %(group)s", name=kind.criteria_set, group=group)
            faults.append(FieldFault(f"kinds[{number}].ranking", "unknown_group", words))
    if faults:
        raise Invalid(*faults)


def _freeze(work: UnitOfWork, campaign: Campaign) -> list[CampaignUnit]:
    frozen: dict[int, CampaignUnit] = {}
    for joining in units_to_join(work.session, campaign):
        frozen[joining.unit.id] = _frozen(campaign, joining, frozen)
        work.add(frozen[joining.unit.id])
    return list(frozen.values())


def _frozen(campaign: Campaign, joining: Joining, frozen: Mapping[int, CampaignUnit]) -> CampaignUnit:
    live, parent = joining.unit, frozen.get(joining.unit.parent_id or 0)
    return CampaignUnit(
        campaign_id=campaign.id,
        kind_id=joining.kind.id,
        unit_id=live.id,
        parent_id=parent.id if parent else None,
        consolidator_id=joining.consolidator_id,
        code=live.code,
        unit_kind=live.kind,
        type_word=live.type_word,
        name=live.name,
        full_name=live.full_name,
        formal_name=live.formal_name,
        path=live.path,
        slug=f"{search_key(live.full_name).replace(' ', '-')}-{live.code.lower()}",
        search_key=live.search_key,
        display_order=live.display_order,
        ranked=joining.ranked,
    )


def _form(frozen: CampaignUnit) -> Submission:
    criteria_set = criteria_set_of(frozen.kind)
    return Submission(
        campaign_id=frozen.campaign_id,
        campaign_unit_id=frozen.id,
        asked=sum(criterion.answer_required for criterion in criteria_set.criteria()),
        self_max=criteria_set.max,
    )


def _invite(work: UnitOfWork, submission: Submission) -> None:
    plan = plan_of(submission.campaign)
    letter = plan.basis[-1] if plan.basis else None
    deadline = printed_deadline(submission.campaign_unit.kind)
    message = CampaignOpened(
        **about(submission, ""),
        deadline=deadline,
        criteria_count=submission.asked,
        minutes=submission.asked * MINUTES_A_CRITERION,
        letter=f"{letter.number} ngày {letter.date:%d/%m/%Y}" if letter else "",
    )
    tell_unit(work, message, submission, calendar=form_entry(submission, deadline))
