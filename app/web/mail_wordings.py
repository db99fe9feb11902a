"""Pages on which the office words the mails of its campaign: the kinds, one kind, a look at it. Hold no rule."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.i18n.mail_texts import kind_text
from app.i18n.wording_texts import leaves_text
from app.models import Campaign, MailWording
from app.queries.mail_wordings import campaign_for_words, campaigns_to_word, check_kind, wordings_of
from app.services import mail_wordings
from app.services.mail_wordings import Sample
from app.web import inputs
from app.web.forms import Form
from app.web.office_words import words
from app.web.presentation import LANGUAGE
from notifications.messages import LANGUAGES
from notifications.originals import MOST_WORDS, original
from notifications.tokens import OWN_KINDS, tokens_of
from notifications.wording import OwnWords
from workflows.vocabulary import Role

bp = Blueprint("mail_wordings", __name__, url_prefix="/thu/mau")
bp.context_processor(words)
Page = Response | str | tuple[str, int]


class WordsSchema(Schema):
    """Own words, and the version that was shown."""

    subject = fields.String(load_default="")
    text = fields.String(load_default="")
    version = inputs.version()


class RestoreSchema(Schema):
    """The version of the words that are given up."""

    version = inputs.version()


@bp.context_processor
def mail_words() -> dict[str, Any]:
    """Words that the templates about mail use."""
    return {"kind_text": kind_text, "leaves_text": leaves_text}


@bp.get("")
@allow(Role.OFFICE)
def choose() -> Response | str:
    """Lead to the newest campaign; say so where there is none."""
    found = campaigns_to_word(db.session(), current_actor())
    if not found:
        return render_template("mail/no_wordings.html")
    return redirect(url_for("mail_wordings.kinds", slug=found[0].slug), 303)


@bp.get("/<slug>")
@allow(Role.OFFICE)
def kinds(slug: str) -> str:
    """Every kind of mail of a campaign: what it is, when it leaves, whose words it has."""
    campaign = _campaign(slug)
    return render_template(
        "mail/wordings.html",
        campaign=campaign,
        campaigns=campaigns_to_word(db.session(), current_actor()),
        kinds=OWN_KINDS,
        languages=LANGUAGES,
        own=wordings_of(db.session(), campaign.id),
    )


@bp.route("/<slug>/<kind>", methods=["GET", "POST"])
@allow(Role.OFFICE)
def wording(slug: str, kind: str) -> Page:
    """One kind of mail in one language: edit, look, keep."""
    campaign, language = _asked(slug, kind)
    kept = wordings_of(db.session(), campaign.id).get((kind, language))
    form = Form(WordsSchema(), _shown(kept, kind, language))
    then = form["then"] if request.method == "POST" else ""
    if then == "save" and form.carry_out(lambda **given: _save(slug, kind, language, **given)):
        flash(_("Đã ghi mẫu thư. Thư viết từ lúc này dùng mẫu mới."), "success")
        return redirect(url_for("mail_wordings.kinds", slug=slug), 303)
    seen: list[Sample] = []
    if then == "preview":
        form.carry_out(lambda **given: seen.append(_look(slug, kind, language, given)))
    return _page(campaign, kind, language, form, seen)


@bp.post("/<slug>/<kind>/goc")
@allow(Role.OFFICE)
def restore(slug: str, kind: str) -> Page:
    """Give up own words for the original."""
    campaign, language = _asked(slug, kind)
    form = Form(RestoreSchema())
    if form.carry_out(lambda version: _restore(slug, kind, language, version)):
        flash(_("Đã trả về mẫu gốc."), "success")
        return redirect(url_for("mail_wordings.kinds", slug=slug), 303)
    return _page(campaign, kind, language, form, [])


def _page(campaign: Campaign, kind: str, language: str, form: Form, seen: list[Sample]) -> Page:
    kept = wordings_of(db.session(), campaign.id).get((kind, language))
    page = render_template(
        "mail/wording.html",
        campaign=campaign,
        kind=kind,
        kept=kept,
        mail_language=language,
        languages=LANGUAGES,
        tokens=[(token, token.meaning(LANGUAGE.chosen())) for token in tokens_of(kind)],
        sample=seen[0] if seen else None,
        most_words=MOST_WORDS,
        form=form,
        errors=form.errors,
    )
    return (page, 422) if form.errors else page


def _campaign(slug: str) -> Campaign:
    return campaign_for_words(db.session(), current_actor(), slug)


def _asked(slug: str, kind: str) -> tuple[Campaign, str]:
    language = request.args.get("ngon-ngu", LANGUAGES[0])
    check_kind(kind, language)
    return _campaign(slug), language


def _own(kept: MailWording | None) -> OwnWords | None:
    return OwnWords(kept.subject, kept.text) if kept is not None else None


def _shown(kept: MailWording | None, kind: str, language: str) -> dict[str, object]:
    own = _own(kept) or original(kind, language)
    return {"subject": own.subject, "text": own.text, "version": kept.version if kept is not None else 0}


def _save(slug: str, kind: str, language: str, *, version: int, **given: str) -> None:
    mail_wordings.save(current_actor(), slug, kind, language, OwnWords(**given), version=version)


def _look(slug: str, kind: str, language: str, given: dict[str, Any]) -> Sample:
    own = OwnWords(given["subject"], given["text"])
    return mail_wordings.look(current_actor(), slug, kind, language, own)


def _restore(slug: str, kind: str, language: str, version: int) -> None:
    mail_wordings.restore(current_actor(), slug, kind, language, version=version)
