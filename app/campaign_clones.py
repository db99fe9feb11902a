"""A campaign's plan for another year: every date moved by whole years, papers of the basis kept. Pure."""

from dataclasses import replace
from datetime import date

from app.campaign_plans import CampaignPlan, FieldChecks, KindPlan, Period


def cloned(plan: CampaignPlan, year: int, slug: str = "") -> CampaignPlan:
    """The plan for ``year``, under ``slug`` or under the old one with its year replaced.

    A 29 February becomes the 28th. The result is a draft for people to look through: no weekday is minded.
    """
    years = year - plan.year
    return replace(
        plan,
        slug=slug or _renamed(plan.slug, plan.year, year),
        name=plan.name.replace(str(plan.year), str(year)),
        year=year,
        period=Period(
            _moved(plan.period.start, years), _moved(plan.period.end, years), plan.period.estimated
        ),
        field_checks=plan.field_checks
        and FieldChecks(_moved(plan.field_checks.start, years), _moved(plan.field_checks.end, years)),
        reminders=tuple(replace(rule, since=None) for rule in plan.reminders),
        kinds=tuple(_kind(kind, years) for kind in plan.kinds),
    )


def _kind(kind: KindPlan, years: int) -> KindPlan:
    deadline = replace(kind.deadline, date=_moved(kind.deadline.date, years))
    return replace(
        kind,
        opens=_moved(kind.opens, years),
        deadline=deadline,
        remind_from=kind.remind_from and _moved(kind.remind_from, years),
        late_through=kind.late_through and _moved(kind.late_through, years),
        edit_through=kind.edit_through and _moved(kind.edit_through, years),
    )


def _moved(day: date, years: int) -> date:
    last_of_february = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if last_of_february and years % 4 else day.day)


def _renamed(slug: str, old: int, new: int) -> str:
    return slug.replace(str(old), str(new)) if str(old) in slug else f"{slug}-{new}"
