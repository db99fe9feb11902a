"""The small campaign with days around the communes' deadline: late forms through the 27th, changes through the 29th."""

from datetime import date, timedelta

from app.campaign_plans import KindDates
from app.database import db
from app.queries.kind_dates import NewKindDates
from app.services import answers, kind_dates
from tests.app import small
from tests.app.handed_in import CLAIMS, OFFICERS
from tests.app.moving import at_local
from workflows.deadlines import Late

SLUG = "gia-lai-2019"
SECOND = timedelta(seconds=1)
AROUND = (-SECOND, timedelta(0), SECOND)
DUE = at_local(date(2019, 10, 25), 0)
LATE_END = at_local(date(2019, 10, 28), 0)
EDIT_END = at_local(date(2019, 10, 30), 0)
TURNS = (DUE, LATE_END, EDIT_END)
TAKEN_LATE = KindDates(None, Late.ANY, date(2019, 10, 27), date(2019, 10, 29))


def set_dates(dates=TAKEN_LATE, *kinds, reason="Theo văn bản 90/STTTT"):
    """Set the days around the deadline, of the communes unless other kinds are named."""
    for kind in kinds or ("commune",):
        kind_dates.set_kind_dates(small.actor("giang"), SLUG, kind, NewKindDates(dates, reason))
    db.session.rollback()


def fill_in(*codes):
    """Answer the forms of these units, each by its own officer, and hand none in."""
    for code in codes:
        answers.save_answers(small.actor(OFFICERS[code]), small.form_of(code).id, CLAIMS)
    db.session.rollback()
