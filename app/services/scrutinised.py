"""What every act of the task force on a form begins with: the form in reach, and the words that were typed."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.faults import FieldFault, Invalid, Outdated
from app.models import CampaignStatus, Submission
from app.queries.reach import submission_in_reach
from app.queries.verification import under_scrutiny
from app.services.answer_faults import prose
from app.unit import UnitOfWork
from workflows.guards import Reason, Refusal
from workflows.vocabulary import Action, Role, State
from workflows.workflow import MoveRefused, NoSuchMove

LONGEST_TEXT = 4000
LONGEST_LINE = 255
VERIFIERS = frozenset({Role.TASK_FORCE})
DECIDERS = frozenset({Role.TASK_FORCE, Role.OFFICE})


def scrutinised(work: UnitOfWork, submission_id: int, roles: frozenset[Role]) -> Submission:
    """A form that is with the task force now, over which the actor holds one of the roles.

    Raises:
        As :func:`held`. NoSuchMove: it is not with the task force.
    """
    submission = held(work, submission_id, roles)
    if not under_scrutiny(submission):
        raise NoSuchMove(Action.VERIFY, State(submission.state))
    return submission


def held(work: UnitOfWork, submission_id: int, roles: frozenset[Role]) -> Submission:
    """A form in reach of a campaign that runs; those who work on it at once take turns.

    Raises:
        Missing: out of reach. MoveRefused: the campaign has been closed.
    """
    # Totals are kept beside the form: those who decide at once take turns on every database.
    work.session.execute(select(Submission.id).where(Submission.id == submission_id).with_for_update())
    submission = submission_in_reach(work.session, submission_id, work.actor, roles)
    if submission.campaign.status == CampaignStatus.CLOSED:
        raise MoveRefused((Refusal(Reason.CAMPAIGN_CLOSED),))
    return submission


def said(field: str, text: str, blank: str, *, longest: int = LONGEST_TEXT) -> str:
    """What was typed, tidied; ``blank`` is what is said where nothing was, if something must be.

    Raises:
        Invalid: blank or too long.
    """
    words = prose(text)
    if blank and not words:
        raise Invalid(FieldFault(field, "blank", blank))
    if len(words) > longest:
        too_long = _("Viết ngắn hơn %(limit)s ký tự (đang là %(length)s)", limit=longest, length=len(words))
        raise Invalid(FieldFault(field, "too_long", too_long))
    return words


def refuse_done(at: datetime | None) -> None:
    """Refuse what was done before.

    Raises:
        Outdated: there is an instant at which it was.
    """
    if at is not None:
        raise Outdated("it was done before")
