"""Keys, addresses and the JSON form of messages."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.codec import from_facts, to_facts
from notifications.messages import (
    KEY_LIMIT,
    MESSAGES,
    Deadline,
    Message,
    Recipient,
    Wording,
    one_line,
    outbox_key,
    thread_key,
)


def test_every_kind_has_a_sample_and_a_name_of_its_own(samples: dict[str, Message]) -> None:
    assert [type(sample) for sample in samples.values()] == list(MESSAGES)


def test_key_tells_happenings_apart(samples: dict[str, Message]) -> None:
    again = dataclasses.replace(samples["returned"], occurrence="move399")
    elsewhere = dataclasses.replace(samples["returned"], unit="19324")
    keys = {message.key for message in (*samples.values(), again, elsewhere)}
    assert len(keys) == len(samples) + 2
    assert samples["returned"].key == "returned:qb2026:19321:move320"


def test_one_person_in_two_roles_gets_one_mail(samples: dict[str, Message]) -> None:
    keys = {
        outbox_key(samples["accepted"], Recipient(a, n)) for a, n in (("An@x.vn", "An"), ("an@X.VN", "A."))
    }
    assert keys == {"accepted:qb2026:19321:move322:an@x.vn"}


def test_long_keys_stay_within_the_column_and_apart(samples: dict[str, Message]) -> None:
    domain = ".".join(["a" * 60] * 3) + ".vn"
    keys = {outbox_key(samples["accepted"], Recipient(f"{'b' * 60}{n}@{domain}", "An")) for n in range(9)}
    assert len(keys) == 9
    assert max(map(len, keys)) == KEY_LIMIT


def test_invitation_belongs_to_no_thread(samples: dict[str, Message], an: Recipient) -> None:
    assert thread_key(samples["invitation"], an) == ""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "an",
        "an@",
        "@x.vn",
        "an@x.vn, b@x.vn",
        "an@x.vn\r\nRCPT TO:<b@x.vn>",
        "a n@x.vn",
        "án@x.vn",
        "an@x..vn",
        "an@-x.vn",
        ".an@x.vn",
        "<an@x.vn>",
        "an@x.vn\n",
        "a/b@x.vn",
        f"{'a' * 65}@x.vn",
        f"an@{'x' * 64}.vn",
    ],
)
def test_address_that_is_not_one_mailbox_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a mail"):
        Recipient(address, "An")


@pytest.mark.parametrize("address", ["an@x.vn", "an.nguyen+dg@xa-thanh.gov.vn", "an@localhost", "an@tỉnh.vn"])
def test_address_of_one_mailbox_is_taken(address: str) -> None:
    assert Recipient(address, "An").address == address


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'fr'"):
        Recipient("an@x.vn", "An", "fr")


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "https://x.vn/a b", "https://x.vn/\r\nX: y", "/phieu"]
)
def test_link_must_be_one_web_address(samples: dict[str, Message], link: str) -> None:
    with pytest.raises(ValueError, match="not a link"):
        dataclasses.replace(samples["accepted"], link=link)


@pytest.mark.parametrize("kind", [message.kind for message in MESSAGES])
def test_facts_survive_json(samples: dict[str, Message], kind: str) -> None:
    stored = json.dumps(to_facts(samples[kind]))
    assert from_facts(kind, json.loads(stored)) == samples[kind]


def test_facts_of_something_else_are_refused(samples: dict[str, Message]) -> None:
    facts = to_facts(samples["accepted"])
    with pytest.raises(ValueError, match="no message"):
        from_facts("unheard_of", facts)
    with pytest.raises(ValueError, match="not the facts"):
        from_facts("submitted", facts)


@given(st.text())
def test_one_line_is_one_line_and_stable(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line
    line.encode()


def test_deadline_words_and_day_go_together() -> None:
    with pytest.raises(ValueError, match="go together"):
        Deadline(datetime(2026, 11, 20, tzinfo=UTC), Wording.BEFORE_DAY)
