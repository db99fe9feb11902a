"""One small criteria set with every kind of rule, and answers to it, for the tests of this folder."""

from decimal import Decimal

from criteria.answers import Answer, AnswerSheet
from criteria.model import (
    Adjustment,
    Alternative,
    Choice,
    Count,
    CountLadder,
    CriteriaSet,
    Criterion,
    Group,
    Highest,
    Normalised,
    Option,
    Parts,
    Ratio,
    RollUp,
    Step,
    Survey,
    YesNo,
)

D = Decimal

LADDER = CountLadder(tuple(Step(D(count), D(count)) for count in (1, 2, 3, 4)))
CHOICE = Choice(
    (
        Option("degree", "Đại học", D(4)),
        Option("college", "Cao đẳng", D(2)),
        Option("nobody", "Không có", D(0)),
    )
)
PARTS = Parts((Option("firewall", "Tường lửa", D("1.5")), Option("backup", "Sao lưu", D("0.5"))))
HIGHEST = Highest(
    (
        Alternative("own", "Trang riêng", YesNo(D(2))),
        Alternative("share", "Tỷ lệ chuyên mục", Ratio(D(3))),
    )
)
RULES = {
    "A1.1": Ratio(D(4)),
    "A1.2": YesNo(D(2)),
    "A1.3": PARTS,
    "A1.4": Normalised(D(3)),
    "A2.1": CHOICE,
    "A2.2": LADDER,
    "B1.1": Count(D(1), D(10)),
    "B1.2": HIGHEST,
    "B2.1": Ratio(D(5), when_zero="not_applicable"),
    "B3.1": RollUp(D(10), of="X1"),
    "B4.1": Survey(D(6)),
    "C1": Adjustment(D(1), cap=D(3), floor=D(0)),
    "C2": Adjustment(D(-2), cap=D(0), floor=D(-5)),
}
VALUES = {
    "A1.1": {"numerator": D(37), "denominator": D(50)},
    "A1.2": {"answer": True},
    "A1.3": {"parts": ("firewall", "backup")},
    "A1.4": {"numerator": D(1), "denominator": D(2)},
    "A2.1": {"option": "college"},
    "A2.2": {"count": D(3)},
    "B1.1": {"count": D(12)},
    "B1.2": {"own.answer": True, "share.numerator": D(1), "share.denominator": D(2)},
    "B2.1": {"numerator": D(0), "denominator": D(0)},
    "C1": {"count": D(2)},
}
_GROUPS = (
    ("A1", "Cơ sở hạ tầng thông tin", "readiness", None),
    ("A2", "Nhân lực công nghệ thông tin", "readiness", None),
    ("B1", "Mức độ hiện diện", "result", 1),
    ("B2", "Mức độ tương tác", "result", 2),
    ("B3", "Mức độ giao dịch", "result", 3),
    ("B4", "Mức độ chuyển đổi", "result", 4),
    ("C", "Điểm cộng, điểm trừ", "adjustment", None),
)


def criterion(code: str, **changes: object) -> Criterion:
    """The sample criterion with this code."""
    return Criterion(code, f"Tiêu chí {code}", RULES[code], **changes)


def sample_set(**changes: object) -> CriteriaSet:
    """The sample set, with other attributes where asked."""
    groups = tuple(
        Group(code, title, section, tuple(criterion(one) for one in RULES if one.startswith(code)), level)
        for code, title, section, level in _GROUPS
    )
    attributes = {
        "code": "sample",
        "title": "Bộ tiêu chí minh họa",
        "unit_kind": "department",
        "groups": groups,
        "source": "Tự dựng",
        "illustrative": True,
    }
    return CriteriaSet(**(attributes | changes))


def sheet(**reasons: str) -> AnswerSheet:
    """The sample answers, all with a reason unless `reason=""` says otherwise."""
    reason = reasons.get("reason", "Chưa đủ kinh phí")
    return AnswerSheet({code: Answer(code, value, reason) for code, value in VALUES.items()})
