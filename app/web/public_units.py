"""What the page of one unit shows: its figures, its groups beside the median, its criteria. Computes no score."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from app.editions import EditionGroup, EditionKind, Line, Published, Result
from app.i18n.result_texts import ROMAN, place_text, verified_points
from app.web.presentation import number, percent

SHOWN = 3
FEWEST = 4  # below this a list of the strongest and one of the weakest would name the same groups


@dataclass(frozen=True, slots=True)
class GroupBar:
    """One group of one unit: points, share of the unit's own maximum, and the median share of its floor."""

    code: str
    title: str
    points: Decimal
    max: Decimal
    share: Decimal
    median: Decimal


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Everything the page of one unit shows."""

    edition: Published
    kind: EditionKind
    unit: Result
    parent: Result | None
    bars: tuple[GroupBar, ...]
    lines: tuple[tuple[EditionGroup, tuple[Line, ...]], ...]

    @property
    def changed(self) -> tuple[Line, ...]:
        """The criteria on which the points that count differ from the unit's own."""
        return tuple(line for _group, lines in self.lines for line in lines if line.points != line.claimed)

    @property
    def strongest(self) -> tuple[GroupBar, ...]:
        """The groups in which most of the maximum was reached."""
        ranked = sorted(self.bars, key=lambda bar: -bar.share)
        return tuple(ranked[:SHOWN]) if len(self.bars) >= FEWEST else ()

    @property
    def weakest(self) -> tuple[GroupBar, ...]:
        """The groups in which least of the maximum was reached, none of the strongest among them."""
        rest = [bar for bar in self.bars if bar not in self.strongest]
        return tuple(sorted(rest, key=lambda bar: bar.share)[:SHOWN]) if len(self.bars) >= FEWEST else ()

    def figures(self) -> Iterator[tuple[str, str, str]]:
        """The large numbers on top: figure, words, no link."""
        unit, kind = self.unit, self.kind
        if unit.points is not None:
            words = _(
                "%(what)s trên tối đa %(most)s", what=verified_points(self.edition), most=number(unit.max)
            )
            yield number(unit.points), words, ""
        if unit.percentage is not None:
            yield percent(unit.percentage / 100), _("tỷ lệ đạt được"), ""
        if unit.place is not None:
            place = _of(place_text(kind, unit), kind.ranked_count, silent=unit.silent)
            yield place, _("thứ hạng trong các đơn vị cùng cấp"), ""
        if self.parent is not None and unit.place_in_parent is not None:
            count = kind.ranked_in.get(self.parent.id, 0)
            place = _of(place_text(kind, unit, local=True), count, silent=unit.silent)
            yield place, _("thứ hạng trong %(parent)s", parent=self.parent.name), ""
        if unit.level is not None:
            yield ROMAN[unit.level] or "0", _("mức độ đạt được (I đến IV)"), ""
        if unit.grade:
            yield unit.grade, _("xếp loại"), ""


def _of(place: str, count: int, *, silent: bool) -> str:
    return place if silent else f"{place}/{count}"


def unit_page(edition: Published, kind: EditionKind, unit: Result) -> UnitPage:
    """Gather what the page of a unit shows."""
    by_code = {line.code: line for line in edition.lines(unit)}
    lines = (
        (group, tuple(by_code[one.code] for one in group.criteria if one.code in by_code))
        for group in kind.groups
    )
    return UnitPage(
        edition=edition,
        kind=kind,
        unit=unit,
        parent=edition.by_id.get(unit.parent or 0),
        bars=tuple(_bars(kind, unit)),
        lines=tuple((group, found) for group, found in lines if found),
    )


def _bars(kind: EditionKind, unit: Result) -> Iterator[GroupBar]:
    for group in kind.groups:
        points, most = unit.groups.get(group.code, (Decimal(0), Decimal(0)))
        if most:
            median = kind.medians.get(group.code, Decimal(0))
            yield GroupBar(group.code, group.title, points, most, points / most, median)
