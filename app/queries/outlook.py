"""What the planner of reminders is asked with: obligations, rules and calendar, read once, for any instant.

The tick asks it for the present, the preview and the rehearsal for instants to come. Never writes.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models import Campaign
from app.queries.calendar_days import calendar_of
from app.queries.obligations import Ground, rules_of
from notifications.obligations import Obligation
from notifications.reminders import Plan, plan
from workflows.deadlines import VIETNAM, local_day


class Outlook:
    """Some campaigns as the planner sees them from ``now`` on, at most until ``until``.

    Everything is read when it is made; it needs no database afterwards.
    """

    def __init__(self, session: Session, ground: Ground, now: datetime, until: datetime) -> None:
        self.ground, self.now = ground, now
        self.rules = {campaign.slug: rules_of(campaign) for campaign in ground.campaigns}
        self.zone = zone_of(ground.campaigns)
        years = {form.dates.timetable.closes.year for forms in ground.forms.values() for form in forms}
        years |= {local_day(instant, self.zone).year for instant in (now, until)}
        self.calendar = calendar_of(session, range(min(years) - 1, max(years) + 2))

    def obligations(self, at: datetime, standing: Ground | None = None) -> list[Obligation]:
        """What will be owed at an instant; ``standing`` in the place of what was read."""
        return (standing or self.ground).obligations(at)

    def plan(
        self,
        owed: Sequence[Obligation],
        at: datetime,
        *,
        settled: Collection[str],
        served: Collection[int],
    ) -> Plan:
        """What will be due at an instant, as the tick of that instant would find it."""
        return plan(owed, self.rules, self.calendar, at, settled=settled, served=served)


def zone_of(campaigns: Sequence[Campaign]) -> ZoneInfo:
    """Where the day of a person begins who is reminded of these campaigns."""
    return ZoneInfo(campaigns[0].zone) if campaigns else VIETNAM
