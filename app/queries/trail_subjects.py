"""What an audit entry is about, by name. Looks up each kind of subject once however many entries; never writes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import (
    WITH_REMOVED,
    AuditEntry,
    CalendarDay,
    CalendarYear,
    Campaign,
    CampaignKind,
    CampaignUnit,
    DeadlineMove,
    Document,
    Extension,
    InternalDate,
    Nudge,
    OfficeImport,
    OutboxMessage,
    Package,
    Person,
    StoredCriteriaSet,
    Submission,
    Succession,
    Unit,
)

OF_UNIT = select(Submission.id, CampaignUnit.formal_name).join(
    CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id
)
NAMES: Mapping[str, Select[*tuple[Any, ...]]] = {
    CalendarDay.__tablename__: select(CalendarDay.id, CalendarDay.day),
    CalendarYear.__tablename__: select(CalendarYear.id, CalendarYear.year),
    Campaign.__tablename__: select(Campaign.id, Campaign.name),
    DeadlineMove.__tablename__: select(DeadlineMove.id, Campaign.name)
    .join(CampaignKind, DeadlineMove.kind_id == CampaignKind.id)
    .join(Campaign, CampaignKind.campaign_id == Campaign.id),
    Document.__tablename__: select(Document.id, Document.file_name).execution_options(**{WITH_REMOVED: True}),
    Extension.__tablename__: select(Extension.id, CampaignUnit.formal_name)
    .join(Submission, Extension.submission_id == Submission.id)
    .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id),
    InternalDate.__tablename__: select(InternalDate.id, Unit.formal_name).join(
        Unit, InternalDate.unit_id == Unit.id
    ),
    Nudge.__tablename__: select(Nudge.id, Unit.formal_name).join(Unit, Nudge.unit_id == Unit.id),
    OfficeImport.__tablename__: select(OfficeImport.id, OfficeImport.file_name),
    OutboxMessage.__tablename__: select(OutboxMessage.id, OutboxMessage.recipient_name),
    Package.__tablename__: select(Package.id, Unit.formal_name).join(
        Unit, Package.consolidator_id == Unit.id
    ),
    Person.__tablename__: select(Person.id, Person.name),
    StoredCriteriaSet.__tablename__: select(StoredCriteriaSet.id, StoredCriteriaSet.title),
    Submission.__tablename__: OF_UNIT,
    Succession.__tablename__: select(Succession.id, Unit.formal_name).join(
        Unit, Succession.successor_id == Unit.id
    ),
    Unit.__tablename__: select(Unit.id, Unit.formal_name),
}


def subject_names(session: Session, entries: Iterable[AuditEntry]) -> Mapping[tuple[str, int], str]:
    """The names of what the entries are about, by table and id; what has no name or is gone is left out."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        wanted[entry.subject_type].add(entry.subject_id)
    found = {}
    for table, ids in wanted.items():
        if table not in NAMES:
            continue
        query = NAMES[table]
        rows = session.execute(query.where(query.selected_columns[0].in_(ids)))
        found.update({(table, row[0]): str(row[1]) for row in rows})
    return found
