"""Turns a message into a mail in the reader's language. May not send, store or read a clock.

Every fact is cleaned before a template sees it, so no name can add a line, a header or a recipient.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
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
from notifications.zalo import zalo_text

SUBJECT_LIMIT = 60


@dataclass(frozen=True)
class Email:
    """A finished mail without its sender; `headers` holds everything but From, To, Subject and MIME.

    `calendar` is the calendar file that goes with it, if one does.
    """

    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    calendar: str = ""


@dataclass(frozen=True)
class Letterhead:
    """What all mails of one campaign share: the staffed address that replies go to, where there is one."""

    reply_to: str = ""


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
    facts = _facts(message) | {"name": one_line(recipient.name), "language": recipient.language}
    folder = f"{message.kind}/{recipient.language}"
    subject = _subject(f"{folder}.subject.txt", facts)
    facts["subject"] = subject
    headers = _headers(message, recipient, domain=domain, now=aware(now, ZoneInfo(message.zone)))
    return Email(
        subject=subject,
        text=_tidy(_templates.get_template(f"{folder}.txt").render(facts)),
        html=_tidy(_templates.get_template(f"{folder}.html").render(facts)),
        headers=headers | ({"Reply-To": letterhead.reply_to} if letterhead.reply_to else {}),
    )


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


def _subject(template: str, facts: Mapping[str, object]) -> str:
    """Render one line within the limit; when it is too long the unit's name gives way first."""
    subject = one_line(_templates.get_template(template).render(facts))
    excess = len(subject) - SUBJECT_LIMIT
    if excess > 0:
        name = _cut(str(facts["unit_name"]), max(len(str(facts["unit_name"])) - excess, 1))
        subject = one_line(_templates.get_template(template).render({**facts, "unit_name": name}))
    return _cut(subject, SUBJECT_LIMIT)


def _facts(message: Message) -> dict[str, object]:
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


def _number(value: Decimal, language: str) -> str:
    """Print points without idle zeros, with the decimal comma of Vietnamese."""
    plain = f"{value:f}"
    short = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return short.replace(".", ",") if language == "vi" else short


def _cut(value: str, limit: int) -> str:
    return value if len(value) <= limit else value[: limit - 1].rstrip(" ,.;:–-") + "…"


def _leading(value: str) -> str:
    """Begin a sentence with a name that is written small inside one, such as `xã Thanh Thủy`."""
    return value[:1].upper() + value[1:]


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
        "number": _number,
        "brief": _cut,
        "leading": _leading,
    }
    environment.globals["zalo"] = zalo_text
    return environment


_templates = _environment()
