"""The stored criteria sets that an office may see, their versions, and which campaigns use them. Never writes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.faults import Missing
from app.models import (
    Campaign,
    CampaignKind,
    OfficeImport,
    OfficeImportKind,
    OfficeImportState,
    StoredCriteriaSet,
    Unit,
)
from workflows.case import Actor, Place
from workflows.vocabulary import Role

OFFICE = frozenset({Role.OFFICE})


@dataclass(frozen=True, slots=True)
class SetVersion:
    """A stored set: its number among those of its code that the reader sees, and the reader's campaigns that use it."""

    stored: StoredCriteriaSet
    number: int
    campaigns: tuple[Campaign, ...]


def versions_in_reach(session: Session, actor: Actor) -> list[SetVersion]:
    """The sets that the actor's campaigns use, that the actor's office published, or that belong to nobody yet.

    In the order of their codes, the newest version of each first.
    """
    used, published = _used(session), _published(session)
    counts: dict[str, int] = defaultdict(int)
    found = []
    for stored in session.scalars(select(StoredCriteriaSet).order_by(StoredCriteriaSet.id)):
        campaigns = used.get(stored.id, [])
        owners = [one.root for one in campaigns] + published.get(stored.digest, [])
        if owners and not any(_reaches(actor, root) for root in owners):
            continue
        counts[stored.code] += 1
        own = tuple(one for one in campaigns if _reaches(actor, one.root))
        found.append(SetVersion(stored, counts[stored.code], own))
    return sorted(found, key=lambda one: (one.stored.unit_kind, one.stored.code, -one.number))


def set_in_reach(session: Session, set_id: int, actor: Actor) -> SetVersion:
    """One of them.

    Raises:
        Missing: there is none, or it is another office's.
    """
    found = next((one for one in versions_in_reach(session, actor) if one.stored.id == set_id), None)
    if found is None:
        raise Missing(f"criteria_set {set_id}")
    return found


def last_version(session: Session, actor: Actor, code: str) -> SetVersion | None:
    """The newest version of a code within reach."""
    return next((one for one in versions_in_reach(session, actor) if one.stored.code == code), None)


def _reaches(actor: Actor, root: Unit) -> bool:
    return actor.holds_any(OFFICE, over=Place(root.id, root.above))


def _used(session: Session) -> Mapping[int, list[Campaign]]:
    found: dict[int, list[Campaign]] = defaultdict(list)
    pairs = session.execute(
        select(CampaignKind.criteria_set_id, Campaign).join(Campaign, CampaignKind.campaign_id == Campaign.id)
    )
    for set_id, campaign in pairs:
        found[set_id].append(campaign)
    return found


def _published(session: Session) -> Mapping[str, list[Unit]]:
    found: dict[str, list[Unit]] = defaultdict(list)
    rows = session.scalars(
        select(OfficeImport).where(
            OfficeImport.kind == OfficeImportKind.CRITERIA, OfficeImport.state == OfficeImportState.WRITTEN
        )
    )
    for row in rows:
        found[(row.undo or {}).get("digest", "")].append(row.root)
    return found
