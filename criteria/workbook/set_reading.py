"""Reads a criteria set back from the sheets that an office edited. Mends nothing; every flaw has its cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from criteria.checks import FlawCode, InvalidCriteria
from criteria.model import CriteriaSet, Criterion, Group, Rounding
from criteria.workbook.form import META_SHEET, Place
from criteria.workbook.reading import Sheet
from criteria.workbook.set_form import (
    CRITERIA_SHEET,
    GROUPS_SHEET,
    ORIGIN,
    POINTS_SHEET,
    ROUNDING_WORDS,
    SECTION_WORDS,
    SETTINGS_SHEET,
    UNIT_KIND_WORDS,
    CriterionHeading,
    GroupHeading,
    PointHeading,
    ReadSet,
    SetFlaw,
    SetFlawCode,
    Setting,
    SettingHeading,
)
from criteria.workbook.set_rules import RuleCells, chosen, code_text, ticked
from criteria.workbook.tables import TableRow, table_rows

T = TypeVar("T")
NEEDED: Mapping[type[StrEnum], tuple[str, ...]] = {
    SettingHeading: tuple(SettingHeading),
    GroupHeading: (GroupHeading.CODE, GroupHeading.TITLE, GroupHeading.SECTION),
    CriterionHeading: (
        CriterionHeading.CODE,
        CriterionHeading.GROUP,
        CriterionHeading.TITLE,
        CriterionHeading.KIND,
        CriterionHeading.MAX,
    ),
    PointHeading: (PointHeading.CRITERION, PointHeading.LABEL, PointHeading.POINTS),
}
PROSE = frozenset(
    {
        SettingHeading.VALUE,
        GroupHeading.TITLE,
        CriterionHeading.TITLE,
        CriterionHeading.EVIDENCE,
        CriterionHeading.HELP,
        PointHeading.LABEL,
    }
)
SETTING_PLACES: Mapping[str, Setting] = {
    "code": Setting.CODE,
    "title": Setting.TITLE,
    "unit_kind": Setting.UNIT_KIND,
    "source": Setting.SOURCE,
    "places": Setting.PLACES,
    "mode": Setting.ROUNDING,
}
CRITERION_PLACES: Mapping[str, CriterionHeading] = {
    "code": CriterionHeading.CODE,
    "title": CriterionHeading.TITLE,
    "evidence": CriterionHeading.EVIDENCE,
    "help": CriterionHeading.HELP,
}
GROUP_PLACES: Mapping[str, GroupHeading] = {
    "code": GroupHeading.CODE,
    "title": GroupHeading.TITLE,
    "section": GroupHeading.SECTION,
    "level": GroupHeading.LEVEL,
}


def read_set(sheets: Sequence[Sheet]) -> ReadSet:
    """The set that the sheets hold, or every flaw by its cell. Rows and columns may stand in any order but that of
    criteria, groups and points among themselves, which is theirs in the set.
    """
    return _Reader(sheets).read()


class _Reader:
    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.sheets = {sheet.name: sheet for sheet in sheets}
        self.flaws: list[SetFlaw] = []
        self.sound: dict[str, Criterion] = {}
        self.placed: dict[str, list[Criterion]] = defaultdict(list)
        self.rows: dict[str, TableRow] = {}
        self.points: dict[tuple[str, str], list[TableRow]] = defaultdict(list)
        self.ways: dict[str, list[TableRow]] = defaultdict(list)
        self.known_groups: set[str] = set()
        self.filled_groups: set[str] = set()

    def read(self) -> ReadSet:
        settings = self._settings(self._table(SETTINGS_SHEET, SettingHeading))
        groups = self._table(GROUPS_SHEET, GroupHeading)
        criteria = self._table(CRITERIA_SHEET, CriterionHeading)
        points = self._table(POINTS_SHEET, PointHeading)
        asked = [row for row in criteria if not row.text(CriterionHeading.ALTERNATIVE)]
        self._index(groups, criteria, points)
        self._refuse_orphans(asked)
        for row in asked:
            self._take(row)
        built = self._set(settings, self._groups(groups))
        return ReadSet(
            criteria_set=None if self.flaws else built,
            criteria=dict(self.sound),
            read=len(asked),
            flaws=tuple(dict.fromkeys(self.flaws)),
            origin=self._origin(),
        )

    def _table(self, name: str, headings: type[StrEnum]) -> tuple[TableRow, ...]:
        sheet = self.sheets.get(name)
        if sheet is None:
            self._flaw(Place(name, ""), SetFlawCode.SHEET_MISSING, name)
            return ()
        found = table_rows(sheet, headings, needed=NEEDED[headings], prose=PROSE)
        for flaw in found.flaws:
            self._flaw(flaw.place, flaw.code, flaw.detail)
        return found.rows

    def _settings(self, rows: Sequence[TableRow]) -> dict[str, TableRow]:
        return {row.text(SettingHeading.NAME): row for row in reversed(rows)}

    def _origin(self) -> str:
        sheet = self.sheets.get(META_SHEET)
        pairs = {row[0].text: row[1].text for row in sheet.rows if len(row) > 1} if sheet else {}
        return pairs.get(ORIGIN, "")

    def _index(
        self, groups: Iterable[TableRow], criteria: Iterable[TableRow], points: Iterable[TableRow]
    ) -> None:
        for row in points:
            self.points[_key(row, PointHeading.CRITERION, PointHeading.ALTERNATIVE)].append(row)
        for row in criteria:
            self.filled_groups.add(row.text(CriterionHeading.GROUP))
            if row.text(CriterionHeading.ALTERNATIVE):
                self.ways[row.text(CriterionHeading.CODE)].append(row)
        self.known_groups = {row.text(GroupHeading.CODE) for row in groups}

    def _refuse_orphans(self, asked: Iterable[TableRow]) -> None:
        """Points and alternatives of a criterion that has no row."""
        known = {(row.text(CriterionHeading.CODE), "") for row in asked}
        for code, ways in self.ways.items():
            known |= {(code, way.text(CriterionHeading.ALTERNATIVE)) for way in ways}
            if (code, "") not in known:
                for way in ways:
                    self._flaw(way.place(CriterionHeading.CODE), SetFlawCode.UNKNOWN_CRITERION, code)
        for key in self.points.keys() - known:
            for row in self.points[key]:
                place = row.place(PointHeading.CRITERION)
                self._flaw(place, SetFlawCode.UNKNOWN_CRITERION, " ".join(key).strip())

    def _take(self, row: TableRow) -> None:
        before = len(self.flaws)
        code = code_text(row, CriterionHeading.CODE, self.flaws)
        group = code_text(row, CriterionHeading.GROUP, self.flaws)
        if code and code in self.rows:
            self._flaw(row.place(CriterionHeading.CODE), FlawCode.REPEATED, code, code)
        if group not in self.known_groups:
            self._flaw(row.place(CriterionHeading.GROUP), SetFlawCode.UNKNOWN_GROUP, group, code)
        self.rows.setdefault(code, row)
        built = self._criterion(row, code)
        if built is not None and len(self.flaws) == before:
            self.sound[code] = built
            self.placed[group].append(built)

    def _criterion(self, row: TableRow, code: str) -> Criterion | None:
        ways = self.ways.get(row.text(CriterionHeading.CODE), [])
        rule = self._cells(row).rule([self._cells(way) for way in ways])
        if not self._is_highest(rule) and rule is not None:
            for way in ways:
                self._flaw(way.place(CriterionHeading.ALTERNATIVE), SetFlawCode.NOT_USED, "Phương án", code)
        required = ticked(row, CriterionHeading.EVIDENCE_REQUIRED, self.flaws)
        # Without a rule the rest is looked at all the same, so that nobody has to send the file twice.
        return self._built(
            lambda: Criterion(
                code=code,
                title=row.text(CriterionHeading.TITLE),
                rule=rule,  # type: ignore[arg-type]
                evidence=row.text(CriterionHeading.EVIDENCE),
                evidence_required=required,
                help=row.text(CriterionHeading.HELP),
            ),
            lambda path: None if path == "rule" else row.place(CRITERION_PLACES[path]),
            code,
        )

    @staticmethod
    def _is_highest(rule: object) -> bool:
        return hasattr(rule, "alternatives")

    def _cells(self, row: TableRow) -> RuleCells:
        key = _key(row, CriterionHeading.CODE, CriterionHeading.ALTERNATIVE)
        return RuleCells(row, self.points.get(key, []), self.flaws)

    def _groups(self, rows: Sequence[TableRow]) -> list[Group]:
        seen: set[tuple[str, str]] = set()
        found = []
        for row in rows:
            code = code_text(row, GroupHeading.CODE, self.flaws)
            for heading in (GroupHeading.CODE, GroupHeading.LEVEL):
                key = (heading, row.text(heading))
                if key[1] and key in seen:
                    self._flaw(row.place(heading), FlawCode.REPEATED, key[1])
                seen.add(key)
            group = self._group(row, code)
            found += [group] if group else []
        return found

    def _group(self, row: TableRow, code: str) -> Group | None:
        section = chosen(row, GroupHeading.SECTION, SECTION_WORDS, self.flaws)
        level, criteria = row.text(GroupHeading.LEVEL), tuple(self.placed[code])

        def place(path: str) -> Place | None:
            if path.startswith("criteria["):
                number = int(path.partition("[")[2].partition("]")[0])
                return self.rows[criteria[number].code].place(CriterionHeading.KIND)
            if path == "criteria":
                return None if code in self.filled_groups else row.place(GroupHeading.CODE)
            return None if path == "section" else row.place(GROUP_PLACES[path])

        if level and not level.isdecimal():
            self._flaw(row.place(GroupHeading.LEVEL), FlawCode.MISPLACED, level)
            return None
        return self._built(
            lambda: Group(
                code, row.text(GroupHeading.TITLE), section or "", criteria, int(level) if level else None
            ),
            place,
        )

    def _set(self, rows: Mapping[str, TableRow], groups: Sequence[Group]) -> CriteriaSet | None:
        start = Place(SETTINGS_SHEET, "A1")
        missing = [name for name in Setting if name not in rows]
        if missing:
            # A whole sheet that is gone has its own flaw.
            for name in missing if rows else ():
                self._flaw(start, FlawCode.MISSING, name)
            return None
        value = SettingHeading.VALUE
        kind = rows[Setting.UNIT_KIND].text(value)
        mode = chosen(rows[Setting.ROUNDING], value, ROUNDING_WORDS, self.flaws)
        places, illustrative = (
            rows[Setting.PLACES].text(value),
            ticked(rows[Setting.ILLUSTRATIVE], value, self.flaws),
        )
        rounding = self._built(
            lambda: Rounding(int(places) if places.isdecimal() and len(places) == 1 else -1, mode or ""),
            lambda path: None if path == "mode" else rows[SETTING_PLACES[path]].place(value),
        )
        if rounding is None:
            return None
        return self._built(
            lambda: CriteriaSet(
                code=code_text(rows[Setting.CODE], value, self.flaws),
                title=rows[Setting.TITLE].text(value),
                unit_kind=next((code for code, word in UNIT_KIND_WORDS.items() if word == kind), kind),
                groups=tuple(groups),
                source=rows[Setting.SOURCE].text(value),
                illustrative=illustrative,
                rounding=rounding,
            ),
            self._place_in_settings(rows),
        )

    def _place_in_settings(self, rows: Mapping[str, TableRow]) -> Callable[[str], Place | None]:
        def place(path: str) -> Place | None:
            if path in SETTING_PLACES:
                return rows[SETTING_PLACES[path]].place(SettingHeading.VALUE)
            # What is wrong among groups or criteria has its own cell already, if anything else is wrong.
            return None if self.flaws else Place(CRITERIA_SHEET, "A1")

        return place

    def _built(
        self, build: Callable[[], T], place: Callable[[str], Place | None], criterion: str = ""
    ) -> T | None:
        try:
            return build()
        except InvalidCriteria as refused:
            for flaw in refused.problems:
                where = place(flaw.path)
                if where is not None:
                    self._flaw(where, flaw.code, flaw.detail, criterion)
            return None

    def _flaw(self, place: Place, code: str, detail: str = "", criterion: str = "") -> None:
        # A code that Excel made a number is no code either: one flaw for one cell.
        if code != FlawCode.BAD_CODE or all(flaw.place != place for flaw in self.flaws):
            self.flaws.append(SetFlaw(place, code, detail, criterion))


def _key(row: TableRow, criterion: str, alternative: str) -> tuple[str, str]:
    return row.text(criterion), row.text(alternative)
