"""What goes over the wire: parsable, ASCII, CRLF, and closed to injection."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import AddressHeader

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.messages import Recipient, one_line
from notifications.mime import Sender, compose, mailbox, parse_sender
from notifications.rendering import Email

HEADERS = {"Message-ID": "<abc@x.vn>", "Date": "Tue, 17 Nov 2026 08:00:00 +0700"}
NOW = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)
nasty = st.text() | st.text(alphabet='\r\n"<>@,;:\\()=? ăđnb.Ѐ\u202e', min_size=1)


def addresses(header: object) -> list[tuple[str, str]]:
    assert isinstance(header, AddressHeader)
    return [(address.display_name, address.addr_spec) for address in header.addresses]


@given(subject=nasty, name=nasty)
def test_no_name_or_subject_adds_a_header_or_a_recipient(subject: str, name: str) -> None:
    email = Email(subject, "thân\n.\n..\nFrom x\n", "<p>thân</p>\n", HEADERS)
    data = compose(email, Recipient("an@x.vn", name), Sender("a@x.vn", name, "b@x.vn"))
    parsed = message_from_bytes(data, policy=policy.SMTP)
    expected = {"Content-Type", "MIME-Version", "From", "To", "Subject", "Reply-To", *HEADERS}
    assert set(parsed.keys()) == expected
    assert len(parsed.keys()) == len(expected)
    assert [spec for _, spec in addresses(parsed["To"])] == ["an@x.vn"]
    assert not parsed.defects
    assert " ".join(str(parsed["Subject"]).split()) == one_line(subject)
    assert data.isascii()
    assert data.replace(b"\r\n", b"").find(b"\r") == data.replace(b"\r\n", b"").find(b"\n") == -1
    assert max(map(len, data.split(b"\r\n"))) <= 78 + len("Content-Type")


def test_both_parts_and_vietnamese_names_round_trip(receipt: Email, an: Recipient, sender: Sender) -> None:
    parsed = message_from_bytes(compose(receipt, an, sender), policy=policy.default)
    text, html = (parsed.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert [part.get_content().replace("\r\n", "\n") for part in (text, html)] == [receipt.text, receipt.html]
    assert parsed["Subject"] == receipt.subject
    assert addresses(parsed["To"]) == [("Nguyễn Văn An", "an@thanhthuy.example.vn")]
    assert addresses(parsed["From"]) == [("Đúng Hạn", "no-reply@danhgia.example.vn")]
    assert parsed["Reply-To"] == "cntt@danhgia.example.vn"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Auto-Response-Suppress"] == "All"
    assert parsed["Date"].datetime.isoformat() == "2026-11-17T08:00:00+07:00"


def test_every_copy_is_the_same_to_the_byte(receipt: Email, an: Recipient, sender: Sender) -> None:
    assert compose(receipt, an, sender) == compose(receipt, an, sender)


def test_header_with_a_line_break_is_an_error(an: Recipient, sender: Sender) -> None:
    email = Email("s", "t", "h", HEADERS | {"References": "<a@x>\r\nBcc: b@x.vn"})
    with pytest.raises(ValueError, match="one ASCII line"):
        compose(email, an, sender)


def test_international_domain_is_written_in_ascii() -> None:
    assert Sender("an@tỉnh.vn").domain == "xn--tnh-dlz.vn"
    assert mailbox("an@tỉnh.vn", "An") == "An <an@xn--tnh-dlz.vn>"


@pytest.mark.parametrize("text", ["", "Đúng Hạn", "Đúng Hạn <>", "a@x.vn\r\nBcc: b@x.vn"])
def test_sender_without_an_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        parse_sender(text)
