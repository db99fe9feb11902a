"""The office's list of files that several units of a campaign handed in. Holds no rule."""

from flask import Blueprint, render_template

from app.access import allow, current_actor
from app.database import db
from app.queries.evidence import shared_files
from app.queries.progress import RUNNERS
from app.queries.reach import campaign_in_reach
from workflows.vocabulary import Role

bp = Blueprint("office_evidence", __name__)


@bp.get("/dot/<slug>/tep-chung")
@allow(*RUNNERS)
def shared(slug: str) -> str:
    """Files that more than one unit handed in."""
    actor = current_actor()
    campaign = campaign_in_reach(db.session(), slug, actor, RUNNERS)
    return render_template(
        "office/shared_files.html",
        campaign=campaign,
        files=shared_files(db.session(), campaign, actor),
        is_office=bool(actor.units(Role.OFFICE)),
    )
