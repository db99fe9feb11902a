"""What a file of many forms would change: kept for the preview, written file by file, each all or none, and undone.

A form is written only by somebody who holds the role of its unit or its head, as on its own pages; for everybody else
what was read waits on the form's own Excel page for the unit.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.database import db
from app.faults import FieldFault, Forbidden, Invalid, Missing, Outdated
from app.i18n.workbook_texts import workbook_fault_text
from app.models import BatchTask, ImportState, Submission, WorkbookBatch, WorkbookImport
from app.queries.reach import place_of
from app.queries.workbook_batches import imports_in
from app.services.batch_reading import Found, FoundForm, as_json, look_into
from app.services.documents import evidence_store
from app.services.drafts import draft, edit_refusal
from app.services.workbook_faults import MEMBER_WORDS
from app.services.workbook_imports import compare, keep_import, undo_import, write_import
from app.unit import UnitOfWork, unit
from criteria.workbook import Allowance, Member, UnreadableWorkbook, read_bundle_apart
from criteria.workbook.form_reading import read_form
from workflows.case import EXACT, Actor

BUNDLE = ".zip"
UNPACKING = Allowance(seconds=15)
Told = Callable[[int, int], None]
Findings = list[dict[str, Any]]


@dataclass
class ReadFile:
    """One workbook of the batch as it was read: what each form would become, and what is wrong."""

    name: str
    sha256: str = ""
    faults: list[FieldFault] = field(default_factory=list)
    notes: list[FieldFault] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    imports: list[dict[str, Any]] = field(default_factory=list)
    units: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As the batch keeps it."""
        return {
            "file": self.name,
            "sha256": self.sha256,
            "faults": [as_json(one) for one in self.faults],
            "notes": [as_json(one) for one in self.notes],
            "unchanged": self.unchanged,
        }


def is_bundle(file_name: str) -> bool:
    """Is it sent as a .zip of workbooks rather than as a workbook?"""
    return file_name.casefold().endswith(BUNDLE)


def read(actor: Actor, batch_id: int, content: bytes, told: Told) -> Findings:
    """Read every workbook and keep what it would change; returns what is wrong, file by file. No answer is touched.

    Raises:
        Invalid: a .zip that cannot be looked into.
    """
    row = db.session.get_one(WorkbookBatch, batch_id)
    if row.findings is not None:
        return row.findings
    campaign_id = row.campaign_id
    members = _members(row.file_name, content)
    files = []
    for number, member in enumerate(members, 1):
        files.append(_read_file(actor, campaign_id, member))
        told(number, len(members))
    _refuse_doubled(files)
    findings = [one.as_json() for one in files]
    with unit(actor) as work:
        kept = work.session.get_one(WorkbookBatch, batch_id, with_for_update=True)
        if kept.findings is not None:  # another process took the reading over and was faster
            return kept.findings
        for values in (one for file in files for one in file.imports):
            keep_import(work, _import_row(work, batch_id, values))
        kept.findings = findings
    return findings


def ready(work: UnitOfWork, row: WorkbookBatch, task: str, file: str = "") -> list[WorkbookImport]:
    """The imports of a batch, or of one of its files, that this actor can write (or undo) now."""
    found = [one for one in imports_in(work.session, row.id) if not file or one.file_name == file]
    if task == BatchTask.UNDO:
        return [
            one for one in found if one.state == ImportState.WRITTEN and may_edit(one, work.actor, work.now)
        ]
    held_up = held_up_files(row, imports_in(work.session, row.id))
    return [one for one in found if standing(one, work.actor, work.now, held_up) == "ready"]


def held_up_files(row: WorkbookBatch, imports: Iterable[WorkbookImport]) -> frozenset[str]:
    """The files of which nothing is written because something in them is wrong."""
    wrong = {one["file"] for one in row.findings or () if one["faults"]}
    return frozenset(wrong | {one.file_name for one in imports if one.faults})


def standing(row: WorkbookImport, actor: Actor, now: datetime, held_up: Container[str]) -> str:
    """How an import stands for this actor: written, undone, wrong, held_up, others, closed or ready."""
    form = row.submission
    found = (
        (row.state != ImportState.SHOWN, row.state),
        (bool(row.faults), "wrong"),
        (row.file_name in held_up, "held_up"),
        (edit_refusal(form, now) is not None, "closed"),
        (not actor.holds_any(EXACT, over=place_of(form.campaign_unit)), "others"),
    )
    return next((code for holds, code in found if holds), "ready")


def may_edit(row: WorkbookImport, actor: Actor, now: datetime) -> bool:
    """May this actor edit the form of an import now, as on its pages?"""
    form = row.submission
    holds = actor.holds_any(EXACT, over=place_of(form.campaign_unit))
    return holds and edit_refusal(form, now) is None


def write_or_undo(actor: Actor, batch_id: int, told: Told) -> str:
    """Write or undo what is ready, a file at a time and each all or none; returns what could not be done, in words."""
    row = db.session.get_one(WorkbookBatch, batch_id)
    task, file = row.task, str(row.options.get("file", ""))
    with unit(actor) as work:
        waiting = ready(work, work.load(WorkbookBatch, batch_id), task, file)
        plan = {
            name: sorted((one.submission_id, one.id) for one in some)
            for name, some in groupby(sorted(waiting, key=_by_file), key=_by_file)
        }
    act = undo_import if task == BatchTask.UNDO else write_import
    failed = []
    for number, (name, forms) in enumerate(plan.items(), 1):
        failed += [f"{name}: {words}" for words in _act_on_file(actor, forms, act)]
        told(number, len(plan))
    return "\n".join(failed)


def _by_file(row: WorkbookImport) -> str:
    return row.file_name


def _act_on_file(
    actor: Actor, forms: Sequence[tuple[int, int]], act: Callable[[UnitOfWork, WorkbookImport], None]
) -> Iterator[str]:
    try:
        with unit(actor) as work:
            for submission_id, import_id in forms:
                draft(work, submission_id)
                act(work, work.load(WorkbookImport, import_id))
    except Invalid as error:
        yield error.faults[0].message
    except (Forbidden, Missing, Outdated):
        yield _("Có người vừa thay đổi phiếu hoặc quyền; tải lại trang rồi ghi lại")


def _members(file_name: str, content: bytes) -> tuple[Member, ...]:
    if not is_bundle(file_name):
        return (Member(file_name, content),)
    try:
        found = read_bundle_apart(content, allowance=UNPACKING)
    except UnreadableWorkbook as fault:
        raise Invalid(FieldFault("file", fault.code, workbook_fault_text(fault))) from fault
    if not found:
        raise Invalid(FieldFault("file", "empty", _("Tệp .zip không có tệp Excel nào")))
    return found


def _read_file(actor: Actor, campaign_id: int, member: Member) -> ReadFile:
    if member.fault is not None:
        return ReadFile(
            member.name, faults=[FieldFault("file", member.fault, str(MEMBER_WORDS[member.fault]))]
        )
    found: Found = look_into(db.session(), actor, campaign_id, member.content)
    file = ReadFile(member.name, faults=found.faults, notes=found.notes)
    for one in found.forms:
        _compare(file, one)
    if file.faults or file.imports:
        file.sha256 = evidence_store().put(member.content)
    for values in file.imports:
        values["sha256"] = file.sha256
    return file


def _compare(file: ReadFile, found: FoundForm) -> None:
    session: Session = db.session()
    submission = session.get_one(Submission, found.submission_id)
    changes, faults = compare(session, submission, read_form(found.sheet), found.said)
    file.units.append(submission.id)
    if not changes and not faults:
        file.unchanged.append(submission.campaign_unit.full_name)
        return
    file.imports.append(
        {
            "submission_id": submission.id,
            "file_name": file.name,
            "sheet": found.sheet.name,
            "changes": changes,
            "faults": [asdict(one) for one in faults],
        }
    )


def _refuse_doubled(files: Sequence[ReadFile]) -> None:
    """A form that is in two files is taken from neither: nobody can know which is meant."""
    counts = Counter(form for file in files for form in file.units)
    for file in files:
        if any(counts[form] > 1 for form in file.units):
            words = _("Có phiếu nằm trong nhiều tệp của gói này; giữ lại một tệp rồi nhập lại")
            file.faults.append(FieldFault("file", "form_twice", words))


def _import_row(work: UnitOfWork, batch_id: int, values: Mapping[str, Any]) -> WorkbookImport:
    return WorkbookImport(**values, batch_id=batch_id, uploaded_at=work.now, uploaded_by_name=work.actor.name)
