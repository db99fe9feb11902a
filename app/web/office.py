"""Pages of the province office about its campaigns: list, set-up, board, opening and closing. Holds no rule."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.campaign_clones import cloned
from app.campaign_files import bundled, bundled_slugs, dump
from app.database import db
from app.faults import FieldFault
from app.i18n.labels import label
from app.models import Campaign
from app.nudge_tables import taken_back_text
from app.queries.calendar_days import campaign_years, unconfirmed
from app.queries.campaign_plans import plan_of
from app.queries.contacts import unreached
from app.queries.ease import ease_of
from app.queries.nudges import nudges_of
from app.queries.progress import (
    BEHIND,
    LATE,
    MISSING,
    RUNNERS,
    UNREACHABLE,
    UNTOUCHED,
    Board,
    Wanted,
    board_of,
    campaigns_of,
)
from app.queries.reach import campaign_in_reach
from app.queries.standings_runs import run_lines
from app.services import campaign_texts
from app.web.forms import Form
from app.web.office_words import words
from workflows.vocabulary import Role, State

bp = Blueprint("office", __name__)
bp.context_processor(words)
MOST_NAMED = 10
MOST_NUDGES = 5
SPECIAL_STATES = {
    MISSING: _l("Quá hạn, chưa nộp"),
    BEHIND: _l("Quá hạn, còn nộp muộn được"),
    LATE: _l("Nộp muộn"),
    UNTOUCHED: _l("Chưa bắt đầu"),
    UNREACHABLE: _l("Không ai nhận được thư"),
}


class CampaignTextSchema(Schema):
    """What the set-up page sends: the text of a campaign file."""

    text = fields.String(load_default="")


class ConfirmSchema(Schema):
    """A page that asks once more and takes nothing else."""


@bp.get("/dot")
@allow(*RUNNERS)
def campaigns() -> str:
    """The campaigns of the reader's province."""
    found = campaigns_of(db.session(), current_actor())
    return render_template("office/campaigns.html", campaigns=found, is_office=_is_office())


@bp.route("/dot/moi", methods=["GET", "POST"])
@allow(Role.OFFICE)
def new_campaign() -> str | Response | tuple[str, int]:
    """Make a campaign from the text of a campaign file: pasted, uploaded, or cloned from another."""
    if request.method == "POST" and request.files.get("file"):
        return _text_page(_uploaded(request.files["file"]))
    form = Form(CampaignTextSchema(), {"text": _template_text(request.args.get("tu", ""))})
    made: list[Campaign] = []
    if request.method == "POST" and form.carry_out(lambda text: made.append(_create(text))):
        flash(_("Đã tạo đợt đánh giá. Xem lại các ngày trước khi mở."), "success")
        return redirect(url_for("office.board", slug=made[0].slug), 303)
    return _text_page(str(form["text"]), form.faults)


@bp.get("/dot/<slug>")
@allow(*RUNNERS)
def board(slug: str) -> str:
    """How a campaign comes along: its forms by state, who is missing, every unit."""
    campaign = _campaign(slug)
    wanted = _wanted(request.args)
    found = board_of(db.session(), campaign, wanted, clock.now())
    return render_template(
        "office/board.html",
        campaign=campaign,
        plan=plan_of(campaign),
        board=found,
        wanted=wanted,
        states=_states(found),
        kinds=[(kind.kind, label(kind.kind)) for kind in found.kinds],
        ease=ease_of(db.session(), campaign.id),
        runs=run_lines(db.session(), campaign),
        nudges=nudges_of(db.session(), campaign.id)[:MOST_NUDGES],
        taken_back_text=taken_back_text,
        is_office=_is_office(),
    )


@bp.route("/dot/<slug>/mo", methods=["GET", "POST"])
@allow(Role.OFFICE)
def open_campaign(slug: str) -> str | Response | tuple[str, int]:
    """Ask once more, then open a campaign."""
    return _confirmed(slug, "office/open.html", campaign_texts.open_campaign, _("Đã mở đợt và gửi thư mời."))


@bp.route("/dot/<slug>/ket-thuc", methods=["GET", "POST"])
@allow(Role.OFFICE)
def close_campaign(slug: str) -> str | Response | tuple[str, int]:
    """Ask once more, then close a campaign."""
    return _confirmed(
        slug, "office/close.html", campaign_texts.close_campaign, _("Đã kết thúc đợt đánh giá.")
    )


@bp.get("/dot/<slug>/tep")
@allow(*RUNNERS)
def campaign_file(slug: str) -> Response:
    """The campaign as a file that can be read, changed and loaded again."""
    campaign = _campaign(slug)
    headers = {"Content-Disposition": f'attachment; filename="{campaign.slug}.toml"'}
    return Response(campaign.plan, mimetype="application/toml", headers=headers)


def _campaign(slug: str) -> Campaign:
    return campaign_in_reach(db.session(), slug, current_actor(), RUNNERS)


def _is_office() -> bool:
    return bool(current_actor().units(Role.OFFICE))


def _create(text: str) -> Campaign:
    return campaign_texts.create_from_text(current_actor(), text)


def _confirmed(slug: str, template: str, act: Any, done: str) -> str | Response | tuple[str, int]:
    campaign = campaign_in_reach(db.session(), slug, current_actor(), {Role.OFFICE})
    form = Form(ConfirmSchema())
    if request.method == "POST" and form.carry_out(lambda: act(current_actor(), slug)):
        flash(done, "success")
        return redirect(url_for("office.board", slug=slug), 303)
    page = render_template(
        template,
        campaign=campaign,
        plan=plan_of(campaign),
        errors=form.errors,
        unconfirmed=unconfirmed(db.session(), campaign_years(campaign)),
        silent=unreached(db.session(), campaign, clock.now()),
        most_named=MOST_NAMED,
        deadlines=board_of(db.session(), campaign, Wanted(), clock.now()).kinds,
    )
    return (page, 422) if form.errors else page


def _text_page(text: str, faults: tuple[FieldFault, ...] = ()) -> str | tuple[str, int]:
    page = render_template(
        "office/new.html",
        text=text,
        places=faults,
        errors={"text": _in_words(faults)} if faults else {},
        sources=_sources(),
        chosen=request.args.get("tu", ""),
    )
    return (page, 422) if faults else page


def _in_words(faults: tuple[FieldFault, ...]) -> str:
    if len(faults) == 1:
        return faults[0].message
    return str(_("Tệp có %(count)s chỗ cần sửa, ghi ở ngay trên ô nội dung", count=len(faults)))


def _uploaded(file: FileStorage) -> str:
    # What is no text shows as such in the page; the reader of campaign files says what is wrong with it.
    return file.read(campaign_texts.LONGEST_TEXT + 1).decode("utf-8-sig", "replace").replace("\x00", "")


def _sources() -> list[tuple[str, str]]:
    own = [(one.slug, one.name) for one in campaigns_of(db.session(), current_actor())]
    known = {slug for slug, _name in own}
    return own + [(slug, bundled(slug).name) for slug in bundled_slugs() if slug not in known]


def _template_text(slug: str) -> str:
    """The file to begin with: a campaign of the reader's, moved to this year, or one that comes with the program."""
    if slug not in dict(_sources()):
        return ""
    own = {one.slug for one in campaigns_of(db.session(), current_actor())}
    plan = plan_of(_campaign(slug)) if slug in own else bundled(slug)
    year = clock.now().year
    return dump(cloned(plan, year if year != plan.year else year + 1))


def _wanted(arguments: Mapping[str, str]) -> Wanted:
    parent = arguments.get("huyen", "")
    return Wanted(
        kind=arguments.get("cap", ""),
        parent=int(parent) if parent.isascii() and parent.isdigit() and len(parent) < 10 else None,
        state=arguments.get("trang-thai", ""),
        search=arguments.get("tim", "")[:100],
    )


def _states(found: Board) -> list[tuple[str, str]]:
    there = {state for kind in found.kinds for state, _count in kind.states}
    named = [(state.value, label(state)) for state in State if state in there]
    return [("", _("Tất cả")), *((code, str(words)) for code, words in SPECIAL_STATES.items()), *named]
