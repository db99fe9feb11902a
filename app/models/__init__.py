"""The tables, one metadata and one line of migrations. Models hold no rule and call nobody."""

from app.models.audit import AuditEntry, Verb
from app.models.campaign import Campaign, CampaignKind, CampaignStatus, CampaignUnit, StoredCriteriaSet
from app.models.contact import MailWording, Mute, Nudge
from app.models.deadlines import (
    CalendarDay,
    CalendarYear,
    DayKind,
    DeadlineMove,
    Extension,
    InternalDate,
    Reminder,
    ReminderState,
)
from app.models.desk import CarriedAnswer, CriterionTask, Replacement
from app.models.evidence import WITH_REMOVED, WITHHELD, Document, EvidenceUse, Purpose, Scan
from app.models.heartbeat import Heartbeat
from app.models.idempotency import IdempotencyKey
from app.models.incoming_mail import IncomingMail, LetterOutcome
from app.models.office_import import OfficeImport, OfficeImportKind, OfficeImportState, Succession
from app.models.organisation import Unit, UnitKind
from app.models.outbox import CalendarEvent, OutboxMessage, OutboxState
from app.models.paper_template import Paper, PaperTemplate
from app.models.people import (
    ApiToken,
    CalendarFeed,
    Invitation,
    LoginSession,
    Person,
    RoleGrant,
    SignInAttempt,
    SignInCode,
)
from app.models.rehearsal import Rehearsal, RehearsalState
from app.models.signing import Ease, PaperReading, SignedPaper, SignOffKind, SignOffStep
from app.models.standing import Edition, RankingRun
from app.models.submission import Agreement, Answer, Move, Package, Receipt, Remark, Submission, Waiver
from app.models.upload import Upload
from app.models.verification import Assignment, Explanation, FieldVisit, Question, Verdict
from app.models.workbook_batch import BatchState, BatchTask, WorkbookBatch
from app.models.workbook_import import ImportState, WorkbookImport

__all__ = [
    "WITHHELD",
    "WITH_REMOVED",
    "Agreement",
    "Answer",
    "ApiToken",
    "Assignment",
    "AuditEntry",
    "BatchState",
    "BatchTask",
    "CalendarDay",
    "CalendarEvent",
    "CalendarFeed",
    "CalendarYear",
    "Campaign",
    "CampaignKind",
    "CampaignStatus",
    "CampaignUnit",
    "CarriedAnswer",
    "CriterionTask",
    "DayKind",
    "DeadlineMove",
    "Document",
    "Ease",
    "Edition",
    "EvidenceUse",
    "Explanation",
    "Extension",
    "FieldVisit",
    "Heartbeat",
    "IdempotencyKey",
    "ImportState",
    "IncomingMail",
    "InternalDate",
    "Invitation",
    "LetterOutcome",
    "LoginSession",
    "MailWording",
    "Move",
    "Mute",
    "Nudge",
    "OfficeImport",
    "OfficeImportKind",
    "OfficeImportState",
    "OutboxMessage",
    "OutboxState",
    "Package",
    "Paper",
    "PaperReading",
    "PaperTemplate",
    "Person",
    "Purpose",
    "Question",
    "RankingRun",
    "Receipt",
    "Rehearsal",
    "RehearsalState",
    "Remark",
    "Reminder",
    "ReminderState",
    "Replacement",
    "RoleGrant",
    "Scan",
    "SignInAttempt",
    "SignInCode",
    "SignOffKind",
    "SignOffStep",
    "SignedPaper",
    "StoredCriteriaSet",
    "Submission",
    "Succession",
    "Unit",
    "UnitKind",
    "Upload",
    "Verb",
    "Verdict",
    "Waiver",
    "WorkbookBatch",
    "WorkbookImport",
]
