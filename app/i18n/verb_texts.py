"""What an audit entry says was done, in the reader's language. Logic never looks at it."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.models import Verb

VERBS: Mapping[Verb, LazyString] = {
    Verb.UNITS_IMPORTED: _l("Nhập danh sách đơn vị"),
    Verb.UNIT_CHANGED: _l("Đổi thông tin đơn vị"),
    Verb.PERSON_CREATED: _l("Tạo tài khoản"),
    Verb.PERSON_CHANGED: _l("Đổi thông tin tài khoản"),
    Verb.PERSON_INVITED: _l("Gửi thư mời đặt mật khẩu"),
    Verb.PASSWORD_SET: _l("Đặt mật khẩu"),
    Verb.SIGNED_IN: _l("Đăng nhập"),
    Verb.SIGNED_OUT: _l("Thoát"),
    Verb.ROLE_GRANTED: _l("Giao vai trò"),
    Verb.ROLE_ENDED: _l("Kết thúc vai trò"),
    Verb.TOKEN_ISSUED: _l("Cấp mã truy cập API"),
    Verb.TOKEN_REVOKED: _l("Thu hồi mã truy cập API"),
    Verb.CRITERIA_IMPORTED: _l("Nhập bộ tiêu chí"),
    Verb.CAMPAIGN_CREATED: _l("Tạo đợt đánh giá"),
    Verb.CAMPAIGN_CHANGED: _l("Đổi đợt đánh giá"),
    Verb.CAMPAIGN_OPENED: _l("Mở đợt đánh giá"),
    Verb.CAMPAIGN_CLOSED: _l("Kết thúc đợt đánh giá"),
    Verb.LADDER_CHANGED: _l("Đổi mốc nhắc việc"),
    Verb.ANSWER_SAVED: _l("Lưu câu trả lời"),
    Verb.REMARK_MADE: _l("Ghi nhận xét"),
    Verb.WAIVER_GRANTED: _l("Ghi tiêu chí không áp dụng"),
    Verb.WAIVER_ENDED: _l("Áp dụng lại tiêu chí"),
    Verb.AGREED: _l("Lãnh đạo đơn vị đồng ý"),
    Verb.MOVED: _l("Chuyển trạng thái phiếu"),
    Verb.DOCUMENT_ADDED: _l("Tải tài liệu lên"),
    Verb.DOCUMENT_CHANGED: _l("Đổi thông tin tài liệu"),
    Verb.DOCUMENT_REMOVED: _l("Bỏ tài liệu"),
    Verb.PACKAGE_SENT: _l("Gửi hồ sơ tổng hợp"),
    Verb.PACKAGE_RETURNED: _l("Trả lại hồ sơ tổng hợp"),
    Verb.FORM_ASSIGNED: _l("Giao phiếu thẩm tra"),
    Verb.ASSIGNMENT_ENDED: _l("Bỏ giao phiếu thẩm tra"),
    Verb.VERDICT_GIVEN: _l("Cho ý kiến thẩm tra"),
    Verb.QUESTION_ASKED: _l("Hỏi đơn vị"),
    Verb.QUESTION_ANSWERED: _l("Trả lời câu hỏi"),
    Verb.QUESTION_CLOSED: _l("Khép câu hỏi"),
    Verb.EXPLAINED: _l("Gửi giải trình"),
    Verb.EXPLANATION_DECIDED: _l("Trả lời giải trình"),
    Verb.VISIT_PLANNED: _l("Lên lịch kiểm tra"),
    Verb.VISIT_MOVED: _l("Đổi lịch kiểm tra"),
    Verb.VISIT_CALLED_OFF: _l("Hủy chuyến kiểm tra"),
    Verb.MINUTES_RECORDED: _l("Ghi biên bản kiểm tra"),
    Verb.RUN_MADE: _l("Lập bảng xếp hạng"),
    Verb.RUN_APPROVED: _l("Phê duyệt bảng xếp hạng"),
    Verb.RUN_APPROVAL_WITHDRAWN: _l("Rút phê duyệt"),
    Verb.DECISION_RECORDED: _l("Ghi quyết định"),
    Verb.PUBLICATION_PROPOSED: _l("Đề nghị công bố"),
    Verb.PUBLISHED: _l("Công bố kết quả"),
    Verb.EXTENSION_GRANTED: _l("Gia hạn nộp phiếu"),
    Verb.EXTENSION_ENDED: _l("Chấm dứt gia hạn"),
    Verb.DEADLINE_MOVED: _l("Dời hạn nộp"),
    Verb.INTERNAL_DATE_SET: _l("Hẹn ngày nộp phiếu trong huyện"),
    Verb.INTERNAL_DATE_ENDED: _l("Bỏ ngày hẹn nộp phiếu"),
    Verb.NUDGED: _l("Nhắc đơn vị chưa nộp"),
    Verb.NUDGE_TAKEN_BACK: _l("Hủy lần nhắc đơn vị chưa nộp"),
    Verb.KIND_DATES_SET: _l("Đặt mốc nhắc, nộp muộn và khóa phiếu"),
    Verb.CALENDAR_CONFIRMED: _l("Xác nhận lịch làm việc"),
    Verb.CALENDAR_CHANGED: _l("Đổi lịch làm việc"),
    Verb.FEED_MADE: _l("Tạo địa chỉ lịch"),
    Verb.FEED_ENDED: _l("Hủy địa chỉ lịch"),
    Verb.MAIL_RETRIED: _l("Gửi lại thư"),
    Verb.MAIL_CANCELLED: _l("Hủy thư"),
    Verb.MAIL_HELD: _l("Giữ thư lại"),
    Verb.MAIL_RELEASED: _l("Thả thư đang giữ"),
    Verb.ADDRESS_REFUSED: _l("Máy chủ thư báo địa chỉ không nhận thư"),
    Verb.ADDRESS_ACCEPTED: _l("Địa chỉ nhận thư trở lại"),
    Verb.UNIT_MUTED: _l("Ngừng gửi thư nhắc cho đơn vị"),
    Verb.MUTE_ENDED: _l("Gửi thư nhắc trở lại cho đơn vị"),
}


def verb_text(code: str) -> str:
    """The words for a stored verb; the verb itself where it was retired or is newer than this list."""
    return str(VERBS[Verb(code)]) if code in list(Verb) and Verb(code) in VERBS else code
