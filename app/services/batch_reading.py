"""A file of many forms that somebody sent in: each sheet led to its form, and what it would change. Writes no answer.

Sheets are known by their own marks, so that they may be renamed and put in another order. What is not sure is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.faults import FieldFault
from app.i18n.workbook_texts import workbook_fault_text
from app.models import Campaign, Submission
from app.queries.workbook_batches import form_sent
from app.services.form_books import is_signed
from app.services.workbook_faults import WORDS, names_of
from criteria.workbook import Allowance, Sheet, UnreadableWorkbook, read_sheets_apart
from criteria.workbook.form import BookFlaw
from criteria.workbook.form_reading import looks_like_a_form, mark_of, read_meta
from workflows.case import Actor

SMALL_FILE = 150 * 1024
LARGER = Allowance(seconds=15)
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class FoundForm:
    """A form of the file: its sheet, and what the file says of it."""

    submission_id: int
    sheet: Sheet
    said: Mapping[str, str]


@dataclass
class Found:
    """What is in one file: forms, what is wrong with it as a file, and what is worth knowing."""

    forms: list[FoundForm] = field(default_factory=list)
    faults: list[FieldFault] = field(default_factory=list)
    notes: list[FieldFault] = field(default_factory=list)


def look_into(session: Session, actor: Actor, campaign_id: int, content: bytes) -> Found:
    """Which forms of a campaign are in a workbook that the actor sent in."""
    found = Found()
    try:
        sheets = read_sheets_apart(content, allowance=LARGER if len(content) > SMALL_FILE else None)
    except UnreadableWorkbook as fault:
        found.faults.append(FieldFault("file", fault.code, workbook_fault_text(fault)))
        return found
    signed = {said["form"]: (name, said) for name, said in read_meta(sheets).items() if is_signed(said)}
    if not signed:
        found.faults.append(FieldFault("file", BookFlaw.NOT_OURS, WORDS[BookFlaw.NOT_OURS]("")))
        return found
    marked = _marked(sheets, signed)
    found.faults += _strange(sheets, signed)
    others = []
    for form, (name, said) in signed.items():
        submission = form_sent(session, actor, campaign_id, form)
        if submission is None:
            others.append(said)
            continue
        _lead(found, submission, (name, said), marked.get(form, []))
    found.faults += _not_theirs(session.get_one(Campaign, campaign_id), others)
    return found


def as_json(fault: FieldFault) -> dict[str, Any]:
    """A fault or a note as a batch keeps it."""
    return {
        "field": fault.field,
        "code": fault.code,
        "message": fault.message,
        "sheet": fault.sheet,
        "cell": fault.cell,
    }


Signed = Mapping[str, tuple[str, Mapping[str, str]]]


def _marked(sheets: Sequence[Sheet], signed: Signed) -> dict[str, list[Sheet]]:
    """The sheets of each form: by their marks, or by name where workbooks did not bear marks yet."""
    by_name = {name: form for form, (name, _said) in signed.items()}
    found: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        form = mark_of(sheet) or by_name.get(sheet.name, "")
        if form in signed:
            found.setdefault(form, []).append(sheet)
    return found


def _strange(sheets: Sequence[Sheet], signed: Signed) -> Iterator[FieldFault]:
    names = {name for name, _said in signed.values()}
    for sheet in sheets:
        mark = mark_of(sheet)
        if mark and mark not in signed:
            words = _(
                "Trang “%(name)s” chép từ tệp của đơn vị, huyện hoặc năm khác; xóa trang này", name=sheet.name
            )
            yield FieldFault("file", "foreign_sheet", words, sheet=sheet.name, cell="A1")
        elif not mark and sheet.name not in names and looks_like_a_form(sheet):
            words = _("Trang “%(name)s” mất dấu ở ô A1; chép số liệu sang trang của mẫu mới", name=sheet.name)
            yield FieldFault("file", "unmarked_sheet", words, sheet=sheet.name, cell="A1")


def _lead(
    found: Found, submission: Submission, signed: tuple[str, Mapping[str, str]], sheets: Sequence[Sheet]
) -> None:
    """Lead one form of the file to its sheet, or say why that cannot be."""
    (name, said), unit = signed, signed[1].get("unit_name", "")
    if said.get("criteria") != submission.campaign_unit.kind.criteria_set.digest:
        words = _("%(unit)s: bộ tiêu chí đã đổi từ lúc tải mẫu; tải mẫu mới rồi chép số liệu sang", unit=unit)
        found.faults.append(FieldFault("file", "other_criteria", words))
        return
    if not sheets:
        words = _("Tệp không còn trang của %(unit)s; phiếu này giữ nguyên", unit=unit)
        found.notes.append(FieldFault("file", "sheet_missing", words))
        return
    if len(sheets) > 1:
        words = _("%(unit)s có nhiều trang: “%(names)s”; xóa trang thừa", unit=unit, names=names_of(sheets))
        found.faults.append(FieldFault("file", "sheet_twice", words, sheet=sheets[1].name, cell="A1"))
        return
    [sheet] = sheets
    if sheet.name != name:
        words = _("Trang “%(new)s” là phiếu của %(unit)s, đã đổi tên", new=sheet.name, unit=unit)
        found.notes.append(FieldFault("file", "sheet_renamed", words, sheet=sheet.name))
    found.forms.append(FoundForm(submission.id, sheet, said))


def _not_theirs(campaign: Campaign, others: Sequence[Mapping[str, str]]) -> Iterator[FieldFault]:
    """One fault for the forms of another campaign, one for those of this one that are not this person's."""
    strange = [said for said in others if said.get("campaign") != campaign.slug]
    if strange:
        years = ", ".join(sorted({said.get("year", "") for said in strange}))
        words = _("Đây là mẫu của năm %(year)s hoặc đợt khác; tải mẫu của đợt này", year=years)
        yield FieldFault("file", "other_campaign", words)
    units = [said.get("unit_name", "") for said in others if said.get("campaign") == campaign.slug]
    if units:
        shown = ", ".join(units[:MOST_NAMED]) + (", …" if len(units) > MOST_NAMED else "")
        words = _("Không phụ trách phiếu của %(units)s; nhập tệp của đơn vị mình phụ trách", units=shown)
        yield FieldFault("file", "other_form", words)
