"""The value of an answer, and the one reader of what was typed for forms, API and workbooks. It scores nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from criteria.canonical import decimal_text
from criteria.checks import is_storable
from criteria.fields import Field, FieldKind, fields
from criteria.numbers import NumberCode, UnreadableNumber, comma, parse_number
from criteria.rules import (
    NONE_OF_THESE,
    ZERO,
    Alternative,
    Highest,
    Normalised,
    Ratio,
    Rule,
)

Entry = Decimal | str | bool | tuple[str, ...]
Value = Mapping[str, Entry]
Raw = Mapping[str, str | list[str]]
JsonValue = dict[str, str | bool | list[str]]

_YES = frozenset({"yes", "true", "có"})
_NO = frozenset({"no", "false", "không"})


class FieldCode(StrEnum):
    """Why a field is refused; the codes of `NumberCode` come first."""

    EMPTY = NumberCode.EMPTY
    TOO_LONG = NumberCode.TOO_LONG
    NOT_A_NUMBER = NumberCode.NOT_A_NUMBER
    AMBIGUOUS = NumberCode.AMBIGUOUS
    TOO_PRECISE = NumberCode.TOO_PRECISE
    BELOW_MINIMUM = NumberCode.BELOW_MINIMUM
    ABOVE_MAXIMUM = NumberCode.ABOVE_MAXIMUM
    NOT_WHOLE = "not_whole"
    NOT_YES_OR_NO = "not_yes_or_no"
    UNKNOWN_OPTION = "unknown_option"
    CONTRADICTORY = "contradictory"
    ONE_ONLY = "one_only"
    ABOVE_DENOMINATOR = "above_denominator"
    ZERO_DENOMINATOR = "zero_denominator"
    NO_ALTERNATIVE = "no_alternative"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"


@dataclass(frozen=True)
class FieldProblem:
    """One thing wrong with one field; `detail` is the limit passed or the text not understood."""

    field: str
    code: FieldCode
    detail: str = ""


class InvalidValue(ValueError):
    """What was typed cannot be taken; `problems` lists every field problem."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{one.field}: {one.code} {one.detail}".strip() for one in self.problems))


class _Refused(ValueError):
    """One field's text is refused; becomes a `FieldProblem`."""

    def __init__(self, code: FieldCode, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(code)


def read_value(rule: Rule, raw: Raw) -> dict[str, Entry]:
    """Turn what was typed (text by field name) into a value.

    No part ticked must be said with the option `none`: a blank page is not read as "none of these".
    Raises `InvalidValue` with every problem: what cannot be read, else what contradicts itself.
    """
    asked = {field.name: field for field in fields(rule)}
    problems = [FieldProblem(name, FieldCode.UNKNOWN_FIELD) for name in raw if name not in asked]
    value: dict[str, Entry] = {}
    for name, field in asked.items():
        try:
            entry = _read(field, raw.get(name, ""))
        except _Refused as refused:
            problems.append(FieldProblem(name, refused.code, refused.detail))
            continue
        if entry is not None:
            value[name] = entry
    found = problems or list(_contradictions(rule, value))
    if found:
        raise InvalidValue(found)
    return value


def _read(field: Field, typed: str | list[str]) -> Entry | None:
    texts = [_tidy(text) for text in (typed if isinstance(typed, list) else [typed])]
    texts = [text for text in texts if text]
    if not texts:
        if field.required:
            raise _Refused(FieldCode.EMPTY)
        return None
    if field.kind == FieldKind.OPTIONS:
        return _read_options(field, texts)
    if len(texts) > 1:
        raise _Refused(FieldCode.ONE_ONLY)
    return _READERS[field.kind](field, texts[0])


def _tidy(text: object) -> str:
    if not isinstance(text, str):
        raise _Refused(FieldCode.WRONG_TYPE)
    return unicodedata.normalize("NFC", text).strip()


def _read_yes_no(_field: Field, text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise _Refused(FieldCode.NOT_YES_OR_NO, text[:40])
    return word in _YES


def _read_number(field: Field, text: str) -> Decimal:
    try:
        return parse_number(text, ceiling=field.ceiling)
    except UnreadableNumber as unread:
        raise _Refused(FieldCode(unread.code), unread.detail) from unread


def _read_integer(field: Field, text: str) -> Decimal:
    number = _read_number(field, text)
    if number != number.to_integral_value():
        raise _Refused(FieldCode.NOT_WHOLE)
    return number


def _read_option(field: Field, text: str) -> str:
    for option in field.options:
        if text == option.code:
            return option.code
    for option in field.options:
        if text.casefold() == option.label.casefold():
            return option.code
    raise _Refused(FieldCode.UNKNOWN_OPTION, text[:40])


def _read_options(field: Field, texts: Sequence[str]) -> tuple[str, ...]:
    if NONE_OF_THESE in texts:
        if any(text != NONE_OF_THESE for text in texts):
            raise _Refused(FieldCode.CONTRADICTORY, NONE_OF_THESE)
        return ()
    ticked = {_read_option(field, text) for text in texts}
    return tuple(option.code for option in field.options if option.code in ticked)


_READERS: Mapping[FieldKind, Callable[[Field, str], Entry]] = {
    FieldKind.YES_NO: _read_yes_no,
    FieldKind.NUMBER: _read_number,
    FieldKind.INTEGER: _read_integer,
    FieldKind.OPTION: _read_option,
}


def value_problems(rule: Rule, value: Value) -> tuple[FieldProblem, ...]:
    """What is wrong with a value that was stored, as when the criteria set was changed under it."""
    asked = {field.name: field for field in fields(rule)}
    wrong = [FieldProblem(name, FieldCode.UNKNOWN_FIELD) for name in value if name not in asked]
    for name, field in asked.items():
        if name not in value and field.required:
            wrong.append(FieldProblem(name, FieldCode.EMPTY))
        if name in value and not _fits(field, value[name]):
            wrong.append(FieldProblem(name, FieldCode.WRONG_TYPE))
    return tuple(wrong) or tuple(_contradictions(rule, value))


def _fits(field: Field, entry: object) -> bool:
    codes = {option.code for option in field.options}
    match field.kind:
        case FieldKind.YES_NO:
            return isinstance(entry, bool)
        case FieldKind.OPTION:
            return isinstance(entry, str) and entry in codes
        case FieldKind.OPTIONS:
            return isinstance(entry, tuple) and codes.issuperset(entry) and len(set(entry)) == len(entry)
        case FieldKind.NUMBER | FieldKind.INTEGER:
            return isinstance(entry, Decimal) and _is_within(field, entry)


def _is_within(field: Field, number: Decimal) -> bool:
    if not is_storable(number) or number < ZERO or (field.ceiling is not None and number > field.ceiling):
        return False
    return field.kind == FieldKind.NUMBER or number == number.to_integral_value()


def _contradictions(rule: Rule, value: Value) -> Iterator[FieldProblem]:
    if isinstance(rule, Highest):
        yield from _highest_contradictions(rule, value)
    if isinstance(rule, Ratio) and number(value, "numerator") > number(value, "denominator"):
        limit = comma(number(value, "denominator"))
        yield FieldProblem("numerator", FieldCode.ABOVE_DENOMINATOR, limit)
    if isinstance(rule, Normalised) and not number(value, "denominator"):
        yield FieldProblem("denominator", FieldCode.ZERO_DENOMINATOR)


def _highest_contradictions(rule: Highest, value: Value) -> Iterator[FieldProblem]:
    if not value:
        yield FieldProblem(fields(rule)[0].name, FieldCode.NO_ALTERNATIVE)
    for alternative in rule.alternatives:
        part = part_of(value, alternative)
        if part:
            for problem in value_problems(alternative.rule, part):
                yield replace(problem, field=f"{alternative.code}.{problem.field}")


def part_of(value: Value, alternative: Alternative) -> dict[str, Entry]:
    """The fields of one alternative, under their own names; empty when it was left blank."""
    prefix = f"{alternative.code}."
    names = {field.name for field in fields(alternative.rule)}
    return {name: value[prefix + name] for name in names if prefix + name in value}


def number(value: Value, name: str) -> Decimal:
    """A number field of a value that `value_problems` finds sound."""
    entry = value[name]
    if not isinstance(entry, Decimal):
        raise TypeError(f"{name} is not a number")
    return entry


def value_to_raw(rule: Rule, value: Value) -> dict[str, str | list[str]]:
    """What to put into the form so that `read_value` gives the same value again; decimal comma."""
    known = {field.name for field in fields(rule)}
    return {name: _raw(entry) for name, entry in value.items() if name in known}


def _raw(entry: Entry) -> str | list[str]:
    match entry:
        case bool():
            return "yes" if entry else "no"
        case Decimal():
            return comma(entry)
        case tuple():
            return list(entry) or [NONE_OF_THESE]
        case _:
            return entry


def value_to_json(value: Value) -> JsonValue:
    """A value as JSON values: numbers as text with a point, ticks as a list."""
    return {name: _json(entry) for name, entry in value.items()}


def _json(entry: Entry) -> str | bool | list[str]:
    if isinstance(entry, Decimal):
        return decimal_text(entry)
    return list(entry) if isinstance(entry, tuple) else entry


def value_from_json(rule: Rule, data: Mapping[str, object]) -> dict[str, Entry]:
    """The value that `value_to_json` wrote. Raises `InvalidValue` if it does not fit the rule."""
    kinds = {field.name: field.kind for field in fields(rule)}
    value = {name: _from_json(kinds.get(name), entry) for name, entry in data.items()}
    problems = value_problems(rule, value)
    if problems:
        raise InvalidValue(problems)
    return value


def _from_json(kind: FieldKind | None, entry: object) -> Entry:
    if isinstance(entry, bool):
        return entry
    if isinstance(entry, list) and all(isinstance(item, str) for item in entry):
        return tuple(entry)
    if kind in {FieldKind.NUMBER, FieldKind.INTEGER} and isinstance(entry, str):
        return _plain_decimal(entry)
    return str(entry)


def _plain_decimal(text: str) -> Entry:
    try:
        return parse_number(text.replace(".", ","))
    except UnreadableNumber:
        return text
