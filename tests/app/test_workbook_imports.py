"""A form's workbook, filled in and sent back: what it changes, what is wrong in it and where, written and undone."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from app.database import db
from app.faults import Forbidden, Invalid, Missing
from app.models import Answer, ImportState, WorkbookImport
from app.services import answers, waivers, workbook_imports
from app.services.answers import AnswerInput, Conflict
from app.services.workbook_faults import WORDS
from criteria.workbook.form import BookFlaw
from tests.app import small
from tests.app.filled_books import filled, template
from tests.app.test_answers import FULL, form_id

pytestmark = pytest.mark.usefixtures("campaign")


def send(content, by="an", code="23557"):
    return workbook_imports.upload(small.actor(by), form_id(code), file_name="phieu.xlsx", content=content)


def stored(code="23557"):
    rows = db.session.scalars(select(Answer).where(Answer.submission_id == form_id(code)))
    return {row.criterion: (row.value, row.reason, row.estimated) for row in rows}


CHANGES = {"B1.1#numerator": 8, "B1.1#denominator": 10, "B2.1#answer": "Không"}
REASONS = (("B1.1#numerator", "Còn hai thủ tục"), ("B2.1#answer", "Chưa có kinh phí"))


def test_a_template_sent_back_untouched_changes_nothing():
    answers.save_answers(small.actor("an"), form_id(), FULL)
    row = send(template())
    assert (row.changes, row.faults) == ([], [])


def test_what_is_filled_in_is_shown_then_written_then_undone():
    answers.save_answer(small.actor("an"), form_id(), "B2.1", FULL["B2.1"], version=None)
    before = stored()
    row = send(filled(CHANGES, reasons=REASONS))
    assert [one["code"] for one in row.changes] == ["B1.1"]
    assert stored() == before

    number = row.id
    assert workbook_imports.write(small.actor("an"), form_id(), number).state == ImportState.WRITTEN
    assert stored() == before | {"B1.1": ({"numerator": "8", "denominator": "10"}, "Còn hai thủ tục", False)}
    assert small.form_of("23557").complete == 2

    assert workbook_imports.undo(small.actor("an"), form_id(), number).state == ImportState.UNDONE
    assert stored() == before | {"B1.1": (None, "", False)}
    for act in (workbook_imports.write, workbook_imports.undo):
        with pytest.raises(Invalid):
            act(small.actor("an"), form_id(), number)


def test_undoing_is_refused_once_one_of_its_answers_was_edited():
    number = send(filled(CHANGES, reasons=REASONS)).id
    workbook_imports.write(small.actor("an"), form_id(), number)
    answers.save_answer(small.actor("an"), form_id(), "B1.1", FULL["B1.1"], version=None)
    with pytest.raises(Conflict):
        workbook_imports.undo(small.actor("an"), form_id(), number)
    assert stored()["B2.1"][1] == "Chưa có kinh phí"


def test_writing_is_refused_when_an_answer_was_saved_after_the_preview():
    number = send(filled(CHANGES, reasons=REASONS)).id
    answers.save_answer(small.actor("an"), form_id(), "B1.1", FULL["B1.1"], version=None)
    with pytest.raises(Conflict):
        workbook_imports.write(small.actor("an"), form_id(), number)
    assert "B2.1" not in stored()


@pytest.mark.parametrize(
    ("changes", "criterion", "code", "cell"),
    [
        ({"B1.1#numerator": 12, "B1.1#denominator": 10}, "B1.1", "above_denominator", "E7"),
        ({"B1.1#numerator": "1.234", "B1.1#denominator": 9}, "B1.1", "ambiguous", "E7"),
        ({"B1.1#numerator": 3}, "B1.1", "empty", "E8"),
        ({"B1.1#numerator": "tám", "B1.1#denominator": 9}, "B1.1", "not_a_number", "E7"),
        ({"B1.1#numerator": "=4+4", "B1.1#denominator": 9}, "B1.1", "formula", "E7"),
        ({"B2.1#answer": "Có lẽ"}, "B2.1", "not_yes_or_no", "E10"),
        ({"B3.1#option": "Mức khác"}, "B3.1", "unknown_option", "E12"),
        ({"B4.1": 4}, "B4.1", "not_asked", "E14"),
    ],
)
def test_what_is_wrong_is_named_at_its_cell_and_nothing_is_written(changes, criterion, code, cell):
    row = send(filled(changes | {"B2.1#answer": changes.get("B2.1#answer", "Có")}))
    [fault] = row.faults
    assert (fault["field"], fault["code"], fault["sheet"], fault["cell"]) == (criterion, code, "Phiếu", cell)
    with pytest.raises(Invalid):
        workbook_imports.write(small.actor("an"), form_id(), row.id)
    assert stored() == {}


def test_a_waived_criterion_is_locked_and_refused_when_filled_in(campaign):
    content = filled({"B2.1#answer": "Có"})
    waivers.grant_waiver(small.actor("giang"), form_id(), "B2.1", "Không có kênh hỏi đáp")
    [fault] = send(content).faults
    assert fault["code"] == "not_asked"
    assert send(template()).faults == []


def tampered():
    book = openpyxl.load_workbook(BytesIO(template()))
    sheet = book["_meta"]
    next(row for row in sheet.iter_rows() if row[1].value == "unit")[2].value = "23560"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "empty"),
        (lambda: b"khong phai excel", "not_a_workbook"),
        (lambda: template("23560"), "other_unit"),
        (tampered, BookFlaw.NOT_OURS),
    ],
)
def test_a_file_that_is_not_this_forms_is_refused(content, code):
    with pytest.raises(Invalid) as refused:
        send(content())
    assert [fault.code for fault in refused.value.faults] == [code]
    assert db.session.scalars(select(WorkbookImport)).all() == []


def test_only_the_unit_may_send_and_only_for_its_own_form():
    with pytest.raises(Missing):
        send(template(), by="bao")
    with pytest.raises(Forbidden):
        send(template(), by="binh")
    number = send(filled(CHANGES, reasons=REASONS)).id
    with pytest.raises(Missing):
        workbook_imports.write(small.actor("bao"), form_id("23560"), number)


def test_every_flaw_has_its_words():
    assert set(WORDS) == set(BookFlaw)


def test_estimates_and_options_come_back_as_they_were():
    given = {"B3.1": AnswerInput({"option": "part"}, "Thiếu biên chế", estimated=True)}
    answers.save_answers(small.actor("an"), form_id(), given)
    assert send(filled({"B1.1#numerator": 1, "B1.1#denominator": 1})).changes[0]["code"] == "B1.1"
