"""The record of a document after it was taken in: number, date, summary, criteria; one for many, and back again."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import TypedDict, Unpack

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Invalid, Missing, Outdated
from app.models import WITH_REMOVED, Document, Submission, Verb
from app.queries.cases import waived
from app.queries.criteria_sets import criteria_set_of
from app.queries.evidence import KEPT_REMOVED
from app.queries.space import space_of
from app.services.answer_faults import prose
from app.services.documents import (
    as_audit,
    change_uses,
    documents_of,
    own_document,
    record,
    refuse_uses,
)
from app.services.drafts import draft, recount, worked
from app.services.file_faults import UNITS_OWN, description_faults, no_room_fault
from app.unit import UnitOfWork, unit
from criteria.model import EnteredBy
from workflows.case import Actor


class Record(TypedDict):
    """What an office says of a document, and the codes of the criteria that it proves."""

    number: str
    issued_on: date | None
    summary: str
    criteria: Sequence[str]


def change_record(actor: Actor, document_id: int, *, version: int | None, **said: Unpack[Record]) -> Document:
    """Say anew what a document is and what it proves.

    Raises:
        Missing, Forbidden, Outdated: as :func:`app.services.documents.set_uses`. Invalid: besides, what is said
        is too long or of a day to come (field ``number``, ``issued_on`` or ``summary``).
    """
    faults = tuple(description_faults(said["number"], said["issued_on"], said["summary"]))
    if faults:
        raise Invalid(*faults)
    with unit(actor) as work:
        document = own_document(work, document_id, version)
        refuse_uses(work, document.submission, said["criteria"])
        _describe(work, document, said)
        change_uses(work, document, frozenset(said["criteria"]))
        recount(work, document.submission)
    return document


def attach_many(
    actor: Actor, submission_id: int, *, documents: Collection[int], criteria: Collection[str]
) -> int:
    """Let each of the documents prove each of the criteria, besides what it proves already; how many there were.

    Raises:
        Missing, Forbidden, Invalid: as :func:`app.services.documents.attach`; besides, nothing is ticked (field
        ``documents`` or ``criteria``).
    """
    _refuse_nothing(documents, criteria)
    with unit(actor) as work:
        submission = draft(work, submission_id)
        refuse_uses(work, submission, criteria)
        rows = {row.id: row for row in documents_of(work, submission)}
        if not rows.keys() >= set(documents):
            raise Missing("document")
        for number in sorted(documents):
            change_uses(work, rows[number], {use.criterion for use in rows[number].uses} | set(criteria))
        recount(work, submission)
    return len(set(documents))


def put_back(actor: Actor, document_id: int, *, version: int | None) -> Document:
    """Put a document back into its form within 30 days; of its criteria those that the unit still answers.

    Raises:
        Missing: there is none, it is out of reach or was taken out too long ago. Forbidden, Outdated: as
        :func:`change_record`. Invalid: the form is locked, holds the same file again or has no
        room for it (field ``file``).
    """
    with unit(actor) as work:
        document = _removed(work, document_id)
        submission = draft(work, document.submission_id)
        if version is not None and document.version != version:
            raise Outdated(f"document {document_id}")
        _refuse_twin(work, submission, document)
        if document.size > space_of(work.session, submission.id).left:
            raise Invalid(no_room_fault())
        document.removed_at, document.removed_by_name = None, ""
        work.session.flush()
        record(work, Verb.DOCUMENT_PUT_BACK, document, after=as_audit(document))
        _drop_lost_uses(work, submission, document)
        worked(work, submission)
        recount(work, submission)
    return document


def _describe(work: UnitOfWork, document: Document, said: Record) -> None:
    before = as_audit(document)
    document.number, document.summary = prose(said["number"]), prose(said["summary"])
    document.issued_on = said["issued_on"]
    after = as_audit(document)
    if after == before:
        return
    worked(work, document.submission)
    record(work, Verb.DOCUMENT_CHANGED, document, before=before, after=after)


def _refuse_nothing(documents: Collection[int], criteria: Collection[str]) -> None:
    faults = []
    if not documents:
        faults.append(FieldFault("documents", "missing", _("Đánh dấu ít nhất một tài liệu")))
    if not criteria:
        faults.append(FieldFault("criteria", "missing", _("Đánh dấu ít nhất một tiêu chí")))
    if faults:
        raise Invalid(*faults)


def _removed(work: UnitOfWork, document_id: int) -> Document:
    found = work.session.scalar(
        select(Document)
        .where(Document.id == document_id, Document.removed_at > work.now - KEPT_REMOVED)
        .execution_options(**{WITH_REMOVED: True})
    )
    if found is None or found.purpose not in UNITS_OWN:
        raise Missing(f"document {document_id}")
    return found


def _refuse_twin(work: UnitOfWork, submission: Submission, document: Document) -> None:
    for row in documents_of(work, submission):
        same = (row.sha256, row.link, row.purpose) == (document.sha256, document.link, document.purpose)
        if same:
            words = _("Tệp này đã có trong phiếu, tên “%(name)s”; không cần đặt lại.", name=row.file_name)
            raise Invalid(FieldFault("file", "twin", words))


def _drop_lost_uses(work: UnitOfWork, submission: Submission, document: Document) -> None:
    known, excused = criteria_set_of(submission.campaign_unit.kind), waived(work.session, submission)
    kept = {use.criterion for use in document.uses if known.has(use.criterion)} - excused
    change_uses(work, document, {code for code in kept if known.criterion(code).entered_by == EnteredBy.UNIT})
