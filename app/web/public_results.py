"""What a visitor asked to see of an edition: floor, district, words, view. Chooses rows, ranks nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.editions import EditionKind, Published, Result, in_parent
from app.folding import search_key
from app.i18n.labels import label
from app.i18n.result_texts import level_text
from app.models import UnitKind

TABLE, BY_PARENT, BY_LEVEL = "bang", "huyen", "muc-do"
BY_PLACE, BY_NAME, BY_ORDER = "hang", "ten", "hanh-chinh"
LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the address, tidied; anything unknown falls back to the usual."""

    kind: str
    parent: str
    words: str
    view: str
    order: str

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Asked":
        """The arguments of a request."""
        return cls(
            kind=arguments.get("cap", ""),
            parent=arguments.get("dia-ban", ""),
            words=arguments.get("tim", "")[:LONGEST_QUERY],
            view=arguments.get("xem", ""),
            order=arguments.get("xep", BY_PLACE),
        )


@dataclass(frozen=True, slots=True)
class Section:
    """One table: its caption and rows; ``local`` where places are those among the units of one parent."""

    caption: str
    rows: tuple[Result, ...]
    local: bool = False


@dataclass(frozen=True, slots=True)
class Floor:
    """One tab: a floor and how many of its units answer to the words."""

    kind: str
    title: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The page of results: tabs, the chosen floor, and its tables."""

    kind: EditionKind
    floors: tuple[Floor, ...]
    parents: tuple[Result, ...]
    parent: Result | None
    view: str
    views: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    @property
    def rows(self) -> tuple[Result, ...]:
        """The rows that are shown, table by table."""
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def found(self) -> int:
        """How many rows are shown."""
        return len(self.rows)

    @property
    def has_parents(self) -> bool:
        """Do the units of this floor stand below others that take part?"""
        return bool(self.parents)


def listing(edition: Published, asked: Asked) -> Listing:
    """The rows that were asked for, in tables."""
    matches = {kind.kind: _matching(kind.rows, asked.words) for kind in edition.kinds}
    kind = _chosen(edition, asked, matches)
    above = {row.parent for row in kind.rows}
    parents = tuple(row for row in edition.parents if row.id in above)
    parent = next((row for row in parents if row.slug == asked.parent), None)
    views = tuple(_views(kind, parents))
    view = _view(asked, kind, views)
    rows = matches[kind.kind]
    if parent is not None:
        rows = in_parent(rows, parent.id)
    return Listing(
        kind=kind,
        floors=tuple(
            Floor(one.kind, label(UnitKind(one.kind)), len(matches[one.kind]), one is kind)
            for one in edition.kinds
        ),
        parents=parents,
        parent=parent,
        view=view,
        views=views,
        sections=tuple(
            Section(one.caption, _ordered(one.rows, asked.order), one.local)
            for one in _sections(kind, rows, view, parents if parent is None else (parent,), parent)
        ),
    )


def _matching(rows: Sequence[Result], words: str) -> tuple[Result, ...]:
    wanted = search_key(words)
    return tuple(row for row in rows if wanted in row.search)


def _chosen(edition: Published, asked: Asked, matches: Mapping[str, Sequence[Result]]) -> EditionKind:
    # Without a chosen tab, the first floor on which something was found is the one that was meant.
    found = edition.kind(asked.kind)
    if found is not None:
        return found
    return next((kind for kind in edition.kinds if matches[kind.kind]), edition.kinds[0])


def _views(kind: EditionKind, parents: Sequence[Result]) -> Iterator[tuple[str, str]]:
    yield TABLE, _("Toàn tỉnh")
    if parents:
        yield BY_PARENT, _("Theo huyện")
    if kind.has_levels:
        yield BY_LEVEL, _("Theo mức độ")


def _view(asked: Asked, kind: EditionKind, views: Sequence[tuple[str, str]]) -> str:
    offered = [name for name, _words in views]
    usual = BY_PARENT if kind.per_parent and not asked.words else TABLE
    return next((view for view in (asked.view, usual) if view in offered), TABLE)


def _sections(
    kind: EditionKind,
    rows: Sequence[Result],
    view: str,
    parents: Sequence[Result],
    parent: Result | None,
) -> Iterator[Section]:
    if view == BY_LEVEL:
        yield from _by_level(rows)
    elif view == BY_PARENT or parent is not None:
        yield from _by_parent(rows, parents)
    else:
        yield Section(_("Bảng xếp hạng: %(name)s", name=label(UnitKind(kind.kind))), tuple(rows))


def _by_parent(rows: Sequence[Result], parents: Sequence[Result]) -> Iterator[Section]:
    for one in parents:
        inside = in_parent(rows, one.id)
        if inside:
            yield Section(one.formal_name, inside, local=True)


def _by_level(rows: Sequence[Result]) -> Iterator[Section]:
    for level in (4, 3, 2, 1, 0):
        reached = tuple(row for row in rows if row.level == level)
        if reached:
            caption = _("%(level)s: %(count)s đơn vị", level=level_text(level), count=len(reached))
            yield Section(caption, reached)
    rest = tuple(row for row in rows if row.level is None)
    if rest:
        yield Section(_("Chưa có mức độ: %(count)s đơn vị", count=len(rest)), rest)


def _ordered(rows: tuple[Result, ...], order: str) -> tuple[Result, ...]:
    if order == BY_NAME:
        return tuple(sorted(rows, key=lambda row: row.order[1]))
    if order == BY_ORDER:
        return tuple(sorted(rows, key=lambda row: row.order))
    return rows
