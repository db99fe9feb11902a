"""A rehearsal as a workbook: days, mails, skips, instants, last places. It computes nothing."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.i18n.labels import label, moment
from app.i18n.mail_texts import kind_text
from app.i18n.rehearsal_texts import item_text, mark_moment, mark_text
from app.i18n.reminder_texts import owed_text, reason_text, rule_text
from app.models import UnitKind
from app.rehearsals import MailRow, Rehearsed, SkipRow
from criteria.workbook import CellValue, Column, ColumnKind, Table, table_bytes
from notifications.facts import Owed


def rehearsal_workbook(found: Rehearsed, name: str, now: datetime) -> bytes:
    """The rehearsal of the campaign of this name as one .xlsx file, made at ``now``."""
    return table_bytes(tables(found, name), made_at=now)


def tables(found: Rehearsed, name: str) -> tuple[Table, ...]:
    """One sheet for each kind of row, the days first."""
    begun = _("Chạy thử từ %(moment)s, không gửi thư nào", moment=moment(found.begins))
    lines = (name, begun)
    return (
        _days(found, lines),
        _mails(found, lines),
        _skips(found, lines),
        _marks(found, lines),
        _last(found, lines),
    )


def _days(found: Rehearsed, lines: tuple[str, ...]) -> Table:
    columns = (
        Column(_("Ngày"), 12, ColumnKind.DATE),
        Column(_("Thư"), 8, ColumnKind.INTEGER),
        Column(_("Bỏ qua"), 8, ColumnKind.INTEGER),
        Column(_("Mốc"), 8, ColumnKind.INTEGER),
        Column(_("Xếp cuối"), 10, ColumnKind.INTEGER),
        Column(_("Giả định nộp"), 12, ColumnKind.INTEGER),
    )
    rows = [(line.day, line.mails, line.skips, line.marks, line.last, line.handed) for line in found.by_day()]
    years = ", ".join(map(str, found.unconfirmed))
    notes = [_("Lịch làm việc năm %(years)s chưa được xác nhận.", years=years)] if years else []
    return Table(_("Ngày"), columns, rows, lines, notes)


def _mails(found: Rehearsed, lines: tuple[str, ...]) -> Table:
    columns = (
        Column(_("Ngày"), 12, ColumnKind.DATE),
        Column(_("Lúc"), 8),
        Column(_("Người nhận"), 24),
        Column(_("Địa chỉ"), 32),
        Column(_("Loại thư"), 22),
        Column(_("Nội dung nhắc"), 70),
    )
    rows = [tuple(_mail_cells(found, row)) for row in found.mails]
    return Table(_("Thư"), columns, rows, lines)


def _mail_cells(found: Rehearsed, row: MailRow) -> Iterator[CellValue]:
    yield from _when(found, row)
    yield from (row.name, row.address, kind_text(row.kind), "; ".join(map(item_text, row.items)))


def _skips(found: Rehearsed, lines: tuple[str, ...]) -> Table:
    columns = (
        Column(_("Ngày"), 12, ColumnKind.DATE),
        Column(_("Lúc"), 8),
        Column(_("Đơn vị"), 34),
        Column(_("Người nhận"), 24),
        Column(_("Việc"), 26),
        Column(_("Mốc nhắc"), 18),
        Column(_("Lý do không nhắc"), 44),
    )
    rows = [tuple(_skip_cells(found, row)) for row in found.skips]
    return Table(_("Bỏ qua"), columns, rows, lines)


def _skip_cells(found: Rehearsed, row: SkipRow) -> Iterator[CellValue]:
    yield from _when(found, row)
    yield from (row.unit_name, row.name, owed_text(Owed(row.owed)), rule_text(row.rule))
    yield reason_text(row.reason)


def _marks(found: Rehearsed, lines: tuple[str, ...]) -> Table:
    columns = (
        Column(_("Ngày"), 12, ColumnKind.DATE),
        Column(_("Mốc"), 44),
        Column(_("Thời điểm"), 34),
        Column(_("Số phiếu"), 10, ColumnKind.INTEGER),
        Column(_("Chưa nộp"), 10, ColumnKind.INTEGER),
        Column(_("Ghi chú"), 40),
    )
    rows = [
        (found.day_of(row), mark_text(row), mark_moment(row), row.forms, row.missing, row.note)
        for row in found.marks
    ]
    return Table(_("Mốc"), columns, rows, lines)


def _last(found: Rehearsed, lines: tuple[str, ...]) -> Table:
    columns = (
        Column(_("Ngày"), 12, ColumnKind.DATE),
        Column(_("Cấp"), 16),
        Column(_("Mã"), 10),
        Column(_("Đơn vị"), 40),
    )
    rows = [
        (found.day_of(row), label(UnitKind(row.unit_kind)), row.code, row.unit_name) for row in found.last
    ]
    return Table(_("Xếp cuối"), columns, rows, lines)


def _when(found: Rehearsed, row: MailRow | SkipRow) -> Iterator[CellValue]:
    yield found.day_of(row)
    yield f"{row.at.astimezone(ZoneInfo(found.zone)):%H:%M}"
