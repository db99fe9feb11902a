"""The words of the workflow: states, roles, actions, routes, effects. Names only; no rule lives here."""

from enum import StrEnum


class State(StrEnum):
    """Where a submission stands. "Not submitted" is no state: it is computed when asked."""

    DRAFT = "DRAFT"
    SELF_ASSESSED = "SELF_ASSESSED"
    DISTRICT_CONSOLIDATED = "DISTRICT_CONSOLIDATED"
    VERIFIED = "VERIFIED"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"


class Role(StrEnum):
    """What a grant lets a person do. ADMIN moves nothing."""

    UNIT = "unit"
    HEAD = "head"
    CONSOLIDATOR = "consolidator"
    TASK_FORCE = "task_force"
    OFFICE = "office"
    APPROVER = "approver"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be done to a submission."""

    SELF_ASSESS = "self_assess"
    WITHDRAW = "withdraw"
    SEND_BACK = "send_back"
    CONSOLIDATE = "consolidate"
    RETURN_PACKAGE = "return_package"
    VERIFY = "verify"
    REOPEN = "reopen"
    APPROVE = "approve"
    WITHDRAW_APPROVAL = "withdraw_approval"
    PUBLISH = "publish"


class Route(StrEnum):
    """How a form travels: through its consolidator (the district), or straight to the office."""

    BY_CONSOLIDATOR = "by_consolidator"
    DIRECT = "direct"


class Scope(StrEnum):
    """What an action is taken on: one submission, a consolidator's package, or a ranking run."""

    SUBMISSION = "submission"
    PACKAGE = "package"
    RUN = "run"


class NoteRule(StrEnum):
    """Whether words must come with the action."""

    OPTIONAL = "optional"
    REQUIRED = "required"
    WHERE_GAPS = "where_gaps"


class Effect(StrEnum):
    """What follows a move. The trunk has one handler for each."""

    ISSUE_RECEIPT = "issue_receipt"
    CLEAR_RECEIPT = "clear_receipt"
    TELL_RETURNED = "tell_returned"
    TELL_ACCEPTED = "tell_accepted"
    TELL_PACKAGE_RETURNED = "tell_package_returned"
    TELL_PUBLISHED = "tell_published"
