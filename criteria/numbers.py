"""Numbers as people write them, with comma or point. The one reader for forms, API and workbooks."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

from criteria.canonical import decimal_text
from criteria.checks import LARGEST_NUMBER, MOST_DECIMALS

LONGEST_NUMBER = 24
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?", re.ASCII)
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[., ][0-9]{3})+(?:[.,][0-9]+)?", re.ASCII)
_MINUS = ("-", "\u2212")


class NumberCode(StrEnum):
    """Why a text is not taken as a number."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS = "ambiguous"
    TOO_PRECISE = "too_precise"
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"


class UnreadableNumber(ValueError):
    """A text that is no number, or not for sure which one; `detail` holds the limit passed, if any."""

    def __init__(self, code: NumberCode, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code} {detail}".strip())


def parse_number(text: str, *, ceiling: Decimal | None = None, least: Decimal = Decimal(0)) -> Decimal:
    """Read `8,5` or `8.5`. A point before exactly three digits could group thousands: refused, never guessed.

    Takes ASCII digits only, at most 12 before and 6 after the mark; no exponent, unit, or sign but minus.
    Raises `UnreadableNumber`; its limits are `least` (0, so no negative number) and `ceiling`.
    """
    digits, negative = _unsigned(text)
    if not _NUMBER.fullmatch(digits):
        raise UnreadableNumber(_why_unread(digits))
    if _ONE_GROUP.fullmatch(digits):
        raise UnreadableNumber(NumberCode.AMBIGUOUS)
    number = Decimal(digits.replace(",", "."))
    number = -number if negative else number
    _refuse_beyond(number, ceiling=ceiling, least=least)
    return number


def _unsigned(text: str) -> tuple[str, bool]:
    stripped = text.strip()
    if not stripped:
        raise UnreadableNumber(NumberCode.EMPTY)
    if len(stripped) > LONGEST_NUMBER:
        raise UnreadableNumber(NumberCode.TOO_LONG, str(LONGEST_NUMBER))
    return (stripped[1:], True) if stripped[0] in _MINUS else (stripped, False)


def _why_unread(digits: str) -> NumberCode:
    return NumberCode.AMBIGUOUS if _GROUPED.fullmatch(digits) else NumberCode.NOT_A_NUMBER


def _refuse_beyond(number: Decimal, *, ceiling: Decimal | None, least: Decimal) -> None:
    highest = LARGEST_NUMBER - 1 if ceiling is None else ceiling
    if number < least:
        raise UnreadableNumber(NumberCode.BELOW_MINIMUM, comma(least))
    if number > highest:
        raise UnreadableNumber(NumberCode.ABOVE_MAXIMUM, comma(highest))
    if number != number.quantize(Decimal(1).scaleb(-MOST_DECIMALS)):
        raise UnreadableNumber(NumberCode.TOO_PRECISE, str(MOST_DECIMALS))


def comma(number: Decimal) -> str:
    """A number as Vietnamese readers write it: decimal comma, no thousands mark, no trailing zeros."""
    return decimal_text(number).replace(".", ",")
