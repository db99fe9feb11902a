"""What became of a form: points side by side, and the unit's explanations. Holds no rule."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.queries.desk_results import is_decided, results_of
from app.queries.reach import READERS
from app.queries.verification import may_explain
from app.services import verification
from app.web.desk_forms import NoSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.forms import Form
from workflows.case import EXACT

Page = str | Response | tuple[str, int]


@bp.get(f"{FORM}/ket-qua")
@allow(*READERS)
def results(submission_id: int) -> Page:
    """Own, verified and approved points side by side, differences first."""
    return _results_page(opened(submission_id), Form(NoSchema()), {})


@bp.post(f"{FORM}/ket-qua/<code>")
@allow(*EXACT)
def explain(submission_id: int, code: str) -> Page:
    """Explain a score that was changed."""
    page = opened(submission_id)
    box = f"explain-{page.item(code).code}"
    form = Form(NoSchema())
    if form.carry_out(_explain, submission_id=submission_id, code=code, text=form[box]):
        flash(_("Đã gửi giải trình về tiêu chí %(code)s.", code=code), "success")
        return redirect(url_for("desk.results", submission_id=submission_id), 303)
    errors = {box if field == "text" else field: words for field, words in form.errors.items()}
    return _results_page(opened(submission_id), form, errors), 422


def _explain(*, submission_id: int, code: str, text: str) -> None:
    verification.explain(current_actor(), submission_id, code, text)


def _results_page(page: Opened, form: Form, errors: dict[str, str]) -> str:
    submission = page.desk.submission
    return show(
        "results",
        page,
        results=results_of(db.session(), page.desk),
        decided=is_decided(submission),
        explaining=page.mine and may_explain(db.session(), submission, clock.now()),
        form=form,
        errors=errors,
        wide=True,
    )
