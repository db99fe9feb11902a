"""Pages of the office about the Word templates of a campaign's papers. Holds no rule."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.i18n.labels import label
from app.models import Campaign, Paper
from app.paper_samples import sample_of
from app.queries.paper_templates import campaign_for_papers, own_templates
from app.services import paper_templates
from app.web.desk_report import word_file
from app.web.forms import Form
from app.web.office_words import words
from workflows.vocabulary import Role

bp = Blueprint("office_papers", __name__, url_prefix="/dot/<slug>/mau-van-ban")
bp.context_processor(words)
PAPER = "/<kind>"
Page = str | Response | tuple[str, int]


class NoSchema(Schema):
    """A form that carries nothing but its address, or a file."""


@bp.get("")
@allow(Role.OFFICE)
def papers(slug: str) -> Page:
    """Every paper: which template it is made from, and how to change that."""
    return _page(_campaign(slug), {})


@bp.get(f"{PAPER}/mau.docx")
@allow(Role.OFFICE)
def template(slug: str, kind: str) -> Response:
    """The template as it is."""
    campaign, paper = _campaign(slug), _paper(kind)
    return word_file(paper_templates.template_bytes(db.session(), campaign, paper), f"mau-{kind}.docx")


@bp.get(f"{PAPER}/thu.docx")
@allow(Role.OFFICE)
def sample(slug: str, kind: str) -> Response:
    """The template filled with an example."""
    campaign, paper = _campaign(slug), _paper(kind)
    content = paper_templates.filled(db.session(), campaign, paper, sample_of(paper))
    return word_file(content, f"thu-{kind}.docx")


@bp.post(PAPER)
@allow(Role.OFFICE)
def put(slug: str, kind: str) -> Page:
    """Put the office's own file in the place of the template."""
    form, paper = Form(NoSchema()), _paper(kind)
    if form.carry_out(_put, slug=slug, paper=paper):
        flash(_("Đã thay mẫu. Văn bản tải về từ lúc này dùng mẫu mới."), "success")
        return redirect(url_for("office_papers.papers", slug=slug), 303)
    faults = {f"file-{kind}" if field == "file" else field: words for field, words in form.errors.items()}
    return _page(_campaign(slug), faults), 422


@bp.post(f"{PAPER}/goc")
@allow(Role.OFFICE)
def restore(slug: str, kind: str) -> Page:
    """Give up the office's own file for the template that ships."""
    paper_templates.drop_template(current_actor(), slug, _paper(kind))
    flash(_("Đã dùng lại mẫu kèm hệ thống."), "success")
    return redirect(url_for("office_papers.papers", slug=slug), 303)


def _put(*, slug: str, paper: Paper) -> None:
    file = request.files.get(f"file-{paper}")
    paper_templates.put_template(
        current_actor(),
        slug,
        paper,
        file_name=(file.filename if file is not None else None) or "",
        content=file.read() if file is not None else b"",
    )


def _page(campaign: Campaign, errors: dict[str, str]) -> str:
    return render_template(
        "office/papers.html",
        campaign=campaign,
        papers=[(paper, label(paper), sorted(sample_of(paper))) for paper in Paper],
        own=own_templates(db.session(), campaign.id),
        errors=errors,
        is_office=True,
    )


def _campaign(slug: str) -> Campaign:
    return campaign_for_papers(db.session(), current_actor(), slug)


def _paper(kind: str) -> Paper:
    if kind not in set(Paper):
        raise Missing(f"paper {kind}")
    return Paper(kind)
