"""The data that comes with the program: complete, consistent with itself and with what campaigns name."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.campaign_files import bundled, bundled_slugs
from app.demo_sets import bundled_set, demo_sets
from app.folding import formal_name
from app.rosters import RosterRow, csv_rows, read_roster
from criteria import codec
from criteria.model import CriteriaSet, Criterion, EnteredBy
from criteria.rules import RollUp, RuleKind, WhenZero

DATA = Path(__file__).parents[2] / "app" / "data"
LAYOUT = [
    "kind",
    "code",
    "name",
    "type",
    "full_name",
    "parent_code",
    "display_order",
    "abbreviation",
    "source",
]
LISTS = ("quang_binh_2018", "gia_lai_2019", "gia_lai_2025")
SETS = ("department", "district", "commune", "commune_two_tier")


def rows_of(name: str) -> tuple[RosterRow, ...]:
    roster = read_roster(csv_rows((DATA / "units" / f"{name}.csv").read_bytes()))
    assert roster.problems == ()
    return roster.rows


def kinds(rows: Sequence[RosterRow]) -> dict[str, int]:
    return dict(Counter(row.kind for row in rows))


# -- units -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("quang_binh_2018", {"province": 1, "district": 8, "commune": 159}),
        ("gia_lai_2019", {"province": 1, "department": 20, "district": 17, "commune": 222}),
        ("gia_lai_2025", {"province": 1, "commune": 135}),
    ],
)
def test_lists_are_complete(name: str, counts: dict[str, int]) -> None:
    rows = rows_of(name)
    assert kinds(rows) == counts
    assert rows[0].kind == "province"


@pytest.mark.parametrize(
    ("name", "types"),
    [
        (
            "quang_binh_2018",
            {"xã": 136, "phường": 16, "thị trấn": 7, "huyện": 6, "thị xã": 1, "thành phố": 1, "tỉnh": 1},
        ),
        (
            "gia_lai_2019",
            {"xã": 184, "phường": 24, "thị trấn": 14, "huyện": 14, "thị xã": 2, "thành phố": 1, "tỉnh": 1},
        ),
        ("gia_lai_2025", {"xã": 110, "phường": 25, "tỉnh": 1}),
    ],
)
def test_types_of_areas(name: str, types: dict[str, int]) -> None:
    assert Counter(row.type for row in rows_of(name) if row.kind != "department") == types


@pytest.mark.parametrize("name", LISTS)
def test_every_row_fits_the_layout(name: str) -> None:
    text = (DATA / "units" / f"{name}.csv").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "Thành Phố" not in text
    lines = list(csv.DictReader(text.splitlines()))
    assert list(lines[0]) == LAYOUT
    for row, line in zip(rows_of(name), lines, strict=True):
        assert (line["code"], line["name"], line["full_name"]) == (row.code, row.name, row.full_name)
        assert (line["parent_code"], int(line["display_order"])) == (row.parent_code, row.display_order)
        assert line["source"]


@pytest.mark.parametrize("name", LISTS)
def test_parents_exist_and_order_runs_from_one(name: str) -> None:
    rows = rows_of(name)
    orders: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        orders.setdefault((row.kind, row.parent_code), []).append(row.display_order)
    assert {row.parent_code for row in rows[1:]} <= {row.code for row in rows}
    assert all(found == list(range(1, len(found) + 1)) for found in orders.values())


def test_communes_per_district_of_quang_binh_in_administrative_order() -> None:
    rows = rows_of("quang_binh_2018")
    districts = [row for row in rows if row.kind == "district"]
    counts = Counter(row.parent_code for row in rows if row.kind == "commune")
    assert [(row.name, counts[row.code]) for row in districts] == [
        ("Đồng Hới", 16),
        ("Ba Đồn", 16),
        ("Lệ Thủy", 28),
        ("Quảng Ninh", 15),
        ("Bố Trạch", 30),
        ("Quảng Trạch", 18),
        ("Tuyên Hóa", 20),
        ("Minh Hóa", 16),
    ]


def test_formal_names_of_real_units() -> None:
    names = {
        formal_name(row.kind, row.full_name)
        for row in (*rows_of("quang_binh_2018"), *rows_of("gia_lai_2019"))
    }
    expected = {
        "UBND thành phố Đồng Hới",
        "UBND thị trấn NT Lệ Ninh",
        "UBND xã K' Dang",
        "Sở Nội vụ",
        "Ban Dân tộc",
    }
    assert expected <= names
    assert "UBND tỉnh Gia Lai" in names


# -- criteria ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sets() -> dict[str, CriteriaSet]:
    return demo_sets()


def test_json_files_are_what_the_tables_say(sets: dict[str, CriteriaSet]) -> None:
    assert tuple(sets) == SETS
    for name, criteria_set in sets.items():
        assert (DATA / "criteria" / f"{name}.json").read_text(encoding="utf-8") == codec.to_json(
            criteria_set
        ) + "\n"
        assert bundled_set(f"{name}.json") == criteria_set


@pytest.mark.parametrize(("name", "least"), tuple(zip(SETS, (38, 44, 33, 35), strict=True)))
def test_no_row_of_a_table_is_lost(sets: dict[str, CriteriaSet], name: str, least: int) -> None:
    lines = (DATA / "criteria" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1:]
    found = [criterion.code for criterion in sets[name].criteria()]
    assert found == [line.split(",", 1)[0] for line in lines]
    assert len(found) >= least


@pytest.mark.parametrize("name", SETS)
def test_sets_are_illustrative_and_never_official(sets: dict[str, CriteriaSet], name: str) -> None:
    found = sets[name]
    assert found.illustrative
    assert found.title.startswith("Bộ tiêu chí minh họa")
    assert "không phải bộ tiêu chí chính thức" in found.source
    assert [group.level for group in found.groups] == [None, None, None, 1, 2, 3, 4, None]
    assert found.max > 100


@pytest.mark.parametrize("name", SETS)
def test_every_criterion_is_explained_and_half_ask_for_evidence(
    sets: dict[str, CriteriaSet], name: str
) -> None:
    criteria = tuple(sets[name].criteria())
    assert all(len(criterion.help) > 20 for criterion in criteria)
    assert all(criterion.evidence for criterion in criteria if criterion.evidence_required)
    asked = sum(criterion.evidence_required for criterion in criteria) / len(criteria)
    assert 0.4 <= asked <= 0.6
    unit_entered = (criterion for criterion in criteria if criterion.evidence_required)
    assert {criterion.entered_by for criterion in unit_entered} == {EnteredBy.UNIT}


def test_every_kind_of_rule_occurs(sets: dict[str, CriteriaSet]) -> None:
    everywhere = set(RuleKind) - {RuleKind.ROLL_UP}
    for name, found in sets.items():
        used = {criterion.rule.kind for criterion in found.criteria()}
        assert used >= everywhere
        assert (RuleKind.ROLL_UP in used) == (name == "district")
        assert any(_not_applicable_at_zero(criterion) for criterion in found.criteria())
        assert {criterion.is_adjustment and criterion.max > 0 for criterion in found.criteria()} == {
            True,
            False,
        }
        assert any(criterion.is_adjustment and criterion.max == 0 for criterion in found.criteria())


def _not_applicable_at_zero(criterion: Criterion) -> bool:
    return getattr(criterion.rule, "when_zero", "") == WhenZero.NOT_APPLICABLE


def test_district_set_rolls_up_criteria_that_communes_have(sets: dict[str, CriteriaSet]) -> None:
    rules = [
        criterion.rule for criterion in sets["district"].criteria() if isinstance(criterion.rule, RollUp)
    ]
    assert {rule.how for rule in rules} == {"ratio", "mean"}
    assert "" in {rule.of for rule in rules}
    assert all(sets["commune"].has(rule.of) for rule in rules if rule.of)


def test_no_other_file_is_taken_for_a_set() -> None:
    with pytest.raises(KeyError):
        bundled_set("../criteria/commune.json")


# -- campaigns ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", bundled_slugs())
def test_campaigns_name_units_and_sets_that_exist(slug: str) -> None:
    plan = bundled(slug)
    rows = rows_of(plan.units.file.removesuffix(".csv"))
    assert rows[0].code == plan.units.province_code
    for kind in plan.kinds:
        criteria_set = bundled_set(kind.criteria_set)
        assert kinds(rows)[kind.kind] > 0
        assert criteria_set.unit_kind == kind.kind
        groups = {group.code: group.level for group in criteria_set.groups}
        asked = kind.ranking.rules.level_thresholds
        assert [groups[one.group] for one in asked] == [one.level for one in asked] == [1, 2, 3, 4]
    assert set(plan.unranked) <= {row.code for row in rows}


def test_quang_binhs_district_form_holds_commune_totals() -> None:
    (district,) = (kind for kind in bundled("quang-binh-2018").kinds if kind.kind == "district")
    criteria = bundled_set(district.criteria_set).criteria()
    assert any(criterion.rule.kind == RuleKind.ROLL_UP for criterion in criteria)
