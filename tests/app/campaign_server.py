"""The server of the simulated campaign: does the acts of the script, and ticks that die, run twice and jump in time.

What leaves is kept as the receiving side sees it, with what the mail is about at that moment.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from app.models import CampaignUnit, DayKind, Extension, OutboxMessage, OutboxState, Reminder, Submission
from app.queries.moved_dates import NewDate
from app.services import answers, deadlines, mutes, reminders, submissions
from app.services.calendar_days import set_day
from app.services.campaigns import close_campaign
from app.services.outbox import OutboxLedger
from app.services.people import NewPerson, change_person
from app.unit import SYSTEM
from notifications.delivery import Report, Result, always, deliver_all
from notifications.messages import Recipient
from notifications.rendering import Email
from tests.app import small
from tests.app.campaign_oracle import Item
from tests.app.campaign_script import Act
from tests.app.handed_in import CLAIMS
from workflows.case import Actor
from workflows.deadlines import VIETNAM, Wording, local_day
from workflows.vocabulary import Action

SLUG = "gia-lai-2019"


class Crash(BaseException):
    """The process is gone, and nothing in it gets to know."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A reminder that the mail server took."""

    message_id: str
    person: str
    at: datetime
    subject: str
    items: frozenset[Item]


class Post:
    """A way out that keeps what arrives; ``script`` is called with ``before`` and ``after`` and how many arrived."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.script: Callable[[str, int], None] = lambda _point, _count: None

    def send(self, recipient: Recipient, email: Email, wanted: Callable[[], bool] = always) -> Report:
        """Take a mail, unless nobody wants it any more."""
        self.script("before", len(self.arrived))
        if not wanted():
            return Report(Result.CANCELLED)
        message_id = email.headers["Message-ID"]
        items = _items(recipient.address, message_id)
        if items:
            person = recipient.address.partition("@")[0]
            mail = Arrived(message_id, person, clock.now().astimezone(VIETNAM), email.subject, items)
            self.arrived.append(mail)
            self.script("after", len(self.arrived))
        return Report(Result.ACCEPTED)

    def close(self) -> None:
        """Nothing is held open."""


def _items(address: str, message_id: str) -> frozenset[Item]:
    """What a mail that is being sent is about; nothing of one that is no reminder."""
    rows = db.session.execute(
        select(OutboxMessage.headers, Reminder.rule, Reminder.subject, Reminder.due_at, CampaignUnit.code)
        .join(Reminder, Reminder.mail_id == OutboxMessage.id)
        .outerjoin(Submission, Reminder.submission_id == Submission.id)
        .outerjoin(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
        .where(OutboxMessage.address == address, OutboxMessage.state == OutboxState.CLAIMED)
    ).all()
    found = frozenset(item_of(*row) for headers, *row in rows if headers["Message-ID"] == message_id)
    db.session.rollback()
    return found


def item_of(rule: str, subject: str, due_at: datetime, code: str | None) -> Item:
    """A reminder in the oracle's words."""
    about = _package(subject) if code is None else code
    return Item(rule, about, local_day(due_at - timedelta(microseconds=1)))


def _package(subject: str) -> str:
    """Districts go by their code, not by the number of their row."""
    word, number, *rest = subject.split("-")
    if word not in ("package", "below"):
        return subject
    code = db.session.scalar(select(CampaignUnit.code).where(CampaignUnit.unit_id == int(number)))
    return "-".join((word, str(code), *rest))


class Server:
    """One server on one database, whose clock the simulation puts."""

    def __init__(self, at: Callable[[datetime], None]) -> None:
        self.post = Post()
        self.deaths = 0
        self._at = at

    def put(self, local: datetime) -> None:
        """Put the clock to a local instant."""
        self._at(local.replace(tzinfo=VIETNAM))

    def tick(self, local: datetime, times: int = 2) -> None:
        """Plan, plan again, send, as processes beside each other do; all of it so many times at one instant."""
        self.put(local)
        for _ in range(times):
            reminders.plan_reminders()
            self.send()

    def send(self) -> None:
        """Send what is due."""
        deliver_all(OutboxLedger(), self.post, clock.now)
        db.session.rollback()

    def do(self, act: Act) -> None:
        """Somebody does something."""
        self.put(act.at)
        DEEDS[act.what](act)
        db.session.rollback()

    def dying_in_planning(self, local: datetime) -> None:
        """A tick that dies before its second transaction is written."""
        with _dying_at_commit(2), self._death():
            self.tick(local, 1)

    def dying_before_sending(self, local: datetime) -> None:
        """A tick that dies with its first mail claimed and nothing told to the mail server."""
        self._dying("before", len(self.post.arrived), local)

    def dying_after_accepted(self, local: datetime) -> None:
        """A tick that dies when its third mail is accepted and that is not written down yet."""
        self._dying("after", len(self.post.arrived) + 3, local)

    def _dying(self, point: str, count: int, local: datetime) -> None:
        def die(*there: object) -> None:
            if there == (point, count):
                raise Crash

        with self._scripted(die), self._death():
            self.tick(local, 1)

    def ticking_inside(self, local: datetime) -> None:
        """A tick in whose midst another one of the same instant plans and sends."""

        def inside(*there: object) -> None:
            if there == ("before", first + 5):
                with self._scripted(lambda _point, _count: None):
                    self.tick(local, 1)

        first = len(self.post.arrived)
        with self._scripted(inside):
            self.tick(local, 1)

    @contextmanager
    def _death(self) -> Iterator[None]:
        try:
            yield
        except Crash:
            self.deaths += 1
            db.session.rollback()

    @contextmanager
    def _scripted(self, script: Callable[[str, int], None]) -> Iterator[None]:
        before, self.post.script = self.post.script, script
        try:
            yield
        finally:
            self.post.script = before


@contextmanager
def _dying_at_commit(number: int) -> Iterator[None]:
    left = iter(range(number - 1, -1, -1))

    def fuse(_session: Session) -> None:
        if next(left) == 0:
            raise Crash

    event.listen(Session, "before_commit", fuse)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", fuse)


def _office() -> Actor:
    return small.actor("van-phong.1")


def _officer(code: str) -> Actor:
    return small.actor(f"can-bo.{code.lower()}")


def _submit(act: Act) -> None:
    officer, form = _officer(act.code), small.form_of(act.code).id
    answers.save_answers(officer, form, CLAIMS)
    submissions.move(officer, form, Action.SELF_ASSESS, version=None)


def _begin(act: Act) -> None:
    answers.save_answers(_officer(act.code), small.form_of(act.code).id, {"B1.1": CLAIMS["B1.1"]})


def _given(act: Act) -> NewDate:
    assert act.last is not None
    return NewDate(Wording.THROUGH_DAY, act.last, "Mưa lũ", "88/UBND-VX")


def _end_extension(act: Act) -> None:
    form = small.form_of(act.code).id
    [row] = db.session.scalars(select(Extension.id).where(Extension.submission_id == form))
    deadlines.end_extension(_office(), row, reason="Đã hết mưa lũ")


def _mute(act: Act) -> None:
    place = small.form_of(act.code).campaign_unit.unit_id
    mutes.mute_unit(_office(), SLUG, place, "Báo bằng điện thoại")


def _close_account(act: Act) -> None:
    row = small.person(act.code)
    facts = NewPerson(row.email, row.name, row.title)
    change_person(SYSTEM, row.id, facts, active=False)


DEEDS: dict[str, Callable[[Act], object]] = {
    "day off": lambda act: set_day(SYSTEM, act.last or date.min, DayKind.OFF),
    "begin": _begin,
    "submit": _submit,
    "extend": lambda act: deadlines.grant_extension(_office(), small.form_of(act.code).id, _given(act)),
    "end extension": _end_extension,
    "move": lambda act: deadlines.move_deadline(_office(), SLUG, act.code, _given(act)),
    "extend kind": lambda act: deadlines.grant_kind_extension(_office(), SLUG, act.code, _given(act)),
    "mute": _mute,
    "close account": _close_account,
    "close campaign": lambda _act: close_campaign(SYSTEM, SLUG),
}
