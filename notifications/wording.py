"""An office's own words for a kind of mail: what may stand in them, and how they are filled. They are data, never code.

A token is one word in braces; nothing else between braces means anything, and what a token stands for is put in once
and never read again.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from notifications.date_words import (
    day_words,
    deadline_end_words,
    deadline_words,
    last_day_words,
    moment_words,
)
from notifications.facts import Deadline, Owing, Remark
from notifications.plain_words import brief, leading, number_words
from notifications.tokens import Token, tokens_of

MOST_NAMED = 6
LONGEST_FACT = 240
LONGEST_SUBJECT, LONGEST_TEXT = 255, 4000  # as written, tokens and all
_TOKEN = re.compile(r"\{([^{}]*)\}")
_LINK = re.compile(r"\w+://\S*|\bwww\.\S*|\bmailto:\S*", re.IGNORECASE)
_YES_NO = {
    ("later", "vi"): ("đổi hạn", "gia hạn"),
    ("later", "en"): ("changed", "extended"),
    ("late", "vi"): ("", "nộp muộn"),
    ("late", "en"): ("", "late"),
    ("changed", "vi"): ("giữ nguyên điểm", "đổi điểm"),
    ("changed", "en"): ("points kept", "points changed"),
}
_VISITS = {  # as planned, moved, called off
    "vi": ("lịch kiểm tra", "đổi lịch kiểm tra", "hủy lịch kiểm tra"),
    "en": ("field check", "field check moved", "field check called off"),
}
_BESIDE = {"vi": "{deadline}; hạn của tỉnh: {official}", "en": "{deadline}; the province's date: {official}"}


@dataclass(frozen=True)
class OwnWords:
    """Subject and text as an office wrote them, for one kind of mail in one language."""

    subject: str
    text: str


class Unfit(StrEnum):
    """Why own words cannot be used."""

    BLANK = "blank"
    TOO_LONG = "too_long"
    BRACE = "brace"
    UNKNOWN = "unknown"
    SUBJECT_ONLY = "subject_only"
    MISSING = "missing"
    LINK = "link"
    CONTROL = "control"
    LONG_SUBJECT = "long_subject"
    MANY_WORDS = "many_words"


@dataclass(frozen=True)
class WordingFault:
    """What is wrong and where: `field` is `subject` or `text`, `line` counts from 1 (0: the whole), `words` is the spot.

    For lengths, `words` is how long it is.
    """

    field: str
    code: Unfit
    line: int = 0
    words: str = ""


def faults_of(kind: str, own: OwnWords) -> tuple[WordingFault, ...]:
    """What stands against these words by their looks alone; lengths of the finished mail are checked elsewhere."""
    found = [*_part_faults(kind, "subject", own.subject), *_part_faults(kind, "text", own.text)]
    named = set(_TOKEN.findall(own.text))
    found += [
        WordingFault("text", Unfit.MISSING, 0, token.name)
        for token in tokens_of(kind)
        if token.obligatory and token.name not in named
    ]
    return tuple(found)


def fits(kind: str, own: OwnWords) -> bool:
    """Can the words be filled from the facts of this kind?"""
    known = {token.name for token in tokens_of(kind)}
    return {*_TOKEN.findall(own.subject), *_TOKEN.findall(own.text)} <= known


def filled(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The paragraphs, one for each line that says something; a line that names an absent fact is left out.

    Raises KeyError for a token that has no value.
    """
    lines = (line for line in text.splitlines() if line.strip())
    told = (line for line in lines if all(values[name] for name in _TOKEN.findall(line)))
    return tuple(put_in(line, values) for line in told)


def put_in(line: str, values: Mapping[str, str]) -> str:
    """One line with its tokens filled, beginning with a capital; raises KeyError for a token that has no value."""
    return leading(_TOKEN.sub(lambda found: values[found[1]], line).strip())


def values_of(kind: str, facts: Mapping[str, object], language: str) -> dict[str, str]:
    """What each token of a kind stands for, in words; empty where the mail does not state it."""
    return {token.name: _printed(token, facts, language) for token in tokens_of(kind)}


def _part_faults(kind: str, field: str, text: str) -> Iterator[WordingFault]:
    limit = LONGEST_SUBJECT if field == "subject" else LONGEST_TEXT
    if not text.strip():
        yield WordingFault(field, Unfit.BLANK)
    if len(text) > limit:
        yield WordingFault(field, Unfit.TOO_LONG, 0, str(len(text)))
    known = {token.name: token for token in tokens_of(kind)}
    for number, line in enumerate(text.split("\n"), 1):
        for code, words in _line_faults(known, field, line):
            yield WordingFault(field, code, number, words)
    if field == "subject" and "\n" in text:
        yield WordingFault(field, Unfit.CONTROL, 1)


def _line_faults(known: Mapping[str, Token], field: str, line: str) -> Iterator[tuple[Unfit, str]]:
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in line):
        yield Unfit.CONTROL, ""
    for link in _LINK.findall(line):
        yield Unfit.LINK, link
    rest = _TOKEN.sub("", line)
    brace = next((char for char in rest if char in "{}"), "")
    if brace:
        yield Unfit.BRACE, brace
    for name in _TOKEN.findall(line):
        if name not in known:
            yield Unfit.UNKNOWN, f"{{{name}}}"
        elif known[name].subject_only and field == "text":
            yield Unfit.SUBJECT_ONLY, f"{{{name}}}"


def _printed(token: Token, facts: Mapping[str, object], language: str) -> str:
    value = facts[token.field]
    if token.field == "called_off":
        return _VISITS[language][2 if value else int(bool(facts["moved"]))]
    if isinstance(value, bool):
        return _YES_NO[token.field, language][value]
    if isinstance(value, Deadline) and token.subject_only:
        return last_day_words(value)
    official = facts.get("official")
    if isinstance(value, Deadline) and token.field == "deadline" and isinstance(official, Deadline):
        return _BESIDE[language].format(
            deadline=deadline_words(value, language), official=deadline_words(official, language)
        )
    return _words(value, language)


def _words(value: object, language: str) -> str:
    if isinstance(value, Decimal):
        return number_words(value, language)
    if isinstance(value, Deadline):
        return deadline_words(value, language)
    if isinstance(value, datetime):
        return moment_words(value, language)
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, tuple):
        return _listed([_item(item, language) for item in value])
    return "" if value is None else brief(str(value), LONGEST_FACT)


def _item(item: object, language: str) -> str:
    if isinstance(item, Remark):
        return f"{brief(item.criterion, 12)}: {brief(item.text, 45)}"
    if isinstance(item, Owing):
        until = deadline_end_words(item.deadline, language)
        return f"{brief(item.unit_name, 40)} {item.done}/{item.total} ({until})"
    if isinstance(item, tuple):
        return f"{brief(item[0], 40)}: {item[1]}"
    return str(item)


def _listed(items: list[str]) -> str:
    more = len(items) - MOST_NAMED
    return "; ".join(items[:MOST_NAMED]) + (f"; … (+{more})" if more > 0 else "")
