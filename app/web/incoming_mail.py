"""The page of letters that came in. Holds no rule."""

from flask import Blueprint, render_template

from app import current
from app.access import allow, current_actor
from app.database import db
from app.i18n.labels import label
from app.models import LetterOutcome
from app.queries.incoming_mail import MOST, letters
from app.queries.mail import READERS
from app.web.office_words import words

bp = Blueprint("incoming_mail", __name__, url_prefix="/thu/den")
bp.context_processor(words)


@bp.get("")
@allow(*READERS)
def show() -> str:
    """The newest letters with workbooks, and what became of each."""
    return render_template(
        "mail/incoming.html",
        letters=letters(db.session(), current_actor()),
        is_on=bool(current.settings().imap_url),
        most=MOST,
        outcome=lambda letter: label(LetterOutcome(letter.outcome)),
    )
