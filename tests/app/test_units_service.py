"""Importing the real lists: counts, codes that were given out again, namesakes, and what a second import changes."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.database import db
from app.demo import UNITS
from app.faults import Invalid
from app.models import AuditEntry, Unit, Verb
from app.queries.units import known_units, province_in_force, units_in_force
from app.rosters import csv_rows, read_roster
from app.services.units import import_units
from app.unit import SYSTEM
from tests.app.bare import bare, empty_file

__all__ = ["bare", "empty_file"]

THEN, NOW = date(2017, 1, 1), date(2025, 7, 1)
COUNTS = {
    "quang_binh_2018": {"province": 1, "district": 8, "commune": 159},
    "gia_lai_2019": {"province": 1, "department": 20, "district": 17, "commune": 222},
    "gia_lai_2025": {"province": 1, "commune": 135},
}
HEAD = ("kind", "code", "name", "type", "full_name", "parent_code")
PROVINCE = ("province", "64", "Gia Lai", "tỉnh", "Tỉnh Gia Lai", "")
DISTRICT = ("district", "622", "Pleiku", "thành phố", "Thành phố Pleiku", "64")


def roster_named(name, folder=UNITS):
    return read_roster(csv_rows((folder / f"{name}.csv").read_bytes()))


def bring(roster, day=THEN, **options):
    return import_units(SYSTEM, roster, valid_from=day, write=True, **options)


def rows(*units):
    return read_roster((HEAD, *units))


def kinds():
    return Counter(db.session.scalars(select(Unit.kind)))


def commune(code, name, parent="622", word="xã"):
    return ("commune", code, name, word, f"{word.capitalize()} {name}", parent)


def only(code):
    return db.session.scalars(select(Unit).where(Unit.code == code, Unit.valid_to.is_(None))).one()


@pytest.mark.parametrize("name", COUNTS)
def test_a_real_list_comes_in_whole(bare, name):
    done = bring(roster_named(name))
    assert kinds() == COUNTS[name]
    assert len(done.preview.added) == sum(COUNTS[name].values())


@pytest.mark.parametrize("name", COUNTS)
def test_a_second_import_changes_nothing(bare, name):
    bring(roster_named(name))
    again = bring(roster_named(name))
    assert len(again.preview.unchanged) == sum(COUNTS[name].values())
    assert kinds() == COUNTS[name]


def test_every_commune_stands_below_its_district(bare):
    bring(roster_named("gia_lai_2019"))
    units = {one.id: one for one in db.session.scalars(select(Unit))}
    for one in units.values():
        above = [units[unit_id].kind for unit_id in one.above]
        assert above == {"commune": ["district", "province"], "province": []}.get(one.kind, ["province"])


def test_a_preview_writes_nothing(bare):
    done = import_units(SYSTEM, roster_named("gia_lai_2019"), valid_from=THEN, write=False)
    assert (len(done.preview.added), done.written) == (260, False)
    assert kinds() == {}


def test_an_import_is_on_record(bare):
    bring(roster_named("gia_lai_2025"), NOW)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.UNITS_IMPORTED)).one()
    assert entry.after["added"] == 136
    assert entry.after["valid_from"] == "2025-07-01"


def test_codes_given_out_again_in_2025_stay_apart_from_those_of_2019(bare):
    bring(roster_named("gia_lai_2019"))
    bring(roster_named("gia_lai_2025"), NOW)
    found = db.session.scalars(select(Unit).where(Unit.kind == "commune")).all()
    shared = [code for code, times in Counter(one.code for one in found).items() if times == 2]
    assert len(found) == 222 + 135
    assert len(shared) > 30
    for code in shared:
        old, new = sorted((one for one in found if one.code == code), key=lambda one: one.valid_from)
        assert old.above[-1] != new.above[-1]


def test_a_province_code_that_another_province_has_now_names_each_in_its_time(bare):
    bring(roster_named("quang_binh_2018"))
    bring(roster_named("quang_tri_2025", Path(__file__).parent / "units"), NOW)
    then = province_in_force(db.session(), "44", date(2018, 11, 1))
    now = province_in_force(db.session(), "44", date(2026, 1, 1))
    assert (then.name, now.name) == ("Quảng Bình", "Quảng Trị")
    assert len(units_in_force(db.session(), then, "commune", date(2018, 11, 1))) == 159


def test_a_code_with_another_name_ends_the_old_unit_and_begins_a_new_one(bare):
    bring(rows(PROVINCE, DISTRICT, commune("23557", "Yên Đỗ")))
    done = bring(rows(PROVINCE, DISTRICT, commune("23557", "Ia Chía")), NOW)
    assert [pair.row.code for pair in done.preview.code_reused] == ["23557"]
    old, new = db.session.scalars(select(Unit).where(Unit.code == "23557").order_by(Unit.id))
    assert (old.name, old.valid_to) == ("Yên Đỗ", NOW)
    assert (new.name, new.valid_from, new.valid_to) == ("Ia Chía", NOW, None)


def test_a_unit_of_the_same_name_with_a_new_code_is_the_same_unit(bare):
    bring(rows(PROVINCE, DISTRICT, commune("23557", "Yên Đỗ")))
    before = only("23557").id
    bring(rows(PROVINCE, DISTRICT, commune("99999", "Yên Đỗ")), NOW)
    assert only("99999").id == before


def test_old_and_new_tone_marks_are_one_name(bare):
    bring(rows(PROVINCE, DISTRICT, commune("23557", "Thanh Thủy")))
    done = bring(rows(PROVINCE, DISTRICT, commune("23557", "Thanh Thuỷ")))
    assert not done.preview.added
    assert not done.preview.code_reused


def test_namesakes_in_two_districts_are_two_units(bare):
    other = ("district", "627", "Chư Păh", "huyện", "Huyện Chư Păh", "64")
    roster = rows(PROVINCE, DISTRICT, other, commune("00001", "Hòa Phú"), commune("00002", "Hòa Phú", "627"))
    bring(roster)
    done = bring(roster)
    assert len(done.preview.unchanged) == 5


def test_a_unit_that_moves_takes_its_path_along(bare):
    other = ("district", "627", "Chư Păh", "huyện", "Huyện Chư Păh", "64")
    bring(rows(PROVINCE, DISTRICT, other, commune("23557", "Yên Đỗ")))
    done = bring(rows(PROVINCE, DISTRICT, other, commune("23557", "Yên Đỗ", "627")))
    assert [pair.row.code for pair in done.preview.moved] == ["23557"]
    assert only("23557").above == (only("627").id, only("64").id)


def test_what_is_missing_is_named_and_ended_only_when_asked(bare):
    bring(rows(PROVINCE, DISTRICT, commune("00001", "Yên Đỗ"), commune("00002", "Hoa Lư")))
    shorter = rows(PROVINCE, DISTRICT, commune("00001", "Yên Đỗ"))
    assert [gone.code for gone in bring(shorter, NOW).preview.missing] == ["00002"]
    assert only("00002").valid_to is None
    bring(shorter, NOW, end_missing=True)
    assert "00002" not in {one.code for one in known_units(db.session(), only("64").id)}


def test_a_roster_with_faults_is_refused_by_row(bare):
    with pytest.raises(Invalid) as refused:
        bring(rows(PROVINCE, ("commune", "", "Yên Đỗ", "xã", "Xã Yên Đỗ", "64")))
    assert refused.value.faults[0].code == "missing_code"
    assert refused.value.faults[0].cell.endswith("3")


def test_a_roster_without_its_province_is_refused(bare):
    with pytest.raises(Invalid) as refused:
        bring(rows(commune("00001", "Yên Đỗ", "")))
    assert refused.value.faults[0].code == "no_province"
