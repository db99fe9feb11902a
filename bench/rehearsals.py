"""A rehearsal of Gia Lai's 259 units over 60 days from the opening on: nobody hands in, or four in five do.

The campaign is this year's, opened now, with invented people; nothing but the walk is timed.
"""

from datetime import timedelta
from pathlib import Path
from random import Random

from flask_migrate import upgrade

from app import clock, create_app
from app.campaign_files import bundled, shifted
from app.database import db
from app.demo import SINCE, bring_units, roster_of
from app.demo_people import populate, units_of
from app.demo_sets import bundled_set
from app.mailing import link
from app.models import Campaign
from app.queries.rehearsing import rehearse
from app.queries.stages import stage_of
from app.rehearsals import Rehearsed, Wish
from app.services.calendar_days import confirm_year
from app.services.campaigns import create_campaign, open_campaign
from app.unit import SYSTEM
from bench.report import Row, once
from config import Settings
from workflows.deadlines import VIETNAM, local_day

SLUG, DAYS, MOST_SECONDS = "gia-lai-2019", 60, 20.0


def rehearsal_rows(folder: Path) -> list[Row]:
    """Seconds and mails of two rehearsals."""
    app = create_app(Settings(env="test", data_dir=folder, cheap_passwords=True, tick_seconds=0))
    with app.app_context():
        upgrade()
        campaign_id = make_campaign().id
        return [_row(campaign_id, submitted) for submitted in (0, 80)]


def make_campaign() -> Campaign:
    """Gia Lai's 259 units in a campaign of this year, opened now."""
    plan = shifted(bundled(SLUG), local_day(clock.now(), VIETNAM))
    code = plan.units.province_code
    bring_units(roster_of(plan), code)
    province, units = units_of(code)
    with clock.put_at(clock.now() - timedelta(days=14)):
        populate(province, units, "gia-lai.example", Random(0))
    for year in range(SINCE[code].year, plan.year + 2):
        confirm_year(SYSTEM, year)
    sets = {kind.criteria_set: bundled_set(kind.criteria_set) for kind in plan.kinds}
    create_campaign(SYSTEM, plan, sets)
    return open_campaign(SYSTEM, plan.slug)


def _row(campaign_id: int, submitted: int) -> Row:
    found: list[Rehearsed] = []

    def work() -> None:
        campaign = db.session.get_one(Campaign, campaign_id)
        wish = Wish(days=DAYS, submitted=submitted)
        found.append(rehearse(stage_of(db.session(), campaign, wish, clock.now(), link(""))))

    milliseconds = once(work)
    seen = found[0]
    name = f"rehearsal of {seen.units} units over {seen.days} days, {submitted} % hand in"
    reached = milliseconds < MOST_SECONDS * 1000
    return Row(name, milliseconds, len(seen.mails), "mails", f"< {MOST_SECONDS:.0f} s", reached)
