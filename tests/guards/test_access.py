"""Every address says who may ask, nobody else is let in, and no request can be forged."""

import re
from itertools import product

import pytest

from app.access import LIBRARY_ENDPOINTS, Access, allow, declared, public
from tests.app import small
from workflows.case import Actor, Grant
from workflows.vocabulary import Role

EVERYBODY = [name for name in small.CAST if name != "khach"]
SAFETY = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
)
BLANKS = {"int": "999999", "string": "khong-co", "path": "khong/co", "slug": "khong-co", "code": "B1.1"}
ARGUMENT = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?\w+>")
# A mail program presses this for its reader: the secret in the address stands for the token, and a made-up one is none.
PROVED_BY_ADDRESS = frozenset({"digests.stop"})


def own_rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in LIBRARY_ENDPOINTS]


def address(rule):
    """The rule's address with something in each place that no row is called."""
    return ARGUMENT.sub(_blank, rule.rule)


def _blank(found):
    if found[1] == "any":
        return found[2].split(",")[0].strip(" '")
    return BLANKS[found[1] or "string"]


def rules_taking(app, method):
    return [rule for rule in own_rules(app) if method in rule.methods]


def test_every_route_declares_who_may_ask(bare_app):
    assert {
        rule.endpoint for rule in own_rules(bare_app) if declared(bare_app, rule.endpoint) is None
    } == set()


def test_what_declares_nothing_is_refused(app, client, monkeypatch):
    monkeypatch.setitem(app.view_functions, "public_help.accessibility", lambda: "secret")
    answer = client.get("/tro-nang")
    assert answer.status_code == 403
    assert b"secret" not in answer.data


@pytest.mark.parametrize(("role", "held"), list(product((None, *Role), repeat=2)))
def test_a_declaration_lets_in_whom_it_names(role, held):
    access = Access(public=False, roles=frozenset({role} - {None}))
    grants = frozenset() if held is None else frozenset({Grant(held, 1)})
    person = Actor(1, "Người thử", grants)
    assert access.lets(person) is (role is None or role is held)
    assert not access.lets(Actor(None, ""))
    assert Access(public=True).lets(Actor(None, ""))


def test_allow_without_roles_means_any_signed_in_person():
    view = allow()(lambda: "")
    assert view.__access__ == Access(public=False)


def test_a_visitor_is_let_into_public_pages_only(app, client, campaign):
    for rule in own_rules(app):
        method = min(rule.methods - {"HEAD", "OPTIONS"})
        answer = client.open(address(rule), method=method, buffered=True)
        if declared(app, rule.endpoint).public:
            continue
        assert answer.status_code in (302, 303, 400, 401), (method, rule.rule, answer.status_code)
        if answer.status_code in (302, 303):
            assert answer.location.startswith("/dang-nhap"), rule.rule


def test_nobody_passes_a_page_of_another_role(app, sign_in, campaign):
    walked = 0
    for name in EVERYBODY:
        visitor, person = sign_in(name), small.actor(name)
        for rule in rules_taking(app, "GET"):
            if rule.rule.startswith("/api/") or declared(app, rule.endpoint).lets(person):
                continue
            walked += 1
            answer = visitor.get(address(rule))
            assert answer.status_code == 403, (name, rule.rule, answer.status_code)
    assert walked > 0


def test_a_form_without_its_token_is_refused(app, client, campaign):
    app.config["WTF_CSRF_ENABLED"] = True
    posted = [rule for rule in rules_taking(app, "POST") if not rule.rule.startswith("/api/")]
    assert posted
    for rule in posted:
        answer = client.post(address(rule), data={"note": "gửi từ nơi khác"})
        wanted = 404 if rule.endpoint in PROVED_BY_ADDRESS else 400
        assert answer.status_code == wanted, (rule.rule, answer.status_code)


def test_a_cookie_does_not_speak_for_the_api(app, sign_in, campaign):
    office = sign_in("giang")
    closed = [rule for rule in own_rules(app) if rule.rule.startswith("/api/")]
    closed = [rule for rule in closed if not declared(app, rule.endpoint).public]
    for rule in closed:
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            answer = office.open(address(rule), method=method, buffered=True)
            assert answer.status_code == 401, (method, rule.rule, answer.status_code)
            assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/dang-nhap", 200),
        ("GET", "/khong-co", 404),
        ("GET", "/don-vi", 302),
        ("PUT", "/dang-nhap", 405),
        ("POST", "/dang-nhap", 400),
        ("GET", "/static/app.css", 200),
        ("GET", "/static/khong-co.css", 404),
        ("GET", "/api/v1/khong-co", 404),
    ],
)
def test_every_answer_carries_the_safety_headers(app, client, campaign, method, path, status):
    answer = client.open(path, method=method, buffered=True)
    assert answer.status_code == status
    for name in SAFETY:
        assert answer.headers[name], name
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_fault_of_ours_carries_them_too_and_tells_nothing(app, client, monkeypatch):
    def fail():
        raise RuntimeError("SELECT hush FROM vault")

    monkeypatch.setitem(app.view_functions, "public_help.accessibility", public(fail))
    answer = client.get("/tro-nang")
    assert answer.status_code == 500
    assert "hush" not in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"]


def test_pages_of_a_signed_in_reader_are_not_kept(sign_in, campaign):
    answer = sign_in("an").get("/trang-chu", follow_redirects=True)
    assert answer.headers["Cache-Control"] == "no-store"


def test_cookies_are_out_of_reach_of_scripts(app, client, at):
    app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post("/dang-nhap", data={"email": "an@gialai.example", "password": small.PASSWORD})
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)
