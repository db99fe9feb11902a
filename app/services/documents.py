"""Documents of a form: taking them in, naming what they prove, and taking them out again. It judges no content."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import IO, Any, TypedDict, Unpack

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import clock, current
from app.database import db
from app.evidence import EvidenceStore
from app.faults import FieldFault, Invalid, Missing, Withheld
from app.models import Document, EvidenceUse, Purpose, Scan, Submission, Verb
from app.queries.cases import waived
from app.queries.criteria_sets import criteria_set_of
from app.queries.reach import READERS, submission_in_reach
from app.queries.scans import verdict_on
from app.queries.space import LARGEST_FILE, space_of
from app.services.answer_faults import prose
from app.services.drafts import draft, editable, recount, worked
from app.services.file_faults import (
    UNITS_OWN,
    NewDocument,
    infected_fault,
    kept_name,
    no_room_fault,
    refuse_file,
    refuse_what_does_not_open,
    withheld_words,
)
from app.unit import UnitOfWork, unit
from criteria.model import EnteredBy
from criteria.papers import media_type
from workflows.case import Actor

__all__ = ["NewDocument", "kept_name"]


def evidence_store() -> EvidenceStore:
    """The store of the running application."""
    return EvidenceStore(current.settings().evidence_dir)


class Description(TypedDict, total=False):
    """What may be said of a document: see :class:`NewDocument`."""

    purpose: Purpose
    criteria: Sequence[str]
    number: str
    issued_on: date | None
    summary: str


def add_document(
    actor: Actor,
    submission_id: int,
    *,
    content: bytes | IO[bytes],
    file_name: str,
    **described: Unpack[Description],
) -> Document:
    """Take in one document. The same content for the same purpose is kept once: its uses are joined.

    The file is on disk before the row is written, and nothing is locked while it is written.

    Raises:
        Missing, Forbidden: as :func:`app.services.drafts.editable`. Invalid: the form is locked or late, the file
        or its description cannot be taken (field ``file``, ``number``, ``summary`` or ``criteria``), or the form
        has no room left.
    """
    whole = content if isinstance(content, bytes) else content.read(LARGEST_FILE + 1)
    new = NewDocument(whole, file_name, **described)
    editable(db.session(), submission_id, actor, clock.now())
    refuse_file(new)
    refuse_what_does_not_open(new)
    evidence_store().put(new.content)
    with unit(actor) as work:
        submission = draft(work, submission_id)
        (document,) = add_documents(work, submission, [new])
        recount(work, submission)
    return document


def add_documents(work: UnitOfWork, submission: Submission, news: Sequence[NewDocument]) -> list[Document]:
    """Take in many documents inside the caller's unit of work; the caller then calls ``drafts.recount``.

    What they hold is not opened here, since that may take seconds: who takes in strangers' files opens them before.

    Raises:
        Invalid: as :func:`add_document`.
    """
    known = {(row.sha256, row.purpose): row for row in documents_of(work, submission)}
    room = space_of(work.session, submission.id).left
    taken, before = [], work.recorded
    for new in news:
        refuse_file(new)
        refuse_uses(work, submission, new.criteria)
        digest = evidence_store().put(new.content)
        scan = scan_of(work, digest, new.file_name)
        row = known.get((digest, new.purpose))
        if row is None:
            room -= len(new.content)
            _refuse_overflow(room)
            row = known[digest, new.purpose] = _row(work, submission, new, digest)
            row.scan = scan
            work.add(row)
            record(work, Verb.DOCUMENT_ADDED, row, after=as_audit(row))
        else:
            _join_uses(work, row, new.criteria)
        taken.append(row)
    if work.recorded > before:
        worked(work, submission)
    return taken


def set_uses(actor: Actor, document_id: int, criteria: Collection[str], *, version: int | None) -> Document:
    """Let a document prove exactly these criteria.

    Raises:
        Missing, Forbidden, Invalid: as :func:`add_document`. Outdated: the document has changed since ``version``.
    """
    with unit(actor) as work:
        document = own_document(work, document_id, version)
        refuse_uses(work, document.submission, criteria)
        change_uses(work, document, frozenset(criteria))
        recount(work, document.submission)
    return document


def attach(
    actor: Actor, submission_id: int, criterion: str, *, ticked: Collection[int], shown: Collection[int]
) -> None:
    """Say which documents prove one criterion: of those ``shown``, exactly the ``ticked``; others stay as they are.

    Raises:
        Missing, Forbidden, Invalid: as :func:`add_document`; a document of another form is missing.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        refuse_uses(work, submission, [criterion])
        rows = {row.id: row for row in documents_of(work, submission)}
        if not rows.keys() >= set(ticked):
            raise Missing("document")
        for row in rows.values():
            codes = {use.criterion for use in row.uses}
            if row.id in ticked:
                change_uses(work, row, codes | {criterion})
            elif row.id in shown:
                change_uses(work, row, codes - {criterion})
        recount(work, submission)


def remove_document(actor: Actor, document_id: int, *, version: int | None) -> None:
    """Take a document out of its form. Row and content stay: `document_records.put_back` brings it again.

    Raises:
        Missing, Forbidden, Invalid: as :func:`add_document`. Outdated: the document has changed since ``version``.
    """
    with unit(actor) as work:
        document = own_document(work, document_id, version)
        submission = document.submission
        record(work, Verb.DOCUMENT_REMOVED, document, before=as_audit(document))
        document.removed_at, document.removed_by_name = work.now, work.actor.name
        worked(work, submission)
        recount(work, submission)


def document_for_reading(actor: Actor, document_id: int) -> Document:
    """A document whose content the actor may have: as :func:`document_in_reach`, and no scanner has it or refused it.

    Raises:
        Missing: there is none, or its form is out of reach. Withheld: its content is handed out to nobody now.
    """
    document = document_in_reach(actor, document_id)
    if document.withheld:
        raise Withheld(withheld_words(document.scan))
    return document


def document_in_reach(actor: Actor, document_id: int) -> Document:
    """A document of a form that the actor may read, whatever state its content is in.

    Raises:
        Missing: there is none, or its form is out of reach.
    """
    document = db.session.get(Document, document_id)
    if document is None or document.removed_at is not None:
        raise Missing(f"document {document_id}")
    submission_in_reach(db.session(), document.submission_id, actor, READERS)
    return document


def _row(work: UnitOfWork, submission: Submission, new: NewDocument, digest: str) -> Document:
    name = kept_name(new.file_name)
    return Document(
        submission_id=submission.id,
        purpose=new.purpose,
        file_name=name,
        media_type=media_type(name, new.content),
        size=len(new.content),
        sha256=digest,
        number=prose(new.number),
        issued_on=new.issued_on,
        summary=prose(new.summary),
        added_at=work.now,
        added_by_name=work.actor.name,
        uses=[EvidenceUse(criterion=code) for code in dict.fromkeys(new.criteria)],
    )


def own_document(work: UnitOfWork, document_id: int, version: int | None) -> Document:
    """A document that the unit may change now.

    Raises:
        Missing, Forbidden, Invalid, Outdated: as :func:`set_uses`.
    """
    found = work.session.get(Document, document_id)
    if found is None or found.removed_at is not None or found.purpose not in UNITS_OWN:
        raise Missing(f"document {document_id}")
    draft(work, found.submission_id)
    return work.load(Document, document_id, version)


def documents_of(work: UnitOfWork, submission: Submission) -> Sequence[Document]:
    """The documents that the unit handed in itself, the oldest first."""
    return work.session.scalars(
        select(Document)
        .where(Document.submission_id == submission.id, Document.purpose.in_(UNITS_OWN))
        .options(selectinload(Document.uses))
        .order_by(Document.id)
    ).all()


def _join_uses(work: UnitOfWork, document: Document, criteria: Iterable[str]) -> None:
    change_uses(work, document, {use.criterion for use in document.uses} | set(criteria))


def change_uses(work: UnitOfWork, document: Document, criteria: Collection[str]) -> None:
    """Let a document prove exactly these criteria, inside the caller's unit of work; recorded where that is new."""
    old = {use.criterion: use for use in document.uses}
    if old.keys() == set(criteria):
        return
    before = as_audit(document)
    document.uses = [old.get(code) or EvidenceUse(criterion=code) for code in sorted(criteria)]
    worked(work, document.submission)
    work.session.flush()
    record(work, Verb.DOCUMENT_CHANGED, document, before=before, after=as_audit(document))


def refuse_uses(work: UnitOfWork, submission: Submission, criteria: Iterable[str]) -> None:
    """Refuse criteria that the unit does not answer.

    Raises:
        Invalid: the first of them (field ``criteria``).
    """
    known, excused = criteria_set_of(submission.campaign_unit.kind), waived(work.session, submission)
    for code in criteria:
        if not known.has(code):
            words = _("Bộ tiêu chí không có mã %(code)s", code=code[:40])
            raise Invalid(FieldFault("criteria", "unknown_criterion", words))
        if known.criterion(code).entered_by != EnteredBy.UNIT or code in excused:
            words = _("Tiêu chí %(code)s không do đơn vị kê khai; bỏ mã này", code=code)
            raise Invalid(FieldFault("criteria", "not_yours", words))


def _refuse_overflow(room: int) -> None:
    if room < 0:
        raise Invalid(no_room_fault())


def scan_of(work: UnitOfWork, digest: str, file_name: str) -> Scan:
    """Where a file that comes in stands with the virus scanner.

    Raises:
        Invalid: the same content was found infected.
    """
    # The same content has the same verdict, so what was found infected once never comes in again.
    known = verdict_on(work.session, digest)
    if known == Scan.INFECTED:
        raise Invalid(infected_fault(file_name))
    if known == Scan.CLEAN:
        return Scan.CLEAN
    return Scan.WAITING if current.settings().clamd_url else Scan.UNSCANNED


def record(
    work: UnitOfWork,
    verb: Verb,
    document: Document,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Keep in the trail what was done to a document."""
    campaign = work.session.get_one(Submission, document.submission_id).campaign_id
    work.record(verb, document, campaign=campaign, before=before, after=after)


def as_audit(document: Document) -> dict[str, Any]:
    """A document as the trail keeps it."""
    return {
        "file_name": document.file_name,
        "number": document.number,
        "date": document.issued_on.isoformat() if document.issued_on else None,
        "text": document.summary,
        "sha256": document.sha256,
        "purpose": document.purpose,
        "criteria": sorted(use.criterion for use in document.uses),
    }
