"""What districts, the task force, the office and the approver do in the demo, from the packages to publication."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from sqlalchemy import select

from app import demo_words as words
from app.campaign_plans import CampaignPlan
from app.database import db
from app.demo_answers import cut, survey_points
from app.demo_stage import Cast, Form, Scene, at, working_days
from app.demo_units import NEVER_SUBMIT, Conduct, Story, move
from app.models import Answer, FieldVisit, Package, Question, RankingRun, Waiver
from app.services.campaigns import close_campaign
from app.services.packages import consolidate, return_package
from app.services.rankings import approve_run, make_run, propose_publication, publish, record_decision
from app.services.verification import (
    Decision,
    ask,
    close_question,
    decide_many,
    reply,
)
from app.services.visits import VisitPlan, plan_visit, record_minutes
from app.unit import SYSTEM
from criteria.model import Criterion, EnteredBy
from criteria.rules import Adjustment, Survey
from workflows.case import Actor
from workflows.vocabulary import Action, Role

DAYS_OF_SCRUTINY = 25
VISITED = {"department": 0.3, "district": 0.35, "commune": 0.07}
CHANGED = 0.05
PENALISED = 0.03
ASKED = 0.06
EXPLAINED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Office:
    """The staff of a province in one campaign."""

    campaign: int
    slug: str
    root: int
    plan: CampaignPlan
    cast: Cast

    def staff(self, role: Role) -> Sequence[Actor]:
        """Everybody with a role over the province."""
        return self.cast.all(role, self.root)


def package_scenes(office: Office, stories: Sequence[Story], rng: Random) -> list[Scene]:
    """Each district sends a package on the last day but one, and what came since on the last day.

    One package is returned by the office and sent again in time.
    """
    families: dict[int, list[Story]] = {}
    for story in stories:
        if story.form.consolidator is not None:
            families.setdefault(story.form.consolidator, []).append(story)
    returned = rng.choice(sorted(families)) if families else None
    scenes = []
    for district, family in families.items():
        days = family[0].form.days
        send = partial(_consolidate, office, district, rng.choice(words.GAPS))
        scenes.append(Scene(at(days[-2], 14, rng.randrange(60)), send))
        if district == returned:
            scenes.append(Scene(at(days[-2], 16, 30), partial(_return_package, office, district)))
        if district == returned or any(one.conduct is Conduct.STRAGGLER for one in family):
            scenes.append(Scene(at(days[-1], 16, rng.randrange(60)), send))
    return scenes


def scrutiny_scenes(office: Office, stories: Sequence[Story]) -> list[Scene]:
    """Every form that came in is read, some places are visited, and every criterion gets its verdict."""
    return [
        scene
        for number, story in enumerate(one for one in stories if one.conduct not in NEVER_SUBMIT)
        for scene in _form_scenes(office, story, number)
    ]


def ending_scenes(office: Office, stories: Sequence[Story]) -> list[Scene]:
    """Ranking, approval by another person, the decision, and publication by two persons."""
    first, second = office.staff(Role.OFFICE)[:2]
    approver = office.staff(Role.APPROVER)[0]
    ranked_on = scrutiny_days(office, stories)[-1] + timedelta(days=3)
    approved_on, published_on = ranked_on + EXPLAINED, ranked_on + EXPLAINED + timedelta(days=3)
    number = f"MH-{office.plan.year}/QĐ-UBND"
    return [
        Scene(at(ranked_on, 9), partial(make_run, first, office.campaign)),
        Scene(at(approved_on, 9), lambda: approve_run(approver, _run(office).id, shown=_run(office).digest)),
        Scene(
            at(approved_on, 15),
            lambda: record_decision(
                first, _run(office).id, number=number, date=approved_on, signer=approver.name
            ),
        ),
        Scene(
            at(published_on, 9),
            lambda: propose_publication(first, _run(office).id, shown=_run(office).digest),
        ),
        Scene(at(published_on, 10), lambda: publish(second, _run(office).id, shown=_run(office).digest)),
        Scene(at(published_on + timedelta(days=30), 9), partial(close_campaign, SYSTEM, office.slug)),
    ]


def scrutiny_days(office: Office, stories: Sequence[Story]) -> tuple[date, ...]:
    """The working days on which forms are read."""
    last = max(story.form.days[-1] for story in stories)
    checks = office.plan.field_checks
    end = max(checks.end, last + timedelta(days=14)) if checks else last + timedelta(days=DAYS_OF_SCRUTINY)
    return working_days(last + timedelta(days=4), end)


def _form_scenes(office: Office, story: Story, number: int) -> list[Scene]:
    days, rng = scrutiny_days(office, [story]), story.rng
    team = office.staff(Role.TASK_FORCE)
    reader = team[number % len(team)]
    day = days[rng.randrange(3, len(days) - 1)]
    when = at(day, rng.randrange(8, 16), rng.randrange(60))
    visited = bool(office.plan.field_checks) and rng.random() < VISITED[story.form.kind]
    scenes = _visit_scenes(story, reader, day) if visited else []
    if rng.random() < ASKED:
        scenes += _question_scenes(story, reader, day)
    return [
        *scenes,
        Scene(when, partial(judge, story, reader, on_site=visited)),
        Scene(when + timedelta(minutes=20), partial(move, reader, story.form, Action.VERIFY)),
    ]


def _visit_scenes(story: Story, reader: Actor, day: date) -> list[Scene]:
    form = story.form
    planned = VisitPlan(planned_on=day, team=f"{reader.name} và hai thành viên", place=form.name)
    plan = partial(plan_visit, reader, form.submission, planned)
    minutes = story.rng.choice(words.MINUTES)
    return [
        Scene(at(day - timedelta(days=4), 8), plan),
        Scene(at(day, 7, 40), lambda: _record(reader, form, day, minutes)),
    ]


def _record(reader: Actor, form: Form, day: date, minutes: str) -> None:
    visit = db.session.scalars(select(FieldVisit.id).where(FieldVisit.submission_id == form.submission)).one()
    record_minutes(reader, visit, visited_on=day, minutes=minutes, attendees=words.ATTENDEES)


def _question_scenes(story: Story, reader: Actor, day: date) -> list[Scene]:
    rng, form = story.rng, story.form
    code = rng.choice(
        [code for code in story.content.answers if form.criteria_set.criterion(code).answer_required]
    )
    answer = rng.choice(words.ANSWERS)
    return [
        Scene(
            at(day - timedelta(days=3), 9),
            partial(ask, reader, form.submission, code, rng.choice(words.QUESTIONS)),
        ),
        Scene(at(day - timedelta(days=2), 9), lambda: reply(story.officer, _question(form), answer)),
        Scene(at(day - timedelta(days=1), 9), lambda: close_question(reader, _question(form))),
    ]


def _question(form: Form) -> int:
    return db.session.scalars(select(Question.id).where(Question.submission_id == form.submission)).one()


def judge(story: Story, reader: Actor, *, on_site: bool = False) -> None:
    """Give every criterion of a form its verdict: most keep the own score, some lose points for a reason."""
    own = _own_points(story.form)
    waived = set(
        db.session.scalars(select(Waiver.criterion).where(Waiver.submission_id == story.form.submission))
    )
    decisions = {
        one.code: _decision(story, one, own, on_site=on_site)
        for one in story.form.criteria_set.criteria()
        if one.entered_by is not EnteredBy.SYSTEM and one.code not in waived
    }
    decide_many(reader, story.form.submission, decisions)


def _own_points(form: Form) -> Mapping[str, Decimal | None]:
    rows = db.session.execute(
        select(Answer.criterion, Answer.points).where(
            Answer.submission_id == form.submission, Answer.points.is_not(None)
        )
    )
    return dict(rows.all())


def _decision(
    story: Story, criterion: Criterion, own: Mapping[str, Decimal | None], *, on_site: bool
) -> Decision:
    rng = story.rng
    if isinstance(criterion.rule, Survey):
        return Decision(survey_points(criterion.max, story.level, rng))
    if criterion.entered_by is EnteredBy.OFFICE:
        return _penalty(criterion, rng)
    points = own.get(criterion.code)
    if not points or rng.random() > CHANGED * (2 if on_site else 1):
        return Decision(on_site=on_site and rng.random() < 0.3)
    return Decision(cut(points, rng), rng.choice(words.CUTS), on_site=on_site)


def _penalty(criterion: Criterion, rng: Random) -> Decision:
    if not isinstance(criterion.rule, Adjustment) or rng.random() > PENALISED:
        return Decision()
    return Decision(criterion.rule.unit_points, rng.choice(words.PENALTIES))


def _consolidate(office: Office, district: int, note: str) -> None:
    consolidate(office.cast.one(Role.CONSOLIDATOR, district), office.campaign, district, note=note)


def _return_package(office: Office, district: int) -> None:
    package = db.session.scalars(
        select(Package.id).where(Package.campaign_id == office.campaign, Package.consolidator_id == district)
    ).one()
    return_package(office.staff(Role.OFFICE)[0], package, note=words.RETURNED[0])


def _run(office: Office) -> RankingRun:
    newest = (
        select(RankingRun).where(RankingRun.campaign_id == office.campaign).order_by(RankingRun.number.desc())
    )
    return db.session.scalars(newest.limit(1)).one()
