"""The audit trail: who did what to what, when, with what before and after. Rows are only ever added."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, Name, Prose, Short
from app.models.mixins import Unrecorded


class Verb(StrEnum):
    """What happened, as ``subject:action``. Retired verbs keep their name here, so that old entries still read."""

    UNITS_IMPORTED = "unit:import"
    UNIT_CHANGED = "unit:change"
    PERSON_CREATED = "person:create"
    PERSON_CHANGED = "person:change"
    PERSON_INVITED = "person:invite"
    PASSWORD_SET = "person:set_password"  # noqa: S105 - the name of an event
    CODE_SENT = "person:send_code"
    SIGNED_IN = "person:sign_in"
    SIGNED_OUT = "person:sign_out"
    ROLE_GRANTED = "person:grant"
    ROLE_ENDED = "person:end_grant"
    TOKEN_ISSUED = "token:issue"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "token:revoke"  # noqa: S105 - the name of an event
    CRITERIA_IMPORTED = "criteria:import"
    CAMPAIGN_CREATED = "campaign:create"
    CAMPAIGN_CHANGED = "campaign:change"
    CAMPAIGN_OPENED = "campaign:open"
    CAMPAIGN_CLOSED = "campaign:close"
    LADDER_CHANGED = "campaign:change_reminders"
    ANSWER_SAVED = "submission:answer"
    CRITERIA_GIVEN = "submission:give_criteria"
    FIGURES_CARRIED = "submission:carry_figures"
    FIGURES_DROPPED = "submission:drop_figures"
    ESTIMATE_REPLACED = "submission:replace_estimate"
    REMARK_MADE = "submission:remark"
    WAIVER_GRANTED = "submission:waive"
    WAIVER_ENDED = "submission:end_waiver"
    PAPER_TEMPLATE_PUT = "paper_template.put"
    PAPER_TEMPLATE_DROPPED = "paper_template.dropped"
    WORKBOOK_SENT = "workbook:send"
    WORKBOOK_WRITTEN = "workbook:write"
    WORKBOOK_UNDONE = "workbook:undo"
    AGREED = "submission:agree"
    AGREEMENT_ASKED = "submission:ask_agreement"
    AGREEMENT_REFUSED = "submission:refuse_agreement"
    SIGNED_PAPER_ADDED = "signed_paper:add"
    SIGNED_PAPER_TYPED = "signed_paper:type_code"
    SIGNED_PAPER_REMOVED = "signed_paper:remove"
    EASE_TOLD = "submission:tell_ease"
    MOVED = "submission:move"
    DOCUMENT_ADDED = "document:add"
    DOCUMENT_CHANGED = "document:change"
    DOCUMENT_REMOVED = "document:remove"
    DOCUMENT_PUT_BACK = "document:put_back"
    DOCUMENT_INFECTED = "document:infected"
    DOCUMENT_UNSCANNED = "document:unscanned"
    PACKAGE_SENT = "package:send"
    PACKAGE_RETURNED = "package:return"
    FORM_ASSIGNED = "assignment:give"
    ASSIGNMENT_ENDED = "assignment:take_away"
    VERDICT_GIVEN = "verdict:give"
    QUESTION_ASKED = "question:ask"
    QUESTION_ANSWERED = "question:answer"
    QUESTION_CLOSED = "question:close"
    EXPLAINED = "explanation:make"
    EXPLANATION_DECIDED = "explanation:decide"
    VISIT_PLANNED = "visit:plan"
    VISIT_MOVED = "visit:move"
    VISIT_CALLED_OFF = "visit:call_off"
    MINUTES_RECORDED = "visit:record_minutes"
    RUN_MADE = "run:make"
    RUN_APPROVED = "run:approve"
    RUN_APPROVAL_WITHDRAWN = "run:withdraw_approval"
    DECISION_RECORDED = "run:record_decision"
    PUBLICATION_PROPOSED = "run:propose_publication"
    PUBLISHED = "edition:publish"
    EXTENSION_GRANTED = "deadline:extend"
    EXTENSION_ENDED = "deadline:end_extension"
    DEADLINE_MOVED = "deadline:move"
    INTERNAL_DATE_SET = "deadline:set_internal"
    INTERNAL_DATE_ENDED = "deadline:end_internal"
    NUDGED = "nudge:send"
    NUDGE_TAKEN_BACK = "nudge:take_back"
    KIND_DATES_SET = "deadline:set_dates"
    CALENDAR_CONFIRMED = "calendar:confirm"
    CALENDAR_CHANGED = "calendar:change"
    FEED_MADE = "calendar_feed:make"
    FEED_ENDED = "calendar_feed:end"
    MAIL_RETRIED = "mail:retry"
    MAIL_CANCELLED = "mail:cancel"
    MAIL_HELD = "mail:hold"
    MAIL_RELEASED = "mail:release"
    WORDING_SAVED = "mail_wording:save"
    WORDING_DROPPED = "mail_wording:drop"
    ADDRESS_REFUSED = "person:refuse_address"
    ADDRESS_ACCEPTED = "person:accept_address"
    UNIT_MUTED = "unit:mute"
    MUTE_ENDED = "unit:end_mute"
    UNITS_MERGED = "unit:succeed"
    IMPORT_SENT = "import:send"
    IMPORT_WRITTEN = "import:write"
    IMPORT_UNDONE = "import:undo"
    IMPORT_WITHDRAWN = "import:withdraw"
    CRITERIA_PUBLISHED = "criteria:publish"
    CRITERIA_CHOSEN = "campaign:choose_criteria"


class AuditEntry(Unrecorded, Base):
    """One entry. Triggers in the first migration refuse UPDATE and DELETE on both databases."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[Name]
    verb: Mapped[Short] = mapped_column(index=True)
    subject_type: Mapped[Short]
    subject_id: Mapped[int]
    campaign_id: Mapped[int | None] = mapped_column(index=True)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    note: Mapped[Prose]
    request_id: Mapped[str] = mapped_column(default="")
