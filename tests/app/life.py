"""The whole life of the small campaign through the services, stopped at several points, for tests of whole pages.

``STAGES`` are what a crawl or a browser walks over: a campaign just opened, one with forms in every state of the
work, and one whose ranking is published.
"""

from datetime import date, timedelta
from decimal import Decimal

from app import clock
from app.campaign_plans import CampaignPlan
from app.database import db
from app.models import Campaign, Edition, RankingRun, Submission
from app.services import (
    answers,
    documents,
    packages,
    rankings,
    submissions,
    verification,
    visits,
    workbook_imports,
)
from app.services.answers import AnswerInput
from app.services.verification import Decision
from app.services.visits import VisitPlan
from tests.app import small
from tests.app.filled_books import filled, template
from tests.app.handed_in import CLAIMS, OFFICERS, hand_in, unit_id
from tests.papers import PDF
from workflows.deadlines import VIETNAM, local_day
from workflows.vocabulary import Action, State

SURVEYED = {"B4.1": Decision(Decimal("4.5"))}
CHANGED = {"B1.1": Decision(Decimal("7.5"), "Một thủ tục chưa công khai đúng chỗ"), **SURVEYED}
COMMUNES = {"binh": ("622", "23557", "23560"), "lan": ("627", "23722", "23725")}
SILENT = "23725"


def today() -> date:
    """The local day of the clock."""
    return local_day(clock.now(), VIETNAM)


def opened(plan: CampaignPlan | None = None) -> Campaign:
    """Nothing is filled in yet."""
    return small.make_campaign(plan)


def lively(plan: CampaignPlan | None = None) -> Campaign:
    """A form in every state up to verified, with a question, a visit, remarks and documents."""
    campaign = small.make_campaign(plan)
    key = campaign.id
    hand_in("SNV", "SYT", "622", "23557", "23560", "23722", SILENT)
    packages.consolidate(small.actor("binh"), key, unit_id("622"))
    _send_back(SILENT)
    _draft("627")
    verify("SNV", CHANGED)
    verify("23557", CHANGED)
    _scrutinise("23560")
    db.session.rollback()
    return db.session.get_one(Campaign, key)


def verified(plan: CampaignPlan | None = None) -> Campaign:
    """Everybody is verified but one commune that stayed silent."""
    campaign = small.make_campaign(plan)
    key = campaign.id
    hand_in(*(code for code in OFFICERS if code != SILENT))
    packages.consolidate(small.actor("binh"), key, unit_id("622"))
    packages.consolidate(small.actor("lan"), key, unit_id("627"), note="Hà Tây chưa nộp")
    for code in OFFICERS:
        if code != SILENT:
            verify(code, SURVEYED if code == "SYT" else CHANGED)
    db.session.rollback()
    return db.session.get_one(Campaign, key)


def all_verified(plan: CampaignPlan | None = None) -> Campaign:
    """Everybody handed in and is verified, so that the ranking need not wait for the deadline."""
    campaign = small.make_campaign(plan)
    key = campaign.id
    hand_in(*OFFICERS)
    for name, (district, *_communes) in COMMUNES.items():
        packages.consolidate(small.actor(name), key, unit_id(district))
    for code in OFFICERS:
        verify(code, CHANGED)
    db.session.rollback()
    return db.session.get_one(Campaign, key)


def ranked(campaign: Campaign) -> RankingRun:
    """A run of a campaign whose deadline has passed."""
    return rankings.make_run(small.actor("giang"), campaign.id)


def published(campaign: Campaign) -> Edition:
    """The ranking approved, decided and published by two persons."""
    run = ranked(campaign)
    shown, key = run.digest, run.id
    rankings.approve_run(small.actor("dung"), key, shown=shown)
    rankings.record_decision(
        small.actor("giang"), key, number="12/QĐ-UBND", date=today(), signer="Chủ tịch UBND tỉnh"
    )
    rankings.propose_publication(small.actor("giang"), key, shown=shown)
    return rankings.publish(small.actor("oanh"), key, shown=shown)


def verify(code: str, decisions: dict[str, Decision]) -> Submission:
    """Decide every criterion of a form and call it verified."""
    form, chi = small.form_of(code).id, small.actor("chi")
    verification.decide_many(chi, form, decisions)
    verification.keep_rest(chi, form, version=None)
    return submissions.move(chi, form, Action.VERIFY, note="Đã đối chiếu", version=None)


def _send_back(code: str) -> None:
    submissions.send_back(
        small.actor("lan"),
        small.form_of(code).id,
        note="Bổ sung số liệu",
        remarks={"B1.1": "Số liệu chưa khớp báo cáo quý III"},
        due=today() + timedelta(days=3),
        version=None,
    )


def _draft(code: str) -> None:
    officer, form = small.actor(OFFICERS[code]), small.form_of(code).id
    answers.save_answers(officer, form, {"B1.1": CLAIMS["B1.1"], "B3.1": AnswerInput({"option": "full"})})
    documents.add_document(
        officer,
        form,
        content=PDF,
        file_name="quyet-dinh.pdf",
        criteria=("B2.1",),
        number="05/QĐ-UBND",
        issued_on=today(),
    )
    wrong = filled({"B1.1#numerator": "=1+1", "B2.1#answer": "Không"}, template(code))
    workbook_imports.upload(officer, form, file_name="phieu.xlsx", content=wrong)


def _scrutinise(code: str) -> None:
    form, chi = small.form_of(code).id, small.actor("chi")
    verification.decide(chi, form, "B1.1", CHANGED["B1.1"], version=None)
    verification.ask(chi, form, "B2.1", "Kênh hỏi đáp mở từ ngày nào?")
    visits.plan_visit(chi, form, VisitPlan(planned_on=today(), team="Tổ số 2", place="UBND phường"))


def states() -> dict[str, State]:
    """Where each form stands, by the code of its unit."""
    return {form.campaign_unit.code: State(form.state) for form in db.session.query(Submission)}
