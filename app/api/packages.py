"""Packages: a consolidator sends its forms together; the office may send a package back."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import fields
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.access import allow, current_actor
from app.api.fields import Entries, Instant, OneOf, Shape, Text, Whole
from app.api.resources import ROOT, ROW, Resources
from app.database import db
from app.faults import FieldFault, Invalid, Missing
from app.models import Campaign, Package, Unit
from app.queries.listings import readable_campaign
from app.queries.packages import late_forms
from app.queries.reach import STAFF
from app.services import packages
from app.services.submissions import LONGEST_NOTE
from workflows.case import Place
from workflows.vocabulary import Action, Role

bp = Resources("packages", "Packages of a consolidator")


class PackageRequest(Shape):
    """Whose package; a note where units are missing; and, if it is to count, the version of each form shown."""

    consolidator = Text(longest=64, least=1, required=True, metadata={"description": "Code of the unit."})
    note = Text(longest=LONGEST_NOTE, load_default="")
    shown = Entries(Whole(), metadata={"type": "object", "description": "Version by id of the form."})


class PackageMoveRequest(Shape):
    """The move to make with a package."""

    action = OneOf(Action, required=True, metadata={"enum": [Action.RETURN_PACKAGE]})
    note = Text(longest=LONGEST_NOTE, load_default="")


class GapShape(Shape):
    """A unit that is missing."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class PackageShape(Shape):
    """A package: who sent which forms, which units are missing, and which forms came late."""

    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    consolidator = fields.String(attribute="consolidator.code", required=True)
    consolidator_name = fields.String(attribute="consolidator.full_name", required=True)
    sent_at = Instant(required=True)
    sent_by = fields.String(attribute="sent_by_name", required=True)
    note = fields.String(required=True)
    gaps = fields.List(fields.Nested(GapShape), required=True)
    forms = fields.Function(
        lambda row: sorted(int(form) for form in row.pinned),
        required=True,
        metadata={"type": "array", "items": {"type": "integer"}},
    )
    late_forms = fields.Method(
        "late_of", required=True, metadata={"type": "array", "items": {"type": "integer"}}
    )
    returned_at = Instant(required=True, allow_none=True)

    def late_of(self, row: Package) -> list[int]:
        """The forms in it that were taken after their deadline."""
        return late_forms(db.session(), row)


class PackageListShape(Shape):
    """The packages of a campaign that the caller may see."""

    items = fields.List(fields.Nested(PackageShape), required=True)


@bp.get("/campaigns/<slug:campaign>/packages")
@allow(Role.CONSOLIDATOR, Role.TASK_FORCE, Role.OFFICE, Role.APPROVER)
@bp.response(200, PackageListShape)
def list_packages(campaign: str) -> dict[str, Any]:
    """The packages that the caller sent or that its office was sent, oldest first."""
    found = readable_campaign(db.session(), campaign, current_actor())
    rows = select(Package).where(Package.campaign_id == found.id).options(joinedload(Package.consolidator))
    if not _runs(found):
        rows = rows.where(or_(Package.consolidator_id.in_(current_actor().units(Role.CONSOLIDATOR))))
    return {"items": db.session.scalars(rows.order_by(Package.id)).all()}


@bp.post("/campaigns/<slug:campaign>/packages")
@allow(Role.CONSOLIDATOR)
@bp.arguments(PackageRequest)
@bp.response(201, PackageShape)
def send_package(given: dict[str, Any], campaign: str) -> tuple[Package, int, dict[str, str]]:
    """Send every form that was handed in, the consolidator's own with them."""
    found = readable_campaign(db.session(), campaign, current_actor())
    shown = _versions(given["shown"]) if "shown" in given else None
    sent = packages.consolidate(
        current_actor(), found.id, _consolidator(given["consolidator"]), note=given["note"], shown=shown
    )
    return sent, 201, {"Location": f"{ROOT}/packages/{sent.id}"}


@bp.get(f"/packages/<{ROW}:package>")
@allow(Role.CONSOLIDATOR, Role.TASK_FORCE, Role.OFFICE, Role.APPROVER)
@bp.response(200, PackageShape)
def show_package(package: int) -> Package:
    """One package."""
    return _reached(package)


@bp.post(f"/packages/<{ROW}:package>/moves")
@allow(Role.OFFICE)
@bp.arguments(PackageMoveRequest)
@bp.response(201, PackageShape)
def move_package(given: dict[str, Any], package: int) -> Package:
    """Send a package back, with the reason; each of its forms is a submitted one again."""
    _reached(package)
    if given["action"] is not Action.RETURN_PACKAGE:
        words = _("Chỉ trả lại được hồ sơ tổng hợp")
        raise Invalid(FieldFault("action", "other_scope", words))
    return packages.return_package(current_actor(), package, note=given["note"])


def _runs(campaign: Campaign) -> bool:
    return current_actor().holds_any(STAFF, over=Place(campaign.root_id, campaign.root.above))


def _reached(package: int) -> Package:
    row = db.session.get(Package, package)
    if row is None:
        raise Missing(f"package {package}")
    own = row.consolidator_id in current_actor().units(Role.CONSOLIDATOR)
    if not own and not _runs(db.session.get_one(Campaign, row.campaign_id)):
        raise Missing(f"package {package}")
    return row


def _consolidator(code: str) -> int:
    mine = current_actor().units(Role.CONSOLIDATOR)
    found = db.session.scalar(select(Unit.id).where(Unit.code == code, Unit.id.in_(mine)))
    if found is None:
        words = _("Không có đơn vị nào mang mã này mà tài khoản được tổng hợp")
        raise Invalid(FieldFault("consolidator", "unknown", words))
    return found


def _versions(shown: dict[str, int]) -> dict[int, int]:
    unread = [name for name in shown if not (name.isascii() and name.isdigit() and len(name) <= 10)]
    if unread:
        raise Invalid(FieldFault("shown", "unknown", _("Ghi mã số phiếu bằng chữ số")))
    return {int(name): version for name, version in shown.items()}
