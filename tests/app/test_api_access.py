"""Who may ask the API what: visitors 401, strangers 404, the wrong role 403; tokens are issued, shown and ended."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from app import clock
from app.models import ApiToken, AuditEntry, Verb
from tests.app import small
from tests.app.callers import ROOT, Caller, problem
from tests.app.handed_in import hand_in, send_pleiku

LOGIN = {"email": "an@gialai.example", "password": small.PASSWORD, "name": "máy của An"}
READS = (
    "",
    "/moves",
    "/answers",
    "/answers/B1.1",
    "/documents",
    "/verdicts",
    "/verdicts/B1.1",
    "/questions",
    "/visits",
    "/explanations",
)
# method, below the form, body, who may not though the form is in reach
WRITES = (
    ("PUT", "/answers/B1.1", {"value": None}, "chi"),
    ("PATCH", "/answers", {"answers": {}}, "chi"),
    ("POST", "/agreement", {"digest": "0" * 64}, "an"),
    ("PUT", "/verdicts/B1.1", {"points": None}, "an"),
    ("PATCH", "/verdicts", {"verdicts": {}}, "an"),
    ("POST", "/questions", {"criterion": "B1.1", "text": "?"}, "giang"),
    ("POST", "/visits", {"planned_on": "2019-10-11", "team": "Tổ 1"}, "an"),
    ("POST", "/explanations", {"criterion": "B1.1", "text": "vì"}, "chi"),
    ("POST", "/moves", {"action": "self_assess"}, "giang"),
)


@pytest.fixture
def form(app, campaign):
    return small.form_of("23557").id


def test_a_token_is_issued_shown_and_ended(app, campaign):
    with app.app_context():
        issued = app.test_client().post(f"{ROOT}/tokens", json=LOGIN)
    assert issued.status_code == 201
    an = Caller(app, "an")
    an.token = issued.json["token"]
    shown = an.get("/tokens/current")
    assert shown["name"] == "máy của An"
    assert shown["grants"] == [{"role": "unit", "unit": "23557", "unit_name": "Phường Yên Đỗ"}]
    assert "token" not in shown
    assert an.ask("DELETE", "/tokens/current").status_code == 204
    assert an.refused("GET", "/tokens/current") == (401, "unauthorized")
    with app.app_context():
        verbs = [entry.verb for entry in small.db.session.query(AuditEntry)]
    assert {Verb.TOKEN_ISSUED, Verb.TOKEN_REVOKED} <= set(verbs)


def test_a_secret_is_never_kept(app, campaign):
    an = Caller(app, "an")
    with app.app_context():
        (row,) = small.db.session.query(ApiToken)
    assert an.token not in (row.token_hash, row.name)


def test_guessing_is_slowed_down_as_on_the_sign_in_page(app, campaign):
    client = app.test_client()
    for _attempt in range(5):
        assert client.post(f"{ROOT}/tokens", json=LOGIN | {"password": "doan-mo"}).status_code == 422
    answer = client.post(f"{ROOT}/tokens", json=LOGIN)
    assert problem(answer) == (422, "invalid")
    assert answer.json["errors"][0]["code"] == "too_many"


def test_known_and_unknown_addresses_are_answered_alike(app, campaign):
    client, said = app.test_client(), []
    for email in ("an@gialai.example", "khong-ai@gialai.example"):
        body = client.post(f"{ROOT}/tokens", json={"email": email, "password": "sai"}).json
        said.append({name: body[name] for name in ("status", "code", "detail", "errors")})
    assert said[0] == said[1]


def test_an_old_token_opens_nothing(app, at, campaign):
    an = Caller(app, "an")
    at(clock.now() + timedelta(days=366))
    assert an.refused("GET", "/campaigns") == (401, "unauthorized")


def test_a_closed_account_opens_nothing(app, campaign):
    an = Caller(app, "an")
    small.person("an").active = False
    small.db.session.commit()
    assert an.refused("GET", "/campaigns") == (401, "unauthorized")


def test_reading_a_form_out_of_reach(app, form):
    strangers = [Caller(app, name) for name in ("bao", "nam", "lan", "quang", "khach")]
    for path in READS:
        where = f"/submissions/{form}{path}"
        visitor = app.test_client().get(f"{ROOT}{where}")
        assert problem(visitor) == (401, "unauthorized"), path
        assert visitor.headers["WWW-Authenticate"] == "Bearer"
        for stranger in strangers:
            assert stranger.refused("GET", where) == (404, "not_found"), path
        missing = strangers[0].ask("GET", f"/submissions/999999{path}").json
        foreign = strangers[0].ask("GET", where).json
        assert {**missing, "request_id": ""} == {**foreign, "request_id": ""}, path


def test_writing_to_a_form_of_others(app, form):
    strangers = [Caller(app, name) for name in ("bao", "lan")]
    for method, path, body, wrong in WRITES:
        where = f"/submissions/{form}{path}"
        with app.app_context():
            visitor = app.test_client().open(f"{ROOT}{where}", method=method, json=body)
        assert problem(visitor) == (401, "unauthorized"), where
        assert Caller(app, wrong).refused(method, where, body, match="*") == (403, "forbidden"), where
        for stranger in strangers:
            status, _code = stranger.refused(method, where, body, match="*")
            assert status in (403, 404), where
    small.db.session.rollback()
    assert small.form_of("23557").state == "DRAFT"


def test_a_move_of_another_role_is_forbidden(app, form):
    hand_in("23557")
    path = f"/submissions/{form}/moves"
    for name in ("chi", "giang", "dung", "binh"):
        assert Caller(app, name).refused("POST", path, {"action": "withdraw"}, match="*") == (
            403,
            "forbidden",
        )


def test_what_moves_many_forms_does_not_move_one(app, form):
    hand_in("23557")
    callers = [Caller(app, name) for name in ("binh", "giang", "dung")]
    for action in ("consolidate", "return_package", "approve", "withdraw_approval", "publish"):
        move = {"action": action, "note": "x"}
        for caller in callers:
            refused = caller.refused("POST", f"/submissions/{form}/moves", move, match="*")
            assert refused == (422, "invalid"), action
    small.db.session.rollback()
    assert small.form_of("23557").state == "SELF_ASSESSED"


def test_packages_are_for_those_who_send_and_receive_them(app, campaign):
    package = send_pleiku().id
    back = {"action": "return_package", "note": "Thiếu"}
    for name in ("binh", "giang", "chi", "dung"):
        assert Caller(app, name).get(f"/packages/{package}")["consolidator"] == "622"
    assert Caller(app, "lan").refused("GET", f"/packages/{package}") == (404, "not_found")
    assert Caller(app, "an").refused("GET", f"/packages/{package}") == (403, "forbidden")
    assert Caller(app, "binh").refused("POST", f"/packages/{package}/moves", back) == (403, "forbidden")
    own = {"consolidator": "622"}
    path = f"/campaigns/{campaign.slug}/packages"
    assert Caller(app, "lan").refused("POST", path, own) == (422, "invalid")
    assert Caller(app, "an").refused("POST", path, own) == (403, "forbidden")


def test_runs_are_for_staff(app, campaign):
    path = f"/campaigns/{campaign.slug}/runs"
    for name in ("an", "binh", "quang", "khach"):
        for method, where in (("GET", path), ("POST", path), ("GET", "/runs/1")):
            assert Caller(app, name).refused(method, where) == (403, "forbidden"), name
    assert Caller(app, "chi").refused("POST", path) == (403, "forbidden")
    assert Caller(app, "chi").refused("GET", "/runs/1") == (404, "not_found")


def test_campaigns_and_units_show_what_is_in_reach(app, campaign):
    slug = campaign.slug
    assert Caller(app, "khach").get("/campaigns")["items"] == []
    assert Caller(app, "khach").refused("GET", f"/campaigns/{slug}") == (404, "not_found")
    assert [one["slug"] for one in Caller(app, "an").get("/campaigns")["items"]] == [slug]
    codes = {"an": ["23557"], "binh": ["622", "23557", "23560"]}
    for name, expected in codes.items():
        page = Caller(app, name).get(f"/campaigns/{slug}/units")
        assert [row["unit"]["code"] for row in page["items"]] == expected
    assert Caller(app, "giang").get(f"/campaigns/{slug}/units")["total"] == 8
    communes = Caller(app, "chi").get(f"/campaigns/{slug}/units?kind=commune&parent=627&state=DRAFT")
    assert [row["unit"]["code"] for row in communes["items"]] == ["23722", "23725"]
    last = Caller(app, "chi").get(f"/submissions?campaign={slug}&page_size=3&page=3")
    assert (len(last["items"]), last["total"]) == (2, 8)


def test_a_campaign_in_preparation_is_its_offices_only(app, at):
    slug = small.make_campaign(opened=False).slug
    assert Caller(app, "giang").get(f"/campaigns/{slug}")["status"] == "prepared"
    assert Caller(app, "an").refused("GET", f"/campaigns/{slug}") == (404, "not_found")


def test_lists_cost_a_constant_number_of_queries(app, campaign):
    chi, seen = Caller(app, "chi"), []
    engine = small.db.engine

    def count(*_more):
        seen[-1] += 1

    event.listen(engine, "before_cursor_execute", count)
    for size in (2, 8):
        seen.append(0)
        assert len(chi.get(f"/submissions?page_size={size}")["items"]) == size
    event.remove(engine, "before_cursor_execute", count)
    assert seen[0] == seen[1] > 0


def test_a_unit_sees_verdicts_once_its_form_is_verified(app, campaign):
    (form,) = hand_in("SNV")
    path, key = f"/submissions/{form.id}", form.id
    chi, nam = Caller(app, "chi"), Caller(app, "nam")
    given = {"points": "7", "reason": "Thiếu một thủ tục"}
    chi.done("PUT", f"{path}/verdicts/B1.1", given, match=0)
    assert chi.get(path)["verified_points"] is not None
    assert nam.get(path)["verified_points"] is None
    assert nam.refused("GET", f"{path}/verdicts") == (403, "forbidden")
    rest = {code: {"points": None} for code in ("B2.1", "B3.1", "C1", "C2")} | {"B4.1": {"points": 4}}
    chi.done("PATCH", f"{path}/verdicts", {"verdicts": rest}, match="*")
    chi.done("POST", f"{path}/moves", {"action": "verify"}, match="*")
    assert nam.get(f"/submissions/{key}/verdicts/B1.1")["points"] == "7"
    assert nam.get(path)["verified_points"] is not None
