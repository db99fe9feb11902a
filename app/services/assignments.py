"""Giving forms to members of the task force, and taking them away. An assignment shuts nobody out: others may help."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.faults import FieldFault, Invalid, Missing
from app.mailing import link, tell
from app.models import Assignment, Campaign, CampaignStatus, CampaignUnit, Person, Submission, Verb
from app.queries.actors import actor_of
from app.queries.assignments import days_of
from app.queries.calendar_entries import assignment_entry
from app.queries.campaign_plans import hotline_of, plan_of
from app.queries.reach import campaign_in_reach, place_of
from app.queries.verification_queue import VERIFIED_STATES
from app.unit import UnitOfWork, unit
from notifications.messages import Assigned, Deadline, Wording
from workflows.case import Actor
from workflows.deadlines import local_day, start_of_day
from workflows.vocabulary import Role

OFFICE = frozenset({Role.OFFICE})
NAMED = 5
AT_ONCE = 100


def assign(actor: Actor, slug: str, submission_ids: Collection[int], *, person_id: int, due_day: date) -> int:
    """Give forms to a member of the task force, to be verified by the end of a day, and tell the member in one mail.

    A form that somebody else was given changes hands. Returns how many forms are new to the member or have a new day.

    Raises:
        Missing: the campaign is not of the actor's office, or a form is not of the campaign. Invalid: no form, a day
        that is past, a form that is verified, or a person who may not verify one of the units.
    """
    with unit(actor) as work:
        campaign = _running(work, actor, slug)
        forms = _forms(work, campaign, submission_ids)
        member = _member(work, person_id, forms)
        if due_day < local_day(work.now, ZoneInfo(campaign.zone)):
            raise Invalid(FieldFault("due_day", "past_day", _("Chọn ngày từ hôm nay trở đi")))
        known = _known(work, forms)
        given = [form for form in forms if _give(work, form, known.get(form.id), member, due_day)]
        if given:
            _tell_member(work, campaign, member, given, due_day)
    return len(given)


def take_away(actor: Actor, slug: str, submission_ids: Collection[int]) -> int:
    """Let nobody in particular verify these forms. Returns how many were somebody's.

    Raises:
        Missing: as :func:`assign`. Invalid: no form, or a form that is verified.
    """
    with unit(actor) as work:
        campaign = _running(work, actor, slug)
        forms = _forms(work, campaign, submission_ids)
        known = _known(work, forms)
        for form in forms:
            if form.id in known:
                work.record(
                    Verb.ASSIGNMENT_ENDED, form, campaign=campaign.id, before=_said(work, known[form.id])
                )
                work.session.delete(known[form.id])
    return len(known)


def _running(work: UnitOfWork, actor: Actor, slug: str) -> Campaign:
    campaign = campaign_in_reach(work.session, slug, actor, OFFICE)
    if campaign.status != CampaignStatus.OPEN:
        raise Invalid(FieldFault("", "not_open", _("Chỉ phân công được khi đợt đánh giá đang mở")))
    return campaign


def _forms(work: UnitOfWork, campaign: Campaign, submission_ids: Collection[int]) -> Sequence[Submission]:
    wanted = set(submission_ids)
    if not wanted:
        raise Invalid(FieldFault("forms", "none", _("Chọn ít nhất một đơn vị")))
    if len(wanted) > AT_ONCE:
        raise Invalid(FieldFault("forms", "too_many", _("Chọn nhiều nhất %(most)s đơn vị", most=AT_ONCE)))
    forms = work.session.scalars(
        select(Submission)
        .join(Submission.campaign_unit)
        .where(Submission.id.in_(wanted), Submission.campaign_id == campaign.id)
        .options(joinedload(Submission.campaign_unit).joinedload(CampaignUnit.parent))
        .order_by(CampaignUnit.display_order, CampaignUnit.id)
    ).all()
    if len(forms) < len(wanted):
        raise Missing("submission")
    verified = [form for form in forms if form.state in VERIFIED_STATES]
    if verified:
        words = _("Đã thẩm tra xong, bỏ chọn: %(units)s", units=_names(verified))
        raise Invalid(FieldFault("forms", "verified", words))
    return forms


def _member(work: UnitOfWork, person_id: int, forms: Sequence[Submission]) -> Person:
    member = work.session.get(Person, person_id)
    if member is None or not member.active:
        raise Invalid(FieldFault("person", "unknown", _("Chọn một thành viên tổ công tác")))
    held = actor_of(work.session, member, work.now)
    beyond = [form for form in forms if not held.holds(Role.TASK_FORCE, over=place_of(form.campaign_unit))]
    if beyond:
        words = _("%(person)s không thẩm tra được: %(units)s", person=member.name, units=_names(beyond))
        raise Invalid(FieldFault("person", "beyond", words))
    return member


def _known(work: UnitOfWork, forms: Sequence[Submission]) -> Mapping[int, Assignment]:
    ids = [form.id for form in forms]
    rows = work.session.scalars(select(Assignment).where(Assignment.submission_id.in_(ids)))
    return {row.submission_id: row for row in rows}


def _give(work: UnitOfWork, form: Submission, row: Assignment | None, member: Person, due_day: date) -> bool:
    """Give one form; False where the member has it already for that day."""
    if row is not None and (row.person_id, row.due_day) == (member.id, due_day):
        return False
    before = None if row is None else _said(work, row)
    if row is None:
        row = Assignment(submission_id=form.id)
        work.session.add(row)
    row.person_id, row.due_day = member.id, due_day
    row.assigned_at, row.assigned_by_name = work.now, work.actor.name
    work.record(Verb.FORM_ASSIGNED, form, campaign=form.campaign_id, before=before, after=_said(work, row))
    return True


def _tell_member(
    work: UnitOfWork, campaign: Campaign, member: Person, given: Sequence[Submission], due_day: date
) -> None:
    after = start_of_day(due_day + timedelta(days=1), ZoneInfo(campaign.zone))
    deadline = Deadline(after, Wording.THROUGH_DAY, due_day)
    message = Assigned(
        unit=campaign.root.code,
        unit_name=campaign.root.formal_name,
        link=link("/tham-dinh?giao=toi&buoc=all"),
        hotline=hotline_of(campaign),
        occurrence=f"{work.now.isoformat()}/{due_day.isoformat()}",
        zone=campaign.zone,
        campaign=campaign.slug,
        campaign_name=campaign.name,
        year=campaign.year,
        deadline=deadline,
        count=len(given),
        shares=_shares(given),
        assigned_by=plan_of(campaign).contact.name,
    )
    work.session.flush()
    count = days_of(work.session, member.id, [campaign.id])[campaign.id, due_day]
    entry = assignment_entry(campaign, member.id, count=count, due_day=due_day)
    tell(work, message, [member], campaign_id=campaign.id, calendar=entry)


def _shares(given: Sequence[Submission]) -> tuple[tuple[str, int], ...]:
    """How many forms from below each unit above; what has no unit above counts by itself."""
    units = (form.campaign_unit for form in given)
    return tuple(Counter(unit.parent.full_name if unit.parent else unit.full_name for unit in units).items())


def _said(work: UnitOfWork, row: Assignment) -> dict[str, str]:
    return {"person": work.load(Person, row.person_id).name, "due_day": row.due_day.isoformat()}


def _names(forms: Sequence[Submission]) -> str:
    names = [form.campaign_unit.full_name for form in forms]
    shown = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        shown = _("%(shown)s và %(more)s đơn vị khác", shown=shown, more=len(names) - NAMED)
    return shown
