"""Files that come in parts over a line that breaks: begun, continued where they stopped, and taken in when whole.

What was acknowledged is on disk. A document is made of a whole file only, by the same rules as any other.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_hex
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from app import clock, current
from app.database import db
from app.faults import FieldFault, Invalid, Missing, Outdated
from app.models import Purpose, Submission, Upload
from app.queries.space import Space, space_of, unfinished
from app.services.documents import add_documents, evidence_store
from app.services.drafts import draft, editable, recount
from app.services.file_faults import (
    NewDocument,
    description_faults,
    kept_name,
    purpose_faults,
    refuse_file,
    refuse_promise,
    refuse_what_does_not_open,
)
from app.unfinished import UnfinishedStore
from app.unit import SYSTEM, UnitOfWork, unit
from workflows.case import Actor

KEPT = timedelta(days=3)
MOST_UNFINISHED = 20
LONGEST_FINGERPRINT = 64
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Promise:
    """What is told of a file before it is sent; ``size`` in bytes, ``fingerprint`` as :class:`Upload` has it."""

    file_name: str
    size: int
    fingerprint: str = ""
    purpose: str = Purpose.EVIDENCE
    criteria: tuple[str, ...] = ()
    number: str = ""
    issued_on: date | None = None
    summary: str = ""

    @property
    def described(self) -> dict[str, Any]:
        """What is said of the document, as JSON."""
        return {
            "purpose": self.purpose,
            "criteria": list(self.criteria),
            "number": self.number,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "summary": self.summary,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload has come: ``received`` of ``size`` bytes; ``finished`` when it is a document, ``known`` if it was before."""

    token: str
    received: int
    size: int
    expires: str
    finished: bool = False
    known: bool = False


def unfinished_store() -> UnfinishedStore:
    """Where the running application keeps what is still coming in."""
    return UnfinishedStore(current.settings().uploads_dir)


def begin(actor: Actor, submission_id: int, promise: Promise) -> Progress:
    """Make room for a file that will come in parts; the same file that was begun already is continued.

    Raises:
        Missing, Forbidden: as :func:`app.services.drafts.editable`. Invalid: the form is locked or late, the file
        cannot be taken, too many are unfinished, or the form has no room for it.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        open_ones = unfinished(work.session, submission.id)
        same = next((row for row in open_ones if _is_same(row, promise)), None)
        if same is not None:
            same.described, same.expires_at = promise.described, work.now + KEPT
            return _progress(same)
        _refuse_promise(promise, len(open_ones), space_of(work.session, submission.id))
        row = _new(work, submission, promise)
        work.add(row)
        return _progress(row)


def progress_of(actor: Actor, submission_id: int, token: str) -> Progress:
    """How far an upload has come.

    Raises:
        Missing, Forbidden, Invalid: as :func:`begin`; there is no such upload, or no longer.
    """
    editable(db.session(), submission_id, actor, clock.now())
    return _progress(_row(submission_id, token))


def append(actor: Actor, submission_id: int, token: str, *, offset: int, part: bytes) -> Progress:
    """Add ``part`` at ``offset``; with the last one the file becomes a document. An empty part asks for that again.

    Raises:
        Missing, Forbidden, Invalid: as :func:`begin`; the whole file cannot be taken, and is dropped.
        Outdated: the upload is not at ``offset``; another part was faster.
    """
    with unit(actor) as work:
        draft(work, submission_id)
        row = _row(submission_id, token)
        if row.finished_at is not None:
            return _progress(row)
        if row.received != offset:
            raise Outdated(f"upload at {row.received}, not {offset}")
        if offset + len(part) > row.size:
            raise Invalid(FieldFault("file", "too_long", _("Tệp dài hơn đã báo; chọn lại tệp rồi gửi lại")))
        unfinished_store().write(token, offset, part)
        row.received, row.expires_at = offset + len(part), work.now + KEPT
        reached = _progress(row)
    return _finish(actor, submission_id, token) if reached.received == reached.size else reached


def drop(actor: Actor, submission_id: int, token: str) -> None:
    """Give up an upload and its room.

    Raises:
        Missing, Forbidden, Invalid: as :func:`begin`.
    """
    with unit(actor) as work:
        draft(work, submission_id)
        work.session.delete(_row(submission_id, token))
    unfinished_store().drop(token)


def sweep_uploads() -> int:
    """Forget uploads that nobody continued in time, and parts on disk that belong to none; returns how many."""
    with unit(SYSTEM) as work:
        spent = delete(Upload).where(Upload.expires_at < work.now)
        gone = work.session.connection().execute(spent).rowcount
    store = unfinished_store()
    lying = list(store.tokens())
    if lying:
        kept = set(db.session.scalars(select(Upload.token).where(Upload.finished_at.is_(None))))
        db.session.rollback()
        for token in lying:
            if token not in kept:
                store.drop(token)
    return gone


def _finish(actor: Actor, submission_id: int, token: str) -> Progress:
    row = _row(submission_id, token)
    content = unfinished_store().read(token, row.size)
    try:
        new = _document(row, content)
        refuse_file(new)
        refuse_what_does_not_open(new)
        evidence_store().put(content)
        done = _take_in(actor, submission_id, token, new)
    except Invalid as error:
        # Whoever finished it at the same time took the parts away; then there is nothing wrong with them.
        db.session.rollback()
        row = _row(submission_id, token)
        if row.finished_at is not None:
            return _progress(row)
        if any(fault.field for fault in error.faults):
            drop(actor, submission_id, token)
        raise
    unfinished_store().drop(token)
    return done


def _take_in(actor: Actor, submission_id: int, token: str, new: NewDocument) -> Progress:
    with unit(actor) as work:
        submission = draft(work, submission_id)
        row = _row(submission_id, token)
        if row.finished_at is None:
            row.finished_at = work.now  # from here on its size is counted with the documents
            work.session.flush()
            (document,) = add_documents(work, submission, [new])
            recount(work, submission)
            return _progress(row, known=document.added_at != work.now)
        return _progress(row)


def _document(row: Upload, content: bytes) -> NewDocument:
    torn = SHA256.fullmatch(row.fingerprint) and hashlib.sha256(content).hexdigest() != row.fingerprint
    if torn or len(content) != row.size:
        words = _("Tệp “%(name)s” đến không nguyên vẹn; chọn lại tệp rồi gửi lại", name=row.file_name)
        raise Invalid(FieldFault("file", "torn", words))
    said = row.described
    return NewDocument(
        content,
        row.file_name,
        Purpose(said["purpose"]),
        tuple(said["criteria"]),
        said["number"],
        date.fromisoformat(said["issued_on"]) if said["issued_on"] else None,
        said["summary"],
    )


def _refuse_promise(promise: Promise, open_ones: int, space: Space) -> None:
    faults = [*description_faults(promise.number, promise.issued_on, promise.summary)]
    faults += purpose_faults(promise.purpose)
    if len(promise.fingerprint) > LONGEST_FINGERPRINT:
        faults.append(FieldFault("fingerprint", "too_long", _("Viết ngắn hơn %(limit)s ký tự", limit=64)))
    if faults:
        raise Invalid(*faults)
    refuse_promise(promise.file_name, promise.size, space)
    if open_ones >= MOST_UNFINISHED:
        words = _(
            "Phiếu đang có %(count)s tệp gửi dở. Gửi tiếp hoặc bỏ bớt rồi tải tệp khác.", count=open_ones
        )
        raise Invalid(FieldFault("file", "too_many", words))


def _is_same(row: Upload, promise: Promise) -> bool:
    return bool(promise.fingerprint) and (row.file_name, row.size, row.fingerprint) == (
        kept_name(promise.file_name),
        promise.size,
        promise.fingerprint,
    )


def _new(work: UnitOfWork, submission: Submission, promise: Promise) -> Upload:
    return Upload(
        token=token_hex(16),
        submission_id=submission.id,
        person_id=work.actor.id,
        file_name=kept_name(promise.file_name),
        size=promise.size,
        fingerprint=promise.fingerprint,
        described=promise.described,
        received=0,
        begun_at=work.now,
        expires_at=work.now + KEPT,
    )


def _row(submission_id: int, token: str) -> Upload:
    asked = select(Upload).where(Upload.token == token, Upload.submission_id == submission_id)
    found = db.session.scalar(asked)
    if found is None or found.expires_at < clock.now():
        raise Missing(f"upload {token}")
    return found


def _progress(row: Upload, *, known: bool = False) -> Progress:
    expires = row.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return Progress(row.token, row.received, row.size, expires, row.finished_at is not None, known)
