"""Turns a message into a mail in the reader's language. May not send, store or read a clock.

Every fact is cleaned before a template sees it, so no name can add a line, a header or a recipient.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifications.date_words import (
    aware,
    day_words,
    deadline_end_words,
    deadline_words,
    last_day_words,
    moment_words,
)
from notifications.messages import (
    Deadline,
    Message,
    Owing,
    Recipient,
    Remark,
    one_line,
    outbox_key,
    thread_key,
)
from notifications.plain_words import brief, leading, number_words
from notifications.wording import OwnWords, filled, fits, put_in, values_of
from notifications.zalo import zalo_text

SUBJECT_LIMIT = 60


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a mail; its media type as `application/pdf`."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Email:
    """A finished mail without its sender; `headers` holds everything but From, To, Subject and MIME.

    `calendar` is the calendar file that goes with it, `enclosure` another file, if they do.
    """

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    calendar: str = ""
    enclosure: Enclosure | None = None


@dataclass(frozen=True)
class Letterhead:
    """What all mails of one campaign share.

    reply_to: the staffed address that replies go to, where there is one; own: the office's own words by kind and
    language.
    """

    reply_to: str = ""
    own: Mapping[tuple[str, str], OwnWords] = field(default_factory=dict)


PLAIN = Letterhead()


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID that every copy of the mail with this outbox key bears (RFC 5322 §3.6.4)."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def render(
    message: Message, recipient: Recipient, *, domain: str, now: datetime, letterhead: Letterhead = PLAIN
) -> Email:
    """Write `message` to `recipient`.

    domain: right side of the Message-ID; now: aware instant for the Date header; letterhead: its campaign's.
    Raises ValueError for a naive instant and jinja2.UndefinedError for a template that asks for more than
    the message states.
    """
    facts = facts_of(message) | {"name": one_line(recipient.name), "language": recipient.language}
    own = letterhead.own.get((message.kind, recipient.language))
    written = _own(message.kind, own, facts) if own and fits(message.kind, own) else _original(message, facts)
    headers = _headers(message, recipient, domain=domain, now=aware(now, ZoneInfo(message.zone)))
    return Email(
        subject=written.subject,
        text=_tidy(written.text),
        html=_tidy(written.html),
        headers=headers | ({"Reply-To": letterhead.reply_to} if letterhead.reply_to else {}),
    )


@dataclass(frozen=True)
class _Written:
    subject: str
    text: str
    html: str


def _original(message: Message, facts: Mapping[str, object]) -> _Written:
    folder = f"{message.kind}/{facts['language']}"
    subject = _fitted(f"{folder}.subject.txt", facts)
    return _Written(
        subject,
        *(_page(f"{folder}.{part}", facts, subject=subject, paragraphs=()) for part in ("txt", "html")),
    )


def _own(kind: str, own: OwnWords, facts: Mapping[str, object]) -> _Written:
    """Own words inside the layout of their kind: what leads in, the link and what leads out stay as they are."""
    language = str(facts["language"])
    subject = own_subject(kind, own, facts, language)
    excess = len(subject) - SUBJECT_LIMIT
    if excess > 0:
        subject = own_subject(kind, own, {**facts, "unit_name": _shorter(facts, excess)}, language)
    paragraphs = filled(own.text, values_of(kind, facts, language))
    folder = f"{kind}/{language}"
    parts = (
        _page(
            f"layout/own.{part}",
            facts,
            subject=brief(subject, SUBJECT_LIMIT),
            paragraphs=paragraphs,
            original=f"{folder}.{part}",
        )
        for part in ("txt", "html")
    )
    return _Written(brief(subject, SUBJECT_LIMIT), *parts)


def own_subject(kind: str, own: OwnWords, facts: Mapping[str, object], language: str) -> str:
    """An own subject with everything in it, however long."""
    return one_line(put_in(own.subject, values_of(kind, facts, language)))


def original_words(message: Message, facts: Mapping[str, object]) -> tuple[str, str]:
    """Subject and text of the kind's own template, without what leads in, the link and what leads out."""
    template = _templates.get_template(f"{message.kind}/{facts['language']}.txt")
    body = "".join(template.blocks["body"](template.new_context(dict(facts))))
    subject = _page(f"{message.kind}/{facts['language']}.subject.txt", facts)
    return one_line(subject), _tidy(body).strip()


def _page(template: str, facts: Mapping[str, object], **more: object) -> str:
    return _templates.get_template(template).render({**facts, **more})


def _headers(message: Message, recipient: Recipient, *, domain: str, now: datetime) -> dict[str, str]:
    own = message_id(outbox_key(message, recipient), domain)
    headers = {
        "Message-ID": own,
        "Date": format_datetime(now),
        "Content-Language": recipient.language,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    thread = thread_key(message, recipient)
    if thread and message_id(thread, domain) != own:
        headers["References"] = message_id(thread, domain)
    return headers


def _fitted(template: str, facts: Mapping[str, object]) -> str:
    """Render one line within the limit; when it is too long the unit's name gives way first."""
    subject = one_line(_page(template, facts))
    excess = len(subject) - SUBJECT_LIMIT
    if excess > 0:
        subject = one_line(_page(template, facts, unit_name=_shorter(facts, excess)))
    return brief(subject, SUBJECT_LIMIT)


def _shorter(facts: Mapping[str, object], excess: int) -> str:
    name = str(facts["unit_name"])
    return brief(name, max(len(name) - excess, 1))


def facts_of(message: Message) -> dict[str, object]:
    """The facts of a message as templates see them: cleaned, and in local time."""
    zone = ZoneInfo(message.zone)
    return {field.name: _fact(getattr(message, field.name), zone) for field in fields(message)}


def _fact(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return one_line(value)
    if isinstance(value, datetime):
        return aware(value, zone)
    if isinstance(value, tuple):
        return tuple(_fact(item, zone) for item in value)
    if isinstance(value, Deadline | Owing | Remark):
        cleaned: dict[str, Any] = {
            part.name: _fact(getattr(value, part.name), zone) for part in fields(value)
        }
        return replace(value, **cleaned)
    return value


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False, default_for_string=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": day_words,
        "last_day": last_day_words,
        "moment": moment_words,
        "deadline": deadline_words,
        "deadline_end": deadline_end_words,
        "number": number_words,
        "brief": brief,
        "leading": leading,
    }
    environment.globals["zalo"] = zalo_text
    return environment


_templates = _environment()
