"""What stands round every page for this reader: name, unit, navigation by role. Decides nothing about access."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.access import current_actor
from app.database import db
from app.queries.campaign_plans import current_hotline
from app.queries.mail import READERS
from app.queries.readiness import alarm
from app.web.alarms import alarm_of
from app.web.presentation import Alarm, Link, Shell
from workflows.vocabulary import Role

HELP, RECEIPTS = "/huong-dan", "/bien-nhan"


def shell() -> Shell:
    """The frame of this page."""
    if g.get("without_database", False):
        return Shell(help_url=HELP)
    hotline = current_hotline(db.session())
    if not current_user.is_authenticated:
        return Shell(
            sign_in_url=url_for("session.sign_in"),
            home_url="/",
            help_url=HELP,
            receipts_url=RECEIPTS,
            hotline=hotline,
        )
    return Shell(
        help_url=HELP,
        receipts_url=RECEIPTS,
        hotline=hotline,
        person=current_user.person.id,
        user_name=current_user.person.name,
        unit_name=current_user.person.title,
        home_url=url_for("home.index"),
        account_url=url_for("account.show"),
        sign_out_url=url_for("session.sign_out"),
        navigation=navigation(),
        alarm=_alarm(),
    )


def _alarm() -> Alarm | None:
    """What keeps mail from leaving, for those who can do something about it; asked once for each request."""
    if not current_actor().units(*READERS):
        return None
    if "alarm" not in g:
        found = alarm(db.session())
        g.alarm = None if found is None else alarm_of(found)
    shown: Alarm | None = g.alarm
    return shown


def navigation() -> tuple[Link, ...]:
    roles = {grant.role for grant in current_actor().grants}
    return tuple(Link(text, address) for wanted, text, address in _entries() if roles & wanted)


def _entries() -> tuple[tuple[set[Role], str, str], ...]:
    return (
        ({Role.UNIT, Role.HEAD}, _("Phiếu của đơn vị"), "/don-vi"),
        ({Role.CONSOLIDATOR}, _("Theo dõi xã"), "/huyen"),
        ({Role.TASK_FORCE}, _("Thẩm tra"), "/tham-dinh"),
        ({Role.OFFICE, Role.APPROVER}, _("Đợt đánh giá"), "/dot"),
        ({Role.OFFICE, Role.ADMIN}, _("Thư"), "/thu"),
        ({Role.ADMIN}, _("Đơn vị và tài khoản"), "/quan-tri"),
    )
