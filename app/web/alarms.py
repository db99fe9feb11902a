"""What keeps mail from leaving, in words for the line on top of the office's pages. Decides nothing."""

from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _

from app.i18n.labels import moment
from app.queries.mail_flow import Flow, Stoppage
from app.web.presentation import Alarm

COMMANDS = {
    Stoppage.TICK: "dunghan scheduler",
    Stoppage.SERVER: "dunghan doctor",
    Stoppage.WAITING: "dunghan tick --once",
}


def alarm_of(found: Flow) -> Alarm | None:
    """The line for a flow that stopped; None for one that did not."""
    stoppage = found.stoppage
    if stoppage is None:
        return None
    return Alarm(_title(found, stoppage), _text(found), COMMANDS[stoppage], url_for("mail.ledger"))


def _title(found: Flow, stoppage: Stoppage) -> str:
    if stoppage is Stoppage.TICK and found.last_tick is not None:
        return str(_("Bộ nhắc việc đứng từ %(moment)s.", moment=moment(found.last_tick)))
    if stoppage is Stoppage.SERVER and found.failing_since is not None:
        return str(_("Không gửi được thư từ %(moment)s.", moment=moment(found.failing_since)))
    return str(_("%(count)s thư chờ quá một giờ chưa gửi.", count=found.late))


def _text(found: Flow) -> str:
    parts = []
    if found.waiting:
        age = age_text(found.oldest_age)
        parts.append(_("%(count)s thư đang chờ, lâu nhất %(age)s.", count=found.waiting, age=age))
    if found.failing_since is not None and found.words:
        parts.append(_("Máy chủ trả lời: %(words)s.", words=found.words.partition(": ")[2].rstrip(".")))
    return " ".join(parts)


def age_text(age: timedelta) -> str:
    """A length of time in days, hours and minutes, the two largest that are there."""
    minutes = int(age.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days:
        return str(_("%(days)s ngày %(hours)s giờ", days=days, hours=hours))
    if hours:
        return str(_("%(hours)s giờ %(minutes)s phút", hours=hours, minutes=minutes % 60))
    return str(_("%(minutes)s phút", minutes=minutes))
