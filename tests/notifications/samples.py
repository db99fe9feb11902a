"""One message of every kind, of one imagined campaign."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from notifications.messages import (
    Accepted,
    ApprovalWaiting,
    Assigned,
    CampaignOpened,
    CodeToSignIn,
    Deadline,
    DeadlineChanged,
    Digest,
    DraftResult,
    DueToday,
    ExplanationDecided,
    Invitation,
    Message,
    NotStarted,
    NotSubmitted,
    Nudge,
    Overdue,
    Owed,
    Owing,
    PackageDue,
    PackageReturned,
    PackageSent,
    Published,
    QuestionAnswered,
    QuestionAsked,
    RankingForApproval,
    Remark,
    Returned,
    SeveralDue,
    Submitted,
    SystemFault,
    Trouble,
    Undelivered,
    VerificationDue,
    Visit,
    Wording,
    WorkbookReceived,
)

_DUE = Deadline(datetime(2026, 11, 20, 17, tzinfo=UTC), Wording.THROUGH_DAY, date(2026, 11, 20))
_UNIT: dict[str, Any] = {
    "unit": "19321",
    "unit_name": "xã Thanh Thủy",
    "link": "https://danhgia.example.vn/phieu/118",
    "hotline": "0232 3844 999",
}
_CAMPAIGN: dict[str, Any] = _UNIT | {
    "campaign": "qb2026",
    "campaign_name": "Đánh giá mức độ Chính quyền điện tử tỉnh Quảng Bình năm 2026",
    "year": 2026,
}
_OFFICE: dict[str, Any] = _CAMPAIGN | {"unit": "44", "unit_name": "tỉnh Quảng Bình"}
_AT = datetime(2026, 11, 20, 2, 41, tzinfo=UTC)
_REMARKS = tuple(
    Remark(f"2.{number}", "Chưa có văn bản ban hành, bổ sung bản ký số của UBND xã") for number in range(1, 7)
)
SAMPLES: tuple[Message, ...] = (
    CampaignOpened(**_CAMPAIGN, deadline=_DUE, criteria_count=60, minutes=90, letter="751/STTTT-CNTT"),
    NotStarted(**_CAMPAIGN, occurrence="2026-11-06:1", deadline=_DUE, days_left=14, criteria_count=60),
    NotSubmitted(
        **_CAMPAIGN,
        occurrence="2026-11-17:1",
        deadline=_DUE,
        days_left=3,
        done=37,
        criteria_count=60,
        next_criterion="3.2 Tỷ lệ hồ sơ giải quyết trực tuyến mức độ 3, mức độ 4",
        consequence="không được xếp hạng (xem như xếp hạng cuối)",
    ),
    DueToday(**_CAMPAIGN, occurrence="2026-11-20:1", deadline=_DUE, done=41, criteria_count=60),
    Overdue(
        **_CAMPAIGN,
        occurrence="2026-11-21:1",
        deadline=_DUE,
        days_over=1,
        consequence="không được xếp hạng (xem như xếp hạng cuối)",
    ),
    Nudge(
        **_CAMPAIGN,
        occurrence="nudge5",
        urged_by="UBND huyện Lệ Thủy",
        deadline=Deadline(datetime(2026, 11, 17, 17, tzinfo=UTC), Wording.THROUGH_DAY, date(2026, 11, 17)),
        overdue=False,
        done=37,
        criteria_count=60,
        note="Huyện còn thiếu phiếu của xã, đề nghị nộp trong ngày mai để kịp tổng hợp.",
        official=_DUE,
        set_by="UBND huyện Lệ Thủy",
    ),
    DeadlineChanged(
        **_CAMPAIGN,
        occurrence="extension4",
        deadline=Deadline(datetime(2026, 11, 25, 17, tzinfo=UTC), Wording.THROUGH_DAY, date(2026, 11, 25)),
        later=True,
        changed_by="Sở Thông tin và Truyền thông",
        reason="Mưa lũ kéo dài trên địa bàn xã",
        document="88/UBND-VX",
    ),
    Digest(
        **_CAMPAIGN | {"unit": "457", "unit_name": "huyện Lệ Thủy"},
        occurrence="2026-11-16:1",
        deadline=_DUE,
        days_left=4,
        submitted=18,
        total=26,
        missing=tuple(f"UBND xã Trường Thủy {number}" for number in range(1, 9)),
        unit_link="https://danhgia.example.vn/don-vi",
    ),
    PackageDue(
        **_CAMPAIGN | {"unit": "457", "unit_name": "huyện Lệ Thủy"},
        occurrence="2026-11-18:1",
        deadline=_DUE,
        days_left=2,
        waiting=3,
        total=27,
    ),
    VerificationDue(
        **_OFFICE,
        occurrence="2026-11-15:1",
        deadline=_DUE,
        days_left=2,
        waiting=9,
        total=12,
        own=True,
    ),
    ApprovalWaiting(**_OFFICE, occurrence="2026-11-24:1", waiting_since=_AT, days=4),
    SeveralDue(
        **_CAMPAIGN | {"unit": "457", "unit_name": "huyện Lệ Thủy"},
        occurrence="2026-11-19:1",
        items=(
            Owing(Owed.FORM, "huyện Lệ Thủy", 58, 60, _DUE),
            Owing(Owed.PACKAGE, "huyện Lệ Thủy", 24, 27, _DUE),
            Owing(Owed.VERIFICATION, "tỉnh Quảng Bình", 3, 12, _DUE),
            Owing(Owed.APPROVAL, "tỉnh Quảng Bình", 0, 0, Deadline(_AT)),
            Owing(Owed.OVERSIGHT, "huyện Lệ Thủy", 24, 27, _DUE),
        ),
    ),
    Submitted(
        **_CAMPAIGN,
        occurrence="move317",
        at=_AT,
        receipt="XT-118-K7",
        next_actor="UBND huyện Lệ Thủy",
        may_withdraw=True,
    ),
    Returned(
        **_CAMPAIGN,
        occurrence="move320",
        returned_by="UBND huyện Lệ Thủy",
        remarks=_REMARKS,
        deadline=Deadline(datetime(2026, 11, 23, 10, tzinfo=UTC)),
    ),
    Accepted(
        **_CAMPAIGN, occurrence="move322", accepted_by="UBND huyện Lệ Thủy", results_on=date(2026, 12, 25)
    ),
    PackageSent(**_CAMPAIGN, occurrence="package9", at=_AT, included=24, total=26),
    PackageReturned(
        **_CAMPAIGN,
        occurrence="package9",
        returned_by="Sở Thông tin và Truyền thông",
        reason="Thiếu phiếu của hai xã mà chưa ghi lý do.",
        deadline=_DUE,
    ),
    QuestionAsked(
        **_CAMPAIGN,
        occurrence="5",
        criterion="2.4",
        question="Quyết định ban hành quy chế có số nào? Gửi bản chụp có chữ ký số.",
        asked_by="Sở Thông tin và Truyền thông",
    ),
    QuestionAnswered(
        **_CAMPAIGN,
        occurrence="5",
        criterion="2.4",
        reply="Quyết định số 12/QĐ-UBND ngày 03/3/2026, đã gắn vào tiêu chí 2.4.",
        replied_by="Nguyễn Văn An",
    ),
    Visit(
        **_CAMPAIGN,
        occurrence="visit7/2026-11-25",
        at=datetime(2026, 12, 3, 1, tzinfo=UTC),
        team="Trần Chi, Lê Giang",
        place="UBND xã Thanh Thủy",
        papers="sổ theo dõi hồ sơ, quyết định phân công cán bộ công nghệ thông tin",
    ),
    DraftResult(
        **_CAMPAIGN,
        occurrence="run4",
        own_points=Decimal("82.500"),
        found_points=Decimal(79),
        differences=3,
        deadline=Deadline(datetime(2026, 12, 20, 17, tzinfo=UTC)),
    ),
    ExplanationDecided(
        **_CAMPAIGN,
        occurrence="8",
        criterion="2.4",
        changed=True,
        points=Decimal("4.5"),
        answer="Đã có văn bản ký số; ghi nhận 4,5 điểm.",
        decided_by="Sở Thông tin và Truyền thông",
    ),
    Assigned(
        **_OFFICE,
        occurrence="2026-11-16T02:41:00+00:00",
        deadline=_DUE,
        count=12,
        shares=(("Huyện Lệ Thủy", 8), ("Huyện Quảng Ninh", 3), ("Sở Nội vụ", 1)),
        assigned_by="Sở Thông tin và Truyền thông",
    ),
    RankingForApproval(
        **_CAMPAIGN, occurrence="run4", run=4, unit_count=261, unranked_count=3, prepared_by="Phòng CNTT"
    ),
    Published(**_CAMPAIGN, decision="169/QĐ-UBND", decided_on=date(2026, 12, 25), ranked_count=156, rank=12),
    Invitation(**_UNIT, occurrence="invite7", username="an.thanhthuy", expires_at=_AT),
    CodeToSignIn(**_UNIT, occurrence="code3", code="482913", minutes=15, expires_at=_AT),
    WorkbookReceived(
        **_UNIT,
        occurrence="letter5",
        file_name="phieu-xa-thanh-thuy.xlsx",
        changes=43,
    ),
    SystemFault(
        **_UNIT | {"unit": "server", "unit_name": "máy chủ danhgia.example.vn", "hotline": ""},
        occurrence="2026-11-20:job:mail",
        trouble=Trouble.JOB,
        what="mail",
        since=_AT,
        words="ConnectionRefusedError: [Errno 111] Connection refused",
        command="dunghan tick --once",
    ),
    Undelivered(
        **_UNIT | {"unit": "province.44", "unit_name": "UBND tỉnh Quảng Bình", "hotline": ""},
        occurrence="2026-11-20",
        count=7,
        since=_AT,
        failures=tuple(
            f"UBND xã Thanh Thủy, 0232 3844 99{number}, can-bo@thanhthuy.example: 550 5.1.1 no such user"
            for number in range(7)
        ),
    ),
)
