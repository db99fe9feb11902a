"""Signing in and out, and setting a password. Slows down guessing; never tells whether an address is known."""

import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import clock, current
from app.access import hashed, new_secret
from app.database import db
from app.faults import FieldFault, Invalid, Missing
from app.mailing import link, tell
from app.models import ApiToken, Invitation, LoginSession, Person, SignInAttempt, SignInCode, Verb
from app.unit import SYSTEM, UnitOfWork, unit
from notifications import messages
from workflows.case import Actor

WINDOW = timedelta(minutes=15)
MOST_PER_PERSON = 5
MOST_PER_ADDRESS = 20
INVITATION_LIFE = timedelta(days=7)
TOKEN_LIFE = timedelta(days=365)
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


def sign_in(*, email: str, password: str, address: str) -> tuple[Person, str]:
    """Open a session; returns the person and the secret, which only the browser keeps.

    Raises:
        Invalid: the pair does not fit, or there were too many attempts; in the same words for a known and an unknown
        address.
    """
    person = verified_person(email=email, password=password, address=address)
    with unit(Actor(person.id, person.name)) as work:
        return person, open_session(work, person)


def open_session(work: UnitOfWork, person: Person) -> str:
    """Open a session for somebody who has proved who it is, inside the caller's unit of work; returns its secret."""
    secret, token_hash = new_secret()
    work.add(LoginSession(token_hash=token_hash, person_id=person.id, created_at=work.now))
    work.session.execute(delete(SignInAttempt).where(SignInAttempt.email == person.email))
    work.record(Verb.SIGNED_IN, person)
    return secret


def verified_person(*, email: str, password: str, address: str) -> Person:
    """The active person with this address and password.

    Raises:
        Invalid: as :func:`sign_in`.
    """
    folded = folded_address(email)
    refuse_too_many(db.session(), folded, address, field="password")
    person = db.session.scalar(select(Person).where(Person.email == folded))
    # The hash is computed for unknown addresses too: time must not tell which are known.
    known = person.password_hash if person is not None and _may_enter(person) else _decoy(_rounds())
    if matches(known, password) and person is not None and _may_enter(person):
        return person
    with unit(SYSTEM) as work:
        work.add(SignInAttempt(email=folded, address=address[:64], at=work.now))
    words = _("Thư điện tử hoặc mật khẩu chưa đúng. Xem lại chữ hoa, chữ thường và bộ gõ tiếng Việt.")
    raise Invalid(FieldFault("password", "wrong", words))


def folded_address(email: str) -> str:
    """An address as accounts keep it."""
    return email.strip().lower()[:254]


def refuse_too_many(session: Session, email: str, address: str, *, field: str) -> None:
    """See that neither this person nor this address has guessed wrong too often.

    Raises:
        Invalid: somebody has.
    """
    if _too_many(session, email, address, clock.now()):
        raise Invalid(FieldFault(field, "too_many", _("Thử quá nhiều lần. Đợi 15 phút rồi thử lại.")))


def sign_out(actor: Actor, secret: str) -> None:
    """End one session; its cookie is worthless from then on."""
    with unit(actor) as work:
        row = work.session.scalar(select(LoginSession).where(LoginSession.token_hash == hashed(secret)))
        if row is not None:
            row.ended_at = work.now
            work.record(Verb.SIGNED_OUT, row.person)


def end_access(work: UnitOfWork, person_id: int) -> None:
    """End all that was opened with a person's password or address, inside the caller's unit of work.

    These are sessions, bearer tokens, and codes and invitations not followed yet: a link that went to an address that was
    corrected since must not set the password.
    """
    for model, ended in (
        (LoginSession, LoginSession.ended_at),
        (ApiToken, ApiToken.revoked_at),
        (Invitation, Invitation.used_at),
        (SignInCode, SignInCode.used_at),
    ):
        work.session.execute(
            update(model).where(model.person_id == person_id, ended.is_(None)).values({ended: work.now})
        )


def invite(work: UnitOfWork, person: Person, unit_name: str, hotline: str) -> str:
    """Make a link with which a person sets a password once, queue it as a mail, and return its path."""
    secret, token_hash = new_secret()
    expires = work.now + INVITATION_LIFE
    work.add(Invitation(person_id=person.id, token_hash=token_hash, created_at=work.now, expires_at=expires))
    path = f"/mat-khau/{secret}"
    message = messages.Invitation(
        unit=str(person.id),
        unit_name=unit_name,
        link=link(path),
        hotline=hotline,
        occurrence=token_hash,
        username=person.email,
        expires_at=expires,
    )
    tell(work, message, [person])
    work.record(Verb.PERSON_INVITED, person)
    return path


def invited(secret: str) -> Invitation:
    """The invitation of a link.

    Raises:
        Missing: there is none, it was used, or it is too old.
    """
    row = db.session.scalar(select(Invitation).where(Invitation.token_hash == hashed(secret)))
    if row is None or row.used_at is not None or clock.now() >= row.expires_at or not row.person.active:
        raise Missing("invitation")
    return row


def accept_invitation(*, secret: str, password: str) -> Person:
    """Set the password of an invited person; the person's sessions, tokens and other invitations end.

    Raises:
        Missing: as :func:`invited`. Invalid: the password is too short or too long.
    """
    check_password(password)
    found = invited(secret)
    with unit(Actor(found.person_id, found.person.name)) as work:
        row = work.load(Invitation, found.id)
        row.used_at = work.now
        set_password(work, row.person, password)
        return row.person


def set_password(work: UnitOfWork, person: Person, password: str) -> None:
    """Give a person a password, inside the caller's unit of work; what was opened before ends.

    Raises:
        Invalid: the password is too short or too long.
    """
    check_password(password)
    person.password_hash = hasher(_rounds()).hash(_composed(password))
    end_access(work, person.id)
    work.record(Verb.PASSWORD_SET, person)


def issue_token(actor: Actor, *, name: str, person_id: int) -> tuple[ApiToken, str]:
    """Make a bearer token for the API; the secret is returned once and never kept."""
    secret, token_hash = new_secret()
    with unit(actor) as work:
        row = ApiToken(
            person_id=person_id,
            name=name,
            token_hash=token_hash,
            created_at=work.now,
            expires_at=work.now + TOKEN_LIFE,
        )
        work.add(row)
        work.record(Verb.TOKEN_ISSUED, row, after={"name": name})
    return row, secret


def check_password(password: str) -> None:
    """Length is all that is asked.

    Raises:
        Invalid: too short or too long.
    """
    if len(password) < SHORTEST_PASSWORD:
        words = _("Đặt mật khẩu dài ít nhất %(least)s ký tự", least=SHORTEST_PASSWORD)
        raise Invalid(FieldFault("password", "too_short", words))
    if len(password) > LONGEST_PASSWORD:
        words = _("Đặt mật khẩu ngắn hơn %(most)s ký tự", most=LONGEST_PASSWORD)
        raise Invalid(FieldFault("password", "too_long", words))


def _composed(password: str) -> str:
    # One keyboard writes "ế" as one character, another as three: it is the same password.
    return unicodedata.normalize("NFC", password)


def matches(password_hash: str, password: str) -> bool:
    """Does a password fit a stored hash?"""
    try:
        return hasher(_rounds()).verify(password_hash, _composed(password)[:LONGEST_PASSWORD])
    except (VerifyMismatchError, InvalidHashError, UnicodeEncodeError):
        return False


@lru_cache(maxsize=2)
def hasher(cheap: bool) -> PasswordHasher:  # noqa: FBT001 - lru_cache keys on positions
    """Argon2id as the library recommends; cheap where a test says so."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheap else PasswordHasher()


@lru_cache(maxsize=2)
def _decoy(cheap: bool) -> str:  # noqa: FBT001 - lru_cache keys on positions
    return hasher(cheap).hash("a password that nobody has")


def _rounds() -> bool:
    return current.settings().cheap_passwords


def _may_enter(person: Person) -> bool:
    # The password of demo people is printed for all to see: a real server lets none of them in.
    return (
        person.active and bool(person.password_hash) and not (person.demo and current.settings().production)
    )


def _too_many(session: Session, email: str, address: str, now: datetime) -> bool:
    since = now - WINDOW
    recent = select(func.count()).where(SignInAttempt.at > since, SignInAttempt.email != "")
    by_person = session.scalar(recent.where(SignInAttempt.email == email)) or 0
    by_address = session.scalar(recent.where(SignInAttempt.address == address[:64])) or 0
    return by_person >= MOST_PER_PERSON or by_address >= MOST_PER_ADDRESS
