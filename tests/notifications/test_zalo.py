"""The text to copy into a chat group: short, whole in what matters, and silent about scores."""

from datetime import UTC, date, datetime
from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.messages import Deadline, Wording
from notifications.zalo import LIMIT, LONGEST_LINK, zalo_text

DUE = Deadline(datetime(2019, 10, 24, 17, tzinfo=UTC), Wording.BEFORE_DAY, date(2019, 10, 25))
WORDS = "trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)"
LINK = "https://danhgia.example.vn/don-vi"
COMMUNES = [f"UBND xã Ia Khươl {number}" for number in range(1, 27)]


def test_it_names_the_missing_the_deadline_and_the_place() -> None:
    assert zalo_text(2019, DUE, LINK, ["UBND xã Hà Tây", "UBND thị trấn Phú Hòa"], 14) == (
        "Nhắc nộp phiếu tự đánh giá 2019. 2/14 đơn vị chưa nộp: UBND xã Hà Tây, UBND thị trấn Phú Hòa. "
        f"Hạn: {WORDS}. Nộp tại: {LINK}"
    )


def test_one_unit_is_not_counted() -> None:
    text = zalo_text(2019, DUE, LINK, ["UBND xã Hà Tây"], 1)
    assert "Chưa nộp: UBND xã Hà Tây. Hạn:" in text


def test_a_part_of_the_units_is_counted_alone() -> None:
    assert " 2 đơn vị chưa nộp: UBND xã A, UBND xã B. " in zalo_text(
        2019, DUE, LINK, ["UBND xã A", "UBND xã B"]
    )


def test_names_that_do_not_fit_are_counted() -> None:
    text = zalo_text(2019, DUE, LINK, COMMUNES, 26)
    assert "26/26 đơn vị chưa nộp: UBND xã Ia Khươl 1, " in text
    named = text.count("Ia Khươl")
    assert f" và {26 - named} đơn vị khác. Hạn: {WORDS}." in text
    assert LIMIT - len("UBND xã Ia Khươl 10, ") < len(text) <= LIMIT


def test_a_deadline_that_has_passed_is_called_so() -> None:
    assert f"Đã quá hạn: {WORDS}." in zalo_text(2019, DUE, LINK, ["UBND xã Hà Tây"], overdue=True)


def test_nobody_missing_leaves_the_deadline() -> None:
    assert zalo_text(2019, DUE, LINK, [], 14) == (
        f"Nhắc nộp phiếu tự đánh giá 2019. Hạn: {WORDS}. Nộp tại: {LINK}"
    )


def test_a_link_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="no room"):
        zalo_text(2019, DUE, "https://" + "x" * LONGEST_LINK, [], 1)


@given(
    names=st.lists(st.text(min_size=1, max_size=400), max_size=40),
    path=st.text("abcdef/-", max_size=LONGEST_LINK - len(LINK)),
)
def test_whatever_the_names_it_fits_and_keeps_what_matters(names: list[str], path: str) -> None:
    link = LINK + path
    text = zalo_text(2019, DUE, link, names, len(names), overdue=True)
    assert len(text) <= LIMIT
    assert is_normalized("NFC", text)
    assert WORDS in text
    assert text.endswith(link)


def test_decomposed_names_are_composed() -> None:
    assert "Hà Tây" in zalo_text(2019, DUE, LINK, [normalize("NFD", "UBND xã Hà Tây")], 1)
