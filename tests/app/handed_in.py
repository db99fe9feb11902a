"""Forms of the small province brought to where consolidation and verification begin, through the services."""

from app.database import db
from app.models import Package, Submission
from app.services import answers, packages, submissions
from app.services.answers import AnswerInput
from tests.app import small
from workflows.vocabulary import Action

OFFICERS = {"23557": "an", "23560": "bao", "23722": "xuan", "23725": "yen", "SNV": "nam", "SYT": "thu"}
OFFICERS |= {"622": "binh", "627": "lan"}
PLEIKU = ("622", "23557", "23560")
# 8 of 10, 0 of 4, 3 of 6: 11 of 25 with the survey, which the office enters
CLAIMS = {
    "B1.1": AnswerInput({"numerator": "8", "denominator": "10"}, "Còn hai thủ tục"),
    "B2.1": AnswerInput({"answer": "no"}, "Chưa có kinh phí"),
    "B3.1": AnswerInput({"option": "part"}, "Thiếu biên chế"),
}


def hand_in(*codes: str) -> list[Submission]:
    """Fill in and submit the forms of these units, each by its own officer."""
    for code in codes:
        officer, form = small.actor(OFFICERS[code]), small.form_of(code).id
        answers.save_answers(officer, form, CLAIMS)
        submissions.move(officer, form, Action.SELF_ASSESS, version=None)
    return [small.form_of(code) for code in codes]


def unit_id(code: str) -> int:
    """The id of a unit of the live tree."""
    return small.form_of(code).campaign_unit.unit_id


def send_pleiku(*, note: str = "", handed: tuple[str, ...] = PLEIKU) -> Package:
    """Hand in Pleiku's forms and send them to the office, by Pleiku's consolidator."""
    forms = hand_in(*handed)
    campaign = forms[0].campaign_id
    return packages.consolidate(small.actor("binh"), campaign, unit_id("622"), note=note)


def again(row: Submission) -> Submission:
    """The row as the database holds it now."""
    db.session.rollback()
    found = db.session.get(Submission, row.id)
    assert found is not None
    return found
