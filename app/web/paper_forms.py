"""A form as it is printed: the facts of its paper, for the page and for Word alike. It scores and decides nothing."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.effects import receiver
from app.form_codes import draft_letters, draft_text
from app.mailing import link
from app.models import CampaignUnit, Submission, UnitKind
from app.official_papers import Picture, qr_png
from app.queries.actors import addressees
from app.queries.cases import content_digest
from app.queries.desk import Desk, GroupOfItems, Item, desk_of
from app.web.claims import claim_of
from app.web.desk_words import to_the_second
from app.web.presentation import date_vi, number
from criteria.model import EnteredBy
from workflows.vocabulary import Role, State

QR_MILLIMETRES = 26
COMMITTEES = frozenset({UnitKind.DISTRICT, UnitKind.COMMUNE})

# What every such paper says; its words are those of Decree 30/2020/NĐ-CP and are never translated.
WORDS = {
    "nation": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "motto": "Độc lập - Tự do - Hạnh phúc",
    "number": "Số: ……/……",
    "day": "ngày …… tháng …… năm",
    "title": "PHIẾU TỰ ĐÁNH GIÁ",
    "to": "Kính gửi:",
    "copies": "Nơi nhận:",
    "archive": "- Lưu: VT.",
    "sign": "(Ký, ghi rõ họ tên, đóng dấu)",
    "sum": "Cộng",
    "code": "Mã:",
    "digest": "Dấu vết nội dung (SHA-256):",
}
HEADINGS = (
    "TT",
    "Tiêu chí",
    "Điểm tối đa",
    "Số liệu, kết quả",
    "Điểm tự chấm",
    "Tài liệu kiểm chứng",
    "Lý do chưa đạt điểm tối đa",
)


def paper_of(session: Session, desk: Desk, now: datetime, *, blank: bool) -> dict[str, Any]:
    """The facts of a form's paper by the names of its Word template, all of them text but ``groups`` and ``year``.

    ``blank``: without answers, and so without a code. The code's text for machines is ``scanned``. An official paper
    is in Vietnamese, whatever language its reader has chosen.
    """
    replaced = any(item.replaced for item in desk.items())
    # The paper bears the code of what was handed in, so it shows what was handed in.
    shown = desk_of(session, desk.submission, handed_in=True) if replaced else desk
    with force_locale("vi"):
        return _facts(session, shown, now, blank=blank)


def _facts(session: Session, desk: Desk, now: datetime, *, blank: bool) -> dict[str, Any]:
    submission = desk.submission
    unit, campaign = submission.campaign_unit, submission.campaign
    facts = {
        "superior": _superior(unit),
        "unit": unit.formal_name.upper(),
        "place": unit.name if unit.unit_kind in COMMITTEES else campaign.root.name,
        "year": campaign.year,
        "campaign": campaign.name,
        "period": _(
            "(Số liệu từ ngày %(first)s đến hết ngày %(last)s)",
            first=date_vi(campaign.period_start),
            last=date_vi(campaign.period_end),
        ),
        "receiver": receiver(submission),
        "groups": [_group(group, blank=blank) for group in desk.groups],
        "total_max": number(desk.card.max),
        "total_points": "" if blank else number(desk.card.total),
    }
    code = _no_code() if blank else _code(session, submission)
    return facts | _signer(session, unit, now) | code


def for_word(facts: dict[str, Any]) -> dict[str, Any]:
    """The same facts with the code as a picture."""
    scanned = facts["scanned"]
    return facts | {"qr": Picture(qr_png(scanned), QR_MILLIMETRES) if scanned else ""}


def _superior(unit: CampaignUnit) -> str:
    above = unit.parent.formal_name if unit.parent is not None else unit.campaign.root.formal_name
    return above.upper()


def _signer(session: Session, unit: CampaignUnit, now: datetime) -> dict[str, str]:
    heads = list(addressees(session, Role.HEAD, unit.unit_id, now))
    is_committee = unit.unit_kind in COMMITTEES
    return {
        "on_behalf": "TM. ỦY BAN NHÂN DÂN" if is_committee else "",
        "office": "CHỦ TỊCH" if is_committee else "THỦ TRƯỞNG ĐƠN VỊ",
        "head": heads[0].name if len(heads) == 1 else "",
    }


def _no_code() -> dict[str, str]:
    return dict.fromkeys(("mark", "code", "scanned", "state", "digest", "check"), "")


def _code(session: Session, submission: Submission) -> dict[str, str]:
    digest = content_digest(session, submission)
    if submission.receipt_code and digest == submission.content_digest:
        address = link(url_for("receipts.one", code=submission.receipt_code))
        return {
            "mark": "",
            "code": submission.receipt_code,
            "scanned": address,
            "state": _("Đã nộp lúc %(time)s", time=to_the_second(submission.submitted_at)),
            "digest": digest,
            "check": _("Kiểm tra tại %(address)s", address=address),
        }
    is_draft = submission.state == State.DRAFT
    return {
        "mark": _("BẢN CHƯA NỘP") if is_draft else "",
        "code": draft_letters(submission.id, digest),
        "scanned": draft_text(submission.id, digest),
        "state": _("Bản chưa nộp") if is_draft else _("Nội dung có thay đổi sau khi nộp"),
        "digest": digest,
        "check": _("Mã này chỉ đúng với nội dung in ở đây."),
    }


def _group(group: GroupOfItems, *, blank: bool) -> dict[str, Any]:
    return {
        "title": f"{group.group.code}. {group.group.title}",
        "max": number(group.score.max) if group.score.max else "",
        "points": "" if blank else number(group.score.points),
        "rows": [_row(item, blank=blank) for item in group.items],
    }


def _row(item: Item, *, blank: bool) -> dict[str, str]:
    answer = None if blank else item.answer
    return {
        "code": item.code,
        "title": item.criterion.title,
        "max": number(item.criterion.max) if item.criterion.max else "",
        "said": _asked(item) if blank else _said(item),
        "points": "" if answer is None or answer.points is None else number(answer.points),
        "evidence": "" if blank else "; ".join(_document(row) for row in item.documents),
        "reason": "" if answer is None else answer.reason,
    }


def _asked(item: Item) -> str:
    if item.waiver is not None:
        return _("Không áp dụng")
    return "" if item.criterion.entered_by == EnteredBy.UNIT else _("Đơn vị không kê khai")


def _said(item: Item) -> str:
    claims = claim_of(item.criterion, item.answer)
    if not claims:
        return _asked(item) or _("Chưa có")
    said = claims[0][1] if len(claims) == 1 else "; ".join(f"{name}: {text}" for name, text in claims)
    return _("%(said)s (số ước)", said=said) if item.answer is not None and item.answer.estimated else said


def _document(row: Any) -> str:
    day = _(", ngày %(day)s", day=date_vi(row.issued_on)) if row.issued_on else ""
    return f"{row.number}{day}" if row.number else str(row.summary or row.file_name)
