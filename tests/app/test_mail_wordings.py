"""The office words its campaign's mails: looked at, checked with its place, kept with its version, given up again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.database import db
from app.faults import Invalid, Missing, Outdated
from app.i18n.wording_texts import LEAVES, TEXTS
from app.models import AuditEntry, MailWording, OutboxMessage, Person, Verb
from app.queries.mail_wordings import longest_name
from app.services import campaigns, mail_wordings
from app.services.reminders import plan_reminders
from app.unit import SYSTEM, unit
from notifications.messages import LANGUAGES
from notifications.originals import original
from notifications.tokens import OWN_KINDS
from notifications.wording import OwnWords, Unfit
from tests.app import small
from tests.app.handed_in import hand_in
from tests.app.moving import LAST, at_local

SLUG = "gia-lai-2019"
OWN = OwnWords("Phiếu {nam}: {don_vi}", "Kính đề nghị {don_vi} lưu ý.\n\nHạn: {han}.")
RECEIPT = OwnWords("Biên nhận {ma_bien_nhan}", "Sở đã nhận phiếu của {don_vi}.\nMã: {ma_bien_nhan}.")


def save(own=OWN, kind="not_submitted", *, by="giang", language="vi", version=0):
    return mail_wordings.save(small.actor(by), SLUG, kind, language, own, version=version)


def address(kind="not_submitted", end="", language="vi"):
    return f"/thu/mau/{SLUG}/{kind}{end}?ngon-ngu={language}"


def typed(then, own=OWN, version=0):
    return {"subject": own.subject, "text": own.text, "version": version, "then": then}


def newest(kind):
    db.session.rollback()
    return db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id.desc())
    ).first()


def test_every_kind_says_when_it_leaves_and_every_fault_what_to_do():
    assert set(LEAVES) == set(OWN_KINDS)
    assert set(TEXTS) == set(Unfit)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", OWN_KINDS)
def test_every_original_can_be_looked_at_for_the_first_unit(campaign, kind, language):
    found = mail_wordings.look(small.actor("giang"), SLUG, kind, language, original(kind, language))
    assert len(found.email.subject) <= 60
    assert 0 < found.words <= 120
    assert (
        "UBND" in found.email.text or "Sở" in found.email.text or kind in ("several_due", "approval_waiting")
    )


def test_own_words_go_into_mails_written_from_then_on(campaign):
    save(RECEIPT, "submitted")
    hand_in("SNV")
    mail = newest("submitted")
    receipt = small.form_of("SNV").receipt_code
    assert mail.subject == f"Biên nhận {receipt}"
    assert f"Sở đã nhận phiếu của Sở Nội vụ.\n\nMã: {receipt}.\n" in mail.text
    assert mail.text.startswith("Kính gửi Nam,")
    assert f"/phieu/{small.form_of('SNV').id}\n" in mail.text


def test_reminders_use_them_too_at_a_constant_number_of_queries(campaign, at, statements):
    save(OwnWords(OWN.subject, OWN.text), "not_started")
    at(at_local(LAST - timedelta(days=14)))
    with statements() as seen:
        plan_reminders()
    assert newest("not_started").text.count("Kính đề nghị") == 1
    assert sum("mail_wording" in statement for statement in seen) == 1


def test_another_language_keeps_the_original(campaign):
    with unit(SYSTEM) as work:
        nam = work.load(Person, small.person("nam").id)
        nam.language = "en"
        work.record(Verb.PERSON_CHANGED, nam)
    save(RECEIPT, "submitted")
    hand_in("SNV")
    assert newest("submitted").subject.startswith("Received: 2019 form")


def test_what_was_and_what_is_are_in_the_audit_trail(campaign):
    version = save().version
    save(replace(OWN, subject="Khác {nam}"), version=version)
    last = db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == Verb.WORDING_SAVED).order_by(AuditEntry.id.desc())
    ).first()
    assert (last.before["subject"], last.after["subject"]) == (OWN.subject, "Khác {nam}")
    assert last.campaign_id == campaign.id


def test_of_two_who_edit_at_once_the_second_is_told(campaign):
    save()
    with pytest.raises(Outdated):
        save(by="oanh")
    with pytest.raises(Outdated):
        mail_wordings.restore(small.actor("oanh"), SLUG, "not_submitted", "vi", version=7)


def test_the_original_comes_back(campaign):
    row = save(RECEIPT, "submitted")
    mail_wordings.restore(small.actor("giang"), SLUG, "submitted", "vi", version=row.version)
    hand_in("SNV")
    assert newest("submitted").subject.startswith("Đã nhận phiếu 2019")
    assert db.session.scalars(select(MailWording)).all() == []
    with pytest.raises(Outdated):
        mail_wordings.restore(small.actor("giang"), SLUG, "submitted", "vi", version=0)


@pytest.mark.parametrize(
    ("own", "field", "words"),
    [
        (OwnWords("", OWN.text), "subject", "Viết tiêu đề"),
        (OwnWords(OWN.subject, "Nộp đi."), "text", "Thêm ô điền {han}"),
        (OwnWords(OWN.subject, "{han}\n{{7*7}}"), "text", "Dòng 2: dấu { thiếu"),
        (OwnWords(OWN.subject, "{han}\n{% if x %}"), "text", "Dòng 2: không có ô điền {% if x %}"),
        (OwnWords(OWN.subject, "{han} https://a.vn"), "text", "Dòng 1: bỏ liên kết https://a.vn"),
        (OwnWords(OWN.subject, "{han} " + "chữ " * 130), "text", "Rút gọn nội dung: cả thư có 1"),
        (
            OwnWords("chữ " * 15 + "{don_vi}", "{han}"),
            "subject",
            "Viết tiêu đề ngắn hơn: khi điền xong dài 74",
        ),
    ],
)
def test_words_that_cannot_be_used_are_refused_with_their_place(campaign, own, field, words):
    with pytest.raises(Invalid) as refused:
        save(own)
    assert [fault.field for fault in refused.value.faults][:1] == [field]
    assert refused.value.faults[0].message.startswith(words)
    assert db.session.scalars(select(MailWording)).all() == []


@pytest.mark.parametrize("name", ["an", "lan", "chi", "dung", "quang"])
def test_nobody_but_the_office_words_mails(campaign, sign_in, name):
    with pytest.raises(Missing):
        save(by=name)
    assert sign_in(name).get(address()).status_code == 403


@pytest.mark.parametrize(
    ("kind", "language"), [("invitation", "vi"), ("nonsense", "vi"), ("submitted", "fr")]
)
def test_what_is_no_mail_of_a_campaign_is_not_there(campaign, sign_in, kind, language):
    assert sign_in("giang").get(address(kind, language=language)).status_code == 404


def test_words_are_not_changed_in_a_closed_campaign(campaign):
    campaigns.close_campaign(SYSTEM, SLUG)
    with pytest.raises(Invalid, match="kết thúc"):
        save()


def test_the_kinds_are_listed_with_whose_words_they_have(campaign, sign_in):
    save()
    page = sign_in("giang").get("/thu/mau", follow_redirects=True).get_data(as_text=True)
    assert page.count("<tr") == len(OWN_KINDS) + 1
    assert "Mẫu riêng tiếng Việt, Giang ghi" in page
    assert "Khi đơn vị nộp phiếu" in page


def test_without_a_campaign_there_is_nothing_to_word(app, sign_in):
    page = sign_in("giang").get("/thu/mau").get_data(as_text=True)
    assert "Chưa có đợt đánh giá nào" in page


def test_the_page_begins_with_the_original_and_shows_a_sample_before_it_is_kept(campaign, sign_in):
    office = sign_in("giang")
    page = office.get(address()).get_data(as_text=True)
    assert "{con_ngay} ngày" in page
    assert "đã làm xong {da_xong}/{so_tieu_chi} tiêu chí" in page
    assert "Ô điền dùng được" in page
    look = office.post(address(), data=typed("preview"))
    shown = look.get_data(as_text=True)
    assert look.status_code == 200
    assert "Kính đề nghị Sở Nội vụ lưu ý." in shown
    assert "/120 từ" in shown
    assert "srcdoc=" in shown
    assert db.session.scalars(select(MailWording)).all() == []
    assert office.post(address(), data=typed("save")).status_code == 303
    assert newest("not_submitted") is None
    assert "Về mẫu gốc" in office.get(address()).get_data(as_text=True)


def test_what_was_typed_stays_on_the_page_when_it_is_refused(campaign, sign_in):
    answer = sign_in("giang").post(address(), data=typed("preview", OwnWords("Tiêu đề", "Sai {o_la} <b>")))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Dòng 1: không có ô điền {o_la}" in page
    assert "Sai {o_la} &lt;b&gt;" in page


def test_own_words_are_given_up_on_the_page(campaign, sign_in):
    version = save().version
    answer = sign_in("giang").post(address(end="/goc"), data={"version": version})
    assert answer.status_code == 303
    assert db.session.scalars(select(MailWording)).all() == []


def test_a_version_that_is_gone_says_so(campaign, sign_in):
    save()
    assert sign_in("oanh").post(address(), data=typed("save")).status_code == 409


def test_the_longest_name_is_known(campaign):
    assert longest_name(db.session(), campaign.id) in ("UBND thị trấn Phú Hòa", "UBND thành phố Pleiku")
