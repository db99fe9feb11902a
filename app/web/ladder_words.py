"""Rules of the ladder in words: what is reminded of, when, and who is told. Decides nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.i18n.reminder_texts import owed_text
from notifications.facts import Owed
from notifications.obligations import Audience, Rule

AUDIENCES: Mapping[Audience, LazyString] = {
    Audience.UNIT: _l("đơn vị"),
    Audience.HEAD: _l("lãnh đạo"),
    Audience.CONSOLIDATOR: _l("đầu mối tổng hợp"),
    Audience.OFFICE: _l("cơ quan chủ trì"),
    Audience.TASK_FORCE: _l("tổ công tác"),
    Audience.APPROVER: _l("người phê duyệt"),
}
WEEKDAYS: tuple[LazyString, ...] = (
    _l("thứ Hai"),
    _l("thứ Ba"),
    _l("thứ Tư"),
    _l("thứ Năm"),
    _l("thứ Sáu"),
    _l("thứ Bảy"),
    _l("Chủ nhật"),
)


def moment_text(rule: Rule) -> str:
    """On which days a rule speaks, and from which hour: "3 ngày trước hạn, 08:00"."""
    return _("%(days)s, %(hour)s", days=_days(rule), hour=f"{rule.hour:02}:00")


def audiences_text(rule: Rule) -> str:
    """Who is told: "đơn vị và lãnh đạo"."""
    names = [str(AUDIENCES[one]) for one in Audience if one in rule.audiences]
    return _joined(names)


def rule_title(rule: Rule) -> str:
    """A rule on one line, to tell it from the others."""
    return f"{owed_text(rule.owed)}: {moment_text(rule)}"


def _days(rule: Rule) -> str:
    if rule.weekdays:
        return _(
            "hằng tuần vào %(days)s", days=_joined([str(WEEKDAYS[day]) for day in sorted(rule.weekdays)])
        )
    days = abs(rule.days_before)
    if rule.owed is Owed.APPROVAL:
        return _("%(days)s ngày làm việc sau khi trình", days=days)
    if not days:
        return _("ngày cuối cùng")
    words = _("%(days)s ngày trước hạn", days=days), _("%(days)s ngày sau hạn", days=days)
    return words[rule.days_before < 0]


def _joined(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s và %(last)s", first=", ".join(names[:-1]), last=names[-1])


def words() -> dict[str, Callable[..., Any]]:
    """For a page that shows rules."""
    return {one.__name__: one for one in (owed_text, moment_text, audiences_text, rule_title)}
