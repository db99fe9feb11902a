"""Reminders in words: what somebody is waited for, which moment of the ladder, and why none is sent. Decides nothing."""

import re
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.i18n.labels import label
from app.services.reminders import DOUBTS, REASONS
from notifications.facts import Owed

STEP = re.compile(r"(D-|D\+|oversight-|late|package[+-]|verify[+-]|approve\+)(\d+)")
REASON_WORDS: Mapping[str, LazyString] = {
    **{reason.value: words for reason, words in REASONS.items()},
    **{doubt.value: words for doubt, words in DOUBTS.items()},
}


def owed_text(owed: Owed) -> str:
    """What the reader is waited for."""
    return label(owed)


def rule_text(name: str) -> str:
    """The moment of a rule; a rule that is newer than this list by its name."""
    found = STEP.fullmatch(name)
    if found is None:
        return _("Hằng tuần") if name.startswith("weekly") else name
    kind, days = found[1], int(found[2])
    if kind == "approve+":
        return _("Chờ %(days)s ngày làm việc", days=days)
    if days == 0:
        return _("Ngày cuối cùng")
    if kind == "late" or kind.endswith("+"):
        return _("Quá hạn %(days)s ngày", days=days)
    return _("Còn %(days)s ngày", days=days)


def reason_text(code: str) -> str:
    """Why a reminder was not sent or taken back; a reason that is newer than this list by its name."""
    return str(REASON_WORDS.get(code, code))
