"""Pages over the full demo: 259 units of Gia Lai 2019, published, and a campaign of this year that is open.

Each page is measured whole, and again without its database work: the same template with the same facts. The floor
is a route of a bare Flask application that answers JSON.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, template_rendered
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from app import create_app
from app.database import db
from app.demo import run_demo
from app.models import Campaign, CampaignUnit, Person, RoleGrant, Submission, Verb
from app.services.accounts import set_password
from app.unit import SYSTEM, unit
from bench.report import Row, interleaved
from config import Settings
from workflows.vocabulary import Role

PUBLISHED, OPEN = "gia-lai-2019", "gia-lai-2026"
PASSWORD = "only-for-measuring"  # noqa: S105 - of people in a throw-away database
ROUNDS = 40
SHARE = 0.5
QUICK = 10.0


def page_rows(folder: Path) -> list[Row]:
    """Times of the four pages that people look at most."""
    floor = _bare().test_client()
    app = create_app(Settings(env="test", data_dir=folder, cheap_passwords=True, tick_seconds=0))
    app.config["WTF_CSRF_ENABLED"] = False
    works: dict[str, Callable[[], object]] = {"bare": lambda: floor.get("/")}
    with app.app_context():
        upgrade()
        for slug in (PUBLISHED, OPEN):
            run_demo(_quietly, only=slug)
        pages = _pages()
        _let_in([email for _name, email, _address in pages if email])
        db.session.remove()
    for name, email, address in pages:
        works |= _both(app, name, email, address)
    return _rows(interleaved(works, ROUNDS), [name for name, _email, _address in pages])


def _bare() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: jsonify(ok=True))
    return app


@contextmanager
def _quietly(title: str, _steps: int) -> Iterator[Callable[[], None]]:
    print(f"· {title}")
    yield lambda: None


def _pages() -> list[tuple[str, str, str]]:
    """Name, reader and address of each page."""
    published = db.session.scalars(select(Campaign).where(Campaign.slug == PUBLISHED)).one()
    form = open_form()
    criterion = next(iter(form.answers)).criterion
    officer = holder(Role.UNIT, form.campaign_unit.unit_id)
    office = holder(Role.OFFICE, published.root_id)
    return [
        ("criterion page", officer, f"/phieu/{form.id}/tc/{criterion}"),
        ("task list", officer, f"/phieu/{form.id}"),
        ("board of 259 units", office, f"/dot/{PUBLISHED}"),
        ("public ranking", "", f"/ket-qua/{PUBLISHED}"),
    ]


def _let_in(emails: list[str]) -> None:
    with unit(SYSTEM) as work:
        for person in work.session.scalars(select(Person).where(Person.email.in_(emails))):
            set_password(work, person, PASSWORD)
            work.record(Verb.PASSWORD_SET, person)


def open_form() -> Submission:
    """A form of the open campaign that somebody has begun."""
    found = db.session.scalars(
        select(Submission)
        .join(Submission.campaign)
        .join(Submission.campaign_unit)
        .where(Campaign.status == "open", Submission.state == "DRAFT", Submission.complete > 0)
        .order_by(CampaignUnit.id)
    )
    return next(iter(found))


def holder(role: Role, unit_id: int) -> str:
    """The address of somebody who holds the role at the unit, blank if nobody does."""
    return (
        db.session.scalars(
            select(Person.email).join(RoleGrant).where(RoleGrant.role == role, RoleGrant.unit_id == unit_id)
        ).first()
        or ""
    )


def _both(app: Flask, name: str, email: str, address: str) -> dict[str, Callable[[], object]]:
    client = client_of(app, email)
    facts: list[tuple[Any, dict[str, Any]]] = []

    def keep(_sender: Flask, template: Any, context: dict[str, Any], **_more: Any) -> None:
        facts.append((template, context))

    with template_rendered.connected_to(keep, app), app.app_context():
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        template, context = facts[-1]
        with app.test_request_context(address):
            template.render(context)
    return {
        name: lambda: client.get(address),
        f"{name}/without": lambda: _render(app, address, template, context),
    }


def _render(app: Flask, address: str, template: Any, context: dict[str, Any]) -> str:
    with app.test_request_context(address):
        return str(template.render(context))


def client_of(app: Flask, email: str) -> FlaskClient:
    """A client that is signed in; a visitor without an address."""
    client = app.test_client()
    if email:
        answer = client.post("/dang-nhap", data={"email": email, "password": PASSWORD})
        if answer.status_code not in (302, 303):
            raise SystemExit(f"{email} cannot sign in")
    return client


def _rows(times: dict[str, float], names: list[str]) -> list[Row]:
    bare = times["bare"]
    rows = [Row("bare JSON route", bare, None, "the floor", "", None)]
    for name in names:
        whole, without = times[name], times[f"{name}/without"]
        share = without / whole
        rows.append(Row(name, whole, whole / bare, "× the bare route", "", None))
        rows.append(
            Row("  without its database", without, share, "of the page", f"≥ {SHARE}", share >= SHARE)
        )
    ranking = times["public ranking"]
    rows.append(Row("public ranking", ranking, None, "", f"≤ {QUICK:.0f} ms", ranking <= QUICK))
    return rows
