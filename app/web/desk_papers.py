"""The form on paper: to print from the page, and as a Word file; filled in or blank. Holds no rule."""

from flask import request
from werkzeug.wrappers import Response

from app import clock
from app.access import allow
from app.database import db
from app.models import Paper
from app.official_papers import qr_svg
from app.queries.reach import READERS
from app.services.paper_templates import filled
from app.web.desk_open import FORM, bp, opened, show
from app.web.desk_report import word_file
from app.web.paper_forms import HEADINGS, WORDS, for_word, paper_of

BLANK = "trang"


@bp.get(f"{FORM}/in")
@allow(*READERS)
def paper(submission_id: int) -> str:
    """The form laid out for paper; with ``?mau=trang`` without answers."""
    page = opened(submission_id)
    blank = request.args.get("mau") == BLANK
    facts = paper_of(db.session(), page.desk, clock.now(), blank=blank)
    drawn = qr_svg(facts["scanned"], title=facts["code"]) if facts["scanned"] else ""
    return show(
        "paper", page, paper=facts, drawn=drawn, blank=blank, words=WORDS, headings=HEADINGS, wide=True
    )


@bp.get(f"{FORM}/phieu.docx")
@allow(*READERS)
def word(submission_id: int) -> Response:
    """The same as a Word file."""
    page = opened(submission_id)
    blank = request.args.get("mau") == BLANK
    facts = paper_of(db.session(), page.desk, clock.now(), blank=blank)
    slug = page.desk.submission.campaign_unit.slug
    content = filled(db.session(), page.desk.submission.campaign, Paper.FORM, for_word(facts))
    return word_file(content, f"phieu-{slug}{'-trang' if blank else ''}.docx")
