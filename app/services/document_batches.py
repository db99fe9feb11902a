"""Several files sent at once, each judged alone: good ones are kept, bad ones are named. And links in place of files."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Unpack
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Invalid, Missing
from app.models import Document, EvidenceUse, Purpose, Submission, Verb
from app.services.answer_faults import prose
from app.services.documents import (
    Description,
    add_document,
    as_audit,
    change_uses,
    documents_of,
    refuse_uses,
)
from app.services.drafts import draft, recount, worked
from app.services.file_faults import LONGEST_NAME, description_faults, purpose_faults
from app.unit import UnitOfWork, unit
from workflows.case import Actor

LONGEST_LINK = 2000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the files: the documents that were kept, and a fault for each that was not."""

    kept: tuple[Document, ...]
    faults: tuple[FieldFault, ...]

    def refuse(self) -> None:
        """Name all files that were not kept, in one fault.

        Raises:
            Invalid: there is one.
        """
        if self.faults:
            code = self.faults[0].code if len(self.faults) == 1 else "several"
            raise Invalid(FieldFault("file", code, " ".join(fault.message for fault in self.faults)))


def add_each(
    actor: Actor,
    submission_id: int,
    files: Sequence[tuple[str, bytes | IO[bytes]]],
    **described: Unpack[Description],
) -> Taken:
    """Take in each file by itself, all with the same description.

    Raises:
        Missing, Forbidden: as :func:`app.services.documents.add_document`. Invalid: the form is locked or late, or
        the description is unfit; then no file is kept.
    """
    kept: list[Document] = []
    faults: list[FieldFault] = []
    for name, content in files:
        try:
            kept.append(add_document(actor, submission_id, content=content, file_name=name, **described))
        except Invalid as error:
            if any(fault.field != "file" for fault in error.faults):
                raise
            faults += error.faults
    return Taken(tuple(kept), tuple(faults))


def add_link(actor: Actor, submission_id: int, link: str, **described: Unpack[Description]) -> Document:
    """Keep an https link as a document. Nobody ever fetches it here. The same link is kept once.

    Raises:
        Missing, Forbidden: as :func:`app.services.documents.add_document`. Invalid: the form is locked or late, or
        the link (field ``link``) or its description cannot be taken.
    """
    tidy = link.strip()
    faults = [*_link_faults(tidy)]
    faults += description_faults(
        described.get("number", ""), described.get("issued_on"), described.get("summary", "")
    )
    faults += purpose_faults(described.get("purpose", Purpose.EVIDENCE))
    if faults:
        raise Invalid(*faults)
    with unit(actor) as work:
        submission = draft(work, submission_id)
        refuse_uses(work, submission, described.get("criteria", ()))
        known = _same_link(work, submission, tidy)
        if known is not None:
            return known
        row = _new_link(work, submission, tidy, **described)
        worked(work, submission)
        recount(work, submission)
    return row


def attach_named(actor: Actor, submission_id: int, chosen: Mapping[int, str]) -> int:
    """Let each document, by its key, prove one criterion more; returns how many there were.

    Raises:
        Missing, Forbidden, Invalid: as :func:`app.services.documents.attach`.
    """
    with unit(actor) as work:
        submission = draft(work, submission_id)
        refuse_uses(work, submission, chosen.values())
        rows = {row.id: row for row in documents_of(work, submission)}
        if not rows.keys() >= chosen.keys():
            raise Missing("document")
        for number, code in sorted(chosen.items()):
            change_uses(work, rows[number], {use.criterion for use in rows[number].uses} | {code})
        recount(work, submission)
    return len(chosen)


def _link_faults(link: str) -> Iterable[FieldFault]:
    if len(link) > LONGEST_LINK:
        yield FieldFault("link", "too_long", _("Viết ngắn hơn %(limit)s ký tự", limit=LONGEST_LINK))
    elif not _is_public(link):
        words = _("Dán liên kết đầy đủ, bắt đầu bằng https://, ví dụ https://gialai.gov.vn/van-ban/12")
        yield FieldFault("link", "not_a_link", words)


def _is_public(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host, _port = parts.hostname or "", parts.port
    except ValueError:  # brackets that do not close, a port that is no number
        return False
    plain = link.isprintable() and not any(mark in link for mark in ' <>"\\`')
    return plain and parts.scheme == "https" and "." in host.strip(".") and "@" not in parts.netloc


def _same_link(work: UnitOfWork, submission: Submission, link: str) -> Document | None:
    known = select(Document).where(Document.submission_id == submission.id, Document.link == link)
    return work.session.scalar(known.limit(1))


def _new_link(
    work: UnitOfWork, submission: Submission, link: str, **described: Unpack[Description]
) -> Document:
    parts = urlsplit(link)
    shown = f"{parts.hostname}{parts.path.rstrip('/')}"
    row = Document(
        submission_id=submission.id,
        purpose=described.get("purpose", Purpose.EVIDENCE),
        file_name=shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…",
        media_type="",
        size=0,
        sha256=hashlib.sha256(link.encode()).hexdigest(),
        link=link,
        number=prose(described.get("number", "")),
        issued_on=described.get("issued_on"),
        summary=prose(described.get("summary", "")),
        added_at=work.now,
        added_by_name=work.actor.name,
        uses=[EvidenceUse(criterion=code) for code in dict.fromkeys(described.get("criteria", ()))],
    )
    work.add(row)
    after = {**as_audit(row), "link": link}
    work.record(Verb.DOCUMENT_ADDED, row, campaign=submission.campaign_id, after=after)
    return row
