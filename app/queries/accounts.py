"""Looking people and units up by what a person at the machine types. Never writes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.faults import Missing
from app.models import Person, Unit


def person_by_email(session: Session, email: str) -> Person:
    """The person with this address.

    Raises:
        Missing: nobody has it.
    """
    found = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if found is None:
        raise Missing(f"tài khoản {email}")
    return found


def unit_by_code(session: Session, code: str, kind: str = "") -> list[Unit]:
    """The units in force with this code, of one kind if it is given; a code may be in use on several floors.

    Raises:
        Missing: there is none.
    """
    rows = select(Unit).where(Unit.code == code, Unit.valid_to.is_(None)).order_by(Unit.id)
    found = list(session.scalars(rows.where(Unit.kind == kind) if kind else rows))
    if not found:
        raise Missing(f"đơn vị có mã {code}")
    return found
