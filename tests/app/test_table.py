"""A group of criteria as a table: what its cells show, what comes back from them, and that nothing typed is lost."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app import clock
from app.database import db
from app.models import Answer, AuditEntry
from app.queries.cases import timetable_of
from app.services import answers, submissions
from app.services.answers import AnswerInput
from app.services.waivers import grant_waiver
from criteria.answers import value_to_json, value_to_raw
from tests.app import long_form, small
from tests.app.handed_in import CLAIMS
from tests.criteria.samples import RULES, VALUES
from tests.guards.pages import faults, parse, texts
from workflows.vocabulary import Action


@pytest.fixture
def officer(campaign, sign_in) -> FlaskClient:
    return sign_in("an")


def path(rest: str = "", code: str = "23557") -> str:
    return f"/phieu/{small.form_of(code).id}{rest}"


def page(answer: TestResponse, status: int = 200):
    """The page as a tree, after a look at what every page must have."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    tree = parse(answer.get_data(as_text=True))
    assert [*faults(tree)] == []
    return tree


def posted(tree) -> MultiDict[str, str]:
    """What a browser would send of the table as it stands."""
    form = next(
        one for one in tree.iter("form") if one.get("method") == "post" and one.find(".//table") is not None
    )
    sent: MultiDict[str, str] = MultiDict()
    for control in form.iter():
        name = control.get("name")
        if name is None or control.tag not in ("input", "select", "textarea"):
            continue
        if control.tag == "select":
            chosen = [one.get("value") for one in control.iter("option") if one.get("selected") is not None]
            sent.add(name, chosen[0] if chosen else "")
        elif control.tag == "textarea":
            sent.add(name, control.text or "")
        elif control.get("type") != "checkbox" or control.get("checked") is not None:
            sent.add(name, control.get("value") or "")
    return sent


def but(sent: MultiDict[str, str], changes: dict[str, str]) -> MultiDict[str, str]:
    """The same with something else typed into some boxes."""
    other = sent.copy()
    for name, typed in changes.items():
        other[name] = typed
    return other


def boxes(sent: MultiDict[str, str]) -> dict[str, list[str]]:
    """What was typed, without what the page keeps for itself."""
    return {name: typed for name, typed in sent.lists() if not name.endswith((".version", ".shown", "token"))}


def stored() -> dict[str, Answer]:
    db.session.expire_all()
    return {row.criterion: row for row in db.session.scalars(select(Answer))}


def edits() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "answer:saved")).all())


def test_rows_show_boxes_points_states_and_why_some_are_locked(officer) -> None:
    answers.save_answers(small.actor("an"), small.form_of("23557").id, CLAIMS)
    grant_waiver(small.actor("giang"), small.form_of("23557").id, "B2.1", "Không có trụ sở tiếp dân")
    first = posted(page(officer.get(path("/nhom/B1"))))
    assert (first["B1.1.numerator"], first["B1.1.denominator"]) == ("8", "10")
    assert first["B1.1.reason"] == "Còn hai thủ tục"
    row = texts(page(officer.get(path("/nhom/B1"))).find(".//table/tbody"))
    assert "Hoàn thành" in row
    assert "Đã lưu lúc" in row
    assert "Không có trụ sở tiếp dân" in texts(page(officer.get(path("/nhom/B2"))))
    assert "Cơ quan chủ trì nhập; đơn vị không nhập." in texts(page(officer.get(path("/nhom/B4"))))
    assert path("/nhom/B1") in officer.get(path()).get_data(as_text=True)
    assert path("/nhom/B4") not in officer.get(path()).get_data(as_text=True)


@pytest.fixture
def every_kind(app, at, sign_in) -> FlaskClient:
    long_form.make_campaign(made_of=long_form.every_kind)
    return sign_in("nam")


def test_every_kind_of_rule_is_filled_in_and_comes_back_as_it_was(every_kind) -> None:
    for group in ("A1", "A2", "B1", "B2", "C"):
        address = path(f"/nhom/{group}", "SNV")
        sent = posted(page(every_kind.get(address)))
        for code in (code for code in VALUES if code.startswith(group)):
            for name, typed in value_to_raw(RULES[code], VALUES[code]).items():
                sent.setlist(f"{code}.{name}", typed if isinstance(typed, list) else [typed])
        assert every_kind.post(address, data=sent).status_code == 303
        assert boxes(posted(page(every_kind.get(address)))) == boxes(sent)
    assert {code: row.value for code, row in stored().items()} == {
        code: value_to_json(value) for code, value in VALUES.items()
    }


def test_what_is_shown_and_sent_back_changes_nothing(every_kind) -> None:
    given = {
        code: AnswerInput(value_to_raw(RULES[code], value), "Lý do\nhai dòng")
        for code, value in VALUES.items()
    }
    answers.save_answers(small.actor("nam"), small.form_of("SNV").id, given)
    before = edits()
    for group in ("A1", "A2", "B1", "C"):
        address = path(f"/nhom/{group}", "SNV")
        sent = posted(page(every_kind.get(address)))
        assert every_kind.post(address, data=but(sent, {"then": "stay"})).location == address
    assert edits() == before


@pytest.fixture
def sheet(app, at, sign_in) -> FlaskClient:
    long_form.make_campaign()
    return sign_in("an")


def test_one_wrong_cell_keeps_all_from_being_saved_and_nothing_typed_is_lost(sheet) -> None:
    address = path("/nhom/B1")
    sent = posted(page(sheet.get(address)))
    sent["B1.7.numerator"], sent["B1.7.denominator"] = "1.234", "10"
    sent["B1.8.answer"], sent["B1.8.reason"] = "yes", "Lý do <b>đã gõ</b>"
    sent["B1.2.option"] = "degree"
    broken = sheet.post(address, data=sent)
    tree = page(broken, 422)
    assert stored() == {}
    assert texts(tree.find(".//title")).startswith("Lỗi:")
    said = texts(next(one for one in tree.iter("div") if "error-summary" in (one.get("class") or "")))
    assert "1 chỗ cần xem lại ở 1 tiêu chí" in said
    assert "B1.7: " in said
    assert "Tử số: viết 1234 hoặc 1,234; không dùng dấu chấm" in said
    assert boxes(posted(tree)) == boxes(sent)
    sent["B1.7.numerator"] = "1"
    assert sheet.post(address, data=but(sent, {"then": "next"})).location == path("/nhom/B2")
    assert {code: row.reason for code, row in stored().items()} == {
        "B1.2": "",
        "B1.7": "",
        "B1.8": "Lý do <b>đã gõ</b>",
    }


def test_the_last_group_leads_to_the_check_and_a_group_without_boxes_is_passed_over(officer) -> None:
    assert officer.post(path("/nhom/B3"), data={"then": "next"}).location == path("/nhom/C")
    assert officer.post(path("/nhom/C"), data={"then": "next"}).location == path("/kiem-tra")


def test_two_people_at_one_row_see_both_versions_and_choose_row_by_row(sheet, sign_in) -> None:
    address, head = path("/nhom/B1"), sign_in("ha")
    mine, theirs = posted(page(sheet.get(address))), posted(page(head.get(address)))
    theirs["B1.1.numerator"], theirs["B1.1.denominator"], theirs["B1.1.reason"] = "4", "9", "Bản của Hà"
    theirs["B1.8.answer"] = "yes"
    assert head.post(address, data=theirs).status_code == 303
    mine["B1.1.numerator"], mine["B1.1.denominator"], mine["B1.1.reason"] = "5", "9", "Bản của An"
    mine["B1.2.option"] = "college"
    tree = page(sheet.post(address, data=mine), 409)
    words = texts(tree)
    for part in ("Bản đang lưu do Ha ghi lúc", "Bản của Hà", "Ha đã lưu tiêu chí B1.1 lúc"):
        assert part in words
    again = posted(tree)
    assert (again["B1.1.numerator"], again["B1.1.reason"]) == ("5", "Bản của An")
    assert "B1.2" not in stored()
    kept = sheet.post(address, data=but(again, {"B1.1.dropped": "1"}))
    assert kept.status_code == 303
    assert {code: row.reason for code, row in stored().items()} == {
        "B1.1": "Bản của Hà",
        "B1.8": "",
        "B1.2": "",
    }
    assert sheet.post(address, data=again).status_code == 303
    assert stored()["B1.1"].reason == "Bản của An"


def test_rows_that_nobody_touched_are_left_to_others(sheet, sign_in) -> None:
    address, head = path("/nhom/B1"), sign_in("ha")
    old = posted(page(sheet.get(address)))
    head.post(address, data=but(old, {"B1.8.answer": "yes"}))
    assert sheet.post(address, data=but(old, {"B1.2.option": "degree"})).status_code == 303
    assert {code: row.saved_by_name for code, row in stored().items()} == {"B1.8": "Ha", "B1.2": "An"}


def test_what_was_typed_after_the_lock_is_shown_with_the_reason(sheet, sign_in) -> None:
    address = path("/nhom/B1")
    sent = but(posted(page(sheet.get(address))), {"B1.8.reason": "Gõ xong thì hết hạn"})
    locks = timetable_of(small.form_of("23557").campaign_unit.kind).locks
    with clock.put_at(locks + timedelta(seconds=1)):
        tree = page(sign_in("an").post(address, data=sent), 422)
        assert "Đã hết hạn" in texts(tree)
        assert posted(tree)["B1.8.reason"] == "Gõ xong thì hết hạn"


def test_who_only_reads_sees_answers_and_no_boxes(officer, sign_in) -> None:
    form = small.form_of("23557").id
    answers.save_answers(small.actor("an"), form, CLAIMS)
    submissions.move(small.actor("an"), form, Action.SELF_ASSESS, version=None)
    for reader in (officer, sign_in("binh")):
        tree = page(reader.get(path("/nhom/B1")))
        assert "Còn hai thủ tục" in texts(tree)
        assert tree.find(".//textarea") is None
    assert sign_in("xuan").get(path("/nhom/B1")).status_code == 404
    assert officer.get(path("/nhom/Z9")).status_code == 404
    assert officer.post(path("/nhom/B1"), data={"B1.1.version": "x"}).status_code == 422


def test_an_unreadable_version_is_an_old_page(officer) -> None:
    sent = but(
        posted(page(officer.get(path("/nhom/B1")))),
        {
            "B1.1.version": "9" * 40,
            "B1.1.numerator": "1",
            "B1.1.denominator": "2",
        },
    )
    assert "Trang này đã cũ" in texts(page(officer.post(path("/nhom/B1"), data=sent), 409))


def test_a_group_of_30_costs_as_many_statements_as_one_of_8(sheet, statements) -> None:
    counts, addresses = [], [path(f"/nhom/{group}") for group in ("B2", "A1", "B1")]
    for address in addresses:  # the first one begins the form
        db.session.remove()
        with statements() as seen:
            sent = posted(page(sheet.get(address)))
        changed = but(sent, {name: "Chưa đủ kinh phí" for name in sent if name.endswith(".reason")})
        db.session.remove()
        with statements() as written:
            assert sheet.post(address, data=changed).status_code == 303
        counts.append((len(seen), len(written)))
    assert counts[1] == counts[2]
