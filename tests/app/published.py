"""An edition by hand: departments and districts with a tie, a silent unit, an unranked one, and levels."""

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

from app import clock
from app.database import db
from app.folding import proper_name
from app.models import Campaign, Edition, RankingRun, Verb
from app.queries.standings_inputs import canonical
from app.unit import SYSTEM, unit

PUBLISHED = datetime(2020, 1, 15, 2, tzinfo=UTC)
RULES = {
    "ties": "competition",
    "by": "points",
    "unsubmitted": "last",
    "tie_break_groups": [],
    "level_thresholds": [{"level": 1, "group": "B1", "percent": "50"}],
    "ladder": [{"label": "Tốt", "at_least_percent": "80"}, {"label": "Yếu", "at_least_percent": "0"}],
}
CRITERIA = (
    ("B1", "Mức độ hiện diện", (("B1.1", "Tỷ lệ thủ tục công khai", "10"),)),
    ("B2", "Mức độ tương tác", (("B2.1", "Có kênh hỏi đáp", "4"),)),
    ("B3", "Mức độ giao dịch", (("B3.1", "Cán bộ phụ trách", "6"),)),
    ("B4", "Mức độ chuyển đổi", (("B4.1", "Khảo sát người dân", "5"),)),
)
# kind, id, code, name, parent, place, place in parent, points by group
UNITS = (
    ("department", 1, "SNV", "Sở Nội vụ", None, 1, None, ("9", "4", "6", "5")),
    ("department", 2, "SYT", "=Sở Y tế", None, 2, None, ("4", "4", "3", "1")),
    ("district", 10, "450", "UBND thành phố Đồng Hới", None, 1, None, ("8", "4", "6", "4.5")),
    ("district", 11, "458", "UBND thị xã Ba Đồn", None, 1, None, ("8", "4", "6", "4.5")),
    ("district", 12, "457", "UBND huyện Lệ Thủy", None, 3, None, ("5", "2", "3", "1")),
    ("commune", 20, "18859", "UBND phường Hải Thành", 10, 1, 1, ("10", "4", "6", "5")),
    ("commune", 21, "18862", "UBND phường Đồng Phú", 10, 3, 2, ("6", "4", "6", "0")),
    ("commune", 22, "19120", "UBND xã Thanh Thủy", 12, 2, 1, ("7", "4", "6", "2.123")),
    ("commune", 23, "19123", "UBND xã Kim Thủy", 12, 4, 2, None),
    ("commune", 24, "19126", "UBND xã Hóa Sơn", 12, None, None, ("1", "0", "0", "0")),
)
NAMES = {row[1]: row[3].removeprefix("UBND ") for row in UNITS}
SLUGS = {row[1]: f"don-vi-{row[2].lower()}" for row in UNITS}


def document(campaign: Campaign, *, number: int = 1) -> str:
    """The text of the edition, as the publishing service would write it."""
    sets = {kind.unit_kind: kind.criteria_set.digest for kind in campaign.kinds}
    return canonical(
        {
            "format": 1,
            "edition": number,
            "campaign": {
                "slug": campaign.slug,
                "name": campaign.name,
                "year": campaign.year,
                "period_start": "2018-11-01",
                "period_end": "2019-10-31",
                "zone": "Asia/Ho_Chi_Minh",
                "province": "Tỉnh Gia Lai",
                "verify_term": "thẩm tra",
                "publish_per_parent": {"department": False, "district": False, "commune": True},
            },
            "decision": {"number": "318/QĐ-UBND", "date": "2020-01-14", "signer": "Chủ tịch UBND tỉnh"},
            "run": {"number": 1, "digest": "d", "inputs_digest": "i"},
            "kinds": [_kind(kind, sets[kind]) for kind in ("commune", "department", "district")],
            "units": {str(row[1]): _lines(row[7]) for row in UNITS if row[7]},
        }
    )


def publish(campaign: Campaign, *, number: int = 1) -> Edition:
    """Put the edition into the database, with the run it names."""
    text = document(campaign, number=number)
    with clock.put_at(PUBLISHED), unit(SYSTEM) as work:
        run = RankingRun(
            campaign_id=campaign.id,
            number=number,
            inputs_digest="i",
            digest="d",
            rules={},
            standings={},
            made_at=work.now,
            made_by_name="Giang",
            decision_number="318/QĐ-UBND",
            decision_date=date(2020, 1, 14),
        )
        work.add(run)
        edition = Edition(
            campaign_id=campaign.id,
            run_id=run.id,
            number=number,
            document=text,
            digest=sha256(text.encode()).hexdigest(),
            published_at=work.now,
            published_by_name="Oanh",
        )
        work.add(edition)
        work.record(Verb.PUBLISHED, edition, campaign=campaign.id)
    return db.session.get_one(Edition, edition.id)


def _kind(kind, digest):
    rows = [row for row in UNITS if row[0] == kind]
    return {
        "kind": kind,
        "title": "Bộ tiêu chí minh họa để kiểm thử",
        "illustrative": True,
        "set": digest,
        "max": "25",
        "rules": RULES,
        "ranked_count": sum(row[7] is not None and row[5] is not None for row in rows),
        "silent_count": sum(row[7] is None for row in rows),
        "groups": [
            {
                "code": code,
                "title": title,
                "level": place,
                "max": criteria[0][2],
                "criteria": [{"code": c, "title": t, "max": m, "entered_by": "unit"} for c, t, m in criteria],
            }
            for place, (code, title, criteria) in enumerate(CRITERIA, 1)
        ],
        "rows": [_row(row) for row in sorted(rows, key=lambda row: (row[5] is None, row[5] or 0))],
    }


def _row(unit_row):
    _kind, key, code, name, parent, place, place_in_parent, groups = unit_row
    total = sum(map(Decimal, groups)) if groups else None
    note = "not_submitted" if total is None else "unranked" if place is None else None
    text = None if total is None else str(total)
    return {
        "unit": key,
        "code": code,
        "name": proper_name(name),
        "formal_name": name,
        "slug": SLUGS[key],
        "parent": parent,
        "parent_name": NAMES[parent] if parent else "",
        "place": place,
        "place_in_parent": place_in_parent,
        "points": text,
        "max": None if total is None else "25",
        "percentage": None if total is None else str(total * 4),
        "level": None if groups is None else int(Decimal(groups[0]) >= 5),
        "grade": None if total is None else "Tốt" if total >= 20 else "Yếu",
        "note": note,
        "self_points": text,
        "difference": None if total is None else "0",
        "groups": {c: [p, g[0][2]] for (c, _t, g), p in zip(CRITERIA, groups or (), strict=bool(groups))},
    }


def _lines(groups):
    return [
        {"code": c[0][0], "points": p, "max": c[0][2], "self": "4", "status": "scored", "working": ""}
        for (_code, _title, c), p in zip(CRITERIA, groups, strict=True)
    ]
