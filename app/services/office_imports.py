"""What every file of an office goes through: kept with what it would change, written whole or not at all, undone.

It knows no kind of file: each kind's own service reads, writes and undoes. The file is kept as the proof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from flask_babel import gettext as _

from app.database import db
from app.faults import FieldFault, Invalid, Missing
from app.i18n.workbook_texts import workbook_fault_text
from app.models import OfficeImport, OfficeImportKind, OfficeImportState, Unit, Verb
from app.queries.office_imports import import_in_reach
from app.services.documents import evidence_store, kept_name
from app.unit import UnitOfWork, unit
from criteria.workbook import Note, UnreadableWorkbook, annotate_apart
from criteria.workbook.form import Place
from workflows.case import Actor

LARGEST = 10 * 1024 * 1024
MOST_KEPT = 1000  # faults; whoever mends so many sends the file again anyway
XLSX_BEGINNING = b"PK"


@dataclass(frozen=True)
class SentFile:
    """A file as it arrived."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Reading:
    """What a file would change. ``counts`` reconcile: read = added + changed + unchanged + refused."""

    counts: Mapping[str, int]
    changes: Sequence[Mapping[str, Any]] = ()
    faults: Sequence[FieldFault] = ()
    document: str = ""


@dataclass(frozen=True)
class Sending:
    """For whom a file is sent in, of which kind, and what was ticked beside it."""

    kind: OfficeImportKind
    root: Unit
    options: Mapping[str, Any] = field(default_factory=dict)


def refuse_size(file: SentFile) -> None:
    """Refuse what cannot be a file of ours.

    Raises:
        Invalid: it is empty or too big.
    """
    if not file.content.strip():
        raise Invalid(FieldFault("file", "empty", _("Chọn một tệp có nội dung")))
    if len(file.content) > LARGEST:
        raise Invalid(FieldFault("file", "too_big", _("Tệp phải nhỏ hơn 10 MB; bỏ hình và trang tính thừa")))


def keep(actor: Actor, sending: Sending, file: SentFile, reading: Reading) -> OfficeImport:
    """Keep a file with what it would change; nothing else is written."""
    digest, root_id = evidence_store().put(file.content), sending.root.id
    with unit(actor) as work:
        row = OfficeImport(
            kind=sending.kind,
            root_id=root_id,
            sha256=digest,
            file_name=kept_name(file.name),
            options=dict(sending.options),
            counts=dict(reading.counts),
            changes=[dict(one) for one in reading.changes],
            faults=[asdict(fault) for fault in reading.faults[:MOST_KEPT]],
            document=reading.document,
            uploaded_at=work.now,
            uploaded_by_name=actor.name,
        )
        work.add(row)
        record(work, Verb.IMPORT_SENT, row)
    return row


def to_write(work: UnitOfWork, import_id: int, kind: OfficeImportKind) -> OfficeImport:
    """An import that may be written.

    Raises:
        Missing: out of reach. Invalid: it was written or withdrawn, has faults, or changes nothing.
    """
    row = import_in_reach(work.session, import_id, work.actor, (kind,))
    if row.state != OfficeImportState.SHOWN:
        raise Invalid(FieldFault("import", "done", _("Tệp này đã được ghi, hoàn tác hoặc bỏ")))
    if row.faults:
        raise Invalid(FieldFault("import", "not_ready", _("Sửa các ô có lỗi trong tệp rồi nhập lại")))
    if not row.changes:
        raise Invalid(FieldFault("import", "no_change", _("Tệp không có gì thay đổi")))
    return row


def refuse_other(row: OfficeImport, now: Reading) -> None:
    """Refuse to write anything but what was shown.

    Raises:
        Invalid: the same file would change something else by now.
    """
    if now.faults or [dict(one) for one in now.changes] != row.changes:
        words = _("Dữ liệu đã đổi từ lúc xem trước; tải tệp lên lần nữa để xem lại")
        raise Invalid(FieldFault("import", "outdated", words))


def mark_written(work: UnitOfWork, row: OfficeImport, undo: Mapping[str, Any]) -> None:
    """Note that an import was written, and what it touched."""
    row.state, row.written_at, row.written_by_name = OfficeImportState.WRITTEN, work.now, work.actor.name
    row.undo = dict(undo)
    record(work, Verb.IMPORT_WRITTEN, row)


def to_undo(work: UnitOfWork, import_id: int, kind: OfficeImportKind) -> OfficeImport:
    """An import that was written.

    Raises:
        Missing: out of reach. Invalid: it was not written.
    """
    row = import_in_reach(work.session, import_id, work.actor, (kind,))
    if row.state != OfficeImportState.WRITTEN:
        raise Invalid(FieldFault("import", "not_written", _("Chỉ hoàn tác được lần nhập đã ghi")))
    return row


def mark_undone(work: UnitOfWork, row: OfficeImport) -> None:
    """Note that an import was undone."""
    row.state, row.undone_at, row.undone_by_name = OfficeImportState.UNDONE, work.now, work.actor.name
    record(work, Verb.IMPORT_UNDONE, row)


def cannot_undo(words: str) -> Invalid:
    """Why an import stays written."""
    return Invalid(FieldFault("import", "moved_on", words))


def withdraw(actor: Actor, import_id: int) -> OfficeImport:
    """Put a file aside that was not written.

    Raises:
        Missing: out of reach. Invalid: it is not waiting to be written.
    """
    with unit(actor) as work:
        row = import_in_reach(work.session, import_id, actor)
        if row.state != OfficeImportState.SHOWN:
            raise Invalid(FieldFault("import", "done", _("Tệp này đã được ghi, hoàn tác hoặc bỏ")))
        row.state, row.undone_at, row.undone_by_name = OfficeImportState.WITHDRAWN, work.now, actor.name
        record(work, Verb.IMPORT_WITHDRAWN, row)
    return row


def content_of(row: OfficeImport) -> bytes:
    """The file as it was sent.

    Raises:
        Missing: the store does not hold it any more.
    """
    store = evidence_store()
    if not store.holds(row.sha256):
        raise Missing(f"office_import {row.id}")
    return store.path(row.sha256).read_bytes()


def annotated(actor: Actor, import_id: int) -> tuple[OfficeImport, bytes]:
    """The reader's own workbook, each wrong cell marked, with a list of them in front.

    Raises:
        Missing: out of reach, gone, or no workbook. Invalid: it is too odd to be opened whole.
    """
    row = import_in_reach(db.session(), import_id, actor)
    content = content_of(row)
    if not content.startswith(XLSX_BEGINNING):
        raise Missing(f"workbook of office_import {import_id}")
    notes = [
        Note(Place(one["sheet"], one["cell"]), one["field"], one["message"])
        for one in row.faults
        if one["cell"]
    ]
    try:
        return row, annotate_apart(content, notes, title=_("Chỗ cần sửa"))
    except UnreadableWorkbook as fault:
        raise Invalid(FieldFault("file", fault.code, workbook_fault_text(fault))) from fault


def record(work: UnitOfWork, verb: Verb, row: OfficeImport) -> None:
    """The audit entry of what was done to an import."""
    after = {"kind": row.kind, "file_name": row.file_name, "sha256": row.sha256, **row.counts}
    work.record(verb, row, after=after)
