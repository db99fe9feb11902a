"""A criteria set as sheets that an office edits: what writer and reader agree on. Opens no file, judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from criteria.model import CriteriaSet, Criterion, EnteredBy, RollUpHow, RuleKind, Section, WhenZero
from criteria.workbook.form import Place

SETTINGS_SHEET = "Bộ tiêu chí"
GROUPS_SHEET = "Nhóm"
CRITERIA_SHEET = "Tiêu chí"
POINTS_SHEET = "Mức điểm"
ORIGIN = "origin"


class Setting(StrEnum):
    """The rows of the first sheet."""

    CODE = "Mã bộ tiêu chí"
    TITLE = "Tên bộ tiêu chí"
    UNIT_KIND = "Cấp đơn vị"
    SOURCE = "Nguồn, văn bản ban hành"
    ILLUSTRATIVE = "Bộ minh họa"
    PLACES = "Số chữ số thập phân"
    ROUNDING = "Cách làm tròn"


class SettingHeading(StrEnum):
    """The columns of the first sheet."""

    NAME = "Mục"
    VALUE = "Nội dung"


class GroupHeading(StrEnum):
    """The columns of the sheet of groups."""

    CODE = "Mã nhóm"
    TITLE = "Tên nhóm"
    SECTION = "Hạng mục"
    LEVEL = "Mức độ"


class CriterionHeading(StrEnum):
    """The columns of the sheet of criteria. A row with an alternative is one way of meeting the criterion above it."""

    CODE = "Mã tiêu chí"
    ALTERNATIVE = "Phương án"
    GROUP = "Mã nhóm"
    TITLE = "Tên tiêu chí hoặc phương án"
    KIND = "Cách chấm"
    MAX = "Điểm tối đa"
    EACH = "Điểm mỗi lần đếm"
    FLOOR = "Điểm trừ nhiều nhất"
    WHEN_ZERO = "Khi mẫu số bằng 0"
    WHOLE = "Chỉ số nguyên"
    OF = "Tổng hợp từ tiêu chí"
    HOW = "Cách tổng hợp"
    EVIDENCE = "Tài liệu kiểm chứng"
    EVIDENCE_REQUIRED = "Bắt buộc có tài liệu"
    HELP = "Hướng dẫn"
    ENTERED_BY = "Ai nhập (chỉ để xem)"


class PointHeading(StrEnum):
    """The columns of the sheet of options, parts and steps."""

    CRITERION = "Mã tiêu chí"
    ALTERNATIVE = "Phương án"
    CODE = "Mã mức (không sửa)"
    LABEL = "Nội dung"
    AT_LEAST = "Từ số lượng"
    POINTS = "Điểm"


UNIT_KIND_WORDS: Mapping[str, str] = {
    "province": "Cấp tỉnh",
    "department": "Sở, ban, ngành",
    "district": "Cấp huyện",
    "commune": "Cấp xã",
}
SECTION_WORDS: Mapping[str, str] = {
    Section.READINESS: "Mức độ sẵn sàng",
    Section.RESULT: "Kết quả đạt được",
    Section.ADJUSTMENT: "Điểm cộng, điểm trừ",
}
ROUNDING_WORDS: Mapping[str, str] = {
    "half_up": "Nửa thì tăng",
    "half_even": "Nửa về số chẵn",
    "down": "Cắt bớt",
}
KIND_WORDS: Mapping[str, str] = {
    RuleKind.YES_NO: "Có hoặc không",
    RuleKind.RATIO: "Tỷ lệ",
    RuleKind.COUNT_LADDER: "Bậc theo số lượng",
    RuleKind.CHOICE: "Chọn một mức",
    RuleKind.PARTS: "Cộng các phần",
    RuleKind.COUNT: "Số lượng nhân điểm",
    RuleKind.HIGHEST: "Phương án cao nhất",
    RuleKind.NORMALISED: "So với đơn vị cao nhất",
    RuleKind.SURVEY: "Điểm khảo sát",
    RuleKind.ADJUSTMENT: "Điểm cộng, điểm trừ",
    RuleKind.ROLL_UP: "Tổng hợp từ cấp dưới",
}
WHEN_ZERO_WORDS: Mapping[str, str] = {WhenZero.ZERO: "0 điểm", WhenZero.NOT_APPLICABLE: "Không áp dụng"}
HOW_WORDS: Mapping[str, str] = {RollUpHow.RATIO: "Tỷ lệ đạt tối đa", RollUpHow.MEAN: "Trung bình"}
ENTERED_BY_WORDS: Mapping[str, str] = {
    EnteredBy.UNIT: "Đơn vị",
    EnteredBy.OFFICE: "Cơ quan chủ trì",
    EnteredBy.SYSTEM: "Hệ thống",
}
# Which boxes a kind of rule fills in; MAX of the kinds in ADDED_UP must be blank or what their points come to.
ASKED: Mapping[RuleKind, frozenset[CriterionHeading]] = {
    RuleKind.YES_NO: frozenset({CriterionHeading.MAX}),
    RuleKind.RATIO: frozenset({CriterionHeading.MAX, CriterionHeading.WHEN_ZERO}),
    RuleKind.COUNT_LADDER: frozenset({CriterionHeading.MAX, CriterionHeading.WHOLE}),
    RuleKind.CHOICE: frozenset({CriterionHeading.MAX}),
    RuleKind.PARTS: frozenset({CriterionHeading.MAX}),
    RuleKind.COUNT: frozenset({CriterionHeading.MAX, CriterionHeading.EACH}),
    RuleKind.HIGHEST: frozenset({CriterionHeading.MAX}),
    RuleKind.NORMALISED: frozenset({CriterionHeading.MAX}),
    RuleKind.SURVEY: frozenset({CriterionHeading.MAX}),
    RuleKind.ADJUSTMENT: frozenset({CriterionHeading.MAX, CriterionHeading.EACH, CriterionHeading.FLOOR}),
    RuleKind.ROLL_UP: frozenset({CriterionHeading.MAX, CriterionHeading.OF, CriterionHeading.HOW}),
}
PARAMETERS = tuple(
    CriterionHeading(one)
    for one in (
        CriterionHeading.EACH,
        CriterionHeading.FLOOR,
        CriterionHeading.WHEN_ZERO,
        CriterionHeading.WHOLE,
        CriterionHeading.OF,
        CriterionHeading.HOW,
    )
)
LISTED = frozenset({RuleKind.COUNT_LADDER, RuleKind.CHOICE, RuleKind.PARTS})
ADDED_UP = LISTED | {RuleKind.HIGHEST}


class SetFlawCode(StrEnum):
    """What can be wrong with the sheets of a set beside what is wrong with any set (`criteria.checks.FlawCode`)."""

    SHEET_MISSING = "sheet_missing"
    UNKNOWN_WORD = "unknown_word"
    UNKNOWN_GROUP = "unknown_group"
    UNKNOWN_CRITERION = "unknown_criterion"
    MAX_DIFFERS = "max_differs"
    NOT_USED = "not_used"
    CODE_NUMBER = "code_number"


@dataclass(frozen=True)
class SetFlaw:
    """One thing wrong: where, what (a `BookFlaw`, `FlawCode` or `SetFlawCode`), its detail, and the criterion's code."""

    place: Place
    code: str
    detail: str = ""
    criterion: str = ""


@dataclass(frozen=True)
class ReadSet:
    """A workbook read back.

    `criteria_set` is None while anything is wrong; `criteria` are those that are sound by themselves, of `read` rows.
    `origin` is the version that the workbook was made from, as it says itself.
    """

    criteria_set: CriteriaSet | None
    criteria: Mapping[str, Criterion] = field(default_factory=dict)
    read: int = 0
    flaws: tuple[SetFlaw, ...] = ()
    origin: str = ""
