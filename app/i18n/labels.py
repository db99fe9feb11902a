"""A label, in the reader's language, for every state, role, action, reason and unit kind. Logic never looks at one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.models import CampaignStatus, LetterOutcome, OutboxState, Paper, UnitKind
from notifications.facts import Owed
from workflows.deadlines import VIETNAM, Deadline, Late, Standing, Timetable, Wording
from workflows.guards import Reason, Refusal
from workflows.vocabulary import Action, Role, Route, State

LISTED = 8

_WORDS: tuple[tuple[StrEnum, LazyString], ...] = (
    (State.DRAFT, _l("Đang tự đánh giá")),
    (State.SELF_ASSESSED, _l("Đã tự đánh giá")),
    (State.DISTRICT_CONSOLIDATED, _l("Đã tổng hợp cấp huyện")),
    (State.VERIFIED, _l("Đã thẩm tra")),
    (State.APPROVED, _l("Đã phê duyệt")),
    (State.PUBLISHED, _l("Đã công bố")),
    (Role.UNIT, _l("Cán bộ đầu mối của đơn vị")),
    (Role.HEAD, _l("Lãnh đạo đơn vị")),
    (Role.CONSOLIDATOR, _l("Đầu mối tổng hợp cấp huyện")),
    (Role.TASK_FORCE, _l("Tổ công tác")),
    (Role.OFFICE, _l("Cơ quan chủ trì")),
    (Role.APPROVER, _l("Người phê duyệt")),
    (Role.ADMIN, _l("Quản trị hệ thống")),
    (Action.SELF_ASSESS, _l("Nộp phiếu")),
    (Action.WITHDRAW, _l("Rút lại phiếu")),
    (Action.SEND_BACK, _l("Trả lại để sửa")),
    (Action.CONSOLIDATE, _l("Tổng hợp và gửi")),
    (Action.RETURN_PACKAGE, _l("Trả lại hồ sơ tổng hợp")),
    (Action.VERIFY, _l("Hoàn thành thẩm tra")),
    (Action.REOPEN, _l("Mở lại để thẩm tra")),
    (Action.APPROVE, _l("Phê duyệt")),
    (Action.WITHDRAW_APPROVAL, _l("Rút phê duyệt")),
    (Action.PUBLISH, _l("Công bố")),
    (Route.BY_CONSOLIDATOR, _l("Qua cấp huyện tổng hợp")),
    (Route.DIRECT, _l("Gửi thẳng cơ quan chủ trì")),
    (UnitKind.NATION, _l("Trung ương")),
    (UnitKind.PROVINCE, _l("Cấp tỉnh")),
    (UnitKind.DEPARTMENT, _l("Sở, ban, ngành")),
    (UnitKind.DISTRICT, _l("Cấp huyện")),
    (UnitKind.COMMUNE, _l("Cấp xã")),
    (CampaignStatus.PREPARED, _l("Đang chuẩn bị")),
    (CampaignStatus.OPEN, _l("Đang mở")),
    (CampaignStatus.CLOSED, _l("Đã kết thúc")),
    (Standing.NOT_OPEN, _l("Chưa mở")),
    (Standing.OPEN, _l("Còn hạn")),
    (Standing.LATE, _l("Quá hạn, còn nộp muộn được")),
    (Standing.OVERDUE, _l("Quá hạn, chưa nộp")),
    (Standing.SUBMITTED, _l("Đã nộp")),
    (Owed.FORM, _l("Nộp phiếu")),
    (Owed.PACKAGE, _l("Gửi hồ sơ tổng hợp")),
    (Owed.OVERSIGHT, _l("Theo dõi đơn vị chưa nộp")),
    (Owed.VERIFICATION, _l("Thẩm tra phiếu")),
    (Owed.APPROVAL, _l("Phê duyệt kết quả")),
    (Late.NEVER, _l("Không nhận phiếu nộp muộn")),
    (Late.BEGUN, _l("Chỉ phiếu đã bắt đầu trước hạn")),
    (Late.ANY, _l("Mọi phiếu")),
    (OutboxState.WAITING, _l("Chờ gửi")),
    (OutboxState.HELD, _l("Đang giữ lại")),
    (OutboxState.CLAIMED, _l("Đang gửi")),
    (OutboxState.ACCEPTED, _l("Máy chủ thư đã nhận")),
    (OutboxState.REFUSED, _l("Bị từ chối")),
    (OutboxState.FAILED, _l("Chưa gửi được")),
    (OutboxState.UNKNOWN, _l("Chưa rõ đã gửi hay chưa")),
    (OutboxState.CANCELLED, _l("Đã hủy")),
    (Paper.FORM, _l("Phiếu tự đánh giá")),
    (Paper.REPORT, _l("Báo cáo kết quả")),
    (LetterOutcome.TAKING, _l("Đang đọc")),
    (LetterOutcome.SHOWN, _l("Đã đọc, chờ đơn vị xác nhận")),
    (LetterOutcome.FAULTY, _l("Tệp có chỗ cần sửa, đã trả lời")),
    (LetterOutcome.UNCHANGED, _l("Tệp không có gì mới")),
    (LetterOutcome.REFUSED, _l("Chưa nhận")),
    (LetterOutcome.NO_WORKBOOK, _l("Không kèm tệp Excel")),
    (LetterOutcome.STRANGER, _l("Địa chỉ lạ, không trả lời")),
    (LetterOutcome.AUTOMATIC, _l("Thư tự động, bỏ qua")),
    (LetterOutcome.TOO_MANY, _l("Quá nhiều thư trong ngày, bỏ qua")),
    (LetterOutcome.GIVEN_UP, _l("Đọc ba lần không xong, bỏ qua")),
)
# Members of different enums may be equal as text (a campaign and a deadline are both "open"): the type tells them apart.
LABELS: Mapping[tuple[type[StrEnum], str], LazyString] = {
    (type(key), key.value): words for key, words in _WORDS
}

REASONS: Mapping[Reason, LazyString] = {
    Reason.CAMPAIGN_CLOSED: _l("Đợt đánh giá đã kết thúc nên không thay đổi được nữa; gọi cơ quan chủ trì"),
    Reason.INVALID_ANSWERS: _l("Sửa câu trả lời ở các tiêu chí"),
    Reason.UNANSWERED: _l("Trả lời các tiêu chí"),
    Reason.REASON_MISSING: _l("Nhập lý do chưa đạt điểm tối đa ở các tiêu chí"),
    Reason.EVIDENCE_MISSING: _l("Gắn tài liệu kiểm chứng cho các tiêu chí"),
    Reason.REPORT_MISSING: _l("Tải báo cáo kết quả lên trước khi nộp"),
    Reason.HEAD_NOT_AGREED: _l("Chờ lãnh đạo đơn vị đồng ý với nội dung này"),
    Reason.NOT_YET_OPEN: _l("Đợt đánh giá nhận phiếu từ"),
    Reason.TOO_LATE: _l("Đã hết hạn; phiếu vẫn còn nguyên, gọi cơ quan chủ trì để xin gia hạn. Hạn là"),
    Reason.PACKAGE_TOO_LATE: _l("Đã hết hạn gửi hồ sơ tổng hợp; gọi cơ quan chủ trì. Hạn là"),
    Reason.TAKEN_UP: _l("Phiếu đã được tiếp nhận, không rút lại được nữa; gọi đơn vị tiếp nhận nếu cần sửa"),
    Reason.OWN_FORM_MISSING: _l("Nộp phiếu của chính cấp huyện trước khi gửi hồ sơ tổng hợp"),
    Reason.UNDECIDED: _l("Cho ý kiến thẩm tra ở các tiêu chí"),
    Reason.OPEN_QUESTION: _l("Khép lại câu hỏi ở các tiêu chí"),
    Reason.MINUTES_MISSING: _l("Ghi biên bản của chuyến kiểm tra đã lên lịch"),
    Reason.NO_FROZEN_RUN: _l("Lập bảng xếp hạng trước khi phê duyệt"),
    Reason.RUN_OUTDATED: _l("Bảng xếp hạng này đã cũ vì số liệu đã đổi; lập bảng mới"),
    Reason.NOT_WHAT_WAS_SHOWN: _l("Bảng xếp hạng không phải bảng đã xem; mở lại trang và xem lại"),
    Reason.EXPLANATIONS_OPEN: _l("Chờ hết thời gian giải trình của đơn vị:"),
    Reason.EXPLANATION_UNDECIDED: _l("Trả lời giải trình của đơn vị ở các tiêu chí"),
    Reason.SAME_PERSON: _l("Việc này cần một người khác với người đã làm bước trước"),
    Reason.DECISION_MISSING: _l("Ghi số và ngày quyết định phê duyệt trước khi công bố"),
    Reason.NOT_PROPOSED: _l("Một người của cơ quan chủ trì đề nghị công bố trước, người thứ hai xác nhận"),
    Reason.NOTE_MISSING: _l("Nhập lý do"),
}

WORDINGS: Mapping[Wording, LazyString] = {
    Wording.BEFORE_DAY: _l("trước ngày %(day)s"),
    Wording.THROUGH_DAY: _l("đến hết ngày %(day)s"),
}


def label(value: StrEnum) -> str:
    """The word for a state, role, action, route, kind, status or standing.

    Raises:
        KeyError: nobody gave it a word; a test keeps that from happening.
    """
    return str(LABELS[type(value), value.value])


def refusal_text(refusal: Refusal) -> str:
    """Why an action is refused and what to do, with its first criteria or its instant."""
    parts = [str(REASONS[refusal.code])]
    if refusal.items:
        parts.append(listed(refusal.items, LISTED))
    if refusal.at is not None:
        parts.append(moment(refusal.at))
    return " ".join(parts)


def listed(names: Sequence[str], most: int) -> str:
    """The first ``most`` of the names, and how many more there are."""
    shown, more = ", ".join(names[:most]), len(names) - most
    return str(_("%(shown)s và %(more)s mục khác", shown=shown, more=more)) if more > 0 else shown


def wording_text(deadline: Deadline) -> str:
    """The letter's wording with its day: "trước ngày 18/10/2019"."""
    return str(WORDINGS[deadline.wording]) % {"day": f"{deadline.day:%d/%m/%Y}"}


def closing_text(instant: datetime) -> str:
    """The last moment before an exclusive instant: "đến hết 24:00 ngày 17/10/2019"."""
    return str(_("đến hết %(moment)s", moment=moment(instant)))


def deadline_text(timetable: Timetable) -> str:
    """Wording and instant, always together: "trước ngày 18/10/2019 (đến hết 24:00 ngày 17/10/2019)"."""
    if timetable.repair_due is not None:
        return closing_text(timetable.repair_due)
    return date_text(timetable.due)


def date_text(deadline: Deadline) -> str:
    """A date with its instant, as :func:`deadline_text`."""
    return f"{wording_text(deadline)} ({closing_text(deadline.instant)})"


def late_text(timetable: Timetable) -> str:
    """What is still taken after the deadline, and until when; empty where nothing is."""
    if timetable.late is Late.NEVER or timetable.late_until is None:
        return ""
    last = closing_text(max(timetable.due_at, timetable.late_until))
    if timetable.late is Late.BEGUN:
        return str(_("Phiếu đã bắt đầu trước hạn còn được nộp muộn %(last)s.", last=last))
    return str(_("Còn nhận phiếu nộp muộn %(last)s.", last=last))


def dates_text(timetable: Timetable) -> list[str]:
    """The four instants of a kind of unit in sentences without their full stops: reminders, due, last acceptance, lock."""
    said = [_("Hạn nộp: %(deadline)s", deadline=deadline_text(timetable))]
    if timetable.remind_from is not None:
        said.append(_("Nhắc từ %(moment)s", moment=moment_after(timetable.remind_from)))
    said.append(late_text(timetable).removesuffix(".") or str(label(Late.NEVER)))
    if timetable.locks > timetable.closes:
        said.append(_("Sửa phiếu được %(last)s", last=closing_text(timetable.locks)))
    return said


def moment_after(instant: datetime) -> str:
    """An instant from which on something holds, in local time; midnight is 00:00 of the day that begins."""
    local = instant.astimezone(VIETNAM)
    return str(_("%(time)s ngày %(date)s", time=f"{local:%H:%M}", date=f"{local:%d/%m/%Y}"))


def moment(instant: datetime) -> str:
    """An instant in local time; midnight is 24:00 of the day that ends (Civil Code 2015, article 148)."""
    local = instant.astimezone(VIETNAM)
    time, day = f"{local:%H:%M}", local.date()
    if time == "00:00":
        time, day = "24:00", day - timedelta(days=1)
    return str(_("%(time)s ngày %(date)s", time=time, date=f"{day:%d/%m/%Y}"))
