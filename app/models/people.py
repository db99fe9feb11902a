"""People, what they may do where and how long, and how they prove who they are. No password in clear, ever."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Base, Name, Prose, Short, refers
from app.models.mixins import Unrecorded, Versioned
from app.models.organisation import Unit


class Person(Versioned, Base):
    """A person with an account. ``email`` is kept in lower case; an empty ``password_hash`` opens to no password.

    ``address_refused_at``: when a mail server last said, in those words, that the address takes no mail.
    ``digests``: whether the person wants the regular overviews, which may be turned off.
    """

    __tablename__ = "person"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Name]
    title: Mapped[Name] = mapped_column(default="")
    phone: Mapped[Short] = mapped_column(default="")
    language: Mapped[Short] = mapped_column(default="vi")
    password_hash: Mapped[Name] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    address_refused_at: Mapped[datetime | None]
    address_refused_words: Mapped[Prose]
    digests: Mapped[bool] = mapped_column(default=True)

    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person")


class RoleGrant(Versioned, Base):
    """A role over a unit (for most roles: its subtree) from ``valid_from`` until before ``valid_to``."""

    __tablename__ = "role_grant"

    person_id: Mapped[int] = refers("person")
    role: Mapped[Short]
    unit_id: Mapped[int] = refers("unit")
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="grants")
    unit: Mapped[Unit] = relationship()


class LoginSession(Unrecorded, Base):
    """A signed-in browser. The cookie holds a secret of which only the hash is kept; ending the row ends it."""

    __tablename__ = "login_session"

    token_hash: Mapped[Short] = mapped_column(unique=True)
    person_id: Mapped[int] = refers("person", ondelete="CASCADE")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class SignInAttempt(Unrecorded, Base):
    """A failed attempt, kept so that guessing is slowed down across processes and restarts."""

    __tablename__ = "sign_in_attempt"

    email: Mapped[str] = mapped_column(String(254), index=True)
    address: Mapped[Short] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Invitation(Unrecorded, Base):
    """A link with which a person sets a password, once, until ``expires_at``."""

    __tablename__ = "invitation"

    person_id: Mapped[int] = refers("person", ondelete="CASCADE")
    token_hash: Mapped[Short] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class SignInCode(Unrecorded, Base):
    """Six digits and a link, mailed together, that let a person in once until ``expires_at``; only hashes are kept."""

    __tablename__ = "sign_in_code"

    person_id: Mapped[int] = refers("person", ondelete="CASCADE")
    code_hash: Mapped[Short]
    token_hash: Mapped[Short] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()


class ApiToken(Versioned, Base):
    """A bearer token of a person; only its hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("token_hash"),)

    person_id: Mapped[int] = refers("person", ondelete="CASCADE")
    name: Mapped[Name]
    token_hash: Mapped[Short]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class CalendarFeed(Unrecorded, Base):
    """An address under which a calendar program reads a person's dates; only its hash is kept.

    ``digest`` is that of the dates last read, ``changed_at`` since when they are what they are.
    """

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = refers("person", ondelete="CASCADE")
    token_hash: Mapped[Short] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_read_at: Mapped[datetime | None]
    digest: Mapped[Short] = mapped_column(default="")
    changed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
