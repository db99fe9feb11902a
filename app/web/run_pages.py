"""What the page of one ranking run shows: a kind's rows as filtered, checks, offers, and the workbook. Decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _

from app.database import db
from app.editions import EditionKind, Published, Result
from app.exports import whole_tables
from app.folding import search_key
from app.models import Edition, RankingRun
from app.queries.standings_runs import (
    Checks,
    as_published,
    checks_of,
    differences_of,
    edition_of,
    numbered_run,
    offers_on,
    run_case,
)
from app.web.presentation import datetime_vi
from criteria.workbook import Table, table_bytes
from workflows.case import Actor
from workflows.vocabulary import Action
from workflows.workflow import Offer


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader filters by: a kind, a parent, a search."""

    kind: str = ""
    parent: str = ""
    search: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Asked":
        """From the address."""
        return cls(arguments.get("cap", ""), arguments.get("huyen", ""), arguments.get("tim", "")[:100])

    def takes(self, row: Result) -> bool:
        """Is this row wanted?"""
        key = search_key(self.search)
        in_parent = not self.parent or str(row.parent or "") == self.parent
        return in_parent and (not key or key in row.search or key == row.code.lower())


@dataclass(frozen=True, slots=True)
class RunView:
    """One run, ready for its page."""

    shown: Published
    kind: EditionKind
    asked: Asked
    rows: tuple[Result, ...]
    parents: tuple[tuple[int, str], ...]
    differences: Mapping[int, Decimal]
    checks: Checks
    outdated: bool
    undecided: tuple[str, ...]
    offers: Mapping[Action, Offer]
    previous: int | None
    edition: Edition | None


def run_view(run: RankingRun, asked: Asked, actor: Actor, now: datetime) -> RunView:
    """A run as its page shows it at ``now``."""
    session, shown = db.session(), as_published(run)
    kind = shown.kind(asked.kind) or shown.kinds[0]
    facts = run_case(session, run, now, shown=run.digest)
    differences = differences_of(run)
    parents = {row.parent: row.parent_name for row in kind.rows if row.parent is not None}
    return RunView(
        shown,
        kind,
        asked,
        tuple(row for row in kind.rows if asked.takes(row)),
        tuple(parents.items()),
        differences,
        checks_of(shown, kind.kind, differences, _before(run)),
        facts.digest != facts.current and run.published_at is None,
        facts.undecided_explanations,
        offers_on(session, run, facts, actor, now),
        run.number - 1 or None,
        edition_of(session, run),
    )


def run_workbook(run: RankingRun) -> bytes:
    """A run as a workbook; until it is published each sheet says that it is a draft."""
    shown = as_published(run)
    tables = whole_tables(shown)
    if run.published_at is None:
        tables = tuple(_as_draft(table, run, shown) for table in tables)
    return table_bytes(tables, made_at=run.made_at)


def _before(run: RankingRun) -> Published | None:
    if run.number == 1:
        return None
    return as_published(numbered_run(db.session(), run.campaign, run.number - 1))


def _as_draft(table: Table, run: RankingRun, shown: Published) -> Table:
    words = _("Dự thảo: bảng số %(number)s lập lúc %(at)s", number=run.number, at=datetime_vi(run.made_at))
    digest = _("Mã SHA-256 của bảng: %(digest)s", digest=run.digest)
    return replace(
        table, title_lines=(table.title_lines[0], shown.name, words), notes=(*table.notes[:-1], digest)
    )
