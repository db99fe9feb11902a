"""What a server's answer is about: the address, the mailbox, our standing, or the way there."""

import pytest

from notifications.delivery import Result, Stage
from notifications.refusals import Cause, Said, blames_address, heard, noted

ANSWERS = (
    (Stage.RCPT, "550 5.1.1 <x@a.example>: Recipient address rejected: User unknown", Cause.ADDRESS),
    (Stage.RCPT, "550 No such user here", Cause.ADDRESS),
    (Stage.RCPT, "551 User not local", Cause.ADDRESS),
    (Stage.RCPT, "553 mailbox name not allowed", Cause.ADDRESS),
    (Stage.RCPT, "554 delivery error: this account is gone", Cause.ADDRESS),
    (Stage.RCPT, "501 5.1.3 Bad recipient address syntax", Cause.ADDRESS),
    (Stage.RCPT, "550 5.2.1 mailbox disabled", Cause.ADDRESS),
    (Stage.DOT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound", Cause.ADDRESS),
    (Stage.RCPT, "552 5.2.2 Over quota", Cause.FULL),
    (Stage.RCPT, "552 over quota", Cause.FULL),
    (Stage.RCPT, "452 4.2.2 mailbox full", Cause.FULL),
    (Stage.DOT, "552 5.3.4 message too big", Cause.TOO_BIG),
    (Stage.DOT, "552 too much mail data", Cause.TOO_BIG),
    (Stage.RCPT, "550 5.7.1 Relaying denied", Cause.POLICY),
    (Stage.RCPT, "554 5.7.1 Service unavailable; Client host blocked", Cause.POLICY),
    (Stage.RCPT, "550 SPF check failed", Cause.POLICY),
    (Stage.RCPT, "553 sender address rejected", Cause.POLICY),
    (Stage.RCPT, "550 5.1.8 bad sender's system address", Cause.POLICY),
    (Stage.MAIL, "550 5.1.0 address rejected", Cause.POLICY),
    (Stage.DATA, "554 no valid recipients", Cause.POLICY),
    (Stage.DOT, "550 5.7.26 unauthenticated mail", Cause.POLICY),
    (Stage.DOT, "554 looks like spam", Cause.POLICY),
    (Stage.RCPT, "450 4.2.0 greylisted", Cause.LATER),
    (Stage.RCPT, "421 4.3.2 closing", Cause.AWAY),
    (Stage.DOT, "Connection unexpectedly closed", Cause.AWAY),
    (Stage.CONNECT, "[Errno 111] Connection refused", Cause.AWAY),
    (Stage.STARTTLS, "454 4.7.0 TLS not available", Cause.AWAY),
    (Stage.AUTH, "535 5.7.8 bad credentials", Cause.SIGN_IN),
)


@pytest.mark.parametrize(("stage", "words", "cause"), ANSWERS)
def test_a_server_s_answer_is_understood(stage, words, cause):
    assert heard(noted(stage, words)) == Said(stage, words)
    assert heard(noted(stage, words)).cause is cause
    assert blames_address(Result.REFUSED, stage, words) is (cause in (Cause.ADDRESS, Cause.FULL))


@pytest.mark.parametrize("result", sorted(set(Result) - {Result.REFUSED}))
def test_only_a_refusal_for_good_blames_the_address(result):
    assert not blames_address(result, Stage.RCPT, "550 5.1.1 no such user")


def test_words_of_ours_are_no_server_s():
    assert heard("Đợt đánh giá đã kết thúc").cause is None
    assert heard("").cause is None
    assert heard(noted(Stage.DOT, "")) == Said(Stage.DOT, "")
