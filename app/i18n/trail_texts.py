"""What an audit entry is about and which facts changed, in the reader's language. Logic never looks at it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.i18n.labels import LABELS

SUBJECTS: Mapping[str, LazyString] = {
    "agreement": _l("Ý kiến lãnh đạo"),
    "answer": _l("Câu trả lời"),
    "api_token": _l("Mã truy cập API"),
    "assignment": _l("Phân công"),
    "calendar_day": _l("Ngày làm việc"),
    "calendar_feed": _l("Lịch cá nhân"),
    "calendar_year": _l("Lịch năm"),
    "campaign": _l("Đợt đánh giá"),
    "campaign_kind": _l("Cấp đơn vị của đợt"),
    "campaign_unit": _l("Đơn vị của đợt"),
    "carried_answer": _l("Số liệu năm trước"),
    "criteria_set": _l("Bộ tiêu chí"),
    "criterion_task": _l("Tiêu chí được giao"),
    "deadline_move": _l("Dời hạn"),
    "digests": _l("Nhận bản tin"),
    "document": _l("Tài liệu"),
    "ease": _l("Mức độ dễ làm"),
    "edition": _l("Kết quả công bố"),
    "evidence_use": _l("Gắn tài liệu"),
    "explanation": _l("Giải trình"),
    "extension": _l("Gia hạn"),
    "field_visit": _l("Chuyến kiểm tra"),
    "internal_date": _l("Hạn nội bộ"),
    "mail_wording": _l("Mẫu thư"),
    "move": _l("Chuyển trạng thái"),
    "mute": _l("Ngừng gửi thư"),
    "nudge": _l("Đợt nhắc việc"),
    "office_import": _l("Tệp nhập của cơ quan chủ trì"),
    "outbox_message": _l("Thư gửi đi"),
    "package": _l("Hồ sơ tổng hợp"),
    "paper_template": _l("Mẫu văn bản"),
    "person": _l("Tài khoản"),
    "question": _l("Câu hỏi"),
    "ranking_run": _l("Bảng xếp hạng"),
    "receipt": _l("Giấy nhận"),
    "remark": _l("Nhận xét"),
    "replacement": _l("Thay số ước"),
    "role_grant": _l("Vai trò"),
    "sign_off_step": _l("Trình lãnh đạo"),
    "signed_paper": _l("Bản đã ký"),
    "submission": _l("Phiếu"),
    "succession": _l("Sáp nhập, chia tách"),
    "unit": _l("Đơn vị"),
    "verdict": _l("Ý kiến thẩm tra"),
    "waiver": _l("Tiêu chí không áp dụng"),
    "workbook_import": _l("Tệp Excel của phiếu"),
}
FACTS: Mapping[str, LazyString] = {
    "action": _l("Việc"),
    "active": _l("Đang hoạt động"),
    "added": _l("Thêm"),
    "answer": _l("Trả lời"),
    "approved_by": _l("Người duyệt"),
    "changed": _l("Đổi"),
    "closed": _l("Tài khoản bị khóa"),
    "code": _l("Mã"),
    "content_digest": _l("Mã băm nội dung"),
    "count": _l("Số lượng"),
    "criteria": _l("Tiêu chí"),
    "criterion": _l("Tiêu chí"),
    "date": _l("Ngày ký"),
    "day": _l("Ngày"),
    "decision": _l("Quyết định"),
    "denominator": _l("Mẫu số"),
    "digest": _l("Mã băm"),
    "document": _l("Văn bản"),
    "due_day": _l("Hạn"),
    "edit_through": _l("Sửa câu trả lời đến hết ngày"),
    "email": _l("Địa chỉ thư"),
    "ended": _l("Kết thúc"),
    "estimated": _l("Số ước"),
    "file_name": _l("Tên tệp"),
    "finding": _l("Máy quét thấy"),
    "forms": _l("Phiếu"),
    "full_name": _l("Tên đầy đủ"),
    "gaps": _l("Đơn vị còn thiếu"),
    "key": _l("Khóa thư"),
    "kind": _l("Loại"),
    "language": _l("Ngôn ngữ"),
    "late": _l("Sau hạn còn nhận"),
    "late_through": _l("Nhận phiếu nộp muộn đến hết ngày"),
    "left": _l("Thư đã đi"),
    "link": _l("Liên kết"),
    "mail": _l("Loại thư"),
    "mails": _l("Thư"),
    "name": _l("Tên"),
    "note": _l("Ghi chú"),
    "number": _l("Số"),
    "numerator": _l("Tử số"),
    "option": _l("Mức"),
    "outcome": _l("Kết luận"),
    "parent_id": _l("Đơn vị cấp trên"),
    "parts": _l("Các ý"),
    "person": _l("Người"),
    "phone": _l("Điện thoại"),
    "pinned": _l("Phiếu đã chốt"),
    "place": _l("Nơi"),
    "planned_on": _l("Ngày dự kiến"),
    "points": _l("Điểm"),
    "predecessor": _l("Đơn vị cũ"),
    "purpose": _l("Mục đích"),
    "read": _l("Dòng đã đọc"),
    "reason": _l("Lý do"),
    "refused": _l("Dòng bị từ chối"),
    "remind_from": _l("Bắt đầu nhắc từ ngày"),
    "reminders": _l("Mốc nhắc"),
    "role": _l("Vai trò"),
    "roles": _l("Vai trò"),
    "run": _l("Bảng xếp hạng"),
    "sha256": _l("Mã băm tệp"),
    "signer": _l("Người ký"),
    "silent": _l("Chưa nộp"),
    "slug": _l("Mã đợt"),
    "state": _l("Trạng thái"),
    "stopped": _l("Thư đã hủy"),
    "subject": _l("Tiêu đề"),
    "submission": _l("Phiếu"),
    "succeeded": _l("Sáp nhập, chia tách"),
    "successor": _l("Đơn vị tiếp nhận"),
    "team": _l("Đoàn"),
    "text": _l("Nội dung"),
    "title": _l("Tiêu đề"),
    "unchanged": _l("Không đổi"),
    "unit": _l("Đơn vị"),
    "units": _l("Đơn vị"),
    "valid_from": _l("Hiệu lực từ"),
    "valid_to": _l("Hiệu lực đến"),
    "value": _l("Giá trị"),
    "version": _l("Phiên bản"),
    "visit": _l("Chuyến kiểm tra"),
    "visited_on": _l("Ngày kiểm tra"),
    "visits": _l("Chuyến kiểm tra"),
    "wording": _l("Cách ghi hạn"),
    "year": _l("Năm"),
}
CODES: Mapping[str, LazyString] = {value: word for (_kind, value), word in LABELS.items()}
HEXADECIMAL = frozenset("0123456789abcdef")
DIGEST, SHOWN_OF_DIGEST = 64, 12
CODED = frozenset({"action", "kind", "late", "role", "state"})


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that an entry changed, as words; ``before`` is empty where nothing was there."""

    name: str
    before: str
    after: str


def subject_text(table: str, name: str | None) -> str:
    """What an entry is about: "Phiếu: UBND xã Thanh Thủy"."""
    kind = str(SUBJECTS.get(table, table))
    return f"{kind}: {name}" if name else kind


def fact_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[FactChange]:
    """Only the facts that differ, answers and verdicts criterion by criterion."""
    old, new = dict(_flat(before or {})), dict(_flat(after or {}))
    changes = (
        FactChange(fact_text(path), _value(path, old.get(path)), _value(path, new.get(path)))
        for path in dict.fromkeys((*old, *new))
    )
    return [one for one in changes if one.before != one.after]


def fact_text(path: tuple[str, ...]) -> str:
    """The name of a fact; a criterion's code, or a name newer than this list, by itself."""
    return " · ".join(str(FACTS.get(part, part)) for part in path)


def _flat(facts: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in facts.items():
        if isinstance(value, dict) and name != "value":
            yield from _flat(value, (*above, name))
        else:
            yield (*above, name), value


def _value(path: tuple[str, ...], value: Any) -> str:
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, dict):
        return "; ".join(f"{_part_text(name)} {_value((*path, name), part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(_value(path, part) for part in value)
    return _words(path[-1], str(value))


def _part_text(name: str) -> str:
    """The name of a figure, with the letter of its part before it: "a · Tử số"."""
    return fact_text(tuple(name.split(".")))


def _words(name: str, text: str) -> str:
    if name in CODED and text in CODES:
        return str(CODES[text])
    if len(text) == DIGEST and set(text) <= HEXADECIMAL:
        return f"{text[:SHOWN_OF_DIGEST]}…"
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text
