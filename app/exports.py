"""Tables for downloads: published results as sheets for people and as rows for machines. Reads editions only."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from flask_babel import gettext as _

from app.editions import EditionKind, Published, Result
from app.i18n.labels import label
from app.i18n.result_texts import (
    decision_text,
    footnotes,
    level_text,
    note_text,
    place_text,
    verified_points,
)
from app.models import UnitKind
from criteria.canonical import decimal_text
from criteria.workbook import Column, ColumnKind, Table, table_bytes

BOM = "\ufeff"
RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take a text beginning so for a formula
CSV_COLUMNS = (
    "kind",
    "code",
    "name",
    "parent",
    "place",
    "place_in_parent",
    "points",
    "max",
    "percentage",
    "level",
    "grade",
    "self_points",
    "note",
    "late",
    "extended_until",
    "extension_document",
    "extension_reason",
)


def workbook(edition: Published, tables: Sequence[Table]) -> bytes:
    """The tables as one .xlsx file, dated by the publication, so that equal editions give equal files."""
    return table_bytes(tables, made_at=edition.published_at)


def whole_tables(edition: Published) -> tuple[Table, ...]:
    """Every floor with all its units, one sheet each."""
    return tuple(kind_table(edition, kind) for kind in edition.kinds)


def kind_table(edition: Published, kind: EditionKind) -> Table:
    """One floor over the whole province, with points by group."""
    name = label(UnitKind(kind.kind))
    return _table(edition, kind, kind.rows, sheet=name, title=_("Bảng xếp hạng: %(name)s", name=name))


def parent_tables(edition: Published, parent: Result) -> tuple[Table, ...]:
    """What one district published: its units by their place among themselves, then its own line."""
    found = []
    for kind, rows in edition.below(parent):
        name = label(UnitKind(kind.kind))
        title = _("Bảng xếp hạng: %(name)s, %(parent)s", name=name, parent=parent.formal_name)
        found.append(_table(edition, kind, rows, sheet=name, title=title, local=True))
    own = edition.find(parent.slug)
    if own is not None:
        kind, row = own
        name = label(UnitKind(kind.kind))
        found.append(_table(edition, kind, (row,), sheet=name, title=row.formal_name))
    return tuple(found)


def csv_text(edition: Published) -> str:
    """Every row of every floor for machines: UTF-8 with BOM, decimal point, no cell that is a formula."""
    stream = io.StringIO()
    stream.write(BOM)
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for kind in edition.kinds:
        writer.writerows(_csv_row(kind, row) for row in kind.rows)
    return stream.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def _csv_row(kind: EditionKind, row: Result) -> Iterator[str]:
    yield from map(harmless, (kind.kind, row.code, row.formal_name, row.parent_name))
    yield from (_whole(row.place), _whole(row.place_in_parent))
    yield from map(_decimal, (row.points, row.max, row.percentage))
    yield _whole(row.level)
    yield harmless(row.grade)
    yield _decimal(row.claimed)
    yield row.note
    yield "late" if row.late else ""
    last = max((*kind.extensions, *row.extensions), key=lambda one: one.until, default=None)
    yield from map(harmless, (last.until.isoformat(), last.document, last.reason) if last else ("", "", ""))


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)


def _decimal(value: Decimal | None) -> str:
    return "" if value is None else decimal_text(value)


def _table(
    edition: Published,
    kind: EditionKind,
    rows: Iterable[Result],
    *,
    sheet: str,
    title: str,
    local: bool = False,
) -> Table:
    columns, shown = tuple(_columns(edition, kind, local=local)), tuple(rows)
    return Table(
        sheet_name=sheet,
        columns=columns,
        rows=tuple(tuple(_cells(kind, row, number)) for number, row in enumerate(shown, 1)),
        title_lines=(title, edition.name, _("Kèm theo %(decision)s", decision=decision_text(edition))),
        notes=tuple(_notes(edition, kind, shown)),
    )


def _columns(edition: Published, kind: EditionKind, *, local: bool) -> Iterator[Column]:
    yield Column(_("STT"), 6, ColumnKind.INTEGER)
    yield Column(_("Tên đơn vị"), 34)
    if _has_parents(kind):
        yield Column(_("Thuộc"), 20)
    yield Column(_("Điểm tối đa"), 12, ColumnKind.NUMBER)
    yield Column(_("Điểm tự đánh giá"), 12, ColumnKind.NUMBER)
    yield Column(verified_points(edition), 12, ColumnKind.NUMBER)
    yield Column(_("Tỷ lệ (%)"), 10, ColumnKind.NUMBER)
    yield from (Column(group.code, 10, ColumnKind.NUMBER) for group in kind.groups)
    if kind.has_levels:
        yield Column(_("Mức độ"), 16)
    if kind.rules.ladder:
        yield Column(_("Xếp loại"), 14)
    if _has_parents(kind):
        yield Column(_("Hạng trong huyện"), 10, ColumnKind.INTEGER)
    yield Column(_("Hạng toàn tỉnh") if local else _("Xếp hạng"), 10, ColumnKind.INTEGER)
    yield Column(_("Ghi chú"), 40)


def _cells(kind: EditionKind, row: Result, number: int) -> Iterator[str | Decimal | int | None]:
    yield from (number, row.formal_name)
    if _has_parents(kind):
        yield row.parent_name
    yield from (row.max, row.claimed, row.points, row.percentage)
    yield from (row.groups[group.code][0] if group.code in row.groups else None for group in kind.groups)
    if kind.has_levels:
        yield level_text(row.level)
    if kind.rules.ladder:
        yield row.grade
    if _has_parents(kind):
        yield _place(kind, row, row.place_in_parent)
    yield _place(kind, row, row.place)
    yield note_text(kind, row)


def _place(kind: EditionKind, row: Result, place: int | None) -> int | str:
    return place_text(kind, row) if row.silent or place is None else place


def _notes(edition: Published, kind: EditionKind, rows: Iterable[Result]) -> Iterator[str]:
    yield from footnotes(kind, rows)
    for group in kind.groups:
        yield f"{group.code}: {group.title}"
    if kind.illustrative:
        yield _("Bộ tiêu chí minh họa, soạn để chạy thử, không phải văn bản chính thức.")
    yield _("Mã SHA-256 của bản công bố: %(digest)s", digest=edition.digest)


def _has_parents(kind: EditionKind) -> bool:
    return any(row.parent_name for row in kind.rows)
