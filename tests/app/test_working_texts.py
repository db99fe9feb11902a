"""How points came about, as whole sentences in both languages."""

import pytest
from flask_babel import force_locale

from app.i18n.working_texts import WORDS, working_text
from criteria.model import Normalised, Ratio
from criteria.scoring import Context, RolledUp
from criteria.working import Way
from tests.criteria.samples import HIGHEST, LADDER, PARTS, RULES, VALUES, D
from tests.criteria.test_working import THIRD, explained

SENTENCES = [
    (
        Ratio(D(4)),
        {"numerator": D(45), "denominator": D(60)},
        None,
        "45/60 = 75% × 4 điểm = 3 điểm",
        "45/60 = 75% × 4 points = 3 points",
    ),
    (
        Ratio(D(4)),
        THIRD,
        None,
        "1/3 ≈ 33,33% × 4 điểm = 1,333 điểm, làm tròn 3 chữ số lẻ",
        "1/3 ≈ 33,33% × 4 points = 1,333 points, rounded to 3 decimals",
    ),
    (RULES["A1.2"], {"answer": False}, None, "Không: 0 điểm", "No: 0 points"),
    (
        LADDER,
        {"count": D(3)},
        None,
        "3 đạt bậc từ 3 trở lên: 3 điểm",
        "3 reaches the step from 3 on: 3 points",
    ),
    (PARTS, {"parts": ("backup",)}, None, "Sao lưu: 0,5 điểm", "Sao lưu: 0,5 points"),
    (
        PARTS,
        {"parts": ("firewall", "backup")},
        None,
        "Tường lửa 1,5 + Sao lưu 0,5 = 2 điểm",
        "Tường lửa 1,5 + Sao lưu 0,5 = 2 points",
    ),
    (
        HIGHEST,
        VALUES["B1.2"],
        None,
        "Trang riêng 2; Tỷ lệ chuyên mục 1,5; lấy mức cao nhất: 2 điểm",
        "Trang riêng 2; Tỷ lệ chuyên mục 1,5; the highest counts: 2 points",
    ),
    (
        RULES["B1.1"],
        {"count": D(12)},
        None,
        "12 × 1 điểm = 12 điểm, chỉ tính đến tối đa 10 điểm",
        "12 × 1 points = 12 points, counted up to the maximum of 10 points",
    ),
    (
        RULES["C2"],
        {"count": D(3)},
        None,
        "3 × 2 điểm = 6 điểm, chỉ trừ nhiều nhất 5 điểm",
        "3 × 2 points = 6 points, at most 5 points are taken off",
    ),
    (
        RULES["B3.1"],
        None,
        Context(rolled_up={"X1": RolledUp(D(3), 4)}),
        "3/4 đơn vị trực thuộc đạt tối đa = 75% × 10 điểm = 7,5 điểm",
        "3/4 subordinate units reach the maximum = 75% × 10 points = 7,5 points",
    ),
    (
        Normalised(D(3)),
        THIRD,
        None,
        "Chờ số liệu của các đơn vị khác mới tính được điểm",
        "Waits for other units' figures before points can be counted",
    ),
    (Ratio(D(4)), None, None, "", ""),
]


def test_every_way_reads_as_a_sentence_in_both_languages(app) -> None:
    with app.test_request_context():
        for rule, value, context, vietnamese, english in SENTENCES:
            found = explained(rule, value, context)
            with force_locale("vi"):
                assert working_text(found) == vietnamese
            with force_locale("en"):
                assert working_text(found) == english


@pytest.mark.parametrize("way", [way for way in Way if way is not Way.UNANSWERED])
def test_no_way_is_without_words(way) -> None:
    assert way in WORDS
