"""One spelling for each criteria set: sorted keys, no floats, NFC, so that equal sets have equal hashes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from decimal import Decimal

Json = dict[str, "Json"] | list["Json"] | str | int | bool | None


def decimal_text(number: Decimal) -> str:
    """A Decimal with a decimal point, without exponent and without trailing zeros: 4.00 is `4`."""
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(thing: object) -> Json:
    """A frozen dataclass, and all it holds, as JSON values; numbers as text; a rule says its kind."""
    if isinstance(thing, Decimal):
        return decimal_text(thing)
    if isinstance(thing, str):
        return str(thing)
    if thing is None or isinstance(thing, int):
        return thing
    if isinstance(thing, tuple):
        return [plain(item) for item in thing]
    if is_dataclass(thing) and not isinstance(thing, type):
        kind = {"kind": plain(thing.kind)} if hasattr(thing, "kind") else {}
        return kind | {field.name: plain(getattr(thing, field.name)) for field in fields(thing)}
    raise TypeError(f"{type(thing).__name__} has no place in a criteria set")


def text_of(thing: object) -> str:
    """The canonical JSON text of a frozen dataclass, without spaces, in plain Unicode."""
    return json.dumps(plain(thing), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256_of(thing: object) -> str:
    """The SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(text_of(thing).encode()).hexdigest()
