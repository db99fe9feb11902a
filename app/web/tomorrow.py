"""The page of the reminders of tomorrow, or of another day ahead. Holds no rule."""

from collections import Counter
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.mail_texts import kind_text
from app.mailing import link
from app.queries.tomorrow import FARTHEST, READERS, DayAhead, day_ahead
from app.rehearsals import Sought
from app.web.office_words import words
from app.web.rehearsals import LONGEST_SEARCH, PER_PAGE, long_day, page_number, rehearsal_words
from workflows.deadlines import local_day

bp = Blueprint("tomorrow", __name__, url_prefix="/thu/ngay-mai")
bp.context_processor(words)
bp.context_processor(rehearsal_words)


@bp.get("")
@allow(*READERS)
def show() -> str:
    """Who will get which reminder, and who will not and why."""
    now = clock.now()
    today = local_day(now)
    days = [today + timedelta(days=number) for number in range(FARTHEST + 1)]
    asked = request.args.get("ngay", "")
    day = next((one for one in days if one.isoformat() == asked), days[1])
    found = day_ahead(db.session(), current_actor(), day, now, link(""))
    sought, reason = _sought(), request.args.get("ly-do", "")
    mails = [row for row in found.mails if sought.takes(row)]
    skips = [row for row in found.skips if sought.takes(row) and reason in ("", row.reason)]
    return render_template(
        "mail/tomorrow.html",
        found=found,
        heading=_heading(found, today),
        days=[(one.isoformat(), long_day(one)) for one in days],
        mails=mails,
        skips=skips,
        kinds=Counter(row.kind for row in found.mails).most_common(),
        reasons=Counter(row.reason for row in found.skips).most_common(),
        reason=reason,
        sought=sought,
        choices=[(kind, kind_text(kind)) for kind in sorted({row.kind for row in found.mails})],
        page=page_number(),
        per_page=PER_PAGE,
    )


def _heading(found: DayAhead, today: date) -> str:
    names = {today: _("Hôm nay"), today + timedelta(days=1): _("Ngày mai")}
    about = {"day": long_day(found.day), "hour": found.hour, "count": len(found.mails)}
    if found.day in names:
        return _("%(name)s %(hour)s (%(day)s): %(count)s thư", name=names[found.day], **about)
    return _("%(hour)s %(day)s: %(count)s thư", **about)


def _sought() -> Sought:
    return Sought(request.args.get("tim", "")[:LONGEST_SEARCH], request.args.get("loai", "")[:LONGEST_SEARCH])
