"""TOML tables read with every fault named.

Knows no campaign: it hands out typed values and notes what is missing, wrong or unknown, by path.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeGuard, TypeVar

T = TypeVar("T")

YEARS = range(2000, 2200)
FALLBACK_DAY = date(YEARS.start, 1, 1)
LONGEST_TEXT = 2000
MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One fault of a file: where (`kinds[1].deadline.date`, empty for the whole file) and what to do."""

    path: str
    detail: str


class Table:
    """One table being read. Each getter notes its fault and answers a stand-in, so that reading goes on."""

    def __init__(self, values: Mapping[str, object], path: str, problems: list[PlanProblem]) -> None:
        self._values = values
        self._path = path
        self._problems = problems
        self._asked: set[str] = set()

    def fault(self, key: str, detail: str) -> None:
        """Note a fault at `key` of this table."""
        self._problems.append(PlanProblem(f"{self._path}.{key}".lstrip("."), detail))

    def has(self, key: str) -> bool:
        """Say whether the table holds `key` at all."""
        return key in self._values

    def text(self, key: str, *, blank: bool = False) -> str:
        """Read a string; `blank` allows an empty one."""
        value = self._get(key)
        if isinstance(value, str) and (blank or value.strip()) and _is_plain(value):
            return value
        if value is not None:
            self.fault(
                key, f"Nhập chữ đặt trong dấu ngoặc kép, không để trống, dài nhất {LONGEST_TEXT} ký tự"
            )
        return ""

    def matching(self, key: str, pattern: re.Pattern[str], detail: str) -> str:
        """Read a string that fits `pattern` wholly."""
        value = self.text(key)
        if value and not pattern.fullmatch(value):
            self.fault(key, detail)
        return value

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """Read one of the allowed codes."""
        value = self.text(key)
        if value and value not in allowed:
            self.fault(key, f"Chọn một trong các giá trị: {', '.join(allowed)} (đang là {value})")
        return value

    def flag(self, key: str) -> bool:
        """Read true or false."""
        value = self._get(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, "Ghi true hoặc false")
        return value is True

    def whole(self, key: str, allowed: range) -> int:
        """Read a whole number inside `allowed`."""
        value = self._get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value in allowed:
            return value
        if value is not None:
            self.fault(key, f"Ghi một số nguyên từ {allowed.start} đến {allowed.stop - 1}")
        return allowed.start

    def percent(self, key: str) -> Decimal:
        """Read a number from 0 to 100."""
        value = self._get(key)
        if isinstance(value, int | Decimal) and not isinstance(value, bool) and _is_percent(Decimal(value)):
            return Decimal(value)
        if value is not None:
            self.fault(key, "Ghi một số phần trăm từ 0 đến 100, phần lẻ viết sau dấu chấm như 62.5")
        return Decimal(0)

    def day(self, key: str) -> date:
        """Read a calendar day without a time."""
        value = self._get(key)
        if isinstance(value, date) and not isinstance(value, datetime) and value.year in YEARS:
            return value
        if value is not None:
            self.fault(key, "Ghi ngày theo thứ tự năm-tháng-ngày, không đặt trong ngoặc kép, như 2019-10-18")
        return FALLBACK_DAY

    def instant(self, key: str) -> datetime:
        """Read an instant with its offset, as UTC."""
        value = self._get(key)
        if isinstance(value, datetime) and value.tzinfo is not None and value.year in YEARS:
            return value.astimezone(UTC)
        if value is not None:
            self.fault(key, "Ghi ngày giờ kèm múi giờ, như 2019-10-18T08:00:00+07:00")
        return datetime(YEARS.start, 1, 1, tzinfo=UTC)

    def choices(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Read a list of the allowed codes, each at most once."""
        found: list[str] = []
        for number, value in enumerate(self.texts(key)):
            if value not in allowed or value in found:
                self.fault(
                    f"{key}[{number}]", f"Chọn trong các giá trị, mỗi giá trị một lần: {', '.join(allowed)}"
                )
            else:
                found.append(value)
        return tuple(found)

    def lists_tables(self, key: str) -> bool:
        """Say whether `key` holds a list with a table in it."""
        value = self._values.get(key)
        return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of strings."""
        items = self._items(key)
        return tuple(i for n, i in enumerate(items) if self._is(i, str, f"{key}[{n}]", "Ghi một chuỗi ký tự"))

    def wholes(self, key: str) -> tuple[int, ...]:
        """Read a list of whole numbers."""
        items = self._items(key)
        return tuple(i for n, i in enumerate(items) if self._is(i, int, f"{key}[{n}]", "Ghi một số nguyên"))

    def table(self, key: str, read: Callable[["Table"], T]) -> T:
        """Read a table by `read`, which takes a Table."""
        return self._read(self._get(key), key, read)

    def tables(self, key: str, read: Callable[["Table"], T]) -> tuple[T, ...]:
        """Read a list of tables, each by `read`."""
        return tuple(self._read(item, f"{key}[{n}]", read) for n, item in enumerate(self._items(key)))

    def close(self) -> None:
        """Note every key that nobody asked for: it is a misspelling or belongs elsewhere."""
        for key in self._values:
            if key not in self._asked:
                self.fault(key, "Không có mục nào tên này; kiểm tra lại chính tả hoặc xóa dòng này")

    def _get(self, key: str) -> object:
        self._asked.add(key)
        if key not in self._values:
            self.fault(key, "Thiếu mục này, hãy bổ sung")
        return self._values.get(key)

    def _items(self, key: str) -> Sequence[object]:
        value = self._get(key)
        if isinstance(value, list):
            return value
        if value is not None:
            self.fault(key, "Ghi một danh sách đặt trong ngoặc vuông")
        return ()

    def _is(self, item: object, kind: type[T], path: str, detail: str) -> TypeGuard[T]:
        fits = isinstance(item, kind) and not isinstance(item, bool)
        if not fits:
            self.fault(path, detail)
        return fits

    def _read(self, value: object, key: str, read: Callable[["Table"], T]) -> T:
        if value is not None and not isinstance(value, Mapping):
            self.fault(key, "Ghi một bảng gồm các mục con")
        if not isinstance(value, Mapping):
            return read(Table({}, key, []))
        inner = Table(value, f"{self._path}.{key}".lstrip("."), self._problems)
        content = read(inner)
        inner.close()
        return content


def _is_plain(text: str) -> bool:
    return len(text) <= LONGEST_TEXT and all(c in "\n\t" or unicodedata.category(c) != "Cc" for c in text)


def _is_percent(number: Decimal) -> bool:
    return number.is_finite() and 0 <= number <= 100 and number == round(number, MOST_DECIMALS)
