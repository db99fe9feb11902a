"""Packages: a consolidator sends its own form and its units' forms together; the office may send one back.

The rules of the two moves are in the workflow's table; here the members are gathered, pinned and moved as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.effects import about
from app.faults import FieldFault, Invalid, Missing, Outdated
from app.mailing import link, tell
from app.models import Campaign, CampaignUnit, Package, Submission, Verb
from app.queries.actors import addressees
from app.queries.cases import bare_case, timetable_of
from app.queries.reach import campaign_in_reach
from app.services.answer_faults import prose
from app.services.submissions import LONGEST_NOTE, carry_out
from app.unit import UnitOfWork, unit
from notifications.messages import PackageSent
from workflows.case import Actor
from workflows.case import Package as PackageCase
from workflows.vocabulary import Action, Role, State


def consolidate(
    actor: Actor,
    campaign_id: int,
    consolidator_unit_id: int,
    *,
    note: str = "",
    shown: Mapping[int, int] | None = None,
) -> Package:
    """Send every submitted form of a consolidator, its own with them, as one package.

    Forms submitted after a package went out go in a further one, as long as there is time.

    ``shown``: the version of each form that the actor was shown, by submission id; None where no page was shown.

    Raises:
        Missing: the actor does not consolidate for this unit, or it has no form in the campaign.
        Outdated: other forms, or other versions of them, would go than those shown.
        Invalid: nothing is there to send, or the note is too long.
        MoveRefused: the own form is missing, time is over, or units are missing and no note says why.
    """
    note = _tidy(note)
    if consolidator_unit_id not in actor.units(Role.CONSOLIDATOR):
        raise Missing(f"package of unit {consolidator_unit_id}")
    with unit(actor) as work:
        forms = _forms(work, campaign_id, consolidator_unit_id)
        ready = [form for form in forms if form.state == State.SELF_ASSESSED]
        _check_shown(ready, shown)
        _check_any(ready)
        package = _new_package(work, consolidator_unit_id, forms, note)
        gaps = PackageCase(_missing(forms), _own_form_owed(forms, consolidator_unit_id, work.now))
        for form in ready:
            case = replace(bare_case(form), package=gaps)
            carry_out(work, form, Action.CONSOLIDATE, note=note, case=case)
            form.package_id = package.id
        _tell_sent(work, package, forms)
        work.record(Verb.PACKAGE_SENT, package, campaign=campaign_id, after=_summary(package), note=note)
    return package


def return_package(actor: Actor, package_id: int, *, note: str) -> Package:
    """Send a package back: every form of it that is still consolidated becomes a submitted one again.

    Raises:
        Missing: there is none, or the actor is not of its campaign's office.
        Outdated: it was sent back before, or nothing of it is left to send back.
        MoveRefused: the note is missing. Invalid: it is too long.
    """
    note = _tidy(note)
    with unit(actor) as work:
        package = _reached(work, package_id)
        members = [form for form in _members(work, package) if form.state == State.DISTRICT_CONSOLIDATED]
        if package.returned_at is not None or not members:
            raise Outdated(f"package {package_id}")
        for form in members:
            carry_out(work, form, Action.RETURN_PACKAGE, note=note, case=bare_case(form))
            form.package_id = None
        package.returned_at = work.now
        after = {"forms": [form.id for form in members]}
        work.record(Verb.PACKAGE_RETURNED, package, campaign=package.campaign_id, after=after, note=note)
    return package


def _forms(work: UnitOfWork, campaign_id: int, consolidator: int) -> list[Submission]:
    found = work.session.scalars(
        select(Submission)
        .join(Submission.campaign_unit)
        .options(contains_eager(Submission.campaign_unit))
        .where(Submission.campaign_id == campaign_id, CampaignUnit.consolidator_id == consolidator)
        .order_by(CampaignUnit.display_order, CampaignUnit.id)
    ).all()
    if not found:
        raise Missing(f"package of unit {consolidator} in campaign {campaign_id}")
    return list(found)


def _tidy(note: str) -> str:
    words = prose(note)
    if len(words) > LONGEST_NOTE:
        too_long = _(
            "Viết ý kiến ngắn hơn %(limit)s ký tự (đang là %(length)s)", limit=LONGEST_NOTE, length=len(words)
        )
        raise Invalid(FieldFault("note", "too_long", too_long))
    return words


def _check_shown(ready: Sequence[Submission], shown: Mapping[int, int] | None) -> None:
    if shown is not None and dict(shown) != {form.id: form.version for form in ready}:
        raise Outdated("forms of the package")


def _check_any(ready: Sequence[Submission]) -> None:
    if not ready:
        words = _("Chưa có phiếu nào để gửi: chờ ít nhất một đơn vị nộp phiếu")
        raise Invalid(FieldFault("", "nothing_to_send", words))


def _missing(forms: Sequence[Submission]) -> tuple[str, ...]:
    return tuple(form.campaign_unit.full_name for form in forms if form.state == State.DRAFT)


def _own_form_owed(forms: Sequence[Submission], consolidator: int, now: datetime) -> bool:
    # Once its own deadline has passed the form is one more gap to declare: it must not hold the communes' back.
    return any(
        form.state == State.DRAFT and now < timetable_of(form.campaign_unit.kind, form).closes
        for form in forms
        if form.campaign_unit.unit_id == consolidator
    )


def _new_package(work: UnitOfWork, consolidator: int, forms: Sequence[Submission], note: str) -> Package:
    ready = [form for form in forms if form.state == State.SELF_ASSESSED]
    gone = [form.campaign_unit for form in forms if form.state == State.DRAFT]
    package = Package(
        campaign_id=forms[0].campaign_id,
        consolidator_id=consolidator,
        sent_at=work.now,
        sent_by_id=work.actor.id,
        sent_by_name=work.actor.name,
        note=note,
        gaps=[{"code": one.code, "name": one.full_name} for one in gone],
        pinned={str(one.id): {"version": one.version, "digest": one.content_digest} for one in ready},
    )
    work.add(package)
    return package


def _summary(package: Package) -> dict[str, Any]:
    return {"pinned": package.pinned, "gaps": [gap["code"] for gap in package.gaps]}


def _tell_sent(work: UnitOfWork, package: Package, forms: Sequence[Submission]) -> None:
    campaign = forms[0].campaign
    own = next((form for form in forms if form.campaign_unit.unit_id == package.consolidator_id), None)
    facts = about(own or forms[0], str(package.id)) | {"link": link(f"/dot/{campaign.slug}/ho-so")}
    if own is None:
        facts |= {"unit": package.consolidator.code, "unit_name": package.consolidator.formal_name}
    message = PackageSent(**facts, at=work.now, included=len(package.pinned), total=len(forms))
    people = addressees(work.session, Role.OFFICE, campaign.root_id, work.now)
    tell(work, message, people, campaign_id=campaign.id)


def _reached(work: UnitOfWork, package_id: int) -> Package:
    package = work.load(Package, package_id)
    campaign = work.load(Campaign, package.campaign_id)
    campaign_in_reach(work.session, campaign.slug, work.actor, {Role.OFFICE})
    return package


def _members(work: UnitOfWork, package: Package) -> list[Submission]:
    found = select(Submission).where(Submission.package_id == package.id).order_by(Submission.id)
    return list(work.session.scalars(found))
