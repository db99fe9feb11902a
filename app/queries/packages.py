"""Packages as they were sent: what each holds, and whether it is still that. Never writes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.faults import Missing
from app.models import CampaignUnit, Move, Package, Submission, Unit
from app.queries.lateness import is_late
from workflows.vocabulary import Action, State


@dataclass(frozen=True, slots=True)
class Pin:
    """One form of a package: what was sent, whether it is still that, and whether it was taken after its deadline."""

    submission: Submission
    name: str
    digest: str
    changed: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A package that was sent, and what became of it."""

    package: Package
    pins: tuple[Pin, ...]
    total: int
    return_note: str

    @property
    def late(self) -> int:
        """How many of its forms were taken after their deadline."""
        return sum(pin.late for pin in self.pins)

    @property
    def stale(self) -> bool:
        """Has a form of it changed since?"""
        return self.package.returned_at is None and any(pin.changed for pin in self.pins)

    @property
    def returnable(self) -> bool:
        """Is there a form in it that the office could still send back?"""
        held = State.DISTRICT_CONSOLIDATED
        return self.package.returned_at is None and any(pin.submission.state == held for pin in self.pins)


def packages_of(session: Session, campaign_id: int, consolidator: int | None = None) -> list[Sent]:
    """The packages sent in a campaign, of one consolidator or of all, by consolidator and time."""
    found = (
        select(Package).where(Package.campaign_id == campaign_id).options(joinedload(Package.consolidator))
    )
    if consolidator is not None:
        found = found.where(Package.consolidator_id == consolidator)
    packages = session.scalars(found.order_by(Package.consolidator_id, Package.id)).all()
    forms = _forms_in(session, campaign_id) if packages else {}
    notes = _return_notes(session, campaign_id) if packages else {}
    sizes: dict[int | None, int] = defaultdict(int)
    for form in forms.values():
        sizes[form.campaign_unit.consolidator_id] += 1
    return [
        Sent(row, _pins(row, forms), sizes[row.consolidator_id], notes.get(_key(row), "")) for row in packages
    ]


def package_of(session: Session, campaign_id: int, package_id: int) -> Sent:
    """One package of a campaign.

    Raises:
        Missing: there is none in it.
    """
    found = next((sent for sent in packages_of(session, campaign_id) if sent.package.id == package_id), None)
    if found is None:
        raise Missing(f"package {package_id}")
    return found


def late_forms(session: Session, package: Package) -> list[int]:
    """The ids of a package's forms that were taken after their deadline."""
    forms = _forms_in(session, package.campaign_id)
    return sorted(key for key, form in forms.items() if str(key) in package.pinned and is_late(form))


def silent_consolidators(session: Session, campaign_id: int) -> list[Unit]:
    """The consolidators of whose forms the office has none, in their display order."""
    forms = _forms_in(session, campaign_id).values()
    heard = {form.campaign_unit.consolidator_id for form in forms if form.package_id is not None}
    silent = {form.campaign_unit.consolidator_id for form in forms} - heard
    return list(
        session.scalars(select(Unit).where(Unit.id.in_(silent)).order_by(Unit.display_order, Unit.id))
    )


def _forms_in(session: Session, campaign_id: int) -> dict[int, Submission]:
    rows = session.scalars(
        select(Submission)
        .join(Submission.campaign_unit)
        .where(Submission.campaign_id == campaign_id, CampaignUnit.consolidator_id.is_not(None))
        .options(contains_eager(Submission.campaign_unit).joinedload(CampaignUnit.kind))
        .order_by(CampaignUnit.display_order, CampaignUnit.id)
    )
    return {row.id: row for row in rows}


def _pins(package: Package, forms: dict[int, Submission]) -> tuple[Pin, ...]:
    return tuple(
        Pin(form, form.campaign_unit.full_name, pin["digest"], _changed(form, pin["digest"]), is_late(form))
        for form in forms.values()
        if (pin := package.pinned.get(str(form.id))) is not None
    )


def _changed(form: Submission, digest: str) -> bool:
    return form.state in {State.DRAFT, State.SELF_ASSESSED} or form.content_digest != digest


def _key(package: Package) -> tuple[int, datetime | None]:
    return package.consolidator_id, package.returned_at


def _return_notes(session: Session, campaign_id: int) -> dict[tuple[int, datetime | None], str]:
    rows = session.execute(
        select(CampaignUnit.consolidator_id, Move.at, Move.note)
        .join(Submission, Move.submission_id == Submission.id)
        .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
        .where(Submission.campaign_id == campaign_id, Move.action == Action.RETURN_PACKAGE)
    )
    return {(unit, at): note for unit, at, note in rows if unit is not None}
