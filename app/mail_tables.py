"""The delivery ledger as a workbook for people. It writes no text of a mail, only what became of it."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _

from app.i18n.labels import label, moment
from app.i18n.mail_texts import advice, answer_text, kind_text
from app.queries.mail import MOST_EXPORTED, MailLine
from criteria.workbook import Column, ColumnKind, Table, write_table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ledger_workbook(lines: Sequence[MailLine], now: datetime) -> bytes:
    """The lines as one .xlsx file, as things stand at ``now``."""
    title = _("Sổ thư, lúc %(moment)s", moment=moment(now))
    notes = [_("Chỉ ghi %(most)s thư mới nhất.", most=MOST_EXPORTED)] if len(lines) >= MOST_EXPORTED else []
    rows = tuple(tuple(_cells(line)) for line in lines)
    return sheet_bytes(Table(_("Sổ thư"), tuple(_columns()), rows, (title,), notes), now)


def sheet_bytes(table: Table, now: datetime) -> bytes:
    """One table as an .xlsx file made at ``now``."""
    stream = io.BytesIO()
    write_table(stream, [table], made_at=now.replace(tzinfo=None))
    return stream.getvalue()


def _columns() -> Iterator[Column]:
    yield Column(_("Số thư"), 8, ColumnKind.INTEGER)
    yield Column(_("Loại thư"), 20)
    yield Column(_("Tiêu đề"), 44)
    yield Column(_("Người nhận"), 24)
    yield Column(_("Địa chỉ"), 30)
    yield Column(_("Điện thoại"), 14)
    yield Column(_("Đơn vị"), 28)
    yield Column(_("Trạng thái"), 18)
    yield Column(_("Số lần thử"), 8, ColumnKind.INTEGER)
    yield Column(_("Ghi sổ lúc"), 20)
    yield Column(_("Thử lần cuối"), 20)
    yield Column(_("Xong lúc"), 20)
    yield Column(_("Diễn biến"), 36)
    yield Column(_("Việc cần làm"), 44)
    yield Column(_("Máy chủ trả lời"), 36)


def _cells(line: MailLine) -> Iterator[str | int]:
    word = advice(line)
    yield from (line.id, kind_text(line.kind), line.subject)
    yield from (line.recipient_name, line.address, line.phone, line.unit)
    yield from (label(line.state), line.attempts)
    yield from (moment(at) if at else "" for at in (line.created_at, line.tried_at, line.settled_at))
    yield from (word.happened, word.remedy, answer_text(line.outcome))
