"""Builds frozen dataclasses from JSON values, naming every fault with its path. It knows no set in particular."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from criteria.checks import Flaw, FlawCode, InvalidCriteria
from criteria.numbers import UnreadableNumber, parse_number

LONGEST_FILE = 2_000_000
_LEAST = Decimal(-(10**12))
T = TypeVar("T")


def read(wanted: type[T], data: object) -> T:
    """The wanted dataclass from JSON values. Raises `InvalidCriteria` with every flaw found."""
    reading = _Reading()
    built = reading.thing(wanted, data, "")
    if reading.flaws or not isinstance(built, wanted):
        raise InvalidCriteria(reading.flaws)
    return built


def strict_json(text: str) -> object:
    """JSON without repeated keys, floats, NaN or endless depth; NFC. Raises `InvalidCriteria`."""
    if len(text) > LONGEST_FILE:
        raise InvalidCriteria([Flaw("", FlawCode.TOO_LONG, str(len(text)))])
    try:
        return json.loads(
            unicodedata.normalize("NFC", text),
            object_pairs_hook=_without_repeats,
            parse_constant=_no_float,
            parse_float=_no_float,
        )
    except (ValueError, RecursionError) as fault:
        raise InvalidCriteria([Flaw("", FlawCode.NOT_JSON, str(fault)[:200])]) from fault


def _without_repeats(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"repeated key {key!r}")
        found[key] = value
    return found


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"write the number {text[:40]} as text")


@cache
def _types_of(kind: type) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}


def _required(kind: type) -> set[str]:
    return {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}


@dataclass
class _Reading:
    """Builds dataclasses from JSON by their annotations, gathering flaws instead of stopping at the first."""

    flaws: list[Flaw] = field(default_factory=list)

    def thing(self, wanted: Any, data: object, path: str) -> object:
        """What `data` says, as the wanted type; None after a flaw."""
        if get_origin(wanted) in {UnionType, Union}:
            return self._one_of(get_args(wanted), data, path)
        if get_origin(wanted) is tuple:
            return self._items(get_args(wanted)[0], data, path)
        if is_dataclass(wanted):
            return self._record(wanted, data, path)  # type: ignore[arg-type]  # is_dataclass also admits instances
        return self._plain(wanted, data, path)

    def _flaw(self, path: str, code: FlawCode, detail: object = "") -> object:
        """Note a flaw; what could not be read becomes None."""
        self.flaws.append(Flaw(path, code, str(detail)[:80]))
        return None

    def _items(self, wanted: Any, data: object, path: str) -> object:
        if not isinstance(data, list):
            return self._flaw(path, FlawCode.WRONG_TYPE, type(data).__name__)
        return tuple(self.thing(wanted, item, f"{path}[{place}]") for place, item in enumerate(data))

    def _one_of(self, choices: tuple[Any, ...], data: object, path: str) -> object:
        if data is None and type(None) in choices:
            return None
        by_kind = {choice.kind: choice for choice in choices if hasattr(choice, "kind")}
        if not by_kind:
            return self.thing(choices[0], data, path)
        kind = data.get("kind") if isinstance(data, dict) else None
        if not isinstance(kind, str) or kind not in by_kind:
            return self._flaw(f"{path}.kind", FlawCode.UNKNOWN_VALUE, kind)
        return self.thing(by_kind[kind], data, path)

    def _record(self, wanted: type, data: object, path: str) -> object:
        if not isinstance(data, dict):
            return self._flaw(path, FlawCode.WRONG_TYPE, type(data).__name__)
        types = _types_of(wanted)
        known = {*types, "kind"} if hasattr(wanted, "kind") else set(types)
        before = len(self.flaws)
        for key in sorted(data.keys() - known):
            self._flaw(_join(path, key), FlawCode.UNKNOWN_KEY)
        for key in sorted(_required(wanted) - data.keys()):
            self._flaw(_join(path, key), FlawCode.MISSING)
        given = {key: self.thing(types[key], data[key], _join(path, key)) for key in types if key in data}
        return self._built(wanted, given, path) if len(self.flaws) == before else None

    def _built(self, wanted: Callable[..., object], given: Mapping[str, object], path: str) -> object:
        try:
            return wanted(**given)
        except InvalidCriteria as refused:
            self.flaws.extend(flaw.under(path) for flaw in refused.problems)
            return None

    def _plain(self, wanted: type, data: object, path: str) -> object:
        if wanted is Decimal:
            return self._decimal(data, path)
        if type(data) is not wanted:
            return self._flaw(path, FlawCode.WRONG_TYPE, type(data).__name__)
        return data

    def _decimal(self, data: object, path: str) -> object:
        if not isinstance(data, str):
            return self._flaw(path, FlawCode.WRONG_TYPE, type(data).__name__)
        try:
            return parse_number(data.replace(".", ","), least=_LEAST)
        except UnreadableNumber as unread:
            return self._flaw(path, FlawCode.BAD_NUMBER, unread)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
