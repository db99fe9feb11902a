"""Drafts of criteria sets that an office sends in: read, compared with the last version, published for good.

A published version never changes; a draft is edited by sending its file again, which puts the older draft aside.
"""

from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.campaign_files import dump
from app.database import db
from app.faults import FieldFault, Invalid
from app.i18n.workbook_texts import workbook_fault_text
from app.models import (
    Campaign,
    CampaignKind,
    CampaignStatus,
    OfficeImport,
    OfficeImportKind,
    OfficeImportState,
    StoredCriteriaSet,
    Unit,
    Verb,
)
from app.queries.campaign_plans import plan_of
from app.queries.criteria_sets import stored_set
from app.queries.criteria_versions import SetVersion, last_version, set_in_reach, versions_in_reach
from app.queries.office_imports import import_in_reach, root_of
from app.queries.reach import campaign_in_reach
from app.services import office_imports
from app.services.campaign_texts import SHOWN_OF_DIGEST
from app.services.criteria_faults import json_fault, set_fault
from app.services.criteria_sets import keep_criteria_set
from app.services.office_imports import Reading, Sending, SentFile
from app.unit import unit
from criteria.checks import InvalidCriteria
from criteria.codec import digest, from_json, to_json
from criteria.differences import compare
from criteria.model import CriteriaSet
from criteria.workbook import UnreadableWorkbook, read_sheets_apart
from criteria.workbook.set_form import ReadSet
from criteria.workbook.set_reading import read_set
from criteria.workbook.set_writing import set_bytes
from workflows.case import Actor
from workflows.vocabulary import Role

JSON_BEGINNING = b"{"
KIND = OfficeImportKind.CRITERIA


def upload_draft(actor: Actor, file: SentFile, *, replaces: int | None = None) -> OfficeImport:
    """Read a criteria set (.xlsx or .json) and keep it as a draft; ``replaces`` is put aside once the new one is kept.

    Raises:
        Missing: the actor is no office, or ``replaces`` is out of reach. Invalid: the file is no readable workbook.
    """
    session = db.session()
    root = root_of(session, actor, KIND)
    if replaces is not None:
        import_in_reach(session, replaces, actor, (KIND,))
    found = read_file(file)
    reading = _reading(session, actor, found[0], found[1])
    row = office_imports.keep(actor, Sending(KIND, root), file, reading)
    if replaces is not None and _is_waiting(replaces):
        office_imports.withdraw(actor, replaces)
    return row


def read_file(file: SentFile) -> tuple[ReadSet, tuple[FieldFault, ...]]:
    """The set in a file, and every fault at its cell or path.

    Raises:
        Invalid: the file cannot be opened.
    """
    office_imports.refuse_size(file)
    if file.content.lstrip()[:1] == JSON_BEGINNING:
        return _read_json(file)
    try:
        found = read_set(read_sheets_apart(file.content))
    except UnreadableWorkbook as fault:
        raise Invalid(FieldFault("file", fault.code, workbook_fault_text(fault))) from fault
    return found, tuple(set_fault(flaw) for flaw in found.flaws)


def publish_draft(actor: Actor, import_id: int, *, base: str, decision: str) -> StoredCriteriaSet:
    """Make a draft a version for good. ``base``: the digest of the version it was compared with, empty for none.

    Raises:
        Missing: out of reach. Invalid: it has faults, is done with, is a version already, or another version came in
        between.
    """
    with unit(actor) as work:
        row = office_imports.to_write(work, import_id, KIND)
        # Two drafts of one set take turns, so that the later one meets the version of the earlier.
        work.session.execute(select(Unit.id).where(Unit.id == row.root_id).with_for_update())
        criteria_set = from_json(row.document)
        last = last_version(work.session, actor, criteria_set.code)
        if (last.stored.digest if last else "") != base:
            words = _("Đã có bản mới hơn của bộ tiêu chí này; xem lại so sánh rồi ban hành")
            raise Invalid(FieldFault("import", "outdated", words))
        if last is not None and compare(stored_set(last.stored), criteria_set).is_empty:
            raise Invalid(FieldFault("import", "no_change", _("Bản nháp giống hệt bản đã ban hành")))
        stored = keep_criteria_set(work, criteria_set)
        after = {"title": stored.title, "digest": stored.digest, "decision": decision.strip()[:200]}
        work.record(Verb.CRITERIA_PUBLISHED, stored, after=after)
        office_imports.mark_written(work, row, {"digest": stored.digest, "decision": after["decision"]})
    return stored


def choose_set(actor: Actor, slug: str, kind: str, set_id: int, *, version: int) -> Campaign:
    """Let a campaign in preparation measure one kind of unit by a stored version.

    Raises:
        Missing: campaign, kind or set out of reach. Outdated: the campaign changed since ``version``. Invalid: it is
        open, the set is for other units, or lacks a group that the ranking rules name.
    """
    session = db.session()
    campaign_id = campaign_in_reach(session, slug, actor, {Role.OFFICE}).id
    with unit(actor) as work:
        campaign = work.load(Campaign, campaign_id, version)
        stored = set_in_reach(work.session, set_id, actor).stored
        chosen = next((one for one in campaign.kinds if one.unit_kind == kind), None)
        _refuse_choice(campaign, chosen, stored)
        if chosen is None or chosen.criteria_set_id == stored.id:
            return campaign
        before = chosen.criteria_set.digest
        chosen.criteria_set_id = stored.id
        plan = plan_of(campaign)
        kinds = tuple(
            replace(one, criteria_set=file_name(stored)) if one.kind == kind else one for one in plan.kinds
        )
        campaign.plan = dump(replace(plan, kinds=kinds))
        work.record(
            Verb.CRITERIA_CHOSEN,
            campaign,
            campaign=campaign.id,
            before={"kind": kind, "digest": before},
            after={"kind": kind, "digest": stored.digest, "title": stored.title},
        )
    return campaign


def file_name(stored: StoredCriteriaSet) -> str:
    """The name by which a campaign file means exactly this version."""
    return f"{stored.code}-{stored.digest[:SHOWN_OF_DIGEST]}.json".lower()


def workbook_of(criteria_set: CriteriaSet) -> bytes:
    """A set in the layout that can be edited and sent in again."""
    guide = (
        _("Cách sửa bộ tiêu chí trong tệp này"),
        _(
            "1. Sửa ô màu kem ở các trang Bộ tiêu chí, Nhóm, Tiêu chí, Mức điểm. Thêm, xóa, đổi chỗ dòng đều được."
        ),
        _(
            "2. Giữ nguyên mã tiêu chí khi nội dung hỏi không đổi: nhờ mã mà so được với năm trước. Tiêu chí mới đặt mã mới."
        ),
        _(
            "3. Trang Mức điểm: mỗi mức, mỗi phần, mỗi bậc một dòng. Cột mã mức bị ẩn; dòng mới để trống, hệ thống tự đặt."
        ),
        _(
            "4. Tiêu chí có nhiều phương án: thêm dòng cùng mã tiêu chí, ghi tên tắt ở cột Phương án và cách chấm của phương án."
        ),
        _(
            "5. Cột Ai nhập chỉ để xem: khảo sát và điểm trừ do cơ quan chủ trì nhập, tổng hợp do hệ thống tính."
        ),
        _("6. Bỏ dấu x ở ô Bộ minh họa khi đây là bộ tiêu chí chính thức, và ghi số văn bản ở ô Nguồn."),
        _("7. Lưu tệp .xlsx, nhập lại ở trang Bộ tiêu chí, xem so sánh rồi mới ban hành."),
    )
    return set_bytes(criteria_set, guide)


def _read_json(file: SentFile) -> tuple[ReadSet, tuple[FieldFault, ...]]:
    try:
        known = from_json(file.content.decode("utf-8-sig", "replace"))
    except InvalidCriteria as refused:
        return ReadSet(None), tuple(json_fault(flaw) for flaw in refused.problems)
    criteria = {one.code: one for one in known.criteria()}
    return ReadSet(known, criteria, len(criteria)), ()


def _reading(session: Session, actor: Actor, found: ReadSet, faults: tuple[FieldFault, ...]) -> Reading:
    known = found.criteria_set
    last = _compared_with(session, actor, found)
    base = stored_set(last.stored) if last else None
    before = {one.code: one for one in base.criteria()} if base else {}
    added = [code for code in found.criteria if code not in before]
    changed = [code for code, one in found.criteria.items() if code in before and before[code] != one]
    counts = {
        "read": found.read,
        "added": len(added),
        "changed": len(changed),
        "unchanged": len(found.criteria) - len(added) - len(changed),
        "refused": found.read - len(found.criteria),
    }
    is_new = known is not None and (base is None or not compare(base, known).is_empty)
    changes = [{"digest": digest(known)}] if known is not None and is_new else []
    return Reading(counts, changes, faults, to_json(known) if known else "")


def _compared_with(session: Session, actor: Actor, found: ReadSet) -> SetVersion | None:
    """The last version of the set's code; while it cannot be read, of the set that the workbook was made from."""
    if found.criteria_set is not None:
        return last_version(session, actor, found.criteria_set.code)
    known = versions_in_reach(session, actor)
    origin = next((one for one in known if one.stored.digest == found.origin), None)
    return last_version(session, actor, origin.stored.code) if origin else None


def _is_waiting(import_id: int) -> bool:
    row = db.session.get(OfficeImport, import_id)
    return row is not None and row.state == OfficeImportState.SHOWN


def _refuse_choice(campaign: Campaign, chosen: CampaignKind | None, stored: StoredCriteriaSet) -> None:
    if campaign.status != CampaignStatus.PREPARED:
        words = _("Đợt đã mở thì bộ tiêu chí không đổi nữa")
        raise Invalid(FieldFault("set", "open", words))
    if chosen is None or stored.unit_kind != chosen.unit_kind:
        raise Invalid(FieldFault("set", "other_kind", _("Chọn một bộ tiêu chí dành cho cấp đơn vị này")))
    plan = next(one for one in plan_of(campaign).kinds if one.kind == chosen.unit_kind)
    named = {*plan.ranking.tie_break_groups, *(row.group for row in plan.ranking.level_thresholds)}
    missing = sorted(named - {group.code for group in stored_set(stored).groups})
    if missing:
        words = _("Cách xếp hạng của đợt dùng nhóm %(groups)s mà bộ này không có", groups=", ".join(missing))
        raise Invalid(FieldFault("set", "unknown_group", words))
