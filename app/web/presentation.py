"""What templates may lean on: the strict environment, the GOV.UK macros, filters, and the page's shell.

It formats what it is given. It reads no clock and no table, and decides nothing about access.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context, request, url_for
from flask.templating import Environment
from flask.wrappers import Response
from flask_babel import gettext as _
from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    Undefined,
)

from app.i18n.labels import label
from app.i18n.working_texts import working_text
from workflows.vocabulary import State

HERE = Path(__file__).parent
STATIC = HERE / "static"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
GOVUK = "govuk_frontend_jinja"
MILLIONTHS = Decimal(1_000_000)
NOTHING = "–"
LANGUAGES = ("vi", "en")
TEXT_SIZES = ("1", "2", "3")
YEAR = 365 * 24 * 3600
SHEETS = ("vendor/govuk-frontend.min.css", "app.css")
ICON = "favicon.svg"


class Link(NamedTuple):
    """One entry of a navigation: its text, where it leads, and whether it is the page being shown."""

    text: str
    href: str
    current: bool = False


class Alarm(NamedTuple):
    """What keeps mail from leaving: in words, with the command to run and where to look."""

    title: str
    text: str
    command: str
    href: str


class Shell(NamedTuple):
    """What stands round every page. An address left empty hides its link.

    `person` is the key of who has signed in, 0 for nobody; `user_name` empty means that nobody has signed in; `hotline` is text, such as "0269 1234567".
    """

    person: int = 0
    user_name: str = ""
    unit_name: str = ""
    home_url: str = "/"
    sign_in_url: str = ""
    sign_out_url: str = ""
    account_url: str = ""
    help_url: str = ""
    receipts_url: str = ""
    hotline: str = ""
    operator: str = ""
    navigation: tuple[Link, ...] = ()
    alarm: Alarm | None = None


class Preference(NamedTuple):
    """A choice of the reader that lives in a cookie and is made by following a link such as `?lang=en`."""

    argument: str
    cookie: str
    values: tuple[str, ...]
    setting: str = ""

    def chosen(self) -> str:
        """The value in the address, else in the cookie, else the server's setting, else the first one."""
        if not has_request_context():
            return self.values[0]
        usual = current_app.config.get(self.setting)
        asked = (request.args.get(self.argument), request.cookies.get(self.cookie), usual)
        return next((value for value in asked if value in self.values), self.values[0])


LANGUAGE = Preference("lang", "dunghan_lang", LANGUAGES, "BABEL_DEFAULT_LOCALE")
TEXT_SIZE = Preference("text", "dunghan_text", TEXT_SIZES)


class StrictEnvironment(Environment):
    """Our templates may name nothing that is missing; the GOV.UK macros, which lean on it, still may."""

    def get_template(self, name: str | Template, *rest: Any, **more: Any) -> Template:
        """The template, compiled leniently when it belongs to the GOV.UK macros."""
        if self.overlayed or not (isinstance(name, str) and name.startswith(f"{GOVUK}/")):
            return super().get_template(name, *rest, **more)
        return self.lenient.get_template(name, *rest, **more)

    @cached_property
    def lenient(self) -> Environment:
        """A sibling that shares filters and globals and treats a missing option as empty."""
        return self.overlay(undefined=Undefined)


def install(app: Flask, shell: Callable[[], Shell] = Shell) -> None:
    """Give `app` the environment, the filters and the preferences.

    Call it before anything that touches `app.jinja_env`, Flask-Babel included. `shell` is asked once per
    rendered page.
    """
    app.jinja_environment = StrictEnvironment
    app.jinja_options = {**app.jinja_options, "undefined": StrictUndefined}
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(HERE / "templates"), PrefixLoader({GOVUK: PackageLoader(GOVUK)})]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        asset=asset,
        style_address=style_address,
        icon_address=icon_address,
        with_arguments=with_arguments,
        state_label=state_label,
    )
    app.context_processor(lambda: page_context(shell()))
    app.after_request(keep_preferences)


def page_context(shell: Shell) -> dict[str, Any]:
    """The names every template has."""
    return {"shell": shell, "language": LANGUAGE.chosen(), "text_size": TEXT_SIZE.chosen()}


def keep_preferences(response: Response) -> Response:
    """Remember a preference that the address has just changed."""
    for preference in (LANGUAGE, TEXT_SIZE):
        if request.args.get(preference.argument) in preference.values:
            response.set_cookie(
                preference.cookie, preference.chosen(), max_age=YEAR, samesite="Lax", httponly=True
            )
    return response


def with_arguments(**changes: str | int | None) -> str:
    """The address of this page with some query arguments changed; None takes one away."""
    arguments: dict[str, Any] = {} if request.method == "POST" else request.args.to_dict(flat=False)
    kept = {key: value for key, value in (arguments | changes).items() if value is not None}
    return f"{quote(request.path)}?{urlencode(kept, doseq=True)}"


def asset(name: str) -> str:
    """The address of a static file, carrying a hash of its content so that it may be cached for a year."""
    return url_for("static", filename=name, v=fingerprint(name))


def style_address() -> str:
    """The address of the pages' style, carrying a hash as an asset's does."""
    return url_for("styles.sheet", v=fingerprint(*SHEETS))


@lru_cache(maxsize=1)
def icon_address() -> str:
    """The site's icon as an address that asks for nothing."""
    return f"data:image/svg+xml,{quote((STATIC / ICON).read_text(encoding='utf-8').strip())}"


@lru_cache(maxsize=256)
def fingerprint(*names: str) -> str:
    """Twelve hex digits of the files' SHA-256. FileNotFoundError when the assets were not built."""
    content = b"".join((STATIC / name).read_bytes() for name in names)
    return hashlib.sha256(content).hexdigest()[:12]


def state_label(name: str) -> str:
    """The word for a workflow state."""
    return label(State(name))


def number(value: Decimal | float | None) -> str:
    """A number with a decimal comma, at most three decimals, no trailing zeros; None is a dash."""
    if value is None:
        return NOTHING
    text = f"{Decimal(str(value)).quantize(Decimal('0.001')):f}".rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).replace(".", ",")


def points(value: Decimal | int | None) -> str:
    """Points from whole millionths (int) or from a Decimal of points."""
    return number(Decimal(value) / MILLIONTHS if isinstance(value, int) else value)


def percent(ratio: Decimal | float | None) -> str:
    """A ratio (0.615) as a percentage with at most one decimal (61,5%)."""
    if ratio is None:
        return NOTHING
    return number((Decimal(str(ratio)) * 100).quantize(Decimal("0.1"))) + "%"


def local(value: datetime) -> datetime:
    """An instant in local time. ValueError for a naive one, whose instant nobody knows."""
    if value.tzinfo is None:
        message = "a naive datetime has no instant to show"
        raise ValueError(message)
    return value.astimezone(ZONE)


def date_vi(value: date | None) -> str:
    """dd/mm/yyyy of a date, or of an instant in local time."""
    if value is None:
        return NOTHING
    return f"{local(value) if isinstance(value, datetime) else value:%d/%m/%Y}"


def datetime_vi(value: datetime | None) -> str:
    """An instant as "16:05 ngày 18/10/2019", in local time."""
    if value is None:
        return NOTHING
    return str(_("%(time)s ngày %(date)s", time=f"{local(value):%H:%M}", date=date_vi(value)))


def time_vi(value: datetime) -> str:
    """The local time of an instant to the second, as "09:41:20"."""
    return f"{local(value):%H:%M:%S}"


def clock_vi(value: datetime) -> str:
    """The local time of an instant, as "08:00"."""
    return f"{local(value):%H:%M}"


def filesize(size: int) -> str:
    """A size in bytes as B, KB or MB, with at most one decimal."""
    for unit, scale in (("MB", 1_048_576), ("KB", 1_024)):
        if size >= scale:
            return f"{number((Decimal(size) / scale).quantize(Decimal('0.1')))} {unit}"
    return f"{size} B"


FILTERS: Mapping[str, Callable[..., str]] = {
    "number": number,
    "points": points,
    "percent": percent,
    "date_vi": date_vi,
    "datetime_vi": datetime_vi,
    "time_vi": time_vi,
    "clock_vi": clock_vi,
    "filesize": filesize,
    "working": working_text,
}
