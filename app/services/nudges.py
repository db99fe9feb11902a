"""Urging by hand: a body asks units that have not handed in to do so. The mails wait a minute and can be taken back.

Every act of urging is kept, whatever became of its mails.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from app import clock, current
from app.faults import FieldFault, Invalid, Missing
from app.i18n.labels import moment
from app.mailing import letterhead_of, link, mail_of
from app.models import Campaign, CampaignStatus, Nudge, OutboxMessage, OutboxState, Submission, Verb
from app.queries.nudges import may_take_back, nudge_in_reach
from app.queries.obligations import obligations
from app.queries.reminders import Doubt
from app.queries.urging import Circle, district_circle, office_circle, owed_forms, urged_lately
from app.services.reminders import DOUBTS
from app.unit import UnitOfWork, unit
from notifications import messages
from notifications.facts import Owed, one_line
from notifications.messages import Recipient
from notifications.obligations import Obligation
from notifications.rendering import Email, render
from workflows.case import Actor

HELD_FOR = timedelta(seconds=60)
LONGEST_NOTE = 140  # with both dates and long names the mail stays within 120 words
STILL_HERE = (OutboxState.WAITING, OutboxState.HELD)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many mails of an act of urging were stopped, and how many had left before."""

    stopped: int
    left: int


def urge_below(
    actor: Actor, campaign_id: int, unit_id: int | None, *, to: Collection[int], note: str = ""
) -> Nudge:
    """A consolidator urges units of its own; ``to`` are ids of forms.

    Units that handed in meanwhile are left out.

    Raises:
        Missing: the actor does not consolidate there. Invalid: nobody is chosen or can be reached, a unit was urged
        by this body within a day, the note is too long or holds an address, or the campaign is not open.
    """
    with unit(actor) as work:
        return _urge(work, district_circle(work.session, actor, campaign_id, unit_id), to, note)


def urge_campaign(actor: Actor, slug: str, *, to: Collection[int], note: str = "") -> Nudge:
    """The office urges units of its campaign.

    Raises:
        As :func:`urge_below`.
    """
    with unit(actor) as work:
        return _urge(work, office_circle(work.session, actor, slug), to, note)


def preview(circle: Circle, owed: Obligation, note: str) -> Email:
    """The mail as the first reader of a unit would get it; a note that would be refused is left out."""
    now = clock.now()
    reader = next((one.recipient for one in owed.readers if one.recipient is not None), None)
    shown = one_line(note) if _note_fault(note) is None else ""
    recipient = reader or Recipient("xem-truoc@localhost", owed.unit_name)
    return render(
        _message(circle, owed, shown, "preview", now),
        recipient,
        domain=current.settings().mail_domain,
        now=now,
    )


def take_back(actor: Actor, nudge_id: int) -> TakenBack:
    """Stop the mails of an act of urging that have not left.

    Raises:
        Missing: there is none of the actor's own body. Invalid: every mail has left.
    """
    with unit(actor) as work:
        nudge = nudge_in_reach(work.session, actor, nudge_id)
        if not may_take_back(work.session, actor, nudge):
            raise Missing(f"nudge {nudge_id}")
        stopped = work.session.scalars(
            update(OutboxMessage)
            .where(OutboxMessage.nudge_id == nudge.id, OutboxMessage.state.in_(STILL_HERE))
            .values(state=OutboxState.CANCELLED, settled_at=work.now, outcome=_taken_back_words())
            .returning(OutboxMessage.id)
            .execution_options(synchronize_session=False)
        ).all()
        if not stopped:
            raise Invalid(FieldFault("nudge", "all_left", _("Thư đã đi hết, không hủy được nữa")))
        nudge.taken_back_at, nudge.taken_back_by_name = work.now, actor.name
        left = work.session.scalar(
            select(func.count()).where(
                OutboxMessage.nudge_id == nudge.id, OutboxMessage.state != OutboxState.CANCELLED
            )
        )
        done = TakenBack(len(stopped), left or 0)
        work.record(
            Verb.NUDGE_TAKEN_BACK,
            nudge,
            campaign=nudge.campaign_id,
            after={"stopped": done.stopped, "left": done.left},
        )
    return done


def recheck(work: UnitOfWork, mail: OutboxMessage) -> str | None:
    """Why a claimed mail of an act of urging must not leave, in words, if so."""
    if mail.nudge_id is None:
        return None
    nudge = work.session.get_one(Nudge, mail.nudge_id)
    if nudge.taken_back_at is not None:
        return _taken_back_words()
    campaign = work.session.get_one(Campaign, nudge.campaign_id)
    if campaign.status != CampaignStatus.OPEN:
        return str(DOUBTS[Doubt.CAMPAIGN_ENDED])
    owed = obligations(work.session, [campaign], work.now, "", Submission.id == mail.submission_id)
    still = any(
        each.owed is Owed.FORM
        and not each.muted
        and each.since <= mail.created_at
        and any(reader.person == mail.person_id for reader in each.readers)
        for each in owed
    )
    return None if still else str(DOUBTS[Doubt.NOT_OWED])


def _urge(work: UnitOfWork, circle: Circle, to: Collection[int], note: str) -> Nudge:
    chosen = _chosen(work, circle, to, note)
    nudge = Nudge(
        campaign_id=circle.campaign.id,
        unit_id=circle.unit_id,
        sent_by_id=work.actor.id,
        sent_by_name=work.actor.name,
        sent_at=work.now,
        leaves_at=work.now + HELD_FOR,
        note=one_line(note),
        submissions=[owed.form for owed in chosen],
    )
    work.add(nudge)
    mails = [mail for owed in chosen for mail in _mails(work, circle, owed, nudge)]
    work.add(*mails)
    work.record(
        Verb.NUDGED,
        nudge,
        campaign=nudge.campaign_id,
        after={"forms": nudge.submissions, "mails": len(mails)},
        note=nudge.note,
    )
    return nudge


def _chosen(work: UnitOfWork, circle: Circle, to: Collection[int], note: str) -> list[Obligation]:
    """What the chosen units owe, if they may be urged."""
    fault = _note_fault(note)
    if fault is not None:
        raise Invalid(fault)
    if circle.campaign.status != CampaignStatus.OPEN:
        raise Invalid(FieldFault("campaign", "not_open", _("Đợt đánh giá không mở, không nhắc được")))
    if not to:
        raise Invalid(FieldFault("to", "nobody", _("Chọn ít nhất một đơn vị để nhắc")))
    found = [owed for owed in owed_forms(work.session, circle, work.now, link("")) if owed.form in to]
    if not found:
        raise Invalid(FieldFault("to", "handed_in", _("Các đơn vị đã chọn đều đã nộp; chọn đơn vị khác")))
    _refuse_too_soon(work, circle, found)
    if not any(reader.recipient for owed in found for reader in owed.readers if not owed.muted):
        raise Invalid(
            FieldFault("to", "unreachable", _("Không gửi thư được cho các đơn vị đã chọn; gọi điện thoại"))
        )
    return found


def _refuse_too_soon(work: UnitOfWork, circle: Circle, found: Sequence[Obligation]) -> None:
    urged = urged_lately(work.session, circle, work.now)
    again = [owed for owed in found if owed.form in urged]
    if not again:
        return
    words = _(
        "Đã nhắc %(unit)s lúc %(moment)s; bỏ chọn các đơn vị nhắc chưa đủ 24 giờ (%(count)s)",
        unit=again[0].unit_name,
        moment=moment(urged[again[0].form or 0]),
        count=len(again),
    )
    raise Invalid(FieldFault("to", "too_soon", words))


def _note_fault(note: str) -> FieldFault | None:
    words = one_line(note)
    if len(words) > LONGEST_NOTE:
        too_long = _(
            "Viết lời nhắn ngắn hơn %(limit)s ký tự (đang là %(length)s)",
            limit=LONGEST_NOTE,
            length=len(words),
        )
        return FieldFault("note", "too_long", too_long)
    if "://" in words or "www." in words.casefold():
        return FieldFault("note", "link", _("Bỏ liên kết khỏi lời nhắn; thư đã có liên kết mở phiếu"))
    return None


def _mails(work: UnitOfWork, circle: Circle, owed: Obligation, nudge: Nudge) -> Iterator[OutboxMessage]:
    message = _message(circle, owed, nudge.note, f"nudge{nudge.id}", nudge.sent_at)
    for reader in owed.readers:
        if reader.recipient is None or owed.muted:
            continue
        head = letterhead_of(work, message)
        row = mail_of(message, reader.recipient, reader.person, nudge.sent_at, head)
        row.campaign_id, row.submission_id, row.nudge_id = nudge.campaign_id, owed.form, nudge.id
        row.next_at = nudge.leaves_at
        yield row


def _message(circle: Circle, owed: Obligation, note: str, occurrence: str, now: datetime) -> messages.Nudge:
    about = owed.campaign
    return messages.Nudge(
        unit=owed.unit,
        unit_name=owed.unit_name,
        link=owed.link,
        hotline=about.hotline,
        occurrence=occurrence,
        zone=about.zone,
        campaign=about.slug,
        campaign_name=about.name,
        year=about.year,
        urged_by=circle.name,
        deadline=owed.deadline,
        overdue=now >= owed.deadline.cutoff,
        done=owed.done,
        criteria_count=owed.total,
        note=note,
        official=owed.official,
        set_by=owed.set_by,
    )


def _taken_back_words() -> str:
    return str(_("Người nhắc đã hủy gửi"))
