"""The committed OpenAPI document equals the code, says what the table says, and the server keeps to it."""

import json
from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from flask_smorest.spec.plugins import FlaskPlugin
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.access import declared
from app.api.resources import ROOT
from app.api.spec import document, spec_json
from tests.app import life
from tests.app.callers import Caller
from workflows.guards import Reason
from workflows.vocabulary import Action, State

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"
METHODS = ("get", "post", "put", "patch", "delete")
ROWS = {"submission": 1, "document": 1, "question": 1, "visit": 1, "explanation": 1, "run": 1, "package": 1}
EXAMPLES = 8
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# What only one of the databases refuses (a zero byte, a number beyond its columns) is asked of that one.
MODES = [
    pytest.param("sqlite", GenerationMode.POSITIVE, id="positive-sqlite"),
    pytest.param("postgresql", GenerationMode.POSITIVE, id="positive-postgresql", marks=pytest.mark.postgres),
    pytest.param("postgresql", GenerationMode.NEGATIVE, id="negative-postgresql", marks=pytest.mark.postgres),
]
TRIED = ("an", "binh", "chi", "giang")


@pytest.fixture(scope="module")
def found(bare_app):
    return document(bare_app)


def operations(found):
    return [
        (path, method, one[method])
        for path, one in found["paths"].items()
        for method in METHODS
        if method in one
    ]


def test_the_committed_document_equals_the_code(bare_app):
    assert COMMITTED.read_text(encoding="utf-8") == spec_json(bare_app), "docs/openapi.json is old: make docs"


def test_making_it_twice_gives_the_same(bare_app):
    assert spec_json(bare_app) == spec_json(bare_app)


def test_every_view_of_the_api_is_in_it(bare_app, found):
    written = {(path, method) for path, method, _operation in operations(found)}
    rules = [rule for rule in bare_app.url_map.iter_rules() if rule.rule.startswith(ROOT)]
    served = {
        (FlaskPlugin.flaskpath2openapi(rule.rule), method.lower())
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert served - written == {(f"{ROOT}/openapi.json", "get")}
    assert written <= served


def test_words_come_from_the_table(found):
    shapes = found["components"]["schemas"]
    assert shapes["MoveRequest"]["properties"]["action"]["enum"] == list(Action)
    assert shapes["Submission"]["properties"]["state"]["enum"] == list(State)
    assert shapes["Refusal"]["properties"]["code"]["enum"] == list(Reason)


def test_every_operation_says_who_may_ask_and_what_may_go_wrong(bare_app, found):
    names = [operation["operationId"] for _path, _method, operation in operations(found)]
    assert len(names) == len(set(names))
    views = {rule.endpoint.rpartition(".")[2]: rule.endpoint for rule in bare_app.url_map.iter_rules()}
    for path, method, operation in operations(found):
        is_public = declared(bare_app, views[operation["operationId"]]).public
        assert operation["security"] == ([] if is_public else [{"bearer": []}]), (method, path)
        assert operation["summary"]
        assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_every_post_but_that_of_a_secret_takes_a_key(found):
    for path, method, operation in operations(found):
        named = {one.get("name") for one in operation["parameters"]}
        assert ("Idempotency-Key" in named) == (method == "post" and not path.endswith("/tokens")), path


def test_references_lead_somewhere(found):
    text = json.dumps(found)
    for part in text.split('"$ref": "#/components/')[1:]:
        kind, name = part.split('"')[0].split("/")
        assert name in found["components"][kind]


@pytest.mark.slow
@pytest.mark.parametrize(("database_url", "mode"), MODES, indirect=["database_url"])
def test_no_input_breaks_the_server_and_every_answer_is_as_described(app, at, mode):
    campaign = life.lively()
    tokens = [Caller(app, name).token for name in TRIED]
    described = document(app)
    for one in described["paths"].values():
        for parameter in one.get("parameters", []):
            _point_at_rows(parameter, campaign.slug)
    schema = schemathesis.openapi.from_dict(described)
    schema.app = app
    every = [result.ok() for result in schema.get_all_operations()]
    # What takes no input at all cannot be given a wrong one.
    taking = [
        one for one in every if mode is GenerationMode.POSITIVE or one.body or any(one.iter_parameters())
    ]
    statuses = Counter(status for operation in taking for status in _tried(app, operation, mode, tokens))
    assert sum(statuses.values()) > 200
    assert statuses[422] > 0
    assert mode is GenerationMode.NEGATIVE or statuses[200] > 0


def _tried(app, operation, mode, tokens):
    found = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), token=strategies.sampled_from(tokens))
    def once(case, token):
        with app.app_context():
            answer = case.call(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
            case.validate_response(answer, checks=CHECKS)
        found.append(answer.status_code)

    once()
    return found


def _point_at_rows(parameter, slug):
    name = parameter["name"]
    if name in ROWS:
        parameter["schema"] |= {"maximum": 60, "minimum": 1}
    if name == "campaign":
        parameter["schema"] = {"enum": [slug]}
