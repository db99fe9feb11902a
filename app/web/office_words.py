"""Words that the office's templates use for what rows hold as codes. Decides nothing."""

from collections.abc import Callable
from typing import Any

from app.i18n.labels import closing_text, dates_text, deadline_text, label, late_text, refusal_text
from app.i18n.verb_texts import verb_text
from app.models import CampaignStatus, UnitKind
from workflows.vocabulary import Action, Role, State


def label_of_state(code: str) -> str:
    """The word for a stored state."""
    return label(State(code))


def label_of_action(code: str) -> str:
    """The word for a stored action."""
    return label(Action(code))


def label_of_status(code: str) -> str:
    """The word for a stored status of a campaign."""
    return label(CampaignStatus(code))


def label_of_kind(code: str) -> str:
    """The word for a stored kind of unit."""
    return label(UnitKind(code))


def label_of_role(code: str) -> str:
    """The word for a stored role."""
    return label(Role(code))


def words() -> dict[str, Callable[..., Any]]:
    """For a blueprint's context processor."""
    found = (
        label,
        deadline_text,
        dates_text,
        late_text,
        closing_text,
        refusal_text,
        label_of_state,
        label_of_action,
        label_of_status,
        label_of_kind,
        label_of_role,
        verb_text,
    )
    return {one.__name__: one for one in found}
