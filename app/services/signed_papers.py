"""The signed paper of a form: taken in, its code read and matched with the form's content. It never blocks a form.

Which other form a foreign code belongs to is told to nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import db
from app.faults import FieldFault, Forbidden, Invalid, Missing
from app.form_codes import Named, draft_letters, named_by, typed_code
from app.models import (
    Agreement,
    CampaignStatus,
    Document,
    PaperReading,
    Purpose,
    Receipt,
    SignedPaper,
    SignOffStep,
    Submission,
    Verb,
)
from app.queries.campaign_plans import hotline_of
from app.queries.cases import content_digest
from app.queries.reach import READERS, place_of, submission_in_reach
from app.queries.space import LARGEST_FILE
from app.services.documents import evidence_store, scan_of
from app.services.file_faults import FILE_WORDS, kept_name
from app.unit import UnitOfWork, unit
from criteria.papers import VIEWABLE, FileFault, UnusableFile, codes_on, media_type
from workflows.case import EXACT, Actor

MOST_PAPERS = 20


@dataclass(frozen=True, slots=True)
class _Found:
    reading: PaperReading
    code: str = ""
    digest: str = ""


NOTHING_SEEN = _Found(PaperReading.NONE)
# What tells the most comes first: a code of this form, then any that is known.
ORDER = (PaperReading.OWN, PaperReading.FOREIGN, PaperReading.UNKNOWN)


def attach_signed(actor: Actor, submission_id: int, *, content: bytes, file_name: str) -> SignedPaper:
    """Take in a signed paper as PDF, JPG or PNG and note what its code names.

    The file is opened and read in a bound process, before anything is locked.

    Raises:
        Missing: out of reach. Forbidden: the actor may only read. Invalid: the campaign has ended, the file cannot
        be taken (field ``file``), or the form has :data:`MOST_PAPERS` already.
    """
    _own(db.session(), submission_id, actor)
    name, media, texts = _opened(file_name, content)
    digest = evidence_store().put(content)
    with unit(actor) as work:
        submission = _own(work.session, submission_id, actor)
        _refuse_many(work, submission)
        document = Document(
            submission_id=submission.id,
            purpose=Purpose.SIGNED,
            file_name=name,
            media_type=media,
            size=len(content),
            sha256=digest,
            scan=scan_of(work, digest, file_name),
            added_at=work.now,
            added_by_name=actor.name,
        )
        work.add(document)
        found = _best(work, submission, texts)
        paper = SignedPaper(
            document_id=document.id,
            reading=found.reading,
            code=found.code,
            content_digest=found.digest,
            read_at=work.now,
            read_by_name=actor.name,
        )
        work.add(paper)
        _record(work, Verb.SIGNED_PAPER_ADDED, paper, submission)
    return paper


def type_code(
    actor: Actor, submission_id: int, paper_id: int, *, code: str, version: int | None
) -> SignedPaper:
    """Note the eight letters that somebody reads under the code of a paper on which none could be read.

    Raises:
        Missing, Forbidden, Invalid: as :func:`attach_signed`. Invalid: these are no eight letters (field ``code``).
        Outdated: the paper has changed since ``version``.
    """
    known = typed_code(code)
    if not known:
        raise Invalid(FieldFault("code", "unreadable", _("Nhập đủ 8 chữ in dưới mã, ví dụ K7QD-2M4X")))
    with unit(actor) as work:
        paper, submission = _paper(work, submission_id, paper_id, version)
        found = _typed(work, submission, known)
        paper.reading, paper.code, paper.content_digest = found.reading, known, found.digest
        paper.typed, paper.read_at, paper.read_by_name = True, work.now, actor.name
        _record(work, Verb.SIGNED_PAPER_TYPED, paper, submission)
    return paper


def remove_signed(actor: Actor, submission_id: int, paper_id: int, *, version: int | None) -> None:
    """Take a paper out, such as one of another form; its row and content stay.

    Raises:
        As :func:`type_code`.
    """
    with unit(actor) as work:
        paper, submission = _paper(work, submission_id, paper_id, version)
        _record(work, Verb.SIGNED_PAPER_REMOVED, paper, submission)
        paper.document.removed_at, paper.document.removed_by_name = work.now, actor.name


def _own(session: Session, submission_id: int, actor: Actor) -> Submission:
    found = submission_in_reach(session, submission_id, actor, READERS)
    if not actor.holds_any(EXACT, over=place_of(found.campaign_unit)):
        raise Forbidden(f"submission {submission_id}")
    if found.campaign.status != CampaignStatus.OPEN:
        words = _(
            "Đợt đánh giá đã kết thúc nên không nhận thêm bản đã ký. Gọi %(hotline)s.",
            hotline=hotline_of(found.campaign),
        )
        raise Invalid(FieldFault("file", "campaign_closed", words))
    return found


def _opened(file_name: str, content: bytes) -> tuple[str, str, tuple[str, ...]]:
    name = kept_name(file_name)
    if len(content) > LARGEST_FILE:
        words = _(
            "Tệp “%(name)s” quá lớn; mỗi tệp phải nhỏ hơn 10 MB. Quét ở độ phân giải thấp hơn.", name=name
        )
        raise Invalid(FieldFault("file", "too_big", words))
    try:
        media = media_type(name, content)
        texts = codes_on(media, content) if media in VIEWABLE else None
    except UnusableFile as error:
        words = str(FILE_WORDS[error.fault]) % {"name": name}
        raise Invalid(FieldFault("file", error.fault, words)) from error
    if texts is None:
        words = _("Bản đã ký phải là tệp PDF, JPG hoặc PNG; “%(name)s” không phải", name=name)
        raise Invalid(FieldFault("file", FileFault.WRONG_TYPE, words))
    return name, media, texts


def _best(work: UnitOfWork, submission: Submission, texts: Iterable[str]) -> _Found:
    named = [one for one in map(named_by, texts) if one is not None]
    found = [_named(work, submission, one) for one in named]
    return min(found, key=lambda one: ORDER.index(one.reading), default=NOTHING_SEEN)


def _named(work: UnitOfWork, submission: Submission, named: Named) -> _Found:
    if named.receipt:
        return _by_receipt(work, submission, named.receipt)
    if named.form != submission.id:
        return _Found(PaperReading.FOREIGN)
    return _Found(PaperReading.OWN, draft_letters(named.form, named.digest), named.digest)


def _typed(work: UnitOfWork, submission: Submission, code: str) -> _Found:
    for digest in _digests(work, submission):
        if draft_letters(submission.id, digest) == code:
            return _Found(PaperReading.OWN, code, digest)
    return _by_receipt(work, submission, code)


def _by_receipt(work: UnitOfWork, submission: Submission, code: str) -> _Found:
    receipt = work.session.scalar(select(Receipt).where(Receipt.code == code))
    if receipt is None:
        return _Found(PaperReading.UNKNOWN)
    if receipt.submission_id != submission.id:
        return _Found(PaperReading.FOREIGN)
    return _Found(PaperReading.OWN, code, receipt.content_digest)


def _digests(work: UnitOfWork, submission: Submission) -> set[str]:
    """The contents that this form is known to have had: today's, those handed in, agreed to, and asked about."""
    known = {content_digest(work.session, submission)}
    for table in (Receipt, Agreement, SignOffStep):
        rows = select(table.content_digest).where(table.submission_id == submission.id)
        known |= set(work.session.scalars(rows))
    return known


def _refuse_many(work: UnitOfWork, submission: Submission) -> None:
    # Two who attach at once take turns, so that both are counted.
    work.session.execute(select(Submission.id).where(Submission.id == submission.id).with_for_update())
    rows = select(Document.id).where(
        Document.submission_id == submission.id, Document.purpose == Purpose.SIGNED
    )
    if len(work.session.scalars(rows).all()) >= MOST_PAPERS:
        words = _("Phiếu đã có %(most)s bản đã ký; gỡ bớt bản cũ rồi tải lên", most=MOST_PAPERS)
        raise Invalid(FieldFault("file", "quota", words))


def _paper(
    work: UnitOfWork, submission_id: int, paper_id: int, version: int | None
) -> tuple[SignedPaper, Submission]:
    submission = _own(work.session, submission_id, work.actor)
    paper = work.load(SignedPaper, paper_id, version)
    document = work.session.scalar(select(Document).where(Document.id == paper.document_id))
    if document is None or document.submission_id != submission.id:
        raise Missing(f"signed_paper {paper_id}")
    return paper, submission


def _record(work: UnitOfWork, verb: Verb, paper: SignedPaper, submission: Submission) -> None:
    after = {"reading": paper.reading, "code": paper.code, "typed": paper.typed}
    work.record(verb, paper, campaign=submission.campaign_id, after=after)
