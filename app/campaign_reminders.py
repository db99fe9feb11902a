"""The rules of reminders in a campaign file: a short list of days, or one table for each rule. Opens no file."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.i18n.ladder_texts import unfit_text
from app.toml_tables import PlanProblem, Table
from notifications.facts import Owed
from notifications.ladder import FARTHEST, HOURS, Unfit, rule, unfit, written
from notifications.obligations import MORNING, Audience, Rule

KEY = "reminders"
DAYS = range(-FARTHEST, FARTHEST + 1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_rules(table: Table) -> tuple[Rule, ...]:
    """The rules of a campaign: those of its tables, or those that its short list of days stands for."""
    if table.lists_tables(KEY):
        return table.tables(KEY, _rule)
    days = table.wholes(KEY)
    for number, day in enumerate(days):
        if day not in DAYS:
            table.fault(f"{KEY}[{number}]", f"Ghi một số nguyên từ {DAYS[0]} đến {DAYS[-1]}")
    if len(set(days)) < len(days):
        table.fault(KEY, "Mỗi mốc nhắc chỉ ghi một lần")
    return written(days) if days else ()


def rules_out(rules: Iterable[Rule]) -> list[dict[str, object]]:
    """The rules as tables of a campaign file."""
    return [_out(each) for each in rules]


def contradictions(rules: tuple[Rule, ...]) -> Iterator[PlanProblem]:
    """What is wrong with the rules as a whole."""
    for number, wrong in unfit(rules):
        path = KEY if wrong is Unfit.TOO_MANY else f"{KEY}[{number}]"
        yield PlanProblem(path, unfit_text(wrong))


def _rule(table: Table) -> Rule:
    owed = table.choice("owed", tuple(Owed))
    if table.has("weekdays") == table.has("days_before"):
        table.fault("days_before", "Ghi một trong hai mục days_before và weekdays")
    weekdays = table.choices("weekdays", WEEKDAYS) if table.has("weekdays") else ()
    found = rule(
        Owed(owed) if owed in tuple(Owed) else Owed.FORM,
        (Audience(name) for name in table.choices("audiences", tuple(Audience))),
        table.whole("days_before", DAYS) if table.has("days_before") else 0,
        weekdays=(WEEKDAYS.index(name) for name in weekdays),
        only_untouched=table.has("only_untouched") and table.flag("only_untouched"),
        hour=table.whole("hour", HOURS) if table.has("hour") else MORNING,
    )
    return replace(found, since=table.instant("since")) if table.has("since") else found


def _out(each: Rule) -> dict[str, object]:
    found: dict[str, object] = {"owed": str(each.owed)}
    if each.weekdays:
        found["weekdays"] = [WEEKDAYS[day] for day in sorted(each.weekdays)]
    else:
        found["days_before"] = each.days_before
    found["audiences"] = [str(one) for one in Audience if one in each.audiences]
    if each.only_untouched:
        found["only_untouched"] = True
    found["hour"] = each.hour
    if each.since is not None:
        found["since"] = each.since
    return found
