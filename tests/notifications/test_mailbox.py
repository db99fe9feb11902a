"""The address of a mailbox is read or refused without its password; letters of machines are known."""

import pytest
from imap_tools import MailMessage

from notifications.mailbox import ImapSettings, _is_automatic, _key, parse_imap_url


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (
            "imaps://may:m%40t@thu.gov.vn",
            ImapSettings("thu.gov.vn", 993, is_safe=True, user="may", password="m@t"),
        ),
        (
            "imaps://may:x@thu.gov.vn:9993/Phi%E1%BA%BFu?ca=/etc/ca.pem",
            ImapSettings("thu.gov.vn", 9993, True, "may", "x", folder="Phiếu", ca="/etc/ca.pem"),
        ),
        ("imap://may:x@127.0.0.1", ImapSettings("127.0.0.1", 143, is_safe=False, user="may", password="x")),
    ],
)
def test_an_address_is_read(url, found):
    assert parse_imap_url(url) == found
    assert "m@t" not in repr(parse_imap_url(url))


@pytest.mark.parametrize(
    "url",
    [
        "imap://may:bi-mat@thu.gov.vn",
        "pop3://may:bi-mat@thu.gov.vn",
        "imaps://thu.gov.vn",
        "imaps://may:bi-mat@/x",
        "imaps://may:bi-mat@thu.gov.vn?tls=no",
        "",
    ],
)
def test_another_address_is_refused_without_its_password(url):
    with pytest.raises(ValueError, match="IMAP") as refused:
        parse_imap_url(url)
    assert "bi-mat" not in str(refused.value)


def letter(*headers):
    return MailMessage.from_bytes("\r\n".join((*headers, "Subject: x", "", "")).encode())


@pytest.mark.parametrize(
    ("header", "is_automatic"),
    [
        ("From: an@x.vn", False),
        ("Auto-Submitted: no", False),
        ("Precedence: first-class", False),
        ("Auto-Submitted: auto-replied", True),
        ("AUTO-SUBMITTED: Auto-Generated", True),
        ("Precedence: bulk", True),
        ("Return-Path: <>", True),
        ("List-Id: <can-bo.x.vn>", True),
    ],
)
def test_letters_of_machines_and_lists_are_known(header, is_automatic):
    assert _is_automatic(letter(header)) is is_automatic


def test_a_letter_is_known_again_by_its_id_and_sender_or_else_by_its_headers():
    named = _key(letter("Message-ID: <1@x>", "From: an@x.vn"))
    assert named == _key(letter("From: an@x.vn", "Message-ID: <1@x>", "X-Seen: 2"))
    assert named != _key(letter("Message-ID: <1@x>", "From: ba@x.vn"))
    assert _key(letter("Date: 1")) != _key(letter("Date: 2"))
