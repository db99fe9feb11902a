"""Pages of the province office about the ladder of a campaign: its rules in words, and editing them. Holds no rule."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.i18n.ladder_texts import UNFIT
from app.models import Campaign, CampaignStatus
from app.queries.campaign_plans import plan_of
from app.queries.progress import RUNNERS
from app.queries.reach import campaign_in_reach
from app.services import reminder_rules
from app.web import inputs, ladder_words
from app.web.forms import Form
from app.web.office_words import words
from notifications.facts import Owed
from notifications.ladder import FARTHEST, HOURS, Unfit, rule
from notifications.obligations import MORNING, Audience, Rule
from workflows.vocabulary import Role

bp = Blueprint("office_reminders", __name__, url_prefix="/dot/<slug>/nhac-viec")
bp.context_processor(words)
bp.context_processor(ladder_words.words)
Page = Response | str | tuple[str, int]


class Moment(StrEnum):
    """When a rule speaks, as the form asks for it."""

    BEFORE = "before"
    ON = "on"
    AFTER = "after"
    WEEKLY = "weekly"


MOMENTS = (
    (Moment.BEFORE, _l("Trước hạn")),
    (Moment.ON, _l("Ngày cuối cùng")),
    (Moment.AFTER, _l("Sau hạn")),
    (Moment.WEEKLY, _l("Hằng tuần")),
)
WHAT = _l("Chọn việc được nhắc")
WHEN = _l("Chọn thời điểm nhắc")
WHO = _l("Chọn người nhận trong danh sách")
DAYS = _l("Ghi số ngày từ 1 đến %(most)s", most=FARTHEST)
ON_WHICH = _l("Chọn ít nhất một thứ trong tuần")
NO_DAYS: inputs.Messages = {"invalid": [DAYS], "required": [DAYS], "null": [DAYS]}
NO_HOUR: inputs.Messages = {name: [UNFIT[Unfit.HOUR]] for name in ("invalid", "required", "null")}


def _unread(words: object) -> inputs.Messages:
    return {"required": [words], "unknown": [words], "invalid": [words]}


class _Days(fields.Integer):
    """A number of days; blank is none."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        return 0 if not str(value).strip() else super()._deserialize(value, attr, data, **kwargs)


class VersionSchema(Schema):
    """The version of the campaign that was shown."""

    version = inputs.version()


class RuleSchema(VersionSchema):
    """One rule as it is typed."""

    owed = fields.Enum(Owed, by_value=True, required=True, error_messages=_unread(WHAT))
    moment = fields.Enum(Moment, by_value=True, required=True, error_messages=_unread(WHEN))
    days = _Days(load_default=0, error_messages=NO_DAYS, validate=validate.Range(0, FARTHEST, error=DAYS))
    weekdays = fields.List(
        fields.Integer(validate=validate.Range(0, 6, error=inputs.OLD_WORDS), error_messages=inputs.UNFIT),
        load_default=(),
    )
    audiences = fields.List(
        fields.Enum(Audience, by_value=True, error_messages=_unread(WHO)), load_default=()
    )
    only_untouched = fields.Boolean(load_default=False, error_messages=inputs.UNFIT)
    hour = fields.Integer(
        load_default=MORNING,
        error_messages=NO_HOUR,
        validate=validate.Range(HOURS[0], HOURS[-1], error=UNFIT[Unfit.HOUR]),
    )

    @validates_schema
    def _complete(self, data: Mapping[str, Any], **_more: Any) -> None:
        # Zero days before or after the last day would be the last day, which is a choice of its own.
        if data["moment"] in (Moment.BEFORE, Moment.AFTER) and not data["days"]:
            raise ValidationError({"days": [str(DAYS)]})
        if data["moment"] is Moment.WEEKLY and not data["weekdays"]:
            raise ValidationError({"weekdays": [str(ON_WHICH)]})


@bp.get("")
@allow(*RUNNERS)
def ladder(slug: str) -> str:
    """The rules by which the campaign reminds."""
    return _ladder(_campaign(slug, RUNNERS))


@bp.route("/them", methods=["GET", "POST"])
@allow(Role.OFFICE)
def add(slug: str) -> Page:
    """Add a rule."""

    def act(version: int, **typed: Any) -> None:
        reminder_rules.add_rule(current_actor(), slug, _rule(**typed), version=version)

    campaign = _campaign(slug, {Role.OFFICE})
    form = Form(RuleSchema(), {"hour": MORNING})
    return _edited(campaign, form, act, _("Đã thêm mốc nhắc."), None)


@bp.route("/<name>/sua", methods=["GET", "POST"])
@allow(Role.OFFICE)
def change(slug: str, name: str) -> Page:
    """Change a rule."""

    def act(version: int, **typed: Any) -> None:
        reminder_rules.change_rule(current_actor(), slug, name, _rule(**typed), version=version)

    campaign = _campaign(slug, {Role.OFFICE})
    found = next((each for each in plan_of(campaign).reminders if each.name == name), None)
    if found is None:
        raise Missing(f"rule {name}")
    return _edited(campaign, Form(RuleSchema(), _typed(found)), act, _("Đã đổi mốc nhắc."), found)


@bp.post("/<name>/bo")
@allow(Role.OFFICE)
def remove(slug: str, name: str) -> Page:
    """Take a rule out."""

    def act(version: int) -> None:
        reminder_rules.remove_rule(current_actor(), slug, name, version=version)

    return _done(slug, act, _("Đã bỏ mốc nhắc. Thư của mốc này chưa gửi sẽ không gửi nữa."))


@bp.post("/mac-dinh")
@allow(Role.OFFICE)
def restore(slug: str) -> Page:
    """Go back to the declared default."""

    def act(version: int) -> None:
        reminder_rules.restore_ladder(current_actor(), slug, version=version)

    return _done(slug, act, _("Đã trở lại các mốc nhắc mặc định."))


def _campaign(slug: str, roles: Any) -> Campaign:
    return campaign_in_reach(db.session(), slug, current_actor(), roles)


def _done(slug: str, act: Callable[..., None], done: str) -> Page:
    form = Form(VersionSchema())
    if form.carry_out(act):
        flash(done, "success")
        return redirect(url_for("office_reminders.ladder", slug=slug), 303)
    return _ladder(_campaign(slug, {Role.OFFICE}), form.errors), 422


def _ladder(campaign: Campaign, errors: Mapping[str, str] | None = None) -> str:
    is_office = bool(current_actor().units(Role.OFFICE))
    return render_template(
        "office/reminders.html",
        campaign=campaign,
        rules=plan_of(campaign).reminders,
        may_edit=is_office and campaign.status != CampaignStatus.CLOSED,
        errors=errors or {},
    )


def _edited(campaign: Campaign, form: Form, act: Callable[..., None], done: str, old: Rule | None) -> Page:
    slug = campaign.slug
    if request.method == "POST" and form.carry_out(act):
        flash(done, "success")
        return redirect(url_for("office_reminders.ladder", slug=slug), 303)
    page = render_template(
        "office/reminder.html",
        campaign=campaign,
        rule=old,
        form=form,
        moments=[(key.value, text, None) for key, text in MOMENTS],
        weekdays=[(str(key), _leading(text), None) for key, text in enumerate(ladder_words.WEEKDAYS)],
        audiences=[(one.value, _leading(text), None) for one, text in ladder_words.AUDIENCES.items()],
        owed=[(one.value, ladder_words.owed_text(one)) for one in Owed],
        hours=[(hour, f"{hour:02}:00") for hour in HOURS],
        errors=form.errors,
    )
    return (page, 422) if form.errors else page


def _leading(words: object) -> str:
    """Words of a sentence as a label of their own."""
    return str(words)[:1].upper() + str(words)[1:]


def _rule(
    owed: Owed, moment: Moment, audiences: list[Audience], hour: int, *, only_untouched: bool, **days: Any
) -> Rule:
    before = {Moment.BEFORE: days["days"], Moment.AFTER: -days["days"]}.get(moment, 0)
    weekdays = days["weekdays"] if moment is Moment.WEEKLY else ()
    return rule(owed, audiences, before, weekdays=weekdays, only_untouched=only_untouched, hour=hour)


def _typed(found: Rule) -> dict[str, Any]:
    """A rule as the form would have been filled in."""
    moment = Moment.BEFORE if found.days_before > 0 else Moment.AFTER if found.days_before else Moment.ON
    return {
        "owed": found.owed.value,
        "moment": Moment.WEEKLY if found.weekdays else moment,
        "days": abs(found.days_before) or "",
        "weekdays": [str(day) for day in sorted(found.weekdays)],
        "audiences": [one.value for one in found.audiences],
        "only_untouched": "1" if found.only_untouched else "",
        "hour": found.hour,
    }
