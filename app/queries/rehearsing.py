"""A rehearsal: a campaign on a moving clock, through the planner that the tick asks. Asks no database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.queries.dated_forms import DatedForm
from app.queries.stages import Stage
from app.queries.turnings import Turning
from app.rehearsals import (
    Item,
    LastRow,
    MailRow,
    Mark,
    MarkRow,
    Rehearsed,
    SkipRow,
)
from notifications.reminder_letters import letter
from notifications.reminders import DueMail, Plan, Skip
from workflows.deadlines import local_day
from workflows.vocabulary import State


def rehearse(stage: Stage, told: Callable[[int], object] = lambda _days: None) -> Rehearsed:
    """Walk through the campaign; ``told`` hears how many of the shown days are done."""
    return _Rehearsal(stage).through(told)


class _Rehearsal:
    """One walk: the forms as they stand on the way, and what was found so far."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._id = stage, stage.campaign.id
        self._ground = stage.walk.outlook.ground
        self._home = self._ground.base_url
        self._names = {each.person: each.name for each in self._ground.held}
        self._mails: list[MailRow] = []
        self._skips: list[SkipRow] = []
        self._marks: list[MarkRow] = []
        self._last: list[LastRow] = []

    def through(self, told: Callable[[int], object]) -> Rehearsed:
        stage = self._stage
        held = tuple(self._mark(each) for each in stage.turnings if self._is_held(each))
        for at in self._instants():
            self._hand_in(at)
            if at < stage.ends:
                self._tick(at)
            self._turn(at)
            told((local_day(at, stage.zone) - stage.shown_from).days)
        found = Rehearsed(
            stage.campaign.slug,
            stage.campaign.zone,
            stage.begins,
            stage.shown_from,
            stage.days,
            len(self._mine()),
            stage.unconfirmed,
            held,
            tuple(self._mails),
            tuple(self._skips),
            tuple(self._marks),
            tuple(self._last),
            tuple(stage.handed),
        )
        return found.within(lambda row: found.day_of(row) >= stage.shown_from)

    def _instants(self) -> Iterable[datetime]:
        stage = self._stage
        more = {row.at for row in stage.handed} | {each.at for each in stage.turnings}
        return (*stage.walk.instants(stage.begins, stage.ends, more), stage.ends)

    def _mine(self) -> Sequence[DatedForm]:
        return self._ground.forms[self._id]

    def _hand_in(self, at: datetime) -> None:
        now = {row.form for row in self._stage.handed if row.at == at}
        if not now:
            return
        forms = [self._handed_in(form, at) if form.row.id in now else form for form in self._mine()]
        self._ground = replace(self._ground, forms={**self._ground.forms, self._id: forms})
        direct = sum(form.row.id in now and form.waits_for_task_force for form in forms)
        if self._ground.office is not None and direct:
            office = self._ground.office.with_ready(self._id, direct)
            self._ground = replace(self._ground, office=office)

    def _handed_in(self, form: DatedForm, at: datetime) -> DatedForm:
        row = replace(form.row, state=State.SELF_ASSESSED, complete=form.row.asked, last_worked_at=at)
        return replace(form, row=row, dates=self._stage.after.get(form.row.id, form.dates))

    def _tick(self, at: datetime) -> None:
        found: Plan = self._stage.walk.step(at, self._ground)
        slug = self._stage.campaign.slug
        for mail in found.mails:
            if any(due.obligation.campaign.slug == slug for due in mail.items):
                self._mails.append(mail_row(mail, at, self._home))
        self._skips += [
            skip_row(skip, at, self._names) for skip in found.skips if skip.obligation.campaign.slug == slug
        ]

    def _turn(self, at: datetime) -> None:
        self._marks += [self._mark(each) for each in self._stage.turnings if each.at == at]
        self._last += [
            LastRow(at, form.kind.unit_kind, form.row.code, form.row.formal_name)
            for form in self._mine()
            if form.dates.timetable.closes == at and _placed_last(form)
        ]

    def _mark(self, each: Turning) -> MarkRow:
        missing = sum(form.waits_for_unit for form in self._mine() if form.row.id in each.forms)
        return MarkRow(
            each.at, each.what.value, each.unit_kind, each.unit_name, len(each.forms), missing, each.note
        )

    def _is_held(self, each: Turning) -> bool:
        return each.what is Mark.EXTENSION and each.at > self._stage.begins


def mail_row(mail: DueMail, at: datetime, home: str) -> MailRow:
    """A planned mail as it is shown; ``home`` is the full address of some page."""
    items = tuple(
        Item(
            due.obligation.owed.value,
            due.rule.name,
            due.obligation.subject,
            due.obligation.unit,
            due.obligation.unit_name,
            due.obligation.deadline.cutoff,
            due.days_left,
        )
        for due in mail.items
    )
    kind = letter(mail, attempt=1, home=home).kind
    return MailRow(at, mail.person, mail.recipient.name, mail.recipient.address, kind, items)


def skip_row(skip: Skip, at: datetime, names: Mapping[int, str]) -> SkipRow:
    """A skipped reminder as it is shown; ``names`` of people by their number."""
    owed = skip.obligation
    name = names.get(skip.person, "") if skip.person is not None else ""
    return SkipRow(
        at,
        owed.owed.value,
        skip.rule.name,
        owed.subject,
        owed.unit,
        owed.unit_name,
        owed.deadline.cutoff,
        skip.person,
        name,
        skip.reason.value,
    )


def _placed_last(form: DatedForm) -> bool:
    return form.waits_for_unit and form.row.ranked and form.kind.ranking.get("unsubmitted") == "last"
