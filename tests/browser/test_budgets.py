"""What a page of the unit officer weighs, counted by the browser, over a form of 60 criteria half filled in."""

import pytest

from app.services import answers
from app.services.answers import AnswerInput
from tests.app import long_form, small
from tests.browser.conftest import WIDTHS, this_year
from tests.browser.measured import Wire

COLD_KILOBYTES, COLD_REQUESTS, WARM_KILOBYTES, LIST_KILOBYTES = 60, 5, 12, 15
WAYS = pytest.mark.parametrize(
    ("width", "scripts"),
    [(WIDTHS["phone"], False), (WIDTHS["desk"], True)],
    ids=["phone, no scripts", "desk"],
)


@pytest.fixture
def form(site):
    """Where the form is, every second answer given."""
    with site.data():
        long_form.make_campaign(this_year(explanation_days=0))
        key = small.form_of("23557").id
        given = {code: AnswerInput(*one) for code, one in [*long_form.typed().items()][::2]}
        answers.save_answers(small.actor("an"), key, given)
    return f"/phieu/{key}"


@WAYS
def test_pages_of_the_officer_are_light(form, sign_in, width, scripts):
    wire = Wire(sign_in("an", width=width, scripts=scripts))
    ends = ("", "/tc/A1.1", "/nhom/B1", "/nhom/A1", "/kiem-tra", "/excel", "/tai-lieu")
    addresses = ("/don-vi", *(f"{form}{end}" for end in ends))
    heavy = []
    for address in addresses:
        wire.cold(address)
        if len(wire.requests) > COLD_REQUESTS or wire.kilobytes > COLD_KILOBYTES or len(wire.hosts) != 1:
            heavy.append((address, "cold", wire.kilobytes, wire.requests))
    for address in addresses:
        wire.warm(address)
        if wire.kilobytes > WARM_KILOBYTES or (address == form and wire.document > LIST_KILOBYTES):
            heavy.append((address, "warm", wire.kilobytes, wire.requests))
    assert heavy == []
