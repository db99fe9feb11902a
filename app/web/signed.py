"""What every reader of a form is shown of its head's agreement and of its signed papers. Holds no rule."""

from typing import Any

from app import clock
from app.database import db
from app.models import Submission
from app.queries.sign_off import sign_off_of
from app.queries.signed_papers import papers_of


def signed_facts(submission: Submission) -> dict[str, Any]:
    """``sign_off`` (none where the campaign asks for no agreement) and ``papers``, for a page about a form."""
    return {
        "sign_off": sign_off_of(db.session(), submission, clock.now()),
        "papers": papers_of(db.session(), submission),
    }
