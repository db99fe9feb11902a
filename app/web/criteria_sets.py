"""Pages of the office about criteria sets: versions, drafts with what they change, publication. Holds no rule."""

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.demo_sets import SETS, bundled_set
from app.faults import Missing
from app.i18n.criteria_texts import ASPECTS, COMPARABLE, ENTERED_BY, SETTINGS
from app.i18n.labels import label
from app.i18n.rule_texts import rule_texts
from app.models import OfficeImport, OfficeImportKind, StoredCriteriaSet, UnitKind
from app.queries.campaign_plans import plan_of
from app.queries.criteria_sets import stored_set
from app.queries.criteria_versions import last_version, set_in_reach, versions_in_reach
from app.queries.office_imports import import_in_reach, imports_in_reach
from app.queries.reach import campaign_in_reach
from app.services import criteria_drafts, office_imports
from app.services.office_imports import SentFile
from app.web.forms import Form
from app.web.inputs import version as shown_version
from app.web.office_words import words
from criteria.codec import from_json
from criteria.differences import compare
from criteria.model import CriteriaSet
from workflows.vocabulary import Role

bp = Blueprint("criteria_sets", __name__)
bp.context_processor(words)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND = (OfficeImportKind.CRITERIA,)
Page = str | Response | tuple[str, int]


class NoSchema(Schema):
    """A form that carries nothing but its address, or a file."""


class PublishSchema(Schema):
    """The version a draft was compared with, and the number of the decision that issues it."""

    base = fields.String(load_default="")
    decision = fields.String(load_default="")


class ChoiceSchema(Schema):
    """A set for one kind of unit of a campaign in preparation."""

    kind = fields.String(load_default="")
    set = fields.Integer(load_default=0)
    version = shown_version()


@bp.get("/bo-tieu-chi")
@allow(Role.OFFICE)
def index() -> Page:
    """The versions that there are, drafts, and where to begin."""
    return _index({})


@bp.post("/bo-tieu-chi")
@allow(Role.OFFICE)
def upload() -> Page:
    """Take a file in as a draft."""
    form, taken = Form(NoSchema()), []
    if form.carry_out(lambda: taken.append(criteria_drafts.upload_draft(current_actor(), sent_file()))):
        return redirect(url_for("criteria_sets.draft", import_id=taken[0].id), 303)
    return _index(form.errors), 422


@bp.get("/bo-tieu-chi/<int:set_id>")
@allow(Role.OFFICE)
def version(set_id: int) -> Page:
    """One version as a readable tree, and who uses it."""
    found = set_in_reach(db.session(), set_id, current_actor())
    return render_template(
        "criteria/version.html", found=found, criteria_set=stored_set(found.stored), **_words()
    )


@bp.get("/bo-tieu-chi/<int:set_id>/tep.<any(xlsx, json):form>")
@allow(Role.OFFICE)
def version_file(set_id: int, form: str) -> Response:
    """One version to edit in Excel, or as canonical JSON."""
    stored = set_in_reach(db.session(), set_id, current_actor()).stored
    return _file(stored_set(stored), f"{stored.code}-{stored.digest[:8]}", form, stored)


@bp.get("/bo-tieu-chi/mau/<string:name>.<any(xlsx, json):form>")
@allow(Role.OFFICE)
def bundled_file(name: str, form: str) -> Response:
    """A set that comes with the program, to begin from."""
    if name not in {path.stem for path in SETS.glob("*.json")}:
        raise Missing(f"bundled set {name}")
    return _file(bundled_set(f"{name}.json"), f"mau-{name}", form)


@bp.get("/bo-tieu-chi/ban-nhap/<int:import_id>")
@allow(Role.OFFICE)
def draft(import_id: int) -> Page:
    """A draft: what is wrong, what it changes, the whole as a tree."""
    return _draft_page(import_in_reach(db.session(), import_id, current_actor(), KIND), {})


@bp.post("/bo-tieu-chi/ban-nhap/<int:import_id>")
@allow(Role.OFFICE)
def edit_draft(import_id: int) -> Page:
    """Put an edited file in a draft's place."""
    form, taken = Form(NoSchema()), []
    row = import_in_reach(db.session(), import_id, current_actor(), KIND)
    if form.carry_out(
        lambda: taken.append(criteria_drafts.upload_draft(current_actor(), sent_file(), replaces=import_id))
    ):
        return redirect(url_for("criteria_sets.draft", import_id=taken[0].id), 303)
    return _draft_page(row, form.errors), 422


@bp.post("/bo-tieu-chi/ban-nhap/<int:import_id>/ban-hanh")
@allow(Role.OFFICE)
def publish(import_id: int) -> Page:
    """Make a draft a version for good."""
    form, made = Form(PublishSchema()), []
    row = import_in_reach(db.session(), import_id, current_actor(), KIND)
    if form.carry_out(
        lambda **given: made.append(criteria_drafts.publish_draft(current_actor(), import_id, **given))
    ):
        flash(_("Đã ban hành. Bản này không đổi nữa; chọn nó ở trang đợt đánh giá đang chuẩn bị."), "success")
        return redirect(url_for("criteria_sets.version", set_id=made[0].id), 303)
    return _draft_page(row, form.errors), 422


@bp.post("/bo-tieu-chi/ban-nhap/<int:import_id>/bo")
@allow(Role.OFFICE)
def withdraw(import_id: int) -> Page:
    """Put a draft aside."""
    form = Form(NoSchema())
    row = import_in_reach(db.session(), import_id, current_actor(), KIND)
    if form.carry_out(lambda: office_imports.withdraw(current_actor(), import_id)):
        flash(_("Đã bỏ bản nháp."), "success")
        return redirect(url_for("criteria_sets.index"), 303)
    return _draft_page(row, form.errors), 422


@bp.route("/dot/<slug>/bo-tieu-chi", methods=["GET", "POST"])
@allow(Role.OFFICE)
def choose(slug: str) -> Page:
    """The sets of a campaign; while it is being prepared, another version may be chosen."""
    campaign, form = (
        campaign_in_reach(db.session(), slug, current_actor(), {Role.OFFICE}),
        Form(ChoiceSchema()),
    )
    if request.method == "POST" and form.carry_out(lambda **given: _choose(slug, **given)):
        flash(_("Đã ghi bộ tiêu chí của đợt."), "success")
        return redirect(url_for("criteria_sets.choose", slug=slug), 303)
    found = versions_in_reach(db.session(), current_actor())
    page = render_template(
        "criteria/choose.html",
        campaign=campaign,
        plan=plan_of(campaign),
        versions=found,
        numbers={one.stored.id: one.number for one in found},
        errors=form.errors,
    )
    return (page, 422) if form.errors else page


def sent_file() -> SentFile:
    """The file of the request; an empty one where none came."""
    file = request.files.get("file")
    content = file.read(office_imports.LARGEST + 1) if file is not None else b""
    return SentFile((file.filename if file is not None else None) or "", content)


def _choose(slug: str, *, kind: str, set: int, version: int) -> None:  # noqa: A002 - the field is called so
    criteria_drafts.choose_set(current_actor(), slug, kind, set, version=version)


def _index(errors: dict[str, str]) -> str:
    session, actor = db.session(), current_actor()
    return render_template(
        "criteria/index.html",
        versions=versions_in_reach(session, actor),
        drafts=imports_in_reach(session, actor, OfficeImportKind.CRITERIA),
        bundled=[(path.stem, bundled_set(path.name)) for path in sorted(SETS.glob("*.json"))],
        kind_words=_kind_words,
        errors=errors,
    )


def _kind_words(kind: str) -> str:
    return label(UnitKind(kind)) if kind in list(UnitKind) else kind


def _draft_page(row: OfficeImport, errors: dict[str, str]) -> str:
    known = from_json(row.document) if row.document else None
    last = last_version(db.session(), current_actor(), known.code) if known else None
    return render_template(
        "criteria/draft.html",
        row=row,
        criteria_set=known,
        last=last,
        difference=compare(stored_set(last.stored) if last else None, known) if known else None,
        errors=errors,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "rule_texts": rule_texts,
        "aspects": ASPECTS,
        "comparable": COMPARABLE,
        "settings": SETTINGS,
        "entered_by": ENTERED_BY,
    }


def _file(known: CriteriaSet, name: str, form: str, stored: StoredCriteriaSet | None = None) -> Response:
    if form == "json":
        text = stored.document if stored else (SETS / f"{name.removeprefix('mau-')}.json").read_text("utf-8")
        headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
        return Response(text, mimetype="application/json", headers=headers)
    content = BytesIO(criteria_drafts.workbook_of(known))
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")
