"""Every word that the code knows has a word for people in both languages, and every effect its handler."""

import re

import pytest
from flask_babel import force_locale

from app.effects import HANDLERS
from app.i18n.labels import LABELS, REASONS, WORDINGS, label
from app.i18n.mail_texts import KINDS
from app.i18n.verb_texts import VERBS
from app.i18n.workbook_texts import WORKBOOK_FAULTS
from app.models import CampaignStatus, LetterOutcome, OutboxState, Paper, UnitKind, Verb
from criteria.workbook import WorkbookCode
from notifications.facts import Owed
from notifications.messages import MESSAGES
from workflows.deadlines import Late, Standing, Wording
from workflows.guards import Reason
from workflows.vocabulary import Action, Effect, Role, Route, State

LABELLED = (
    State,
    Role,
    Action,
    Route,
    UnitKind,
    CampaignStatus,
    Late,
    Standing,
    Owed,
    OutboxState,
    LetterOutcome,
    Paper,
)
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ]|[àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")


def test_every_effect_has_one_handler():
    assert set(HANDLERS) == set(Effect)


@pytest.mark.parametrize("kind", LABELLED, ids=lambda kind: kind.__name__)
def test_every_word_has_a_label_of_its_own(kind):
    assert {value for value in kind if (kind, value.value) not in LABELS} == set()


def test_no_label_names_a_thing_that_is_gone():
    assert set(LABELS) == {(kind, value.value) for kind in LABELLED for value in kind}


def test_every_reason_and_wording_has_its_sentence():
    assert set(REASONS) == set(Reason)
    assert set(WORDINGS) == set(Wording)


def test_every_verb_of_the_audit_trail_has_its_words():
    assert set(VERBS) == set(Verb)


def test_every_kind_of_mail_has_its_words():
    assert set(KINDS) == {message.kind for message in MESSAGES}


def test_labels_are_said_in_english_too(bare_app):
    with bare_app.test_request_context():
        for kind, name in LABELS:
            value = kind(name)
            with force_locale("en"):
                english = label(value)
            assert english
            assert not VIETNAMESE.search(english), value


def test_every_reason_not_to_read_a_workbook_says_what_to_do():
    assert set(WORKBOOK_FAULTS) == set(WorkbookCode)
