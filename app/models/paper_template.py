"""Word files of an office that take the place of those that ship with the server."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.database import Base, Name, Short, refers
from app.models.campaign import Campaign
from app.models.mixins import Versioned


class Paper(StrEnum):
    """The papers of a unit that are made from a template."""

    FORM = "form"
    REPORT = "report"


class PaperTemplate(Versioned, Base):
    """The template of one paper in one campaign; the file lies in the evidence store under ``sha256``."""

    __tablename__ = "paper_template"
    __table_args__ = (UniqueConstraint("campaign_id", "kind"),)

    campaign_id: Mapped[int] = refers("campaign", index=False)
    kind: Mapped[Short]
    sha256: Mapped[Short]
    file_name: Mapped[Name]
    put_at: Mapped[datetime]
    put_by_name: Mapped[Name]

    campaign: Mapped[Campaign] = relationship()
