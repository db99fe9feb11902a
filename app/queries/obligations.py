"""Who owes what now in the open campaigns, as the planner of reminders asks for it. Never writes.

Who is waited for comes from the workflow's table, until when from the dates in force. The number of queries does not
grow with the number of units.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Campaign, CampaignStatus
from app.queries.campaign_plans import facts_of, plan_of
from app.queries.contacts import muted_units
from app.queries.dated_forms import DatedForm, dated_forms
from app.queries.internal_dates import Counted, Internal, InternalDates, counted
from app.queries.office_obligations import OfficeGround, office_ground
from app.queries.readers import Holding, People, holdings
from notifications.facts import Deadline, Owed, Wording
from notifications.ladder import effective
from notifications.obligations import Obligation, Reader, Rule
from workflows.deadlines import Deadline as Due
from workflows.deadlines import Timetable
from workflows.vocabulary import Role

LAST_PLACE = "không được xếp hạng (xem như xếp hạng cuối)"


def rules_of(campaign: Campaign) -> tuple[Rule, ...]:
    """By which rules a campaign reminds, as the planner goes by them."""
    return effective(plan_of(campaign).reminders)


def open_campaigns(session: Session) -> list[Campaign]:
    """The campaigns in which somebody may be waited for, with their kinds."""
    found = select(Campaign).where(Campaign.status == CampaignStatus.OPEN)
    return list(
        session.scalars(
            found.options(selectinload(Campaign.kinds), joinedload(Campaign.root)).order_by(Campaign.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """What obligations follow from, read once: campaigns, their forms by campaign, their internal dates, and roles.

    ``office``: what the task force and approvers may be waited for; None where only some units were asked for.
    ``muted``: the units that get no reminders, by campaign.
    """

    campaigns: Sequence[Campaign]
    forms: Mapping[int, Sequence[DatedForm]]
    held: Sequence[Holding]
    internal: InternalDates
    base_url: str
    office: OfficeGround | None = None
    muted: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def obligations(self, now: datetime) -> list[Obligation]:
        """What is owed at ``now``."""
        people = People(self.held, now)
        found: list[Obligation] = []
        for campaign in self.campaigns:
            maker = _Maker(campaign, people, _Dates(self.internal, now), self.base_url)
            silent = self.muted.get(campaign.id, frozenset())
            found += (
                replace(each, muted=True) if each.place in silent else each
                for each in maker.all(self.forms.get(campaign.id, ()))
            )
            if self.office is not None:
                found += self.office.obligations(campaign, people, now, self.base_url)
        return found


def ground_of(
    session: Session,
    campaigns: Sequence[Campaign],
    now: datetime,
    base_url: str,
    where: ColumnElement[bool] | None = None,
    reader: int | None = None,
) -> Ground:
    """What obligations in these campaigns follow from.

    ``where`` narrows it to some campaign units, ``reader`` to the one person who is looked for among those told.
    """
    forms = dated_forms(session, campaigns, true() if where is None else where)
    ids = [campaign.id for campaign in campaigns]
    office = office_ground(session, campaigns) if where is None else None
    return Ground(
        campaigns,
        forms,
        holdings(session, now, reader),
        InternalDates(session, ids),
        base_url,
        office,
        muted_units(session, ids),
    )


def obligations(
    session: Session,
    campaigns: Sequence[Campaign],
    now: datetime,
    base_url: str,
    where: ColumnElement[bool] | None = None,
    reader: int | None = None,
) -> list[Obligation]:
    """What is owed in these campaigns at ``now``; ``where`` narrows it to what some campaign units are part of.

    ``reader`` is as in :func:`ground_of`.
    """
    return ground_of(session, campaigns, now, base_url, where, reader).obligations(now)


@dataclass(frozen=True, slots=True)
class _Dates:
    """Towards which date each form counts at an instant."""

    internal: InternalDates
    now: datetime

    def of(self, form: DatedForm) -> Counted:
        row, dates = form.row, form.dates
        found = self.internal.for_form(form.kind, row.unit_id, row.consolidator_id, dates.timetable)
        return counted(dates, found, self.now)

    def ahead(self, campaign_id: int, consolidator: int) -> Internal | None:
        found = self.internal.of(campaign_id, consolidator)
        return found if found is not None and found.ahead(self.now) else None


class _Maker:
    """Makes the obligations of one campaign from its forms."""

    def __init__(self, campaign: Campaign, people: People, dates: _Dates, base_url: str) -> None:
        self._people, self._url, self._root = people, base_url, campaign.root_id
        self._dates, self._id = dates, campaign.id
        self._about = facts_of(campaign)
        self._office = plan_of(campaign).contact.name

    def all(self, forms: Sequence[DatedForm]) -> Iterator[Obligation]:
        """Forms that units owe, packages that consolidators owe, and what those above should know."""
        yield from (self._counted(form) for form in forms if form.waits_for_unit)
        by_consolidator: dict[int, list[DatedForm]] = defaultdict(list)
        by_kind: dict[int, list[DatedForm]] = defaultdict(list)
        for form in forms:
            by_kind[form.kind.id].append(form)
            if form.row.consolidator_id is not None:
                by_consolidator[form.row.consolidator_id].append(form)
        for consolidator, members in by_consolidator.items():
            yield from self._package(consolidator, members)
            yield from self._watched(consolidator, members)
        for members in by_kind.values():
            yield from self._overseen(members)

    def _counted(self, form: DatedForm) -> Obligation:
        """The form, owed by the internal date as long as there is one ahead."""
        owed_form, dates = self._form(form), self._dates.of(form)
        if dates.internal is None:
            return replace(owed_form, version=dates.version, since=dates.since)
        return replace(
            owed_form,
            version=dates.version,
            since=dates.since,
            deadline=printed(dates.internal.deadline),
            official=owed_form.deadline,
            set_by=dates.internal.set_by,
        )

    def _form(self, form: DatedForm) -> Obligation:
        row = form.row
        return Obligation(
            campaign=self._about,
            owed=Owed.FORM,
            place=row.unit_id,
            form=row.id,
            subject=f"form-{row.id}",
            unit=row.code,
            unit_name=row.formal_name,
            link=f"{self._url}/phieu/{row.id}",
            deadline=_printed(form),
            version=form.dates.version,
            since=form.dates.since,
            readers=self._people.readers(row.unit_id, Role.UNIT, Role.HEAD),
            done=row.complete,
            total=row.asked,
            untouched=row.last_worked_at is None and row.complete == 0,
            consequence=LAST_PLACE if form.kind.ranking.get("unsubmitted") == "last" else "",
            taken_until=self._taken_until(form.dates.timetable),
        )

    def _taken_until(self, timetable: Timetable) -> Deadline | None:
        late = max(timetable.due_at, self._dates.now) < timetable.closes
        return Deadline(timetable.closes) if late else None

    def _package(self, consolidator: int, members: Sequence[DatedForm]) -> Iterator[Obligation]:
        waiting = [form for form in members if form.waits_for_unit]
        ready = [form for form in members if form.waits_for_consolidator]
        own = next((form for form in members if form.row.unit_id == consolidator), None)
        sent = len(members) - len(waiting) - len(ready)
        if own is None or not (ready or (waiting and not sent)):
            return
        last = max((*waiting, *ready), key=_latest)
        timetable = last.dates.timetable
        due = timetable.package_due or timetable.due
        yield replace(
            self._form(own),
            owed=Owed.PACKAGE,
            form=None,
            subject=f"package-{consolidator}",
            link=f"{self._url}/huyen",
            deadline=printed(due),
            version=f"{last.dates.version}-{due.instant:%Y%m%d%H%M}",
            since=last.dates.since,
            readers=self._people.readers(consolidator, Role.CONSOLIDATOR, Role.HEAD),
            done=len(members) - len(waiting),
            total=len(members),
        )

    def _watched(self, consolidator: int, members: Sequence[DatedForm]) -> Iterator[Obligation]:
        """Units below a consolidator that have not handed in, apart for each date."""
        own = next((form for form in members if form.row.unit_id == consolidator), None)
        if own is None:
            return
        readers = self._people.watchers(consolidator, Role.CONSOLIDATOR)
        if readers is None:
            return
        below = [form for form in members if form is not own]
        internal = self._dates.ahead(self._id, consolidator)
        for missing, group in _by_date(below):
            seen = self._seen(missing, group, readers)
            yield replace(
                seen,
                place=consolidator,
                subject=f"below-{consolidator}-{missing[0].kind.unit_kind}",
                unit=own.row.code,
                unit_name=own.row.formal_name,
                link=f"{self._url}/huyen",
                unit_link=f"{self._url}/don-vi",
                internal=None if internal is None else printed(internal.deadline),
            )

    def _overseen(self, members: Sequence[DatedForm]) -> Iterator[Obligation]:
        readers = self._people.watchers(self._root, Role.OFFICE)
        if readers is None:
            return
        for missing, group in _by_date(members):
            seen = self._seen(missing, group, readers)
            kind = missing[0].kind
            yield replace(
                seen,
                place=self._root,
                subject=f"kind-{kind.unit_kind}",
                unit=kind.unit_kind,
                unit_name=self._office,
                link=f"{self._url}/dot/{self._about.slug}",
            )

    def _seen(
        self, missing: Sequence[DatedForm], group: Sequence[DatedForm], readers: tuple[Reader, ...]
    ) -> Obligation:
        deadline = _printed(missing[0])
        return replace(
            self._form(missing[0]),
            owed=Owed.OVERSIGHT,
            form=None,
            deadline=deadline,
            version=f"{deadline.cutoff:%Y%m%d%H%M}",
            since=max(form.dates.since for form in missing),
            readers=readers,
            done=len(group) - len(missing),
            total=len(group),
            missing=tuple(form.row.formal_name for form in missing),
        )


def _latest(form: DatedForm) -> tuple[datetime, datetime, int]:
    """Orders forms by when the package that waits for them closes; of one date, whoever has handed in, it is one form.

    Otherwise the version, and with it the key of what was told, would change when that form is handed in.
    """
    return form.dates.timetable.package_closes, form.dates.since, form.row.id


def _by_date(forms: Iterable[DatedForm]) -> Iterator[tuple[list[DatedForm], list[DatedForm]]]:
    """Per kind and date that holds: the forms that are missing, and all; only where some are missing."""
    groups: dict[tuple[int, datetime], list[DatedForm]] = defaultdict(list)
    for form in forms:
        groups[form.kind.id, form.dates.timetable.due_at].append(form)
    for group in groups.values():
        missing = [form for form in group if form.waits_for_unit]
        if missing:
            yield missing, group


def _printed(form: DatedForm) -> Deadline:
    timetable = form.dates.timetable
    if timetable.repair_due is not None:
        return Deadline(timetable.repair_due)
    return printed(timetable.due)


def printed(due: Due) -> Deadline:
    """A date of the workflow as a mail states it."""
    return Deadline(due.instant, Wording(due.wording), due.day)
