"""Acts of urging as a workbook: evidence of who was urged, by whom, when, and what became of each mail."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _

from app.i18n.labels import label, moment
from app.queries.nudges import NudgeLine, UrgedMail, UrgedUnit
from criteria.workbook import Column, ColumnKind, Table, table_bytes

Cell = str | int


def nudges_workbook(lines: Sequence[NudgeLine], campaign: str, now: datetime) -> bytes:
    """The acts of urging as one .xlsx file, one row for each mail or unit without one, as things stand at ``now``."""
    title = _("Nhật ký đôn đốc nộp phiếu, lúc %(moment)s", moment=moment(now))
    rows = tuple(_rows(lines))
    return table_bytes([Table(_("Đôn đốc"), tuple(_columns()), rows, (title, campaign))], made_at=now)


def _columns() -> Iterator[Column]:
    yield Column(_("Lần"), 6, ColumnKind.INTEGER)
    yield Column(_("Lúc nhắc"), 20)
    yield Column(_("Cơ quan nhắc"), 28)
    yield Column(_("Người nhắc"), 22)
    yield Column(_("Đơn vị được nhắc"), 30)
    yield Column(_("Người nhận"), 22)
    yield Column(_("Địa chỉ"), 30)
    yield Column(_("Trạng thái thư"), 20)
    yield Column(_("Xong lúc"), 20)
    yield Column(_("Nộp phiếu lúc"), 20)
    yield Column(_("Lời nhắn"), 40)
    yield Column(_("Ghi chú"), 30)


def _rows(lines: Sequence[NudgeLine]) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        for unit in line.units:
            for mail in unit.mails or (None,):
                yield tuple(_cells(line, unit, mail))


def _cells(line: NudgeLine, unit: UrgedUnit, mail: UrgedMail | None) -> Iterator[Cell]:
    nudge = line.nudge
    yield from (nudge.id, moment(nudge.sent_at), line.body, nudge.sent_by_name, unit.name)
    if mail is None:
        yield from ("", "", _("Không gửi thư được"), "")
    else:
        settled = moment(mail.settled_at) if mail.settled_at else ""
        yield from (mail.name, mail.address, label(mail.state), settled)
    yield moment(unit.handed_in_at) if unit.handed_in_at else ""
    yield nudge.note
    yield taken_back_text(line)


def taken_back_text(line: NudgeLine) -> str:
    """Who took the act back and when; empty where nobody did."""
    nudge = line.nudge
    if nudge.taken_back_at is None:
        return ""
    return str(
        _(
            "%(person)s hủy gửi lúc %(moment)s",
            person=nudge.taken_back_by_name,
            moment=moment(nudge.taken_back_at),
        )
    )
