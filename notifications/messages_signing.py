"""Messages between a unit's officer and its head about the head's agreement. They state facts and send nothing."""

from dataclasses import dataclass
from typing import ClassVar

from notifications.facts import CampaignMessage, Deadline


@dataclass(frozen=True, kw_only=True)
class AgreementAsked(CampaignMessage):
    """To the unit's head: the form waits for an agreement."""

    kind: ClassVar[str] = "agreement_asked"

    asked_by: str
    deadline: Deadline
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AgreementRefused(CampaignMessage):
    """To the unit's officers: the head hands the form back with a word before it is submitted."""

    kind: ClassVar[str] = "agreement_refused"

    returned_by: str
    reason: str
    deadline: Deadline
