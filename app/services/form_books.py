"""A unit's form as a workbook: its rows, its guide, and the signed marks by which the server knows it again.

It makes and recognises; it writes no answer. The workbook is in Vietnamese whatever the reader's language.
"""

import hmac
import json
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import current
from app.i18n.labels import deadline_text
from app.models import Answer, Submission
from app.queries.campaign_plans import hotline_of
from app.queries.cases import timetable_of, waived
from app.queries.criteria_sets import criteria_set_of
from app.services.answer_faults import box_label
from criteria.answers import Field, FieldKind, Value, fields, value_from_json
from criteria.model import NONE_OF_THESE, CriteriaSet, Criterion, EnteredBy, Group, Rule
from criteria.workbook.form import SIGNATURE, TICK, Entry, FormBook, FormLine
from criteria.workbook.form_writing import write_forms

SPLIT = "#"
LENGTH_OF_MARKS = 16
EMPTY: Mapping[str, Any] = {"value": None, "reason": "", "estimated": False}
YES, NO = "Có", "Không"
CHOICES = {FieldKind.YES_NO: (YES, NO)}
ENTRIES = {
    FieldKind.NUMBER: Entry.NUMBER,
    FieldKind.INTEGER: Entry.INTEGER,
    FieldKind.OPTION: Entry.LIST,
    FieldKind.YES_NO: Entry.LIST,
}


def workbook_of(session: Session, submission: Submission) -> bytes:
    """The form as an .xlsx file, with the answers that are there now."""
    stream = BytesIO()
    with force_locale("vi"):
        write_forms(stream, [book_of(session, submission)])
    return stream.getvalue()


def book_of(session: Session, submission: Submission, *, closed: str = "") -> FormBook:
    """The form as rows, in the order of its criteria set; ``closed`` says in words why no box is open."""
    unit, campaign = submission.campaign_unit, submission.campaign
    titles = (
        _("Phiếu tự đánh giá: %(unit)s", unit=unit.formal_name),
        campaign.name,
        _("Hạn nộp: %(deadline)s", deadline=deadline_text(timetable_of(unit.kind, submission))),
    )
    stored = {
        row.criterion: row
        for row in session.scalars(select(Answer).where(Answer.submission_id == submission.id))
    }
    lines = lines_of(criteria_set_of(unit.kind), waived(session, submission), stored)
    return FormBook(
        (*titles, closed) if closed else titles,
        tuple(lines),
        tuple(_guide(submission)),
        marks(submission, stored),
        mark=str(submission.id),
        locked=bool(closed),
    )


def marks(submission: Submission, stored: Mapping[str, Answer] | None = None) -> dict[str, str]:
    """What the workbook says of itself, signed: campaign, year, unit, form, the version of its criteria, and which
    answers it was made of.
    """
    unit, campaign = submission.campaign_unit, submission.campaign
    said = {
        "campaign": campaign.slug,
        "year": str(campaign.year),
        "unit": unit.code,
        "unit_name": unit.formal_name,
        "form": str(submission.id),
        "criteria": unit.kind.criteria_set.digest,
        "answers": " ".join(f"{code}={answer_mark(kept(row))}" for code, row in (stored or {}).items()),
    }
    return said | {SIGNATURE: signature(said)}


def kept(row: Answer | None) -> dict[str, Any]:
    """An answer as imports keep it; no row is an empty one."""
    return (
        dict(EMPTY) if row is None else {"value": row.value, "reason": row.reason, "estimated": row.estimated}
    )


def answer_mark(answer: Mapping[str, Any]) -> str:
    """A short mark of what an answer says: equal marks, equal answers."""
    text = json.dumps(answer, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:LENGTH_OF_MARKS]


def answers_marked(said: Mapping[str, str]) -> dict[str, str]:
    """The marks of the answers that a workbook was made of, by criterion."""
    return dict(one.rsplit("=", 1) for one in said.get("answers", "").split(" ") if "=" in one)


def signature(said: Mapping[str, str]) -> str:
    """The server's signature under the marks of a workbook."""
    text = "\n".join(
        f"{len(value)} {name}={value}" for name, value in sorted(said.items()) if name != SIGNATURE
    )
    return hmac.new(current.settings().secret_key.encode(), text.encode(), sha256).hexdigest()


def is_signed(said: Mapping[str, str]) -> bool:
    """Did this server say that of a workbook?"""
    return hmac.compare_digest(said.get(SIGNATURE, "").encode(), signature(said).encode())


def line_ids(criterion: Criterion) -> Iterator[tuple[str, Field, str]]:
    """The rows of a criterion: id, the field it fills in, and which of the things to tick it is, if any."""
    for field in fields(criterion.rule):
        if field.kind != FieldKind.OPTIONS:
            yield f"{criterion.code}{SPLIT}{field.name}", field, ""
            continue
        for option in (*(one.code for one in field.options), NONE_OF_THESE):
            yield f"{criterion.code}{SPLIT}{field.name}{SPLIT}{option}", field, option


def lines_of(known: CriteriaSet, excused: Container[str], stored: Mapping[str, Answer]) -> Iterator[FormLine]:
    """The rows of a form, from its criteria set, the codes it is excused from, and its answers by code."""
    for group in known.groups:
        yield _heading(group)
        for criterion in group.criteria:
            if criterion.entered_by != EnteredBy.UNIT or criterion.code in excused:
                yield _locked(criterion, is_excused=criterion.code in excused)
                continue
            yield from _open_lines(criterion, stored.get(criterion.code))


def _heading(group: Group) -> FormLine:
    return FormLine("", "", Entry.LOCKED, title=f"{group.code}. {group.title}")


def _locked(criterion: Criterion, *, is_excused: bool) -> FormLine:
    words = _("Không áp dụng cho đơn vị") if is_excused else _("Cơ quan chủ trì nhập hoặc hệ thống tính")
    return FormLine(
        criterion.code, words, Entry.LOCKED, code=criterion.code, title=criterion.title, max=criterion.max
    )


def _open_lines(criterion: Criterion, stored: Answer | None) -> Iterator[FormLine]:
    rule = criterion.rule
    value = None if stored is None or stored.value is None else value_from_json(rule, stored.value)
    for number, (name, field, option) in enumerate(line_ids(criterion)):
        line = _line(rule, name, field, option)
        line = replace(line, value=_shown(field, option, value))
        yield _first(line, criterion, stored) if number == 0 else line


def _line(rule: Rule, name: str, field: Field, option: str) -> FormLine:
    if field.kind == FieldKind.OPTIONS:
        labels = {one.code: one.label for one in field.options} | {NONE_OF_THESE: _("Không có nội dung nào")}
        return FormLine(name, labels[option], Entry.TICK, hint=_("Ghi x nếu có"))
    choices = CHOICES.get(field.kind, tuple(one.label for one in field.options))
    hint = _("Chọn trong danh sách") if choices else _("Một số, ví dụ 12 hoặc 8,5")
    return FormLine(
        name,
        box_label(rule, field),
        ENTRIES[field.kind],
        hint=hint,
        choices=choices,
        ceiling=field.ceiling,
        required=field.required,
    )


def _shown(field: Field, option: str, value: Value | None) -> str | Decimal | None:
    entry = None if value is None else value.get(field.name)
    if isinstance(entry, bool):
        return YES if entry else NO
    if isinstance(entry, tuple):
        return TICK if option in (entry or (NONE_OF_THESE,)) else None
    if field.kind == FieldKind.OPTION:
        return next((one.label for one in field.options if one.code == entry), None)
    return entry


def _first(line: FormLine, criterion: Criterion, stored: Answer | None) -> FormLine:
    return replace(
        line,
        code=criterion.code,
        title=criterion.title,
        max=criterion.max,
        points=None if stored is None else stored.points,
        reason="" if stored is None else stored.reason,
        estimated=False if stored is None else stored.estimated,
    )


def _guide(submission: Submission) -> Iterator[str]:
    yield _("Cách điền phiếu")
    yield _("1. Chỉ nhập vào ô màu kem. Ô xám đã khóa; cột đầu bị ẩn để máy chủ nhận ra từng dòng.")
    yield _("2. Số viết bằng chữ số, dấu phẩy thập phân: 12 hoặc 8,5. Không viết 50%, không dùng công thức.")
    yield _("3. Ô có danh sách thì chọn trong danh sách; ô “Ghi x nếu có” thì ghi x hoặc để trống.")
    yield _("4. Chưa đạt điểm tối đa thì ghi lý do. Số ước tính thì ghi x ở cột Số ước.")
    yield _("5. Tài liệu kiểm chứng tải lên trên trang của phiếu, sau khi nhập tệp này.")
    yield _("6. Nhập tệp rồi vẫn phải bấm Kiểm tra và nộp: nhập tệp không phải là nộp phiếu.")
    yield _("Hỗ trợ: %(hotline)s", hotline=hotline_of(submission.campaign))
