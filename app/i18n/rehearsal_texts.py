"""Instants of a rehearsed campaign in words. Logic never looks at it."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.i18n.labels import label, moment
from app.i18n.reminder_texts import owed_text, rule_text
from app.models import UnitKind
from app.rehearsals import BEGINNINGS, Item, Mark, MarkRow, SkipRow
from notifications.facts import Owed
from workflows.deadlines import VIETNAM

MARKS: Mapping[Mark, LazyString] = {
    Mark.OPENS: _l("Mở nhận phiếu"),
    Mark.REMIND_FROM: _l("Bắt đầu nhắc"),
    Mark.INTERNAL: _l("Hết hạn nội bộ"),
    Mark.DUE: _l("Hết hạn nộp"),
    Mark.CLOSES: _l("Hết nhận phiếu nộp muộn"),
    Mark.LOCKS: _l("Khóa sửa phiếu"),
    Mark.EXTENSION: _l("Hết gia hạn"),
    Mark.REPAIR: _l("Hết hạn bổ sung"),
}


def mark_text(row: MarkRow) -> str:
    """What an instant is, and for whom."""
    whom = row.unit_name or label(UnitKind(row.unit_kind))
    return f"{MARKS[Mark(row.what)]}: {whom}"


def mark_moment(row: MarkRow) -> str:
    """When: the beginning of a day, or the last moment before the instant."""
    if row.what in BEGINNINGS:
        return _("từ %(moment)s", moment=f"{row.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}")
    return _("đến hết %(moment)s", moment=moment(row.at))


def item_text(row: Item | SkipRow) -> str:
    """What a reminder is about: whom, what is waited for, and the step."""
    about = owed_text(Owed(row.owed))
    whom = label(UnitKind(row.unit)) if row.unit in set(UnitKind) else row.unit_name
    return f"{whom}: {about} ({rule_text(row.rule)})"
