"""Word templates of a campaign's papers: an office's own is tried before it is kept, and given up again.

It fills them in for whoever asks; what goes in is the caller's.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.faults import FieldFault, Invalid, Missing
from app.models import Campaign, Paper, PaperTemplate, Verb
from app.official_papers import TEMPLATES, UnusableTemplate, write_own_paper, write_paper
from app.paper_samples import SHIPPED, sample_of
from app.queries.paper_templates import campaign_for_papers, own_template
from app.services.documents import evidence_store
from app.services.file_faults import NewDocument, kept_name, refuse_file, refuse_what_does_not_open
from app.unit import UnitOfWork, unit
from criteria.papers import WORD, media_type
from workflows.case import Actor

MOST_NAMED = 5


def template_bytes(session: Session, campaign: Campaign, paper: Paper) -> bytes:
    """The template as a file, to be looked at or changed."""
    return _own(session, campaign, paper) or (TEMPLATES / SHIPPED[paper]).read_bytes()


def filled(session: Session, campaign: Campaign, paper: Paper, facts: Mapping[str, Any]) -> bytes:
    """The paper as a Word file.

    Raises:
        Invalid: the office's own template cannot be filled with these facts (field ``template``).
    """
    own = _own(session, campaign, paper)
    if own is None:
        return write_paper(TEMPLATES / SHIPPED[paper], facts)
    try:
        return write_own_paper(own, facts)
    except UnusableTemplate as error:
        raise Invalid(_fault(error, "template")) from error


def try_out(paper: Paper, content: bytes) -> bytes:
    """A template filled with an example.

    Raises:
        Invalid: it cannot be filled (field ``file``); the placeholders that nothing fills are named.
    """
    try:
        return write_own_paper(content, sample_of(paper))
    except UnusableTemplate as error:
        raise Invalid(_fault(error, "file")) from error


def put_template(actor: Actor, slug: str, paper: Paper, *, file_name: str, content: bytes) -> PaperTemplate:
    """Make a paper of a campaign from a file of the office from now on.

    Raises:
        Missing: out of the office's reach. Invalid: the file is no Word file, or cannot be filled (field ``file``).
    """
    name = kept_name(file_name)
    _refuse_other_than_word(name, content)
    try_out(paper, content)
    digest = evidence_store().put(content)
    with unit(actor) as work:
        campaign = campaign_for_papers(work.session, actor, slug)
        said = {"sha256": digest, "file_name": name, "put_at": work.now, "put_by_name": actor.name}
        row = own_template(work.session, campaign.id, paper)
        if row is None:
            row = PaperTemplate(campaign_id=campaign.id, kind=paper, **said)
            work.add(row)
        for column, value in said.items():
            setattr(row, column, value)
        _record(work, Verb.PAPER_TEMPLATE_PUT, row)
    return row


def drop_template(actor: Actor, slug: str, paper: Paper) -> None:
    """Make a paper from the template that ships again.

    Raises:
        Missing: out of the office's reach, or it is made so already.
    """
    with unit(actor) as work:
        campaign = campaign_for_papers(work.session, actor, slug)
        row = own_template(work.session, campaign.id, paper)
        if row is None:
            raise Missing(f"template of {paper}")
        _record(work, Verb.PAPER_TEMPLATE_DROPPED, row)
        work.session.delete(row)


def _own(session: Session, campaign: Campaign, paper: Paper) -> bytes | None:
    row, store = own_template(session, campaign.id, paper), evidence_store()
    return store.path(row.sha256).read_bytes() if row is not None and store.holds(row.sha256) else None


def _refuse_other_than_word(name: str, content: bytes) -> None:
    new = NewDocument(content, name)
    refuse_file(new)
    if media_type(name, content) != WORD:
        words = _("Mẫu phải là tệp Word .docx; lưu lại thành .docx rồi tải lên")
        raise Invalid(FieldFault("file", "wrong_type", words))
    refuse_what_does_not_open(new)


def _fault(error: UnusableTemplate, field: str) -> FieldFault:
    if not error.unknown:
        words = _("Mẫu Word này không điền được; kiểm tra các dấu %(marks)s có đủ cặp", marks="{{ }}, {% %}")
        return FieldFault(field, "unusable", words)
    named = ", ".join(error.unknown[:MOST_NAMED])
    words = _("Mẫu có chỗ điền mà hệ thống không biết: %(names)s; sửa theo danh sách bên dưới", names=named)
    return FieldFault(field, "unknown", words)


def _record(work: UnitOfWork, verb: Verb, row: PaperTemplate) -> None:
    work.session.flush()
    after = {"kind": row.kind, "file_name": row.file_name, "sha256": row.sha256}
    work.record(verb, row, campaign=row.campaign_id, after=after)
