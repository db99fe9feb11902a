"""Many forms in Excel at once: asked for on a page, claimed by a tick like a mail, carried out, kept for a while.

Any number of processes may tick. One that dies in the middle loses its claim, and the next tick begins anew; every
task may be begun anew. Whoever asked must still hold the role when the work is done.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update

from app import clock, current
from app.database import db
from app.evidence import EvidenceStore
from app.faults import FieldFault, Invalid, Missing
from app.models import BatchState, BatchTask, Campaign, Person, WorkbookBatch, WorkbookImport
from app.queries.actors import actor_of
from app.queries.workbook_batches import Scope, batch_in_reach, forms_in, imports_in
from app.services import batch_books, batch_writing
from app.services.documents import kept_name
from app.services.workbook_imports import marked_copy
from app.unit import SYSTEM, UnitOfWork, unit
from criteria.workbook.archive import MEGABYTE
from workflows.case import Actor

LARGEST = 12 * MEGABYTE
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
MOST_AT_ONCE = 6  # forms that take less than two seconds
SMALL_UPLOAD = 60 * 1024
KEPT = timedelta(days=30)
STEPS = 20  # how often a task tells how far it has come
AT_WORK = (BatchState.WAITING, BatchState.RUNNING)
MAKING = (BatchTask.SHEETS, BatchTask.ZIP)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch that this process may work on; another process claims it with a higher attempt."""

    id: int
    attempt: int

    @property
    def held(self) -> ColumnElement[bool]:
        """The condition that it still is ours."""
        return and_(
            WorkbookBatch.id == self.id,
            WorkbookBatch.attempts == self.attempt,
            WorkbookBatch.state == BatchState.RUNNING,
        )


class ClaimLost(Exception):
    """Another process has taken the batch over."""


def ask_for_books(actor: Actor, campaign: Campaign, task: BatchTask, scope: Scope) -> WorkbookBatch:
    """Let the workbooks of many units be made; a few are made at once, the same wish that waits is not asked twice.

    Raises:
        Invalid: the actor leads no form of the campaign in this scope.
    """
    forms = forms_in(db.session(), actor, campaign.id, scope)
    if not forms:
        raise Invalid(FieldFault("kind", "no_forms", _("Không có phiếu nào trong phạm vi đã chọn")))
    count = len(forms)
    with unit(actor) as work:
        row = _same(work, campaign.id, task, scope) or _begun(work, campaign.id, task, scope.to_json())
    return _hurry(row) if count <= MOST_AT_ONCE else row


def send_in(actor: Actor, campaign: Campaign, *, file_name: str, content: bytes) -> WorkbookBatch:
    """Take a workbook or a .zip of workbooks in, to be read; a small workbook is read at once. No answer is touched.

    Raises:
        Invalid: no file, or too big a one.
    """
    if not content:
        raise Invalid(FieldFault("file", "empty", _("Chọn tệp .xlsx hoặc .zip đã điền")))
    if len(content) > LARGEST:
        raise Invalid(FieldFault("file", "too_big", _("Tệp phải nhỏ hơn 12 MB; tách thành nhiều tệp")))
    digest, key = bundle_store().put(content), campaign.id
    with unit(actor) as work:
        row = _begun(work, key, BatchTask.READ, {})
        row.file_name, row.sha256 = kept_name(file_name), digest
    is_small = len(content) <= SMALL_UPLOAD and not batch_writing.is_bundle(file_name)
    return _hurry(row) if is_small else row


def ask_to_write(actor: Actor, batch_id: int, file: str = "") -> WorkbookBatch:
    """Write the files of a batch that are ready, or one of them; each all or none.

    Raises:
        Missing: somebody else's. Invalid: it is still being read, or nothing of it can be written by this actor.
    """
    return _ask_again(actor, batch_id, BatchTask.WRITE, file)


def ask_to_undo(actor: Actor, batch_id: int, file: str = "") -> WorkbookBatch:
    """Give back what was there before the files of a batch, or one of them, were written.

    Raises:
        As :func:`ask_to_write`.
    """
    return _ask_again(actor, batch_id, BatchTask.UNDO, file)


def try_again(actor: Actor, batch_id: int) -> WorkbookBatch:
    """Begin a task anew that ended with a fault.

    Raises:
        Missing: somebody else's. Invalid: it did not fail.
    """
    with unit(actor) as work:
        row = _held(work, batch_id)
        if row.state != BatchState.FAILED:
            raise Invalid(FieldFault("batch", "not_failed", _("Việc này không bị lỗi nên không chạy lại")))
        _begin_anew(row)
    return row


def work_on_waiting() -> int:
    """Carry out what was asked for, one after the other; returns how many tasks were brought to an end."""
    ended = 0
    while (claim := _claim()) is not None:
        ended += _carry_out(claim)
    return ended


def sweep_batches() -> int:
    """Forget what was made or sent in more than 30 days ago; what it changed stays, with the files as its proof."""
    with unit(SYSTEM) as work:
        old = WorkbookBatch.asked_at < work.now - KEPT
        rows = work.session.scalars(select(WorkbookBatch).where(old, WorkbookBatch.sha256 != "")).all()
        gone = [row.sha256 for row in rows]
        for row in rows:
            row.sha256 = ""
        work.session.flush()
        still = set(work.session.scalars(select(WorkbookBatch.sha256).where(WorkbookBatch.sha256.in_(gone))))
        bare = ~exists().where(WorkbookImport.batch_id == WorkbookBatch.id)
        work.session.connection().execute(delete(WorkbookBatch).where(old, bare))
    for digest in set(gone) - still:
        bundle_store().remove(digest)
    return len(gone)


def marked_file(row: WorkbookBatch, file: str) -> bytes:
    """One workbook of a batch with each wrong cell of every sheet marked, and a list of them in front.

    Raises:
        Missing: the batch has no such file, or it is not kept. Invalid: it is too odd to be opened whole.
    """
    found = next((one for one in row.findings or () if one["file"] == file and one["sha256"]), None)
    if found is None:
        raise Missing(f"file of workbook batch {row.id}")
    rows = [one for one in imports_in(db.session(), row.id) if one.file_name == file]
    return marked_copy(found["sha256"], [*found["faults"], *(fault for one in rows for fault in one.faults)])


def bundle_store() -> EvidenceStore:
    """Where files of many forms lie until they are swept."""
    return EvidenceStore(current.settings().data_dir / "bundles")


def _same(work: UnitOfWork, campaign_id: int, task: BatchTask, scope: Scope) -> WorkbookBatch | None:
    rows = select(WorkbookBatch).where(
        WorkbookBatch.campaign_id == campaign_id,
        WorkbookBatch.asked_by_id == work.actor.id,
        WorkbookBatch.task == task,
        WorkbookBatch.state.in_(AT_WORK),
    )
    return next((row for row in work.session.scalars(rows) if row.options == scope.to_json()), None)


def _begun(work: UnitOfWork, campaign_id: int, task: BatchTask, options: dict[str, Any]) -> WorkbookBatch:
    row = WorkbookBatch(
        campaign_id=campaign_id,
        task=task,
        options=options,
        asked_at=work.now,
        asked_by_id=work.actor.id,
        asked_by_name=work.actor.name,
    )
    work.add(row)
    return row


def _ask_again(actor: Actor, batch_id: int, task: BatchTask, file: str) -> WorkbookBatch:
    with unit(actor) as work:
        row = _held(work, batch_id)
        if row.task in MAKING or row.state in AT_WORK:
            raise Invalid(
                FieldFault("batch", "not_read", _("Tệp đang được đọc hoặc ghi; đợi xong rồi bấm lại"))
            )
        forms = batch_writing.ready(work, row, task, file)
        if not forms:
            words = _("Không có phiếu nào ghi được; xem lý do ở từng đơn vị")
            if task == BatchTask.UNDO:
                words = _("Không có phiếu nào hoàn tác được")
            raise Invalid(FieldFault("batch", "nothing_ready", words))
        row.task, row.options = task, {"file": file}
        # Rights and record are those of who presses, be it another officer of the same office.
        row.asked_by_id, row.asked_by_name = actor.id or row.asked_by_id, actor.name
        _begin_anew(row)
        count = len(forms)
    return _hurry(row) if count <= MOST_AT_ONCE else row


def _held(work: UnitOfWork, batch_id: int) -> WorkbookBatch:
    """A batch in reach; two people who press at once take turns."""
    work.session.execute(select(WorkbookBatch.id).where(WorkbookBatch.id == batch_id).with_for_update())
    return batch_in_reach(work.session, work.actor, batch_id)


def _begin_anew(row: WorkbookBatch) -> None:
    row.state, row.attempts, row.done, row.fault = BatchState.WAITING, 0, 0, ""
    row.finished_at = row.claimed_until = None


def _hurry(row: WorkbookBatch) -> WorkbookBatch:
    """Work on a small batch here and now, unless a tick has taken it already."""
    claim = _claim(row.id)
    if claim is not None:
        _carry_out(claim)
    return db.session.get_one(WorkbookBatch, row.id, populate_existing=True)


def _claim(only: int | None = None) -> Claim | None:
    with unit(SYSTEM) as work:
        free = or_(
            WorkbookBatch.state == BatchState.WAITING,
            and_(WorkbookBatch.state == BatchState.RUNNING, WorkbookBatch.claimed_until <= work.now),
        )
        rows = select(WorkbookBatch).where(free).order_by(WorkbookBatch.id).limit(1)
        if only is not None:
            rows = rows.where(WorkbookBatch.id == only)
        row = work.session.scalar(rows.with_for_update(skip_locked=True))
        if row is None:
            return None
        row.state, row.attempts = BatchState.RUNNING, row.attempts + 1
        row.claimed_until, row.done = work.now + LEASE, 0
        work.session.flush()
        return Claim(row.id, row.attempts)


def _carry_out(claim: Claim) -> bool:
    try:
        if claim.attempt > MOST_ATTEMPTS:
            return _end(claim, BatchState.FAILED, fault=_("Đã thử nhiều lần mà không xong; gọi quản trị"))
        return _end(claim, BatchState.DONE, **_work(claim))
    except ClaimLost:
        return False
    except Invalid as error:
        return _end(claim, BatchState.FAILED, fault=error.faults[0].message)
    except Exception:
        logger.exception("workbook batch %s failed", claim.id)
        return _end(
            claim, BatchState.FAILED, fault=_("Máy chủ gặp sự cố; báo quản trị xem nhật ký rồi chạy lại")
        )


def _work(claim: Claim) -> dict[str, Any]:
    """Do what the batch asks; returns the columns that say what came of it."""
    row = db.session.get_one(WorkbookBatch, claim.id)
    actor = _asker(row)
    told = _teller(claim)
    if row.task in MAKING:
        return _make(row, actor, told)
    if row.task == BatchTask.READ:
        content = bundle_store().path(row.sha256).read_bytes()
        return {"findings": batch_writing.read(actor, row.id, content, told)}
    return {"fault": batch_writing.write_or_undo(actor, row.id, told)}


def _asker(row: WorkbookBatch) -> Actor:
    person = db.session.get_one(Person, row.asked_by_id)
    if not person.active:
        raise Invalid(FieldFault("batch", "closed_account", _("Tài khoản yêu cầu việc này đã đóng")))
    return actor_of(db.session(), person, clock.now())


def _make(row: WorkbookBatch, actor: Actor, told: batch_books.Told) -> dict[str, Any]:
    campaign = db.session.get_one(Campaign, row.campaign_id)
    forms = forms_in(db.session(), actor, row.campaign_id, Scope.from_json(row.options))
    if not forms:
        raise Invalid(FieldFault("kind", "no_forms", _("Không có phiếu nào trong phạm vi đã chọn")))
    session, now = db.session(), clock.now()
    if row.task == BatchTask.SHEETS:
        content = batch_books.sheets_of(session, actor, forms, now, told)
        name = f"phieu-{campaign.slug}.xlsx"
    else:
        content = batch_books.zip_of(session, forms, now, told)
        name = f"phieu-{campaign.slug}.zip"
    return {"sha256": bundle_store().put(content), "file_name": name, "total": len(forms), "done": len(forms)}


def _teller(claim: Claim) -> batch_books.Told:
    """Tells how far a task has come now and then, and holds on to the claim by that."""
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        step = done * STEPS // total
        if step > told:
            told = step
            if not _keep(claim, claimed_until=clock.now() + LEASE, done=done, total=total):
                raise ClaimLost(str(claim.id))

    return tell


def _end(claim: Claim, state: BatchState, **more: Any) -> bool:
    return _keep(claim, state=state, claimed_until=None, finished_at=clock.now(), **more)


def _keep(claim: Claim, **values: Any) -> bool:
    with unit(SYSTEM) as work:
        changed = work.session.connection().execute(update(WorkbookBatch).where(claim.held).values(**values))
    return changed.rowcount == 1
