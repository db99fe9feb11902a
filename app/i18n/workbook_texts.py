"""Why a workbook is not read and what to do about it, in the reader's language. Logic never looks at it."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from criteria.workbook import UnreadableWorkbook, WorkbookCode

ODD = _l("Tệp Excel này không mở được; mở bằng Excel rồi lưu lại thành .xlsx mới")
MUCH = _l("Trang tính quá lớn; xóa phần thừa rồi lưu lại")
WORKBOOK_FAULTS: Mapping[WorkbookCode, LazyString] = {
    WorkbookCode.EMPTY_FILE: _l("Tệp trống; chọn lại tệp"),
    WorkbookCode.TOO_BIG: _l("Tệp quá lớn; bỏ hình và trang tính thừa, hoặc tách thành nhiều tệp"),
    WorkbookCode.NOT_A_WORKBOOK: _l("Đây không phải tệp Excel; lưu lại thành .xlsx rồi chọn tệp đó"),
    WorkbookCode.OLD_FORMAT: _l("Tệp .xls kiểu cũ; mở bằng Excel rồi lưu thành .xlsx"),
    WorkbookCode.MACROS: _l("Tệp có macro; lưu thành .xlsx không kèm macro"),
    WorkbookCode.ENCRYPTED: _l("Tệp có mật khẩu; bỏ mật khẩu rồi lưu lại"),
    WorkbookCode.TOO_MANY_ENTRIES: ODD,
    WorkbookCode.UNPACKS_TOO_BIG: MUCH,
    WorkbookCode.HOSTILE: ODD,
    WorkbookCode.BROKEN: ODD,
    WorkbookCode.MUDDLED_CELLS: ODD,
    WorkbookCode.BAD_NUMBER: _l("Có ô chứa con số không đọc được; sửa ô đó"),
    WorkbookCode.SHEET_MISSING: _l("Tệp không có trang tính nào hiện; bỏ ẩn trang cần đọc"),
    WorkbookCode.TOO_MANY_ROWS: _l("Trang tính có quá nhiều dòng; xóa các dòng thừa"),
    WorkbookCode.TOO_MANY_COLUMNS: _l("Trang tính có quá nhiều cột; xóa các cột thừa"),
    WorkbookCode.TOO_MANY_CELLS: _l("Trang tính có quá nhiều ô; xóa phần thừa"),
    WorkbookCode.TOO_MUCH_MERGED: _l("Trang tính gộp quá nhiều ô; bỏ gộp ô rồi lưu lại"),
    WorkbookCode.TOO_COSTLY: MUCH,
}
PLACED = frozenset({WorkbookCode.BAD_NUMBER, WorkbookCode.MUDDLED_CELLS})


def workbook_fault_text(fault: UnreadableWorkbook) -> str:
    """What is wrong with the file and what to do, with the place where it is known."""
    words = str(WORKBOOK_FAULTS[fault.code])
    place = fault.detail.rpartition("/")[2] if fault.code in PLACED else ""
    return f"{words} ({place})" if place else words
