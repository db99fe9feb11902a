"""Many forms in Excel at once: one workbook or one .zip goes out, comes back, is shown, written and undone."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.faults import Invalid, Missing
from app.models import (
    BatchState,
    BatchTask,
    ImportState,
    Person,
    RoleGrant,
    Verb,
    WorkbookBatch,
    WorkbookImport,
)
from app.queries.workbook_batches import Scope, batch_in_reach, imports_in
from app.services import answers, batch_writing, workbook_batches, workbook_imports
from app.unit import SYSTEM, unit
from tests.app import small
from tests.app.filled_books import filled, saved, template
from tests.app.handed_in import CLAIMS, hand_in, unit_id
from tests.app.test_workbook_imports import stored
from workflows.vocabulary import Role

CHU_PAH, PHU_HOA, HA_TAY = "Huyện Chư Păh", "Thị trấn Phú Hòa", "Xã Hà Tây"


@pytest.fixture
def lan(campaign):
    """Chư Păh's officer types for Phú Hòa too, which has no line: she holds its role as well as her own."""
    with unit(SYSTEM) as work:
        person = work.session.scalars(select(Person).where(Person.email == "lan@gialai.example")).one()
        work.add(
            RoleGrant(person_id=person.id, role=Role.UNIT, unit_id=unit_id("23722"), valid_from=work.now)
        )
        work.record(Verb.ROLE_GRANTED, person)
    return small.actor("lan")


def made(actor, campaign, task=BatchTask.SHEETS, **scope):
    row = workbook_batches.ask_for_books(actor, campaign, task, Scope(**scope))
    workbook_batches.work_on_waiting()
    db.session.refresh(row)
    assert (row.state, row.fault) == (BatchState.DONE, "")
    return workbook_batches.bundle_store().path(row.sha256).read_bytes()


def sent(actor, campaign, content, name="phieu.xlsx"):
    row = workbook_batches.send_in(actor, campaign, file_name=name, content=content)
    workbook_batches.work_on_waiting()
    db.session.refresh(row)
    return row


def imports(row):
    found = db.session.scalars(select(WorkbookImport).where(WorkbookImport.batch_id == row.id))
    return {one.submission.campaign_unit.full_name: one for one in found}


def fill(content, *sheets):
    """The form's first ratio, with its reason, on each of the sheets."""
    return filled(RATIO, content, [("B1.1#numerator", "Còn hai thủ tục")], sheets or ("Phiếu",))


def packed(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


RATIO = {"B1.1#numerator": 8, "B1.1#denominator": 10}


def findings(row, kind="faults"):
    return [one["code"] for file in row.findings for one in file[kind]]


def test_a_districts_workbook_opens_what_its_reader_may_edit(lan, campaign):
    hand_in("23725")
    book = openpyxl.load_workbook(io.BytesIO(made(lan, campaign)))
    assert book.sheetnames == [CHU_PAH, PHU_HOA, HA_TAY, "Hướng dẫn", "_ds", "_meta"]
    assert [book[name]["E8"].protection.locked for name in book.sheetnames[:3]] == [False, False, True]
    assert "Chỉ để xem: Đã tự đánh giá" in {cell.value for cell in book[HA_TAY]["B"]}


def test_untouched_it_changes_nothing_even_when_a_form_was_edited_since(lan, campaign):
    content = made(lan, campaign)
    answers.save_answers(small.actor("xuan"), small.form_of("23722").id, CLAIMS)
    row = sent(lan, campaign, content)
    assert (row.state, imports(row), findings(row)) == (BatchState.DONE, {}, [])
    assert row.findings[0]["unchanged"] == [CHU_PAH, PHU_HOA, HA_TAY]


def test_it_is_shown_written_for_those_who_may_and_undone_as_one(lan, campaign):
    content = fill(made(lan, campaign), PHU_HOA, HA_TAY, CHU_PAH)
    row = sent(lan, campaign, content)
    assert {name: len(one.changes) for name, one in imports(row).items()} == {
        CHU_PAH: 1,
        PHU_HOA: 1,
        HA_TAY: 1,
    }
    assert stored("23722") == {}
    workbook_batches.ask_to_write(lan, row.id)
    assert stored("23722")["B1.1"][0] == {"numerator": "8", "denominator": "10"}
    assert stored("23725") == {}
    states = {name: one.state for name, one in imports(row).items()}
    assert states == {CHU_PAH: "written", PHU_HOA: "written", HA_TAY: "shown"}
    workbook_batches.ask_to_undo(lan, row.id)
    assert stored("23722")["B1.1"][0] is None
    assert {one.state for one in imports(row).values()} == {ImportState.UNDONE, ImportState.SHOWN}


def test_one_fault_anywhere_and_nothing_of_the_file_is_written(lan, campaign):
    content = filled({"B2.1#answer": "Có lẽ"}, fill(made(lan, campaign), PHU_HOA), sheets=[HA_TAY])
    row = sent(lan, campaign, content)
    [fault] = imports(row)[HA_TAY].faults
    assert (fault["sheet"], fault["cell"]) == (HA_TAY, "E11")
    with pytest.raises(Invalid):
        workbook_batches.ask_to_write(lan, row.id)
    marked = openpyxl.load_workbook(io.BytesIO(workbook_batches.marked_file(row, "phieu.xlsx")))
    assert marked.sheetnames[:2] == ["Chỗ cần sửa", CHU_PAH]
    assert marked[HA_TAY]["E11"].comment is not None


def test_an_answer_saved_meanwhile_keeps_the_whole_file_from_being_written(lan, campaign):
    content = fill(made(lan, campaign), PHU_HOA, CHU_PAH)
    row = sent(lan, campaign, content)
    answers.save_answers(small.actor("xuan"), small.form_of("23722").id, CLAIMS)
    row = workbook_batches.ask_to_write(lan, row.id)
    assert "Xuan đã lưu" in row.fault
    assert stored("627") == {}


def rename(book):
    book[PHU_HOA].title = "Của tôi"


def reorder(book):
    book.move_sheet(HA_TAY, -2)


def copy(book):
    book.copy_worksheet(book[PHU_HOA])


def drop(book):
    del book[PHU_HOA]


def bring_another(book):
    book[PHU_HOA]["A1"].value = f"phieu:{small.form_of('23557').id}"


def unmark(book):
    book[PHU_HOA]["A1"].value = None
    book[PHU_HOA].title = "Bản chép"


def scribble(book):
    book.create_sheet("Nháp")["A1"].value = "tính thử"


@pytest.mark.parametrize(
    ("change", "faults", "notes"),
    [
        (rename, [], ["sheet_renamed"]),
        (reorder, [], []),
        (copy, ["sheet_twice"], []),
        (drop, [], ["sheet_missing"]),
        (bring_another, ["foreign_sheet"], ["sheet_missing"]),
        (unmark, ["unmarked_sheet"], ["sheet_missing"]),
        (scribble, [], []),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_what_was_done_to_its_sheets_is_recognised_and_said(lan, campaign, change, faults, notes):
    book = openpyxl.load_workbook(io.BytesIO(made(lan, campaign)))
    change(book)
    row = sent(lan, campaign, saved(book))
    assert (findings(row), findings(row, "notes")) == (faults, notes)


def test_a_workbook_of_another_district_and_one_of_nobody_are_refused(lan, campaign):
    other = made(small.actor("binh"), campaign)
    assert findings(sent(lan, campaign, other)) == ["other_form"]
    campaign = small.make_campaign(small.small_plan(slug="gia-lai-2020", year=2020))
    assert findings(sent(small.actor("binh"), campaign, other)) == ["other_campaign"]
    assert findings(sent(lan, campaign, b"PK khong phai")) == ["not_a_workbook"]


def test_a_zip_holds_a_workbook_for_each_unit_in_folders(campaign):
    content = made(small.actor("giang"), campaign, BatchTask.ZIP)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == [
            "huyen-chu-pah/huyen-chu-pah.xlsx",
            "huyen-chu-pah/thi-tran-phu-hoa.xlsx",
            "huyen-chu-pah/xa-ha-tay.xlsx",
            "so-ban-nganh/so-noi-vu.xlsx",
            "so-ban-nganh/so-y-te.xlsx",
            "thanh-pho-pleiku/phuong-dien-hong.xlsx",
            "thanh-pho-pleiku/phuong-yen-do.xlsx",
            "thanh-pho-pleiku/thanh-pho-pleiku.xlsx",
        ]
    row = sent(small.actor("giang"), campaign, content, "tat-ca.zip")
    assert (imports(row), findings(row)) == ({}, [])
    assert len(row.findings) == row.total == 8


def test_a_zip_of_filled_workbooks_is_written_file_by_file(lan, campaign):
    files = {
        "a/phu-hoa.xlsx": fill(template("23722")),
        "a/ha-tay.xlsx": fill(template("23725")),
        "chu-pah.xlsx": filled(RATIO | {"B1.1#numerator": "tám"}, template("627")),
        "doc-toi.txt": b"ghi chu",
        "__MACOSX/._phu-hoa.xlsx": b"rac",
    }
    row = sent(lan, campaign, packed(files), "cac-xa.zip")
    assert [one["file"] for one in row.findings] == [name for name in files if "MACOSX" not in name]
    assert findings(row) == ["not_xlsx"]
    assert {name: (len(one.changes), len(one.faults)) for name, one in imports(row).items()} == {
        PHU_HOA: (1, 0),
        HA_TAY: (1, 0),
        CHU_PAH: (0, 1),
    }
    workbook_batches.ask_to_write(lan, row.id, "a/phu-hoa.xlsx")
    assert imports(row)[PHU_HOA].state == ImportState.WRITTEN
    for name in ("a/ha-tay.xlsx", "chu-pah.xlsx"):
        with pytest.raises(Invalid):
            workbook_batches.ask_to_write(lan, row.id, name)


def test_a_form_in_two_files_is_taken_from_neither(lan, campaign):
    one = fill(template("23722"))
    row = sent(lan, campaign, packed({"a.xlsx": one, "b.xlsx": template("23722")}), "hai.zip")
    assert findings(row) == ["form_twice"] * 2
    with pytest.raises(Invalid):
        workbook_batches.ask_to_write(lan, row.id)


def test_what_the_office_sends_in_waits_for_the_unit_to_write_it(campaign):
    giang = small.actor("giang")
    row = sent(giang, campaign, fill(template("23722")))
    with pytest.raises(Invalid):
        workbook_batches.ask_to_write(giang, row.id)
    number = imports(row)[PHU_HOA].id
    workbook_imports.write(small.actor("xuan"), small.form_of("23722").id, number)
    assert stored("23722")["B1.1"][1] == "Còn hai thủ tục"


def test_a_batch_is_its_askers_and_the_offices(lan, campaign):
    row = sent(lan, campaign, made(lan, campaign))
    with pytest.raises(Missing):
        workbook_batches.ask_to_write(small.actor("binh"), row.id)
    with pytest.raises(Invalid):
        workbook_batches.ask_for_books(small.actor("an"), campaign, BatchTask.ZIP, Scope())


def test_a_dead_process_loses_its_claim_and_what_kills_every_process_is_given_up(lan, campaign, at):
    row = workbook_batches.send_in(
        lan, campaign, file_name="x.zip", content=packed({"a.xlsx": template("627")})
    )
    key = row.id
    for attempt in range(1, workbook_batches.MOST_ATTEMPTS + 1):
        assert workbook_batches._claim().attempt == attempt
        assert workbook_batches.work_on_waiting() == 0
        at(clock.now() + workbook_batches.LEASE)
    assert workbook_batches.work_on_waiting() == 1
    row = db.session.get_one(WorkbookBatch, key, populate_existing=True)
    assert (row.state, bool(row.fault)) == (BatchState.FAILED, True)
    workbook_batches.try_again(lan, key)
    assert workbook_batches.work_on_waiting() == 1
    assert db.session.get_one(WorkbookBatch, key, populate_existing=True).state == BatchState.DONE


def test_files_are_swept_after_thirty_days_and_changes_stay(lan, campaign, at):
    made(lan, campaign)
    row = sent(lan, campaign, fill(made(lan, campaign, consolidator=unit_id("627")), PHU_HOA))
    key = row.id
    at(clock.now() + timedelta(days=31))
    assert workbook_batches.sweep_batches() == 3
    kept = db.session.scalars(select(WorkbookBatch)).all()
    assert [(one.id, one.sha256) for one in kept] == [(key, "")]
    assert list(workbook_batches.bundle_store().folder.rglob("*/*")) == []


def test_who_leads_other_forms_by_now_gets_nothing_of_the_former_ones(lan, campaign):
    book = workbook_batches.ask_for_books(lan, campaign, BatchTask.SHEETS, Scope(consolidator=unit_id("627")))
    read = sent(lan, campaign, fill(made(lan, campaign), HA_TAY))
    keys = (book.id, read.id)
    for key in keys:
        assert batch_in_reach(db.session(), lan, key).id == key
    moved = replace(lan, grants=small.actor("binh").grants)
    for key in keys:
        with pytest.raises(Missing):
            batch_in_reach(db.session(), moved, key)
        assert batch_in_reach(db.session(), small.actor("giang"), key).id == key


def test_a_file_that_two_ticks_read_is_kept_once(lan, campaign, monkeypatch):
    content = fill(made(lan, campaign), PHU_HOA)
    row = workbook_batches.send_in(lan, campaign, file_name="x.zip", content=packed({"a.xlsx": content}))
    key, members, slower = row.id, batch_writing._members, [None]

    def overtaken(*given):
        while slower:
            slower.pop()
            batch_writing.read(lan, key, given[1], lambda _done, _total: None)
        return members(*given)

    monkeypatch.setattr(batch_writing, "_members", overtaken)
    assert workbook_batches.work_on_waiting() == 1
    assert len(imports_in(db.session(), key)) == 1
