"""Every page that anybody can reach by links: it answers, it reads well, and looking changes nothing."""

from collections import deque
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from sqlalchemy import inspect, text

from app import unit as units
from app.database import db
from tests.app import life, small
from tests.guards.pages import faults, links, parse

AFTERWARDS = datetime(2019, 11, 20, 3, tzinfo=UTC)
CREW = ("an", "ha", "xuan", "yen", "nam", "binh", "lan", "chi", "giang", "dung", "quang", "khach")
ASKED_AS_WELL = (
    "/",
    "/phuong-phap",
    "/dang-nhap",
    "/trang-chu",
    "/khong-co",
    "/dot",
    "/huyen",
    "/don-vi",
    "/tham-dinh",
    "/thu",
)
OPEN_TO_ALL = None
MOST_PAGES = 400
# These differ by who looks when, not by what they do; one of each kind is enough.
NOISE = ("lang=", "text=")


def just_opened(at):
    life.opened()


def lively(at):
    life.lively()


def ranked(at):
    campaign = life.verified()
    at(AFTERWARDS)
    life.ranked(campaign)


def published(at):
    campaign = life.verified()
    at(AFTERWARDS)
    life.published(campaign)


# Every stage on one database; the one with all kinds of rows on the other, too.
WALKS = [
    *(pytest.param("sqlite", stage, id=stage.__name__) for stage in (just_opened, lively, ranked, published)),
    pytest.param("postgresql", published, id="published-postgresql", marks=pytest.mark.postgres),
]


def everything():
    """A digest of every row of every table."""
    db.session.rollback()
    found = sha256()
    for table in sorted(inspect(db.engine).get_table_names()):
        rows = db.session.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all()
        found.update(repr((table, rows)).encode())
    db.session.rollback()
    return found.hexdigest()


def walk(client, start):
    """Follow every link from the start pages; gives address and answer."""
    waiting, seen = deque(start), set(start)
    while waiting:
        address = waiting.popleft()
        answer = client.get(address, buffered=True)
        yield address, answer
        found = set()
        if answer.status_code in (301, 302, 303, 308):
            found = {answer.location}
        elif answer.mimetype == "text/html":
            found = links(parse(answer.get_data(as_text=True)))
        for more in sorted(found - seen):
            if not any(noise in more for noise in NOISE) and len(seen) < MOST_PAGES:
                seen.add(more)
                waiting.append(more)


@pytest.fixture
def no_unit(monkeypatch):
    """Opening a unit of work is a fault from now on; gives the list of those who tried."""
    tried = []

    class Watched(units.UnitOfWork):
        def __init__(self, session, actor, now):
            tried.append(actor.name)
            super().__init__(session, actor, now)

    def arm():
        monkeypatch.setattr(units, "UnitOfWork", Watched)
        return tried

    return arm


@pytest.mark.slow
@pytest.mark.parametrize(("database_url", "stage"), WALKS, indirect=["database_url"])
def test_every_page_answers_reads_well_and_changes_nothing(app, at, sign_in, no_unit, stage):
    stage(at)
    crew = {name: sign_in(name) for name in CREW} | {OPEN_TO_ALL: app.test_client()}
    tried, before, wrong, walked = no_unit(), everything(), [], 0
    for name, client in crew.items():
        for address, answer in walk(client, ASKED_AS_WELL):
            walked += 1
            wrong += [f"{name} {address}: {fault}" for fault in judged(address, answer)]
    assert wrong == []
    assert tried == []
    assert everything() == before
    assert walked > 10 * len(crew)


def judged(address, answer):
    if answer.status_code >= 500:
        yield f"answered {answer.status_code}"
    if answer.status_code == 404 and address not in ASKED_AS_WELL:
        yield "leads nowhere"
    if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 308):
        yield from faults(parse(answer.get_data(as_text=True)))


@pytest.mark.parametrize(
    "query",
    [
        "?page=-1",
        "?page=999999999999999999999",
        "?page=a&q=%00",
        "?q=" + "x" * 5000,
        "?lang=xx&text=9",
        "?next=//evil.example",
    ],
)
@pytest.mark.parametrize("name", ["giang", "binh", "chi"])
def test_odd_addresses_make_no_fault_of_ours(app, at, sign_in, campaign, name, query):
    client = sign_in(name)
    for address in (*ASKED_AS_WELL, f"/dot/{campaign.slug}"):
        assert client.get(address + query).status_code < 500, address + query


def test_signing_in_leads_to_no_foreign_place(app, at, client):
    app.config["WTF_CSRF_ENABLED"] = False
    for foreign in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
    ):
        answer = client.post(
            "/dang-nhap",
            query_string={"next": foreign},
            data={"email": "an@gialai.example", "password": small.PASSWORD},
        )
        assert answer.status_code in (302, 303)
        assert "evil" not in answer.location
        assert answer.location.startswith("/")
