"""Own words for mails in words: why they cannot be used and what to do, and when each kind of mail leaves."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.faults import FieldFault
from notifications.originals import MOST_WORDS
from notifications.rendering import SUBJECT_LIMIT
from notifications.wording import LONGEST_SUBJECT, LONGEST_TEXT, Unfit, WordingFault

TEXTS: Mapping[Unfit, LazyString] = {
    Unfit.BLANK: _l("Viết tiêu đề và nội dung thư"),
    Unfit.TOO_LONG: _l("Viết ngắn hơn %(limit)s ký tự (đang là %(words)s)"),
    Unfit.BRACE: _l("Dòng %(line)s: dấu %(words)s thiếu dấu đi cùng; viết ô điền như {don_vi}"),
    Unfit.UNKNOWN: _l("Dòng %(line)s: không có ô điền %(words)s; chọn trong danh sách bên dưới"),
    Unfit.SUBJECT_ONLY: _l("Dòng %(line)s: %(words)s chỉ dùng ở tiêu đề; trong nội dung dùng {han}"),
    Unfit.MISSING: _l("Thêm ô điền {%(words)s}; thư này phải nêu nội dung đó"),
    Unfit.LINK: _l("Dòng %(line)s: bỏ liên kết %(words)s; thư đã có sẵn một liên kết"),
    Unfit.CONTROL: _l("Dòng %(line)s: bỏ ký tự điều khiển hoặc dấu xuống dòng trong tiêu đề"),
    Unfit.LONG_SUBJECT: _l("Viết tiêu đề ngắn hơn: khi điền xong dài %(words)s, nhiều nhất %(limit)s ký tự"),
    Unfit.MANY_WORDS: _l("Rút gọn nội dung: cả thư có %(words)s từ, nhiều nhất %(limit)s từ"),
}
LEAVES: Mapping[str, LazyString] = {
    "campaign_opened": _l("Khi mở đợt, cho từng đơn vị"),
    "not_started": _l("Theo mốc nhắc, khi đơn vị chưa bắt đầu"),
    "not_submitted": _l("Theo mốc nhắc, khi đơn vị đang làm"),
    "due_today": _l("Sáng ngày hết hạn"),
    "overdue": _l("Sau ngày hết hạn, khi chưa nộp"),
    "verification_due": _l("Theo mốc nhắc, cho tổ công tác"),
    "approval_waiting": _l("Khi kết quả chờ phê duyệt nhiều ngày"),
    "nudge": _l("Khi cấp trên bấm nhắc"),
    "deadline_changed": _l("Khi gia hạn hoặc dời hạn"),
    "digest": _l("Theo mốc nhắc, cho cấp huyện và cơ quan chủ trì"),
    "package_due": _l("Theo mốc nhắc, trước hạn tổng hợp"),
    "several_due": _l("Khi một người có nhiều việc trong ngày"),
    "submitted": _l("Khi đơn vị nộp phiếu"),
    "returned": _l("Khi phiếu bị trả lại"),
    "accepted": _l("Khi phiếu được tiếp nhận"),
    "agreement_asked": _l("Khi cán bộ trình lãnh đạo duyệt phiếu"),
    "agreement_refused": _l("Khi lãnh đạo trả lại phiếu chưa nộp"),
    "package_sent": _l("Khi cấp huyện gửi hồ sơ tổng hợp"),
    "package_returned": _l("Khi hồ sơ tổng hợp bị trả lại"),
    "question": _l("Khi tổ công tác hỏi đơn vị"),
    "question_answered": _l("Khi đơn vị trả lời lần đầu"),
    "draft_result": _l("Khi lập bảng xếp hạng có thời gian giải trình"),
    "explanation_decided": _l("Khi trả lời giải trình của đơn vị"),
    "assigned": _l("Khi giao phiếu để thẩm tra"),
    "visit": _l("Khi lên hoặc đổi lịch kiểm tra"),
    "ranking_for_approval": _l("Khi lập bảng xếp hạng"),
    "published": _l("Khi công bố kết quả"),
}
_LIMITS = {
    "subject": {Unfit.TOO_LONG: LONGEST_SUBJECT, Unfit.LONG_SUBJECT: SUBJECT_LIMIT},
    "text": {Unfit.TOO_LONG: LONGEST_TEXT, Unfit.MANY_WORDS: MOST_WORDS},
}


def fault_of(found: WordingFault) -> FieldFault:
    """One thing to repair, with its place in words."""
    limit = _LIMITS[found.field].get(found.code, 0)
    words = str(TEXTS[found.code]) % {"line": found.line, "words": found.words, "limit": limit}
    return FieldFault(found.field, found.code, words)


def leaves_text(kind: str) -> str:
    """When mails of a kind leave."""
    return str(LEAVES.get(kind, ""))
