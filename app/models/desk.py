"""What a unit arranges on its own desk: who does what, last year's figures as a draft, final figures for estimates."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Versioned
from app.models.people import Person
from app.models.submission import Answer, Submission


class CriterionTask(Versioned, Base):
    """A criterion that one person of the unit looks after. It shuts nobody else out."""

    __tablename__ = "criterion_task"
    __table_args__ = (UniqueConstraint("submission_id", "criterion"),)

    submission_id: Mapped[int] = refers("submission", index=False)
    criterion: Mapped[Short]
    person_id: Mapped[int] = refers("person")
    given_at: Mapped[datetime]
    given_by_name: Mapped[Name]

    submission: Mapped[Submission] = relationship()
    person: Mapped[Person] = relationship()


class CarriedAnswer(Versioned, Base):
    """An earlier form's answer, offered as a draft: no answer of this form until somebody of the unit confirms it.

    It counts only while nothing was answered since; ``source_id`` is the form that it comes from.
    """

    __tablename__ = "carried_answer"
    __table_args__ = (UniqueConstraint("submission_id", "criterion"),)

    submission_id: Mapped[int] = refers("submission", index=False)
    criterion: Mapped[Short]
    source_id: Mapped[int] = refers("submission", index=False)
    year: Mapped[int]
    value: Mapped[dict[str, Any]]
    reason: Mapped[Prose]
    carried_at: Mapped[datetime]
    carried_by_name: Mapped[Name]

    def offered(self, answer: Answer | None) -> bool:
        """Does it still wait to be confirmed beside this answer of the form?"""
        if answer is None:
            return True
        return answer.value is None and not answer.reason and answer.saved_at < self.carried_at


class Replacement(Versioned, Base):
    """The final figure that a unit declared in the place of an estimate after handing in. Rows are only ever added.

    ``before`` and ``after`` hold value, reason and estimate as an answer does. The document is named by its content,
    so that the row stays true when the document is taken out of the library.
    """

    __tablename__ = "replacement"

    submission_id: Mapped[int] = refers("submission")
    criterion: Mapped[Short]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[Prose]
    document_name: Mapped[Name] = mapped_column(default="")
    document_sha256: Mapped[Short] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = refers("person", index=False)
    made_by_name: Mapped[Name]
