"""The parts of the documentation that are made from the code: diagram, tables, permission matrix, glossary.

A test compares them with the committed files, so a change of rights or of a setting shows in the difference. It
reads the running application and the table of moves; it invents nothing and asks no database.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask_babel import force_locale
from werkzeug.routing import Rule

from app.access import LIBRARY_ENDPOINTS, Access, declared
from app.api.spec import spec_json
from app.i18n.labels import label
from app.models import OutboxState, UnitKind
from config import PREFIX, SETTINGS
from notifications.facts import Owed
from workflows.approval import APPROVAL
from workflows.deadlines import Late, Standing
from workflows.diagram import mermaid, table
from workflows.vocabulary import Action, Role, Route, State

ROOT = Path(__file__).parent.parent
README = Path("README.md")
NOTICE = "<!-- Made by `make docs` from the code. Change the code, not this file. -->\n"
CONVERTER = re.compile(r"<\w+(?:\([^)]*\))?:")
QUIET_METHODS = frozenset({"HEAD", "OPTIONS"})
GLOSSARY: tuple[type[StrEnum], ...] = (
    State,
    Action,
    Role,
    Route,
    Standing,
    Late,
    Owed,
    UnitKind,
    OutboxState,
)


class Page(NamedTuple):
    """One row of the permission matrix: an address, its methods, and who may ask."""

    address: str
    methods: str
    who: str


def write(app: Flask, root: Path = ROOT) -> list[Path]:
    """Bring every generated part up to date; returns the files that changed."""
    changed = []
    for path, text in rendered(app, root).items():
        target = root / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def rendered(app: Flask, root: Path = ROOT) -> Mapping[Path, str]:
    """Every file with generated parts, as it should read, by its path below ``root``.

    Raises:
        ValueError: the README lacks the marks of a part.
    """
    readme = (root / README).read_text(encoding="utf-8")
    return {
        README: _with_parts(
            readme, {"diagram": diagram(), "settings": settings(), "glossary": glossary(app)}
        ),
        Path("docs/workflow.md"): workflow(),
        Path("docs/permissions.md"): permissions(app),
        Path("docs/openapi.json"): spec_json(app),
    }


def diagram() -> str:
    """The states and moves as a Mermaid drawing."""
    return f"```mermaid\n{mermaid(APPROVAL)}```\n"


def workflow() -> str:
    """The table of moves with its drawing."""
    return "\n".join((NOTICE, "# Who may move a submission where", "", table(APPROVAL), diagram()))


def settings() -> str:
    """One row for each setting, in the order of ``config.SETTINGS``."""
    rows = ((f"`{PREFIX}{row.name}`", _default(row.default), row.meaning) for row in SETTINGS)
    return _table(("setting", "default", "meaning"), rows)


def glossary(app: Flask) -> str:
    """Every word of the workflow: Vietnamese, English, and its name in code."""
    with app.test_request_context():
        rows = [
            (_said(value, "vi"), _said(value, "en"), f"`{type(value).__name__}.{value.name}`")
            for kind in GLOSSARY
            for value in kind
        ]
    return _table(("Vietnamese", "English", "code"), rows)


def permissions(app: Flask) -> str:
    """Who may take which action, and who may ask for which address."""
    return "\n".join(
        (
            NOTICE,
            "# Who may do what",
            "",
            "A role counts over its unit only: an officer's over the unit itself, a consolidator's over the forms it",
            "consolidates, every other role's over everything below its unit. What is out of reach answers 404.",
            "",
            "## Moves of a submission",
            "",
            _moves(),
            "## Pages and API",
            "",
            _table(("address", "methods", "who"), pages(app)),
        )
    )


def pages(app: Flask) -> list[Page]:
    """Every address of the server, in alphabetical order."""
    rules = (rule for rule in app.url_map.iter_rules() if rule.endpoint not in LIBRARY_ENDPOINTS)
    return sorted(_page(app, rule) for rule in rules)


def _moves() -> str:
    roles = [role for role in Role if any(role in row.who for row in APPROVAL.rows)]
    head = ("action", "from", "route", *roles)
    return _table(head, (_move(row.action, row.source, row.routes, row.who, roles) for row in APPROVAL.rows))


def _move(
    action: Action, source: State, routes: frozenset[Route], who: frozenset[Role], roles: list[Role]
) -> tuple[str, ...]:
    route = "both" if routes == frozenset(Route) else ", ".join(sorted(routes))
    return (action, source, route, *("yes" if role in who else "" for role in roles))


def _page(app: Flask, rule: Rule) -> Page:
    methods = ", ".join(sorted((rule.methods or set()) - QUIET_METHODS))
    return Page(f"`{CONVERTER.sub('<', rule.rule)}`", methods, _who(declared(app, rule.endpoint)))


def _who(access: Access | None) -> str:
    if access is None:
        return "nobody"
    if access.public:
        return "anybody"
    return ", ".join(role for role in Role if role in access.roles) or "anybody who has signed in"


def _said(value: StrEnum, language: str) -> str:
    with force_locale(language):
        return label(value)


def _default(text: str) -> str:
    return f"`{text}`" if text else "–"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    return "\n".join(_lines(tuple(head), rows)) + "\n"


def _lines(head: tuple[str, ...], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield _line(head)
    yield "|" + " --- |" * len(head)
    yield from map(_line, rows)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _with_parts(text: str, parts: Mapping[str, str]) -> str:
    for name, part in parts.items():
        opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, found, rest = text.partition(opening)
        _old, closed, after = rest.partition(closing)
        if not (found and closed):
            raise ValueError(f"the README has no part between {opening} and {closing}")
        text = f"{before}{opening}\n{part}{closing}{after}"
    return text
