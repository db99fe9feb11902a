"""How far the forms of an open demo campaign have come by today: some untouched, some half-way, some handed in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from app.demo_offices import Office, judge
from app.demo_stage import Scene, at, working_days
from app.demo_units import (
    Story,
    add_papers,
    agree_now,
    move,
    save_part,
    send_back,
    submission_scenes,
    waiver_scenes,
)
from app.demo_words import QUESTIONS
from app.services.criterion_tasks import give
from app.services.packages import consolidate
from app.services.verification import ask
from criteria.model import Count, CountLadder, EnteredBy, Group, Ratio
from workflows.deadlines import VIETNAM, local_day
from workflows.vocabulary import Action, Role

AN_HOUR = timedelta(hours=1)
Step = Callable[[Office, Story, datetime], list[Scene]]


def scenes_of_today(office: Office, stories: Sequence[Story], now: datetime) -> list[Scene]:
    """What has happened in an open campaign until ``now``.

    The first unit is left half-way, for whoever tries the server as its officer. On a small campaign by
    consolidators every unit but two is done up to its verdicts, so that one person can bring it to its end.
    """
    clerk = office.staff(Role.OFFICE)[0]
    scenes = [scene for story in stories for scene in waiver_scenes(story, clerk)]
    for number, story in enumerate(stories):
        step = _practice(number) if story.form.consolidator is not None else _step(story, number)
        scenes += step(office, story, now)
    return scenes


def _step(story: Story, number: int) -> Step:
    return _shared if number == 0 else story.rng.choices(STEPS, WEIGHTS)[0]


def _days(story: Story, now: datetime) -> tuple[date, ...]:
    """The working days from the opening to yesterday."""
    return working_days(story.form.days[0], local_day(now, VIETNAM) - timedelta(days=1))


def _begun(_office: Office, story: Story, now: datetime) -> list[Scene]:
    day = story.rng.choice(_days(story, now)[-4:])
    return [Scene(at(day, 9, story.rng.randrange(60)), partial(save_part, story, 0))]


def _shared(office: Office, story: Story, now: datetime) -> list[Scene]:
    """As begun; the first group is the officer's own, the second the head's."""
    scenes = _begun(office, story, now)
    head = office.cast.one(Role.HEAD, story.form.unit)
    groups = story.form.criteria_set.groups[:2]
    return [
        *scenes,
        *(
            Scene(
                scenes[-1].at, partial(give, story.officer, story.form.submission, _asked_in(group), one.id)
            )
            for group, one in zip(groups, (story.officer, head), strict=True)
        ),
    ]


def _asked_in(group: Group) -> list[str]:
    return [one.code for one in group.criteria if one.entered_by is EnteredBy.UNIT]


def _guessed(office: Office, story: Story, now: datetime) -> list[Scene]:
    """As filled, with every counted figure as an estimate."""
    known = story.form.criteria_set
    answers = {
        code: replace(one, estimated=isinstance(known.criterion(code).rule, Ratio | Count | CountLadder))
        for code, one in story.content.answers.items()
    }
    return _filled(office, replace(story, content=replace(story.content, answers=answers)), now)


def _untouched(_office: Office, _story: Story, _now: datetime) -> list[Scene]:
    return []


def _filled(_office: Office, story: Story, now: datetime) -> list[Scene]:
    day = story.rng.choice(_days(story, now)[:-2])
    when = at(day, 8, story.rng.randrange(60))
    return [
        Scene(when, partial(save_part, story, 0)),
        Scene(when + AN_HOUR, partial(save_part, story, 1)),
        Scene(when + 2 * AN_HOUR, partial(add_papers, story, day)),
    ]


def _agreed(office: Office, story: Story, now: datetime) -> list[Scene]:
    scenes = _filled(office, story, now)
    agree = Scene(scenes[-1].at + AN_HOUR, partial(agree_now, story))
    return [*scenes, agree] if story.form.sign_off else scenes


def _handed_in(office: Office, story: Story, now: datetime) -> list[Scene]:
    scenes = _filled(office, story, now)
    return [*scenes, *submission_scenes(story, scenes[-1].at + AN_HOUR)]


def _returned(office: Office, story: Story, now: datetime) -> list[Scene]:
    scenes = _handed_in(office, story, now)
    codes = [
        code for code in story.content.answers if story.form.criteria_set.criterion(code).answer_required
    ][:2]
    due = story.form.days[-1]
    return [*scenes, Scene(scenes[-1].at + AN_HOUR, partial(send_back, story, codes, due))]


def _asked(office: Office, story: Story, now: datetime) -> list[Scene]:
    scenes = _handed_in(office, story, now)
    code = next(iter(story.content.answers))
    reader = office.staff(Role.TASK_FORCE)[0]
    question = partial(ask, reader, story.form.submission, code, story.rng.choice(QUESTIONS))
    return [*scenes, Scene(scenes[-1].at + AN_HOUR, question)]


def _verified(office: Office, story: Story, now: datetime) -> list[Scene]:
    scenes = _handed_in(office, story, now)
    reader = office.staff(Role.TASK_FORCE)[0]
    later = scenes[-1].at + AN_HOUR
    return [
        *scenes,
        Scene(later, partial(judge, story, reader)),
        Scene(later + AN_HOUR / 2, partial(move, reader, story.form, Action.VERIFY)),
    ]


def _practice(number: int) -> Step:
    return PRACTICE[min(number, len(PRACTICE) - 1)]


def _packed(office: Office, story: Story, now: datetime) -> list[Scene]:
    scenes = _filled(office, story, now)
    day, district = _days(story, now)[-1], story.form.unit
    reader, sender = office.staff(Role.TASK_FORCE)[0], office.cast.one(Role.CONSOLIDATOR, district)
    return [
        *scenes,
        *submission_scenes(story, scenes[-1].at + AN_HOUR),
        Scene(at(day, 9), partial(consolidate, sender, office.campaign, district)),
        Scene(at(day, 11), partial(judge, story, reader)),
        Scene(at(day, 13), partial(move, reader, story.form, Action.VERIFY)),
    ]


STEPS: tuple[Step, ...] = (_begun, _untouched, _filled, _agreed, _handed_in, _returned, _asked, _verified)
WEIGHTS = (22, 34, 10, 6, 16, 5, 3, 4)
PRACTICE: tuple[Step, ...] = (_shared, _guessed, _packed)
