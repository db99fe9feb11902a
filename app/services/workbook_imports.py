"""A workbook sent in for a form: read, shown as changes, written, undone. It never hands the form in.

The file is kept as the proof of what it changed. Nothing of it is guessed: one fault anywhere, and nothing is written.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from app.faults import FieldFault, Invalid, Missing
from app.i18n.workbook_texts import workbook_fault_text
from app.models import Answer, ImportState, Submission, Verb, WorkbookImport
from app.queries.cases import waived
from app.queries.criteria_sets import criteria_set_of
from app.services.answers import AnswerInput, write_answers
from app.services.documents import evidence_store, kept_name
from app.services.drafts import draft, editable
from app.services.form_books import EMPTY, answer_mark, answers_marked, is_signed, kept, marks
from app.services.workbook_answers import TypedBook, typed_book
from app.services.workbook_faults import WORDS, names_of
from app.unit import UnitOfWork, unit
from criteria.answers import read_value, value_from_json, value_to_json, value_to_raw
from criteria.model import CriteriaSet
from criteria.workbook import Note, Sheet, UnreadableWorkbook, annotate_apart, read_sheets_apart
from criteria.workbook.form import BookFlaw, Place, ReadForm
from criteria.workbook.form_reading import mark_of, read_form, read_meta
from workflows.case import Actor

LARGEST = 10 * 1024 * 1024


def upload(actor: Actor, submission_id: int, *, file_name: str, content: bytes) -> WorkbookImport:
    """Read a workbook and keep what it would change, with every fault at its cell; no answer is touched.

    Raises:
        Missing, Forbidden: as :func:`app.services.drafts.editable`. Invalid: the form is locked or late, or the file
        is no workbook of this form (field ``file``).
    """
    submission = editable(db.session(), submission_id, actor, clock.now())
    sheet, said = _sheet_of(submission, content)
    form = read_form(sheet)
    digest = evidence_store().put(content)
    with unit(actor) as work:
        submission = draft(work, submission_id)
        changes, faults = compare(work.session, submission, form, said)
        row = WorkbookImport(
            submission_id=submission.id,
            sha256=digest,
            file_name=kept_name(file_name),
            changes=changes,
            faults=[asdict(fault) for fault in faults],
            uploaded_at=work.now,
            uploaded_by_name=actor.name,
        )
        keep_import(work, row)
    return row


def keep_import(work: UnitOfWork, row: WorkbookImport) -> None:
    """Keep what a workbook would change, with the record of who sent it."""
    work.add(row)
    _record(work, Verb.WORKBOOK_SENT, row)


def compare(
    session: Session, submission: Submission, form: ReadForm, said: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[FieldFault]]:
    """What a sheet would change in the answers that are there now, and every fault at its cell.

    ``said``: what the workbook says of itself. A row that still says what it said when the workbook was made changes
    nothing, even where the answer was changed on the pages since: nobody touched it in Excel.
    """
    known = criteria_set_of(submission.campaign_unit.kind)
    typed = typed_book(known, waived(session, submission), form)
    made_of = answers_marked(said) if "answers" in said else None
    return _changes(session, submission, typed, made_of), typed.faults


def write(actor: Actor, submission_id: int, import_id: int) -> WorkbookImport:
    """Write the changes that were shown, all or none.

    Raises:
        Missing, Forbidden: out of reach. Conflict: an answer was saved since the workbook was read. Invalid: the form
        is locked or late, the workbook has faults or changes nothing, or it was written before.
    """
    with unit(actor) as work:
        row = _import(work, submission_id, import_id)
        write_import(work, row)
    return row


def write_import(work: UnitOfWork, row: WorkbookImport) -> None:
    """As :func:`write`, for an import whose form the caller's unit of work has loaded as a draft.

    Raises:
        Conflict, Invalid: as :func:`write`.
    """
    if row.state != ImportState.SHOWN:
        raise Invalid(FieldFault("import", "done", _("Tệp này đã được ghi hoặc đã hoàn tác")))
    if row.faults or not row.changes:
        words = _("Sửa các ô có lỗi trong tệp rồi nhập lại") if row.faults else _("Tệp không có gì thay đổi")
        raise Invalid(FieldFault("import", "not_ready", words))
    inputs = {one["code"]: _input(row.submission, one["code"], one["after"]) for one in row.changes}
    write_answers(work, row.submission, inputs, {one["code"]: one["version"] for one in row.changes})
    row.state, row.written_at, row.written_by_name = ImportState.WRITTEN, work.now, work.actor.name
    row.versions = _versions(work.session, row.submission, inputs)
    _record(work, Verb.WORKBOOK_WRITTEN, row)


def undo(actor: Actor, submission_id: int, import_id: int) -> WorkbookImport:
    """Give back the answers of before a workbook was written.

    Raises:
        Missing, Forbidden, Invalid: as :func:`write`. Conflict: one of its answers was changed since.
    """
    with unit(actor) as work:
        row = _import(work, submission_id, import_id)
        undo_import(work, row)
    return row


def undo_import(work: UnitOfWork, row: WorkbookImport) -> None:
    """As :func:`undo`, for an import whose form the caller's unit of work has loaded as a draft.

    Raises:
        Conflict, Invalid: as :func:`undo`.
    """
    if row.state != ImportState.WRITTEN:
        raise Invalid(FieldFault("import", "not_written", _("Chỉ hoàn tác được lần nhập đã ghi")))
    inputs = {one["code"]: _input(row.submission, one["code"], one["before"]) for one in row.changes}
    write_answers(work, row.submission, inputs, dict(row.versions or {}))
    row.state, row.undone_at, row.undone_by_name = ImportState.UNDONE, work.now, work.actor.name
    _record(work, Verb.WORKBOOK_UNDONE, row)


def annotated(row: WorkbookImport) -> bytes:
    """The file that was sent, with each wrong cell marked and a list of them in front.

    Raises:
        Missing: the store does not hold the file any more. Invalid: it is too odd to be opened whole.
    """
    return marked_copy(row.sha256, row.faults)


def marked_copy(sha256: str, faults: Iterable[Mapping[str, Any]]) -> bytes:
    """A file of the evidence store with faults marked in it; those without a cell are left out.

    Raises:
        Missing, Invalid: as :func:`annotated`.
    """
    store = evidence_store()
    if not store.holds(sha256):
        raise Missing(f"workbook {sha256}")
    notes = [
        Note(Place(one["sheet"], one["cell"]), one["field"], one["message"]) for one in faults if one["cell"]
    ]
    try:
        return annotate_apart(store.path(sha256).read_bytes(), notes, title=_("Chỗ cần sửa"))
    except UnreadableWorkbook as fault:
        raise _refused(fault.code, workbook_fault_text(fault)) from fault


def _record(work: UnitOfWork, verb: Verb, row: WorkbookImport) -> None:
    codes = [one["code"] for one in row.changes]
    after = {"file_name": row.file_name, "sha256": row.sha256, "criteria": codes}
    work.record(verb, row, campaign=row.submission.campaign_id, after=after)


def _sheet_of(submission: Submission, content: bytes) -> tuple[Sheet, Mapping[str, str]]:
    """The sheet of this form in the file, and what the file says of it, once it is sure whose workbook it is."""
    if not content:
        raise _refused("empty", _("Chọn tệp Excel đã điền"))
    if len(content) > LARGEST:
        raise _refused("too_big", _("Tệp phải nhỏ hơn 10 MB; bỏ hình và trang tính thừa"))
    try:
        sheets = read_sheets_apart(content)
    except UnreadableWorkbook as fault:
        raise _refused(fault.code, workbook_fault_text(fault)) from fault
    found = read_meta(sheets)
    wanted = marks(submission)
    name, said = next(
        ((name, said) for name, said in found.items() if said.get("form") == wanted["form"]),
        next(iter(found.items()), ("", {})),
    )
    _refuse_stranger(said, wanted)
    marked = [one for one in sheets if mark_of(one) == wanted["form"]]
    if len(marked) > 1:
        words = _("Phiếu này có hai trang tính: “%(names)s”; xóa trang thừa", names=names_of(marked))
        raise _refused("sheet_twice", words)
    sheet = next((one for one in marked or sheets if marked or one.name == name), None)
    if sheet is None:
        raise _refused("no_sheet", _("Tệp thiếu trang tính “%(name)s”; tải lại mẫu", name=name))
    return sheet, said


def _refuse_stranger(said: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    if not is_signed(said):
        raise _refused(BookFlaw.NOT_OURS, WORDS[BookFlaw.NOT_OURS](""))
    if said.get("campaign") != wanted["campaign"]:
        words = _(
            "Đây là mẫu của năm %(year)s hoặc đợt khác; tải mẫu của phiếu này", year=said.get("year", "")
        )
        raise _refused("other_campaign", words)
    if said.get("form") != wanted["form"]:
        words = _("Đây là mẫu của %(unit)s; tải mẫu của phiếu này", unit=said.get("unit_name", ""))
        raise _refused("other_unit", words)
    if said.get("criteria") != wanted["criteria"]:
        raise _refused(
            "other_criteria", _("Bộ tiêu chí đã đổi từ lúc tải mẫu; tải mẫu mới rồi chép số liệu sang")
        )


def _refused(code: str, words: str) -> Invalid:
    return Invalid(FieldFault("file", code, words))


def _changes(
    session: Session, submission: Submission, typed: TypedBook, made_of: Mapping[str, str] | None
) -> list[dict[str, Any]]:
    stored, known = _stored(session, submission), criteria_set_of(submission.campaign_unit.kind)
    found = []
    for code, given in typed.inputs.items():
        row = stored.get(code)
        before, after = kept(row), _read(known, code, given)
        # A workbook made before answers were marked tells nothing but what it says now.
        was = answer_mark(EMPTY if row is None else before) if made_of is None else _was(made_of, code)
        if before != after and answer_mark(after) != was:
            place = typed.places[code]
            version = row.version if row else 0
            found.append(
                {"code": code, "before": before, "after": after, "version": version, "cell": place.ref}
            )
    return found


def _was(made_of: Mapping[str, str], code: str) -> str:
    return made_of.get(code, answer_mark(EMPTY))


def _read(known: CriteriaSet, code: str, given: AnswerInput) -> dict[str, Any]:
    blank = not given.raw or not any(given.raw.values())
    value = None if blank else value_to_json(read_value(known.criterion(code).rule, given.raw or {}))
    return {"value": value, "reason": given.reason, "estimated": given.estimated}


def _input(submission: Submission, code: str, kept: Mapping[str, Any]) -> AnswerInput:
    rule = criteria_set_of(submission.campaign_unit.kind).criterion(code).rule
    raw = None if kept["value"] is None else value_to_raw(rule, value_from_json(rule, kept["value"]))
    return AnswerInput(raw, kept["reason"], kept["estimated"])


def _stored(session: Session, submission: Submission) -> dict[str, Answer]:
    rows = session.scalars(select(Answer).where(Answer.submission_id == submission.id))
    return {row.criterion: row for row in rows}


def _versions(session: Session, submission: Submission, codes: Container[str]) -> dict[str, int]:
    session.flush()
    return {code: row.version for code, row in _stored(session, submission).items() if code in codes}


def _import(work: UnitOfWork, submission_id: int, import_id: int) -> WorkbookImport:
    draft(work, submission_id)
    row = work.session.get(WorkbookImport, import_id)
    if row is None or row.submission_id != submission_id:
        raise Missing(f"workbook import {import_id}")
    return row
