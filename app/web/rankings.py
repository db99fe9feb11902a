"""Pages of ranking: runs, one run's standings and checks, approval, decision, publication. Holds no rule."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n import result_texts
from app.models import Campaign, RankingRun
from app.queries.progress import RUNNERS
from app.queries.reach import campaign_in_reach
from app.queries.standings_inputs import Part, inputs_of
from app.queries.standings_runs import numbered_run, run_lines
from app.services import rankings
from app.web.forms import Form
from app.web.inputs import day
from app.web.office_words import words
from app.web.run_pages import Asked, run_view, run_workbook
from workflows.vocabulary import Action, Role

bp = Blueprint("rankings", __name__, url_prefix="/dot/<slug>/xep-hang")
bp.context_processor(words)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class EmptySchema(Schema):
    """A form that carries nothing but its address."""


class ShownSchema(Schema):
    """The digest of what stood on the page."""

    shown = fields.String(load_default="")


class ApprovalSchema(ShownSchema):
    """An approval of what was shown, with words if there are any."""

    note = fields.String(load_default="")


class NoteSchema(Schema):
    """Words to go with a step back."""

    note = fields.String(load_default="")


class DecisionSchema(Schema):
    """Number, day and signer of the decision."""

    number = fields.String(load_default="")
    date = day()
    signer = fields.String(load_default="")


@bp.get("")
@allow(*RUNNERS)
def runs(slug: str) -> str | tuple[str, int]:
    """The runs of a campaign, and who is still waited for."""
    return _runs_page(_campaign(slug), {})


@bp.post("")
@allow(Role.OFFICE)
def make(slug: str) -> str | Response | tuple[str, int]:
    """Make a new run."""
    campaign, form = _campaign(slug), Form(EmptySchema())
    made: list[RankingRun] = []
    if form.carry_out(lambda: made.append(rankings.make_run(current_actor(), campaign.id))):
        flash(_("Đã lập bảng xếp hạng số %(number)s.", number=made[0].number), "success")
        return redirect(url_for("rankings.run", slug=slug, number=made[0].number), 303)
    return _runs_page(campaign, form.errors)


@bp.get("/<int:number>")
@allow(*RUNNERS)
def run(slug: str, number: int) -> str | tuple[str, int]:
    """One run: its standings, what to look at, and the steps that are the reader's."""
    return _page(_run(slug, number), {})


@bp.get("/<int:number>/tai")
@allow(*RUNNERS)
def workbook(slug: str, number: int) -> Response:
    """The whole run as a workbook, one sheet for each kind of unit."""
    found = _run(slug, number)
    name = f"xep-hang-{slug}-{number}.xlsx"
    return send_file(BytesIO(run_workbook(found)), SHEET, as_attachment=True, download_name=name)


@bp.post("/<int:number>/phe-duyet")
@allow(Role.APPROVER)
def approve(slug: str, number: int) -> Response | str | tuple[str, int]:
    """Approve what was shown."""
    return _step(slug, number, ApprovalSchema(), rankings.approve_run, _("Đã phê duyệt bảng xếp hạng."))


@bp.post("/<int:number>/rut-phe-duyet")
@allow(Role.APPROVER)
def withdraw(slug: str, number: int) -> Response | str | tuple[str, int]:
    """Take an approval back."""
    return _step(slug, number, NoteSchema(), rankings.withdraw_approval, _("Đã rút phê duyệt."))


@bp.post("/<int:number>/quyet-dinh")
@allow(Role.OFFICE)
def decide(slug: str, number: int) -> Response | str | tuple[str, int]:
    """Write down the decision."""
    return _step(slug, number, DecisionSchema(), rankings.record_decision, _("Đã ghi quyết định."))


@bp.post("/<int:number>/de-nghi")
@allow(Role.OFFICE)
def propose(slug: str, number: int) -> Response | str | tuple[str, int]:
    """Put a run forward for publication, as the first of two persons."""
    done = _("Đã đề nghị công bố. Người thứ hai của cơ quan chủ trì mở trang này và xác nhận.")
    return _step(slug, number, ShownSchema(), rankings.propose_publication, done)


@bp.route("/<int:number>/cong-bo", methods=["GET", "POST"])
@allow(Role.OFFICE)
def publish(slug: str, number: int) -> Response | str | tuple[str, int]:
    """Say once more what publishing means, then publish, as the second of two persons."""
    found = _run(slug, number)
    form = Form(ShownSchema())
    if request.method == "POST" and form.carry_out(_acting(rankings.publish, found)):
        flash(_("Đã công bố kết quả. Thư báo kết quả đang được gửi đến các đơn vị."), "success")
        return redirect(url_for("rankings.run", slug=slug, number=number), 303)
    view = run_view(found, Asked(), current_actor(), clock.now())
    page = render_template(
        "office/publish.html",
        campaign=found.campaign,
        run=found,
        view=view,
        offer=view.offers.get(Action.PUBLISH),
        errors=_placed(form.errors),
    )
    return (page, 422) if form.errors else page


def _step(
    slug: str, number: int, schema: Schema, act: Callable[..., Any], done: str
) -> Response | str | tuple[str, int]:
    found = _run(slug, number)
    form = Form(schema)
    if form.carry_out(_acting(act, found)):
        flash(done, "success")
        return redirect(url_for("rankings.run", slug=slug, number=number), 303)
    return _page(found, form.errors, form)


def _acting(act: Callable[..., Any], found: RankingRun) -> Callable[..., Any]:
    return lambda **given: act(current_actor(), found.id, **given)


def _runs_page(campaign: Campaign, errors: dict[str, str]) -> str | tuple[str, int]:
    inputs = inputs_of(db.session(), campaign, clock.now())
    page = render_template(
        "office/runs.html",
        campaign=campaign,
        runs=run_lines(db.session(), campaign),
        awaited=inputs.of_part(Part.AWAITED),
        silent=inputs.of_part(Part.SILENT),
        counted=len(inputs.of_part(Part.COUNTED)),
        errors=_placed({key: words for key, words in errors.items() if not key.startswith("units.")}),
        is_office=_is_office(),
    )
    return (page, 422) if errors else page


def _placed(errors: dict[str, str]) -> dict[str, str]:
    """Messages about the run as a whole lead to no field."""
    return {"" if field == "run" else field: words for field, words in errors.items()}


def _is_office() -> bool:
    return bool(current_actor().units(Role.OFFICE))


def _campaign(slug: str) -> Campaign:
    return campaign_in_reach(db.session(), slug, current_actor(), RUNNERS)


def _run(slug: str, number: int) -> RankingRun:
    return numbered_run(db.session(), _campaign(slug), number)


def _page(found: RankingRun, errors: dict[str, str], sent: Form | None = None) -> str | tuple[str, int]:
    view = run_view(found, Asked.of(request.args), current_actor(), clock.now())
    page = render_template(
        "office/run.html",
        campaign=found.campaign,
        run=found,
        view=view,
        offers=view.offers,
        Action=Action,
        sent=sent.raw if sent else {},
        errors=_placed(errors),
        is_office=_is_office(),
        texts=result_texts,
        illustrative=view.kind.illustrative,
    )
    return (page, 422) if errors else page
