"""A group's criteria as rows of a table: what stands in each cell, and what came back from them. Saves nothing."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from app.i18n.labels import moment
from app.queries.desk import Item, Stage, answerable
from app.services.answer_faults import prose
from app.services.answers import AnswerInput
from app.web.desk_forms import prefilled, typed_answer
from app.web.desk_words import Box, Worth, boxes, value_words
from app.web.forms import Form
from app.web.inputs import is_key
from criteria.answers import FieldKind, value_from_json
from criteria.model import EnteredBy

NEVER = -1  # a version that no answer has: what cannot be read is taken for an old page
MARK_LENGTH = 16
Said = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a row: a box, or one of the things to tick. A tick sends ``value`` when ``ticked``."""

    id: str
    name: str
    label: str
    kind: FieldKind
    items: tuple[Worth, ...]
    value: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What came back for one criterion; ``shown`` marks what the page had, ``dropped`` is said of one's own answer."""

    given: AnswerInput
    version: int
    shown: str
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion in the table. ``said`` is what is stored, in words; ``collided``: somebody else was faster."""

    item: Item
    lines: tuple[Line, ...]
    typed: Typed
    collided: bool = False

    @property
    def is_open(self) -> bool:
        """Does the unit answer it?"""
        return answerable(self.item)

    @property
    def names(self) -> frozenset[str]:
        """The ids of its boxes: what may be wrong with it is said of one of them."""
        return frozenset({*(line.id for line in self.lines), f"{self.item.code}.reason"})

    @property
    def is_unsaved(self) -> bool:
        """Do its cells hold something else than what is stored?"""
        return mark_of(self.typed.given) != mark_of(_stored(self.item).given)

    @property
    def said(self) -> Said:
        """The stored answer as (label, words), without its reason; empty where there is none."""
        rule, answer = self.item.criterion.rule, self.item.answer
        if answer is None or answer.value is None:
            return ()
        return value_words(rule, value_from_json(rule, answer.value))


def shown_rows(items: Iterable[Item]) -> tuple[Row, ...]:
    """The rows with what is stored."""
    return tuple(_row(item, _stored(item)) for item in items)


def typed_rows(form: Form, items: Iterable[Item]) -> dict[str, Typed]:
    """What came back, by criterion; those that the page did not hold are left out."""
    return {item.code: _came_back(form, item) for item in items if f"{item.code}.version" in form.raw}


def news(items: Iterable[Item], typed: Mapping[str, Typed]) -> dict[str, Typed]:
    """What is to be saved: rows that were changed on the page, not taken back, and are not stored already."""
    kept = {item.code: _stored(item).shown for item in items}
    return {
        code: one
        for code, one in typed.items()
        if not one.dropped and mark_of(one.given) not in {one.shown, kept[code]}
    }


def rows_again(items: Iterable[Item], typed: Mapping[str, Typed], collided: Iterable[str]) -> tuple[Row, ...]:
    """The rows with what was typed; where somebody else was faster, beside it what is stored now."""
    lost = frozenset(collided)
    return tuple(_again(item, typed.get(item.code), collided=item.code in lost) for item in items)


def mark_of(given: AnswerInput) -> str:
    """A short mark of an answer as its cells show it: the same text has the same mark."""
    said = {name: _texts(entry) for name, entry in (given.raw or {}).items()}
    filled = {name: texts for name, texts in said.items() if texts}
    whole = json.dumps([filled, prose(given.reason), given.estimated], sort_keys=True)
    return sha256(whole.encode()).hexdigest()[:MARK_LENGTH]


def locked_words(item: Item) -> str:
    """Why the unit does not answer a criterion."""
    if item.waiver is not None and item.stage == Stage.WAIVED:
        return _(
            "Không áp dụng cho đơn vị: %(reason)s (%(person)s, %(moment)s).",
            reason=item.waiver.reason,
            person=item.waiver.granted_by_name,
            moment=moment(item.waiver.granted_at),
        )
    if item.criterion.entered_by == EnteredBy.SYSTEM:
        return _("Hệ thống tính; đơn vị không nhập.")
    return _("Cơ quan chủ trì nhập; đơn vị không nhập.")


def _texts(entry: str | list[str]) -> list[str]:
    texts = [prose(text) for text in (entry if isinstance(entry, list) else [entry])]
    return [text for text in texts if text]


def _stored(item: Item) -> Typed:
    kept: dict[str, Any] = prefilled(item)
    version, reason, estimated = kept.pop("version"), kept.pop("reason", ""), kept.pop("estimated", "")
    given = AnswerInput(kept, reason, estimated=bool(estimated))
    return Typed(given, version, mark_of(given))


def _came_back(form: Form, item: Item) -> Typed:
    own = f"{item.code}."
    version = form[f"{own}version"]
    return Typed(
        typed_answer(form, item, own),
        int(version) if is_key(version) else NEVER,
        form[f"{own}shown"],
        dropped=bool(form[f"{own}dropped"]),
    )


def _again(item: Item, typed: Typed | None, *, collided: bool) -> Row:
    if typed is None:
        return _row(item, _stored(item))
    if not collided:
        return _row(item, typed)
    version = item.answer.version if item.answer else 0
    return _row(item, Typed(typed.given, version, typed.shown), collided=True)


def _row(item: Item, typed: Typed, *, collided: bool = False) -> Row:
    if not answerable(item):
        return Row(item, (), typed)
    raw = typed.given.raw or {}
    lines = tuple(
        line for box in boxes(item.criterion.rule) for line in _lines(f"{item.code}.{box.name}", box, raw)
    )
    return Row(item, lines, typed, collided)


def _lines(name: str, box: Box, raw: Mapping[str, str | list[str]]) -> Iterator[Line]:
    texts = _texts(raw.get(box.name, ""))
    if box.kind != FieldKind.OPTIONS:
        yield Line(name, name, box.label, box.kind, box.items, texts[-1] if texts else "")
        return
    for place, (key, words, worth) in enumerate(box.items):
        # The first has the id of the whole, so that what is said of the whole leads to it.
        own = f"{name}.{key}" if place else name
        yield Line(own, name, words, box.kind, ((key, words, worth),), key, ticked=key in texts)
