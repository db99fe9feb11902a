"""Signing in by a mailed code or link. Never tells whether an address is known, and keeps no code, only hashes of it."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, current
from app.access import hashed, new_secret
from app.database import db
from app.faults import FieldFault, Invalid, Missing
from app.mailing import link, mail_of, tell
from app.models import Person, SignInAttempt, SignInCode, Verb
from app.queries.campaign_plans import current_hotline
from app.services.accounts import WINDOW, folded_address, open_session, refuse_too_many
from app.unit import SYSTEM, UnitOfWork, unit
from notifications.messages import CodeToSignIn, Recipient
from workflows.case import Actor

CODE_LIFE = timedelta(minutes=15)
DIGITS = 6
MOST_TRIES = 5
MOST_AN_HOUR = 5
MOST_ASKED = 100  # from one address in 15 minutes: a whole province may sit behind one
HOUR = timedelta(hours=1)
NOBODY = Recipient("nobody@localhost", "Không ai")


@dataclass(frozen=True, slots=True)
class Link:
    """What a mailed link is worth: whose it is, until when, and whether it still opens."""

    person: Person
    expires_at: datetime
    opens: bool


def send_code(*, email: str, address: str) -> None:
    """Mail a code to whoever has this address, if somebody has; it is the same to whoever asks.

    More than ``MOST_AN_HOUR`` for one person are silently not sent.

    Raises:
        Invalid: too many were asked for from this address.
    """
    _refuse_flood(db.session(), address)
    folded = folded_address(email)
    with unit(SYSTEM) as work:
        work.add(SignInAttempt(email="", address=address[:64], at=work.now))
        person = work.session.scalar(select(Person).where(Person.email == folded))
        code, secret, token_hash = _new_code()
        message = _message(work, code, secret, token_hash)
        if person is None or not _may_enter(person) or _had_enough(work, person):
            # The mail is written for unknown addresses too: time must not tell which are known.
            mail_of(message, NOBODY, 0, work.now)
            return
        work.add(
            SignInCode(
                person_id=person.id,
                code_hash=_sealed(token_hash, code),
                token_hash=token_hash,
                created_at=work.now,
                expires_at=work.now + CODE_LIFE,
            )
        )
        tell(work, message, [person])
        work.record(Verb.CODE_SENT, person)


def enter_by_code(*, email: str, code: str, address: str) -> tuple[Person, str]:
    """Open a session with a code; returns the person and the session's secret. A code is good once.

    Raises:
        Invalid: wrong, used or too old, or too many attempts; in the same words for a known and an unknown address.
    """
    folded, digits = folded_address(email), "".join(char for char in code if char in "0123456789")
    refuse_too_many(db.session(), folded, address, field="code")
    entered = _tried(folded, digits)
    if entered is not None:
        return entered
    with unit(SYSTEM) as work:
        work.add(SignInAttempt(email=folded, address=address[:64], at=work.now))
    words = _("Mã chưa đúng hoặc đã hết hạn. Nhập lại 6 số trong thư mới nhất, hoặc gửi lại mã.")
    raise Invalid(FieldFault("code", "wrong", words))


def link_of(secret: str) -> Link:
    """What a link is worth now; looking at it uses nothing up.

    Raises:
        Missing: nobody was ever sent it, or it was forgotten since.
    """
    row = _by_secret(db.session(), secret)
    return Link(row.person, row.expires_at, _is_live(row, clock.now()))


def enter_by_link(*, secret: str) -> tuple[Person, str]:
    """Open a session with a link; returns the person and the session's secret. A link is good once.

    Raises:
        Missing: as :func:`link_of`. Invalid: it was used or is too old.
    """
    person = link_of(secret).person
    with unit(Actor(person.id, person.name)) as work:
        row = _by_secret(work.session, secret)
        work.session.refresh(row, with_for_update=True)
        if not _is_live(row, work.now):
            raise Invalid(FieldFault("", "spent", _("Liên kết đã dùng hoặc hết hạn. Nhận mã mới để vào.")))
        row.used_at = work.now
        return row.person, open_session(work, row.person)


def send_again(*, secret: str, address: str) -> str:
    """Mail a new code to the person of an old link; returns the address it goes to.

    Raises:
        Missing: as :func:`link_of`. Invalid: as :func:`send_code`.
    """
    email = link_of(secret).person.email
    send_code(email=email, address=address)
    return email


def _tried(email: str, digits: str) -> tuple[Person, str] | None:
    """One try at every living code of a person, counted on each."""
    with unit(SYSTEM) as work:
        person = work.session.scalar(select(Person).where(Person.email == email))
        if person is None:
            return None
        work.actor = Actor(person.id, person.name)
        mine = select(SignInCode).where(SignInCode.person_id == person.id, SignInCode.expires_at > work.now)
        rows = work.session.scalars(mine.with_for_update()).all()
        live = [row for row in rows if _is_live(row, work.now)]
        for row in live:
            row.tries += 1
        right = next((row for row in live if _fits(row, digits)), None)
        if right is None:
            return None
        right.used_at = work.now
        return person, open_session(work, person)


def _new_code() -> tuple[str, str, str]:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", *new_secret()


def _message(work: UnitOfWork, code: str, secret: str, token_hash: str) -> CodeToSignIn:
    return CodeToSignIn(
        unit="sign-in",
        unit_name="Đúng Hạn",
        link=link(f"/dang-nhap/xac-nhan/{secret}"),
        hotline=current_hotline(work.session),
        occurrence=token_hash,
        code=code,
        minutes=int(CODE_LIFE.total_seconds()) // 60,
        expires_at=work.now + CODE_LIFE,
    )


def _sealed(token_hash: str, code: str) -> str:
    # Six digits are guessed in no time from a plain hash: the key of the server is in this one.
    key = current.settings().secret_key.encode()
    return hmac.new(key, f"{token_hash}:{code}".encode(), "sha256").hexdigest()


def _fits(row: SignInCode, digits: str) -> bool:
    return hmac.compare_digest(row.code_hash, _sealed(row.token_hash, digits))


def _by_secret(session: Session, secret: str) -> SignInCode:
    row = session.scalar(select(SignInCode).where(SignInCode.token_hash == hashed(secret)))
    if row is None:
        raise Missing("sign_in_code")
    return row


def _is_live(row: SignInCode, now: datetime) -> bool:
    unspent = row.used_at is None and row.tries < MOST_TRIES
    return unspent and now < row.expires_at and _may_enter(row.person)


def _may_enter(person: Person) -> bool:
    return person.active and not (person.demo and current.settings().production)


def _had_enough(work: UnitOfWork, person: Person) -> bool:
    recent = select(func.count()).where(
        SignInCode.person_id == person.id, SignInCode.created_at > work.now - HOUR
    )
    return (work.session.scalar(recent) or 0) >= MOST_AN_HOUR


def _refuse_flood(session: Session, address: str) -> None:
    asked = select(func.count()).where(
        SignInAttempt.at > clock.now() - WINDOW,
        SignInAttempt.email == "",
        SignInAttempt.address == address[:64],
    )
    if (session.scalar(asked) or 0) >= MOST_ASKED:
        raise Invalid(
            FieldFault("email", "too_many", _("Máy này xin mã quá nhiều lần. Đợi 15 phút rồi thử lại."))
        )
