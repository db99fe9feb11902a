"""The delivery ledger and the contacts as workbooks for people. It writes no text of a mail, only what became of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _

from app.i18n.labels import label, moment
from app.i18n.mail_texts import advice, answer_text, kind_text, shown_subject
from app.queries.contacts import Contact, UnitContacts
from app.queries.mail import MOST_EXPORTED, MailLine
from criteria.workbook import Column, ColumnKind, Table, table_bytes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ledger_workbook(lines: Sequence[MailLine], now: datetime) -> bytes:
    """The lines as one .xlsx file, as things stand at ``now``."""
    title = _("Sổ thư, lúc %(moment)s", moment=moment(now))
    notes = (
        [_("Chỉ ghi %(most)s thư mới nhất; lọc theo đợt để ghi phần còn lại.", most=MOST_EXPORTED)]
        if len(lines) >= MOST_EXPORTED
        else []
    )
    rows = tuple(tuple(_cells(line)) for line in lines)
    return table_bytes([Table(_("Sổ thư"), tuple(_columns()), rows, (title,), notes)], made_at=now)


def contacts_workbook(units: Sequence[UnitContacts], refused: Sequence[Contact], now: datetime) -> bytes:
    """Units that no mail reaches, units told otherwise, and people whose address was refused: a sheet each."""
    as_of = _("lúc %(moment)s", moment=moment(now))
    sheets = (_silent_table(units, as_of), _muted_table(units, as_of), _refused_table(refused, as_of))
    return table_bytes(sheets, made_at=now)


def _silent_table(units: Sequence[UnitContacts], as_of: str) -> Table:
    title = _("Đơn vị không ai nhận được thư, %(as_of)s", as_of=as_of)
    rows = [(one.code, one.name, one.phone, _people(one)) for one in units if not one.reached]
    columns = (*_unit_columns(), Column(_("Người và địa chỉ"), 60))
    return Table(_("Không nhận được thư"), columns, rows, (title,))


def _muted_table(units: Sequence[UnitContacts], as_of: str) -> Table:
    title = _("Đơn vị không nhắc qua thư, %(as_of)s", as_of=as_of)
    muted = ((one, one.mute) for one in units if one.mute is not None)
    rows = [
        (one.code, one.name, one.phone, mute.reason, mute.muted_by_name, moment(mute.muted_at))
        for one, mute in muted
    ]
    more = (Column(_("Lý do"), 40), Column(_("Người ghi"), 24), Column(_("Từ lúc"), 20))
    return Table(_("Không nhắc qua thư"), (*_unit_columns(), *more), rows, (title,))


def _refused_table(people: Sequence[Contact], as_of: str) -> Table:
    title = _("Địa chỉ mà máy chủ thư từ chối, %(as_of)s", as_of=as_of)
    columns = (
        Column(_("Người nhận"), 24),
        Column(_("Địa chỉ"), 30),
        Column(_("Đơn vị"), 34),
        Column(_("Điện thoại"), 16),
        Column(_("Máy chủ trả lời"), 44),
        Column(_("Từ lúc"), 20),
    )
    rows = [
        (one.name, one.email, one.unit, one.phone, one.refused_words, moment(one.refused_at))
        for one in people
        if one.refused_at is not None
    ]
    return Table(_("Địa chỉ bị từ chối"), columns, rows, (title,))


def _unit_columns() -> tuple[Column, ...]:
    return Column(_("Mã"), 10), Column(_("Đơn vị"), 34), Column(_("Điện thoại"), 16)


def _people(unit: UnitContacts) -> str:
    lines = (f"{one.name} <{one.email}> {one.phone} {one.refused_words}".strip() for one in unit.people)
    return "\n".join(lines) or _("Chưa có tài khoản")


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
    yield from (line.id, kind_text(line.kind), shown_subject(line.kind, line.subject))
    yield from (line.recipient_name, line.address, line.phone, line.unit)
    yield from (label(line.state), line.attempts)
    yield from (moment(at) if at else "" for at in (line.created_at, line.tried_at, line.settled_at))
    yield from (word.happened, word.remedy, answer_text(line.outcome))
