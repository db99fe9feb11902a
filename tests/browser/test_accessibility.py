"""Every page, on a phone and on a desk: no WCAG A or AA violation by axe, and nothing to scroll sideways."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app import clock
from app.database import db
from app.models import (
    BatchTask,
    Document,
    FieldVisit,
    OutboxMessage,
    Package,
    Person,
    StoredCriteriaSet,
    WorkbookBatch,
    WorkbookImport,
)
from app.queries.criteria_sets import stored_set
from app.queries.workbook_batches import Scope
from app.rehearsals import Wish
from app.services import nudges, rehearsals, workbook_batches
from app.services.criteria_drafts import upload_draft, workbook_of
from app.services.office_imports import SentFile
from app.services.unit_imports import upload_roster
from app.services.units import Order
from tests.app import life, small
from tests.app.edited_books import edited, table
from tests.app.filled_books import filled
from tests.app.handed_in import OFFICERS
from tests.browser.conftest import AXE, WIDTHS, open_campaign, this_year
from workflows.deadlines import local_day

MISSING = {
    "/khong-co",
    "/ket-qua/chua-co",
    "/phieu/999999",
    "/dot",
}  # shown to somebody for whom they are not there
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
HIDDEN_SCROLLING = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def audit(page, address):
    """What is wrong with the page that is open now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    wrong = [f"{address}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
    if (over := page.evaluate(HIDDEN_SCROLLING)) > 0:
        wrong.append(f"{address}: {over} px to scroll sideways")
    return wrong


def visited(page, addresses):
    for address in addresses:
        answer = page.goto(address)
        assert answer.status < 400 or address in MISSING, (address, answer.status)
        yield from audit(page, address)


def public_pages(slug):
    return (
        "/",
        f"/ket-qua/{slug}",
        "/phuong-phap",
        "/dang-nhap",
        "/huong-dan",
        "/tro-nang",
        "/bien-nhan",
        "/khong-co",
        "/?lang=en",
    )


def form_pages(code):
    key = small.form_of(code).id
    criteria = [f"/phieu/{key}/tc/{criterion}" for criterion in ("B1.1", "B2.1", "B3.1", "C1")]
    ends = [
        "",
        "/kiem-tra",
        "/tai-lieu",
        "/bao-cao",
        "/excel",
        "/ket-qua",
        "/da-nop",
        "/in",
        "/ban-ky",
        "/excel",
        "/ket-qua",
        "/da-nop",
        "/so-uoc",
        "/phan-cong",
        "/nam-truoc",
        "/nhom/B4",
    ]
    for row in db.session.query(Document).filter_by(submission_id=key):
        ends += [f"/tai-lieu/{row.id}{end}" for end in ("", "/xem", "/xem?trang=9", "/xem?to=1")]
    return (*(f"/phieu/{key}{end}" for end in ends), *criteria)


def rehearsed(slug):
    """The pages of a rehearsal that has ended and of one that waits."""
    giang, begin = small.actor("giang"), f"/dot/{slug}/chay-thu"
    ended = rehearsals.ask_for(giang, slug, Wish(submitted=50)).id
    rehearsals.rehearse_waiting()
    waiting = rehearsals.ask_for(giang, slug, Wish(days=3)).id
    day = local_day(clock.now()) + timedelta(days=1)
    return [begin, *(f"{begin}/{end}" for end in (ended, f"{ended}/ngay/{day}", f"{waiting}?tai-lai=0"))]


def batches(campaign):
    """Excel for many units: before anything, waiting, made, and a preview with changes and faults."""
    giang, lan = small.actor("giang"), small.actor("lan")
    waiting = workbook_batches.send_in(giang, campaign, file_name="a.zip", content=b"PK").id
    made = workbook_batches.ask_for_books(lan, campaign, BatchTask.SHEETS, Scope()).id
    content = (
        workbook_batches.bundle_store().path(db.session.get_one(WorkbookBatch, made).sha256).read_bytes()
    )
    wrong = filled({"B1.1#numerator": 8, "B1.1#denominator": "tám"}, content, sheets=["Xã Hà Tây"])
    shown = workbook_batches.send_in(lan, campaign, file_name="huyen.xlsx", content=wrong).id
    return {
        "giang": [f"/dot/{campaign.slug}/excel", f"/excel/{waiting}?tai-lai=0"],
        "lan": [f"/huyen/excel/{campaign.id}", *(f"/excel/{key}" for key in (made, shown))],
    }


def office_pages(slug, ids):
    one = f"don-vi/{ids['23725']}"
    ends = ("", "/xep-hang", "/ho-so", "/ket-thuc", "/han/commune", f"/{one}", f"/{one}/gia-han")
    ends += ("/nhac", "/tep-chung", "/phan-cong", "/nhac-viec", "/nhac-viec/them", "/nhac-viec/D-3/sua")
    ends += ("/han/commune/moc", "/han/commune/gia-han", "/bo-tieu-chi")
    return [f"/dot/{slug}{end}" for end in ends]


def office_files():
    """A draft and a version of criteria, and a list of units with a fault, as the office sent them in."""
    giang, quang = small.actor("giang"), small.actor("quang")
    known = db.session.query(StoredCriteriaSet).first()
    book = workbook_of(stored_set(known))
    draft = upload_draft(giang, SentFile("bo.xlsx", edited(book, {("Tiêu chí", "F2"): "mười"}))).id
    faulty = table(("Cấp", "Mã", "Tên"), ("tỉnh", "64", "Tỉnh Gia Lai"), ("xã", "", "Xã Mới"))
    units = upload_roster(quang, SentFile("don-vi.xlsx", faulty), Order(local_day(clock.now()))).id
    return {
        "giang": ["/bo-tieu-chi", f"/bo-tieu-chi/{known.id}", f"/bo-tieu-chi/ban-nhap/{draft}"],
        "quang": [f"/quan-tri/nhap/{units}"],
    }


def district_pages(key, nudge):
    ends = ("", f"/tong-hop/{key}", f"/nhac/{key}", f"/hen/{key}")
    return [*(f"/huyen{end}" for end in ends), f"/nhac/{nudge}"]


def administration_pages(somebody):
    people = ("", "/tai-khoan/moi", "/tai-khoan/nhap", f"/tai-khoan/{somebody}")
    return [f"/quan-tri{end}" for end in (*people, "/don-vi", "/don-vi/nhap", "/nhat-ky")]


def mail_pages(slug):
    """The ledger, mails in trouble of every kind, and contacts with somebody whom no mail reaches."""
    ended = {1: "rcpt: 550 5.1.1 no such user", 2: "dot: 554 spam"}
    with db.engine.begin() as connection:
        for key, words in ended.items():
            values = {"state": "refused", "outcome": words}
            connection.execute(update(OutboxMessage).where(OutboxMessage.id == key).values(values))
        refused = {"address_refused_at": small.OPENING, "address_refused_words": ended[1]}
        connection.execute(update(Person).where(Person.email == "yen@gialai.example").values(refused))
    db.session.rollback()
    unit = small.form_of("23725").campaign_unit.unit_id
    ledger = ("/thu", "/thu?truc-trac=1", "/thu?tim=khong-co", *(f"/thu/{key}" for key in (*ended, 3)))
    return [*ledger, "/thu/lien-lac", f"/thu/lien-lac/{slug}/{unit}"]


@pytest.fixture
def plan():
    return this_year(explanation_days=0)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_pages_before_anything_is_there(site, new_page, sign_in, width):
    wrong = [*visited(new_page(width=width), public_pages("chua-co"))]
    for name, addresses in (
        ("an", ["/don-vi"]),
        ("binh", ["/huyen"]),
        ("giang", ["/dot", "/dot/moi", "/thu", "/thu/den", "/thu/lien-lac"]),
    ):
        wrong += visited(sign_in(name, width=width), addresses)
    wrong += visited(sign_in("chi", width=width), ["/tham-dinh"])
    wrong += visited(sign_in("quang", width=width), ["/quan-tri"])
    assert wrong == []


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_pages_of_a_campaign_at_work(site, new_page, sign_in, plan, width, monkeypatch):
    with site.data():
        monkeypatch.setattr(small, "make_campaign", lambda _plan=None: open_campaign(plan))
        campaign = life.lively(plan)
        slug, key = campaign.slug, campaign.id
        forms = {code: form_pages(code) for code in OFFICERS}
        ids = {code: small.form_of(code).id for code in OFFICERS}
        package = db.session.query(Package).one().id
        visit = db.session.query(FieldVisit).one().id
        sent = f"/phieu/{ids['627']}/excel/{db.session.query(WorkbookImport).one().id}"
        somebody = small.person("an").id
        nudge = nudges.urge_below(small.actor("lan"), key, None, to=[ids["23725"]]).id
        rehearsal = rehearsed(slug)
        many, files = batches(campaign), office_files()
    verifying = [
        "/tham-dinh/giai-trinh",
        f"/tham-dinh/{ids['23560']}",
        f"/tham-dinh/{ids['23560']}/B1.1",
        f"/tham-dinh/{ids['SYT']}",
        f"/tham-dinh/chuyen/{visit}/doi",
        f"/tham-dinh/chuyen/{visit}/huy",
    ]
    with site.data():
        ledger = mail_pages(slug)
    mails = [
        *ledger,
        f"/dot/{slug}/mau-van-ban",
        "/thu/mau",
        f"/thu/mau/{slug}/returned",
        f"/thu/mau/{slug}/digest?ngon-ngu=en",
    ]
    walks = {
        "yen": ["/tai-khoan", *forms["23725"]],
        "an": forms["23557"],
        "lan": [
            *district_pages(key, nudge),
            f"/huyen/phieu/{ids['23722']}",
            sent,
            *forms["627"],
            *many["lan"],
        ],
        "chi": ["/tham-dinh", *verifying],
        "oanh": ["/thu/ngay-mai", *rehearsal],
        "giang": [
            "/dot",
            f"/dot/lich/{plan.year}",
            *office_pages(slug, ids),
            *mails,
            f"/dot/{slug}/ho-so/{package}",
            *many["giang"],
            *files["giang"],
        ],
        "quang": [*administration_pages(somebody), *files["quang"]],
    }
    wrong = []
    for name, addresses in walks.items():
        wrong += visited(sign_in(name, width=width), addresses)
    assert wrong == []


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_pages_that_tell_of_a_fault(site, new_page, sign_in, plan, width):
    with site.data():
        open_campaign(plan)
        key = small.form_of("23557").id
    stranger = new_page(width=width)
    stranger.goto("/dang-nhap")
    stranger.locator("main form button").first.click()
    wrong = audit(stranger, "empty sign-in")
    stranger.locator("input[name=email]").fill("ai-do@gialai.example")
    stranger.get_by_role("button", name="Gửi mã đăng nhập").click()
    stranger.locator("main form button").first.click()
    wrong += audit(stranger, "empty code")
    officer = sign_in("an", width=width)
    for code in ("B1.1", "B2.1", "B3.1"):
        officer.goto(f"/phieu/{key}/tc/{code}")
        for box in officer.locator("main form input[type=text]:visible").all():
            box.fill("không phải số")
        with officer.expect_navigation():
            officer.locator("main form button.govuk-button").first.click()
        wrong += audit(officer, f"wrong answer to {code}")
    officer.goto(f"/phieu/{key}/kiem-tra")
    officer.locator("main form button.govuk-button").last.click()
    wrong += audit(officer, "handing in too early")
    wrong += visited(officer, ["/dot", "/khong-co", "/phieu/999999"])
    assert wrong == []


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_pages_of_a_published_ranking(site, new_page, sign_in, plan, width, monkeypatch):
    with site.data():
        monkeypatch.setattr(small, "make_campaign", lambda _plan=None: open_campaign(plan))
        campaign = life.all_verified(plan)
        slug = campaign.slug
        life.published(campaign)
        units = [small.form_of(code).campaign_unit.slug for code in ("SNV", "622", "23557")]
        forms = form_pages("23557")
    pages = [*public_pages(slug), *(f"/ket-qua/{slug}/{unit}" for unit in units), f"/phuong-phap/{slug}"]
    wrong = [*visited(new_page(width=width), pages)]
    wrong += visited(sign_in("giang", width=width), [f"/dot/{slug}", f"/dot/{slug}/xep-hang/1"])
    wrong += visited(sign_in("an", width=width), forms)
    assert wrong == []
