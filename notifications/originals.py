"""For writing own words: the original in tokens to begin with, an example of every kind, and the check of the outcome.

Renders, but keeps and sends nothing, and reads no clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from notifications.facts import Deadline, Owed, Owing, Recipient, Remark
from notifications.messages import Message
from notifications.plain_words import brief
from notifications.rendering import (
    SUBJECT_LIMIT,
    Letterhead,
    facts_of,
    original_words,
    own_subject,
    render,
)
from notifications.tokens import Ahead, OneOwing, message_class, tokens_of
from notifications.wording import OwnWords, Unfit, WordingFault, faults_of, values_of

MOST_WORDS = 120
LEAST_NAME = 14  # characters of a unit's name that a subject must have room for; a longer name is cut there
_FIRST_MARK, _FIRST_NUMBER, _FIRST_YEAR = 0xE000, 900_001, 2301
_ABOUT: Mapping[str, Any] = {
    "unit": "1",
    "unit_name": "xã Thanh Thủy",
    "link": "https://example.vn/phieu/1",
    "hotline": "0232 3844 999",
    "campaign": "1",
    "campaign_name": "Đánh giá Chính quyền điện tử",
    "year": 2026,
}
# A template that branches on yes or no has no single text to begin with.
_BRANCHING = {
    ("deadline_changed", "vi"): OwnWords(
        "Hạn mới {ngay_cuoi}: nộp phiếu {nam} – {don_vi}",
        "{noi_doi_han} {doi_han} nộp phiếu của {don_vi} trong đợt “{dot}”.\n\n"
        "Hạn nộp mới: {han}. Hạn đã báo trước đây không còn giá trị.\n\nTheo văn bản số {van_ban}.\n\nLý do: {ly_do}.",
    ),
    ("deadline_changed", "en"): OwnWords(
        "New deadline {ngay_cuoi}: {nam} form of {don_vi}",
        "{noi_doi_han} has {doi_han} the deadline of {don_vi} in “{dot}”.\n\n"
        "Submit {han}. The date given before no longer holds.\n\nLetter no. {van_ban}.\n\nReason: {ly_do}.",
    ),
    ("verification_due", "vi"): OwnWords(
        "Thẩm tra: còn {con_thieu}/{tong_so} phiếu năm {nam}, hạn {ngay_cuoi}",
        "Còn {con_thieu}/{tong_so} phiếu chưa thẩm tra xong trong đợt “{dot}”.\n\nHạn thẩm tra: {han}.\n\n"
        "Cho ý kiến ở từng tiêu chí, khép các câu hỏi đang mở, rồi hoàn thành thẩm tra từng phiếu.",
    ),
    ("verification_due", "en"): OwnWords(
        "Verification: {con_thieu} of {tong_so} forms of {nam}, due {ngay_cuoi}",
        "{con_thieu} of {tong_so} forms in “{dot}” are not verified yet.\n\nVerify them {han}.\n\n"
        "Decide each criterion, close the open questions, then finish verifying each form.",
    ),
    ("visit", "vi"): OwnWords(
        "{tinh_trang} {don_vi}: {luc}",
        "{tinh_trang} thực tế phiếu năm {nam} của {don_vi}: {luc}.\n\nLý do: {ly_do}.\n\nĐịa điểm: {noi_kiem_tra}\n"
        "Đoàn kiểm tra: {doan}\nHồ sơ cần chuẩn bị: {ho_so}",
    ),
    ("visit", "en"): OwnWords(
        "{tinh_trang}, {don_vi}: {luc}",
        "{tinh_trang}, {nam} form of {don_vi}: {luc}.\n\nReason: {ly_do}.\n\nPlace: {noi_kiem_tra}\nTeam: {doan}\n"
        "Papers to prepare: {ho_so}",
    ),
    ("explanation_decided", "vi"): OwnWords(
        "Trả lời giải trình tiêu chí {tieu_chi} của {don_vi}",
        "{noi_tra_loi} trả lời giải trình của {don_vi} về tiêu chí {tieu_chi} trong đợt “{dot}”: {ket_luan}.\n\n"
        "Điểm của tiêu chí: {diem}.\n\nLý do: {tra_loi}",
    ),
    ("explanation_decided", "en"): OwnWords(
        "Answer on criterion {tieu_chi}: {don_vi}",
        "{noi_tra_loi} answers the explanation of {don_vi} on criterion {tieu_chi} in “{dot}”: {ket_luan}.\n\n"
        "Points of the criterion: {diem}.\n\nReason: {tra_loi}",
    ),
}

# What a template counts, or tells apart by the count, where tokens have nothing to count.
_UNCOUNTED = {
    ("package_sent", "vi"): ("Có 1 đơn vị không gửi phiếu; lý do ghi trong bản tổng hợp.\n\n", ""),
    ("package_sent", "en"): ("Missing units: 1. The package says why.\n\n", ""),
    ("several_due", "vi"): ("1 việc đến hạn", "Việc đến hạn"),
    ("several_due", "en"): ("1 things due", "Things due"),
    ("returned", "vi"): ("Cần sửa 1 tiêu chí:", "Cần sửa:"),
    ("returned", "en"): ("Correct 1 criterion:", "To correct:"),
    ("digest", "vi"): ("còn {con_ngay} ngày", "hạn {ngay_cuoi}"),
    ("digest", "en"): ("{con_ngay} days left", "due {ngay_cuoi}"),
}


def original(kind: str, language: str) -> OwnWords:
    """The words of the template with tokens in the place of facts, to begin an own text with."""
    if (kind, language) in _BRANCHING:
        return _BRANCHING[kind, language]
    message = _made(kind, dict(_marks(kind)))
    facts = facts_of(message) | {"name": "", "language": language}
    values = values_of(kind, facts, language)
    subject, text = original_words(message, facts)
    names = sorted((name for name in values if values[name]), key=lambda name: -len(values[name]))
    for name in names:
        subject = subject.replace(values[name], f"{{{name}}}")
    for name in (name for name in names if name != "ngay_cuoi"):
        text = text.replace(values[name], f"{{{name}}}")
    counted, words = _UNCOUNTED.get((kind, language), ("\0", ""))
    listed = _with_lists(text, values, kind)
    return OwnWords(subject.replace(counted, words), listed.replace(counted, words))


def example(kind: str, given: Mapping[str, object], now: datetime) -> Message:
    """A message of this kind to look at: the facts that are given, and examples for the others.

    given: facts by field; those that the kind does not state are passed over. now: aware instant for the dates.
    """
    found = {
        token.field: _dated(token.field, token.sample, now)
        for token in tokens_of(kind)
        if token.sample is not None
    }
    return _made(kind, found | {name: value for name, value in given.items() if _states(kind, name)})


def check(
    kind: str, own: OwnWords, sample: Message, recipient: Recipient, *, longest_name: str, now: datetime
) -> tuple[WordingFault, ...]:
    """Everything that stands against these words, told to the unit with the longest name.

    A subject must leave room for `LEAST_NAME` characters of the name; the text has the whole of it.
    sample: an example of the kind. recipient: who reads it, in the language of the words.
    """
    found = faults_of(kind, own)
    if found:
        return found
    worst = replace(sample, unit_name=longest_name)
    language = recipient.language
    named = facts_of(worst) | {"unit_name": brief(longest_name, LEAST_NAME)}
    length = len(own_subject(kind, own, named, language))
    head = Letterhead(own={(kind, language): own})
    count = len(render(worst, recipient, domain="localhost", now=now, letterhead=head).text.split())
    faults = (
        (length > SUBJECT_LIMIT, WordingFault("subject", Unfit.LONG_SUBJECT, 0, str(length))),
        (count > MOST_WORDS, WordingFault("text", Unfit.MANY_WORDS, 0, str(count))),
    )
    return tuple(fault for wrong, fault in faults if wrong)


def _states(kind: str, name: str) -> bool:
    return name in {field.name for field in fields(message_class(kind))}


def _made(kind: str, facts: Mapping[str, Any]) -> Message:
    needed = {
        field.name: facts.get(field.name, _ABOUT.get(field.name, False))
        for field in fields(message_class(kind))
        if field.name in facts or (field.default is MISSING and field.default_factory is MISSING)
    }
    return message_class(kind)(**needed)


def _dated(field: str, sample: object, now: datetime) -> object:
    if isinstance(sample, Ahead):
        instant = now + sample.after
        plain = {"at": instant, "waiting_since": instant, "deadline": Deadline(instant)}
        return plain.get(field, instant.date())
    if isinstance(sample, tuple):
        return tuple(_dated(field, item, now) if isinstance(item, OneOwing) else item for item in sample)
    if isinstance(sample, OneOwing):
        return Owing(sample.owed, sample.unit_name, sample.done, sample.total, Deadline(now))
    return sample


def _marks(kind: str) -> Iterator[tuple[str, object]]:
    """A value for each fact that stands for itself: it is found again wherever the template printed it."""
    for number, token in enumerate(tokens_of(kind)):
        if token.sample is not None and not isinstance(token.sample, bool):
            yield token.field, _mark(token.field, token.sample, number)


def _mark(field: str, sample: object, number: int) -> object:
    sign = chr(_FIRST_MARK + number)
    if isinstance(sample, Ahead):
        return _dated(field, sample, datetime(_FIRST_YEAR + number, 6, 15, 5, tzinfo=UTC) - sample.after)
    if isinstance(sample, tuple):
        return tuple(_marked_item(item, sign) for item in sample[:1])
    return {int: _FIRST_NUMBER + number, Decimal: Decimal(_FIRST_NUMBER + number)}.get(type(sample), sign)


def _marked_item(item: object, sign: str) -> object:
    if isinstance(item, Remark):
        return Remark(sign, "")
    if isinstance(item, tuple):
        return sign, 1
    if isinstance(item, OneOwing):
        return Owing(Owed.FORM, sign, 0, 0, Deadline(datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)))
    return sign


def _with_lists(text: str, values: Mapping[str, str], kind: str) -> str:
    """Let the line of a list, which says more than its items' names, be the token of the list."""
    listed = {token.name for token in tokens_of(kind) if isinstance(token.sample, tuple)}
    signs = {values[name][:1]: name for name in listed}
    lines = []
    for line in text.splitlines():
        name = next((signs[char] for char in line if char in signs), "")
        lines.append(f"{{{name}}}" if name else line)
    return "\n".join(lines)
