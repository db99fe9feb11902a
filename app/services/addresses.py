"""What mail servers say of people's addresses, and mails that follow an address that was corrected.

It writes inside the caller's unit of work; it decides about no retry and sends nothing.
"""

from flask_babel import gettext as _
from sqlalchemy import select, update

from app.models import OutboxMessage, OutboxState, Person, Verb
from app.queries.readers import recipient_of
from app.unit import UnitOfWork
from notifications.calendar import addressed_to
from notifications.delivery import Outcome, Result
from notifications.messages import SECRET_KINDS, Recipient
from notifications.refusals import blames_address

NOT_LEFT = (OutboxState.WAITING, OutboxState.HELD)


def heed(work: UnitOfWork, person_id: int | None, address: str, outcome: Outcome) -> None:
    """Note on a person that an address takes no mail, or that it does again, as a settled mail has shown.

    An address that the person no longer has is nothing to note.
    """
    refused = blames_address(outcome.result, outcome.stage, outcome.words)
    if person_id is None or not (refused or outcome.result is Result.ACCEPTED):
        return
    person = work.session.get(Person, person_id)
    if person is None or person.email != address or not (refused or person.address_refused_at):
        return
    # One statement, so that whoever changes the account at this moment cannot undo the mail's settlement.
    work.session.execute(
        update(Person)
        .where(Person.id == person_id, Person.email == address)
        .values(
            address_refused_at=outcome.at if refused else None,
            address_refused_words=outcome.words if refused else "",
            version=Person.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    verb = Verb.ADDRESS_REFUSED if refused else Verb.ADDRESS_ACCEPTED
    work.record(verb, person, after={"email": address}, note=outcome.words if refused else "")


def follow(work: UnitOfWork, person: Person) -> None:
    """After a person's address was changed: forget what was said of the old one and let waiting mails follow.

    A mail that would let its reader in does not follow; its link or code ended with the old address.
    """
    person.address_refused_at, person.address_refused_words = None, ""
    waiting = select(OutboxMessage).where(
        OutboxMessage.person_id == person.id, OutboxMessage.state.in_(NOT_LEFT)
    )
    for mail in work.session.scalars(waiting.with_for_update()):
        if mail.kind not in SECRET_KINDS:
            readdress(mail, person)
            continue
        mail.state, mail.settled_at = OutboxState.CANCELLED, work.now
        mail.outcome = _("Địa chỉ đã đổi nên liên kết hoặc mã trong thư không dùng được nữa")


def readdress(mail: OutboxMessage, person: Person) -> None:
    """Let a mail that has not left go to the address that its reader has now, if mail can go there."""
    reader = recipient_of(person.email, person.name, mail.language)
    if reader is None or reader.address == mail.address:
        return
    mail.address, mail.recipient_name = reader.address, reader.name
    if mail.calendar is not None:
        mail.calendar = addressed_to(mail.calendar, Recipient(reader.address, reader.name, mail.language))
