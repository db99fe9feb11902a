"""The public pages: results, units, method, downloads. Anybody may read them; they read published editions only."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.access import public
from app.database import db
from app.editions import Published
from app.i18n import result_texts
from app.i18n.rule_texts import rule_texts
from app.queries.demo_accounts import demo_accounts
from app.queries.editions import (
    PublishedCampaign,
    criteria_set_named,
    edition_named,
    expected_campaigns,
    published_campaigns,
)
from app.web.public_cache import download, download_tag, page
from app.web.public_files import built, offered
from app.web.public_results import Asked, listing
from app.web.public_units import unit_page

bp = Blueprint("public", __name__)


@bp.get("/")
@public
def index() -> Response | tuple[str, int]:
    """The latest result, or the campaign that was chosen; on a demo server also who may sign in."""
    campaigns = published_campaigns(db.session())
    accounts = demo_accounts(db.session())
    if not campaigns:
        return _nothing_yet(accounts)
    wanted = request.args.get("dot") or campaigns[0].slug
    return _results(campaigns, wanted, accounts=accounts)


@bp.get("/ket-qua/<slug>")
@public
def campaign(slug: str) -> AnyResponse | tuple[str, int]:
    """The result of one campaign, under an address of its own."""
    other = request.args.get("dot", slug)
    if other != slug:
        return redirect(url_for("public.campaign", slug=other, **_without_campaign()))
    return _results(published_campaigns(db.session()), slug)


@bp.get("/ket-qua/<slug>/<unit_slug>")
@public
def unit(slug: str, unit_slug: str) -> Response | tuple[str, int]:
    """The result of one unit."""
    campaigns = published_campaigns(db.session())
    edition = _edition(campaigns, slug)
    found = edition.find(unit_slug) if edition else None
    if edition is None or found is None:
        return _missing(campaigns, edition)
    shown = unit_page(edition, *found)
    return page(
        "public/unit.html",
        made_of=edition.digest,
        shown=shown,
        edition=edition,
        texts=result_texts,
        illustrative=shown.kind.illustrative,
    )


@bp.get("/phuong-phap", defaults={"slug": ""})
@bp.get("/phuong-phap/<slug>")
@public
def method(slug: str) -> Response | tuple[str, int]:
    """How units were measured and ranked: criteria, points, rules for late units and ties."""
    campaigns = published_campaigns(db.session())
    if not campaigns and not slug:
        return _nothing_yet(())
    edition = _edition(campaigns, slug or campaigns[0].slug)
    if edition is None:
        return _missing(campaigns, None)
    kind = edition.kind(request.args.get("cap", "")) or edition.kinds[0]
    return page(
        "public/method.html",
        made_of=edition.digest,
        edition=edition,
        kind=kind,
        criteria_set=criteria_set_named(db.session(), kind.set_digest),
        texts=result_texts,
        rule_texts=rule_texts,
        files=offered(edition),
        illustrative=kind.illustrative,
    )


@bp.get("/ket-qua/<slug>/tai/<name>")
@public
def file(slug: str, name: str) -> Response | tuple[str, int]:
    """A download: a workbook of everything, of a floor or of a district, CSV, or the published text itself."""
    campaigns = published_campaigns(db.session())
    edition = _edition(campaigns, slug)
    one = next((one for one in offered(edition) if one.name == name), None) if edition else None
    if edition is None or one is None:
        return _missing(campaigns, edition)
    tag = download_tag(edition.digest, name)
    return download(built(edition, one), mimetype=one.mimetype, name=f"{slug}-{name}", tag=tag)


def _results(
    campaigns: tuple[PublishedCampaign, ...], slug: str, accounts: tuple[object, ...] = ()
) -> Response | tuple[str, int]:
    edition = _edition(campaigns, slug)
    if edition is None:
        return _missing(campaigns, None)
    asked = Asked.of(request.args)
    chosen = listing(edition, asked)
    return page(
        "public/results.html",
        made_of=f"{[one.digest for one in campaigns]} {edition.digest} {accounts}",
        campaigns=campaigns,
        edition=edition,
        asked=asked,
        chosen=chosen,
        texts=result_texts,
        files=offered(edition),
        accounts=accounts,
        illustrative=edition.illustrative,
        wide=True,
    )


def _nothing_yet(accounts: tuple[object, ...]) -> Response:
    expected = expected_campaigns(db.session())
    return page("public/nothing.html", made_of="", expected=expected, accounts=accounts)


def _missing(campaigns: tuple[PublishedCampaign, ...], edition: Published | None) -> tuple[str, int]:
    return render_template("public/missing.html", campaigns=campaigns, edition=edition), 404


def _edition(campaigns: tuple[PublishedCampaign, ...], slug: str) -> Published | None:
    digest = next((one.digest for one in campaigns if one.slug == slug), None)
    return None if digest is None else edition_named(digest)


def _without_campaign() -> dict[str, Any]:
    return {name: value for name, value in request.args.items() if name in ("cap", "tim", "xep")}
