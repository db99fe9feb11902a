"""Many forms in Excel at once: fetch them, send them in, see how far it has come, look, write, undo. Views decide nothing."""

from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.i18n.labels import label
from app.models import BatchState, BatchTask, Campaign, UnitKind, WorkbookBatch
from app.queries.consolidation import board_of
from app.queries.reach import campaign_in_reach
from app.queries.workbook_batches import Scope, batch_in_reach, batches_of, consolidators_of, imports_in
from app.services import workbook_batches
from app.services.batch_writing import held_up_files, standing
from app.services.drafts import edit_refusal
from app.web import inputs
from app.web.forms import Form
from workflows.vocabulary import Role

bp = Blueprint("batches", __name__)
OFFICE = frozenset({Role.OFFICE})
READING = (Role.CONSOLIDATOR, Role.OFFICE)
DISTRICT_PAGE, OFFICE_PAGE = "/huyen/excel/<int:campaign_id>", "/dot/<slug>/excel"
BATCH = "/excel/<int:batch_id>"
REFRESH_SECONDS = 3
LONGEST = 255
TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
MAKING = (BatchTask.SHEETS, BatchTask.ZIP)
Page = str | Response | tuple[str, int]


class MakeSchema(Schema):
    """What to make: one workbook with a sheet for each unit, or a .zip; and of which units."""

    task = fields.String(
        required=True,
        error_messages={"required": [_l("Chọn một cách tải")]},
        validate=validate.OneOf(MAKING, error=str(_l("Chọn một cách tải"))),
    )
    scope = fields.String(load_default="", validate=validate.Length(max=40))


class FileSchema(Schema):
    """Which file of a batch is meant; all of them where none is named."""

    file = fields.String(load_default="", validate=validate.Length(max=LONGEST))


@bp.route(DISTRICT_PAGE, methods=["GET", "POST"])
@allow(Role.CONSOLIDATOR)
def district(campaign_id: int) -> Page:
    """The forms that a consolidator leads: fetch them, send them in."""
    board = board_of(db.session(), current_actor(), campaign_id, inputs.number_of("don_vi"))
    here = url_for("batches.district", campaign_id=campaign_id, don_vi=board.consolidator.id)
    scopes = [(f"u{board.consolidator.id}", board.consolidator.full_name)]
    return _begin(board.campaign, here, scopes, back=(url_for("consolidation.board"), _("Theo dõi đơn vị")))


@bp.route(OFFICE_PAGE, methods=["GET", "POST"])
@allow(Role.OFFICE)
def office(slug: str) -> Page:
    """The forms of a whole campaign, of a kind of unit or of a district: fetch them, send them in."""
    campaign = campaign_in_reach(db.session(), slug, current_actor(), OFFICE)
    kinds = [(f"k{one.unit_kind}", label(UnitKind(one.unit_kind))) for one in campaign.kinds]
    units = [(f"u{unit}", name) for unit, name in consolidators_of(db.session(), campaign)]
    scopes = [("", str(_("Tất cả đơn vị"))), *kinds, *units]
    here = url_for("batches.office", slug=slug)
    return _begin(campaign, here, scopes, back=(url_for("office.board", slug=slug), _("Tiến độ")))


@bp.get(BATCH)
@allow(*READING)
def show(batch_id: int) -> Page:
    """How far a batch has come, or what came of it."""
    return _page(batch_id, {})


@bp.get(f"{BATCH}/tai")
@allow(*READING)
def download(batch_id: int) -> Response:
    """The file that was made."""
    row = batch_in_reach(db.session(), current_actor(), batch_id)
    store = workbook_batches.bundle_store()
    if row.task not in MAKING or not row.sha256 or not store.holds(row.sha256):
        raise Missing(f"file of workbook batch {batch_id}")
    return _sent(store.path(row.sha256).read_bytes(), row.file_name)


@bp.get(f"{BATCH}/cho-sua.xlsx")
@allow(*READING)
def marked(batch_id: int) -> Response:
    """A file that was sent in, with every wrong cell marked."""
    row = batch_in_reach(db.session(), current_actor(), batch_id)
    file = request.args.get("tep", "")
    name = file.rpartition("/")[2]
    return _sent(workbook_batches.marked_file(row, file), f"cho-sua-{name}")


@bp.post(f"{BATCH}/ghi")
@allow(*READING)
def write(batch_id: int) -> Page:
    """Write what was shown."""
    return _carry_out(batch_id, workbook_batches.ask_to_write)


@bp.post(f"{BATCH}/hoan-tac")
@allow(*READING)
def undo(batch_id: int) -> Page:
    """Give back what was there before."""
    return _carry_out(batch_id, workbook_batches.ask_to_undo)


@bp.post(f"{BATCH}/chay-lai")
@allow(*READING)
def again(batch_id: int) -> Page:
    """Begin anew what ended with a fault."""
    return _carry_out(batch_id, lambda actor, key, _file: workbook_batches.try_again(actor, key))


def _begin(campaign: Campaign, here: str, scopes: list[tuple[str, str]], *, back: tuple[str, str]) -> Page:
    is_upload = "file" in request.files
    form = Form(FileSchema() if is_upload else MakeSchema(), {"task": BatchTask.SHEETS})
    asked: list[WorkbookBatch] = []
    act = _send_in if is_upload else partial(_make, scopes=scopes)
    if request.method == "POST" and form.carry_out(act, campaign=campaign, asked=asked):
        return redirect(url_for("batches.show", batch_id=asked[0].id), 303)
    page = render_template(
        "batches/begin.html",
        campaign=campaign,
        here=here,
        back=back,
        scopes=scopes,
        form=form,
        errors=form.errors,
        earlier=batches_of(db.session(), current_actor(), campaign),
        task_words=task_words,
        for_office=request.endpoint == "batches.office",
    )
    return (page, 422) if form.errors else page


def _make(
    *, task: str, scope: str, campaign: Campaign, scopes: list[tuple[str, str]], asked: list[WorkbookBatch]
) -> None:
    known = {value for value, _words in scopes}
    chosen = scope if scope in known else scopes[0][0]
    wanted = Scope(
        consolidator=int(chosen[1:]) if chosen.startswith("u") else None,
        kind=chosen[1:] if chosen.startswith("k") else "",
    )
    asked.append(workbook_batches.ask_for_books(current_actor(), campaign, BatchTask(task), wanted))


def _send_in(*, file: str, campaign: Campaign, asked: list[WorkbookBatch]) -> None:
    sent = request.files["file"]
    content = sent.read(workbook_batches.LARGEST + 1)
    actor = current_actor()
    asked.append(
        workbook_batches.send_in(actor, campaign, file_name=sent.filename or file or "tep", content=content)
    )


def _carry_out(batch_id: int, act: Any) -> Page:
    form = Form(FileSchema())

    def carried(*, file: str) -> None:
        act(current_actor(), batch_id, file)

    if form.carry_out(carried):
        row = batch_in_reach(db.session(), current_actor(), batch_id)
        if row.state == BatchState.DONE and not row.fault:
            flash(task_words(row), "success")
        return redirect(url_for("batches.show", batch_id=batch_id), 303)
    return _page(batch_id, form.errors)


def _page(batch_id: int, errors: dict[str, str]) -> Page:
    row = batch_in_reach(db.session(), current_actor(), batch_id)
    campaign = db.session.get_one(Campaign, row.campaign_id)
    at_work = row.state in workbook_batches.AT_WORK
    stopped = not at_work or request.args.get("tai-lai") == "0"
    page = render_template(
        "batches/show.html",
        row=row,
        campaign=campaign,
        back=_back(campaign),
        errors=errors,
        at_work=at_work,
        stopped=stopped,
        made=row.task in MAKING,
        kept_until=row.asked_at + workbook_batches.KEPT,
        lines=[] if row.task in MAKING else _lines(row),
        task_words=task_words,
    )
    headers = {} if stopped else {"Refresh": str(REFRESH_SECONDS)}
    return Response(page, status=422 if errors else 200, mimetype="text/html", headers=headers)


def _back(campaign: Campaign) -> tuple[str, str]:
    if current_actor().units(Role.OFFICE):
        return url_for("batches.office", slug=campaign.slug), str(_("Excel cho nhiều đơn vị"))
    return url_for("batches.district", campaign_id=campaign.id), str(_("Excel cho nhiều đơn vị"))


def _lines(row: WorkbookBatch) -> list[dict[str, Any]]:
    """Each form of the batch: the import, how it stands, and the words for that."""
    found, now, actor = imports_in(db.session(), row.id), clock.now(), current_actor()
    held_up = held_up_files(row, found)
    lines = []
    for one in found:
        code = standing(one, actor, now, held_up)
        refusal = edit_refusal(one.submission, now)
        words = refusal.message if code == "closed" and refusal else str(STANDINGS[code])
        lines.append({"row": one, "standing": code, "words": words})
    return lines


def _sent(content: bytes, name: str) -> Response:
    kind = next((kind for suffix, kind in TYPES.items() if name.endswith(suffix)), TYPES[".xlsx"])
    response = send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


STANDINGS = {
    "written": _l("Đã ghi"),
    "undone": _l("Đã hoàn tác"),
    "wrong": _l("Sửa các ô có lỗi rồi nhập lại"),
    "held_up": _l("Chưa ghi: tệp còn chỗ cần sửa"),
    "others": _l("Chờ đơn vị ghi ở trang Excel của phiếu"),
    "closed": _l("Phiếu đã khóa"),
    "ready": _l("Sẵn sàng ghi"),
}
DOING = {
    BatchTask.SHEETS: _l("Đang lập một tệp Excel"),
    BatchTask.ZIP: _l("Đang lập gói .zip"),
    BatchTask.READ: _l("Đang đọc tệp"),
    BatchTask.WRITE: _l("Đang ghi vào phiếu"),
    BatchTask.UNDO: _l("Đang hoàn tác"),
}
DONE = {
    BatchTask.SHEETS: _l("Đã lập xong một tệp Excel"),
    BatchTask.ZIP: _l("Đã lập xong gói .zip"),
    BatchTask.READ: _l("Xem trước tệp nhiều đơn vị"),
    BatchTask.WRITE: _l("Đã ghi số liệu. Phiếu chưa nộp."),
    BatchTask.UNDO: _l("Đã hoàn tác lần nhập"),
}


def task_words(row: WorkbookBatch) -> str:
    """How far a batch has come, in words."""
    if row.state == BatchState.FAILED:
        return str(_("Không làm xong"))
    return str((DONE if row.state == BatchState.DONE else DOING)[BatchTask(row.task)])
