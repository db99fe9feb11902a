"""The English catalogue says everything the Vietnamese source says, with the same placeholders, and nothing more."""

import re
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask_babel import force_locale

from app.i18n import labels
from app.i18n.rule_texts import WORDS
from app.models import CampaignStatus, OutboxState, UnitKind
from criteria.rules import RuleKind
from notifications.facts import Owed
from workflows.deadlines import Late, Standing, Wording
from workflows.guards import Reason
from workflows.vocabulary import Action, Role, Route, State

I18N = Path(labels.__file__).parent
KEYWORDS = dict.fromkeys(("_", "_l", "gettext", "lazy_gettext"))
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
LABELLED = (State, Role, Action, Route, UnitKind, CampaignStatus, Late, Standing, Owed, OutboxState)
LETTERS = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
# Words that files must hold as they are, and examples.
VERBATIM = (
    *("Đúng Hạn", "169/QĐ-UBND", "Phường Yên Đỗ", "“tỉnh”"),
    *("Thư điện tử", "Họ và tên", "Mã đơn vị", "Tên đơn vị", "Vai trò", "Chức vụ", "Điện thoại", "Mã"),
    *("thôi hoạt động", "thôi giữ vai trò", "khóa tài khoản", "Tình trạng", "Thuộc", "Sáp nhập từ"),
    *("Quyết định", "Chuyển từ đơn vị"),
    *("cán bộ", "lãnh đạo", "tổng hợp", "tổ công tác", "cơ quan chủ trì", "phê duyệt", "quản trị"),
)
NAMES = re.compile("|".join(VERBATIM))


def extracted():
    """Every message of the code and the templates, with the file it stands in."""
    with (I18N / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = {}
    for file, _line, message, *_rest in extract_from_dir(I18N.parent, methods, options, KEYWORDS):
        found.setdefault(message, file)
    return found


@pytest.fixture(scope="module")
def source():
    return extracted()


@pytest.fixture(scope="module")
def english():
    with (I18N / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {entry.id: entry for entry in read_po(file, locale="en") if entry.id}


def test_every_message_of_the_source_is_in_the_catalogue(source, english):
    assert [message for message in source if message not in english] == []


def test_the_catalogue_keeps_no_message_that_nobody_says(source, english):
    assert [message for message in english if message not in source] == []


def test_every_entry_is_translated_and_none_is_fuzzy(english):
    assert [message for message, entry in english.items() if not entry.string or entry.fuzzy] == []


def test_placeholders_are_the_same_in_both_languages(english):
    wrong = {
        message: entry.string
        for message, entry in english.items()
        if sorted(PLACEHOLDER.findall(message)) != sorted(PLACEHOLDER.findall(entry.string))
    }
    assert wrong == {}


def test_no_vietnamese_is_left_in_the_english(english):
    kept = {message: NAMES.sub("", entry.string) for message, entry in english.items()}
    assert [text for text in kept.values() if LETTERS.search(text)] == []


def test_templates_write_no_percent_sign_that_formatting_would_trip_over(source):
    # Jinja formats every message, also one without placeholders.
    loose = re.compile(r"%(?!\(\w+\)s|%)")
    tripping = [m for m, file in source.items() if file.endswith(".html") and loose.search(m)]
    assert tripping == []


@pytest.mark.parametrize("kind", LABELLED)
def test_every_word_of_the_code_has_a_label_in_both_languages(bare_app, kind: type[StrEnum]):
    with bare_app.test_request_context():
        for one in kind:
            vietnamese = labels.label(one)
            with force_locale("en"):
                assert labels.label(one) not in {"", vietnamese}


@pytest.mark.parametrize(("words", "kind"), [(labels.REASONS, Reason), (labels.WORDINGS, Wording)])
def test_every_reason_and_wording_has_words(english, words, kind):
    assert set(words) == set(kind)


def test_every_kind_of_rule_is_told_in_words():
    assert set(WORDS) == set(RuleKind)
