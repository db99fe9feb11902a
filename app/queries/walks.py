"""The planner of reminders on a moving clock: what was told on the way is carried in memory. Never writes.

The planner's answer changes only at certain instants; a walk that stops at each of them finds what a server that ticks
all the time would find.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app.queries.obligations import Ground
from app.queries.outlook import Outlook
from app.queries.reminders import served, settled
from notifications.obligations import Obligation
from notifications.reminders import Plan
from workflows.deadlines import Timetable, local_day, start_of_day


class Walk:
    """From the present state of the database on; each step is later than the one before."""

    def __init__(self, session: Session, ground: Ground, now: datetime, until: datetime) -> None:
        self.outlook = Outlook(session, ground, now, until)
        self.day = local_day(now, self.outlook.zone)
        campaigns = [campaign.id for campaign in ground.campaigns]
        self._settled = set(settled(session, campaigns, self.day))
        self._served = set(served(session, self.day))

    def step(self, at: datetime, standing: Ground | None = None) -> Plan:
        """What the tick at an instant would queue and skip; ``standing`` is how things stand then, if not as read."""
        day = local_day(at, self.outlook.zone)
        if day != self.day:
            self.day, self._served = day, set()
        owed: Sequence[Obligation] = self.outlook.obligations(max(at, self.outlook.now), standing)
        found = self.outlook.plan(owed, at, settled=self._settled, served=self._served)
        self._settled.update(skip.key for skip in found.skips)
        self._settled.update(due.key for mail in found.mails for due in mail.items)
        self._served.update(mail.person for mail in found.mails)
        return found

    def instants(self, begins: datetime, until: datetime, more: Iterable[datetime] = ()) -> list[datetime]:
        """Where a walk from ``begins`` to before ``until`` has to stop; ``more`` are instants that others know of."""
        found = {begins, *more, *self._dates(), *self._roles()}
        hours = {time(rule.hour) for rules in self.outlook.rules.values() for rule in rules}
        day = local_day(begins, self.outlook.zone)
        while start_of_day(day, self.outlook.zone) < until:
            found.add(start_of_day(day, self.outlook.zone))
            found.update(self._at(day, hour) for hour in hours)
            day += timedelta(days=1)
        return sorted(instant for instant in found if begins <= instant < until)

    def _dates(self) -> set[datetime]:
        ground = self.outlook.ground
        timetables = {form.dates.timetable for forms in ground.forms.values() for form in forms}
        closing = {instant for each in timetables for instant in _ends(each)}
        runs = {run.since for run in ground.office.runs.values()} if ground.office else set()
        return closing | ground.internal.instants() | runs

    def _roles(self) -> set[datetime]:
        held = self.outlook.ground.held
        return {instant for each in held for instant in (each.since, each.until) if instant is not None}

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.outlook.zone).astimezone(UTC)


def _ends(timetable: Timetable) -> tuple[datetime, ...]:
    late = (timetable.due_at, timetable.closes, timetable.locks)
    return (*late, timetable.package_due_at, timetable.package_closes)
