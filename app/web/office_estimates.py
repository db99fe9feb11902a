"""Which units still stand on estimates, for the office. Holds no rule."""

from flask import Blueprint, render_template

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.queries.estimates import period_ended, standing_estimates
from app.queries.progress import RUNNERS
from app.queries.reach import campaign_in_reach
from app.web.office_words import words
from workflows.vocabulary import Role

bp = Blueprint("office_estimates", __name__)
bp.context_processor(words)


@bp.get("/dot/<slug>/so-uoc")
@allow(*RUNNERS)
def listed(slug: str) -> str:
    """The forms that were handed in and still hold estimates."""
    campaign = campaign_in_reach(db.session(), slug, current_actor(), RUNNERS)
    return render_template(
        "office/estimates.html",
        campaign=campaign,
        rows=standing_estimates(db.session(), campaign),
        is_office=bool(current_actor().units(Role.OFFICE)),
        ended=period_ended(campaign, clock.now()),
    )
