"""The form on paper: to print from the page, and as a Word file; filled in or blank. Holds no rule."""

from io import BytesIO

from flask import request, send_file
from werkzeug.wrappers import Response

from app import clock
from app.access import allow
from app.database import db
from app.official_papers import TEMPLATES, qr_svg, write_paper
from app.queries.reach import READERS
from app.web.desk_open import FORM, bp, opened, show
from app.web.paper_forms import HEADINGS, WORDS, for_word, paper_of
from criteria.papers import WORD

TEMPLATE = TEMPLATES / "phieu-tu-danh-gia.docx"
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
    response = send_file(
        BytesIO(write_paper(TEMPLATE, for_word(facts))),
        mimetype=WORD,
        as_attachment=True,
        download_name=f"phieu-{slug}{'-trang' if blank else ''}.docx",
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
