"""The whole pipeline through the services: from the opening to the published ranking."""

import json
from datetime import UTC, datetime

from app.database import db
from app.models import AuditEntry, Edition, OutboxMessage, Verb
from tests.app import life, small
from workflows.vocabulary import State

AFTERWARDS = datetime(2019, 11, 20, 3, tzinfo=UTC)


def test_a_campaign_with_forms_in_every_state(app, at):
    life.lively()
    assert life.states() == {
        "SNV": State.VERIFIED,
        "SYT": State.SELF_ASSESSED,
        "622": State.DISTRICT_CONSOLIDATED,
        "23557": State.VERIFIED,
        "23560": State.DISTRICT_CONSOLIDATED,
        "627": State.DRAFT,
        "23722": State.SELF_ASSESSED,
        "23725": State.DRAFT,
    }


def test_from_the_opening_to_the_published_ranking(app, at):
    campaign = life.verified()
    at(AFTERWARDS)
    edition = life.published(campaign)
    assert life.states() == {code: State.PUBLISHED for code in life.OFFICERS if code != life.SILENT} | {
        life.SILENT: State.DRAFT
    }
    document = json.loads(edition.document)
    assert document["decision"]["number"] == "12/QĐ-UBND"
    verbs = {entry.verb for entry in db.session.query(AuditEntry)}
    assert {Verb.CAMPAIGN_OPENED, Verb.MOVED, Verb.PACKAGE_SENT, Verb.RUN_MADE, Verb.PUBLISHED} <= verbs
    assert db.session.query(Edition).one().id == edition.id
    kinds = {mail.kind for mail in db.session.query(OutboxMessage)}
    assert {"campaign_opened", "submitted", "accepted", "published"} <= kinds


def test_the_silent_commune_is_last_without_a_score(app, at):
    campaign = life.verified()
    at(AFTERWARDS)
    document = json.loads(life.published(campaign).document)
    rows = [row for kind in document["kinds"] for row in kind["rows"]]
    silent = next(row for row in rows if row["code"] == life.SILENT)
    others = [row for kind in document["kinds"] if kind["kind"] == "commune" for row in kind["rows"]]
    assert silent["place"] == len(others)
    assert silent["points"] is None
    assert small.form_of(life.SILENT).state == State.DRAFT
