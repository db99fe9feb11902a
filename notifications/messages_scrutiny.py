"""Messages about what the task force asks, finds and answers. They state facts and send nothing."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from notifications.facts import CampaignMessage, Deadline


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(CampaignMessage):
    """To a unit: the task force asks about one criterion. `link` leads to where it is answered."""

    kind: ClassVar[str] = "question"

    criterion: str
    question: str
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(CampaignMessage):
    """To the person who asked: the unit has answered, for the first time."""

    kind: ClassVar[str] = "question_answered"

    criterion: str
    reply: str
    replied_by: str


@dataclass(frozen=True, kw_only=True)
class DraftResult(CampaignMessage):
    """To a unit: its own points, those that were found, and until when it may explain `differences` criteria."""

    kind: ClassVar[str] = "draft_result"

    own_points: Decimal
    found_points: Decimal
    differences: int
    deadline: Deadline


@dataclass(frozen=True, kw_only=True)
class ExplanationDecided(CampaignMessage):
    """To a unit: the answer to its explanation; `points` are those that it has now, None for its own."""

    kind: ClassVar[str] = "explanation_decided"

    criterion: str
    changed: bool
    points: Decimal | None
    answer: str
    decided_by: str


@dataclass(frozen=True, kw_only=True)
class Assigned(CampaignMessage):
    """To a member of the task force: `count` forms to verify. `shares` counts them by the unit above, or by unit."""

    kind: ClassVar[str] = "assigned"

    deadline: Deadline
    count: int
    shares: tuple[tuple[str, int], ...]
    assigned_by: str


@dataclass(frozen=True, kw_only=True)
class Visit(CampaignMessage):
    """To a unit and whoever planned it: a field check at an hour, or that it is `moved` there or `called_off`."""

    kind: ClassVar[str] = "visit"

    at: datetime
    team: str
    place: str = ""
    papers: str = ""
    moved: bool = False
    called_off: bool = False
    reason: str = ""
