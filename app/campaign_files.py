"""Campaign files: reads a campaign written as TOML into a CampaignPlan and writes one back.

Names every fault with its place in the file. It may not touch the database, and the only files it opens
are the campaigns that come with the program.
"""

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import available_timezones

import tomli_w

from app.campaign_plans import (
    BASIS_KINDS,
    EVIDENCE,
    KINDS,
    LATE,
    LATE_COUNTS,
    RANK_BY,
    ROUTES,
    TIES,
    UNSUBMITTED,
    VERIFY_TERMS,
    WORDINGS,
    BasisDocument,
    CampaignPlan,
    Contact,
    Deadline,
    FieldChecks,
    KindPlan,
    LadderStep,
    LevelThreshold,
    Period,
    RankingPlan,
    UnitList,
    date_faults,
    shifted,
)
from app.campaign_reminders import contradictions, read_rules, rules_out
from app.toml_tables import YEARS, PlanProblem, Table
from workflows import deadlines
from workflows.deadlines import Late, Wording

__all__ = [
    "CampaignPlan",
    "InvalidCampaignFile",
    "KindPlan",
    "PlanProblem",
    "bundled",
    "bundled_slugs",
    "dump",
    "load",
    "shifted",
]

CAMPAIGNS = Path(__file__).parent / "data" / "campaigns"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CSV_NAME = re.compile(r"\w[\w.-]*\.csv", re.ASCII)
JSON_NAME = re.compile(r"\w[\w.-]*\.json", re.ASCII)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
EXPLANATION_DAYS = range(91)
LEVELS = range(1, 5)
DATE_FAULTS = {
    "after_deadline": "Ngày bắt đầu nhắc phải từ ngày cuối nhận phiếu trở về trước",
    "missing": "Ghi ngày cuối còn nhận phiếu nộp muộn, hoặc ghi late là never",
    "unused": "Chỉ ghi khi late là begun hoặc any; xóa dòng này hoặc sửa late",
    "before_deadline": "Ngày cuối nhận phiếu nộp muộn phải từ ngày cuối của hạn nộp trở đi",
    "before_acceptance": "Ngày khóa phiếu phải từ ngày cuối còn nhận phiếu trở đi",
}


class InvalidCampaignFile(Exception):
    """The file holds faults; `problems` lists all of them in the order in which they are read."""

    def __init__(self, problems: Sequence[PlanProblem]) -> None:
        super().__init__("; ".join(f"{p.path}: {p.detail}".removeprefix(": ") for p in problems))
        self.problems = tuple(problems)


def load(text: str) -> CampaignPlan:
    """Read one campaign file.

    :raises InvalidCampaignFile: with every fault found, each at its path, worded in Vietnamese.
    """
    try:
        content = tomllib.loads(
            unicodedata.normalize("NFC", text.removeprefix("\ufeff")), parse_float=Decimal
        )
    except (ValueError, ArithmeticError, RecursionError) as fault:
        raise InvalidCampaignFile([PlanProblem("", _syntax_fault(fault))]) from fault
    problems: list[PlanProblem] = []
    root = Table(content, "", problems)
    plan = _plan(root)
    root.close()
    problems = problems or list(_contradictions(plan))
    if problems:
        raise InvalidCampaignFile(problems)
    return plan


def _syntax_fault(fault: Exception) -> str:
    place = re.search(r"line (\d+), column (\d+)", str(fault))
    where = f"ở dòng {place[1]}, cột {place[2]}" if place else "ở cuối tệp hoặc ở một con số quá dài"
    return f"Tệp viết sai cú pháp TOML {where}; kiểm tra dấu ngoặc, dấu = và cách ghi ngày"


def dump(plan: CampaignPlan) -> str:
    """Write a plan as a campaign file; `load(dump(plan)) == plan`."""
    content: dict[str, object] = {
        "slug": plan.slug,
        "name": plan.name,
        "year": plan.year,
        "timezone": plan.timezone,
        "note": plan.note,
        "verify_term": plan.verify_term,
        "late_counts": plan.late_counts,
        "explanation_days": plan.explanation_days,
        "unranked": list(plan.unranked),
        "units": {"province_code": plan.units.province_code, "file": plan.units.file},
        "period": {"from": plan.period.start, "to": plan.period.end, "estimated": plan.period.estimated},
        "contact": {"name": plan.contact.name, "phone": plan.contact.phone, "email": plan.contact.email},
    }
    if plan.field_checks:
        content["field_checks"] = {"from": plan.field_checks.start, "to": plan.field_checks.end}
    content["reminders"] = rules_out(plan.reminders)
    content["basis"] = [_basis_out(document) for document in plan.basis]
    content["kinds"] = [_kind_out(kind) for kind in plan.kinds]
    return tomli_w.dumps(content)


def bundled_slugs() -> tuple[str, ...]:
    """Names of the campaigns that come with the program, in alphabetical order."""
    return tuple(sorted(path.stem for path in CAMPAIGNS.glob("*.toml")))


def bundled(slug: str) -> CampaignPlan:
    """Load a campaign that comes with the program.

    :raises KeyError: when there is none of that name.
    """
    if slug not in bundled_slugs():
        raise KeyError(slug)
    return load((CAMPAIGNS / f"{slug}.toml").read_text(encoding="utf-8"))


def _plan(table: Table) -> CampaignPlan:
    return CampaignPlan(
        slug=table.matching("slug", SLUG, "Chỉ dùng chữ thường không dấu, chữ số và gạch nối"),
        name=table.text("name"),
        year=table.whole("year", YEARS),
        timezone=_timezone(table),
        note=table.text("note", blank=True),
        verify_term=table.choice("verify_term", VERIFY_TERMS),
        late_counts=table.choice("late_counts", LATE_COUNTS),
        explanation_days=table.whole("explanation_days", EXPLANATION_DAYS),
        unranked=table.texts("unranked"),
        reminders=read_rules(table),
        units=table.table("units", _units),
        period=table.table("period", _period),
        contact=table.table("contact", _contact),
        field_checks=table.table("field_checks", _field_checks) if table.has("field_checks") else None,
        basis=table.tables("basis", _basis) if table.has("basis") else (),
        kinds=table.tables("kinds", _kind),
    )


def _timezone(table: Table) -> str:
    name = table.text("timezone")
    if name and name not in available_timezones():
        table.fault("timezone", "Ghi tên múi giờ trong danh mục IANA như Asia/Ho_Chi_Minh")
    return name


def _units(table: Table) -> UnitList:
    code = table.matching(
        "province_code", re.compile(r"[0-9]{2}"), "Mã tỉnh gồm 2 chữ số, đặt trong ngoặc kép"
    )
    file = table.matching("file", CSV_NAME, "Ghi tên tệp .csv trong thư mục units, không kèm đường dẫn")
    return UnitList(province_code=code, file=file)


def _period(table: Table) -> Period:
    return Period(start=table.day("from"), end=table.day("to"), estimated=table.flag("estimated"))


def _contact(table: Table) -> Contact:
    email = table.matching("email", EMAIL, "Ghi một địa chỉ thư điện tử, như van-thu@tinh.gov.vn")
    return Contact(name=table.text("name"), phone=table.text("phone"), email=email)


def _field_checks(table: Table) -> FieldChecks:
    return FieldChecks(start=table.day("from"), end=table.day("to"))


def _basis(table: Table) -> BasisDocument:
    return BasisDocument(
        kind=table.choice("kind", BASIS_KINDS),
        number=table.text("number"),
        date=table.day("date"),
        issuer=table.text("issuer"),
        title=table.text("title"),
    )


def _kind(table: Table) -> KindPlan:
    return KindPlan(
        kind=table.choice("kind", KINDS),
        criteria_set=table.matching(
            "criteria_set", JSON_NAME, "Ghi tên tệp .json trong thư mục criteria, không kèm đường dẫn"
        ),
        route=table.choice("route", ROUTES),
        opens=table.day("opens"),
        deadline=table.table("deadline", _deadline),
        report_required=table.flag("report_required"),
        sign_off=table.flag("sign_off"),
        reasons_required=table.flag("reasons_required"),
        evidence_required=table.choice("evidence_required", EVIDENCE),
        ranking=table.table("ranking", _ranking),
        remind_from=_day_if_any(table, "remind_from"),
        late=table.choice("late", LATE) if table.has("late") else Late.NEVER,
        late_through=_day_if_any(table, "late_through"),
        edit_through=_day_if_any(table, "edit_through"),
    )


def _day_if_any(table: Table, key: str) -> date | None:
    return table.day(key) if table.has(key) else None


def _deadline(table: Table) -> Deadline:
    wording = table.choice("wording", WORDINGS)
    return Deadline(wording=wording, date=table.day("date"), count_day_in=table.flag("count_day_in"))


def _ranking(table: Table) -> RankingPlan:
    return RankingPlan(
        ties=table.choice("ties", TIES),
        tie_break_groups=table.texts("tie_break_groups"),
        by=table.choice("by", RANK_BY),
        unsubmitted=table.choice("unsubmitted", UNSUBMITTED),
        publish_per_parent=table.flag("publish_per_parent"),
        level_thresholds=table.tables("level_thresholds", _threshold),
        ladder=table.tables("ladder", _step),
    )


def _threshold(table: Table) -> LevelThreshold:
    level, group = table.whole("level", LEVELS), table.text("group")
    return LevelThreshold(level=level, group=group, at_least=table.percent("at_least"))


def _step(table: Table) -> LadderStep:
    return LadderStep(name=table.text("name"), at_least=table.percent("at_least"))


def _contradictions(plan: CampaignPlan) -> Iterator[PlanProblem]:
    if plan.period.end < plan.period.start:
        yield PlanProblem("period.to", "Ngày cuối kỳ số liệu phải từ ngày đầu kỳ trở đi")
    if plan.field_checks and plan.field_checks.end < plan.field_checks.start:
        yield PlanProblem("field_checks.to", "Ngày cuối đợt kiểm tra phải từ ngày đầu đợt trở đi")
    if not plan.kinds:
        yield PlanProblem("kinds", "Ghi ít nhất một loại đơn vị tham gia")
    yield from contradictions(plan.reminders)
    seen: set[str] = set()
    for number, kind in enumerate(plan.kinds):
        if kind.kind in seen:
            yield PlanProblem(
                f"kinds[{number}].kind", f"Loại đơn vị {kind.kind} đã ghi ở trên, chỉ ghi một lần"
            )
        seen.add(kind.kind)
        yield from _kind_contradictions(kind, f"kinds[{number}]")
    yield from _route_contradictions(plan.kinds, seen)


def _kind_contradictions(kind: KindPlan, path: str) -> Iterator[PlanProblem]:
    if kind.opens >= kind.deadline.date:
        yield PlanProblem(f"{path}.opens", "Ngày mở đợt phải trước ngày hết hạn")
    if kind.deadline.count_day_in and kind.deadline.wording != "before_day":
        yield PlanProblem(f"{path}.deadline.count_day_in", "Chỉ ghi true khi cách ghi hạn là before_day")
    due = deadlines.Deadline(Wording(kind.deadline.wording), kind.deadline.date, kind.deadline.count_day_in)
    for field, fault in date_faults(kind.dates, due.last_day):
        yield PlanProblem(f"{path}.{field}", DATE_FAULTS[fault])
    bounds = [step.at_least for step in kind.ranking.ladder]
    if any(lower >= higher for higher, lower in itertools.pairwise(bounds)):
        yield PlanProblem(
            f"{path}.ranking.ladder", "Ghi các bậc từ cao xuống thấp, mỗi bậc một mức phần trăm riêng"
        )
    groups = [(threshold.level, threshold.group) for threshold in kind.ranking.level_thresholds]
    if len(set(groups)) < len(groups):
        yield PlanProblem(
            f"{path}.ranking.level_thresholds", "Mỗi nhóm chỉ ghi một lần trong cùng một mức độ"
        )


def _route_contradictions(kinds: Sequence[KindPlan], seen: set[str]) -> Iterator[PlanProblem]:
    for number, kind in enumerate(kinds):
        if kind.route == "by_consolidator" and "district" not in seen:
            yield PlanProblem(f"kinds[{number}].route", "Đợt này không có cấp huyện để tổng hợp; chọn direct")
        if kind.route == "by_consolidator" and kind.kind == "department":
            yield PlanProblem(
                f"kinds[{number}].route", "Sở, ban, ngành gửi thẳng về cơ quan chủ trì; chọn direct"
            )


def _basis_out(document: BasisDocument) -> dict[str, object]:
    return {
        "kind": document.kind,
        "number": document.number,
        "date": document.date,
        "issuer": document.issuer,
        "title": document.title,
    }


def _kind_out(kind: KindPlan) -> dict[str, object]:
    deadline = kind.deadline
    return {
        "kind": kind.kind,
        "criteria_set": kind.criteria_set,
        "route": kind.route,
        "opens": kind.opens,
        "deadline": {
            "wording": deadline.wording,
            "date": deadline.date,
            "count_day_in": deadline.count_day_in,
        },
        "report_required": kind.report_required,
        "sign_off": kind.sign_off,
        "reasons_required": kind.reasons_required,
        "evidence_required": kind.evidence_required,
        **_dates_out(kind),
        "ranking": _ranking_out(kind.ranking),
    }


def _dates_out(kind: KindPlan) -> dict[str, object]:
    late = kind.late if kind.late != Late.NEVER else None
    days = {"late_through": kind.late_through, "edit_through": kind.edit_through}
    entries = {"remind_from": kind.remind_from, "late": late, **days}
    return {key: value for key, value in entries.items() if value is not None}


def _ranking_out(ranking: RankingPlan) -> dict[str, object]:
    thresholds = ranking.level_thresholds
    return {
        "ties": ranking.ties,
        "tie_break_groups": list(ranking.tie_break_groups),
        "by": ranking.by,
        "unsubmitted": ranking.unsubmitted,
        "publish_per_parent": ranking.publish_per_parent,
        "level_thresholds": [
            {"level": t.level, "group": t.group, "at_least": t.at_least} for t in thresholds
        ],
        "ladder": [{"name": step.name, "at_least": step.at_least} for step in ranking.ladder],
    }
