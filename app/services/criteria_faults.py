"""Words for everything that can be wrong with a criteria set's workbook: where it is and what to do. Reads no file."""

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from app.faults import FieldFault
from app.services.workbook_faults import WORDS as BOOK_WORDS
from criteria.checks import Flaw, FlawCode
from criteria.workbook.form import BookFlaw
from criteria.workbook.set_form import SetFlaw, SetFlawCode

Words = Callable[[str], str]
WORDS: Mapping[str, Words] = {
    **{str(code): words for code, words in BOOK_WORDS.items()},
    BookFlaw.NOT_OURS: lambda _detail: _("Trang tính không có dòng tiêu đề của mẫu; tải lại mẫu bộ tiêu chí"),
    SetFlawCode.SHEET_MISSING: lambda detail: _("Thiếu trang tính “%(name)s”; tải lại mẫu", name=detail),
    SetFlawCode.UNKNOWN_WORD: lambda detail: _(
        "“%(word)s” không có trong danh sách của ô; chọn lại", word=detail
    ),
    SetFlawCode.UNKNOWN_GROUP: lambda detail: _(
        "Trang Nhóm không có mã “%(code)s”; sửa mã hoặc thêm nhóm", code=detail
    ),
    SetFlawCode.UNKNOWN_CRITERION: lambda detail: _(
        "Trang Tiêu chí không có “%(code)s”; sửa mã hoặc xóa dòng này", code=detail
    ),
    SetFlawCode.MAX_DIFFERS: lambda detail: _(
        "Các mức của tiêu chí cho tối đa %(points)s điểm; sửa ô này hoặc các mức", points=detail
    ),
    SetFlawCode.NOT_USED: lambda detail: _("Cách chấm này không dùng “%(name)s”; để trống", name=detail),
    SetFlawCode.CODE_NUMBER: lambda detail: _(
        "Excel đã đổi mã thành số %(number)s; định dạng ô là văn bản rồi ghi lại mã", number=detail
    ),
    FlawCode.NOT_JSON: lambda _detail: _("Tệp JSON viết dở dang; tải lại tệp từ trang bộ tiêu chí"),
    FlawCode.WRONG_TYPE: lambda _detail: _("Kiểu dữ liệu ở đây chưa đúng; xem tệp mẫu"),
    FlawCode.MISSING: lambda detail: _("Nhập “%(name)s”", name=detail) if detail else _("Nhập ô này"),
    FlawCode.UNKNOWN_KEY: lambda _detail: _("Mục này không có trong bộ tiêu chí; xóa đi"),
    FlawCode.UNKNOWN_VALUE: lambda _detail: _("Giá trị không có trong danh sách cho phép; chọn lại"),
    FlawCode.BLANK: lambda _detail: _("Ô này không được để trống"),
    FlawCode.TOO_LONG: lambda detail: _("Nội dung quá dài (%(length)s ký tự); viết gọn lại", length=detail),
    FlawCode.BAD_TEXT: lambda _detail: _("Ô có ký tự lạ; gõ lại nội dung"),
    FlawCode.BAD_CODE: lambda _detail: _(
        "Mã chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch ngang; nhiều nhất 32 ký tự"
    ),
    FlawCode.REPEATED: lambda detail: _("“%(text)s” có hai lần; giữ một", text=detail),
    FlawCode.TOO_FEW: lambda _detail: _(
        "Chưa đủ: nhóm cần ít nhất một tiêu chí, cách chấm cần đủ mức có điểm"
    ),
    FlawCode.BAD_NUMBER: lambda _detail: _("Ghi một số, ví dụ 12 hoặc 8,5; không dùng dấu chấm hàng nghìn"),
    FlawCode.OUT_OF_RANGE: lambda detail: _("Số %(number)s ngoài khoảng cho phép của ô này", number=detail),
    FlawCode.FALLING_LADDER: lambda detail: _(
        "Bậc từ %(count)s ít điểm hơn bậc thấp hơn; điểm phải tăng dần", count=detail
    ),
    FlawCode.MISPLACED: lambda detail: _(
        "“%(text)s” không đặt được ở đây: điểm cộng, điểm trừ thuộc nhóm riêng; mức 1–4 thuộc phần kết quả",
        text=detail,
    ),
}


def set_fault(flaw: SetFlaw) -> FieldFault:
    """A flaw of the workbook at its cell; ``field`` is the criterion's code."""
    words = WORDS[flaw.code](flaw.detail)
    return FieldFault(flaw.criterion, flaw.code, words, sheet=flaw.place.sheet, cell=flaw.place.ref)


def json_fault(flaw: Flaw) -> FieldFault:
    """A flaw of a JSON file, its path before the words."""
    words = WORDS[flaw.code](flaw.detail)
    return FieldFault(flaw.path, flaw.code, f"{flaw.path}: {words}" if flaw.path else words)
