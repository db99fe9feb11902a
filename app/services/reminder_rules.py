"""Editing the ladder of a campaign: adding, changing and removing rules, and going back to those declared by default.

The rules are part of the campaign's plan, which is replaced as a whole. What is new counts from now on: a step whose
moment has passed tells nobody, and who was told is not told again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask_babel import gettext as _

from app.campaign_files import dump
from app.database import db
from app.faults import FieldFault, Invalid, Missing
from app.i18n.ladder_texts import unfit_text
from app.models import Campaign, CampaignStatus, Verb
from app.queries.campaign_plans import plan_of
from app.queries.reach import campaign_in_reach
from app.unit import unit
from notifications.facts import Owed
from notifications.ladder import DEFAULT, Unfit, changed, unfit
from notifications.obligations import Rule
from workflows.case import Actor
from workflows.vocabulary import Role

Rules = tuple[Rule, ...]
OFFICE = frozenset({Role.OFFICE})
FIELDS: Mapping[Unfit, str] = {
    Unfit.NOBODY: "audiences",
    Unfit.AUDIENCE: "audiences",
    Unfit.DAYS: "days",
    Unfit.DAYS_AND_WEEKDAYS: "days",
    Unfit.HOUR: "hour",
    Unfit.UNTOUCHED: "only_untouched",
    Unfit.ONLY_AFTER: "moment",
    Unfit.TWICE: "moment",
    Unfit.TOO_MANY: "",
}


def add_rule(actor: Actor, slug: str, rule: Rule, *, version: int) -> Campaign:
    """Add a rule to a campaign's ladder.

    Raises:
        Missing: not of the actor's office. Outdated: the campaign changed since ``version`` was shown.
        Invalid: the rule is not fit, the ladder has it already, or the campaign is closed.
    """
    return _edit(actor, slug, version, lambda rules: (*rules, rule))


def change_rule(actor: Actor, slug: str, name: str, rule: Rule, *, version: int) -> Campaign:
    """Put a rule in the place of the one with this name.

    Raises:
        As :func:`add_rule`. Missing: no rule has the name.
    """
    return _edit(actor, slug, version, lambda rules: (*_without(rules, name), rule))


def remove_rule(actor: Actor, slug: str, name: str, *, version: int) -> Campaign:
    """Take a rule out of the ladder. Its mails that have not left are taken back.

    Raises:
        As :func:`change_rule`.
    """
    return _edit(actor, slug, version, lambda rules: _without(rules, name))


def restore_ladder(actor: Actor, slug: str, *, version: int) -> Campaign:
    """Go back to the ladder that is declared by default.

    Raises:
        As :func:`add_rule`.
    """
    return _edit(actor, slug, version, lambda _rules: DEFAULT)


def _edit(actor: Actor, slug: str, version: int, change: Callable[[Rules], Rules]) -> Campaign:
    campaign_id = campaign_in_reach(db.session(), slug, actor, OFFICE).id
    with unit(actor) as work:
        campaign = work.load(Campaign, campaign_id, version)
        if campaign.status == CampaignStatus.CLOSED:
            raise Invalid(FieldFault("", "closed", _("Đợt này đã kết thúc, không đổi mốc nhắc được nữa")))
        plan = plan_of(campaign)
        rules = tuple(sorted(change(plan.reminders), key=_order))
        _refuse_unfit(rules)
        after = rules if campaign.opened_at is None else changed(plan.reminders, rules, work.now)
        campaign.plan = dump(replace(plan, reminders=after))
        work.record(
            Verb.LADDER_CHANGED,
            campaign,
            campaign=campaign.id,
            before={"reminders": _said(plan.reminders, after)},
            after={"reminders": _said(after, plan.reminders)},
        )
    return campaign


def _without(rules: Rules, name: str) -> Rules:
    kept = tuple(rule for rule in rules if rule.name != name)
    if len(kept) == len(rules):
        raise Missing(f"rule {name}")
    return kept


def _order(rule: Rule) -> tuple[int, bool, int, str]:
    return list(Owed).index(rule.owed), bool(rule.weekdays), -rule.days_before, rule.name


def _refuse_unfit(rules: Rules) -> None:
    faults = [FieldFault(FIELDS[wrong], wrong.value, unfit_text(wrong)) for _number, wrong in unfit(rules)]
    if faults:
        raise Invalid(*faults)


def _said(rules: Rules, others: Rules) -> dict[str, str]:
    """The rules that are not the same among the others, for the record."""
    return {
        rule.name: f"{', '.join(sorted(rule.audiences))}; {rule.hour:02}:00"
        + ("; only_untouched" if rule.only_untouched else "")
        for rule in rules
        if rule not in others
    }
