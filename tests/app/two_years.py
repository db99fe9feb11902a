"""The small province one year later: 2019 verified and closed, the next campaign open for work."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.campaign_plans import shifted
from app.database import db
from app.models import Campaign, CampaignUnit, Submission
from app.services import campaigns, submissions
from app.services.answers import AnswerInput, save_answers
from app.services.documents import add_document
from app.services.verification import Decision, decide, keep_rest
from app.unit import SYSTEM
from criteria.model import CriteriaSet, Criterion, Group, YesNo
from tests.app import small
from tests.app.test_documents import PDF
from workflows.vocabulary import Action

NEXT_YEAR = datetime(2020, 10, 8, 2, tzinfo=UTC)
ANSWERS = {
    "B1.1": AnswerInput({"numerator": "8", "denominator": "10"}, "Còn hai thủ tục"),
    "B2.1": AnswerInput({"answer": "yes"}, ""),
    "B3.1": AnswerInput({"option": "part"}, "Thiếu biên chế"),
}


def changed_set(kind: str) -> CriteriaSet:
    """The small set with B3.1 asked as a yes or no: the same code, another kind of rule."""
    plain = small.small_set(kind)
    other = Group(
        "B3",
        "Mức độ giao dịch",
        "result",
        (Criterion("B3.1", "Cán bộ phụ trách", YesNo(plain.criterion("B3.1").max)),),
        3,
    )
    return replace(
        plain, groups=tuple(other if group.code == "B3" else group for group in plain.groups), title="Mới"
    )


def begin(put: Callable[[datetime], None]) -> Submission:
    """Sở Nội vụ hands in with a document, is verified with B1.1 cut to 5; a year later it has a new, blank form."""
    nam, form = small.actor("nam"), small.form_of("SNV")
    add_document(nam, form.id, content=PDF, file_name="kế hoạch.pdf", criteria=["B2.1"])
    save_answers(nam, form.id, ANSWERS)
    submissions.move(nam, form.id, Action.SELF_ASSESS, version=None)
    chi = small.actor("chi")
    decide(chi, form.id, "B1.1", Decision(small.Decimal(5), "Thiếu ba thủ tục"), version=None)
    decide(chi, form.id, "B4.1", Decision(small.Decimal(4)), version=None)
    keep_rest(chi, form.id, version=None)
    submissions.move(chi, form.id, Action.VERIFY, version=None)
    campaigns.close_campaign(SYSTEM, "gia-lai-2019")
    put(NEXT_YEAR)
    plan = shifted(small.small_plan(), date(2020, 10, 1))
    sets = {kind.criteria_set: changed_set(kind.kind) for kind in plan.kinds}
    campaigns.create_campaign(SYSTEM, plan, sets)
    campaigns.open_campaign(SYSTEM, plan.slug)
    return form_of("SNV")


def form_of(code: str) -> Submission:
    """This year's form of a unit."""
    return db.session.scalars(
        select(Submission)
        .join(Submission.campaign_unit)
        .join(Submission.campaign)
        .where(CampaignUnit.code == code, Campaign.year == NEXT_YEAR.year)
    ).one()
