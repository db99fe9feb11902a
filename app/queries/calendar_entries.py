"""The dates of a campaign as calendar entries: under which name, for whom, until when. Never writes.

An entry's name (UID) comes from the obligation, not from its date: whatever is said later about the same obligation
finds the same entry. ``docs/calendar.md`` lists them.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app import current
from app.models import Campaign, CampaignKind, FieldVisit, Submission
from app.queries.campaign_plans import hotline_of, plan_of
from notifications.calendar import Organizer
from notifications.entries import Entry, Subject
from notifications.facts import Deadline, Owed, Wording
from notifications.mime import parse_sender
from notifications.obligations import Obligation
from workflows.deadlines import start_of_day

VISIT_HOURS = 2


def uid(*parts: object) -> str:
    """The name of an entry: what it is and its numbers, at the domain that mails come from."""
    return f"{'-'.join(str(part) for part in parts)}@{current.settings().mail_domain}"


def form_entry(form: Submission, deadline: Deadline, *, cancelled: bool = False) -> Entry:
    """By when a unit owes its form."""
    return Entry(
        **_campaign(form.campaign),
        uid=uid("form", form.id),
        about=Subject.FORM,
        when=deadline,
        unit_name=form.campaign_unit.formal_name,
        link=_link(f"/phieu/{form.id}"),
        cancelled=cancelled,
    )


def package_entry(campaign: Campaign, consolidator: int, unit_name: str, deadline: Deadline) -> Entry:
    """By when a consolidator owes its package."""
    return Entry(
        **_campaign(campaign),
        uid=uid("package", campaign.id, consolidator),
        about=Subject.PACKAGE,
        when=deadline,
        unit_name=unit_name,
        link=_link("/huyen"),
    )


def obligation_entry(campaign: Campaign, owed: Obligation) -> Entry:
    """What the planner of reminders calls owed: a form, a package, or forms that nobody was given to verify."""
    about, name = {
        Owed.FORM: (Subject.FORM, uid("form", owed.form)),
        Owed.PACKAGE: (Subject.PACKAGE, uid("package", campaign.id, owed.place)),
        Owed.VERIFICATION: (Subject.ASSIGNMENT, uid("verification", campaign.id)),
    }[owed.owed]
    return Entry(
        **_campaign(campaign),
        uid=name,
        about=about,
        when=owed.official or owed.deadline,
        unit_name=owed.unit_name,
        count=owed.total - owed.done,
        link=owed.link,
    )


def internal_entry(campaign: Campaign, owed: Obligation) -> Entry:
    """The earlier date by which a consolidator wants a form."""
    return Entry(
        **_campaign(campaign),
        uid=uid("internal", owed.form),
        about=Subject.INTERNAL,
        when=owed.deadline,
        unit_name=owed.unit_name,
        link=owed.link,
    )


def assignment_entry(campaign: Campaign, person_id: int, *, count: int, due_day: date) -> Entry:
    """By when a member of the task force is to verify the forms given to it for a day; each day is a date."""
    after = start_of_day(due_day + timedelta(days=1), ZoneInfo(campaign.zone))
    return Entry(
        **_campaign(campaign),
        uid=uid("assignment", campaign.id, person_id, due_day),
        about=Subject.ASSIGNMENT,
        when=Deadline(after, Wording.THROUGH_DAY, due_day),
        unit_name="",
        count=count,
        link=_link("/tham-dinh?giao=toi&buoc=all"),
    )


def visit_entry(visit: FieldVisit) -> Entry:
    """A field check at its hour."""
    form = visit.submission
    return Entry(
        **_campaign(form.campaign),
        uid=uid("visit", visit.id),
        about=Subject.VISIT,
        when=visit.starts_at,
        hours=VISIT_HOURS,
        unit_name=form.campaign_unit.formal_name,
        team=visit.team,
        papers=visit.papers,
        place=visit.place,
        link=_link(f"/phieu/{form.id}"),
        cancelled=visit.called_off_at is not None,
    )


def reply_entry(form: Submission, until: datetime) -> Entry:
    """Until when a unit may answer the draft result."""
    return Entry(
        **_campaign(form.campaign),
        uid=uid("reply", form.id),
        about=Subject.REPLY,
        when=Deadline(until),
        unit_name=form.campaign_unit.formal_name,
        link=_link(f"/phieu/{form.id}/ket-qua"),
    )


def opening_entry(kind: CampaignKind, name: str) -> Entry:
    """From when a kind of unit may hand in; ``name`` is the kind's."""
    return Entry(
        **_campaign(kind.campaign),
        uid=uid("opening", kind.id),
        about=Subject.OPENING,
        when=kind.opens_at,
        hours=1,
        unit_name=name,
        link=_link(f"/dot/{kind.campaign.slug}"),
    )


def kind_entry(kind: CampaignKind, name: str, deadline: Deadline) -> Entry:
    """By when a kind of unit owes its forms, for those who run the campaign."""
    return Entry(
        **_campaign(kind.campaign),
        uid=uid("kind", kind.id),
        about=Subject.FORM,
        when=deadline,
        unit_name=name,
        link=_link(f"/dot/{kind.campaign.slug}"),
    )


def organizer_of(campaign: Campaign) -> Organizer:
    """The contact that answers a campaign's mail; the server's own address where no mail can reach the contact's."""
    contact = plan_of(campaign).contact
    try:
        return Organizer(contact.email, contact.name)
    except ValueError:
        return Organizer(parse_sender(current.settings().mail_from).address, contact.name)


def _campaign(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign_name": campaign.name,
        "year": campaign.year,
        "hotline": hotline_of(campaign),
        "organizer": organizer_of(campaign),
        "zone": campaign.zone,
    }


def _link(path: str) -> str:
    return f"{current.settings().base_url}{path}"
