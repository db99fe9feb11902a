"""The delivery ledger as people read it: one line for each mail and person, in the reader's reach. Never writes.

A list costs a constant number of queries, however many mails there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, defer

from app.faults import Missing
from app.folding import search_key, tidy
from app.models import (
    AuditEntry,
    Campaign,
    CampaignUnit,
    OutboxMessage,
    OutboxState,
    Person,
    RoleGrant,
    Submission,
    Unit,
)
from app.queries.people import below, people_found
from workflows.case import Actor
from workflows.vocabulary import Role

READERS = (Role.OFFICE, Role.ADMIN)
KEEPERS = (Role.OFFICE,)
PAGE = 50
MOST_EXPORTED = 5_000
MailRows = Select[OutboxMessage, str, str]  # unit and telephone are None where there is none
UNLISTED = (OutboxMessage.text, OutboxMessage.html, OutboxMessage.calendar, OutboxMessage.headers)
ENDED_BADLY = (OutboxState.REFUSED, OutboxState.FAILED, OutboxState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Sought:
    """What the ledger is filtered by; an empty field filters nothing."""

    campaign: str = ""
    state: str = ""
    kind: str = ""
    search: str = ""
    trouble: bool = False


@dataclass(frozen=True, slots=True)
class MailLine:
    """One mail. ``unit`` is whose form it is about, else the recipient's; ``phone`` the recipient's."""

    id: int
    kind: str
    subject: str
    recipient_name: str
    address: str
    phone: str
    unit: str
    state: OutboxState
    attempts: int
    created_at: datetime
    first_tried_at: datetime | None
    tried_at: datetime | None
    next_at: datetime
    settled_at: datetime | None
    outcome: str
    unknowns: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many mails wait, are held back, are in trouble, and were taken by a mail server."""

    waiting: int
    held: int
    troubled: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """One page of the ledger, how many lines there are, and what there is to filter by."""

    rows: tuple[MailLine, ...]
    total: int
    page: int
    pages: int
    counts: Counts
    kinds: tuple[str, ...]
    campaigns: tuple[tuple[str, str], ...]


def ledger(session: Session, actor: Actor, sought: Sought, page: int = 1) -> Ledger:
    """A page of the mails that the actor may read, the newest first."""
    wanted = _wanted(session, actor, sought)
    total = session.scalar(select(func.count()).select_from(OutboxMessage).where(wanted)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    return Ledger(
        _lines(session, _rows(wanted).limit(PAGE).offset((page - 1) * PAGE)),
        total,
        page,
        pages,
        _counts(session, and_(within(actor), *_in_campaign(sought.campaign))),
        tuple(session.scalars(select(OutboxMessage.kind).where(within(actor)).distinct())),
        _campaigns(session, actor),
    )


def all_lines(session: Session, actor: Actor, sought: Sought) -> tuple[MailLine, ...]:
    """Every line that the filters leave, the newest ``MOST_EXPORTED`` of them."""
    return _lines(session, _rows(_wanted(session, actor, sought)).limit(MOST_EXPORTED))


def lines_where(session: Session, *conditions: ColumnElement[bool]) -> tuple[MailLine, ...]:
    """The mails that meet conditions, as lines, the newest first."""
    return _lines(session, _rows(and_(*conditions)))


def line_of(session: Session, mail: OutboxMessage) -> MailLine:
    """One mail as a line."""
    return _lines(session, _rows(OutboxMessage.id == mail.id))[0]


def mail_in_reach(session: Session, mail_id: int, actor: Actor, roles: Sequence[Role]) -> OutboxMessage:
    """A mail of a campaign, or to a person, of a province over which the actor holds one of the roles.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    found = session.scalar(select(OutboxMessage).where(OutboxMessage.id == mail_id, within(actor, roles)))
    if found is None:
        raise Missing(f"outbox_message {mail_id}")
    return found


def history_of(session: Session, mail: OutboxMessage) -> Sequence[AuditEntry]:
    """What people did to a mail, oldest first."""
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_type == OutboxMessage.__tablename__, AuditEntry.subject_id == mail.id)
        .order_by(AuditEntry.id)
    ).all()


def within(actor: Actor, roles: Sequence[Role] = READERS) -> ColumnElement[bool]:
    """The condition on mails that they belong to the actor: by their campaign, else by whom they go to."""
    units = select(Unit.id).where(below(actor, roles))
    campaigns = select(Campaign.id).where(Campaign.root_id.in_(units))
    people = select(RoleGrant.person_id).where(RoleGrant.unit_id.in_(units))
    return or_(
        OutboxMessage.campaign_id.in_(campaigns),
        and_(OutboxMessage.campaign_id.is_(None), OutboxMessage.person_id.in_(people)),
    )


def troubled() -> ColumnElement[bool]:
    """The condition on mails that they ended badly, or were tried in vain and wait for another try."""
    again = and_(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.attempts > 0)
    return or_(OutboxMessage.state.in_(ENDED_BADLY), again)


def _wanted(session: Session, actor: Actor, sought: Sought) -> ColumnElement[bool]:
    conditions = [within(actor), *_in_campaign(sought.campaign)]
    if sought.state in set(OutboxState):
        conditions.append(OutboxMessage.state == sought.state)
    if sought.kind:
        conditions.append(OutboxMessage.kind == sought.kind)
    if sought.trouble:
        conditions.append(troubled())
    if search_key(sought.search):
        conditions.append(_found(session, actor, sought.search))
    return and_(*conditions)


def _in_campaign(slug: str) -> list[ColumnElement[bool]]:
    return [OutboxMessage.campaign_id.in_(select(Campaign.id).where(Campaign.slug == slug))] if slug else []


def _found(session: Session, actor: Actor, search: str) -> ColumnElement[bool]:
    key = search_key(search)
    people = sorted(people_found(session, actor, key, READERS))
    forms = (
        select(Submission.id)
        .join(CampaignUnit, CampaignUnit.id == Submission.campaign_unit_id)
        .where(CampaignUnit.search_key.contains(key, autoescape=True))
    )
    return or_(
        OutboxMessage.person_id.in_(_inlined(people)),
        OutboxMessage.submission_id.in_(forms),
        OutboxMessage.address.contains(tidy(search).lower(), autoescape=True),
    )


def _inlined(keys: Sequence[int]) -> BindParameter[Sequence[int]]:
    # Written into the statement: a search may find more people than a database takes parameters.
    return bindparam(None, keys, expanding=True, literal_execute=True)


def _rows(wanted: ColumnElement[bool]) -> MailRows:
    return (
        select(OutboxMessage, CampaignUnit.formal_name, Person.phone)
        .outerjoin(Submission, Submission.id == OutboxMessage.submission_id)
        .outerjoin(CampaignUnit, CampaignUnit.id == Submission.campaign_unit_id)
        .outerjoin(Person, Person.id == OutboxMessage.person_id)
        .where(wanted)
        .options(*(defer(column) for column in UNLISTED))
        .order_by(OutboxMessage.id.desc())
    )


def _lines(session: Session, rows: MailRows) -> tuple[MailLine, ...]:
    found = session.execute(rows).all()
    homes = _homes(session, [mail.person_id for mail, unit, _phone in found if unit is None])
    return tuple(_line(row, homes) for row in found)


def _line(row: Row[OutboxMessage, str, str], homes: Mapping[int | None, str]) -> MailLine:
    mail, unit, phone = row
    return MailLine(
        mail.id,
        mail.kind,
        mail.subject,
        mail.recipient_name,
        mail.address,
        phone or "",
        unit or homes.get(mail.person_id, ""),
        OutboxState(mail.state),
        mail.attempts,
        mail.created_at,
        mail.first_tried_at,
        mail.tried_at,
        mail.next_at,
        mail.settled_at,
        mail.outcome,
        mail.unknowns,
    )


def _homes(session: Session, people: Sequence[int | None]) -> Mapping[int | None, str]:
    """The unit of each person's latest role."""
    wanted = sorted({one for one in people if one is not None})
    rows = session.execute(
        select(RoleGrant.person_id, Unit.formal_name)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id.in_(_inlined(wanted)))
        .order_by(RoleGrant.id)
    )
    homes: dict[int | None, str] = dict(iter(rows))
    return homes


def _counts(session: Session, wanted: ColumnElement[bool]) -> Counts:
    groups = (
        OutboxMessage.state.in_((OutboxState.WAITING, OutboxState.CLAIMED)),
        OutboxMessage.state == OutboxState.HELD,
        troubled(),
        OutboxMessage.state == OutboxState.ACCEPTED,
    )
    sums = (func.coalesce(func.sum(case((group, 1), else_=0)), 0) for group in groups)
    return Counts(*session.execute(select(*sums).select_from(OutboxMessage).where(wanted)).one())


def _campaigns(session: Session, actor: Actor) -> tuple[tuple[str, str], ...]:
    rows = session.execute(
        select(Campaign.slug, Campaign.name)
        .join(Unit, Unit.id == Campaign.root_id)
        .where(below(actor, READERS))
        .order_by(Campaign.year.desc(), Campaign.id.desc())
    )
    return tuple((slug, name) for slug, name in rows)
