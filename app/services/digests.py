"""Turning the regular overviews off and on again, by the address in their mails. Reminders are no overviews."""

import hmac

from app.database import db
from app.faults import Missing
from app.mailing import digest_token
from app.models import Person, Verb
from app.unit import unit
from workflows.case import Actor


def reader_of(token: str) -> Person:
    """The person whose mail held this token.

    Raises:
        Missing: no mail of this server did.
    """
    number = token.partition("-")[0]
    known = number.isascii() and number.isdigit() and len(number) < 10
    if not known or not hmac.compare_digest(digest_token(int(number)).encode(), token.encode()):
        raise Missing("digest token")
    person = db.session.get(Person, int(number))
    if person is None:
        raise Missing("digest token")
    return person


def want_digests(token: str, *, wanted: bool) -> Person:
    """Say that a person wants overviews, or none; saying it again changes nothing.

    Raises:
        Missing: as :func:`reader_of`.
    """
    found = reader_of(token)
    with unit(Actor(found.id, found.name)) as work:
        person = work.load(Person, found.id)
        if person.digests != wanted:
            before, person.digests = {"digests": person.digests}, wanted
            work.record(Verb.PERSON_CHANGED, person, before=before, after={"digests": wanted})
    return person
