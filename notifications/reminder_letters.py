"""From what the planner found due to the message that says it. Chooses the kind; may not plan, render or send."""

from typing import Any

from notifications.facts import Owed, Owing
from notifications.messages_reminders import (
    ApprovalWaiting,
    DailyMessage,
    Digest,
    DueToday,
    NotStarted,
    NotSubmitted,
    Overdue,
    PackageDue,
    SeveralDue,
    VerificationDue,
)
from notifications.obligations import Obligation
from notifications.reminders import Due, DueMail


def letter(mail: DueMail, *, attempt: int, home: str) -> DailyMessage:
    """The message of a person's day.

    attempt: 1, or higher where an earlier mail of that day was taken back. home: the address that leads a person to
    all that waits for them; it is the one link of a mail about several things.
    """
    occurrence = f"{mail.day.isoformat()}:{attempt}"
    first = mail.items[0].obligation
    if len(mail.items) > 1:
        items = tuple(_owing(due.obligation) for due in mail.items)
        return SeveralDue(**_facts(first, occurrence) | {"link": home}, items=items)
    return _WRITERS[first.owed](mail.items[0], _facts(first, occurrence) | {"deadline": first.deadline})


def _facts(obligation: Obligation, occurrence: str) -> dict[str, Any]:
    campaign = obligation.campaign
    return {
        "unit": obligation.unit,
        "unit_name": obligation.unit_name,
        "link": obligation.link,
        "hotline": campaign.hotline,
        "occurrence": occurrence,
        "zone": campaign.zone,
        "campaign": campaign.slug,
        "campaign_name": campaign.name,
        "year": campaign.year,
    }


def _owing(obligation: Obligation) -> Owing:
    return Owing(
        obligation.owed, obligation.unit_name, obligation.done, obligation.total, obligation.deadline
    )


def _form(due: Due, facts: dict[str, Any]) -> DailyMessage:
    owed = due.obligation
    if due.days_left < 0:
        facts |= {"consequence": owed.consequence, "taken_until": owed.taken_until}
        return Overdue(**facts, days_over=-due.days_left)
    facts |= {"official": owed.official, "set_by": owed.set_by}
    if due.days_left == 0:
        return DueToday(**facts, done=owed.done, criteria_count=owed.total)
    if due.rule.only_untouched:
        return NotStarted(**facts, days_left=due.days_left, criteria_count=owed.total)
    return NotSubmitted(
        **facts,
        days_left=due.days_left,
        done=owed.done,
        criteria_count=owed.total,
        next_criterion=owed.next_criterion,
        consequence=owed.consequence,
    )


def _package(due: Due, facts: dict[str, Any]) -> DailyMessage:
    owed = due.obligation
    return PackageDue(**facts, days_left=due.days_left, waiting=owed.total - owed.done, total=owed.total)


def _oversight(due: Due, facts: dict[str, Any]) -> DailyMessage:
    owed = due.obligation
    return Digest(
        **facts,
        days_left=due.days_left,
        submitted=owed.done,
        total=owed.total,
        missing=owed.missing,
        internal=owed.internal,
        unit_link=owed.unit_link,
    )


def _verification(due: Due, facts: dict[str, Any]) -> DailyMessage:
    owed = due.obligation
    waiting = owed.total - owed.done
    return VerificationDue(**facts, days_left=due.days_left, waiting=waiting, total=owed.total, own=owed.own)


def _approval(due: Due, facts: dict[str, Any]) -> DailyMessage:
    waiting_since = facts.pop("deadline").cutoff
    return ApprovalWaiting(**facts, waiting_since=waiting_since, days=-due.days_left)


_WRITERS = {
    Owed.FORM: _form,
    Owed.PACKAGE: _package,
    Owed.OVERSIGHT: _oversight,
    Owed.VERIFICATION: _verification,
    Owed.APPROVAL: _approval,
}
