"""The tables, one metadata and one line of migrations. Models hold no rule and call nobody."""

from app.models.audit import AuditEntry, Verb
from app.models.campaign import Campaign, CampaignKind, CampaignStatus, CampaignUnit, StoredCriteriaSet
from app.models.deadlines import (
    CalendarDay,
    CalendarYear,
    DayKind,
    DeadlineMove,
    Extension,
    Reminder,
    ReminderState,
)
from app.models.evidence import Document, EvidenceUse, Purpose
from app.models.heartbeat import Heartbeat
from app.models.idempotency import IdempotencyKey
from app.models.organisation import Unit, UnitKind
from app.models.outbox import OutboxMessage, OutboxState
from app.models.people import ApiToken, Invitation, LoginSession, Person, RoleGrant, SignInAttempt
from app.models.standing import Edition, RankingRun
from app.models.submission import Agreement, Answer, Move, Package, Remark, Submission, Waiver
from app.models.verification import Explanation, FieldVisit, Question, Verdict

__all__ = [
    "Agreement",
    "Answer",
    "ApiToken",
    "AuditEntry",
    "CalendarDay",
    "CalendarYear",
    "Campaign",
    "CampaignKind",
    "CampaignStatus",
    "CampaignUnit",
    "DayKind",
    "DeadlineMove",
    "Document",
    "Edition",
    "EvidenceUse",
    "Explanation",
    "Extension",
    "FieldVisit",
    "Heartbeat",
    "IdempotencyKey",
    "Invitation",
    "LoginSession",
    "Move",
    "OutboxMessage",
    "OutboxState",
    "Package",
    "Person",
    "Purpose",
    "Question",
    "RankingRun",
    "Remark",
    "Reminder",
    "ReminderState",
    "RoleGrant",
    "SignInAttempt",
    "StoredCriteriaSet",
    "Submission",
    "Unit",
    "UnitKind",
    "Verb",
    "Verdict",
    "Waiver",
]
