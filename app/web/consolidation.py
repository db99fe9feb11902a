"""The consolidator's pages: who is late, one form to read and send back, the package. Views decide nothing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.labels import closing_text, date_text, label, wording_text
from app.models import CampaignStatus, Submission
from app.queries.consolidation import Board, Progress, board_of, boards, sums_of
from app.queries.desk import Desk, desk_of
from app.queries.evidence import elsewhere
from app.queries.offers import offers_for
from app.queries.packages import packages_of
from app.queries.reach import submission_in_reach
from app.queries.urging import last_mails
from app.services import packages, submissions
from app.web import inputs, internal_dates, nudges, received, zalo
from app.web.claims import claim_of, lacks_evidence, replacements_of
from app.web.forms import Form
from app.web.signed import signed_facts
from workflows.deadlines import Timetable, local_day
from workflows.vocabulary import Action, Role

bp = Blueprint("consolidation", __name__)
bp.register_blueprint(received.bp)
bp.register_blueprint(internal_dates.bp)
bp.register_blueprint(nudges.bp)
READING = frozenset({Role.CONSOLIDATOR, Role.OFFICE})
Page = str | Response | tuple[str, int]


class SendBackSchema(Schema):
    """What sending a form back asks, beside the remarks."""

    note = fields.String(**inputs.required(_l("Nhập lý do trả lại")))
    due = inputs.day()
    version = inputs.version()


class SendSchema(Schema):
    """What sending a package asks."""

    note = fields.String(load_default="")
    shown = inputs.Versions(required=True, error_messages=inputs.UNFIT)
    confirmed = fields.Boolean(load_default=False)


@bp.get("/huyen")
@allow(Role.CONSOLIDATOR)
def board() -> str:
    """Who has submitted, who is working, who has not begun, in every open campaign."""
    session, actor = db.session(), current_actor()
    shown = boards(session, actor, statuses=(CampaignStatus.OPEN,))
    wanted, now = request.args.get("loc", ""), clock.now()
    return render_template(
        "consolidation/board.html",
        boards=shown,
        closed=boards(session, actor, statuses=(CampaignStatus.CLOSED,)),
        deadlines=[deadline(one.timetable) for one in shown],
        texts=[zalo.of_board(one, now) for one in shown],
        last=last_mails(session, [row.submission.id for one in shown for row in one.missing]),
        date_text=date_text,
        label=label,
        chosen=wanted if wanted in set(Progress) else "",
        now=now,
    )


@bp.route("/huyen/phieu/<int:form_id>", methods=["GET", "POST"])
@allow(*READING)
def reading(form_id: int) -> Page:
    """One form, group by group, with remarks for sending it back."""
    submission = submission_in_reach(db.session(), form_id, current_actor(), READING)
    desk = desk_of(db.session(), submission)
    form = Form(SendBackSchema(), _prefilled(submission, desk.timetable))
    if request.method == "POST" and form.carry_out(_send_back, form_id=form_id, remarks=_remarks(form, desk)):
        flash(_("Đã trả lại phiếu của %(unit)s", unit=submission.campaign_unit.full_name), "success")
        return redirect(_after_reading(form_id), 303)
    page = render_template(
        "consolidation/form.html",
        desk=desk,
        form=form,
        errors=form.errors,
        **signed_facts(submission),
        marked=set(form.raw.getlist("mark")),
        remarked=len(_remarks(form, desk)),
        only_lacking=request.args.get("loc") == "thieu",
        may_send_back=_offered(submission, Action.SEND_BACK),
        moves=submission.moves,
        claim_of=claim_of,
        replacements_of=replacements_of,
        elsewhere=elsewhere(db.session(), submission, current_actor()),
        lacking={item.code for item in desk.items() if lacks_evidence(item)},
    )
    return (page, 422) if form.errors else page


@bp.route("/huyen/tong-hop/<int:campaign_id>", methods=["GET", "POST"])
@allow(Role.CONSOLIDATOR)
def package(campaign_id: int) -> Page:
    """What the forms add up to, what is missing, what was sent; and sending it."""
    found = board_of(db.session(), current_actor(), campaign_id, inputs.number_of("don_vi"))
    form = Form(SendSchema(), {"shown": _shown(found)})
    if request.method == "POST" and _must_ask(form, found):
        return render_template("consolidation/confirm.html", board=found, form=form, shown=form["shown"])
    if request.method == "POST" and form.carry_out(_send, board=found):
        flash(_("Đã gửi hồ sơ tổng hợp cho cơ quan chủ trì"), "success")
        return redirect(_package_address(found), 303)
    page = render_template(
        "consolidation/package.html",
        board=found,
        form=form,
        errors=form.errors,
        shown=_shown(found),
        deadline=deadline(found.timetable),
        sums=sums_of(db.session(), found),
        sent=packages_of(db.session(), campaign_id, found.consolidator.id),
    )
    return (page, 422) if form.errors else page


def deadline(timetable: Timetable) -> tuple[str, str, str]:
    """The letter's wording, the last moment that it means, and until when a package is still taken late."""
    late = ""
    if timetable.package_closes > timetable.package_due_at:
        late = _("Hồ sơ gửi muộn còn được nhận %(last)s.", last=closing_text(timetable.package_closes))
    due = timetable.package_due or timetable.due
    return wording_text(due), closing_text(timetable.package_due_at), late


def _send_back(*, form_id: int, **given: Any) -> Submission:
    return submissions.send_back(current_actor(), form_id, **given)


def _prefilled(submission: Submission, timetable: Timetable) -> dict[str, Any]:
    # As long as there is time, the deadline itself is the day through which to repair.
    last = timetable.due.last_day
    due = f"{last:%d/%m/%Y}" if last >= local_day(clock.now(), timetable.due.zone) else ""
    return {"version": submission.version, "due": due}


def _remarks(form: Form, desk: Desk) -> dict[str, str]:
    marked = set(form.raw.getlist("mark"))
    typed = {item.code: str(form[f"remark-{item.code}"]) for item in desk.items()}
    return {code: text for code, text in typed.items() if code in marked or text.strip()}


def _offered(submission: Submission, action: Action) -> bool:
    offers = offers_for(db.session(), submission, current_actor(), clock.now())
    return any(offer.action is action for offer in offers)


def _after_reading(form_id: int) -> str:
    if any(grant.role is Role.CONSOLIDATOR for grant in current_actor().grants):
        return url_for("consolidation.board")
    return url_for("consolidation.reading", form_id=form_id)


def _send(*, board: Board, note: str, shown: dict[int, int], confirmed: bool) -> None:
    del confirmed  # asked before, never by the service: the note is what it needs
    packages.consolidate(current_actor(), board.campaign.id, board.consolidator.id, note=note, shown=shown)


def _must_ask(form: Form, board: Board) -> bool:
    """Is this a package with gaps, explained but not confirmed yet?"""
    if form.faults or not board.missing or not board.ready:
        return False
    return bool(form.data["note"].strip()) and not form.data["confirmed"]


def _shown(board: Board) -> str:
    return inputs.versions_text({row.submission.id: row.submission.version for row in board.ready})


def _package_address(board: Board) -> str:
    several = len(current_actor().units(Role.CONSOLIDATOR)) > 1
    more: dict[str, Any] = {"don_vi": board.consolidator.id} if several else {}
    return url_for("consolidation.package", campaign_id=board.campaign.id, **more)
