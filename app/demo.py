"""`dunghan demo`: the campaigns of both letters, lived through on their own dates by the services, and one of today.

Everything goes through the same services as real work does, with the clock put to the day; nothing is written
behind their backs. From a seed, so that the same seed gives the same standings.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Protocol

from flask_babel import gettext as _
from sqlalchemy import func, select

from app import clock, current
from app.campaign_files import CampaignPlan, bundled, shifted
from app.database import db
from app.demo_current import scenes_of_today
from app.demo_offices import Office, ending_scenes, package_scenes, scrutiny_scenes
from app.demo_people import list_accounts, populate, units_of
from app.demo_sets import bundled_set
from app.demo_stage import DiceOf, at, cast_of, forms_of, play
from app.demo_units import Story, draft_scenes, story_of
from app.faults import FieldFault, Invalid
from app.models import Campaign, CampaignUnit, RankingRun, UnitKind
from app.rosters import Roster, csv_rows, read_roster
from app.services.calendar_days import confirm_year
from app.services.campaigns import create_campaign, open_campaign
from app.services.outbox import cancel_demo
from app.services.units import import_units
from app.unit import SYSTEM, unit
from workflows.deadlines import VIETNAM, local_day
from workflows.vocabulary import Role

UNITS = Path(__file__).parent / "data" / "units"
PAST = ("quang-binh-2018", "gia-lai-2019")
CURRENT = "gia-lai-2026"
PRACTICE, PRACTICE_FROM = "thuc-hanh", "quang-binh-2018"
SLUGS = (*PAST, CURRENT, PRACTICE)
DOMAINS = {"44": "quang-binh.example", "64": "gia-lai.example", "52": "gia-lai-2-cap.example"}
SINCE = {"44": date(2017, 1, 1), "64": date(2017, 1, 1), "52": date(2025, 7, 1)}
DEFAULT_SEED = 2392


class Progress(Protocol):
    """Shows how far a long piece of work has come."""

    def __call__(self, title: str, steps: int) -> AbstractContextManager[Callable[[], None]]:
        """Begin to show; each call of what is given counts one step."""
        ...


@dataclass(frozen=True, slots=True)
class Played:
    """One campaign of the demo: how many units, and the digest of its published standings."""

    slug: str
    name: str
    units: int
    digest: str
    there_already: bool


def refuse_production() -> None:
    """Demo people have a password that everybody knows.

    Raises:
        Invalid: this is a server that real units use.
    """
    if current.settings().production:
        raise Invalid(
            FieldFault("", "production", _("Máy chủ thật (ENV=production) không nhận dữ liệu chạy thử"))
        )


def run_demo(progress: Progress, *, seed: int = DEFAULT_SEED, only: str = "") -> list[Played]:
    """Play the demo campaigns that are not there yet.

    Raises:
        Invalid: in production, or a campaign of an earlier run stopped half-way.
    """
    refuse_production()
    slugs = [slug for slug in SLUGS if only in ("", slug)]
    for plan in (bundled(PRACTICE_FROM if slug == PRACTICE else slug) for slug in slugs):
        bring_units(roster_of(plan), plan.units.province_code)
    played = [_play_one(slug, progress, seed) for slug in slugs]
    if not only:
        list_everybody()
    return played


def play_past(plan: CampaignPlan, progress: Progress, seed: int) -> Played:
    """Live a whole campaign from its opening to its publication, on its own dates. Its units must be there."""
    dice = partial(chance, seed, plan.slug)
    office = _opened(plan, dice)
    stories = _stories(office, dice)
    scenes = [scene for story in stories for scene in draft_scenes(story, office.staff(Role.OFFICE)[0])]
    scenes += package_scenes(office, stories, dice("packages"))
    scenes += scrutiny_scenes(office, stories) + ending_scenes(office, stories)
    with progress(plan.name, len(scenes)) as told:
        play(scenes, clock.now(), told)
    _quiet(office)
    return _played(plan.slug, there_already=False)


def play_current(plan: CampaignPlan, progress: Progress, seed: int) -> Played:
    """Open a campaign whose deadline lies ahead, and bring its forms as far as they would be by now."""
    dice = partial(chance, seed, plan.slug)
    office = _opened(plan, dice)
    stories = _stories(office, dice)
    scenes = scenes_of_today(office, stories, clock.now())
    with progress(plan.name, len(scenes)) as told:
        play(scenes, clock.now(), told)
    return _played(plan.slug, there_already=False)


def bring_units(roster: Roster, province: str) -> None:
    """Import the units of a province as of the day on which its tree began, unless the province is there."""
    day = SINCE[province]
    with clock.put_at(at(day, 8)):
        preview = import_units(SYSTEM, roster, valid_from=day, write=False).preview
        if any(row.kind == UnitKind.PROVINCE for row in preview.added):
            import_units(SYSTEM, roster, valid_from=day, write=True)


def roster_of(plan: CampaignPlan) -> Roster:
    """The unit list that a bundled campaign names."""
    return read_roster(csv_rows((UNITS / plan.units.file).read_bytes()))


def plan_of_today(today: date) -> CampaignPlan:
    """The two-tier campaign with its deadline ahead of a day."""
    return shifted(bundled(CURRENT), today)


def practice_plan(today: date) -> CampaignPlan:
    """A campaign small enough to be walked through by one person: the districts of Quảng Bình alone.

    A district may send its own form in its own package; there is no report and no head's agreement to wait for.
    """
    letter = bundled(PRACTICE_FROM)
    districts = tuple(
        replace(kind, ranking=replace(kind.ranking, publish_per_parent=False)) for kind in letter.kinds
    )
    plan = replace(
        shifted(
            replace(letter, kinds=tuple(kind for kind in districts if kind.kind == UnitKind.DISTRICT)), today
        ),
        name="Đợt thực hành: đi hết các bước với các huyện của tỉnh Quảng Bình",
        note="Đợt thực hành, không dựa trên văn bản nào của tỉnh Quảng Bình.",
        basis=(),
    )
    return replace(plan, slug=f"{PRACTICE}-{plan.year}")


def _play_one(slug: str, progress: Progress, seed: int) -> Played:
    rows = select(Campaign).where(
        Campaign.demo, Campaign.slug.startswith(slug if slug in PAST else f"{_stem(slug)}-")
    )
    found = db.session.scalar(rows.where(Campaign.slug.not_in(set(PAST) - {slug})).limit(1))
    if found is not None:
        return _there(found, finished=slug in PAST)
    if slug in PAST:
        return play_past(bundled(slug), progress, seed)
    today = local_day(clock.now(), VIETNAM)
    return play_current(plan_of_today(today) if slug == CURRENT else practice_plan(today), progress, seed)


def _stem(slug: str) -> str:
    return slug.rstrip("0123456789").rstrip("-")


def _opened(plan: CampaignPlan, dice: DiceOf) -> Office:
    """The campaign, made and opened on its own day, with its people."""
    code = plan.units.province_code
    province, units = units_of(code)
    opens = min(kind.opens for kind in plan.kinds)
    with clock.put_at(at(opens - timedelta(days=14), 8)):
        populate(province, units, DOMAINS[code], dice("people"))
        campaign = create_campaign(
            SYSTEM,
            plan,
            {kind.criteria_set: bundled_set(kind.criteria_set) for kind in plan.kinds},
            demo=True,
        )
    with clock.put_at(at(opens, 8)):
        for year in range(opens.year, max(kind.deadline.date for kind in plan.kinds).year + 1):
            confirm_year(SYSTEM, year)
        open_campaign(SYSTEM, plan.slug)
    return Office(campaign.id, plan.slug, province.id, plan, cast_of(DOMAINS[code]))


def _stories(office: Office, dice: DiceOf) -> list[Story]:
    campaign = db.session.get_one(Campaign, office.campaign)
    estimated = office.plan.period.estimated
    forms = forms_of(campaign)
    return [
        story_of(form, office.cast, dice(f"{form.kind}/{form.code}"), estimated=estimated) for form in forms
    ]


def chance(seed: int, slug: str, what: str) -> Random:
    """Chance of its own for each unit, so that one unit's story changes no other's."""
    return Random(f"{seed}/{slug}/{what}")


def _quiet(office: Office) -> None:
    with unit(SYSTEM) as work:
        cancel_demo(work, work.load(Campaign, office.campaign))


def _there(found: Campaign, *, finished: bool) -> Played:
    played = _played(found.slug, there_already=True)
    if finished and not played.digest:
        words = _(
            "Đợt %(slug)s của lần chạy trước dừng giữa chừng; xóa thư mục %(folder)s rồi chạy lại",
            slug=found.slug,
            folder=current.settings().data_dir,
        )
        raise Invalid(FieldFault("", "half_way", words))
    return played


def _played(slug: str, *, there_already: bool) -> Played:
    campaign = db.session.scalars(select(Campaign).where(Campaign.slug == slug)).one()
    units = db.session.scalar(
        select(func.count()).select_from(CampaignUnit).where(CampaignUnit.campaign_id == campaign.id)
    )
    digest = db.session.scalar(
        select(RankingRun.inputs_digest).where(
            RankingRun.campaign_id == campaign.id, RankingRun.published_at.is_not(None)
        )
    )
    return Played(slug, campaign.name, units or 0, digest or "", there_already)


def list_everybody() -> None:
    """Make the accounts that the start page lists; the units of every demo campaign must be there."""
    two_tier, communes = units_of(bundled(CURRENT).units.province_code)
    letters = [units_of(bundled(slug).units.province_code) for slug in PAST]
    practised = [one for one in letters[0][1] if one.kind == UnitKind.DISTRICT]
    list_accounts(two_tier, communes[0], [province for province, _units in letters], practised[:2])
