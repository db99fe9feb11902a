"""A wrong address mended from the mail that failed on it. The account's own rules hold; nothing is sent here."""

from app.database import db
from app.faults import Missing
from app.models import OutboxMessage, Person
from app.queries.mail import KEEPERS, mail_in_reach
from app.services import outbox
from app.services.people import NewPerson, change_person
from workflows.case import Actor


def correct_address(
    actor: Actor, mail_id: int, *, email: str, version: int, resend: bool = False
) -> OutboxMessage:
    """Give the recipient of a mail another address; mails that have not left follow to it.

    ``version``: of the account, as it was shown. ``resend``: let this mail be tried again, if it ended badly.

    Raises:
        Missing: no such mail, or no person whom the actor may manage. Invalid: the address cannot be taken.
        Outdated: the account was changed since.
    """
    mail = mail_in_reach(db.session(), mail_id, actor, KEEPERS)
    person = None if mail.person_id is None else db.session.get(Person, mail.person_id)
    if person is None:
        raise Missing(f"person of outbox_message {mail_id}")
    wanted = NewPerson(email, person.name, person.title, person.phone, person.language)
    change_person(actor, person.id, wanted, active=person.active, version=version)
    again = resend and mail.state in outbox.FINAL
    return outbox.retry(actor, mail_id) if again else mail
