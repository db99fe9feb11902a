"""Turns what a service, a file or the settings refuse into exit code 1 with the reason in Vietnamese, once.

Exit codes: 0 done, 1 refused, 2 wrong usage (by Click). No traceback reaches a terminal for anything foreseen.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _
from sqlalchemy.exc import DatabaseError

from app.campaign_files import InvalidCampaignFile
from app.faults import Busy, Duplicate, FieldFault, Forbidden, Invalid, Missing, Outdated
from app.i18n.workbook_texts import workbook_fault_text
from app.problems import problem_of
from app.rosters import UnreadableRoster
from config import InvalidSettings
from criteria.checks import FlawCode, InvalidCriteria
from criteria.workbook import UnreadableWorkbook
from workflows.workflow import MoveRefused, NoSuchMove, NotYourMove

FLAW_WORDS: Mapping[FlawCode, str] = {
    FlawCode.NOT_JSON: "tệp viết sai cú pháp JSON",
    FlawCode.WRONG_TYPE: "sai kiểu giá trị",
    FlawCode.MISSING: "thiếu mục này",
    FlawCode.UNKNOWN_KEY: "mục thừa, bỏ đi",
    FlawCode.UNKNOWN_VALUE: "giá trị không có trong danh mục",
    FlawCode.BLANK: "để trống, điền vào",
    FlawCode.TOO_LONG: "quá dài, rút ngắn",
    FlawCode.BAD_TEXT: "có ký tự không in được, gõ lại",
    FlawCode.BAD_CODE: "mã chỉ dùng chữ không dấu, chữ số, chấm và gạch",
    FlawCode.REPEATED: "bị lặp, mỗi mục ghi một lần",
    FlawCode.TOO_FEW: "chưa đủ số mục",
    FlawCode.BAD_NUMBER: "không phải con số đọc được",
    FlawCode.OUT_OF_RANGE: "ngoài khoảng cho phép",
    FlawCode.FALLING_LADDER: "các bậc phải tăng dần",
    FlawCode.MISPLACED: "đặt sai chỗ",
}


class Refused(click.ClickException):
    """The command was understood and not carried out; exit code 1."""

    def __init__(self, title: str, lines: Iterable[str] = ()) -> None:
        super().__init__("\n".join([title, *(f"  · {line}" for line in lines)]))

    def show(self, file: Any = None) -> None:
        """Print the reason on the error stream."""
        click.echo(self.message, err=True)


class Commands(AppGroup):
    """A group whose commands refuse in words."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever it refuses becomes :class:`Refused`."""
        try:
            return super().invoke(ctx)
        except REFUSALS as error:
            raise _refused(error) from error


def _refused(error: Exception) -> Refused:
    return next(make(error) for kind, make in WORDS if isinstance(error, kind))


def _settings(error: Exception) -> Refused:
    return Refused("Thiết lập chưa đúng", [str(error)])


def _roster(error: Exception) -> Refused:
    assert isinstance(error, UnreadableRoster)  # noqa: S101 - narrows the type for the checker
    return Refused("Không đọc được tệp", [error.problem.detail])


def _workbook(error: Exception) -> Refused:
    assert isinstance(error, UnreadableWorkbook)  # noqa: S101 - narrows the type for the checker
    return Refused("Không đọc được tệp", [workbook_fault_text(error)])


def _campaign_file(error: Exception) -> Refused:
    assert isinstance(error, InvalidCampaignFile)  # noqa: S101 - narrows the type for the checker
    return Refused(
        "Tệp đợt đánh giá có chỗ cần sửa", [_at(flaw.path, flaw.detail) for flaw in error.problems]
    )


def _criteria(error: Exception) -> Refused:
    assert isinstance(error, InvalidCriteria)  # noqa: S101 - narrows the type for the checker
    lines = [
        _at(flaw.path, FLAW_WORDS[flaw.code] + (f": {flaw.detail}" if flaw.detail else ""))
        for flaw in error.problems
    ]
    return Refused("Bộ tiêu chí có chỗ cần sửa", lines)


def _missing(error: Exception) -> Refused:
    return Refused(_("Không tìm thấy: %(what)s", what=error))


def _duplicate(error: Exception) -> Refused:
    return Refused("Đã có sẵn, không ghi thêm", [str(error)])


def _database(error: Exception) -> Refused:
    first = str(getattr(error, "orig", error)).splitlines()[0]
    return Refused("Cơ sở dữ liệu chưa sẵn sàng; chạy dunghan init rồi làm lại", [first])


def _file(error: Exception) -> Refused:
    return Refused("Không đọc hoặc ghi được tệp", [str(error)])


def _problem(error: Exception) -> Refused:
    problem = problem_of(error)
    lines = [fault_line(fault) for fault in problem.errors]
    return Refused(problem.title, lines or [problem.detail])


def fault_line(fault: FieldFault) -> str:
    """One fault with its place: sheet and cell of a file, else the name of the field."""
    return _at(" ".join(part for part in (fault.sheet, fault.cell) if part) or fault.field, fault.message)


def _at(place: str, words: str) -> str:
    return f"{place}: {words}" if place else words


WORDS: tuple[tuple[type[Exception], Callable[[Exception], Refused]], ...] = (
    (InvalidSettings, _settings),
    (UnreadableRoster, _roster),
    (UnreadableWorkbook, _workbook),
    (InvalidCampaignFile, _campaign_file),
    (InvalidCriteria, _criteria),
    (Missing, _missing),
    (Duplicate, _duplicate),
    (Busy, _database),
    (DatabaseError, _database),
    (OSError, _file),
    (Exception, _problem),
)
REFUSALS: tuple[type[Exception], ...] = (
    *(kind for kind, _words in WORDS[:-1]),
    Invalid,
    Forbidden,
    Outdated,
    MoveRefused,
    NoSuchMove,
    NotYourMove,
)
