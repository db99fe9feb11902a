"""Kinds of mail in words, and for each state what happened and what to do about it. Logic never looks at it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app import clock
from app.i18n.labels import moment
from app.models import OutboxState
from app.queries.mail import MailLine
from notifications.delivery import GIVE_UP_AFTER
from notifications.messages import MESSAGES
from notifications.refusals import Cause, heard

KINDS: Mapping[str, LazyString] = {
    "campaign_opened": _l("Mời tự đánh giá"),
    "not_started": _l("Nhắc: chưa bắt đầu"),
    "not_submitted": _l("Nhắc: chưa nộp"),
    "due_today": _l("Nhắc: hôm nay hết hạn"),
    "overdue": _l("Nhắc: quá hạn"),
    "deadline_changed": _l("Đổi hạn nộp"),
    "digest": _l("Bản tin tiến độ"),
    "package_due": _l("Nhắc: hạn tổng hợp"),
    "several_due": _l("Nhắc nhiều việc"),
    "submitted": _l("Đã nhận phiếu"),
    "returned": _l("Trả lại phiếu"),
    "accepted": _l("Đã tiếp nhận phiếu"),
    "agreement_asked": _l("Trình lãnh đạo duyệt"),
    "agreement_refused": _l("Lãnh đạo trả lại phiếu"),
    "package_sent": _l("Hồ sơ tổng hợp đã gửi"),
    "package_returned": _l("Trả lại hồ sơ tổng hợp"),
    "ranking_for_approval": _l("Chờ phê duyệt"),
    "published": _l("Công bố kết quả"),
    "invitation": _l("Mời đặt mật khẩu"),
    "nudge": _l("Đôn đốc"),
    "question": _l("Hỏi đơn vị"),
    "question_answered": _l("Đơn vị trả lời câu hỏi"),
    "visit": _l("Lịch kiểm tra thực tế"),
    "draft_result": _l("Dự thảo kết quả"),
    "explanation_decided": _l("Trả lời giải trình"),
    "assigned": _l("Phân công thẩm tra"),
    "verification_due": _l("Nhắc: hạn thẩm tra"),
    "approval_waiting": _l("Nhắc: chờ phê duyệt"),
    "sign_in_code": _l("Mã đăng nhập"),
    "workbook_received": _l("Trả lời tệp Excel gửi qua thư"),
    "system_fault": _l("Sự cố hệ thống"),
    "undelivered": _l("Thư không đến được"),
}
_OPEN = frozenset(message.kind for message in MESSAGES if not message.secret)
CAUSES: Mapping[Cause, LazyString] = {
    Cause.ADDRESS: _l("Địa chỉ không tồn tại."),
    Cause.FULL: _l("Hộp thư người nhận đã đầy."),
    Cause.POLICY: _l("Máy chủ bên nhận từ chối thư của hệ thống."),
    Cause.TOO_BIG: _l("Máy chủ bên nhận không nhận thư lớn như vậy."),
    Cause.SIGN_IN: _l("Máy chủ thư không nhận tài khoản gửi của hệ thống."),
    Cause.AWAY: _l("Máy chủ thư không trả lời."),
    Cause.LATER: _l("Máy chủ bên nhận hẹn gửi lại sau."),
}
REMEDIES: Mapping[Cause, LazyString] = {
    Cause.ADDRESS: _l("Sửa địa chỉ rồi gửi lại, hoặc báo qua điện thoại."),
    Cause.FULL: _l("Gọi người nhận dọn hộp thư, rồi gửi lại."),
    Cause.POLICY: _l("Báo quản trị xem SPF, DKIM và danh sách chặn, rồi gửi lại."),
    Cause.TOO_BIG: _l("Báo quản trị hỏi máy chủ bên nhận."),
    Cause.SIGN_IN: _l("Báo quản trị sửa mật khẩu trong DUNGHAN_SMTP_URL."),
    Cause.AWAY: _l("Nếu kéo dài, báo quản trị kiểm tra máy chủ thư."),
    Cause.LATER: _l("Không phải làm gì."),
}


class Advice(NamedTuple):
    """What happened to a mail, and what to do now."""

    happened: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.happened} {self.remedy}".strip()


def kind_text(kind: str) -> str:
    """The words for a kind of mail; a retired kind by its name."""
    return str(KINDS.get(kind, kind))


def shown_subject(kind: str, subject: str) -> str:
    """The subject for people in charge; of a mail that only its reader may see, what kind it is."""
    return subject if kind_is_open(kind) else kind_text(kind)


def kind_is_open(kind: str) -> bool:
    """May people in charge read mails of this kind? Not those that let their reader in, nor what is not known."""
    return kind in _OPEN


def advice(line: MailLine) -> Advice:
    """What became of a mail so far, and what to do about it."""
    return ADVICE[line.state](line)


def _waiting(line: MailLine) -> Advice:
    if line.attempts == 0:
        if line.next_at <= clock.now():
            return Advice(_("Chưa gửi lần nào."), _("Thư đi trong lượt gửi tới."))
        return Advice(_("Chưa gửi lần nào."), _("Gửi từ %(moment)s.", moment=moment(line.next_at)))
    if line.first_tried_at is None:
        return Advice(_("Đã yêu cầu gửi lại."), _("Thư đi trong lượt gửi tới."))
    again = _("Tự gửi lại lúc %(moment)s.", moment=moment(line.next_at))
    if line.unknowns:
        return Advice(_("Mất kết nối sau khi chuyển xong thư, chưa rõ đã đến chưa."), again)
    cause = heard(line.outcome).cause or Cause.AWAY
    until = moment(line.first_tried_at + GIVE_UP_AFTER)
    tries = _("Tự gửi lại lúc %(moment)s, thử đến %(until)s.", moment=moment(line.next_at), until=until)
    return Advice(str(CAUSES[cause]), f"{tries} {REMEDIES[cause]}")


def _refused(line: MailLine) -> Advice:
    cause = heard(line.outcome).cause or Cause.POLICY
    call = _("Điện thoại: %(phone)s.", phone=line.phone) if line.phone else ""
    return Advice(str(CAUSES[cause]), f"{REMEDIES[cause]} {call}".strip())


def _held(_line: MailLine) -> Advice:
    return Advice(_("Đang giữ lại, chưa gửi."), _("Thả ra để gửi, hoặc hủy."))


def _claimed(_line: MailLine) -> Advice:
    return Advice(_("Đang chuyển cho máy chủ thư."), _("Tải lại trang sau một phút."))


def _accepted(_line: MailLine) -> Advice:
    return Advice(
        _("Máy chủ thư đã nhận."), _("Người nhận không thấy thư thì tìm trong thư rác, hoặc gọi điện.")
    )


def _failed(line: MailLine) -> Advice:
    cause = heard(line.outcome).cause or Cause.AWAY
    return Advice(
        _("Đã thử 5 ngày mà không gửi được: %(cause)s", cause=CAUSES[cause]),
        _("Báo quản trị kiểm tra máy chủ thư rồi gửi lại; việc gấp thì gọi điện."),
    )


def _unknown(_line: MailLine) -> Advice:
    return Advice(
        _("Hai lần mất kết nối sau khi chuyển xong thư, không rõ thư đã đến chưa."),
        _("Gọi hỏi người nhận trước khi gửi lại."),
    )


def _cancelled(line: MailLine) -> Advice:
    why = line.outcome or str(_("Cơ quan chủ trì hủy thư"))
    return Advice(_("Đã hủy: %(why)s.", why=why.rstrip(".")), _("Không phải làm gì; vẫn cần thì gửi lại."))


ADVICE: Mapping[OutboxState, Callable[[MailLine], Advice]] = {
    OutboxState.WAITING: _waiting,
    OutboxState.HELD: _held,
    OutboxState.CLAIMED: _claimed,
    OutboxState.ACCEPTED: _accepted,
    OutboxState.REFUSED: _refused,
    OutboxState.FAILED: _failed,
    OutboxState.UNKNOWN: _unknown,
    OutboxState.CANCELLED: _cancelled,
}


def answer_text(note: str) -> str:
    """The mail server's own words in a note of the ledger, without our stage; empty for our own reasons."""
    said = heard(note)
    return said.words if said.stage is not None else ""
