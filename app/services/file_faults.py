"""What a document to be taken in must be like, in words for whoever sends it. It keeps nothing."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.faults import FieldFault, Invalid
from app.models import Purpose, Scan
from app.queries.space import LARGEST_FILE, Space
from app.services.answer_faults import prose
from criteria.papers import FileFault, UnusableFile, look_inside, media_type
from criteria.papers.kinds import BY_EXTENSION
from workflows.deadlines import local_day

LONGEST_NAME = 200
LONGEST_NUMBER = 64
LONGEST_SUMMARY = 500
UNITS_OWN = frozenset({Purpose.EVIDENCE, Purpose.REPORT})
FILE_WORDS = {
    FileFault.EMPTY: _l("Tệp “%(name)s” rỗng; chọn lại tệp có nội dung"),
    FileFault.WRONG_TYPE: _l("Tệp phải là PDF, Word, Excel, JPG hoặc PNG; “%(name)s” không phải"),
    FileFault.LOCKED: _l("Tệp “%(name)s” có mật khẩu, hãy gỡ mật khẩu rồi tải lên lại"),
    FileFault.DAMAGED: _l("Tệp “%(name)s” không mở được; quét hoặc lưu lại rồi tải lên lại"),
    FileFault.MACROS: _l("Tệp “%(name)s” có macro; lưu lại thành tệp không có macro rồi tải lên lại"),
    FileFault.TOO_COSTLY: _l("Tệp “%(name)s” quá nặng để mở; quét ở độ phân giải thấp hơn rồi tải lên lại"),
}


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to take in; ``criteria`` are the codes that it proves."""

    content: bytes
    file_name: str
    purpose: Purpose = Purpose.EVIDENCE
    criteria: Sequence[str] = ()
    number: str = ""
    issued_on: date | None = None
    summary: str = ""


def kept_name(file_name: str) -> str:
    """The name that people gave, as data: NFC, its last part only, no control or direction marks, not too long."""
    last = unicodedata.normalize("NFC", file_name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(mark for mark in last if unicodedata.category(mark) not in {"Cc", "Cf", "Cs"}).strip(" .")
    stem, dot, extension = shown.rpartition(".")
    if not dot:
        stem, extension = shown, ""
    return f"{(stem or 'tep')[: LONGEST_NAME - len(extension[:10]) - 1]}{dot}{extension[:10]}"


def refuse_file(new: NewDocument) -> None:
    """Refuse what cannot be taken.

    Raises:
        Invalid: the file is too large, empty, of another kind, locked or damaged, or its description is unfit.
    """
    name = kept_name(new.file_name)
    faults = [*description_faults(new.number, new.issued_on, new.summary), *purpose_faults(new.purpose)]
    if len(new.content) > LARGEST_FILE:
        raise Invalid(_too_big(name), *faults)
    try:
        media_type(name, new.content)
    except UnusableFile as error:
        faults.insert(0, _unusable(error.fault, name))
    if faults:
        raise Invalid(*faults)


def refuse_what_does_not_open(new: NewDocument) -> None:
    """Refuse what can be told only by opening it, in a process of its own.

    Raises:
        Invalid: it is locked, damaged, holds macros or costs too much to open.
    """
    name = kept_name(new.file_name)
    try:
        look_inside(media_type(name, new.content), new.content)
    except UnusableFile as error:
        raise Invalid(_unusable(error.fault, name)) from error


def refuse_promise(file_name: str, size: int, space: Space) -> None:
    """Refuse a file of which only the name and the size are known, before it is sent for nothing.

    Raises:
        Invalid: it is empty, too large, of another kind by its name, or the form has no room for it.
    """
    name = kept_name(file_name)
    if size > LARGEST_FILE:
        raise Invalid(_too_big(name))
    if not size:
        raise Invalid(_unusable(FileFault.EMPTY, name))
    stem, _dot, extension = name.rpartition(".")
    if not stem or extension.casefold() not in BY_EXTENSION:
        raise Invalid(_unusable(FileFault.WRONG_TYPE, name))
    if size > space.left:
        raise Invalid(no_room_fault())


def no_room_fault() -> FieldFault:
    """The form is full."""
    words = _("Phiếu chỉ chứa được 200 MB tài liệu. Xóa tài liệu thừa hoặc quét ở độ phân giải thấp hơn.")
    return FieldFault("file", "quota", words)


def infected_fault(file_name: str) -> FieldFault:
    """A virus scanner has refused this content."""
    words = _(
        "Tệp “%(name)s” có mã độc, không nhận. Quét vi-rút trên máy tính rồi tạo lại tệp sạch.",
        name=kept_name(file_name),
    )
    return FieldFault("file", "infected", words)


def withheld_words(scan: str) -> str:
    """Why a document is handed out to nobody, and what to do."""
    if scan == Scan.INFECTED:
        return str(_("Tệp có mã độc, không nhận. Đơn vị gỡ tài liệu này và tải lên bản sạch."))
    return str(_("Đang quét mã độc. Tệp mở được sau khi quét xong, thường trong vài phút."))


def purpose_faults(purpose: str) -> Iterable[FieldFault]:
    """A document for a purpose that is not the unit's own."""
    if purpose not in UNITS_OWN:
        yield FieldFault("purpose", "not_yours", _("Chọn tài liệu kiểm chứng hoặc báo cáo kết quả"))


def description_faults(number: str, issued_on: date | None, summary: str) -> Iterable[FieldFault]:
    """What cannot be said of a document: too many words, or a date that is still to come."""
    for field, text, limit in (("number", number, LONGEST_NUMBER), ("summary", summary, LONGEST_SUMMARY)):
        if len(prose(text)) > limit:
            yield FieldFault(field, "too_long", _("Viết ngắn hơn %(limit)s ký tự", limit=limit))
    if issued_on is not None and issued_on > local_day(clock.now()):
        words = _("Ngày văn bản ở sau hôm nay; ghi đúng ngày ban hành trên văn bản")
        yield FieldFault("issued_on", "in_future", words)


def _too_big(name: str) -> FieldFault:
    words = _(
        "Tệp “%(name)s” quá lớn; mỗi tệp phải nhỏ hơn 10 MB. Quét ở độ phân giải thấp hơn hoặc tách tệp.",
        name=name,
    )
    return FieldFault("file", "too_big", words)


def _unusable(fault: FileFault, name: str) -> FieldFault:
    return FieldFault("file", fault, str(FILE_WORDS[fault]) % {"name": name})
