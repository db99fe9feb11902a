"""Own words of an office: what is refused and where, how they are filled, and that nothing in them is ever run."""

import dataclasses
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.messages import (
    LANGUAGES,
    MESSAGES,
    CampaignMessage,
    Deadline,
    Message,
    Recipient,
    Wording,
    one_line,
)
from notifications.originals import LEAST_NAME, check, example, original
from notifications.rendering import Email, Letterhead, render
from notifications.tokens import OWN_KINDS, TOKENS, UNSAID, message_class, tokens_of
from notifications.wording import OwnWords, Unfit, faults_of, fits
from tests.notifications.samples import SAMPLES

NOW = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)
AN = Recipient("an@thanhthuy.example.vn", "Nguyễn Văn An")
SENT = {sample.kind: sample for sample in SAMPLES}
GOOD = OwnWords("Nộp phiếu {nam} – {don_vi}", "Đề nghị {don_vi} nộp phiếu.\n\nHạn: {han}.")


def written(own: OwnWords, message: Message, language: str = "vi") -> Email:
    head = Letterhead(own={(message.kind, language): own})
    reader = dataclasses.replace(AN, language=language)
    return render(message, reader, domain="danhgia.example.vn", now=NOW, letterhead=head)


def codes(own: OwnWords, kind: str = "campaign_opened") -> list[tuple[str, Unfit, int, str]]:
    return [(fault.field, fault.code, fault.line, fault.words) for fault in faults_of(kind, own)]


def checked(own: OwnWords, kind: str = "campaign_opened", name: str = "xã Thanh Thủy") -> list[Unfit]:
    found = check(kind, own, example(kind, {}, NOW), AN, longest_name=name, now=NOW)
    return [fault.code for fault in found]


def test_every_fact_of_a_campaigns_mail_has_a_token_or_is_left_unsaid_on_purpose() -> None:
    named = {token.field for token in TOKENS}
    kinds = [message for message in MESSAGES if issubclass(message, CampaignMessage)]
    silent = {f"{kind.kind}.{field.name}" for kind in kinds for field in dataclasses.fields(kind)}
    told = {f"{kind.kind}.{name}" for kind in kinds for name in named | UNSAID}
    assert silent - told == set()
    assert len({token.name for token in TOKENS}) == len(TOKENS)
    assert all(token.name.isascii() and token.name.replace("_", "").isalpha() for token in TOKENS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", OWN_KINDS)
def test_the_original_in_tokens_may_be_saved_as_it_is(kind: str, language: str) -> None:
    own = original(kind, language)
    reader = dataclasses.replace(AN, language=language)
    sample = example(kind, {}, NOW)
    assert check(kind, own, sample, reader, longest_name="UBND xã Thanh Thủy", now=NOW) == ()
    assert not any(
        0xE000 <= ord(char) < 0xF8FF or char in "0123456789" for char in own.subject.replace("24:00", "")
    )
    assert "{" in own.text


@pytest.mark.parametrize(
    "kind", ["campaign_opened", "not_started", "due_today", "package_due", "accepted", "question"]
)
def test_the_original_in_tokens_says_what_the_template_says(kind: str) -> None:
    plain = render(SENT[kind], AN, domain="danhgia.example.vn", now=NOW)
    own = written(original(kind, "vi"), SENT[kind])
    longer = dataclasses.replace(plain, text=own.text, html=own.html)
    assert (own.subject, own.headers) == (plain.subject, plain.headers)
    if kind != "question":  # the template cuts the campaign's name there
        assert longer == plain


def test_own_words_stand_inside_the_layout_with_the_link_of_the_kind() -> None:
    mail = written(GOOD, SENT["campaign_opened"])
    assert mail.subject == "Nộp phiếu 2026 – xã Thanh Thủy"
    assert mail.text == (
        "Kính gửi Nguyễn Văn An,\n\nĐề nghị xã Thanh Thủy nộp phiếu.\n\n"
        "Hạn: đến hết ngày 20/11/2026 (đến hết 24:00 ngày 20/11/2026).\n\n"
        "Mở phiếu tự đánh giá:\nhttps://danhgia.example.vn/phieu/118\n\n"
        "Cần hỗ trợ, gọi 0232 3844 999. Thư này do hệ thống gửi tự động.\n"
    )
    assert "<p>Đề nghị xã Thanh Thủy nộp phiếu.</p>" in mail.html
    assert mail.html.count("href=") == 1


def test_other_kinds_and_languages_keep_the_original() -> None:
    head = Letterhead(own={("campaign_opened", "vi"): GOOD})
    english = dataclasses.replace(AN, language="en")
    for message, reader in ((SENT["campaign_opened"], english), (SENT["accepted"], AN)):
        plain = render(message, reader, domain="x.vn", now=NOW)
        assert render(message, reader, domain="x.vn", now=NOW, letterhead=head) == plain


@pytest.mark.parametrize(
    "evil", ["{{ 7*7 }}", "{% if true %}49{% endif %}", "{{don_vi.__class__}}", "{# x #}", "{{7*7}}"]
)
def test_code_in_own_words_is_refused_and_would_never_run(evil: str) -> None:
    own = OwnWords(GOOD.subject, f"{GOOD.text}\n{evil}")
    assert {code for _field, code, _line, _words in codes(own)} <= {Unfit.BRACE, Unfit.UNKNOWN}
    assert codes(own)
    mail = written(own, SENT["campaign_opened"])
    assert "49" not in mail.text
    assert "class" not in mail.text


def test_what_a_fact_says_is_put_in_once_and_is_no_markup() -> None:
    message = dataclasses.replace(SENT["campaign_opened"], unit_name="{han} {{7*7}} <b>xã</b>")
    mail = written(GOOD, message)
    assert "{han} {{7*7}} <b>xã</b> nộp phiếu" in mail.text
    assert "{han} {{7*7}} &lt;b&gt;xã&lt;/b&gt; nộp phiếu" in mail.html


def test_markup_in_own_words_is_text() -> None:
    mail = written(OwnWords(GOOD.subject, "<script>x</script> & {han}"), SENT["campaign_opened"])
    assert "<p>&lt;script&gt;x&lt;/script&gt; &amp; đến hết" in mail.html


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("", GOOD.text, [("subject", Unfit.BLANK, 0, "")]),
        (GOOD.subject, "  \n", [("text", Unfit.BLANK, 0, ""), ("text", Unfit.MISSING, 0, "han")]),
        (GOOD.subject, "Nộp phiếu.", [("text", Unfit.MISSING, 0, "han")]),
        ("{ten}", GOOD.text, [("subject", Unfit.UNKNOWN, 1, "{ten}")]),
        (GOOD.subject, "Hạn {han}\n{Han}", [("text", Unfit.UNKNOWN, 2, "{Han}")]),
        (GOOD.subject, "Hạn {han}\n\n{don_vi", [("text", Unfit.BRACE, 3, "{")]),
        (GOOD.subject, "Hạn {han} }", [("text", Unfit.BRACE, 1, "}")]),
        (GOOD.subject, "{han} {}", [("text", Unfit.UNKNOWN, 1, "{}")]),
        (GOOD.subject, "{han} {ngay_cuoi}", [("text", Unfit.SUBJECT_ONLY, 1, "{ngay_cuoi}")]),
        (GOOD.subject, "{han}\nxem https://a.vn/b nhé", [("text", Unfit.LINK, 2, "https://a.vn/b")]),
        ("www.a.vn", GOOD.text, [("subject", Unfit.LINK, 1, "www.a.vn")]),
        (GOOD.subject, "{han}\x07", [("text", Unfit.CONTROL, 1, "")]),
        (GOOD.subject, "{han}\u202e", [("text", Unfit.CONTROL, 1, "")]),
        ("Nộp\nBcc: b@x.vn", GOOD.text, [("subject", Unfit.CONTROL, 1, "")]),
        ("x" * 256, GOOD.text, [("subject", Unfit.TOO_LONG, 0, "256")]),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(subject: str, text: str, found: list[object]) -> None:
    assert codes(OwnWords(subject, text)) == found


def test_a_text_of_more_than_120_words_is_refused_by_what_it_says_in_the_end() -> None:
    room = 120 - len(
        written(OwnWords(GOOD.subject, "{han}"), example("campaign_opened", {}, NOW)).text.split()
    )
    assert checked(OwnWords(GOOD.subject, "{han} " + "chữ " * room)) == []
    assert checked(OwnWords(GOOD.subject, "{han} " + "chữ " * (room + 1))) == [Unfit.MANY_WORDS]


def test_a_subject_leaves_room_for_the_units_name() -> None:
    room = 60 - LEAST_NAME
    name = "Ban Quản lý Vườn quốc gia Phong Nha - Kẻ Bàng"
    assert checked(OwnWords("x" * room + "{don_vi}", "{han}"), name=name) == []
    assert checked(OwnWords("x" * (room + 1) + "{don_vi}", "{han}"), name=name) == [Unfit.LONG_SUBJECT]
    mail = written(
        OwnWords("x" * room + "{don_vi}", "{han}"),
        dataclasses.replace(SENT["campaign_opened"], unit_name=name),
    )
    assert len(mail.subject) <= 60
    assert "Ban Quản lý" in mail.subject


def test_a_line_that_names_what_the_mail_does_not_state_is_left_out() -> None:
    own = OwnWords("Đã tiếp nhận – {don_vi}", "Đã tiếp nhận.\nCó kết quả ngày {ngay_co_ket_qua}.")
    assert "Có kết quả ngày 25/12/2026." in written(own, SENT["accepted"]).text
    without = dataclasses.replace(SENT["accepted"], results_on=None)  # type: ignore[call-arg]  # this kind has one
    assert "Có kết quả" not in written(own, without).text


def test_an_internal_date_is_told_beside_the_official_one() -> None:
    official = Deadline(datetime(2026, 11, 24, 17, tzinfo=UTC), Wording.THROUGH_DAY, date(2026, 11, 24))
    message = dataclasses.replace(SENT["not_started"], official=official)  # type: ignore[call-arg]  # this kind has one
    own = OwnWords("Phiếu – {don_vi}", "Hạn: {han}.")
    assert "24:00 ngày 20/11/2026); hạn của tỉnh: đến hết ngày 24/11/2026 (" in written(own, message).text


def test_words_that_no_longer_fit_their_kind_give_way_to_the_original() -> None:
    own = OwnWords("Chào {ten_cu}", "Hạn {han}")
    assert not fits("campaign_opened", own)
    plain = render(SENT["campaign_opened"], AN, domain="danhgia.example.vn", now=NOW)
    assert written(own, SENT["campaign_opened"]) == plain


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_an_example_states_what_is_given_and_makes_up_the_rest(kind: str) -> None:
    sample = example(kind, {"unit_name": "UBND xã Hà Tây", "year": 2019, "nonsense": 1}, NOW)
    assert isinstance(sample, message_class(kind))
    assert sample.unit_name == "UBND xã Hà Tây"
    assert render(sample, AN, domain="x.vn", now=NOW).subject


@given(st.sampled_from(OWN_KINDS), st.text(max_size=80), st.text(max_size=200))
def test_no_words_whatever_break_a_mail(kind: str, subject: str, text: str) -> None:
    own = OwnWords(subject, text)
    faults_of(kind, own)
    mail = written(own, SENT[kind])
    assert one_line(mail.subject) == mail.subject
    assert len(mail.subject) <= 60
    assert mail.html.count("href=") == 1
    assert tokens_of(kind)
