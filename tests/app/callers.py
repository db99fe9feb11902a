"""People of the cast who call the API with a token of their own."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.services import accounts
from tests.app import small

ROOT = "/api/v1"


class Caller:
    """A client that sends a token; paths are below :data:`ROOT`."""

    def __init__(self, app: Flask, name: str) -> None:
        self.app, self.client = app, app.test_client()
        person = small.person(name)
        _row, self.token = accounts.issue_token(small.actor(name), name="thử", person_id=person.id)

    def ask(
        self, method: str, path: str, *, match: object = None, key: str = "", **more: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        if match is not None:
            headers["If-Match"] = match if match == "*" else f'"{match}"'
        if key:
            headers["Idempotency-Key"] = key
        # A context of its own: what one request keeps in it must not reach the next one.
        with self.app.app_context():
            return self.client.open(f"{ROOT}{path}", method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        """The body of a GET that succeeds."""
        answer = self.ask("GET", path, **more)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def done(self, method: str, path: str, json: object = None, **more: Any) -> Any:
        """The body of a write that succeeds."""
        answer = self.ask(method, path, json=json, **more)
        assert answer.status_code in (200, 201, 204), answer.get_data(as_text=True)
        return answer.json

    def refused(self, method: str, path: str, json: object = None, **more: Any) -> tuple[int, str]:
        """Status and code of a request that is refused, in the one shape that every refusal has."""
        answer = self.ask(method, path, json=json, **more)
        return problem(answer)

    def moves(self, form: int) -> dict[str, bool]:
        """Which moves are offered, and whether each is open."""
        return {move["action"]: move["open"] for move in self.get(f"/submissions/{form}")["moves"]}


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a problem, after a look at its shape."""
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    body = answer.json
    assert set(body) == {"type", "title", "status", "code", "detail", "errors", "request_id"}
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["type"] == f"urn:dung-han:problem:{body['code']}"
    assert all(set(one) == {"sheet", "cell", "field", "code", "message"} for one in body["errors"])
    return answer.status_code, body["code"]
