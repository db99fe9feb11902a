"""Due, last acceptance and lock at -1 s, 0 and +1 s: pages, API, workbooks, command line, board and ranking give one answer.

The communes' forms are due at 24:00 of 24/10/2019, taken late through the 27th, changed through the 29th.
"""

import json
import re
import time
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pytest

from app.cli import cli
from app.database import db
from app.exports import csv_text
from app.queries.standings_inputs import Part, inputs_of
from app.queries.standings_runs import as_published
from app.services import rankings
from app.web.run_pages import run_workbook
from tests.app import small
from tests.app.callers import Caller
from tests.app.filled_books import filled, template
from tests.app.handed_in import hand_in
from tests.app.late import AROUND, DUE, EDIT_END, LATE_END, SECOND, SLUG, TURNS, fill_in, set_dates
from tests.app.verified import FULL, verify
from workflows.deadlines import VIETNAM
from workflows.vocabulary import State

ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/New_York", "Europe/Helsinki", "Pacific/Kiritimati")
INSTANTS = [turn + near for turn in TURNS for near in AROUND]
BOARD = {"open": "", "late": "&trang-thai=behind", "over": "&trang-thai=missing"}


def stands(now):
    """The one answer: a form in time, one that still comes late, one that no longer comes."""
    return "open" if now < DUE else "late" if now < LATE_END else "over"


@pytest.fixture
def ready(campaign):
    """Late forms are taken, and the form of Phú Hòa is filled in but not handed in."""
    set_dates()
    fill_in("23722")
    return small.form_of("23722").id


@pytest.fixture
def status(app, ready):
    """What the command line counts of the communes."""

    def ask():
        db.session.rollback()
        result = app.test_cli_runner().invoke(cli, ["campaign", "status", SLUG, "--json"])
        assert result.exit_code == 0, result.output
        db.session.rollback()
        return next(kind for kind in json.loads(result.stdout)["kinds"] if kind["kind"] == "commune")

    return ask


def text_of(answer):
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def counted(answer):
    """How many units the board shows."""
    return int(re.search(r"(\d+) trên 8 đơn vị", text_of(answer))[1])


@pytest.mark.parametrize("now", INSTANTS, ids=lambda now: f"{now:%d-%H%M%S}")
def test_reading_gives_one_answer(now, app, at, sign_in, status, ready):
    at(now)
    found, expected = status(), stands(now)
    assert (found["overdue"], found["behind"]) == {"open": (0, 0), "late": (0, 4), "over": (4, 0)}[expected]
    board = sign_in("giang")
    assert counted(board.get(f"/dot/{SLUG}?cap=commune{BOARD[expected]}")) == 4
    part = {one.code: one.part for one in inputs_of(db.session(), small.form_of("23722").campaign, now).units}
    assert part["23722"] is (Part.SILENT if expected == "over" else Part.AWAITED)
    shown = Caller(app, "xuan").get(f"/submissions/{ready}")
    assert shown["moves"][0]["open"] is (expected != "over")
    assert (shown["due_at"], shown["closes"], shown["locks"]) == tuple(
        turn.astimezone(VIETNAM).isoformat() for turn in TURNS
    )
    page = text_of(sign_in("xuan").get(f"/phieu/{ready}/kiem-tra"))
    assert ("Nộp bây giờ là nộp muộn" in page) is (expected == "late")
    assert ("Đã hết hạn;" in page) is (expected == "over")


@pytest.mark.parametrize("now", INSTANTS, ids=lambda now: f"{now:%d-%H%M%S}")
def test_handing_in_by_the_page_and_by_the_api_gives_one_answer(now, app, at, sign_in, status, ready):
    fill_in("23725")
    at(now)
    officer, expected = sign_in("xuan"), stands(now)
    version = small.form_of("23722").version
    answer = officer.post(f"/phieu/{ready}/nop", data={"version": version})
    assert answer.status_code == (422 if expected == "over" else 303)
    yen, form = Caller(app, "yen"), small.form_of("23725").id
    moved = yen.ask("POST", f"/submissions/{form}/moves", json={"action": "self_assess"}, match="*")
    assert moved.status_code == (422 if expected == "over" else 201)
    shown = yen.get(f"/submissions/{form}")
    assert shown["late"] is (expected == "late")
    if expected != "over":
        receipt = text_of(officer.get(f"/phieu/{ready}/da-nop"))
        assert ("– nộp muộn" in receipt, "– đúng hạn" in receipt) == (shown["late"], not shown["late"])
    assert status()["late"] == (2 if expected == "late" else 0)


@pytest.mark.parametrize("now", INSTANTS, ids=lambda now: f"{now:%d-%H%M%S}")
def test_changing_an_answer_gives_one_answer(now, app, at, sign_in, ready):
    at(now)
    locked = now >= EDIT_END
    page = text_of(sign_in("xuan").get(f"/phieu/{ready}"))
    assert ("Phiếu đã khóa lúc 24:00 ngày 29/10/2019" in page) is locked
    body = {"answers": {"B3.1": {"value": {"option": "full"}}}}
    changed = Caller(app, "xuan").ask("PATCH", f"/submissions/{ready}/answers", json=body)
    assert changed.status_code == (422 if locked else 200)


@pytest.mark.parametrize("near", AROUND)
def test_a_workbook_sent_in_gives_the_same_answer(near, at, sign_in, ready):
    content, address = filled({"B3.1#option": "Chuyên trách"}, template("23722")), f"/phieu/{ready}/excel"
    at(EDIT_END - SECOND)
    shown = sign_in("xuan").post(address, data={"file": (BytesIO(content), "phieu.xlsx")}).location
    at(EDIT_END + near)
    officer, locked = sign_in("xuan"), near >= timedelta()
    sent = officer.post(address, data={"file": (BytesIO(content), "phieu.xlsx")})
    assert sent.status_code == (422 if locked else 303)
    assert officer.post(f"{shown}/ghi").status_code == (422 if locked else 303)


@pytest.fixture(params=ZONES)
def host_zone(request, monkeypatch):
    """The host stands in another part of the world."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_the_zone_of_the_host_changes_nothing(host_zone, at, sign_in, status, ready):
    seen = []
    for now in INSTANTS:
        at(now)
        found = status()
        page = text_of(sign_in("xuan").get(f"/phieu/{ready}/kiem-tra"))
        assert "đến hết 24:00 ngày 24/10/2019" in page
        assert "đến hết 24:00 ngày 27/10/2019" in page
        seen.append((found["overdue"], found["behind"], "Nộp bây giờ là nộp muộn" in page))
    assert seen == [(0, 0, False)] + [(0, 4, True)] * 3 + [(4, 0, False)] * 5
    at(DUE - SECOND)
    hand_in("23722")
    at(DUE)
    hand_in("23725")
    assert status()["late"] == 1


@pytest.mark.parametrize("near", AROUND)
def test_the_flag_is_frozen_into_the_run_and_its_files(near, app, at, campaign):
    set_dates()
    at(DUE + near)
    hand_in("23722")
    late = DUE + near >= DUE
    for code in ("SNV", "SYT", "622", "627", "23557"):
        verify(code, FULL, {"B4.1": "5"})
    verify("23722", {}, {"B4.1": "5"})
    at(EDIT_END)
    run = rankings.make_run(small.actor("giang"), campaign.id)
    rows = {row.code: row for kind in as_published(run).kinds for row in kind.rows}
    assert (rows["23722"].late, rows["23722"].place) == (late, 2)
    assert not rows["23557"].late
    book = openpyxl.load_workbook(BytesIO(run_workbook(run)))
    cells = [cell.value for row in book["Cấp xã"] for cell in row]
    assert cells.count("Nộp muộn") == late
    line = next(one for one in csv_text(as_published(run)).splitlines() if ",23722," in one)
    assert line.endswith(",late,,," if late else ",,,,")


def test_a_request_counts_when_the_server_takes_it_up(app, at, sign_in, ready, monkeypatch):
    """Sent before the deadline, taken up after it: the instant of the unit of work is the time of receipt."""
    at(DUE - SECOND)
    officer, version = sign_in("xuan"), small.form_of("23722").version
    monkeypatch.setattr("app.unit.clock", SimpleNamespace(now=lambda: DUE))
    assert officer.post(f"/phieu/{ready}/nop", data={"version": version}).status_code == 303
    monkeypatch.undo()
    form = small.form_of("23722")
    assert (form.state, form.submitted_at) == (State.SELF_ASSESSED, DUE)
    assert Caller(app, "xuan").get(f"/submissions/{ready}")["late"] is True
