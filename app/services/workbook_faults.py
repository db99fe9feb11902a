"""Words for everything that can be wrong with a form's workbook: where it is and what to do. It reads no file."""

from collections.abc import Callable, Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.faults import FieldFault
from criteria.workbook import MemberFault, Sheet
from criteria.workbook.form import BookFlaw, Flaw, Place

Words = Callable[[str], str]
WORDS: Mapping[BookFlaw, Words] = {
    BookFlaw.NOT_OURS: lambda _detail: _("Tệp phải là mẫu tải từ phiếu này; tải mẫu rồi chép số liệu sang"),
    BookFlaw.COLUMN_MISSING: lambda detail: _("Thiếu cột “%(column)s”; tải lại mẫu", column=detail),
    BookFlaw.COLUMN_TWICE: lambda detail: _("Cột “%(column)s” có hai lần; xóa cột thừa", column=detail),
    BookFlaw.ROW_TWICE: lambda detail: _("Dòng %(row)s có hai lần; xóa dòng thừa", row=detail),
    BookFlaw.ROW_UNNAMED: lambda _detail: _("Dòng này mất mã ở cột đầu; xóa dòng hoặc chép sang mẫu mới"),
    BookFlaw.FORMULA: lambda _detail: _("Ô chứa công thức; chép rồi dán giá trị (Paste Values) vào ô này"),
    BookFlaw.ERROR_VALUE: lambda detail: _("Ô báo lỗi %(error)s; nhập lại giá trị", error=detail),
    BookFlaw.DATE_VALUE: lambda detail: _(
        "Ô bị đổi thành ngày tháng %(date)s; định dạng ô là số rồi nhập lại", date=detail
    ),
    BookFlaw.MERGED: lambda _detail: _("Ô bị gộp với ô khác; bỏ gộp ô rồi nhập từng ô"),
    BookFlaw.NOT_A_TICK: lambda detail: _("Chỉ ghi x hoặc để trống, không ghi “%(text)s”", text=detail),
}


MEMBER_WORDS: Mapping[MemberFault, LazyString] = {
    MemberFault.NOT_XLSX: _l("Không phải tệp .xlsx; bỏ ra khỏi gói hoặc lưu lại thành .xlsx"),
    MemberFault.NESTED: _l("Gói .zip nằm trong gói; giải nén rồi nén lại một lần"),
    MemberFault.ENCRYPTED: _l("Tệp trong gói có mật khẩu; nén lại không đặt mật khẩu"),
    MemberFault.TOO_BIG: _l("Tệp quá lớn; bỏ hình và trang tính thừa"),
    MemberFault.BROKEN: _l("Tệp trong gói bị hỏng; nén lại từ tệp gốc"),
    MemberFault.BAD_NAME: _l("Đường dẫn của tệp trong gói không dùng được; nén lại từ một thư mục"),
    MemberFault.TWICE: _l("Gói có hai tệp cùng tên; giữ lại một tệp"),
}


def flaw_fault(flaw: Flaw) -> FieldFault:
    """A flaw of the workbook itself, at its cell."""
    return at(flaw.place, flaw.code, WORDS[flaw.code](flaw.detail), criterion_of(flaw.line))


def at(place: Place, code: str, words: str, criterion: str = "") -> FieldFault:
    """A fault at a cell; ``field`` is the code of its criterion, where it has one."""
    return FieldFault(criterion, code, words, sheet=place.sheet, cell=place.ref)


def names_of(sheets: Iterable[Sheet]) -> str:
    """The names of sheets, as words."""
    return "”, “".join(one.name for one in sheets)


def criterion_of(line: str) -> str:
    """The code of the criterion that a row belongs to."""
    return line.partition("#")[0]
