"""What became of reminders, in words for the office. Decides nothing."""

from collections.abc import Callable

from flask_babel import gettext as _

from app.i18n.labels import label
from app.i18n.reminder_texts import owed_text, reason_text, rule_text
from app.models import OutboxState, ReminderState
from app.queries.reminders import ReminderLine


def outcome_text(line: ReminderLine) -> str:
    """What became of it, with the reason where nothing left."""
    why = reason_text(line.reason)
    if line.state is ReminderState.SKIPPED:
        return _("Không nhắc: %(why)s", why=why)
    if line.state is ReminderState.DROPPED:
        return _("Đã rút thư: %(why)s", why=why)
    return _("Thư nhắc: %(state)s", state=label(OutboxState(line.mail or OutboxState.WAITING)))


def words() -> dict[str, Callable[..., str]]:
    """For a page that lists reminders."""
    return {one.__name__: one for one in (owed_text, rule_text, outcome_text)}
