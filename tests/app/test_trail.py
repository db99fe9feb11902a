"""The audit trail in words: what it is about by name, and only what changed, with no code of ours showing."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.database import db
from app.i18n import trail_texts
from app.i18n.trail_texts import FACTS, SUBJECTS, fact_changes, subject_text
from app.models import AuditEntry
from app.models.mixins import Versioned
from app.queries.trail_subjects import subject_names
from tests.app import life

AFTERWARDS = datetime(2019, 11, 20, 3, tzinfo=UTC)
CRITERION = re.compile(r"[ABC]\d(\.\d+)*")
SUBMISSION_ID = re.compile(r"\d+")


@pytest.fixture
def entries(app, at):
    campaign = life.verified()
    at(AFTERWARDS)
    life.published(campaign)
    return db.session.scalars(select(AuditEntry)).all()


def test_every_fact_of_a_whole_campaign_has_a_name(entries):
    paths = {
        part
        for entry in entries
        for facts in (entry.before, entry.after)
        for path, _value in trail_texts._flat(facts or {})
        for part in path
    }
    unnamed = {one for one in paths - set(FACTS) if not CRITERION.fullmatch(one)}
    assert {one for one in unnamed if not SUBMISSION_ID.fullmatch(one)} == set()


def test_every_kind_of_row_that_changes_has_a_name():
    tables = {model.__tablename__ for model in Versioned.__subclasses__()}
    assert tables <= set(SUBJECTS)


def test_subjects_are_named_with_one_query_for_each_kind(entries, statements):
    with statements() as seen:
        names = subject_names(db.session(), entries)
    assert len(seen) <= len({entry.subject_type for entry in entries})
    assert {"UBND phường Yên Đỗ", "UBND huyện Chư Păh"} <= set(names.values())
    moved = next(entry for entry in entries if entry.verb == "submission:move")
    assert names[moved.subject_type, moved.subject_id]


def test_only_what_changed_is_told(app):
    before = {"A1.1": {"value": {"numerator": "4"}, "reason": "như cũ"}, "A1.2": None, "state": "DRAFT"}
    after = {"A1.1": {"value": {"numerator": "5"}, "reason": "như cũ"}, "A1.2": None, "state": "VERIFIED"}
    with app.test_request_context():
        found = [(one.name, one.before, one.after) for one in fact_changes(before, after)]
        assert found == [
            ("A1.1 · Giá trị", "Tử số 4", "Tử số 5"),
            ("Trạng thái", "Đang tự đánh giá", "Đã thẩm tra"),
        ]
        assert [one.after for one in fact_changes(None, {"planned_on": "2019-10-28", "active": False})] == [
            "28/10/2019",
            "không",
        ]
        assert fact_changes(None, {"digest": "ab" * 32})[0].after == "abababababab…"
        assert subject_text("submission", "UBND xã Hà Tây") == "Phiếu: UBND xã Hà Tây"
