"""A unit's report on results: the facts of its Word skeleton. It scores nothing and writes no conclusion.

Campaigns ask for the report beside the form (dispatch 1252/STTTT-CNTT, I.3: "theo Đề cương").
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.campaign_plans import BasisDocument
from app.queries.campaign_plans import plan_of
from app.queries.desk import Desk
from app.web.paper_forms import paper_of
from app.web.presentation import date_vi, number

CODE = ("mark", "code", "scanned", "state", "digest", "check")


def report_of(session: Session, desk: Desk, now: datetime) -> dict[str, Any]:
    """The facts of a unit's report by the names of its template; in Vietnamese, whatever its reader has chosen."""
    with force_locale("vi"):
        facts = paper_of(session, desk, now, blank=False)
        campaign = desk.submission.campaign
        own = {
            "unit_name": desk.submission.campaign_unit.formal_name,
            "bases": [_basis(one) for one in plan_of(campaign).basis],
            "lacking": list(_lacking(desk)),
            "estimates": ", ".join(_estimates(desk)),
            "next_year": campaign.year + 1,
        }
    return {name: value for name, value in facts.items() if name not in CODE} | own


def _basis(paper: BasisDocument) -> str:
    return _(
        "văn bản số %(number)s ngày %(day)s của %(issuer)s: %(title)s",
        number=paper.number,
        day=date_vi(paper.date),
        issuer=paper.issuer,
        title=paper.title,
    )


def _lacking(desk: Desk) -> Iterator[dict[str, str]]:
    """The criteria that earned less than they could; what is not answered yet is no shortcoming."""
    for item in desk.items():
        answer = item.answer
        if item.criterion.is_adjustment or answer is None or answer.points is None:
            continue
        if answer.points < item.criterion.max:
            yield {
                "code": item.code,
                "title": item.criterion.title,
                "points": number(answer.points),
                "max": number(item.criterion.max),
                "reason": answer.reason.rstrip(". ") or _("[Đơn vị viết: nguyên nhân]"),
            }


def _estimates(desk: Desk) -> Iterator[str]:
    for item in desk.items():
        if item.answer is not None and item.answer.estimated:
            yield item.code
