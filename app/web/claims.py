"""What a unit claims for one criterion, in words: each figure under its name. It scores nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.models import Answer, Replacement
from app.queries.desk import Item
from app.services.answer_faults import field_label
from criteria.answers import Entry, Field, FieldKind, comma, fields, value_from_json
from criteria.model import Criterion, Highest


def claim_of(criterion: Criterion, answer: Answer | None) -> tuple[tuple[str, str], ...]:
    """Name and text of each figure of an answer; nothing where nothing is answered."""
    return () if answer is None else claim_in(criterion, answer.value)


def claim_in(criterion: Criterion, stored: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """As :func:`claim_of`, of a value as it is stored."""
    if stored is None:
        return ()
    value = value_from_json(criterion.rule, stored)
    return tuple(
        (_name(criterion, field), _text(field, value[field.name]))
        for field in fields(criterion.rule)
        if field.name in value
    )


@dataclass(frozen=True, slots=True)
class Replaced:
    """A final figure in the place of an estimate: both in words, and the act itself."""

    act: Replacement
    before: str
    after: str


def replacements_of(item: Item) -> tuple[Replaced, ...]:
    """The final figures that were declared in the place of an estimate, oldest first."""
    return tuple(
        Replaced(row, _figures(item.criterion, row.before), _figures(item.criterion, row.after))
        for row in item.replaced
    )


def lacks_evidence(item: Item) -> bool:
    """Are points claimed for which a document is asked, and none is there?"""
    asked = item.criterion.evidence_required or bool(item.criterion.evidence)
    return asked and item.line.points > 0 and not item.documents


def _figures(criterion: Criterion, kept: Mapping[str, Any]) -> str:
    if kept.get("value") is None:
        return "–"
    value = value_from_json(criterion.rule, kept["value"])
    return "; ".join(
        f"{_name(criterion, field)}: {_text(field, value[field.name])}"
        for field in fields(criterion.rule)
        if field.name in value
    )


def _name(criterion: Criterion, field: Field) -> str:
    if not isinstance(criterion.rule, Highest):
        return field_label(field)
    labels = {one.code: one.label for one in criterion.rule.alternatives}
    return f"{labels[field.alternative]}: {field_label(field)}"


def _text(field: Field, entry: Entry) -> str:
    labels = {option.code: option.label for option in field.options}
    if isinstance(entry, bool):
        return str(_("Có") if entry else _("Không"))
    if isinstance(entry, tuple):
        return "; ".join(labels.get(code, code) for code in entry) or str(_("Không có nội dung nào"))
    if field.kind is FieldKind.OPTION:
        return labels.get(str(entry), str(entry))
    return comma(entry) if not isinstance(entry, str) else entry
