"""Messages as plain JSON values and back, for whoever keeps them until they leave. May not render or send."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from notifications.messages import MESSAGES, Deadline, Message, Owed, Owing, Remark, Trouble, Wording

_KINDS = {message.kind: message for message in MESSAGES}


def to_facts(message: Message) -> dict[str, Any]:
    """Return the fields of `message` as JSON values; what JSON cannot hold is tagged with its type."""
    return {field.name: _encode(getattr(message, field.name)) for field in fields(message)}


def from_facts(kind: str, facts: Mapping[str, Any]) -> Message:
    """Rebuild the message that `to_facts` took apart.

    Raises ValueError for an unknown kind or for facts that do not belong to it.
    """
    if kind not in _KINDS:
        raise ValueError(f"no message of kind {kind!r}")
    try:
        return _KINDS[kind](**{name: _decode(value) for name, value in facts.items()})
    except TypeError as error:
        raise ValueError(f"not the facts of {kind!r}: {error}") from error


def _encode(value: object) -> object:
    if type(value) in _TAGS:
        return {_TAGS[type(value)]: str(value)}
    if isinstance(value, date):
        return {"instant" if isinstance(value, datetime) else "day": value.isoformat()}
    if isinstance(value, Deadline | Remark | Owing):
        return _encode_compound(value)
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    return value


def _encode_compound(value: Deadline | Remark | Owing) -> object:
    if isinstance(value, Remark):
        return {"remark": [value.criterion, value.text]}
    if isinstance(value, Owing):
        said = (value.owed.value, value.unit_name, value.done, value.total)
        return {"owing": [*said, _encode(value.deadline)]}
    parts = (value.cutoff, value.wording and value.wording.value, value.day)
    return {"deadline": [_encode(part) for part in parts]}


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    [(tag, content)] = value.items()
    return _DECODERS[tag](content)


def _decode_deadline(parts: list[Any]) -> Deadline:
    cutoff, wording, day = parts
    return Deadline(_decode(cutoff), Wording(wording) if wording else None, _decode(day))


def _decode_remark(parts: list[str]) -> Remark:
    criterion, text = parts
    return Remark(criterion, text)


def _decode_owing(parts: list[Any]) -> Owing:
    owed, unit_name, done, total, deadline = parts
    return Owing(Owed(owed), unit_name, done, total, _decode(deadline))


_TAGS: Mapping[type, str] = {Decimal: "number", Trouble: "trouble"}
_DECODERS: Mapping[str, Callable[[Any], Any]] = {
    "instant": datetime.fromisoformat,
    "day": date.fromisoformat,
    "deadline": _decode_deadline,
    "remark": _decode_remark,
    "owing": _decode_owing,
    "number": Decimal,
    "trouble": Trouble,
}
