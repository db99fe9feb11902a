"""What one demo unit does with its form: drafts over days, papers, the head's agreement, submission, repair."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from random import Random

from app import demo_words as words
from app.database import db
from app.demo_answers import DemoForm, answer_to, filled_form, quality
from app.demo_papers import pdf_paper, word_paper
from app.demo_stage import Cast, Form, Scene, at
from app.models import Purpose, Submission
from app.queries.cases import content_digest
from app.services import submissions
from app.services.answers import save_answers
from app.services.documents import NewDocument, add_documents
from app.services.drafts import draft, recount
from app.services.sign_off import agree
from app.services.waivers import grant_waiver
from app.unit import unit
from criteria.rules import Ratio
from workflows.case import Actor
from workflows.vocabulary import Action, Role

AN_HOUR = timedelta(hours=1)


class Conduct(StrEnum):
    """How a unit behaves in a campaign."""

    GOOD = "good"
    STRAGGLER = "straggler"
    WITHDRAWS = "withdraws"
    SENT_BACK = "sent_back"
    LATE = "late"
    SILENT = "silent"


CONDUCTS = {
    "department": ((Conduct.GOOD, 70), (Conduct.WITHDRAWS, 8), (Conduct.SENT_BACK, 10), (Conduct.LATE, 6), (Conduct.SILENT, 6)),
    "district": ((Conduct.GOOD, 90), (Conduct.WITHDRAWS, 10)),
    "commune": (
        (Conduct.GOOD, 66),
        (Conduct.STRAGGLER, 12),
        (Conduct.WITHDRAWS, 5),
        (Conduct.SENT_BACK, 9),
        (Conduct.LATE, 4),
        (Conduct.SILENT, 4),
    ),
}  # fmt: skip
NEVER_SUBMIT = frozenset({Conduct.LATE, Conduct.SILENT})
WAIVED = 0.04


@dataclass(frozen=True, slots=True)
class Story:
    """One unit's part: its form, how it behaves, how good it is, and what it fills in."""

    form: Form
    conduct: Conduct
    level: float
    content: DemoForm
    waived: str
    cast: Cast
    rng: Random

    @property
    def officer(self) -> Actor:
        """Who fills the form in."""
        return self.cast.one(Role.UNIT, self.form.unit)


def story_of(form: Form, cast: Cast, rng: Random, *, estimated: bool) -> Story:
    """Draw a unit's part."""
    level = quality(rng)
    kinds, weights = zip(*CONDUCTS[form.kind], strict=True)
    conduct = rng.choices(kinds, weights)[0]
    ratios = [one.code for one in form.criteria_set.criteria() if isinstance(one.rule, Ratio)]
    waived = rng.choice(ratios) if rng.random() < WAIVED and ratios else ""
    content = filled_form(form.criteria_set, level, rng, estimated=estimated, spared=frozenset({waived}))
    return Story(form, conduct, level, content, waived, cast, rng)


def draft_scenes(story: Story, office: Actor) -> list[Scene]:
    """Everything until the form lies with the next reader, or until its time has run out."""
    scenes = waiver_scenes(story, office)
    if story.conduct is Conduct.SILENT:
        return scenes
    first, second = _working_instants(story)
    scenes += [Scene(first, partial(save_part, story, 0)), Scene(second, partial(save_part, story, 1))]
    if story.conduct is Conduct.LATE:
        return scenes
    scenes.append(Scene(second + AN_HOUR, partial(add_papers, story, second.date())))
    scenes += submission_scenes(story, second + 2 * AN_HOUR)
    after = ENDINGS.get(story.conduct)
    return [*scenes, *(after(story, second) if after else ())]


def waiver_scenes(story: Story, office: Actor) -> list[Scene]:
    """The office grants, at the beginning, that one criterion is not asked of the unit."""
    if not story.waived:
        return []
    reason = story.rng.choice(words.WAIVERS)
    waive = partial(grant_waiver, office, story.form.submission, story.waived, reason)
    return [Scene(at(story.form.days[0], 8), waive)]


def submission_scenes(story: Story, when: datetime) -> list[Scene]:
    """The head's agreement where it is asked, then the submission."""
    hand_in = Scene(when + AN_HOUR / 2, partial(move, story.officer, story.form, Action.SELF_ASSESS))
    return [Scene(when, partial(agree_now, story)), hand_in] if story.form.sign_off else [hand_in]


def _working_instants(story: Story) -> tuple[datetime, datetime]:
    """When the first and the second half are filled in; the last three working days are left for what follows."""
    days, rng = story.form.days, story.rng
    if story.conduct in (Conduct.STRAGGLER, Conduct.LATE):
        return at(days[-3], 14, rng.randrange(60)), at(days[-1], 8, rng.randrange(60))
    last = max(1, len(days) - 6)
    second = rng.randrange(1, last + 1)
    return at(days[rng.randrange(second)], rng.randrange(8, 16), rng.randrange(60)), at(
        days[second], rng.randrange(8, 11), rng.randrange(60)
    )


def _withdrawal(story: Story, when: datetime) -> list[Scene]:
    back = when + 4 * AN_HOUR
    withdraw = partial(move, story.officer, story.form, Action.WITHDRAW, story.rng.choice(words.WITHDRAWN))
    return [
        Scene(back, withdraw),
        Scene(back + AN_HOUR, partial(repair, story, _some_codes(story, 2))),
        *submission_scenes(story, back + 2 * AN_HOUR),
    ]


def _return(story: Story, when: datetime) -> list[Scene]:
    days = story.form.days
    read_on = days[days.index(when.date()) + 1]
    due = days[days.index(when.date()) + 2]
    codes = _some_codes(story, story.rng.randrange(1, 4))
    return [
        Scene(at(read_on, 9), partial(send_back, story, codes, due)),
        Scene(at(read_on, 14), partial(repair, story, codes)),
        *submission_scenes(story, at(read_on, 15)),
    ]


ENDINGS: dict[Conduct, Callable[[Story, datetime], list[Scene]]] = {
    Conduct.WITHDRAWS: _withdrawal,
    Conduct.SENT_BACK: _return,
}


def move(actor: Actor, form: Form, action: Action, note: str = "") -> None:
    """Move a form."""
    submissions.move(actor, form.submission, action, note=note, version=None)


def save_part(story: Story, part: int, parts: int = 2) -> None:
    """Save one part of the answers, in the order of the set."""
    codes = list(story.content.answers)
    size = -(-len(codes) // parts)
    given = {code: story.content.answers[code] for code in codes[part * size : (part + 1) * size]}
    save_answers(story.officer, story.form.submission, given)


def repair(story: Story, codes: Sequence[str]) -> None:
    """Answer some criteria again, a little better than before."""
    criteria = [story.form.criteria_set.criterion(code) for code in codes]
    better = min(1.0, story.level + 0.05)
    given = {one.code: answer_to(story.form.criteria_set, one, better, story.rng)[0] for one in criteria}
    save_answers(story.officer, story.form.submission, given)


def send_back(story: Story, codes: Sequence[str], due: date) -> None:
    """Have the reader of the form, the district or the office, return it with remarks."""
    form = story.form
    remarks = {code: story.rng.choice(words.REMARKS) for code in codes}
    reader = story.cast.one(Role.CONSOLIDATOR, form.consolidator) if form.consolidator else _office(story)
    note = story.rng.choice(words.SENT_BACK)
    submissions.send_back(reader, form.submission, note=note, remarks=remarks, due=due, version=None)


def agree_now(story: Story) -> None:
    """Have the unit's head agree to what the form says now."""
    submission = db.session.get_one(Submission, story.form.submission)
    head = story.cast.one(Role.HEAD, story.form.unit)
    agree(head, story.form.submission, digest=content_digest(db.session(), submission))


def add_papers(story: Story, day: date) -> None:
    """Attach the report and the evidence that the form asks for."""
    news = list(_papers(story, day))
    if not news:
        return
    with unit(story.officer) as work:
        submission = draft(work, story.form.submission)
        add_documents(work, submission, news)
        recount(work, submission)


def _papers(story: Story, day: date) -> Sequence[NewDocument]:
    form, proved = story.form, story.content.proved
    half = -(-len(proved) // 2)
    evidence = [
        _evidence(form, number, codes, day)
        for number, codes in enumerate((proved[:half], proved[half:]), start=1)
        if codes and form.evidence
    ]
    return [*evidence, _report(form, day)] if form.report else evidence


def _evidence(form: Form, number: int, codes: tuple[str, ...], day: date) -> NewDocument:
    titles = [f"{code}: {form.criteria_set.criterion(code).evidence}" for code in codes]
    lines = ["Tài liệu minh họa của dữ liệu chạy thử", form.name, *titles]
    return NewDocument(
        pdf_paper(lines),
        f"kiem-chung-{number}.pdf",
        criteria=codes,
        number=f"{20 + number}/BC",
        issued_on=day - timedelta(days=10 * number),
        summary=f"Tài liệu kiểm chứng các tiêu chí {', '.join(codes)}",
    )


def _report(form: Form, day: date) -> NewDocument:
    lines = [
        "BÁO CÁO (dữ liệu chạy thử)",
        f"Kết quả tự đánh giá mức độ Chính quyền điện tử của {form.name}",
        "Đơn vị đã tự đánh giá đầy đủ các tiêu chí, nêu lý do ở các tiêu chí chưa đạt điểm tối đa.",
    ]
    return NewDocument(
        word_paper(lines),
        "bao-cao-ket-qua.docx",
        purpose=Purpose.REPORT,
        number="45/BC",
        issued_on=day,
        summary="Báo cáo kết quả tự đánh giá",
    )


def _some_codes(story: Story, count: int) -> list[str]:
    required = [
        code for code in story.content.answers if story.form.criteria_set.criterion(code).answer_required
    ]
    proof_free = [code for code in required if not story.form.criteria_set.criterion(code).evidence_required]
    return story.rng.sample(proof_free, min(count, len(proof_free)))


def _office(story: Story) -> Actor:
    return next(actors[0] for (role, _unit), actors in story.cast.by_role.items() if role is Role.OFFICE)
