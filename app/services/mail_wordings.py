"""The office's own words for the mails of its campaign: looked at, kept, and given up again. They are data, never run."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import clock, current
from app.database import db
from app.faults import FieldFault, Invalid, Outdated
from app.i18n.wording_texts import fault_of
from app.mailing import link, printed_deadline
from app.models import Campaign, CampaignStatus, MailWording, Submission, Verb
from app.queries.campaign_plans import hotline_of
from app.queries.mail_wordings import (
    campaign_for_words,
    check_kind,
    first_form,
    longest_name,
    wordings_of,
)
from app.services.answer_faults import prose
from app.unit import UnitOfWork, unit
from notifications.messages import Message, Recipient
from notifications.originals import check, example
from notifications.rendering import Email, Letterhead, render
from notifications.wording import OwnWords
from workflows.case import Actor

SOMEBODY, SOMEBODY_AT = "Nguyễn Văn An", "nguoi.nhan@localhost"


@dataclass(frozen=True, slots=True)
class Sample:
    """What the campaign's first unit would be sent, and how many words that is."""

    email: Email
    words: int


def look(actor: Actor, slug: str, kind: str, language: str, own: OwnWords) -> Sample:
    """A mail to the campaign's first unit in these words; nothing is kept.

    Raises:
        Missing: out of reach, or no such kind. Invalid: the words cannot be used, each fault with its place.
    """
    check_kind(kind, language)
    return _sample(db.session(), campaign_for_words(db.session(), actor, slug), kind, language, own)


def save(actor: Actor, slug: str, kind: str, language: str, own: OwnWords, *, version: int) -> MailWording:
    """Keep own words for a kind of mail; mails written from now on use them, those that wait do not change.

    ``version``: of the words shown, 0 where the original was shown.

    Raises:
        Missing, Invalid: as :func:`look`; Invalid in a closed campaign too. Outdated: somebody else changed them.
    """
    check_kind(kind, language)
    with unit(actor) as work:
        campaign = campaign_for_words(work.session, actor, slug)
        _refuse_closed(campaign)
        words = _tidy(own)
        _sample(work.session, campaign, kind, language, words)
        row = _kept(work, campaign, kind, language, version)
        before = _said(row) if row is not None else None
        if row is None:
            row = MailWording(campaign_id=campaign.id, kind=kind, language=language)
        row.subject, row.text = words.subject, words.text
        row.edited_at, row.edited_by_name = work.now, work.actor.name
        work.add(row)
        work.record(Verb.WORDING_SAVED, row, campaign=campaign.id, before=before, after=_said(row))
    return row


def restore(actor: Actor, slug: str, kind: str, language: str, *, version: int) -> None:
    """Give up own words; mails written from now on use the original.

    Raises:
        Missing: out of reach, or no such kind. Invalid: the campaign is closed. Outdated: somebody else changed them.
    """
    check_kind(kind, language)
    with unit(actor) as work:
        campaign = campaign_for_words(work.session, actor, slug)
        _refuse_closed(campaign)
        row = _kept(work, campaign, kind, language, version)
        if row is None:
            raise Outdated(f"wording of {kind}")
        work.record(Verb.WORDING_DROPPED, row, campaign=campaign.id, before=_said(row))
        work.session.delete(row)


def _kept(work: UnitOfWork, campaign: Campaign, kind: str, language: str, version: int) -> MailWording | None:
    row = wordings_of(work.session, campaign.id).get((kind, language))
    if version != (row.version if row is not None else 0):
        raise Outdated(f"wording of {kind}")
    return row


def _sample(session: Session, campaign: Campaign, kind: str, language: str, own: OwnWords) -> Sample:
    now, words = clock.now(), _tidy(own)
    reader = Recipient(SOMEBODY_AT, SOMEBODY, language)
    message = _example(session, campaign, kind)
    name = longest_name(session, campaign.id) or message.unit_name
    faults = check(kind, words, message, reader, longest_name=name, now=now)
    if faults:
        raise Invalid(*(fault_of(one) for one in faults))
    head = Letterhead(own={(kind, language): words})
    email = render(message, reader, domain=current.settings().mail_domain, now=now, letterhead=head)
    return Sample(email, len(email.text.split()))


def _example(session: Session, campaign: Campaign, kind: str) -> Message:
    facts: dict[str, object] = {
        "campaign": campaign.slug,
        "campaign_name": campaign.name,
        "year": campaign.year,
        "zone": campaign.zone,
        "hotline": hotline_of(campaign),
        "link": link("/don-vi"),
    }
    form = first_form(session, campaign.id)
    return example(kind, facts | (_of_unit(form) if form is not None else {}), clock.now())


def _of_unit(form: Submission) -> dict[str, object]:
    unit_ = form.campaign_unit
    return {
        "unit": unit_.code,
        "unit_name": unit_.formal_name,
        "link": link(f"/phieu/{form.id}"),
        "deadline": printed_deadline(unit_.kind, form),
    }


def _tidy(own: OwnWords) -> OwnWords:
    return OwnWords(prose(own.subject), prose(own.text))


def _refuse_closed(campaign: Campaign) -> None:
    if campaign.status == CampaignStatus.CLOSED:
        words = _("Đợt đánh giá đã kết thúc nên không đổi mẫu thư được nữa")
        raise Invalid(FieldFault("text", "campaign_closed", words))


def _said(row: MailWording) -> dict[str, str]:
    return {"mail": row.kind, "language": row.language, "subject": row.subject, "text": row.text}
