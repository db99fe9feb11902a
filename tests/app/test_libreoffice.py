"""A second Excel: what LibreOffice opens and saves again is read as if nobody had been there."""

import subprocess

import openpyxl
import pytest

from app.services import answers, workbook_imports
from app.services.answers import AnswerInput
from tests.app import small
from tests.app.filled_books import filled, template
from tests.app.test_answers import FULL, form_id
from tests.app.test_workbook_batches import (
    CHU_PAH,
    HA_TAY,
    PHU_HOA,
    fill,
    findings,
    imports,
    made,
    packed,
    sent,
)
from tests.app.test_workbook_imports import send

pytestmark = [pytest.mark.usefixtures("campaign"), pytest.mark.slow]


@pytest.fixture
def saved_again(tmp_path):
    """The workbook as LibreOffice saves it."""

    def save(content):
        given = tmp_path / "phieu.xlsx"
        given.write_bytes(content)
        words = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
        words += [
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path / "out"),
            str(given),
        ]
        subprocess.run(words, check=True, capture_output=True, timeout=120)
        return (tmp_path / "out" / "phieu.xlsx").read_bytes()

    return save


def test_a_form_saved_by_libreoffice_changes_nothing(saved_again):
    answers.save_answers(small.actor("an"), form_id(), FULL)
    row = send(saved_again(template()))
    assert (row.changes, row.faults) == ([], [])


def test_a_form_filled_in_and_saved_by_libreoffice_is_written(saved_again):
    content = saved_again(
        filled({"B1.1#numerator": 8.5, "B1.1#denominator": 10}, reasons=[("B1.1#numerator", "Còn lại")])
    )
    row = send(content)
    assert row.faults == []
    workbook_imports.write(small.actor("an"), form_id(), row.id)
    assert [one["after"]["value"] for one in row.changes] == [{"numerator": "8.5", "denominator": "10"}]


def test_text_that_looks_like_a_formula_stays_text_in_libreoffice(saved_again, tmp_path):
    given = AnswerInput({"numerator": "8", "denominator": "10"}, '=HYPERLINK("http://x";"y")')
    answers.save_answer(small.actor("an"), form_id(), "B1.1", given, version=None)
    (tmp_path / "again.xlsx").write_bytes(saved_again(template()))
    sheet = openpyxl.load_workbook(tmp_path / "again.xlsx")["Phiếu"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(str(cell.value).startswith("=IF(E") for cell in cells if cell.data_type == "f")
    assert [cell.data_type for cell in cells if cell.value == given.reason] == ["s"]
    assert send((tmp_path / "again.xlsx").read_bytes()).changes == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_districts_workbook_saved_by_libreoffice_changes_what_was_filled_in_alone(campaign, saved_again):
    answers.save_answers(small.actor("xuan"), small.form_of("23722").id, FULL)
    lan = small.actor("lan")
    untouched = saved_again(made(lan, campaign))
    row = sent(lan, campaign, packed({"huyen.xlsx": untouched}), "huyen.zip")
    assert (imports(row), findings(row)) == ({}, [])
    assert row.findings[0]["unchanged"] == [CHU_PAH, PHU_HOA, HA_TAY]
    row = sent(lan, campaign, saved_again(fill(untouched, CHU_PAH, HA_TAY)))
    assert {name: len(one.changes) for name, one in imports(row).items()} == {CHU_PAH: 1, HA_TAY: 1}
