"""The demo accounts that the start page lists. Empty on a server without demo people, and in production."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app import current
from app.models import Person, RoleGrant
from workflows.vocabulary import Role

DEMO_PASSWORD = "dung-han-chay-thu"  # noqa: S105 - printed on the start page; such people are refused in production
LISTED_DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account to try the server with; ``title`` says in words what it is for."""

    email: str
    name: str
    title: str
    roles: tuple[Role, ...]
    password: str = DEMO_PASSWORD


def demo_accounts(session: Session) -> tuple[DemoAccount, ...]:
    """The listed demo people, in the order in which they were made."""
    if current.settings().production:
        return ()
    people = session.scalars(
        select(Person)
        .where(Person.demo, Person.active, Person.email.endswith(f"@{LISTED_DOMAIN}"))
        .options(selectinload(Person.grants))
        .order_by(Person.id)
    )
    return tuple(DemoAccount(one.email, one.name, one.title, _roles(one.grants)) for one in people)


def _roles(grants: list[RoleGrant]) -> tuple[Role, ...]:
    held = {grant.role for grant in grants}
    return tuple(role for role in Role if role in held)
