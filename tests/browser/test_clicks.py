"""How often an officer has to press something on the way from a mail to the receipt, over a form of 60 criteria."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database import db
from app.models import OutboxMessage
from app.services import answers, submissions
from app.services.answers import AnswerInput
from criteria.answers import FieldKind, fields
from tests.app import life, long_form, small
from tests.app.filled_books import filled
from tests.browser.conftest import WIDTHS, this_year
from tests.browser.measured import Hand
from workflows.vocabulary import Action

WHOLE_FORM, BY_EXCEL, RETURNED, FIRST_ANSWER, FROM_MAIL = 215, 12, 14, 4, 2
NEXT = "Lưu và sang tiêu chí tiếp"
CHOICES = {"yes": 1, "no": 2, "degree": 1, "college": 2}  # their places in the list of a table's cell
REMARKED = ("A1.1", "A1.7", "B1.7", "B4.1")


def plan(**changes):
    """The plan of this year; ``changes`` are its kinds'."""
    made = this_year(explanation_days=0)
    return replace(made, kinds=tuple(replace(kind, **changes) for kind in made.kinds))


@pytest.fixture
def opened(site, sign_in):
    """Opens the form's list of criteria in the hand of its officer; ``before`` prepares the form."""

    def enter(*, before=None, start="", width=WIDTHS["desk"], scripts=True, **changes):
        with site.data():
            long_form.make_campaign(plan(**changes))
            key = small.form_of("23557").id
            if before:
                before(key)
        page = sign_in("an", width=width, scripts=scripts)
        hand = Hand(page, scripts=scripts)
        page.goto(start or f"/phieu/{key}")
        return hand

    return enter


def handed_in(hand, site):
    """Has the form been handed in? Waits for the receipt."""
    hand.page.wait_for_url("**/da-nop")
    with site.data():
        return bool(small.form_of("23557").receipt_code)


def fill(key):
    """Answer everything through the services."""
    given = {code: AnswerInput(*one) for code, one in long_form.typed().items()}
    answers.save_answers(small.actor("an"), key, given)


def answer(hand, rule, boxes, reason):
    """Answer the criterion that is open, as its page asks, and type the reason."""
    page, kinds = hand.page, {field.name: field.kind for field in fields(rule)}
    pressed = ""
    for name, typed in boxes.items():
        for value in typed if isinstance(typed, list) else [typed]:
            if kinds[name] in (FieldKind.NUMBER, FieldKind.INTEGER) and not pressed:
                hand.write(page.locator(f"[id='{name}']"), value)
                pressed = name
            elif kinds[name] in (FieldKind.NUMBER, FieldKind.INTEGER):
                page.keyboard.press("Tab")
                page.keyboard.type(value)
            else:
                hand.press(page.locator(f"main [name='{name}'][value='{value}'] + label"))
    if reason:
        hand.write(page.locator("#reason"), reason)


@pytest.fixture
def papers(tmp_path):
    """30 files on the officer's machine."""
    made = [tmp_path / f"van-ban-{number}.pdf" for number in range(30)]
    for number, path in enumerate(made):
        path.write_bytes(life.PDF + str(number).encode())
    return made


def test_the_whole_form_is_filled_in_criterion_by_criterion(site, opened, papers):
    hand = opened(width=WIDTHS["phone"])
    rules = {one.code: one.rule for one in long_form.long_set("commune").criteria()}
    hand.press(hand.page.locator(".govuk-task-list__link").first)
    for code, (boxes, reason) in long_form.typed().items():
        hand.page.wait_for_url(f"**/tc/{code}")
        answer(hand, rules[code], boxes, reason)
        if code.startswith("A1."):
            hand.file(hand.page.locator("#file"), papers.pop())
        hand.button(NEXT)
    hand.page.wait_for_url("**/kiem-tra")
    hand.button("Nộp phiếu")
    assert handed_in(hand, site)
    assert hand.clicks <= WHOLE_FORM


def test_the_whole_form_is_typed_into_tables_without_scripts(site, opened):
    hand = opened(scripts=False, evidence_required="never")
    hand.link("Nhập theo bảng")
    kinds = {
        one.code: {field.name: field.kind for field in fields(one.rule)}
        for one in long_form.long_set("commune").criteria()
    }
    for group in long_form.SIZES:
        hand.page.wait_for_url(f"**/nhom/{group}")
        hand.press(hand.page.locator("thead th").first)
        for code, (boxes, reason) in long_form.typed().items():
            if code.startswith(f"{group}."):
                type_row(hand.page, code, kinds[code], boxes, reason)
        hand.button("Lưu và sang nhóm tiếp")
    hand.page.wait_for_url("**/kiem-tra")
    hand.button("Nộp phiếu")
    assert handed_in(hand, site)
    assert hand.clicks <= WHOLE_FORM / 10


def type_row(page, code, kinds, boxes, reason):
    """Fill in one criterion of a table by the keyboard alone."""
    for name, typed in boxes.items():
        for value in typed if isinstance(typed, list) else [typed]:
            if kinds[name] == FieldKind.OPTIONS:
                tab_to(page, f"{code}.{name}" if value == "firewall" else f"{code}.{name}.{value}")
                page.keyboard.press("Space")
                continue
            tab_to(page, f"{code}.{name}")
            if value in CHOICES:
                for _again in range(CHOICES[value]):
                    page.keyboard.press("ArrowDown")
            else:
                page.keyboard.type(value)
    if reason:
        tab_to(page, f"{code}.reason")
        page.keyboard.insert_text(reason)


def tab_to(page, box):
    """Press Tab until a box has the focus."""
    for _again in range(12):
        if page.evaluate("document.activeElement.id") == box:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no way by Tab to {box}")


def in_excel(content):
    """The workbook with everything filled in."""
    labels = {"yes": "Có", "no": "Không", "degree": "Đại học", "college": "Cao đẳng"}
    changes, reasons = {}, []
    for code, (boxes, reason) in long_form.typed().items():
        rows = {
            f"{code}#{name}{f'#{value}' if isinstance(typed, list) else ''}": "x"
            if isinstance(typed, list)
            else labels.get(value, value)
            for name, typed in boxes.items()
            for value in (typed if isinstance(typed, list) else [typed])
        }
        changes |= rows
        reasons += [(next(iter(rows)), reason)] if reason else []
    return filled(changes, content, reasons)


def test_excel_is_fetched_filled_in_and_handed_in(site, opened, tmp_path):
    hand = opened(scripts=False, evidence_required="never")
    hand.link("Excel")
    with hand.page.expect_download() as fetched:
        hand.link("Tải mẫu Excel")
    book = tmp_path / "phieu.xlsx"
    book.write_bytes(in_excel(fetched.value.path().read_bytes()))
    hand.file(hand.page.locator("input[type=file]"), book)
    hand.button("Xem trước thay đổi")
    hand.button("Ghi ")
    hand.link("Kiểm tra và nộp")
    hand.button("Nộp phiếu")
    assert handed_in(hand, site)
    assert hand.clicks <= BY_EXCEL


def send_back(key):
    """Hand the whole form in, and send it back with four remarks."""
    fill(key)
    submissions.move(small.actor("an"), key, Action.SELF_ASSESS, version=None)
    remarks = dict.fromkeys(REMARKED, "Số liệu chưa khớp báo cáo quý III")
    due = life.today() + timedelta(days=3)
    submissions.send_back(small.actor("binh"), key, note="Bổ sung", remarks=remarks, due=due, version=None)


def test_a_form_sent_back_is_mended_and_handed_in_again(site, opened):
    hand = opened(before=send_back, start="/don-vi", width=WIDTHS["phone"], evidence_required="never")
    hand.link("Làm tiếp")
    hand.link(f"{REMARKED[0]}. ")
    for code in REMARKED:
        hand.page.wait_for_url(f"**/tc/{code}")
        hand.write(hand.page.locator("#reason"), "Đã đối chiếu, số liệu theo báo cáo năm")
        hand.button(NEXT)
    hand.page.wait_for_url("**/kiem-tra")
    hand.button("Nộp lại")
    assert handed_in(hand, site)
    assert hand.clicks <= RETURNED


def test_the_first_answer_is_saved_soon(site, opened):
    hand = opened(scripts=False, width=WIDTHS["phone"])
    hand.press(hand.page.locator(".govuk-task-list__link").first)
    answer(hand, long_form.RULES["A1.1"], *long_form.typed()["A1.1"])
    hand.button(NEXT)
    hand.page.wait_for_url("**/tc/A1.2")
    with site.data():
        assert small.form_of("23557").last_worked_at is not None
    assert hand.clicks <= FIRST_ANSWER


def test_a_mail_leads_to_the_list_of_criteria(site, opened, new_page):
    opened()
    page = new_page(width=WIDTHS["phone"])
    page.goto("/dang-nhap")
    page.locator("input[name=email]").fill("an@gialai.example")
    page.get_by_role("button", name="Gửi mã đăng nhập").click()
    page.wait_for_url("**/dang-nhap/xac-nhan*")
    with site.data():
        wanted = select(OutboxMessage.text).where(OutboxMessage.kind == "sign_in_code")
        text = db.session.scalars(wanted.order_by(OutboxMessage.id.desc())).first()
    hand = Hand(page)
    page.goto(re.search(r"(/dang-nhap/xac-nhan/\S+)", text)[1])
    hand.button("Vào làm việc")
    hand.link("Bắt đầu")
    page.wait_for_url(re.compile(r"/phieu/\d+$"))
    assert hand.clicks <= FROM_MAIL
