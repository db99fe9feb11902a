"""What follows a move: one handler for each Effect of the workflow. Handlers write inside the caller's unit of work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.form_codes import letters_from
from app.mailing import link, printed_deadline, tell, tell_unit
from app.models import CampaignUnit, Receipt, Remark, Submission
from app.queries.actors import addressees
from app.queries.calendar_entries import form_entry, package_entry
from app.queries.campaign_plans import hotline_of, plan_of
from app.queries.cases import content_digest, timetable_of
from app.queries.lateness import handed_in_late
from app.unit import UnitOfWork
from notifications.messages import Accepted, PackageReturned, Published, Returned, Submitted
from notifications.messages import Remark as ToldRemark
from workflows.vocabulary import Effect, Role
from workflows.workflow import Moved


@dataclass(frozen=True, slots=True)
class Followed:
    """What a handler works on: the unit of work, the submission, the move, and facts its caller adds."""

    work: UnitOfWork
    submission: Submission
    moved: Moved
    facts: Mapping[str, Any]


Handler = Callable[[Followed], None]


def follow(work: UnitOfWork, submission: Submission, moved: Moved, facts: Mapping[str, Any]) -> None:
    """Run the handler of every effect of a move, in the order of the table."""
    for effect in moved.effects:
        HANDLERS[effect](Followed(work, submission, moved, facts))


def about(submission: Submission, occurrence: str) -> dict[str, Any]:
    """The facts that every message about a submission states."""
    unit, campaign = submission.campaign_unit, submission.campaign
    return {
        "unit": unit.code,
        "unit_name": unit.formal_name,
        "link": link(f"/phieu/{submission.id}"),
        "hotline": hotline_of(campaign),
        "occurrence": occurrence,
        "zone": campaign.zone,
        "campaign": campaign.slug,
        "campaign_name": campaign.name,
        "year": campaign.year,
    }


def receipt_code(submission: Submission, moved: Moved) -> str:
    """A short code that names this one handing-in, as ``K7QD-2M4X``."""
    seed = f"{submission.id}/{submission.version}/{moved.at.isoformat()}/{submission.content_digest}"
    return letters_from(seed)


def _issue_receipt(then: Followed) -> None:
    submission = then.submission
    submission.submitted_at = then.moved.at
    submission.first_submitted_at = submission.first_submitted_at or then.moved.at
    submission.content_digest = content_digest(then.work.session, submission)
    submission.receipt_code = receipt_code(submission, then.moved)
    kind = submission.campaign_unit.kind
    late = handed_in_late(submission, kind, timetable_of(kind, submission))
    then.work.add(
        Receipt(
            submission_id=submission.id,
            code=submission.receipt_code,
            content_digest=submission.content_digest,
            at=then.moved.at,
            late=late,
        )
    )
    message = Submitted(
        **about(submission, submission.receipt_code),
        late=late,
        at=then.moved.at,
        receipt=submission.receipt_code,
        next_actor=receiver(submission),
        may_withdraw=True,
    )
    done = form_entry(submission, printed_deadline(submission.campaign_unit.kind, submission), cancelled=True)
    tell_unit(then.work, message, submission, calendar=done)


def receiver(submission: Submission) -> str:
    """The body that reads a submitted form next: its consolidator, or the office that runs the campaign."""
    parent = submission.campaign_unit.parent
    if submission.campaign_unit.consolidator_id is None:
        return plan_of(submission.campaign).contact.name
    return parent.formal_name if parent is not None else submission.campaign_unit.formal_name


def _clear_receipt(then: Followed) -> None:
    submission = then.submission
    submission.submitted_at = submission.receipt_code = None
    # A form that was sent back has been handed in once, whatever its unit does with it afterwards.
    if submission.repair_due_at is None:
        submission.first_submitted_at = None


def _tell_returned(then: Followed) -> None:
    submission = then.submission
    open_remarks = then.work.session.scalars(
        select(Remark)
        .where(Remark.submission_id == submission.id, Remark.settled_at.is_(None))
        .order_by(Remark.id)
    )
    deadline = printed_deadline(submission.campaign_unit.kind, submission)
    message = Returned(
        **about(submission, then.moved.at.isoformat()),
        returned_by=receiver(submission),
        remarks=tuple(ToldRemark(remark.criterion, remark.text) for remark in open_remarks),
        deadline=deadline,
    )
    tell_unit(then.work, message, submission, calendar=form_entry(submission, deadline))


def _tell_accepted(then: Followed) -> None:
    message = Accepted(
        **about(then.submission, then.moved.at.isoformat()), accepted_by=receiver(then.submission)
    )
    tell_unit(then.work, message, then.submission)


def _tell_package_returned(then: Followed) -> None:
    submission = then.submission
    consolidator = submission.campaign_unit.consolidator_id
    if consolidator is None:
        return
    own = then.work.session.scalar(
        select(CampaignUnit).where(
            CampaignUnit.campaign_id == submission.campaign_id, CampaignUnit.unit_id == consolidator
        )
    )
    facts = about(submission, f"{consolidator}/{then.moved.at.isoformat()}")
    facts |= {"link": link("/huyen")} | ({"unit": own.code, "unit_name": own.formal_name} if own else {})
    deadline = printed_deadline(submission.campaign_unit.kind)
    message = PackageReturned(
        **facts,
        returned_by=plan_of(submission.campaign).contact.name,
        reason=then.moved.note,
        deadline=deadline,
    )
    again = package_entry(submission.campaign, consolidator, facts["unit_name"], deadline)
    people = addressees(then.work.session, Role.CONSOLIDATOR, consolidator, then.work.now)
    tell(then.work, message, people, campaign_id=submission.campaign_id, calendar=again)


def _tell_published(then: Followed) -> None:
    submission, facts = then.submission, then.facts
    message = Published(
        **about(submission, str(facts["edition"]))
        | {"link": link(f"/ket-qua/{submission.campaign.slug}/{submission.campaign_unit.slug}")},
        decision=facts["decision"],
        decided_on=facts["decided_on"],
        ranked_count=facts["ranked_counts"][submission.campaign_unit.unit_kind],
        rank=facts["places"].get(submission.campaign_unit_id),
    )
    tell_unit(then.work, message, submission)


HANDLERS: Mapping[Effect, Handler] = {
    Effect.ISSUE_RECEIPT: _issue_receipt,
    Effect.CLEAR_RECEIPT: _clear_receipt,
    Effect.TELL_RETURNED: _tell_returned,
    Effect.TELL_ACCEPTED: _tell_accepted,
    Effect.TELL_PACKAGE_RETURNED: _tell_package_returned,
    Effect.TELL_PUBLISHED: _tell_published,
}
