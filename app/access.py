"""Who is asking, and who may ask: sessions, bearer tokens, and the declaration that every view carries.

Denied unless declared. Objects are checked elsewhere, against the actor's reach (``app.queries.reach``).
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Forbidden, Unauthorized

from app import clock, current
from app.database import db
from app.models import ApiToken, LoginSession, Person
from app.queries.actors import actor_of
from workflows.case import EXACT, Actor
from workflows.vocabulary import Role

V = TypeVar("V", bound=Callable[..., Any])
NOBODY = Actor(None, "")
ABSOLUTE = timedelta(hours=24)
STAFF_IDLE = timedelta(minutes=60)
ATTRIBUTE = "__access__"
LIBRARY_ENDPOINTS = frozenset({"static"})

csrf = CSRFProtect()
login = LoginManager()


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks for: nobody in particular, or a signed-in person with one of the roles (any, if none)."""

    public: bool
    roles: frozenset[Role] = frozenset()

    def lets(self, actor: Actor) -> bool:
        """May this actor ask at all?"""
        if self.public:
            return True
        return actor.id is not None and (
            not self.roles or any(grant.role in self.roles for grant in actor.grants)
        )


class SignedIn(UserMixin):
    """The person of this request, as Flask-Login wants it. Its id is the session's secret, not the person's key."""

    def __init__(self, person: Person, actor: Actor, token: str) -> None:
        self.person, self.actor, self.token = person, actor, token

    def get_id(self) -> str:
        """What the cookie keeps."""
        return self.token


def public(view: V) -> V:
    """Declare that anybody may ask."""
    setattr(view, ATTRIBUTE, Access(public=True))
    return view


def allow(*roles: Role) -> Callable[[V], V]:
    """Declare that a signed-in person with one of the roles may ask; without roles, any signed-in person."""

    def declare(view: V) -> V:
        setattr(view, ATTRIBUTE, Access(public=False, roles=frozenset(roles)))
        return view

    return declare


def current_actor() -> Actor:
    """Who is asking; NOBODY for a visitor."""
    return current_user.actor if current_user.is_authenticated else NOBODY


def current_person() -> Person:
    """The signed-in person. Only for views that declare ``allow``."""
    person: Person = current_user.person
    return person


def new_secret() -> tuple[str, str]:
    """A secret of 256 bits and the hash under which it is kept."""
    secret = secrets.token_urlsafe(32)
    return secret, hashed(secret)


def hashed(secret: str) -> str:
    """The hash under which a random secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def declared(app: Flask, endpoint: str) -> Access | None:
    """What the view of an endpoint declares; None where it declares nothing."""
    view = app.view_functions.get(endpoint)
    # Method views carry the declaration on their methods' class.
    found = getattr(view, ATTRIBUTE, None) or getattr(getattr(view, "view_class", None), ATTRIBUTE, None)
    return found if isinstance(found, Access) else None


def install(app: Flask) -> None:
    """Identify the asker and refuse whoever the view does not let in, before every request."""
    login.init_app(app)
    csrf.init_app(app)
    app.before_request(_refuse_strangers)


def _refuse_strangers() -> None:
    if request.endpoint is None or request.endpoint in LIBRARY_ENDPOINTS:
        return
    access = declared(current_app, request.endpoint)
    if access is None:
        raise Forbidden
    if access.lets(current_actor()):
        return
    raise Forbidden if current_user.is_authenticated else Unauthorized


@login.user_loader
def _from_cookie(token: str) -> SignedIn | None:
    # A cookie does not speak for the API and a token does not speak for the pages: no request can be forged.
    if _for_api():
        return None
    row = db.session.scalar(
        select(LoginSession)
        .where(LoginSession.token_hash == hashed(token))
        .options(joinedload(LoginSession.person))
    )
    now = clock.now()
    if row is None or row.ended_at is not None or now >= row.created_at + ABSOLUTE or not welcome(row.person):
        return None
    actor = actor_of(db.session(), row.person, now)
    if _idle(actor, now):
        return None
    session["seen"] = now.timestamp()
    return SignedIn(row.person, actor, token)


def welcome(person: Person) -> bool:
    """May this person's secrets open anything: the account is open, and no demo account on a real server?"""
    return person.active and not (person.demo and current.settings().production)


def _idle(actor: Actor, now: datetime) -> bool:
    # An officer works on one form for a day; a member of staff leaves a desk open to others.
    if all(grant.role in EXACT for grant in actor.grants):
        return False
    return bool(now.timestamp() - session.get("seen", now.timestamp()) > STAFF_IDLE.total_seconds())


def bearer() -> SignedIn | None:
    """The person whose token the request carries, for the API; cached for the request."""
    if "bearer" not in g:
        g.bearer = _from_token()
    found: SignedIn | None = g.bearer
    return found


def _from_token() -> SignedIn | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return None
    row = db.session.scalar(
        select(ApiToken).where(ApiToken.token_hash == hashed(secret)).options(joinedload(ApiToken.person))
    )
    now = clock.now()
    if row is None or row.revoked_at is not None or now >= row.expires_at or not welcome(row.person):
        return None
    return SignedIn(row.person, actor_of(db.session(), row.person, now), secret)


@login.request_loader
def _from_header(_request: object) -> SignedIn | None:
    return bearer() if _for_api() else None


def _for_api() -> bool:
    return request.path.startswith("/api/")
