"""Every message in both languages: snapshots, budgets, equal parts; and facts that try to break out."""

import dataclasses
import html
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, UndefinedError, meta

from notifications import rendering
from notifications.messages import (
    LANGUAGES,
    MESSAGES,
    Deadline,
    Message,
    Recipient,
    Submitted,
    Wording,
    one_line,
    outbox_key,
)
from notifications.rendering import Email, message_id, render

SNAPSHOTS = Path(__file__).parent / "snapshots"
TEMPLATES = Path(rendering.__file__).parent / "templates"
KINDS = [message.kind for message in MESSAGES]
PARTS = ["subject.txt", "txt", "html"]
DOMAIN = "danhgia.example.vn"
NOW = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=LANGUAGES)
def mail(request: pytest.FixtureRequest, kind: str, samples: dict[str, Message]) -> Email:
    reader = Recipient("an@thanhthuy.example.vn", "Nguyễn Văn An", request.param)
    return render(samples[kind], reader, domain=DOMAIN, now=NOW)


def submitted(unit_name: str, receipt: str) -> Submitted:
    return Submitted(
        unit="1",
        unit_name=unit_name,
        link="https://x.vn/1",
        hotline="0232",
        campaign="c",
        campaign_name="C",
        year=2026,
        at=NOW,
        receipt=receipt,
        next_actor="B",
    )


def shown(part: str) -> str:
    """What a reader sees of an HTML part, on one line."""
    body = part.partition("<body")[2].partition(">")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace(" :", ":").split())


def said(part: str) -> str:
    """The words of a text part on one line, without list marks."""
    return " ".join(re.sub(r"(?m)^- ", "", part).split())


def test_mail_is_as_committed(kind: str, mail: Email) -> None:
    language = mail.headers["Content-Language"]
    headers = "".join(f"{name}: {value}\n" for name, value in mail.headers.items())
    whole = f"Subject: {mail.subject}\n{headers}\n{mail.text}\n----\n{mail.html}"
    assert whole == (SNAPSHOTS / f"{kind}.{language}.txt").read_text(encoding="utf-8")


def test_no_snapshot_is_left_over() -> None:
    expected = {f"{kind}.{language}.txt" for kind in KINDS for language in LANGUAGES}
    assert {path.name for path in SNAPSHOTS.iterdir()} == expected


def test_mail_keeps_its_budget(mail: Email) -> None:
    assert len(mail.subject) <= 60
    assert len(mail.text.split()) <= 120
    assert len((mail.text + mail.html).encode()) <= 15_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["not_started", "not_submitted", "due_today", "digest", "deadline_changed"])
def test_an_internal_date_stands_beside_the_official_one(
    samples: dict[str, Message], kind: str, language: str
) -> None:
    sooner = Deadline(datetime(2026, 11, 17, 17, tzinfo=UTC), Wording.THROUGH_DAY, date(2026, 11, 17))
    own: dict[str, Any] = {"official": samples["not_started"].deadline, "deadline": sooner}  # type: ignore[attr-defined]  # of that kind
    if kind != "deadline_changed":
        own["set_by"] = "UBND huyện Lệ Thủy"
    if kind == "digest":
        own = {"internal": sooner}
    message = dataclasses.replace(samples[kind], **own)
    mail = render(message, Recipient("an@x.vn", "An", language), domain=DOMAIN, now=NOW)
    assert "24:00" in mail.text
    assert all(day in mail.text for day in ("17/11/2026", "20/11/2026"))
    assert said(mail.text) == shown(mail.html)
    assert len(mail.text.split()) <= 120
    assert len(mail.subject) <= 60


def test_subject_is_calm(mail: Email) -> None:
    assert not re.search(r"!|KHẨN|URGENT|^Re:", mail.subject)


def test_text_equals_html_and_has_one_link(kind: str, mail: Email) -> None:
    assert said(mail.text) == shown(mail.html)
    # A digest holds a text to copy for others, with the address that they need.
    assert mail.text.count("://") == (2 if kind == "digest" else 1)
    assert len(re.findall("href=", mail.html)) == 1


@pytest.mark.parametrize("part", PARTS)
def test_both_languages_use_the_same_facts(kind: str, part: str) -> None:
    asked = [variables(f"{kind}/{language}.{part}") for language in LANGUAGES]
    assert asked[0] == asked[1]


def variables(template: str) -> set[str]:
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    return meta.find_undeclared_variables(rendering._templates.parse(source))


def test_templates_and_messages_are_the_same_set() -> None:
    assert {path.name for path in TEMPLATES.iterdir()} == {*KINDS, "layout"}


def test_template_that_asks_for_more_than_the_facts_is_an_error(
    samples: dict[str, Message], an: Recipient, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict: Environment = rendering._templates.overlay()
    monkeypatch.setattr(strict, "get_template", lambda _: strict.from_string("{{ unheard_of }}"))
    monkeypatch.setattr(rendering, "_templates", strict)
    with pytest.raises(UndefinedError):
        render(samples["accepted"], an, domain=DOMAIN, now=NOW)


@pytest.mark.parametrize(
    ("deadline", "vi", "en"),
    [
        (
            Deadline(datetime(2019, 10, 17, 17, tzinfo=UTC), Wording.BEFORE_DAY, date(2019, 10, 18)),
            "trước ngày 18/10/2019 (đến hết 24:00 ngày 17/10/2019)",
            "before 18/10/2019 (until 24:00 on 17/10/2019)",
        ),
        (
            Deadline(datetime(2018, 11, 20, 17, tzinfo=UTC), Wording.THROUGH_DAY, date(2018, 11, 20)),
            "đến hết ngày 20/11/2018 (đến hết 24:00 ngày 20/11/2018)",
            "by the end of 20/11/2018 (until 24:00 on 20/11/2018)",
        ),
        (
            Deadline(datetime(2018, 11, 20, 10, 30, tzinfo=UTC)),
            "đến hết 17:30 ngày 20/11/2018",
            "by 17:30 on 20/11/2018",
        ),
    ],
)
def test_deadline_prints_wording_and_instant(
    samples: dict[str, Message], deadline: Deadline, vi: str, en: str
) -> None:
    message = dataclasses.replace(samples["campaign_opened"], deadline=deadline)  # type: ignore[call-arg]  # this kind has one
    for language, words in (("vi", vi), ("en", en)):
        mail = render(message, Recipient("an@x.vn", "An", language), domain=DOMAIN, now=NOW)
        assert f"{words}.\n" in mail.text


def test_naive_instant_is_refused(samples: dict[str, Message], an: Recipient) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        render(samples["accepted"], an, domain=DOMAIN, now=NOW.replace(tzinfo=None))


def test_long_unit_name_gives_way_to_the_key_fact(samples: dict[str, Message], an: Recipient) -> None:
    name = "Ban Quản lý Vườn quốc gia Phong Nha - Kẻ Bàng và Khu kinh tế"
    message = dataclasses.replace(samples["submitted"], unit_name=name)
    mail = render(message, an, domain=DOMAIN, now=NOW)
    assert mail.subject.endswith("… – mã XT-118-K7")
    assert len(mail.subject) <= 60
    assert name in mail.text


def test_first_mail_opens_the_thread_of_the_others(samples: dict[str, Message], an: Recipient) -> None:
    first, later = (
        render(samples[kind], an, domain=DOMAIN, now=NOW) for kind in ("campaign_opened", "submitted")
    )
    assert "References" not in first.headers
    assert later.headers["References"] == first.headers["Message-ID"]


def test_message_id_comes_from_the_key_alone(samples: dict[str, Message], an: Recipient) -> None:
    message = samples["submitted"]
    mails = [render(message, an, domain=DOMAIN, now=NOW), render(message, an, domain=DOMAIN, now=NOW)]
    assert mails[0] == mails[1]
    assert mails[0].headers["Message-ID"] == message_id(outbox_key(message, an), DOMAIN)


@given(hostile=st.text(max_size=300), name=st.text(max_size=300))
def test_no_fact_adds_a_line_or_a_tag(hostile: str, name: str) -> None:
    message = submitted(unit_name=hostile, receipt=hostile)
    plain = submitted(unit_name="x", receipt="x")
    reader = Recipient("an@x.vn", name)
    mail, calm = (render(each, reader, domain=DOMAIN, now=NOW) for each in (message, plain))
    assert one_line(mail.subject) == mail.subject
    assert len(mail.subject) <= 60
    assert mail.html.count("<") == calm.html.count("<")
    assert mail.text.count("\n") == calm.text.count("\n")
    assert "\r" not in mail.text + mail.html
