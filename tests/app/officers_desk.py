"""An officer at the desk of her unit, and how a form is filled in and handed in."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.services import answers, submissions
from app.services.answers import AnswerInput
from tests.app import small
from workflows.vocabulary import Action

FULL = {
    "B1.1": AnswerInput({"numerator": "8", "denominator": "10"}, "Còn hai thủ tục"),
    "B2.1": AnswerInput({"answer": "no"}, "Chưa có kinh phí"),
    "B3.1": AnswerInput({"option": "part"}, "Thiếu biên chế", estimated=True),
}


@pytest.fixture
def officer(campaign, sign_in) -> FlaskClient:
    return sign_in("an")


def form_id(code: str = "23557") -> int:
    return small.form_of(code).id


def path(rest: str = "", code: str = "23557") -> str:
    return f"/phieu/{form_id(code)}{rest}"


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def fill(code: str = "23557", by: str = "an") -> None:
    answers.save_answers(small.actor(by), form_id(code), FULL)


def hand_in(code: str = "23557", by: str = "an") -> None:
    fill(code, by)
    submissions.move(small.actor(by), form_id(code), Action.SELF_ASSESS, version=None)
