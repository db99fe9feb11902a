"""The small checks every part of a criteria set passes when it is built. They report, they mend nothing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

LARGEST_NUMBER = Decimal(10) ** 12
MOST_DECIMALS = 6
LONGEST_CODE = 32
LONGEST_TITLE = 500
LONGEST_TEXT = 4000
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


class FlawCode(StrEnum):
    """What can be wrong with a criteria set."""

    NOT_JSON = "not_json"
    WRONG_TYPE = "wrong_type"
    MISSING = "missing"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_VALUE = "unknown_value"
    BLANK = "blank"
    TOO_LONG = "too_long"
    BAD_TEXT = "bad_text"
    BAD_CODE = "bad_code"
    REPEATED = "repeated"
    TOO_FEW = "too_few"
    BAD_NUMBER = "bad_number"
    OUT_OF_RANGE = "out_of_range"
    FALLING_LADDER = "falling_ladder"
    MISPLACED = "misplaced"


@dataclass(frozen=True)
class Flaw:
    """One thing wrong in a criteria set: where (`groups[0].title`), what, and the offending text."""

    path: str
    code: FlawCode
    detail: str = ""

    def under(self, path: str) -> Flaw:
        """The same flaw seen from the object that holds the flawed one at `path`."""
        return Flaw(".".join(part for part in (path, self.path) if part), self.code, self.detail)


class InvalidCriteria(ValueError):
    """A criteria set, or a part of one, that cannot be used; `problems` lists every flaw found."""

    def __init__(self, problems: Iterable[Flaw]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "; ".join(f"{flaw.path}: {flaw.code} {flaw.detail}".strip() for flaw in self.problems)
        )


def refuse(flaws: Iterable[Flaw]) -> None:
    """Raise `InvalidCriteria` if there is any flaw."""
    found = tuple(flaws)
    if found:
        raise InvalidCriteria(found)


def text_flaws(
    path: str, text: object, *, longest: int = LONGEST_TITLE, blank: bool = False
) -> Iterator[Flaw]:
    """Text is a NFC string without control characters, not too long, and not blank unless it may be."""
    if not isinstance(text, str):
        yield Flaw(path, FlawCode.WRONG_TYPE, repr(text)[:80])
        return
    if not blank and not text.strip():
        yield Flaw(path, FlawCode.BLANK)
    if len(text) > longest:
        yield Flaw(path, FlawCode.TOO_LONG, str(len(text)))
    if not unicodedata.is_normalized("NFC", text) or any(map(is_unprintable, text)):
        yield Flaw(path, FlawCode.BAD_TEXT)


def is_unprintable(character: str) -> bool:
    """Whether a character is a control character or half a surrogate pair; line breaks and tabs are not."""
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"


def code_flaws(path: str, code: object) -> Iterator[Flaw]:
    """A code is 1 to 32 ASCII letters, digits, dots, dashes and underscores, as in `A1.2`."""
    if not isinstance(code, str) or len(code) > LONGEST_CODE or not _CODE.fullmatch(code):
        yield Flaw(path, FlawCode.BAD_CODE, repr(code)[:80])


def number_flaws(
    path: str,
    number: object,
    *,
    least: Decimal = -LARGEST_NUMBER,
    most: Decimal = LARGEST_NUMBER,
    above: Decimal = -LARGEST_NUMBER,
) -> Iterator[Flaw]:
    """A number is a finite Decimal that can be stored, from `least` to `most`, and more than `above`."""
    if not isinstance(number, Decimal):
        yield Flaw(path, FlawCode.WRONG_TYPE, repr(number)[:80])
        return
    if not is_storable(number):
        yield Flaw(path, FlawCode.BAD_NUMBER, str(number)[:40])
        return
    if not least <= number <= most or number <= above:
        yield Flaw(path, FlawCode.OUT_OF_RANGE, str(number)[:40])


def is_storable(number: Decimal) -> bool:
    """Whether a number is finite and fits twelve digits before and six after the decimal mark."""
    if not number.is_finite() or abs(number) >= LARGEST_NUMBER:
        return False
    return number == number.quantize(Decimal(1).scaleb(-MOST_DECIMALS))


def repeat_flaws(path: str, keys: Iterable[object]) -> Iterator[Flaw]:
    """Each key that occurs more than once."""
    for key, times in Counter(keys).items():
        if times > 1:
            yield Flaw(path, FlawCode.REPEATED, str(key))


def choice_flaws(path: str, value: object, allowed: Iterable[object]) -> Iterator[Flaw]:
    """A value outside the few that are allowed."""
    if value not in tuple(allowed):
        yield Flaw(path, FlawCode.UNKNOWN_VALUE, repr(value)[:80])
